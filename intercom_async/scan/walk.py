"""Walking windows side by side: as many at a time as the API bears, pages as large as it bears."""

import time
from collections.abc import Awaitable, Callable
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
from intercom_async.scan.listed import belongs
from intercom_async.scan.windows import Window

_SIZES: Final = (150, 50, 15, 5, 1)
_PIECES: Final = 16
_SLACK: Final = 0.5  # seconds of latency that are no sign of overload
# So many windows given up in a row, or one after so many seconds without any page, are no poisonous
# records but an API that is down.
_HOPELESS: Final = 32
_HOPELESS_SECONDS: Final = 600.0
# What a smaller page may not meet. A 404 is how one deleted message fails a whole page.
_PASSING: Final = (ServerError, TimedOut, ConnectionFailed, NotFound, DecodeError)
# Errors that are not about the cursor that was sent.
_OF_THE_CALLER: Final = (Unauthorized, Forbidden, RateLimited)
# So many pages in a row that bring nothing come from cursors that lead nowhere; in a piece of a
# window that was given up, where such pages are to be expected, so many.
_MOST_IDLE: Final = 8
_MOST_IDLE_IN_PIECES: Final = 2

FetchPage: TypeAlias = Callable[[Window, str | None, int, bool], Awaitable[Page[bytes]]]
"""Fetches the page of a window at a cursor, of at most so many records, patiently or not."""

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


class _Course:
    """Follows the cursors of one walk, and tells when they lead nowhere."""

    def __init__(self, cursor: str | None, most_idle: int) -> None:
        self.pages = 0
        self._most_idle = most_idle
        self.leads_nowhere = False
        self._cursors = {cursor}
        self._begun_with: set[int] = set()
        self._listed = 0
        self._idle = 0
        self._is_short = False

    def next(self, page: Page[bytes], size: int) -> str | None:
        """Return where to go on after a page of at most so many; ``None`` if it was the last."""
        self.pages += 1
        first = hash(page.items[0]) if page.items else None
        if first is None or first in self._begun_with:
            self._idle += 1
        else:
            self._begun_with.add(first)
            self._idle, self._listed = 0, self._listed + len(page.items)
            self._is_short = len(page.items) < size
        idle, total = self._idle > self._most_idle, page.total_count
        if idle and (self._is_short if total is None else self._listed >= total):
            return None  # all there is was listed
        self.leads_nowhere = idle or page.next in self._cursors
        self._cursors.add(page.next)
        return page.next


class Walker:
    """Walks windows, each by its own cursor.

    A page that fails is asked for again smaller, down to single records, from the same cursor.
    A cursor that is refused may have expired: its window is walked anew, once. If that fails
    too, or cursors lead nowhere, the window is cut and its pieces are walked, down to what was
    created in one second and updated in one, which isolates a record that poisons whatever page
    it stands on. What is listed again comes to the same ``take``, which leaves out what it knows.

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
        self._failing_since = inf

    async def walk(
        self, window: Window, take: TakePage, cursor: str | None = None, *, patient: bool = True
    ) -> None:
        """Walk a window from a cursor to its end.

        Args:
            window: The window.
            take: Takes its pages.
            cursor: Where to begin; ``None`` for its beginning.
            patient: Whether to wait and ask for the same page again before asking for less. It
                did not help where the window is a piece of one that was given up.

        Raises:
            IntercomError: It failed for a reason that no smaller page and no smaller window
                avoids, or the API is down.
        """
        anew = False
        most_idle = _MOST_IDLE if patient else _MOST_IDLE_IN_PIECES
        course = _Course(cursor, most_idle)
        while True:
            try:
                page, size = await self._page(window, cursor, patient=patient)
            except _PASSING as error:
                await self._give_up(window, take, error)
                return
            except StatusError as error:
                if cursor is None or isinstance(error, _OF_THE_CALLER):
                    raise
                if anew:
                    await self._give_up(window, take, error)
                    return
                anew, cursor, course = True, None, _Course(None, most_idle)
                continue
            await take(window, page)
            cursor = course.next(page, size)
            if cursor is None:
                return
            if course.leads_nowhere:  # what it was to lead to is found in smaller windows
                loop = CursorLoopError(cursor, course.pages)
                answers = {belongs(raw, window) for raw in page.items}
                if True in answers and False not in answers:
                    await self._give_up(window, take, loop)
                else:  # smaller ones would list the same
                    self._stuck(window, loop)
                return

    async def _page(
        self, window: Window, cursor: str | None, *, patient: bool
    ) -> tuple[Page[bytes], int]:
        for size in _SIZES:
            try:
                async with self._pace.limiter:
                    begun = time.monotonic()
                    page = await self._fetch(window, cursor, size, patient)
            except _PASSING:
                self._pace.failed()
                self._failing_since = min(self._failing_since, time.monotonic())
                patient = False
                if size == _SIZES[-1]:
                    raise
            else:
                self._pace.succeeded(time.monotonic() - begun)
                self._given_up, self._failing_since = 0, inf
                return page, size
        raise AssertionError  # the last size returns or raises

    async def _give_up(self, window: Window, take: TakePage, error: IntercomError) -> None:
        self._given_up += 1
        lasting = time.monotonic() - self._failing_since
        if self._given_up > _HOPELESS or lasting > _HOPELESS_SECONDS:
            raise error
        pieces = window.cut(_PIECES)
        if not pieces:
            self._stuck(window, error)
        for piece in pieces:
            await self.walk(piece, take, patient=False)
