"""Walking windows side by side: as many at a time as the API bears, pages as large as it bears."""

import time
from collections.abc import Awaitable, Callable
from typing import Final, TypeAlias

import anyio

from intercom_async.errors import (
    ConnectionFailed,
    CursorLoopError,
    DecodeError,
    NotFound,
    RequestError,
    ServerError,
    TimedOut,
)
from intercom_async.protocol.codec import Page
from intercom_async.scan.windows import Window

_SIZES: Final = (150, 50, 15, 5, 1)
_PIECES: Final = 16
_SLACK: Final = 0.5  # seconds of latency that are no sign of overload
# So many windows given up in a row are no poisonous records but an API that is down.
_HOPELESS: Final = 32
# What a smaller page may not meet. A 404 is how one deleted message fails a whole page.
_PASSING: Final = (ServerError, TimedOut, ConnectionFailed, NotFound, DecodeError)

FetchPage: TypeAlias = Callable[[Window, str | None, int], Awaitable[Page[bytes]]]
"""Fetches the page of a window at a cursor, of at most so many records."""

TakePage: TypeAlias = Callable[[Window, Page[bytes]], Awaitable[None]]
"""Takes a page of a window; the walk goes on when it returns."""

Stuck: TypeAlias = Callable[[Window, RequestError], None]
"""Told of a second whose records the API cannot be brought to list, and why."""


class Pace:
    """How many searches to have under way: one more while all goes well, half when it does not.

    Many searches at once make an overloaded API slower still, so it is latency and errors that
    set the number, not the rate limit.

    Args:
        most: Never more than this.
        first: How many to begin with.
    """

    def __init__(self, most: int, first: int = 4) -> None:
        self._most = most
        self._level = float(min(first, most))
        self._quickest = float("inf")
        self._untroubled = True
        self.limiter: anyio.CapacityLimiter = anyio.CapacityLimiter(self.level)

    @property
    def level(self) -> int:
        """How many searches may be under way now."""
        return int(self._level)

    def succeeded(self, seconds: float) -> None:
        """Learn that a search took so many seconds."""
        self._quickest = min(seconds, self._quickest)
        if seconds > 2 * self._quickest + _SLACK:
            self._untroubled = False
        else:
            # Up quickly until the first sign of trouble, and slowly ever after.
            self._set(self._level + (1 if self._untroubled else 1 / self._level))

    def failed(self) -> None:
        """Learn that a search failed."""
        self._untroubled = False
        self._set(self._level / 2)

    def _set(self, level: float) -> None:
        self._level = min(max(level, 1.0), float(self._most))
        self.limiter.total_tokens = self.level


class Walker:
    """Walks windows, each by its own cursor.

    A page that fails is asked for again smaller, down to single records, from the same cursor.
    If that fails too, one record poisons what holds it: the window is cut and its pieces are
    walked, down to the single second that holds the record. Pieces list again what the window
    had listed before, in the same ``take``, which leaves out what it knows.

    Args:
        fetch: Fetches a page.
        stuck: Told of a second that had to be left out.
        pace: How many searches to have under way.
    """

    def __init__(self, fetch: FetchPage, stuck: Stuck, pace: Pace) -> None:
        self._fetch = fetch
        self._stuck = stuck
        self._pace = pace
        self._given_up = 0

    async def walk(self, window: Window, take: TakePage, cursor: str | None = None) -> None:
        """Walk a window from a cursor to its end.

        Args:
            window: The window.
            take: Takes its pages.
            cursor: Where to begin; ``None`` for its beginning.

        Raises:
            RequestError: It failed for a reason that no smaller page avoids, or the API is down.
            CursorLoopError: The API repeated a cursor.
        """
        seen: set[str] = set() if cursor is None else {cursor}
        while True:
            try:
                page = await self._page(window, cursor)
            except _PASSING as error:
                await self._give_up(window, take, error)
                return
            await take(window, page)
            cursor = page.next
            if cursor is None:
                return
            if cursor in seen:
                raise CursorLoopError(cursor, len(seen))
            seen.add(cursor)

    async def _page(self, window: Window, cursor: str | None) -> Page[bytes]:
        for size in _SIZES:
            try:
                async with self._pace.limiter:
                    begun = time.monotonic()
                    page = await self._fetch(window, cursor, size)
            except _PASSING:
                self._pace.failed()
                if size == _SIZES[-1]:
                    raise
            else:
                self._pace.succeeded(time.monotonic() - begun)
                self._given_up = 0
                return page
        raise AssertionError  # the last size returns or raises

    async def _give_up(self, window: Window, take: TakePage, error: RequestError) -> None:
        self._given_up += 1
        if self._given_up > _HOPELESS:
            raise error
        if window.seconds == 1:
            self._stuck(window, error)
            return
        for piece in window.split(_PIECES):
            await self.walk(piece, take)
