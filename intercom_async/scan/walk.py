"""Walking windows side by side: as many at a time as the API bears, pages as large as it bears."""

import time
from collections.abc import Awaitable, Callable
from typing import Final, TypeAlias

import anyio

from intercom_async.errors import (
    BadRequest,
    ConnectionFailed,
    CursorLoopError,
    DecodeError,
    IntercomError,
    NotFound,
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

Stuck: TypeAlias = Callable[[Window, IntercomError], None]
"""Told of a window, cut as small as can be, that the API cannot be brought to list, and why."""


class Pace:
    """How many searches to have under way: one more while all goes well, half when it does not.

    Many searches at once make an overloaded API slower still, so it is latency and errors that
    set the number, not the rate limit.

    Args:
        most: Never more than this.
        first: How many to begin with.
    """

    def __init__(self, most: int, first: int = 8) -> None:
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
    If that fails too, or the cursor leads nowhere, the window is cut and its pieces are walked,
    down to what was created in one second and updated in one, which isolates a record that
    poisons whatever page it stands on. Pieces list again what the window had listed before, in
    the same ``take``, which leaves out what it knows.

    Args:
        fetch: Fetches a page.
        stuck: Told of a piece that had to be left out.
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
            IntercomError: It failed for a reason that no smaller page and no smaller window
                avoids, or the API is down.
        """
        seen: set[str] = set() if cursor is None else {cursor}
        while True:
            try:
                page = await self._page(window, cursor)
            except _PASSING as error:
                await self._give_up(window, take, error)
                return
            except BadRequest as error:
                if cursor is None:
                    raise
                await self._give_up(window, take, error)  # the cursor may have expired
                return
            await take(window, page)
            cursor = page.next
            if cursor is None:
                return
            if cursor in seen:  # what it was to lead to is found in smaller windows
                await self._give_up(window, take, CursorLoopError(cursor, len(seen)))
                return
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

    async def _give_up(self, window: Window, take: TakePage, error: IntercomError) -> None:
        self._given_up += 1
        if self._given_up > _HOPELESS:
            raise error
        pieces = window.cut(_PIECES)
        if not pieces:
            self._stuck(window, error)
        for piece in pieces:
            await self.walk(piece, take)
