"""What follows a page, in every way in which the API says it."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from intercom_async import DecodeError
from intercom_async.core import codec
from intercom_async.core.paginate import may_repeat, parameters


class Thing(msgspec.Struct):
    id: str


things = codec.page_decoder(Thing, "things")
numbered = codec.page_decoder(Thing, "things", numbered=True)
URL = "https://api.intercom.io/things"
ONE = [{"id": "1"}]


def sent(**envelope: Any) -> bytes:
    return json.dumps({"things": ONE, **envelope}).encode()


@pytest.mark.parametrize(
    ("envelope", "asked"),
    [
        ({"pages": {"next": {"starting_after": "a+b=="}}}, {"starting_after": "a+b=="}),
        ({"pages": {"next": f"{URL}?starting_after=a%2Bb"}}, {"starting_after": "a+b"}),
        ({"pages": {"next": f"{URL}?page=2&per_page=20"}}, {"page": "2", "per_page": "20"}),
        ({"pages": {"next": f"{URL}?after=x%26y&page=3"}}, {"after": "x&y", "page": "3"}),
        ({"pages": {"next": f"{URL}?s=a&s=b&page=2"}}, {"s": "a,b", "page": "2"}),
        ({"next_cursor": "eyJpZCI6Nn0="}, {"cursor": "eyJpZCI6Nn0="}),
        ({"scroll_param": "s-1"}, {"scroll_param": "s-1"}),
    ],
    ids=[
        "cursor",
        "url of a cursor",
        "url of a number",
        "url",
        "repeated",
        "next_cursor",
        "scroll",
    ],
)
def test_the_next_page_is_asked_for_as_the_answer_says(
    envelope: dict[str, Any], asked: dict[str, str]
) -> None:
    cursor = things(sent(**envelope)).next
    assert cursor is not None
    assert parameters(cursor) == asked


@pytest.mark.parametrize(
    ("envelope", "cursor"),
    [
        ({"pages": {"page": 1, "total_pages": 3}}, "?page=2"),
        ({"page": 1, "total_pages": 3}, "?page=2"),
        ({"pages": {"page": 2, "total_pages": 3, "next": {"page": 3, "per_page": 5}}}, "?page=3"),
        ({"pages": {"page": 3, "total_pages": 3, "next": None}}, None),
        ({"pages": {"page": 4, "total_pages": 3}}, None),
        ({"pages": {"page": "1", "total_pages": None}}, None),
        ({}, None),
    ],
    ids=repr,
)
def test_numbered_pages_end_with_the_last(envelope: dict[str, Any], cursor: str | None) -> None:
    assert numbered(sent(**envelope)).next == cursor


def test_numbers_lead_nowhere_where_pages_have_cursors() -> None:
    assert things(sent(pages={"page": 1, "total_pages": 3})).next is None


def test_a_scroll_ends_with_an_empty_page_and_may_repeat_itself() -> None:
    cursor = things(sent(scroll_param="same")).next
    assert cursor is not None
    assert may_repeat(cursor)
    assert not may_repeat("scroll_param=same")
    assert things(b'{"data":[],"scroll_param":"same"}').next is None


def test_a_scroll_goes_on_past_a_page_of_which_nothing_can_be_decoded() -> None:
    page = things(b'{"data":[{"id":[]}],"scroll_param":"same"}')
    assert (len(page.invalid), page.next) == (1, "?scroll_param=same")


@pytest.mark.parametrize("name", ["next_cursor", "scroll_param"])
@pytest.mark.parametrize("cursor", [True, ["x"], {"x": 1}, 1.5], ids=repr)
def test_a_cursor_of_another_type_is_an_error_not_an_end(name: str, cursor: object) -> None:
    with pytest.raises(DecodeError, match="next page"):
        things(sent(**{name: cursor}))


@given(st.text(min_size=1).filter(lambda text: text[0] != "?"))
def test_a_cursor_is_sent_back_as_it_came(cursor: str) -> None:
    page = things(sent(pages={"next": {"starting_after": cursor}}))
    assert parameters(page.next or "") == {"starting_after": cursor}
