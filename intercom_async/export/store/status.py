"""A look at an export, also while another process is at work on it."""

from pathlib import Path

import msgspec

from intercom_async.export.store.database import STATE, Database
from intercom_async.export.store.failpoints import no_step
from intercom_async.export.store.plan import Plan
from intercom_async.export.store.run import Run
from intercom_async.export.store.seal import check_seals
from intercom_async.export.store.values import Counts, Identity, Phase, Problem, WindowState

__all__ = ["Status", "read_status"]


class Status(msgspec.Struct, frozen=True):
    """How far an export has come.

    Attributes:
        identity: What was asked for.
        phase: What is done.
        started_at: When this run began, in unix seconds.
        counts: What the export holds so far.
        windows: The windows, by time.
        problems: Of a finished export, which of its reports are not as they were written.
    """

    identity: Identity
    phase: Phase
    started_at: int
    counts: Counts
    windows: list[WindowState]
    problems: list[Problem]


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
        database = Database.open_readonly(folder / STATE, no_step)
    except FileNotFoundError:
        return None
    try:
        if database.fresh:
            return None
        run = Run(database)
        windows = Plan(database).windows()
        problems = check_seals(folder, database) if run.phase == "finished" else []
        return Status(run.identity, run.phase, run.started_at, run.counts(), windows, problems)
    finally:
        database.close()
