"""Walks through the windows of a stream, and through its list, each from where it was left at."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, Final, TypeVar

from msgspec.structs import replace

from intercom_async.core.codec import Page
from intercom_async.errors import DecodeError, IntercomError
from intercom_async.export.api import Api
from intercom_async.export.beyond import BEYOND
from intercom_async.export.options import Limits, Options
from intercom_async.export.progress import StreamProgress
from intercom_async.export.side_by_side import side_by_side
from intercom_async.export.store import WindowState
from intercom_async.export.writer import RecordWriter
from intercom_async.scan.record_header import read_header
from intercom_async.scan.walk import AdaptiveConcurrency, WindowWalker
from intercom_async.scan.windows import EVERYTHING, Window

T = TypeVar("T")

_AT_ONCE: Final = 16
# What a run that may send few requests has of them for each walk, which lists before it fetches.
_REQUESTS_A_WALK: Final = 8
_END: Final = ""  # of a walk, in place of a cursor
_UNSOUND: Final = "a record in the list could not be read"


class Walks:
    """Walks a stream of an export, several windows side by side.

    Args:
        api: What to ask.
        writer: Where to keep what comes.
        options: What to export.
        limits: How far to go.
        progress: Told how far it is.
        clock: The time in unix seconds, not later than the server's.

    Attributes:
        learnt: What the phase has learnt, texts and numbers by name, so that a run that ended in
            the middle of it need not ask all of it again.
        stuck: What could not be walked to its end, and why.
        total: How many records the list tells of; ``None`` if it does not, or only some are asked
            for.
        ends_where_known: Whether to end the list at a page of which all is known.
    """

    def __init__(  # noqa: PLR0917  # its parts, each made by the caller
        self,
        api: Api,
        writer: RecordWriter,
        options: Options,
        limits: Limits,
        progress: StreamProgress,
        clock: Callable[[], float],
    ) -> None:
        self.learnt: dict[str, Any] = {}
        self.stuck: list[tuple[Window, IntercomError]] = []
        self.total: int | None = None
        self.ends_where_known: bool = False
        self.is_limited: bool = options.is_limited and api.stream.windowed
        self._api = api
        self._writer = writer
        self._store = writer.store
        self._reach = options.reach()
        self._progress = progress
        self._clock = clock
        at_once = limits.requests // _REQUESTS_A_WALK if limits.requests else _AT_ONCE
        self._at_once = max(1, min(at_once, _AT_ONCE))
        self._walker = WindowWalker(self._page, self._note_stuck, AdaptiveConcurrency(_AT_ONCE))
        self._knows_the_rest = False
        self._has_shrunk = False
        self._open: set[Window] = set()
        self._asked: dict[Window, float] = {}

    async def all_of(self, walk: Callable[[T], Awaitable[None]], what: Sequence[T]) -> None:
        """Walk all of some windows, by one of the methods below."""
        await side_by_side(walk, what, self._at_once)

    async def planned(self, state: WindowState) -> None:
        """Walk a window of the plan, from the cursor it was left at."""
        whole, ended = state.window, False
        store = self._store

        async def take(window: Window, page: Page[bytes]) -> None:
            nonlocal ended
            if window != whole:  # a piece of a window that could not be walked in one
                await self._take_update(window, page)
                return
            ended = page.next is None
            last = partial(store.commit_page, whole, cursor=page.next)
            some = partial(store.commit_part, whole)
            await self._writer.keep(page, self._asked[window], window, some, last)

        self._open.add(whole)
        self._progress.oldest_open = min(self._open)
        await self._walker.walk(whole, take, state.cursor)
        await self.keep_stuck()
        if not ended:
            await self._writer.in_store(store.commit_page, whole, [], None)
        self._open.discard(whole)
        self._progress.oldest_open = min(self._open, default=None)

    async def update(self, window: Window) -> None:
        """Walk a window that is not of the plan."""
        await self._walker.walk(window, self._take_update)
        await self.keep_stuck()

    async def once(self, window: Window) -> None:
        """Walk a window that is not of the plan once in a phase, from where it was left at."""
        place = self._place(window)
        cursor = self.learnt.get(place)

        async def take(part: Window, page: Page[bytes]) -> None:
            await self._take_update(part, page)
            if part == window and page.next is not None and not page.next.startswith(BEYOND):
                self.learnt[place] = page.next

        if cursor != _END:
            await self._walker.walk(window, take, cursor)
            if not self.stuck:
                self.learnt[place] = _END

    async def listed_too_little(self) -> bool:
        """Tell whether the list, walked to its end, gave fewer records than it tells of.

        Where one is deleted or moves meanwhile, numbered pages leave another out.
        """
        listed = await self._writer.in_store(self._store.ledger.count_seen)
        return self._has_shrunk or listed < (self.total or 0)

    def begin_anew(self) -> None:
        """Have the list walked from its beginning once more."""
        self.learnt.pop(self._place(EVERYTHING), None)
        self.learnt.pop(_UNSOUND, None)
        self.stuck.clear()
        self.total, self._has_shrunk = None, False

    def was_begun(self, window: Window) -> bool:
        """Tell whether a window was begun that is walked once in the phase."""
        return self._place(window) in self.learnt

    @property
    def is_sound(self) -> bool:
        """Whether all that was listed could be read, as far as the list was walked."""
        return _UNSOUND not in self.learnt and not self.stuck

    async def keep_stuck(self) -> None:
        """Note what could not be walked to its end."""
        while self.stuck:
            window, error = self.stuck.pop()
            quarantine = self._store.outcomes.quarantine
            await self._writer.in_store(quarantine, None, str(error), window=window)

    async def _page(
        self, window: Window, cursor: str | None, per_page: int, patient: bool
    ) -> Page[bytes]:
        self._asked[window] = self._clock()
        if self._knows_the_rest:
            return Page([])
        page = await self._api.page(window, cursor, per_page, patient=patient)
        if window == EVERYTHING and self.is_limited:
            return _dated(page, self._reach)
        return page

    def _place(self, window: Window) -> str:
        return f"after {window.name}"

    async def _take_update(self, window: Window, page: Page[bytes]) -> None:
        commit = self._store.commit_update
        asked = self._asked.pop(window)
        if window != EVERYTHING:
            await self._writer.keep(page, asked, window, commit, commit)
            return
        if page.total_count is not None and not self.is_limited:
            before = self.total or page.total_count
            self._has_shrunk |= page.total_count < before
            self.total = min(page.total_count, before)
            self._progress.total = self.total
        fetched = self._progress.fetched
        found = await self._writer.keep(page, asked, window, commit, commit)
        ids = [str(header.id) for header, _ in found]
        if page.invalid or len(ids) < len(page.items):
            self.learnt[_UNSOUND] = True
        self._knows_the_rest = self.ends_where_known and self._progress.fetched == fetched
        await self._writer.in_store(self._store.ledger.see, ids)

    def _note_stuck(self, window: Window, error: IntercomError) -> None:
        self.stuck.append((window, error))


def _dated(page: Page[bytes], reach: Window) -> Page[bytes]:
    """Return what of a page of the list tells its creation time, and end where the reach does.

    The latest updated is listed first, and nothing is updated before it is created.
    """
    items, last = [], True
    for raw in page.items:
        with suppress(DecodeError):
            read = read_header(raw)
            last &= read.updated is not None and read.updated < reach.start
            if read.created is not None:
                items.append(raw)
    return replace(page, items=items, next=None if last else page.next)
