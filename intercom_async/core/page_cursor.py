"""Following cursors from page to page, until the last."""

from collections import deque
from collections.abc import Callable
from hashlib import blake2b
from typing import Any, Final, Generic, TypeAlias, TypeVar

from intercom_async.core.call import Call
from intercom_async.core.checks import check_count
from intercom_async.core.codec import Page
from intercom_async.core.paginate import may_repeat
from intercom_async.core.plain import text
from intercom_async.errors import CursorLoopError, QueryError

T = TypeVar("T")

# Pages in a row that hold nothing, or what one shortly before held, although the cursor is new.
_MOST_EMPTY: Final = 100
_MOST_REPEATED: Final = 3
_SHORTLY: Final = 3  # pages, of which one may be half a megabyte

CallAt: TypeAlias = Callable[[str | None, int | None], Call[Page[T]]]
"""Makes the call for the page at a cursor, of at most so many records."""


class PageCursor(Generic[T]):
    """The state of one walk from page to page.

    Args:
        call_at: Makes the call for a page.
        resume: The cursor to begin at; ``None`` for the beginning.
        limit: How many records to walk at most.

    Raises:
        QueryError: The cursor is empty, which the API answers with an error of its own.
    """

    def __init__(self, call_at: CallAt[T], *, resume: str | None, limit: int | None) -> None:
        if resume is not None and not (resume := text("resume", resume)).strip():
            raise QueryError("resume must be a cursor from Page.next, or None; it is empty")
        if limit is not None:
            limit = check_count("limit", limit, 0, error=QueryError)
        self._call_at = call_at
        self._cursor = resume
        self._left = limit
        self._finished = limit == 0
        self._loops = False
        self._recent: deque[tuple[list[Any], list[Any]]] = deque([([], [])], _SHORTLY)
        self._alike = 0
        self._pages = 0
        # Digests, so that a walk of millions of pages stays small.
        self._seen: set[bytes] = set() if resume is None else {_digest(resume)}

    def next_call(self) -> Call[Page[T]] | None:
        """Return the call for the next page; ``None`` if there is none.

        Raises:
            CursorLoopError: The next page's cursor is one that was followed before, or new cursors
                led to the same page or to empty ones many times in a row.
        """
        if self._finished:
            return None
        if self._loops:
            raise CursorLoopError(self._cursor or "", self._pages)
        return self._call_at(self._cursor, self._left)

    def advance(self, page: Page[T]) -> Page[T]:
        """Take note of a page, and return it cut to the limit."""
        self._pages += 1
        if self._left is not None:
            page = Page(page.items[: self._left], page.total_count, page.next, page.invalid)
            self._left -= len(page.items)
        self._cursor = page.next
        self._finished = page.next is None or self._left == 0
        if page.next is not None:
            digest = _digest(page.next)
            self._loops = digest in self._seen and not may_repeat(page.next)
            self._loops |= self._is_stuck(page)
            self._seen.add(digest)
        return page

    def _is_stuck(self, page: Page[T]) -> bool:
        held = page.items, [error.body for error in page.invalid]
        self._alike = self._alike + 1 if held in self._recent else 0
        self._recent.append(held)
        return self._alike >= (_MOST_REPEATED if any(held) else _MOST_EMPTY)


def _digest(cursor: str) -> bytes:
    return blake2b(cursor.encode("utf-8", "surrogatepass"), digest_size=16).digest()
