"""Walking windows: concurrency and page size adapt to what the API can serve."""

import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from math import inf
from typing import Final, TypeAlias

import anyio

from intercom_async.core.codec import Page
from intercom_async.errors import (
    ConnectionFailed,
    CursorLoopError,
    DecodeError,
    Forbidden,
    IntercomError,
    NotFound,
    RateLimited,
    ServerError,
    StatusError,
    TimedOut,
    Unauthorized,
)
from intercom_async.scan.record_header import belongs
from intercom_async.scan.windows import Window

_SIZES: Final = (150, 50, 15, 5, 1)
_PIECES: Final = 16
_SLACK: Final = 0.5  # seconds of latency that are no sign of overload
# After more windows in a row that were given up, what was listed before is asked for again: the API
# is down if that does not come, or if no page came for more seconds.
_MAX_CONSECUTIVE_FAILURES: Final = 32
_MAX_SECONDS_OF_FAILURE: Final = 600.0
# A smaller page may avoid these. One deleted message fails a whole page with a 404.
_TRANSIENT: Final = (
    ServerError,
    TimedOut,
    ConnectionFailed,
    NotFound,
    DecodeError,
    CursorLoopError,
)
# These do not mean that the cursor has expired.
_NOT_OF_THE_CURSOR: Final = (Unauthorized, Forbidden, RateLimited)
# After more pages in a row without a new record, the cursors lead nowhere.
_MOST_IDLE: Final = 8
_MOST_IDLE_IN_PIECES: Final = 2  # of a window that was given up, where they are likely to

FetchPage: TypeAlias = Callable[[Window, str | None, int, bool], Awaitable[Page[bytes]]]
"""Fetches a page: ``(window, cursor, most_records, patient)``."""

TakePage: TypeAlias = Callable[[Window, Page[bytes]], Awaitable[None]]
"""Takes a page of a window; the walk continues when it returns."""

OnUnlistable: TypeAlias = Callable[[Window, IntercomError], None]
"""Told of a window of the smallest size that the API does not list, and of the error."""


class AdaptiveConcurrency:
    """A limit on concurrent searches: one more after each success, half after a failure.

    Many concurrent searches slow an overloaded API down further. So latency and errors set the
    limit, not the rate window.

    Args:
        most: The highest limit.
        first: The limit to begin with.
    """

    def __init__(self, most: int, first: int = 8) -> None:
        self._most = most
        self._level = float(min(first, most))
        self._quickest = float("inf")
        self._untroubled = True
        self.limiter: anyio.CapacityLimiter = anyio.CapacityLimiter(self.level)

    @property
    def level(self) -> int:
        """How many searches may run at once now."""
        return int(self._level)

    def succeeded(self, seconds: float) -> None:
        """Take note of a search that took so many seconds."""
        self._quickest = min(seconds, self._quickest)
        if seconds > 2 * self._quickest + _SLACK:
            self._untroubled = False
        else:
            # Quickly until the first sign of trouble, slowly after it.
            self._set(self._level + (1 if self._untroubled else 1 / self._level))

    def failed(self) -> None:
        """Take note of a search that failed."""
        self._untroubled = False
        self._set(self._level / 2)

    def _set(self, level: float) -> None:
        self._level = min(max(level, 1.0), float(self._most))
        self.limiter.total_tokens = self.level


class _CursorTracker:
    """The cursors of one walk, and whether they lead nowhere."""

    def __init__(self, cursor: str | None, most_idle: int) -> None:
        self.pages = 0
        self._most_idle = most_idle
        self.leads_nowhere = False
        self._cursors = {cursor}
        self._begun_with: set[int] = set()
        self._listed = 0
        self._idle = 0
        self._is_short = False
        self._total: int | None = None

    def next(self, page: Page[bytes], size: int) -> str | None:
        """Return the cursor after a page of at most ``size``; ``None`` if it was the last page."""
        self.pages += 1
        first = hash(page.items[0]) if page.items else None
        if first is None or first in self._begun_with:
            self._idle += 1
        else:
            self._begun_with.add(first)
            self._idle, self._listed = 0, self._listed + len(page.items)
            self._is_short = len(page.items) < size
        if page.total_count is not None:  # one page may tell too few
            self._total = max(page.total_count, self._total or 0)
        idle, total = self._idle > self._most_idle, self._total
        if idle and (self._is_short if total is None else self._listed >= total):
            return None  # everything was listed
        self.leads_nowhere = idle or page.next in self._cursors
        self._cursors.add(page.next)
        return page.next


class WindowWalker:
    """Walks windows, each by its own cursor.

    A page that fails is asked for again with fewer records, down to one, from the same cursor.
    A cursor that is refused may have expired: its window is walked again from the start, once,
    and so it is where cursors lead nowhere. If that fails too, the window is subdivided, down to
    one second of creation and one of update. This isolates a record that fails every page it is
    on.
    Records may reach ``take`` twice; it has to drop those it knows.

    Args:
        fetch: Fetches a page.
        on_unlistable: Called for each piece that had to be left out.
        concurrency: Limits the concurrent searches.
    """

    def __init__(
        self, fetch: FetchPage, on_unlistable: OnUnlistable, concurrency: AdaptiveConcurrency
    ) -> None:
        self._fetch = fetch
        self._on_unlistable = on_unlistable
        self._concurrency = concurrency
        self._failures = 0
        self._failing_since = inf
        self._listed: Window | None = None  # the last one walked to its end that held any record

    async def walk(
        self, window: Window, take: TakePage, cursor: str | None = None, *, patient: bool = True
    ) -> None:
        """Walk a window from a cursor to its end.

        Args:
            window: The window.
            take: Takes its pages.
            cursor: Where to begin; ``None`` for its beginning.
            patient: Whether to retry a page before asking for fewer records. Pieces of a window
                that was given up are walked without, since retries did not help it.

        Raises:
            IntercomError: A smaller page or window would not avoid the error, or the API is down.
        """
        anew = False
        most_idle = _MOST_IDLE if patient else _MOST_IDLE_IN_PIECES
        cursors = _CursorTracker(cursor, most_idle)
        while True:
            try:
                page, size = await self._page(window, cursor, patient=patient)
            except _TRANSIENT as error:
                await self._give_up(window, take, error)
                return
            except StatusError as error:
                if cursor is None or isinstance(error, _NOT_OF_THE_CURSOR):
                    raise
                if anew:
                    await self._give_up(window, take, error)
                    return
                anew, cursor, cursors = True, None, _CursorTracker(None, most_idle)
                continue
            await take(window, page)
            cursor = cursors.next(page, size)
            if cursor is None:
                self._listed = window if page.items else self._listed
                return
            if cursors.leads_nowhere and patient and not anew:
                anew, cursor, cursors = True, None, _CursorTracker(None, most_idle)
            elif cursors.leads_nowhere:  # smaller windows list the rest
                loop = CursorLoopError(cursor, cursors.pages)
                answers = {belongs(raw, window) for raw in page.items}
                if True in answers and False not in answers:
                    await self._give_up(window, take, loop)
                else:  # smaller ones would list the same
                    self._on_unlistable(window, loop)
                return

    async def _page(
        self, window: Window, cursor: str | None, *, patient: bool
    ) -> tuple[Page[bytes], int]:
        for size in _SIZES:
            try:
                async with self._concurrency.limiter:
                    started_at = time.monotonic()
                    page = await self._fetch(window, cursor, size, patient)
            except _TRANSIENT:
                self._concurrency.failed()
                self._failing_since = min(self._failing_since, time.monotonic())
                patient = False
                if size == _SIZES[-1]:
                    raise
            else:
                self._concurrency.succeeded(time.monotonic() - started_at)
                self._failures, self._failing_since = 0, inf
                return page, size
        raise AssertionError  # the last size returns or raises

    async def _is_up(self) -> bool:
        """Tell whether the API still lists what it listed before."""
        if self._listed is None:
            return False
        with suppress(*_TRANSIENT):
            return bool((await self._fetch(self._listed, None, _SIZES[-1], False)).items)
        return False

    async def _give_up(self, window: Window, take: TakePage, error: IntercomError) -> None:
        self._failures += 1
        lasting = time.monotonic() - self._failing_since
        if lasting > _MAX_SECONDS_OF_FAILURE:
            raise error
        if self._failures > _MAX_CONSECUTIVE_FAILURES:
            if not await self._is_up():
                raise error
            self._failures, self._failing_since = 0, inf
        pieces = window.subdivide(_PIECES)
        if not pieces:
            self._on_unlistable(window, error)
        for piece in pieces:
            await self.walk(piece, take, patient=False)
