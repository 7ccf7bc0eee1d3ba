"""The state of an export with its shards: opened together, recovered, written together."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Self

from intercom_async.export.records import LINE_FEED
from intercom_async.export.store import disk
from intercom_async.export.store.compaction import Compaction
from intercom_async.export.store.database import STATE, Database
from intercom_async.export.store.errors import Damaged, StateOfAnotherRun
from intercom_async.export.store.frames import CONVERSATIONS, SUFFIX
from intercom_async.export.store.ledger import Ledger
from intercom_async.export.store.lock import Lock
from intercom_async.export.store.outcomes import Outcomes
from intercom_async.export.store.plan import Plan
from intercom_async.export.store.run import Run, differences
from intercom_async.export.store.schema import ADDED
from intercom_async.export.store.seal import CHANGED, broken_seals
from intercom_async.export.store.shards import Shards, updates_name, window_name
from intercom_async.export.store.steps import OnStep, Step
from intercom_async.export.store.values import Identity, Record

__all__ = ["State"]


class State:
    """Everything about an export that outlasts a run; made by :meth:`open`.

    Attributes:
        folder: The export's folder.
        database: The database, for transactions.
        run: What was asked for and how far it has come.
        plan: The windows.
        ledger: Which version of each conversation stands where.
        outcomes: Conversations that are not there, and why.
        shards: The files and what is committed of them.
    """

    def __init__(self, folder: Path, database: Database, lock: Lock, step: OnStep) -> None:
        self.folder: Path = folder
        self.database: Database = database
        self.run: Run = Run(database)
        self.plan: Plan = Plan(database)
        self.ledger: Ledger = Ledger(database)
        self.outcomes: Outcomes = Outcomes(database)
        self.shards: Shards = Shards(database, folder, step)
        self._compaction = Compaction(database, self.plan, self.ledger, self.shards, step)
        self._lock = lock

    @classmethod
    def open(cls, folder: Path, identity: Identity, step: OnStep, clock: Callable[[], int]) -> Self:
        """Open or create the state in a folder; see :meth:`Store.open`."""
        disk.make_folder(folder)
        disk.make_folder(folder / CONVERSATIONS)
        lock = Lock(folder)
        with ExitStack() as undo:
            undo.callback(lock.release)
            database = Database.open(folder / STATE, step)
            undo.callback(database.close)
            state = cls(folder, database, lock, step)
            state._settle(identity, clock)
            undo.pop_all()
        return state

    def close(self) -> None:
        """Let go of the folder."""
        self.database.close()
        self._lock.release()

    def commit(
        self,
        step: Step,
        name: str,
        records: Sequence[Record],
        note: Callable[[int], None] = lambda _: None,
    ) -> int:
        """Append to a shard what is new of some records, then commit that.

        The frame is on the disk before the state counts on it, so that a run killed in between
        leaves a tail too much, never a cursor beyond its records.

        Args:
            step: The commit's name.
            name: The shard's name.
            records: The records.
            note: Called in the transaction with how many of them were new.

        Returns:
            How many of them were new.
        """
        for record in records:
            if LINE_FEED in record.line:
                raise ValueError(f"the record {record.id} is not one line")
        change = self.ledger.sift(records)
        lines = [record.line for record in change.fresh]
        extent = self.shards.append(name, lines) if lines else None
        with self.database.transaction(step):
            if extent is not None:
                self.ledger.put(change, self.shards.commit(extent))
            self.outcomes.arrived([r.id for r in records], [r.id for r in change.fresh])
            note(len(lines))
        return len(lines)

    def compact(self) -> None:
        """Rewrite the shards; see :meth:`Store.compact`."""
        self._recover()
        self._compaction.run()

    def _settle(self, identity: Identity, clock: Callable[[], int]) -> None:
        if self.database.fresh:
            # A lost state must not cost the shards it told of.
            if any((self.folder / CONVERSATIONS).glob(f"*{SUFFIX}")):
                raise Damaged(self.folder / STATE, "missing or empty, although there are shards")
            with self.database.transaction("state.create"):
                self.database.create()
                self.run.create(identity, clock())
        for statement in ADDED:
            self.database.run(statement)
        different = differences(self.run.identity, identity)
        if different:
            raise StateOfAnotherRun(self.folder, different)
        if self.run.phase == "finished":
            for problem in broken_seals(self.folder, self.database, self.run.recall()):
                if problem.file == STATE:  # the others are written anew
                    raise Damaged(self.folder / STATE, CHANGED)
        self._recover()

    def _recover(self) -> None:
        self._compaction.settle()
        names = {window_name(state.window) for state in self.plan.windows()}
        self.shards.recover(uncommitted=names | {updates_name(self.run.started_at)})
