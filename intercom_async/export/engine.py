"""The phases of one export: plan, walk, catch up with what changed meanwhile, verify, finish."""

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from math import inf
from typing import Any, Final

from intercom_async.errors import IntercomError
from intercom_async.export.api import Api
from intercom_async.export.keeping import Keeper, together
from intercom_async.export.options import Options
from intercom_async.export.progress import Progress, Summary
from intercom_async.export.store import WindowState
from intercom_async.export.verify import Count, Verifier
from intercom_async.protocol.codec import Page
from intercom_async.scan.plan import Planned, plan
from intercom_async.scan.walk import Pace, Walker
from intercom_async.scan.windows import Window

__all__ = ["Engine"]

_WALKS: Final = 16
# The server's search index may be minutes behind the server.
_OVERLAP: Final = 300
_QUICK: Final = 10.0  # seconds


class Engine:
    """Takes an export from the phase it is in to its end.

    Args:
        api: What to ask.
        keeper: Where to keep what comes.
        options: What to export.
        progress: Told how far it is.
        clock: The time in unix seconds, not later than the server's.
    """

    def __init__(
        self,
        api: Api,
        keeper: Keeper,
        options: Options,
        progress: Progress,
        clock: Callable[[], float],
    ) -> None:
        self._api = api
        self._keeper = keeper
        self._store = keeper.store
        self._options = options
        self._progress = progress
        self._clock = clock
        self._walker = Walker(self._page, self._note_stuck, Pace(_WALKS))
        self._stuck: list[tuple[Window, IntercomError]] = []
        self._open: set[Window] = set()
        self._asked: dict[Window, float] = {}

    async def run(self) -> Summary:
        """Go through the phases; see ``Export.run``."""
        do, store = self._keeper.do, self._store
        if store.phase == "finished":
            await do(store.begin_update)
        if store.phase == "new":
            self._progress.phase = "planning"
            await self._plan()
        windows = await do(store.windows)
        self._progress.total = sum(state.expected for state in windows)
        self._progress.written = (await do(store.counts)).conversations
        if store.phase == "planned":
            self._progress.phase = "walking"
            await self._side_by_side(self._walk, [state for state in windows if not state.done])
            await self._advance("walked")
        self._progress.phase = "catching up"
        as_of = await self._catch_up()
        if store.phase == "walked":
            await self._advance("drained")
        self._progress.phase = "verifying"
        planned = [state.window for state in windows]
        counts, missing = await self._verify(planned)
        known = {c.window: (c.counted, c.held) for c in counts if c.counted is not None}
        await do(partial(store.verified, [(w, *known[w]) for w in planned if w in known]))
        summary = await self._finish(as_of, counts, missing)
        self._progress.phase = "finished"
        return summary

    async def _advance(self, phase: Any) -> None:
        await self._keeper.do(partial(setattr, self._store, "phase", phase))

    async def _plan(self) -> None:
        planned = await self._planned(self._options.span(self._store.started_at))
        windows = [(each.window, each.expected) for each in planned]
        await self._keeper.do(partial(self._store.plan, windows))

    async def _planned(self, span: Window) -> list[Planned]:
        planned: list[Planned] = []

        async def found(window: Planned) -> None:
            planned.append(window)

        await plan(span, self._api.count, found)
        return sorted(planned)

    # Walking

    async def _side_by_side(self, walk: Callable[[Any], Any], what: Sequence[Any]) -> None:
        left = iter(what)

        async def work() -> None:
            for each in left:
                await walk(each)

        await together([work] * min(_WALKS, len(what)))

    async def _walk(self, state: WindowState) -> None:
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
            await self._keeper.keep(page, self._asked[window], window, some, last)

        self._opened(whole)
        await self._walker.walk(whole, take, state.cursor)
        await self._keep_stuck()
        if not ended:
            await self._keeper.do(partial(store.commit_page, whole, [], None))
        self._closed(whole)

    async def _page(self, window: Window, cursor: str | None, per_page: int) -> Page[bytes]:
        self._asked[window] = self._clock()
        return await self._api.page(window, cursor, per_page)

    async def _walk_update(self, window: Window) -> None:
        """Walk a window that is not of the plan."""
        await self._walker.walk(window, self._take_update)
        await self._keep_stuck()

    async def _take_update(self, window: Window, page: Page[bytes]) -> None:
        commit = self._store.commit_update
        await self._keeper.keep(page, self._asked.pop(window), window, commit, commit)

    def _opened(self, window: Window) -> None:
        self._open.add(window)
        self._progress.oldest_open = min(self._open)

    def _closed(self, window: Window) -> None:
        self._open.discard(window)
        self._progress.oldest_open = min(self._open, default=None)

    def _note_stuck(self, window: Window, error: IntercomError) -> None:
        self._stuck.append((window, error))

    async def _keep_stuck(self) -> None:
        while self._stuck:
            window, error = self._stuck.pop()
            put = partial(self._store.quarantine, None, self._keeper.told(error), window=window)
            await self._keeper.do(put)

    # Catching up

    async def _catch_up(self) -> int:
        """Fetch what failed or changed, in passes, until one has been quick.

        A pass takes as long as what it fetches is much, so the next has less to fetch. Where
        changes do not end, passes do: when they are short, or shrink no more.

        Returns:
            When the last pass began, in unix seconds. What had changed by then is kept.
        """
        store = self._store
        failed = await self._keeper.do(store.failed)
        short = await self._keeper.do(store.parts_missing)
        lacking = list(dict.fromkeys([*failed, *short]))
        await self._keeper.retrieve(lacking, store.commit_update, store.commit_update)
        since = store.started_at if store.previous_started_at is None else store.previous_started_at
        lasted = inf
        while True:
            changed = self._options.changed(since - _OVERLAP)
            since, begun = int(self._clock()), time.monotonic()
            windows = [planned.window for planned in await self._planned(changed)]
            await self._side_by_side(self._walk_update, windows)
            before, lasted = lasted, time.monotonic() - begun
            if lasted < _QUICK or lasted > before / 2:
                return since

    # Verifying and finishing

    async def _verify(self, windows: Sequence[Window]) -> tuple[list[Count], int]:
        """Count every window anew, and walk those again that hold less than was counted.

        Returns:
            The counts, and how many conversations are missing without explanation.
        """
        verifier = Verifier(self._api, self._keeper)
        # What was not soundly listed may be by now; what still is not goes back.
        suspected = await self._keeper.do(self._store.try_again)
        await self._side_by_side(self._walk_update, suspected)
        await self._keeper.do(self._store.acquit)  # not before: a run may be killed on the way
        counts = await verifier.verify(self._options.span(self._store.started_at), windows)
        unsound = [each.window for each in counts if not each.sound]
        ghosts = 0
        if unsound:
            deleted = len(self._keeper.gone)
            await self._side_by_side(self._walk_update, unsound)
            # Listed and counted just now, and yet not to be had: the index is behind.
            ghosts = len(self._keeper.gone) - deleted
            again = await verifier.count(unsound)
            counts = [each for each in counts if each.sound] + again
        failed = await self._keeper.do(self._store.failed)
        held = await self._keeper.do(partial(self._store.known, failed))  # an older version
        explained = ghosts + len(failed.keys() - held.keys())
        explained += (await self._keeper.do(self._store.counts)).quarantined
        return sorted(counts), max(sum(each.missing for each in counts) - explained, 0)

    async def _finish(self, as_of: int, counts: list[Count], missing: int) -> Summary:
        do, store = self._keeper.do, self._store
        short = [each.window.name for each in counts if missing and each.missing]
        uncounted = [each.window.name for each in counts if each.counted is None]
        result = {
            "verified_at": datetime.now(UTC),
            "as_of": as_of,
            "counted": sum(each.counted or 0 for each in counts),
            "held": sum(each.held for each in counts),
            "missing": missing,
            "short": short,
            "uncounted": uncounted,
        }
        lists: dict[str, Any] = {
            "deleted": await do(store.deleted),
            "truncated": await do(store.truncated),
            "parts_missing": await do(store.parts_missing),
            "failed": await do(store.failed),
        }
        await do(store.compact)
        await do(partial(store.finish, result | lists))
        return Summary(
            workspace=store.identity.workspace,
            api_version=store.identity.api_version,
            seconds=self._progress.seconds,
            fetched=self._progress.fetched,
            requests=self._progress.requests,
            throttled=self._progress.throttled,
            as_of=as_of,
            counts=await do(store.counts),
            missing=missing,
            short=short,
            uncounted=uncounted,
            **lists,
        )
