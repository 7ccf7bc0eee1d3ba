"""Whatever a caller gives is sent as it should be, or refused with one of our own errors."""

import warnings
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from functools import partial
from typing import Any, Final
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from yarl import URL

from intercom_async import F, QueryError
from intercom_async.core import plain, wire
from intercom_async.core.call import Call
from intercom_async.core.codec import Page
from intercom_async.core.page_cursor import PageCursor
from intercom_async.errors import ConfigurationError, CursorLoopError
from intercom_async.net.settings import (
    Secret,
    check_headers,
    check_version,
    find_base_url,
    find_token,
)
from tests.conftest import SHORTEST

# Text with what leads elsewhere, and with what is no text.
texts = st.one_of(
    st.text(st.characters(exclude_categories=())),
    st.lists(
        st.sampled_from(
            [
                *("/", "\\", ".", "..", "%2f", "%2e", "%", "?", "#", "@", ":", ";", " ", "1", "a"),
                *("\x00", "\r\n", "²", "\u2028", "\u202e", "\ud800"),
            ]
        )
    ).map("".join),
)
zones = st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes)))
odd: Final = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(10**400, 10**401),
    st.floats(),
    texts,
    st.binary(max_size=5),
    st.datetimes(timezones=st.none() | zones),
    st.sampled_from([datetime.max.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC)]),
    st.just(object()),
)
anything = st.recursive(
    odd,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.tuples(inner),
        st.dictionaries(texts, inner, max_size=3),
        st.fixed_dictionaries(
            {},
            optional={
                "field": st.sampled_from(sorted(F.table)) | inner,
                "operator": st.sampled_from(["AND", "OR", "=", "IN", ">", "~"]) | inner,
                "value": inner,
            },
        ),
    ),
    max_leaves=8,
)


def nested(levels: int) -> dict[str, Any]:
    query: dict[str, Any] = {"field": "id", "operator": "=", "value": "1"}
    for _ in range(levels):
        query = {"operator": "AND", "value": [query]}
    return query


@given(anything)
@example({"field": "id", "operator": "IN", "value": [[[["1"]]]]})
@example({"field": "created_at", "operator": ">", "value": "9" * 5_000})
def test_a_query_is_compiled_or_refused(query: Any) -> None:
    try:
        compiled = F.compile(query)
    except QueryError as error:
        str(error).encode("utf-8", "surrogatepass")
    else:
        wire.encode(compiled)


# Hypothesis itself cannot show what follows.


def test_a_query_of_many_levels_is_refused() -> None:
    with pytest.raises(QueryError):
        F.compile(nested(100_000))


@pytest.mark.parametrize("make", [wire.segment, partial(plain.identifier, "id"), wire.encode])
def test_an_id_of_many_digits_is_refused(make: Callable[[Any], object]) -> None:
    with pytest.raises(QueryError):
        make(10**5_000)


@given(st.sampled_from(sorted(F.table)) | texts, st.sampled_from(["=", "IN", ">", "~"]), anything)
def test_a_filter_is_made_or_refused(name: str, operator: str, value: Any) -> None:
    with suppress(QueryError):
        wire.encode(F.compile(F[name].compare(operator, value)))


@given(texts | anything)
def test_an_id_is_one_segment_of_the_path_or_refused(id: Any) -> None:
    try:
        segment = wire.segment(id)
    except QueryError as error:
        str(error).encode("utf-8", "surrogatepass")
        return
    url = URL(f"https://api.intercom.io/conversations/{segment}/reply", encoded=True)
    assert url.host == "api.intercom.io"
    assert (url.raw_path, url.query_string, url.fragment) == (
        f"/conversations/{segment}/reply",
        "",
        "",
    )
    assert unquote(segment) == str(id)
    assert segment not in {".", ".."}


@given(anything)
def test_a_body_is_encoded_or_refused(body: Any) -> None:
    with suppress(QueryError):
        wire.encode(body)
    with suppress(QueryError):
        plain.identifier("id", body)
    with suppress(QueryError):
        plain.unix_seconds("until", body)


# What else is given must not be looked for as a token where errors may quote it.
tokens = anything.map(
    lambda value: f"{value}-token" if isinstance(value, str) and len(value) >= SHORTEST else value
)


@given(tokens)
def test_a_token_is_taken_or_refused(value: Any) -> None:
    with suppress(ConfigurationError):
        find_token(None if value is None else Secret(value))


@given(anything)
def test_a_setting_is_taken_or_refused(value: Any) -> None:
    with suppress(ConfigurationError), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a version that is not known is sent all the same
        check_version(value)
    if isinstance(value, str):
        with suppress(ConfigurationError):
            check_headers({value: "1"})
        with suppress(ConfigurationError):
            check_headers({"X-A": value})


@given(texts | texts.map("https://".__add__) | texts.map("http://localhost".__add__))
def test_a_base_url_is_safe_or_refused(url: str) -> None:
    with suppress(ConfigurationError):
        found = urlsplit(find_base_url(None, url))
        assert found.scheme == "https" or found.hostname == "localhost"
        assert URL(find_base_url(None, url) + "/me", encoded=True).host


@given(st.lists(st.none() | texts, max_size=8), st.none() | texts, st.none() | st.integers())
def test_a_walk_ends_or_is_refused(
    cursors: list[str | None], resume: str | None, limit: int | None
) -> None:
    def call_at(cursor: str | None, left: int | None) -> Call[Page[int]]:
        return Call("GET", "/", wire.url("/", [("c", cursor or ""), ("n", str(left))]), never)

    with suppress(QueryError, CursorLoopError):
        walk = PageCursor(call_at, resume=resume, limit=limit)
        for following in cursors:
            if walk.next_call() is None:
                return
            walk.advance(Page([1, 2, 3], next=following))


def never(body: bytes) -> Page[int]:
    raise AssertionError(body)
