"""Ids in paths, error answers, and what the errors tell and keep."""

import copy
import json
import pickle
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from multidict import CIMultiDict

from intercom_async import (
    BadRequest,
    ConfigurationError,
    Conflict,
    ConnectionFailed,
    CursorLoopError,
    DecodeError,
    ErrorDetail,
    Forbidden,
    Gone,
    IntercomError,
    JobFailed,
    LimiterFailed,
    NotFound,
    PoolError,
    QueryError,
    RateLimited,
    RequestError,
    ServerError,
    SignatureError,
    StatusError,
    TimedOut,
    TooManyJobs,
    Unauthorized,
    UnprocessableEntity,
    errors,
)
from intercom_async.core import codec, wire
from intercom_async.core.call import Call, Reply
from intercom_async.models import Conversation

E = TypeVar("E", bound=IntercomError)

CALL = Call("GET", "/conversations/{id}", "/conversations/1", codec.record_decoder(Conversation))


# --- Ids in paths ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given_", "escaped"),
    [
        ("123", "123"),
        (123, "123"),
        ("last", "last"),
        ("5bc8f7ae2d96695c18a", "5bc8f7ae2d96695c18a"),
        ("a?b#c", "a%3Fb%23c"),
        ("%2e%2e", "%252e%252e"),
        ("a b&c=d;e", "a%20b%26c%3Dd%3Be"),
        ("é", "%C3%A9"),
        ("...", "..."),
        ("-1", "-1"),
    ],
    ids=repr,
)
def test_segment(given_: str | int, escaped: str) -> None:
    assert wire.segment(given_) == escaped


@pytest.mark.parametrize(
    "refused",
    ["", " ", ".", "..", "1/2", "/", "..\\x", "1\n", "1\r\nX: y", "\x00", "\ud800", "\u202e1"],
    ids=ascii,
)
def test_segment_refuses_what_leads_elsewhere(refused: str) -> None:
    with pytest.raises(QueryError, match="conversation id"):
        wire.segment(refused, "conversation id")


@pytest.mark.parametrize("refused", [True, None, 1.0, b"1", ["1"]], ids=repr)
def test_segment_refuses_what_is_no_id(refused: Any) -> None:
    with pytest.raises(QueryError, match=f"not {type(refused).__name__}"):
        wire.segment(refused)


@settings(max_examples=300)
@given(st.text(max_size=12) | st.text(alphabet="./\\%?#2eEfF5cC", max_size=6) | st.integers())
def test_a_segment_is_one_segment(given_: str | int) -> None:
    try:
        escaped = wire.segment(given_)
    except QueryError:
        return
    assert escaped.isascii()
    assert not set("/\\?# ") & set(escaped)
    assert escaped not in {"", ".", ".."}
    assert unquote(escaped) == str(given_)


@pytest.mark.parametrize(
    ("query", "url"),
    [
        ([], "/c"),
        (
            [("per_page", "5"), ("starting_after", "a+b/c==&d")],
            "/c?per_page=5&starting_after=a%2Bb%2Fc%3D%3D%26d",
        ),
        ([("display_as", "plaintext")], "/c?display_as=plaintext"),
    ],
    ids=["none", "cursor", "one"],
)
def test_url(query: list[tuple[str, str]], url: str) -> None:
    assert wire.url("/c", query) == url


# --- Error answers ---------------------------------------------------------------------------


def fails(
    status: int, body: bytes | object = b"", headers: dict[str, str] | None = None
) -> StatusError:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    with pytest.raises(StatusError) as raised:
        wire.answer(CALL, Reply(status, CIMultiDict(headers or {}), content))
    return raised.value


@pytest.mark.parametrize(
    ("status", "class_"),
    [
        (400, BadRequest),
        (401, Unauthorized),
        (403, Forbidden),
        (404, NotFound),
        (409, Conflict),
        (410, Gone),
        (422, UnprocessableEntity),
        (429, RateLimited),
        (500, ServerError),
        (502, ServerError),
        (503, ServerError),
        (504, ServerError),
        (599, ServerError),
        (301, StatusError),
        (304, StatusError),
        (405, StatusError),
        (408, StatusError),
        (418, StatusError),
    ],
)
def test_status_error(status: int, class_: type[StatusError]) -> None:
    body = {
        "type": "error.list",
        "request_id": "b7-1",
        "errors": [
            {"code": "first", "message": "Went wrong", "field": "body"},
            {"code": "second", "message": None},
        ],
    }
    error = fails(status, body, {"X-Request-Id": "of the header", "Content-Type": "a/b"})
    assert type(error) is class_
    assert (error.status, error.code, error.request_id) == (status, "first", "b7-1")
    assert error.errors == (
        ErrorDetail("first", "Went wrong", "body"),
        ErrorDetail("second"),
    )
    assert error.body == json.dumps(body).encode()
    assert error.headers == {"x-request-id": "of the header", "content-type": "a/b"}
    assert str(error) == (
        f"GET /conversations/{{id}}: {status} first: Went wrong (field body); second "
        "[request_id b7-1]"
    )


@pytest.mark.parametrize("status", [200, 201, 202, 299])
def test_success(status: int) -> None:
    assert wire.answer(CALL, Reply(status, {}, b'{"id":5}')) == Conversation(id="5")


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"", "404 no body"),
        (b" \n ", "404 no body"),
        (
            b"<html>\n <head>\n  <title>404 Not\tFound</title>",
            "404 <html> <head> <title>404 Not Found</title>",
        ),
        (b"\xff\xfe", "404 \ufffd\ufffd"),
        (b"\x1b[31mred\0", "404 \ufffd[31mred\ufffd"),
        (b"<p>" + b"x" * 100_000, "404 <p>" + "x" * 197 + "…"),
        (b"[" * 100_000, "404 " + "[" * 200 + "…"),
        (b"[]", "404 []"),
        (b'{"errors":[]}', '404 {"errors":[]}'),
        (b'{"errors":null}', '404 {"errors":null}'),
        (b'{"errors":["gone"]}', '404 {"errors":["gone"]}'),
        (b'{"errors":[{}]}', '404 {"errors":[{}]}'),
        (b'{"message":"gone"}', '404 {"message":"gone"}'),
    ],
    ids=lambda value: repr(value[:30]),
)
def test_bodies_without_a_code(body: bytes, text: str) -> None:
    error = fails(404, body, {"x-request-id": "r1"})
    assert type(error) is NotFound
    assert (error.code, error.request_id, error.body) == (None, "r1", body)
    assert str(error) == f"GET /conversations/{{id}}: {text} [request_id r1]"


@pytest.mark.parametrize(
    ("entries", "details"),
    [
        ([{"code": 404, "message": "m"}], (ErrorDetail("404", "m"),)),
        ([{"code": "x", "message": {"a": 1}, "field": ["f"]}], (ErrorDetail("x"),)),
        ([None, "gone", {"code": "x", "tomorrow": 1}], (ErrorDetail("x"),)),
        ([{"code": None, "message": "m"}], (ErrorDetail(None, "m"),)),
        ({"code": "x"}, ()),
        ("x", ()),
    ],
    ids=repr,
)
def test_error_lists_of_odd_types(entries: object, details: tuple[ErrorDetail, ...]) -> None:
    error = fails(422, {"request_id": "b7", "errors": entries}, {"X-Request-Id": "r1"})
    assert (error.errors, error.request_id) == (details, "b7")
    assert error.code == (details[0].code if details else None)


def test_what_an_error_list_says_is_told_in_one_line_and_kept_whole() -> None:
    said = "no\n\x1b[31msuch \u202econversation" + "!" * 100_000
    error = fails(404, {"errors": [{"code": "not_found", "message": said}], "request_id": "a\nb"})
    told = "404 not_found: no \ufffd[31msuch \ufffdconversation!!!"
    assert str(error).startswith(f"GET /conversations/{{id}}: {told}")
    assert str(error).endswith("!… [request_id a b]")
    assert len(str(error)) < 1_200
    assert (error.errors[0].message, error.request_id) == (said, "a\nb")


def test_half_a_surrogate_pair_costs_no_code() -> None:
    error = fails(404, rb'{"errors":[{"code":"not_found","message":"cut \ud83d"}]}')
    assert (error.code, error.errors[0].message) == ("not_found", "cut \ufffd")


@pytest.mark.parametrize(
    ("body", "request_id"),
    [({"request_id": None}, "r1"), ({"request_id": ""}, "r1"), ({"request_id": 5}, "5")],
    ids=repr,
)
def test_request_id_of_body_or_header(body: object, request_id: str) -> None:
    assert fails(500, body, {"X-Request-Id": "r1"}).request_id == request_id


def test_no_request_id() -> None:
    error = fails(500, b"oops")
    assert error.request_id is None
    assert str(error) == "GET /conversations/{id}: 500 oops"


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({}, None),
        ({"Retry-After": "7"}, 7.0),
        ({"Retry-After": "-7"}, 0.0),
        ({"Retry-After": "soon"}, None),
        (
            {
                "Date": "Mon, 19 Sep 2022 14:20:23 GMT",
                "X-RateLimit-Limit": "167",
                "X-RateLimit-Remaining": "0",
                "X-RateLimit-Reset": "1663597230",
            },
            7.0,
        ),
    ],
    ids=["nothing", "seconds", "past", "nonsense", "window"],
)
def test_retry_after(headers: dict[str, str], wait: float | None) -> None:
    assert fails(429, b"", headers).retry_after == wait


def test_an_answer_that_cannot_be_decoded_names_its_request() -> None:
    reply = Reply(200, CIMultiDict({"x-request-id": "r1"}), b'{"id":"1","open":[]}')
    with pytest.raises(DecodeError) as raised:
        wire.answer(CALL, reply)
    error = raised.value
    assert (error.request_id, error.json_path, error.body) == ("r1", "$.open", reply.body)
    assert (error.method, error.path) == ("GET", "/conversations/{id}")
    assert str(error) == (
        "GET /conversations/{id}: Expected `bool | null`, got `array` at $.open in "
        """'{"id":"1","open":[]}'"""
    )


@settings(max_examples=200)
@given(status=st.integers(300, 599), body=st.binary(max_size=40))
def test_any_error_body_is_a_status_error(status: int, body: bytes) -> None:
    error = fails(status, body)
    assert (error.status, error.body) == (status, body)
    assert str(status) in str(error)


# --- The errors themselves -------------------------------------------------------------------


def status_error(class_: type[StatusError]) -> StatusError:
    return class_(
        418,
        errors=(ErrorDetail("teapot", "short and stout"),),
        request_id="r1",
        body=b"body",
        headers={"X-Spout": "1"},
        retry_after=1.5,
    )


def samples() -> dict[type[IntercomError], IntercomError]:
    """Make one error of each class, anew for every test."""
    plain = (IntercomError, ConfigurationError, QueryError, PoolError, SignatureError, RequestError)
    statuses = (
        StatusError,
        BadRequest,
        Unauthorized,
        Forbidden,
        NotFound,
        Conflict,
        Gone,
        UnprocessableEntity,
        RateLimited,
        TooManyJobs,
        ServerError,
    )
    made = [
        *(class_("went wrong") for class_ in plain),
        CursorLoopError("c", 3),
        ConnectionFailed("went wrong", sent=True),
        TimedOut("went wrong", sent=False),
        LimiterFailed("went wrong"),
        JobFailed("j", "failed"),
        DecodeError("odd", body=b"\xff{}", json_path="$.a", request_id="r1"),
        *map(status_error, statuses),
    ]
    return {type(error): error for error in made}


every_error = pytest.mark.parametrize("class_", samples(), ids=lambda class_: class_.__name__)


def test_every_error_has_a_sample() -> None:
    public = {getattr(errors, name) for name in errors.__all__}
    assert set(samples()) == public - {ErrorDetail}


def by_pickle(error: E) -> E:
    copied: E = pickle.loads(pickle.dumps(error))  # noqa: S301  # our own bytes
    return copied


@pytest.mark.parametrize(
    "copied", [by_pickle, copy.copy, copy.deepcopy], ids=["pickle", "copy", "deepcopy"]
)
@every_error
def test_errors_copy_whole(
    class_: type[IntercomError], copied: Callable[[IntercomError], IntercomError]
) -> None:
    error = samples()[class_]
    error.add_note("while exporting")
    if isinstance(error, RequestError):
        error.about("POST", "/conversations").attempts = 3
        error.may_have_been_applied = True
    other = copied(error)
    assert type(other) is class_
    assert other.args == error.args != ()
    assert (str(other), repr(other)) == (str(error), repr(error))
    assert vars(other) == vars(error)


@pytest.mark.parametrize(
    ("class_", "builtin"),
    [
        (ConfigurationError, ValueError),
        (QueryError, ValueError),
        (PoolError, RuntimeError),
        (TimedOut, TimeoutError),
    ],
)
def test_errors_are_what_python_calls_them(
    class_: type[IntercomError], builtin: type[Exception]
) -> None:
    assert issubclass(class_, builtin)
    assert issubclass(class_, IntercomError)


@every_error
def test_one_request_that_failed_is_a_request_error(class_: type[IntercomError]) -> None:
    not_of_one = {
        IntercomError,
        ConfigurationError,
        QueryError,
        PoolError,
        CursorLoopError,
        SignatureError,
        JobFailed,
    }
    assert issubclass(class_, RequestError) == (class_ not in not_of_one)


@pytest.mark.parametrize(
    ("attempts", "applied", "text"),
    [
        (1, False, "POST /c/{id}: too late"),
        (3, False, "POST /c/{id}: too late (tried 3 times)"),
        (
            1,
            True,
            "POST /c/{id}: too late; it may have been applied, so check before sending it again",
        ),
        (
            2,
            True,
            (
                "POST /c/{id}: too late (tried 2 times); it may have been applied, "
                "so check before sending it again"
            ),
        ),
    ],
)
def test_what_a_request_error_says(attempts: int, applied: bool, text: str) -> None:
    error = TimedOut("too late", sent=True).about("POST", "/c/{id}")
    error.attempts = attempts
    error.may_have_been_applied = applied
    assert str(error) == text


def test_a_request_error_about_nothing_in_particular() -> None:
    assert str(ConnectionFailed("it broke", sent=False)) == "it broke"


def test_a_long_cursor_is_shortened() -> None:
    error = CursorLoopError("c" * 5000, 12)
    assert (error.cursor, error.pages) == ("c" * 5000, 12)
    assert "after 12 pages" in str(error)
    assert len(str(error)) < 500


@pytest.mark.parametrize("name", ["X-Request-Id", "Server", "Retry-After"])
@pytest.mark.parametrize("status", [404, 429, 500])
def test_a_header_that_is_no_utf8_leaves_an_error_that_can_be_written(
    name: str, status: int
) -> None:
    sent = b"caf\xe9".decode("utf-8", "surrogateescape")  # as aiohttp reads it
    with pytest.raises(StatusError) as raised:
        wire.answer(CALL, Reply(status, CIMultiDict({name: sent}), b"{}"))
    error = raised.value
    for shown in (str(error), repr(error), str(error.headers), str(error.request_id)):
        shown.encode()
    assert r"caf\udce9" in error.headers[name.lower()]


@pytest.mark.parametrize(
    ("body", "other"),
    [
        (b'{"type":"conversation","id":"5","body":"x"}', None),
        (b'{"type":"conversation","id":5}', None),
        (b'{"id":"5","type":"conversation"}', None),
        (b'{"type":"conversation","id":"6"}', "6"),
        (b'{"type":"conversation","id":"55","body":"x"}', "55"),
        (b'{ "type": "conversation", "id": "6" }', "6"),
        (b'{"id":"6","type":"conversation"}', "6"),
        (b'{"type":"conversation","body":{"type":"conversation","id":"5"},"id":"6"}', "6"),
        (b'{"type":"contact","id":"5"}', "contact"),
        (b'{"id":"5","type":"contact"}', "contact"),
    ],
)
def test_a_raw_answer_names_its_record_wherever_that_stands(body: bytes, other: str | None) -> None:
    call = Call(
        "GET",
        "/conversations/{id}",
        "/conversations/5",
        codec.raw_record,
        asked_id="5",
        asked_type="conversation",
    )
    assert wire.read(call, Reply(200, CIMultiDict(), body)) == (body, other)
