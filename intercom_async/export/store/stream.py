"""One stream of an export on disk: its records, its windows, and how far it has come."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from intercom_async.export.records import (
    LINE_FEED,
    VERSIONED,
    PartsHeld,
    count_parts,
    header_reader,
    no_parts,
)
from intercom_async.export.store import disk
from intercom_async.export.store.compaction import Compaction
from intercom_async.export.store.database import Database
from intercom_async.export.store.errors import ExportCorrupted
from intercom_async.export.store.failpoints import OnStep, Step
from intercom_async.export.store.frames import SUFFIX, read_shard
from intercom_async.export.store.ledger import Ledger
from intercom_async.export.store.outcomes import Outcomes
from intercom_async.export.store.plan import Plan, window_name
from intercom_async.export.store.run import Run
from intercom_async.export.store.shards import Extent, Shards, updates_name
from intercom_async.export.store.values import File, Record, StreamManifest
from intercom_async.scan.windows import Window

_BATCH: Final = 1000
_WHOLE: Final = f"all{SUFFIX}"  # the shard of a stream without windows


class StreamStore:
    """A stream's part of a store; what is said there of its methods holds for these too.

    Attributes:
        name: The stream's name, and its folder's.
        run: How far it has come.
        plan: The windows.
        ledger: Which version of each record stands where.
        outcomes: Records that are not there, and why.
        repairs: What was damaged and put right since it was opened.
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
        self.repairs: list[str] = []
        self._files: list[File] | None = None
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

    def move_span(
        self, since: int | None, until: int | None, windows: Iterable[tuple[Window, int]]
    ) -> None:
        """Hold other creation times from now on.

        Args:
            since: From which; what was created before is left out.
            until: Before which; what was created then or later is left out.
            windows: Windows to walk of what is new, each with how many records are expected of it.
        """
        with self._database.transaction("plan.commit"):
            for id in self.ledger.outside(since, until):
                self.ledger.remove(id)
            self.plan.trim(since, until)
            self.plan.add(windows)
            self._has_windows = bool(self.plan.windows())
            self.run.set_span(since, until)
            self.run.go_back()
        self._files = None

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
        self._files = None
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
        self._files = None
        self.recover()
        self._compaction.run()

    def files(self) -> list[File]:
        """Read all shards that changed since this was asked last, and return them with digests.

        Raises:
            ValueError: It was not compacted.
            ExportCorrupted: A shard is not as it was written.
        """
        if self._files is None:
            if self.ledger.shards_with_superseded():
                raise ValueError("some records count no more; compact first")
            self._files = self._shards.files()
        return self._files

    def recover(self) -> None:
        """Take away what a killed run wrote but did not commit, and finish what it had begun.

        A shard that is gone or shorter than committed is repaired.

        Raises:
            ExportCorrupted: The state does not tell of each record.
        """
        self._compaction.finish_interrupted()
        names = {window_name(state.window) for state in self.plan.windows()}
        while True:
            try:
                self._shards.recover(uncommitted=names | {self._updates()})
            except ExportCorrupted as damage:
                self.repair(damage)
            else:
                return

    def repair(self, damage: ExportCorrupted) -> None:
        """Keep of a damaged shard what can be read, and have the rest fetched anew.

        Raises:
            ExportCorrupted: It is no shard.
        """
        shards = {self._shards.path(shard.name): shard for shard in self._shards.all()}
        if damage.path not in shards:
            raise damage
        self._files = None
        lost = self._compaction.repair(shard := shards[damage.path])
        with self._database.transaction("phase.commit"):
            self.run.go_back()
        self.repairs.append(
            f"{self.name}/{shard.name} was damaged ({damage.reason}): {lost:,} records of it were "
            "fetched anew, if they are still there"
        )

    def rebuild(
        self, manifest: StreamManifest, files: Collection[str], *, counts_parts: bool
    ) -> None:
        """Bring back, from the manifest and the shards, what the state told; part of a transaction.

        The next run looks for what changed since the one that the manifest is of.

        Args:
            manifest: What the manifest tells of the stream.
            files: The names of all files that it tells of.
            counts_parts: Whether the parts of records can be counted.
        """
        count = count_parts if counts_parts else no_parts
        self.run.set_back(manifest.started_at)
        self.plan.restore(manifest.windows)
        for id in manifest.result.get("deleted", ()):
            self.outcomes.delete(id, manifest.started_at)
        self._has_windows = bool(manifest.windows)
        for path in sorted(self._shards.folder.glob(f"*{SUFFIX}")):
            if f"{self.name}/{path.name}" in files:
                for records in self._records_in(path, manifest.started_at, count):
                    extent = Extent(path.name, path.stat().st_size, len(records))
                    self.ledger.take_in(records, self._shards.commit(extent))

    def _records_in(
        self, path: Path, since: int, count: Callable[[bytes], PartsHeld]
    ) -> Iterator[list[Record]]:
        """Read the records of a shard, some at a time, up to where it is damaged."""
        records: list[Record] = []
        read_header = header_reader(self.name)
        with suppress(ExportCorrupted):  # which is found again, and repaired
            for line in read_shard(path):
                read, parts = read_header(line), count(line)
                at = read.updated
                final = at is not None and (self.name not in VERSIONED or at < since)
                expected = parts.expected or None
                told = (parts.held, expected, parts.truncated, final)
                records.append(Record(str(read.id), read.created, at, b"", *told))
                if len(records) == _BATCH:
                    yield records
                    records = []
        yield records

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
        self._files = None
        change = self.ledger.select_newer(records)
        lines = [record.line for record in change.fresh]
        extent = self._shards.append(name, lines) if lines else None
        with self._database.transaction(step):
            if extent is not None:
                self.ledger.put(change, self._shards.commit(extent))
            self.outcomes.arrived([r.id for r in records], [r.id for r in change.fresh])
            note(len(lines))
        return len(lines)
