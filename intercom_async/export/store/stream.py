"""One stream of an export on disk: its records, its windows, and how far it has come."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from intercom_async.export.records import LINE_FEED, VERSIONED
from intercom_async.export.store import disk
from intercom_async.export.store.compaction import Compaction
from intercom_async.export.store.database import Database
from intercom_async.export.store.failpoints import OnStep, Step
from intercom_async.export.store.frames import SUFFIX
from intercom_async.export.store.ledger import Ledger
from intercom_async.export.store.outcomes import Outcomes
from intercom_async.export.store.plan import Plan
from intercom_async.export.store.run import Run
from intercom_async.export.store.shards import Shards, updates_name, window_name
from intercom_async.export.store.values import File, Record
from intercom_async.scan.windows import Window

__all__ = ["StreamStore"]

_WHOLE = f"all{SUFFIX}"  # the shard of a stream without windows


class StreamStore:
    """A stream's part of a store; what is said there of its methods holds for these too.

    Attributes:
        name: The stream's name, and its folder's.
        run: How far it has come.
        plan: The windows.
        ledger: Which version of each record stands where.
        outcomes: Records that are not there, and why.
    """

    def __init__(
        self,
        database: Database,
        name: str,
        run: Run,
        folder: Path,
        *,
        step: OnStep,
        clock: Callable[[], float],
    ) -> None:
        self.name: str = name
        self.run: Run = run
        self.plan: Plan = Plan(database, run.stream)
        self.ledger: Ledger = Ledger(database, run.stream, versioned=name in VERSIONED)
        self.outcomes: Outcomes = Outcomes(database, run.stream)
        disk.make_folder(folder / name)
        self._shards = Shards(database, run.stream, folder / name, step)
        self._compaction = Compaction(database, self.plan, self.ledger, self._shards, step)
        self._has_windows = bool(self.plan.windows())
        self._database = database
        self._clock = clock

    def begin(self, windows: Iterable[tuple[Window, int]]) -> None:
        """Add windows to the plan, each with how many records are expected of it.

        A new export is then ``planned``, in the same transaction.

        Raises:
            ValueError: Two windows would overlap.
        """
        with self._database.transaction("plan.commit"):
            self.plan.add(windows)
            self._has_windows = bool(self.plan.windows())
            if self.run.phase == "new":
                self.run.advance("planned")

    def commit_page(self, window: Window, records: Sequence[Record], cursor: str | None) -> int:
        """Keep a page of a window: its records and, in the same breath, its cursor.

        Args:
            window: The window.
            records: The page's records.
            cursor: Where the next page is; ``None`` if this was the last.

        Returns:
            How many records were new or newer than what stood.

        Raises:
            ValueError: The window is not planned, or a line is not one line.
        """

        def advance(rows: int) -> None:
            self.plan.advance(window, cursor, rows)

        return self._commit("page.commit", window_name(window), records, advance)

    def commit_part(self, window: Window, records: Sequence[Record]) -> int:
        """Keep some records of a page of a window, whose cursor stays where it is."""
        return self._commit("page.commit", window_name(window), records)

    def commit_update(self, records: Sequence[Record]) -> int:
        """Keep versions that came to be after the walk began."""
        return self._commit("update.commit", self._updates(), records)

    def mark_deleted(self, id: str, *, keep: bool = False) -> None:
        """Note that a record is deleted; compaction takes it out of its shard.

        Should it arrive later after all, it counts again.

        Args:
            id: The record's id.
            keep: Leave it where it is.
        """
        with self._database.transaction("outcome.commit"):
            if not keep:
                self.ledger.remove(id)
            self.outcomes.delete(id, int(self._clock()))

    def compact(self) -> None:
        """Rewrite shards so that each record stands once, in the shard of its window.

        What changed outside every window stays in a shard of updates. Shards without records
        are removed. Takes room for the largest shard once more.

        Raises:
            ExportCorrupted: A shard does not hold what the state says.
        """
        self.recover()
        self._compaction.run()

    def files(self) -> list[File]:
        """Read all shards, and return them with their digests.

        Raises:
            ValueError: It was not compacted.
            ExportCorrupted: A shard is not as it was written.
        """
        if self.ledger.shards_with_superseded():
            raise ValueError("some records count no more; compact first")
        return self._shards.files()

    def recover(self) -> None:
        """Take away what a killed run wrote but did not commit, and finish what it had begun.

        Raises:
            ExportCorrupted: A shard does not hold what the state says.
        """
        self._compaction.finish_interrupted()
        names = {window_name(state.window) for state in self.plan.windows()}
        self._shards.recover(uncommitted=names | {self._updates()})

    def begin_update(self, started_at: int) -> None:
        """Begin an incremental run; part of a transaction."""
        self.run.begin_update(started_at)
        self.plan.forget_verified()

    def _updates(self) -> str:
        return updates_name(self.run.started_at) if self._has_windows else _WHOLE

    def _commit(
        self,
        step: Step,
        name: str,
        records: Sequence[Record],
        note: Callable[[int], None] = lambda _: None,
    ) -> int:
        """Append to a shard what is new of some records, then commit that.

        The frame is on the disk before the state counts on it, so that a run killed in between
        leaves a tail too much, never a cursor beyond its records.
        """
        for record in records:
            if LINE_FEED in record.line:
                raise ValueError(f"the record {record.id} is not one line")
        change = self.ledger.select_newer(records)
        lines = [record.line for record in change.fresh]
        extent = self._shards.append(name, lines) if lines else None
        with self._database.transaction(step):
            if extent is not None:
                self.ledger.put(change, self._shards.commit(extent))
            self.outcomes.arrived([r.id for r in records], [r.id for r in change.fresh])
            note(len(lines))
        return len(lines)
