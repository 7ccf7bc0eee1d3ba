"""A look at an export, also while another process is at work on it."""

from contextlib import closing
from pathlib import Path

import msgspec

from intercom_async.export.store.database import STATE, Database
from intercom_async.export.store.failpoints import no_step
from intercom_async.export.store.plan import Plan
from intercom_async.export.store.run import is_finished, read_identity, runs
from intercom_async.export.store.schema import SCHEMA
from intercom_async.export.store.seal import broken_seals, refuse_changed
from intercom_async.export.store.values import Counts, Identity, Phase, Problem, WindowState


class StreamStatus(msgspec.Struct, frozen=True):
    """How far a stream of an export has come.

    Attributes:
        phase: What is done.
        started_at: When its last run began, in unix seconds.
        counts: What it holds so far.
        windows: The windows, by time.
    """

    phase: Phase
    started_at: int
    counts: Counts
    windows: list[WindowState]


class Status(msgspec.Struct, frozen=True):
    """How far an export has come.

    Attributes:
        identity: What was asked for.
        streams: The streams, by name.
        problems: Of a finished export, which of its reports are not as they were written.
    """

    identity: Identity
    streams: dict[str, StreamStatus]
    problems: list[Problem]

    @property
    def finished(self) -> bool:
        """Whether no stream's run is under way."""
        return all(stream.phase == "finished" for stream in self.streams.values())


def read_status(folder: Path) -> Status | None:
    """Read how far the export in a folder has come; ``None`` if none was begun.

    Nothing is locked and nothing is changed.

    Args:
        folder: The export's folder.

    Raises:
        ExportCorrupted: The state is no database, a broken one, or not as a finished run left it.
        ExportMismatch: The state has another layout.
        OSError: It cannot be read.
    """
    try:
        database, problems = open_state(folder)
    except FileNotFoundError:
        return None
    with closing(database):
        if not database.schema:
            return None
        streams = {
            name: StreamStatus(
                run.phase, run.started_at, run.counts(), Plan(database, run.stream).windows()
            )
            for name, run in runs(database).items()
        }
        refuse_changed(database, problems)
        return Status(read_identity(database), streams, problems)


def read_workspace(folder: Path) -> str | None:
    """Read whose export is in a folder; ``None`` if none was begun.

    Raises:
        ExportCorrupted: The state is no database, or a broken one.
        ExportMismatch: It has a later layout.
        OSError: It cannot be read.
    """
    try:
        database, _ = open_state(folder)
    except (FileNotFoundError, NotADirectoryError):
        return None
    with closing(database):
        return read_identity(database).workspace if database.schema else None


def open_state(folder: Path) -> tuple[Database, list[Problem]]:
    """Open the state to read, one of an earlier layout as a copy in this one.

    Returns:
        The state, and how a finished export is not as it was left.

    Raises:
        ExportCorrupted: It is no database, or a broken one.
        ExportMismatch: It has a later layout.
        OSError: It cannot be read.
    """
    database = Database.open_readonly(folder / STATE, no_step)
    try:
        problems: list[Problem] = []
        if database.schema and is_finished(database):
            problems += broken_seals(folder, database)
        if 0 < database.schema < SCHEMA:
            database = database.upgraded()
    except BaseException:
        database.close()
        raise
    return database, problems
