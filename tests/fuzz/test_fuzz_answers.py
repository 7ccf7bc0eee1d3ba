"""Whatever the API answers, it is a value or one of our own errors."""

import json
import pickle
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from multidict import CIMultiDict

from intercom_async import DecodeError, SignatureError
from intercom_async.core import codec, wire
from intercom_async.core.call import Call, Reply
from intercom_async.errors import IntercomError, RequestError
from intercom_async.models import Conversation, Deleted, Me, Message, Tag, Ticket
from intercom_async.webhooks import (
    Notification,
    parse_notification,
    verify_signature,
)

DECODERS: Final[list[Callable[[bytes], Any]]] = [
    *map(codec.record_decoder, (Conversation, Ticket, Message, Tag, Me, Deleted, object)),
    codec.page_decoder(Conversation, "conversations"),
    codec.raw_record,
    codec.page_decoder(bytes, "conversations"),
]
# What JSON allows, or nearly, and decoders stumble over.
ODD: Final = [
    b"NaN",
    b"-Infinity",
    b"1e400",
    b"-1e400",
    b"1e-400",
    b"-0",
    b"-0.0",
    b"1" * 5_000,
    b"-" + b"9" * 400,
    b"0." + b"1" * 5_000,
    b"253402300800",
    b"-62135596801",
    b"9223372036854775808",
    b"18446744073709551616",
    b"1e18",
    b'"1e18"',
    b'"' + b"9" * 5_000 + b'"',
    b'"\\ud800"',
    b'"\\udc00\\ud800"',
    b'"\\u0000"',
    b'"\xff"',
    b'"\xed\xa0\x80"',
    b'"0001-01-01T00:00:00+23:59"',
    b'"9999-12-31T23:59:59-23:59"',
    b"[" * 1_100 + b"]" * 1_100,
    b"[" * 100_000,
    b'{"a":' * 100_000,
    b'{"id":"1","id":2}',
    b'{"id":{}}',
    b'{"type":"list","data":{"0":1}}',
    b"{}",
    b"[]",
    b"null",
    b"true",
    b'""',
]
KEYS: Final = sorted(
    {
        *Conversation.__struct_encode_fields__,
        *Ticket.__struct_encode_fields__,
        *("conversations", "data", "pages", "next", "starting_after", "total_count", "type"),
        *("topic", "item", "errors", "code", "message", "field", "request_id", "app"),
        *("conversation_parts", "author", "assigned_to", "attachments", "tags", "body"),
    }
)
scalars = st.one_of(
    st.sampled_from(ODD),
    st.builds(
        lambda value: json.dumps(value).encode(),
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    ),
)


def _object(pairs: list[tuple[str, bytes]]) -> bytes:
    return b"{" + b",".join(json.dumps(k).encode() + b":" + v for k, v in pairs) + b"}"


values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4).map(lambda items: b"[" + b",".join(items) + b"]"),
        st.lists(st.tuples(st.sampled_from(KEYS), inner), max_size=6).map(_object),
    ),
    max_leaves=12,
)


def _records(pairs: list[tuple[str, bytes]]) -> bytes:
    return _object([("id", b'"1"'), *pairs])


records = st.lists(st.tuples(st.sampled_from(KEYS), values), max_size=5).map(_records)
pages = st.builds(
    lambda items, following: (
        b'{"conversations":[' + b",".join(items) + b'],"pages":{"next":' + following + b"}}"
    ),
    st.lists(records | values, max_size=3),
    values,
)
bodies = st.one_of(st.binary(max_size=300), values, records, pages)


def check(error: IntercomError) -> None:
    """An error can be shown, copied and reported, whatever the answer was."""
    for shown in (str(error), repr(error)):
        shown.encode("utf-8", "surrogatepass")
    assert str(pickle.loads(pickle.dumps(error))) == str(error)  # noqa: S301  # our own


@pytest.mark.long
@given(bodies)
@example(b"[" * 100_000)
@example(b'{"id":"1","x":' + b"[" * 100_000 + b"]" * 100_000 + b"}")
@example(b'{"id":' + b"1" * 1_000_000 + b"}")
@example(b'{"id":"1","created_at":1e400}')
@example(b'{"id":"1","updated_at":253402300800}')
@example(b'{"conversations":[{"":"","updated_at":253402300800')
def test_a_body_is_decoded_or_a_decode_error(body: bytes) -> None:
    for decode in DECODERS:
        try:
            decode(body)
        except DecodeError as error:
            check(error)


header_values = st.text(st.characters(codec="latin-1", exclude_characters="\r\n"), max_size=40)


@pytest.mark.long
@given(
    st.integers(100, 999),
    bodies,
    st.dictionaries(st.sampled_from(["Date", "X-Request-Id"]), header_values),
)
def test_a_reply_is_a_value_or_a_request_error(
    status: int, body: bytes, headers: dict[str, str]
) -> None:
    call = Call(
        "GET", "/conversations/{id}", "/conversations/1", codec.record_decoder(Conversation)
    )
    try:
        value = wire.answer(call, Reply(status, CIMultiDict(headers), body))
    except RequestError as error:
        check(error)
    else:
        assert isinstance(value, Conversation)


@pytest.mark.long
@given(
    st.one_of(
        bodies,
        st.builds(
            lambda topic, item, more: _object(
                [("topic", topic), *more, ("data", b'{"item":' + item + b"}")]
            ),
            scalars,
            records | values,
            st.lists(st.tuples(st.sampled_from([*KEYS, "created_at", "app_id"]), values)),
        ),
    )
)
def test_a_notification_is_read_or_a_decode_error(body: bytes) -> None:
    try:
        notification = parse_notification(body)
    except DecodeError as error:
        check(error)
    else:
        assert isinstance(notification, Notification)
        if isinstance(notification.item, Conversation):
            assert isinstance(notification.item.id, str)
        if notification.invalid is not None:
            check(notification.invalid)


@given(st.binary(), st.none() | st.text(), st.text(min_size=1))
@example(b"", "sha1=\ud800", "secret")
@example(b"", "sha1=²", "\ud800")
def test_a_signature_nobody_made_is_refused(body: bytes, header: str | None, secret: str) -> None:
    with suppress(SignatureError):
        verify_signature(body, header, secret)
        raise AssertionError("a signature was guessed")
