"""The store: what an export has so far, on disk, so that it survives being killed anywhere."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from intercom_async.export.store import report
from intercom_async.export.store.seal import seals
from intercom_async.export.store.shards import updates_name, window_name
from intercom_async.export.store.state import State
from intercom_async.export.store.steps import OnStep, no_step
from intercom_async.export.store.values import Counts, Identity, Phase, Record, WindowState
from intercom_async.scan.windows import Window

__all__ = ["Store"]


class Store:
    """One workspace's export on disk; open it with :meth:`open`.

    Its methods block until the disk has what they were given. It belongs to one caller at a
    time: call it from one worker thread, or from several one after another, never at once.
    Whatever raises :class:`OSError`, on a full disk for one, has changed nothing committed;
    the same call may be made again once there is room, in this process or another.

    Attributes:
        folder: The export's folder.
        identity: What was asked for.
    """

    def __init__(
        self, state: State, identity: Identity, step: OnStep, clock: Callable[[], int]
    ) -> None:
        self.folder: Path = state.folder
        self.identity: Identity = identity
        self._state = state
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
            Locked: Another process exports to the folder.
            StateOfAnotherRun: The folder's export was asked for differently.
            Damaged: The state or a shard does not hold what was committed to it.
            OSError: The folder cannot be written, or a symlink is in the way.
        """
        step = on_step or no_step

        def now() -> int:
            return int(clock())

        return cls(State.open(folder, identity, step, now), identity, step, now)

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
        self._state.close()

    @property
    def phase(self) -> Phase:
        """What is done: nothing yet, the plan, the walk, the drain, or all of it."""
        return self._state.run.phase

    @phase.setter
    def phase(self, phase: Phase) -> None:
        if phase == "finished":
            raise ValueError("finish() finishes, since it writes the manifest")
        with self._state.database.transaction("phase.commit"):
            self._state.run.advance(phase)

    @property
    def started_at(self) -> int:
        """When this run began, in unix seconds; kept when it is interrupted and resumed."""
        return self._state.run.started_at

    @property
    def previous_started_at(self) -> int | None:
        """When the last run that saw all changes had begun; see :class:`Run`."""
        return self._state.run.previous_started_at

    def recall(self) -> dict[str, Any]:
        """Return what this phase has learnt so far; see ``remember``."""
        return self._state.run.recall()

    def remember(self, learnt: Mapping[str, Any]) -> None:
        """Keep what this phase has learnt, texts and numbers by name, until the next phase."""
        with self._state.database.transaction("phase.commit"):
            self._state.run.remember(learnt)

    def plan(self, windows: Iterable[tuple[Window, int]]) -> None:
        """Add windows to the plan, each with how many conversations are expected of it.

        A new export is then ``planned``, in the same transaction.

        Raises:
            ValueError: Two windows would overlap.
        """
        with self._state.database.transaction("plan.commit"):
            self._state.plan.add(windows)
            if self.phase == "new":
                self._state.run.advance("planned")

    def windows(self) -> list[WindowState]:
        """Return every window, by time, and how far it was walked."""
        return self._state.plan.windows()

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
        plan = self._state.plan
        return self._state.commit(
            "page.commit",
            window_name(window),
            records,
            lambda rows: plan.advance(window, cursor, rows),
        )

    def commit_part(self, window: Window, records: Sequence[Record]) -> int:
        """Keep some records of a page of a window, whose cursor stays where it is.

        Returns:
            How many records were new or newer than what stood.

        Raises:
            ValueError: A line is not one line.
        """
        return self._state.commit("page.commit", window_name(window), records)

    def commit_update(self, records: Sequence[Record]) -> int:
        """Keep versions that came to be after the walk began.

        Returns:
            How many records were new or newer than what stood.

        Raises:
            ValueError: A line is not one line.
        """
        return self._state.commit("update.commit", updates_name(self.started_at), records)

    def known(self, ids: Iterable[str]) -> dict[str, int | None]:
        """Return when the version kept was updated, in unix seconds, for the ids that are kept.

        ``None`` if that is not known, or does not tell a later version from it.
        """
        return self._state.ledger.known(ids)

    def mark_deleted(self, id: str) -> None:
        """Note that a conversation is deleted; compaction takes it out of its shard.

        Should it arrive later after all, it counts again.
        """
        with self._state.database.transaction("outcome.commit"):
            self._state.ledger.remove(id)
            self._state.outcomes.delete(id)

    def mark_failed(self, id: str, reason: str) -> None:
        """Note why a conversation could not be fetched, until a newer version of it arrives."""
        with self._state.database.transaction("outcome.commit"):
            self._state.outcomes.fail(id, reason)

    def quarantine(
        self,
        body: bytes | None,
        reason: str,
        json_path: str | None = None,
        id: str | None = None,
        window: Window | None = None,
        *,
        withhold: bool = False,
    ) -> None:
        """Keep a record that could not be decoded, and why, once however often it comes.

        If its id is known it is let out when a version that can be decoded arrives.

        Args:
            body: The record as it came; ``None`` if it did not come, and then the same id,
                and window are the same record.
            reason: Why it could not be decoded.
            json_path: Where in it.
            id: Its id, if that could be read.
            window: Where it was listed, or could not be listed.
            withhold: Whether to keep nothing of the record itself, as in an export that leaves
                fields out.
        """
        with self._state.database.transaction("outcome.commit"):
            self._state.outcomes.quarantine(body, reason, json_path, id, window, withhold=withhold)

    def try_again(self) -> list[Window]:
        """Return the windows with something in quarantine, to be walked again.

        What does not come back to quarantine meanwhile, ``acquit`` lets out.
        """
        with self._state.database.transaction("outcome.commit"):
            return self._state.outcomes.try_again()

    def acquit(self) -> None:
        """Let out of quarantine what ``try_again`` was about and has not come back since."""
        with self._state.database.transaction("outcome.commit"):
            self._state.outcomes.acquit()

    def deleted(self) -> list[str]:
        """Return the ids of the conversations found to be deleted."""
        return self._state.outcomes.deleted()

    def failed(self) -> dict[str, str]:
        """Return the ids of the conversations that could not be fetched, and why."""
        return self._state.outcomes.failed()

    def truncated(self) -> list[str]:
        """Return the ids of the conversations the API withholds parts of."""
        return self._state.ledger.truncated()

    def parts_missing(self) -> list[str]:
        """Return the ids of the conversations that lack parts the API does not withhold."""
        return self._state.ledger.parts_missing()

    @property
    def conversations(self) -> int:
        """How many conversations the export holds so far."""
        return self._state.run.conversations()

    def counts(self) -> Counts:
        """Return what the export holds so far; quick, though it looks at every shard's size."""
        return self._state.run.counts()

    def held(self, windows: Iterable[Window]) -> list[int]:
        """Count the conversations kept that were created in each window, both ends included.

        Takes about 0.1 s for a million conversations, however many windows those are in.
        """
        return self._state.ledger.held(windows)

    def verified(self, results: Iterable[tuple[Window, int, int]]) -> None:
        """Note what a check against the API found; the manifest and the status tell of it.

        The next run forgets it.

        Args:
            results: Windows, each with how many conversations the API counts in it and how
                many of those are held.

        Raises:
            ValueError: A window is not planned; nothing is noted then.
        """
        with self._state.database.transaction("verified.commit"):
            self._state.plan.verify(results)

    def compact(self) -> None:
        """Rewrite shards so that each conversation stands once, in the shard of its window.

        What changed outside every window stays in a shard of updates. Shards without records
        are removed. Takes room for the largest shard once more.

        Raises:
            Damaged: A shard does not hold what the state says.
        """
        self._state.compact()

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
            Damaged: A shard is not as it was written.
        """
        path = report.write_reports(self._state, result, finished_at=self._clock(), step=self._step)
        left = seals(self.folder, self._state.database)
        with self._state.database.transaction("finish.commit"):
            self._state.run.finish(whole=bool(result.get("whole", True)), seals=left)
        return path

    def begin_update(self) -> None:
        """Begin an incremental run; the manifest stays until the next finish replaces it.

        Raises:
            ValueError: The last run was not finished.
        """
        if self.phase != "finished":
            raise ValueError(f"the last run is {self.phase}, not finished")
        with self._state.database.transaction("begin.commit"):
            self._state.run.begin_update(self._clock())
            self._state.plan.forget_verified()
