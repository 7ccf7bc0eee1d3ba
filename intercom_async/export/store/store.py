"""The store: what an export has so far, on disk, so that it survives being killed anywhere."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from intercom_async.export.records import LINE_FEED
from intercom_async.export.store import disk
from intercom_async.export.store.compaction import Compaction
from intercom_async.export.store.database import STATE, Database
from intercom_async.export.store.errors import ExportCorrupted, ExportMismatch
from intercom_async.export.store.failpoints import OnStep, Step, no_step
from intercom_async.export.store.frames import CONVERSATIONS, SUFFIX
from intercom_async.export.store.ledger import Ledger
from intercom_async.export.store.lock import Lock
from intercom_async.export.store.outcomes import Outcomes
from intercom_async.export.store.plan import Plan
from intercom_async.export.store.report import write_manifest, write_quarantine
from intercom_async.export.store.run import Run, differences
from intercom_async.export.store.schema import ADDED, SCHEMA
from intercom_async.export.store.seal import check_seals, seal
from intercom_async.export.store.shards import Shards, updates_name, window_name
from intercom_async.export.store.values import Identity, Manifest, Record
from intercom_async.scan.windows import Window

__all__ = ["Store"]


class Store:
    """One workspace's export on disk; open it with :meth:`open`.

    Its methods, and those of its parts, block until the disk has what they were given. It
    belongs to one caller at a time: call it from one worker thread, or from several one after
    another, never at once. Whatever raises :class:`OSError`, on a full disk for one, has changed
    nothing committed; the same call may be made again once there is room, in this process or
    another.

    Attributes:
        folder: The export's folder.
        identity: What was asked for.
        run: How far it has come.
        plan: The windows.
        ledger: Which version of each conversation stands where.
        outcomes: Conversations that are not there, and why.
    """

    def __init__(
        self,
        folder: Path,
        identity: Identity,
        database: Database,
        lock: Lock,
        *,
        step: OnStep,
        clock: Callable[[], float],
    ) -> None:
        self.folder: Path = folder
        self.identity: Identity = identity
        self.run: Run = Run(database)
        self.plan: Plan = Plan(database)
        self.ledger: Ledger = Ledger(database)
        self.outcomes: Outcomes = Outcomes(database)
        self._shards = Shards(database, folder, step)
        self._compaction = Compaction(database, self.plan, self.ledger, self._shards, step)
        self._database = database
        self._lock = lock
        self._step = step
        self._clock = clock

    @classmethod
    def open(
        cls,
        folder: Path,
        identity: Identity,
        *,
        on_step: OnStep | None = None,
        clock: Callable[[], float] = time.time,
    ) -> Self:
        """Begin an export in a folder, or go on with the one in it.

        What a killed run wrote but did not commit is taken away first.

        Args:
            folder: The export's folder, made if need be.
            identity: What is asked for.
            on_step: Told before anything is done that outlasts the process.
            clock: Tells the time in unix seconds.

        Raises:
            ExportLocked: Another process exports to the folder.
            ExportMismatch: The folder's export was asked for differently.
            ExportCorrupted: The state or a shard does not hold what was committed to it.
            OSError: The folder cannot be written, or a symlink is in the way.
        """
        step = on_step or no_step
        disk.make_folder(folder)
        disk.make_folder(folder / CONVERSATIONS)
        lock = Lock(folder)
        with ExitStack() as undo:
            undo.callback(lock.release)
            database = Database.open(folder / STATE, step)
            undo.callback(database.close)
            store = cls(folder, identity, database, lock, step=step, clock=clock)
            store._prepare()
            undo.pop_all()
        return store

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the folder; what is committed stays."""
        self._database.close()
        self._lock.release()

    def begin(self, windows: Iterable[tuple[Window, int]]) -> None:
        """Add windows to the plan, each with how many conversations are expected of it.

        A new export is then ``planned``, in the same transaction.

        Raises:
            ValueError: Two windows would overlap.
        """
        with self._database.transaction("plan.commit"):
            self.plan.add(windows)
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
        return self._commit("update.commit", updates_name(self.run.started_at), records)

    def mark_deleted(self, id: str) -> None:
        """Note that a conversation is deleted; compaction takes it out of its shard.

        Should it arrive later after all, it counts again.
        """
        with self._database.transaction("outcome.commit"):
            self.ledger.remove(id)
            self.outcomes.delete(id)

    def compact(self) -> None:
        """Rewrite shards so that each conversation stands once, in the shard of its window.

        What changed outside every window stays in a shard of updates. Shards without records
        are removed. Takes room for the largest shard once more.

        Raises:
            ExportCorrupted: A shard does not hold what the state says.
        """
        self._recover()
        self._compaction.run()

    def finish(self, result: Mapping[str, Any]) -> Path:
        """Check every frame written, then write the manifest, which makes the export finished.

        Args:
            result: What was found when the export was checked against the API; goes into the
                manifest and the summary, so JSON must be able to hold it. Where it says that
                not ``whole`` changes were seen, the next run looks for the same ones again.

        Returns:
            Where the manifest is.

        Raises:
            ValueError: The export was not compacted.
            ExportCorrupted: A shard is not as it was written.
        """
        if self.ledger.shards_with_superseded():
            raise ValueError("some records count no more; compact first")
        files = self._shards.files()
        files.append(write_quarantine(self.folder, self.outcomes.quarantine_lines(), self._step))
        manifest = Manifest(
            schema=SCHEMA,
            identity=self.identity,
            started_at=self.run.started_at,
            finished_at=int(self._clock()),
            counts=self.run.counts(),
            result=result,
            windows=self.plan.windows(),
            files=files,
        )
        path = write_manifest(self.folder, manifest, self._step)
        with self._database.transaction("finish.commit"):
            self.run.finish(whole=bool(result.get("whole", True)))
            seal(self.folder, self._database)
        return path

    def begin_update(self) -> None:
        """Begin an incremental run; the manifest stays until the next finish replaces it.

        Raises:
            ValueError: The last run was not finished.
        """
        if self.run.phase != "finished":
            raise ValueError(f"the last run is {self.run.phase}, not finished")
        with self._database.transaction("begin.commit"):
            self.run.begin_update(int(self._clock()))
            self.plan.forget_verified()

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

    def _prepare(self) -> None:
        if self._database.fresh:
            # A lost state must not cost the shards it told of.
            if any((self.folder / CONVERSATIONS).glob(f"*{SUFFIX}")):
                raise ExportCorrupted(
                    self.folder / STATE, "missing or empty, although there are shards"
                )
            with self._database.transaction("state.create"):
                self._database.create()
                self.run.create(self.identity, int(self._clock()))
        different = differences(self.run.identity, self.identity)
        if different:
            raise ExportMismatch(self.folder, different)
        if self.run.phase == "finished":
            check_seals(self.folder, self._database)
        for statement in ADDED:
            self._database.run(statement)
        self._recover()

    def _recover(self) -> None:
        self._compaction.finish_interrupted()
        names = {window_name(state.window) for state in self.plan.windows()}
        self._shards.recover(uncommitted=names | {updates_name(self.run.started_at)})
