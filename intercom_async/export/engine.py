"""The phases of a stream: plan, walk, catch up with changes, sweep by ids, verify, compact."""

import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from math import inf
from pathlib import Path
from typing import Any, Final

import anyio

from intercom_async.export.api import Api
from intercom_async.export.options import Limits, Options, between
from intercom_async.export.progress import StreamProgress, StreamSummary
from intercom_async.export.store import ExportCorrupted, RunState
from intercom_async.export.verify import Count, Verifier
from intercom_async.export.walks import Walks
from intercom_async.export.writer import RecordWriter
from intercom_async.scan.plan import PlannedWindow, Uncountable, plan
from intercom_async.scan.windows import EVERYTHING, FIRST_SECOND, UPDATED, Window

# The server's search index may be minutes behind the server.
_OVERLAP: Final = 300
_QUICK: Final = 10.0  # seconds
_SWEPT_ANYWAY: Final = 10  # every so many runs
# What a phase learns about the pass over changes that it is at.
_CHANGED_SINCE: Final = "changed since"
_CAUGHT_UP_AS_OF: Final = "caught up as of"


class Engine:
    """Takes a stream of an export from the phase it is in to its end.

    Args:
        api: What to ask.
        writer: Where to keep what comes.
        options: What to export.
        limits: How far to go.
        progress: Told how far it is.
        clock: The time in unix seconds, not later than the server's.
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
        self._api = api
        self._stream = api.stream
        self._writer = writer
        self._store = writer.store
        self._in_store = writer.in_store
        self._options = options
        self._progress = progress
        self._clock = clock
        self._state = RunState("new", 0, None, 1)
        self._found = 0
        self._is_unlisted = False
        self._damaged: set[Path] = set()
        self._walks = Walks(api, writer, options, limits, progress, clock)
        self._learnt = self._walks.learnt
        self._remarks: dict[str, None] = {}  # each once, in order

    async def run(self) -> StreamSummary:
        """Go through the phases, but for the last, which all streams have in common."""
        self._learnt.update(await self._in_store(self._store.run.recall))
        try:
            return await self._repaired()
        finally:  # so that a run with limits begins where the one before it ended
            with anyio.CancelScope(shield=True):
                await self._in_store(self._store.run.remember, self._learnt)

    async def _repaired(self) -> StreamSummary:
        """Go through the phases, again where a shard turns out to be damaged."""
        while True:
            try:
                return await self._run()
            except ExportCorrupted as damage:
                if damage.path in self._damaged:
                    raise
                self._damaged.add(damage.path)
                await self._in_store(self._store.repair, damage)
                self._learnt.clear()

    async def _run(self) -> StreamSummary:
        in_store, store = self._in_store, self._store
        self._state = await in_store(store.run.state)
        self._walks.ends_where_known = self._stream.grows and self._state.number > 1
        self._progress.written = (await in_store(store.run.counts)).records
        if not self._stream.windowed:
            summary = await self._list()
        else:
            if not self._walks.is_limited:
                self._walks.total = await self._api.total()
            summary = await self._search()
        await in_store(store.compact)
        await in_store(store.files)
        return summary

    async def _list(self) -> StreamSummary:
        """Walk a stream by its list."""
        if self._state.phase == "new":
            await self._in_store(self._store.begin, [])
        if self._stream.fields is not None:
            return await self._list_and_search()
        if not self._stream.per_page:  # one answer, which an interrupted run may have had long ago
            self._learnt.clear()
        # An interrupted walk is gone on with, and was begun then.
        as_of: int = self._learnt.setdefault(_CAUGHT_UP_AS_OF, int(self._clock()))
        swept = await self._sweep()
        return await self._summary(as_of, [], await self._unaccounted(), swept=swept)

    async def _list_and_search(self) -> StreamSummary:
        """Walk the list once, and from then on what changed since."""
        counts = await self._in_store(self._store.run.counts)
        odd = counts.quarantined or counts.failed
        swept = bool(odd) or self._state.number == 1 or self._sweeps_first()
        if swept and self._state.phase in {"new", "planned"}:
            swept = await self._sweep()
            await self._advance("walked")
        self._progress.phase = "catching up"
        as_of = await self._catch_up()
        if not swept:
            self._walks.total = await self._api.total()
            held = (await self._in_store(self._store.run.counts)).records
            # One deleted and one that the search does not find leave the total as it was.
            if self._options.sweep == "auto" and (
                {held, await self._count_searched()} != {self._walks.total}
            ):
                swept = await self._sweep()
        return await self._summary(as_of, [], await self._unaccounted(), swept=swept)

    async def _count_searched(self) -> int | None:
        """Count what a search for changes finds, whenever they were made."""
        with suppress(Uncountable):
            return await self._api.count(self._changed(FIRST_SECOND))
        return None

    async def _search(self) -> StreamSummary:
        """Walk windows of a stream that is searched for them."""
        in_store, store = self._in_store, self._store
        if self._state.phase == "new":
            self._progress.phase = "planning"
            planned = await self._planned(self._options.span(self._state.started_at))
            await in_store(store.begin, planned)
        else:
            await self._move_span()
        windows = await in_store(store.plan.windows)
        self._progress.total = sum(state.expected for state in windows)
        if self._state.phase in {"new", "planned"}:
            self._progress.phase = "walking"
            left = [state for state in windows if not state.done]
            await self._walks.all_of(self._walks.planned, left)
            await self._advance("walked")
        self._progress.phase = "catching up"
        as_of = await self._catch_up()
        await self._note_deletions()
        if self._state.phase == "walked":
            await self._advance("drained")
        of_plan = [state.window for state in windows]
        swept = self._sweeps_first() and await self._sweep()
        if not swept:  # which would have tried these
            await self._retrieve(await in_store(store.outcomes.failed))
            await self._writer.drop_gone()
        counts, missing = await self._verify(of_plan, swept=swept)
        may_sweep = not swept and self._options.sweep == "auto"
        if may_sweep and (missing or await self._disagree(counts)):
            swept = await self._sweep()
            counts, missing = await self._verify(of_plan, swept=swept)
        known = {c.window: (c.counted, c.held) for c in counts if c.counted is not None}
        await in_store(store.plan.verify, [(w, *known[w]) for w in of_plan if w in known])
        return await self._summary(as_of, counts, missing, swept=swept)

    def _sweeps_first(self) -> bool:
        """Tell whether to sweep whatever the counts say."""
        if self._options.sweep != "auto":
            return self._options.sweep == "always"
        # A hundredth of what fetching all parts takes.
        cheap = self._writer.completes and self._stream.windowed
        return cheap or self._state.number % _SWEPT_ANYWAY == 0

    async def _advance(self, phase: Any) -> None:
        self._learnt.clear()
        await self._in_store(self._store.run.advance, phase)
        self._state = self._state._replace(phase=phase)

    async def _move_span(self) -> None:
        """Plan what creation times are asked for beyond those of the last run."""
        store, identity = self._store, self._options.bounds()
        held = await self._in_store(lambda: store.run.span)
        if held == identity:
            return
        self._progress.phase = "planning"
        now = self._state.started_at
        planned = [
            each
            for gap in _beyond(between(*held, now), between(*identity, now))
            for each in await self._planned(gap)
        ]
        await self._in_store(store.move_span, *identity, planned)
        self._state = await self._in_store(store.run.state)
        self._learnt.clear()

    async def _planned(self, span: Window) -> list[tuple[Window, int]]:
        """Return the windows of a span, each with how many records are expected of it."""
        planned: list[tuple[Window, int]] = []

        async def found(each: PlannedWindow) -> None:
            planned.append((each.window, each.expected))

        await plan(span, self._count, found)
        return sorted(planned)

    async def _count(self, window: Window) -> int | None:
        """Count a window, once in each phase."""
        number: int | None = self._learnt.get(window.name)
        if number is None:
            try:
                number = await self._api.count(window)
            except Uncountable as error:
                self._remarks[str(error)] = None
                raise
            if number is not None:
                self._learnt[window.name] = number
        return number

    # Catching up

    async def _catch_up(self) -> int:
        """Fetch what changed, in passes, until one has been quick.

        A pass takes as long as what it fetches is much, so the next has less to fetch. Where
        changes do not end, passes do: when they are short, or shrink no more.

        Returns:
            When the last pass began, in unix seconds. What had changed by then is kept.
        """
        run = self._state
        before_all = run.previous_started_at
        since = self._learnt.setdefault(
            _CHANGED_SINCE, run.started_at if before_all is None else before_all
        )
        # What changed since an interrupted run began its pass is due as well.
        resumed = _CAUGHT_UP_AS_OF in self._learnt
        begun_at: int = self._learnt.setdefault(_CAUGHT_UP_AS_OF, int(self._clock()))
        lasted = inf
        while True:
            changed = self._changed(since - _OVERLAP)
            since, begun = begun_at, time.monotonic()
            windows = [window for window, _ in await self._planned(changed)]
            await self._walks.all_of(self._walks.once, windows)
            await self._walks.keep_stuck()
            before, lasted = lasted, time.monotonic() - begun
            if not resumed and (lasted < _QUICK or lasted > before / 2):
                await self._writer.drop_gone()
                return since
            if resumed:
                resumed, lasted = False, inf
            begun_at = int(self._clock())
            self._begin_pass(since, begun_at)

    def _changed(self, since: int) -> Window:
        """Return what is to be searched for what was updated since a unix second."""
        options = self._options if self._stream.windowed else Options()
        return self._api.as_compared(options.changed(since))

    def _begin_pass(self, since: int, begun_at: int) -> None:
        """Forget the windows of changes that the passes before have walked."""
        for name in [name for name in self._learnt if UPDATED in name]:
            del self._learnt[name]
        self._learnt |= {_CHANGED_SINCE: since, _CAUGHT_UP_AS_OF: begun_at}

    async def _note_deletions(self) -> None:
        """Look at what the API itself tells was deleted since the last run."""
        since = self._state.previous_started_at
        if since is None:
            return
        await self._writer.drop(await self._api.deleted_since(since - _OVERLAP))

    # Verifying and finishing

    async def _sweep(self) -> bool:
        """Walk the plain list, which needs no index and no dates, and keep what is not held.

        What is held and not listed is asked for, or gone where there is no way to ask; of a list
        that could not be walked to its end, nobody knows what that is. What failed, or was listed
        and lacks parts, is tried again.

        Returns:
            Whether it came to its end.
        """
        in_store, store = self._in_store, self._store
        self._progress.phase = "sweeping" if self._stream.windowed else "walking"
        self._walks.total = None  # by its own pages, since records may have been deleted by now
        before = self._progress.fetched
        if not self._stream.windowed:  # what could not be read may be by now
            await in_store(store.outcomes.try_again)
        sound = await self._walk_list()
        if not sound and self._stream.is_numbered:
            self._walks.begin_anew()
            sound = await self._walk_list()
        self._found = self._progress.fetched - before
        is_whole = not (self._stream.grows or self._walks.stuck)
        unseen = await in_store(store.ledger.unseen) if is_whole else []
        if self._stream.is_retrievable:
            failed = await in_store(store.outcomes.failed)
            await self._retrieve([*failed, *await in_store(store.ledger.parts_missing), *unseen])
        elif sound:
            self._writer.gone.update(unseen)
        await self._writer.drop_gone()
        for _, error in self._walks.stuck:
            self._remarks[f"the list could not be walked to its end: {error}"] = None
        swept = not self._walks.stuck
        if swept and not self._stream.windowed:
            await in_store(store.outcomes.clear_resolved)
        self._is_unlisted = not swept and not self._stream.windowed
        self._walks.stuck.clear()
        return swept

    async def _walk_list(self) -> bool:
        """Walk the plain list, and tell whether all that it tells of was listed."""
        if not self._walks.was_begun(EVERYTHING):
            await self._in_store(self._store.ledger.forget_seen)
        await self._walks.once(EVERYTHING)
        return self._walks.is_sound and not await self._walks.listed_too_little()

    async def _retrieve(self, ids: Iterable[str]) -> None:
        """Ask for records by their ids, and keep what comes."""
        commit = self._store.commit_update
        await self._writer.retrieve(dict.fromkeys(ids), commit, commit)

    async def _disagree(self, counts: list[Count]) -> bool:
        """Tell whether the search may lack some of what the list tells, or what is held."""
        if any(each.counted is None for each in counts):
            return True
        counted = sum(each.counted or 0 for each in counts)
        if self._walks.total is not None and (
            self._walks.total > counted or await self._unaccounted() > 0 or await self._holds_more()
        ):
            return True
        span = self._options.span(self._state.started_at)
        return not await Verifier(self._count, self._writer).finds_seconds(span)

    async def _holds_more(self) -> bool:
        """Tell whether more is held than there is by now, since some was deleted."""
        held = await self._in_store(self._store.run.counts)
        kept = held.deleted if self._options.keep_deleted else 0
        total = await self._api.total()
        return total is not None and held.records - kept > total

    async def _unaccounted(self) -> int:
        """Return how many conversations the list tells of that nothing is known of."""
        if self._walks.total is None:
            return 0
        held = (await self._in_store(self._store.run.counts)).records
        return max(self._walks.total - held - len(self._writer.gone) - await self._explained(), 0)

    async def _explained(self) -> int:
        """Return how many conversations are not held for a reason that is told."""
        failed = await self._in_store(self._store.outcomes.failed)
        # Of some an older version is held.
        held = await self._in_store(self._store.ledger.known, failed)
        counts = await self._in_store(self._store.run.counts)
        return len(failed.keys() - held.keys()) + counts.quarantined

    async def _verify(self, windows: Sequence[Window], *, swept: bool) -> tuple[list[Count], int]:
        """Count every window anew, and walk those again that hold less than was counted.

        Args:
            windows: The windows of the plan.
            swept: Whether the list was walked: then all that was listed is held, by its id, and
                what a search counts beyond that is not there.

        Returns:
            The counts, and how many conversations are missing without explanation.
        """
        self._progress.phase = "verifying"
        verifier = Verifier(self._count, self._writer)
        # What was not soundly listed may be by now; what still is not goes back.
        suspected = await self._in_store(self._store.outcomes.try_again)
        await self._walks.all_of(self._walks.update, suspected)
        # Not before: a run may be killed on the way.
        await self._in_store(self._store.outcomes.clear_resolved)
        counts = await verifier.verify(self._options.span(self._state.started_at), windows)
        mismatched = [each.window for each in counts if not each.matches]
        index_lag = 0
        if mismatched:
            deleted = len(self._writer.gone)
            await self._walks.all_of(self._walks.update, mismatched)
            await self._writer.drop_gone()
            # Listed and counted just now, and yet not to be had: the index is behind.
            index_lag = len(self._writer.gone) - deleted
            for window in mismatched:
                self._learnt.pop(window.name, None)
            again = await verifier.count(mismatched)
            counts = [each for each in counts if each.matches] + again
        missing = sum(each.missing for each in counts) - index_lag - await self._explained()
        if swept and missing > 0:
            self._remarks[f"the search counts {missing:,} more conversations than there are"] = None
            missing = 0
        return sorted(counts), max(missing, await self._unaccounted())

    async def _summary(
        self, as_of: int, counts: list[Count], missing: int, *, swept: bool
    ) -> StreamSummary:
        in_store, store, progress = self._in_store, self._store, self._progress
        uncounted = [each.window.name for each in counts if each.counted is None]
        return StreamSummary(
            how="windows" if self._stream.windowed else "list",
            fetched=progress.fetched,
            requests=progress.requests,
            throttled=progress.throttled,
            seconds=progress.seconds,
            as_of=as_of,
            counts=await in_store(store.run.counts),
            missing=missing,
            counted=sum(each.counted or 0 for each in counts),
            short=[each.window.name for each in counts if missing and each.missing],
            uncounted=[EVERYTHING.name] if self._is_unlisted else uncounted,
            listed=self._walks.total,
            swept=swept,
            found=self._found if self._stream.windowed else 0,
            remarks=[*self._store.repairs, *self._remarks],
            deleted=await in_store(store.outcomes.deleted),
            truncated=await in_store(store.ledger.truncated),
            parts_missing=await in_store(store.ledger.parts_missing),
            failed=await in_store(store.outcomes.failed),
            left_out=progress.left_out,
        )


def _beyond(held: Window, wanted: Window) -> list[Window]:
    """Return what of a window is not in another, on either side of it."""
    before = Window(wanted.start, min(wanted.end, held.start - 1))
    after = Window(max(wanted.start, held.end + 1), wanted.end)
    return [gap for gap in (before, after) if gap.seconds > 0]
