"""Walking cursors: every page once, no page twice, and an end."""

from itertools import count, islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intercom_async.core.call import Call
from intercom_async.core.codec import Page
from intercom_async.core.page_cursor import PageCursor
from intercom_async.errors import CursorLoopError, DecodeError

PER_PAGE = 3


def call_at(cursor: str | None, left: int | None) -> Call[Page[int]]:
    size = PER_PAGE if left is None else min(PER_PAGE, left)
    return Call("GET", "/things", f"{cursor}:{size}", lambda _: Page[int]([]))


def walk(*, resume: str | None = None, limit: int | None = None) -> PageCursor[int]:
    return PageCursor(call_at, resume=resume, limit=limit)


def path(walked: PageCursor[int]) -> str | None:
    call = walked.next_call()
    return None if call is None else call.path


def test_it_goes_from_cursor_to_cursor_until_there_is_none() -> None:
    walked = walk()
    assert path(walked) == "None:3"
    page = Page([1, 2, 3], 5, "a")
    assert walked.advance(page) is page
    assert path(walked) == "a:3"
    assert walked.advance(Page([4, 5], 5, None)).items == [4, 5]
    assert path(walked) is None
    assert path(walked) is None


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        pytest.param(0, [], id="nothing is asked for"),
        pytest.param(1, ["None:1"], id="part of a page"),
        pytest.param(3, ["None:3"], id="one page"),
        pytest.param(4, ["None:3", "1:1"], id="the last page is small"),
        pytest.param(7, ["None:3", "1:3", "2:1"], id="three pages"),
    ],
)
def test_no_more_is_asked_for_than_the_limit(limit: int, expected: list[str]) -> None:
    walked, paths, items = walk(limit=limit), list[str](), list[int]()
    while (call := walked.next_call()) is not None:
        paths.append(call.path)
        size = int(call.path.split(":")[1])
        items += walked.advance(Page([7] * size, None, str(len(paths)))).items
    assert paths == expected
    assert len(items) == limit


def test_a_server_that_gives_more_than_asked_is_cut_at_the_limit() -> None:
    walked = walk(limit=2)
    page = walked.advance(Page([1, 2, 3], 9, "a"))
    assert page == Page([1, 2], 9, "a")
    assert path(walked) is None


@pytest.mark.parametrize(
    ("resume", "cursors"),
    [
        pytest.param(None, ["a", "a"], id="at once"),
        pytest.param(None, ["a", "b", "c", "a"], id="after three pages"),
        pytest.param(None, ["a", "b", "c", "c"], id="the last one"),
        pytest.param("r", ["r"], id="the resumed one at once"),
        pytest.param("r", ["a", "b", "r"], id="the resumed one later"),
    ],
)
def test_a_repeated_cursor_is_an_error_when_its_page_is_asked_for(
    resume: str | None, cursors: list[str]
) -> None:
    walked = walk(resume=resume)
    for number, cursor in enumerate(cursors):
        assert walked.next_call() is not None
        # The page that brings the cursor again is sound and is delivered.
        assert walked.advance(Page([number], None, cursor)).items == [number]
    for _ in range(2):
        with pytest.raises(CursorLoopError) as caught:
            walked.next_call()
        assert caught.value.cursor == cursors[-1]
        assert caught.value.pages == len(cursors)


def test_a_repeated_cursor_beyond_the_limit_is_no_error() -> None:
    walked = walk(limit=2)
    walked.advance(Page([1], None, "a"))
    walked.advance(Page([2], None, "a"))
    assert path(walked) is None


@given(
    sizes=st.lists(st.integers(0, PER_PAGE), min_size=1, max_size=90),
    cursors=st.data(),
)
def test_pages_without_repeats_are_walked_wholly(sizes: list[int], cursors: st.DataObject) -> None:
    records = count()
    pages = [list(islice(records, size)) for size in sizes]
    nexts = cursors.draw(
        st.lists(st.text(min_size=1), unique=True, min_size=len(pages) - 1, max_size=len(pages) - 1)
    )
    served = {
        cursor: Page(items, None, following)
        for cursor, items, following in zip([None, *nexts], pages, [*nexts, None], strict=True)
    }
    walked, items, cursor = walk(), list[int](), None
    while walked.next_call() is not None:
        page = walked.advance(served[cursor])
        items += page.items
        cursor = page.next
    assert items == [item for page in pages for item in page]


@pytest.mark.parametrize(
    ("page", "most"),
    [
        (Page[int]([]), 100),
        (Page([1, 2, 3]), 4),
        (Page[int]([], invalid=(DecodeError("no JSON", body=b"{"),)), 4),
    ],
    ids=["empty", "of the same records", "of the same malformed record"],
)
def test_new_cursors_that_lead_nowhere_are_followed_some_times(page: Page[int], most: int) -> None:
    walked = walk()
    pages = 0
    with pytest.raises(CursorLoopError) as caught:
        while walked.next_call() is not None:
            pages += 1
            assert pages <= most
            walked.advance(Page(page.items, None, f"cursor {pages}", page.invalid))
    assert (caught.value.cursor, caught.value.pages) == (f"cursor {pages}", pages)
    assert pages == most


@pytest.mark.parametrize("before", [0, 1, 5])
@pytest.mark.parametrize("cycle", [[[1], [2]], [[1], []], [[1], [2], [3]], [[1], [1], [2]]])
def test_pages_that_come_in_turns_under_new_cursors_come_to_an_end(
    cycle: list[list[int]], before: int
) -> None:
    walked = walk()
    with pytest.raises(CursorLoopError):
        for place in count():
            assert place < before + 3 * len(cycle)
            assert walked.next_call() is not None
            items = [place + 4] if place < before else cycle[(place - before) % len(cycle)]
            walked.advance(Page(items, None, f"{place}"))


@given(pages=st.lists(st.lists(st.integers(0, 2), max_size=2), max_size=300))
def test_pages_that_lead_on_are_all_walked(pages: list[list[int]]) -> None:
    """However often some are empty, or the same in between."""
    walked = walk()
    for place, items in enumerate(pages):
        for cursor, held in ((f"{place}", items), (f"{place}, led on", [place + 3])):
            assert walked.next_call() is not None
            walked.advance(Page(held, None, cursor))
