"""The run's own row: what was asked for, how far it has come, and what it holds."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from intercom_async.export.store.database import Database
from intercom_async.export.store.errors import ExportCorrupted
from intercom_async.export.store.values import Counts, Identity, Phase

__all__ = ["Run", "differences"]

_WHOLE: Final = "saw all changes"
_PHASES: Final[tuple[Phase, ...]] = ("new", "planned", "walked", "drained", "finished")
_COUNTS: Final = """
    SELECT
        conversations,
        parts,
        (SELECT coalesce(sum(bytes), 0) FROM shards),
        (SELECT count(*) FROM deleted),
        (SELECT count(*) FROM failed),
        truncated,
        (SELECT count(*) FROM quarantine),
        superseded,
        parts_missing
    FROM run
"""
_BEGIN: Final = """
    UPDATE run SET
        phase = 'planned',
        previous_started_at = iif(?, started_at, coalesce(previous_started_at, started_at)),
        started_at = ?,
        superseded = 0
"""


class Run:
    """The run in the state."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(self, identity: Identity, started_at: int) -> None:
        """Note what is asked for, and when it began."""
        self._database.run(
            "INSERT INTO run (only, identity, phase, started_at) VALUES (1, ?, 'new', ?)",
            (msgspec.json.encode(identity).decode(), started_at),
        )

    @property
    def identity(self) -> Identity:
        """What was asked for.

        Raises:
            ExportCorrupted: The state does not hold it.
        """
        (identity,) = self._database.row("SELECT identity FROM run")
        try:
            return msgspec.json.decode(identity, type=Identity)
        except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
            raise ExportCorrupted(self._database.path, f"what was asked for: {error}") from None

    @property
    def phase(self) -> Phase:
        """What is done.

        Raises:
            ExportCorrupted: The state holds something else.
        """
        phase: Phase
        (phase,) = self._database.row("SELECT phase FROM run")
        if phase not in _PHASES:
            raise ExportCorrupted(self._database.path, f"no export is ever {phase!r}")
        return phase

    @property
    def started_at(self) -> int:
        """When the run began, in unix seconds."""
        started_at: int
        (started_at,) = self._database.row("SELECT started_at FROM run")
        return started_at

    @property
    def previous_started_at(self) -> int | None:
        """When the last run that saw all changes had begun, in unix seconds.

        ``None`` in the first run; where none has seen all of them, when the first began.
        """
        started_at: int | None
        (started_at,) = self._database.row("SELECT previous_started_at FROM run")
        return started_at

    def advance(self, phase: Phase) -> None:
        """Go on to a later phase.

        Raises:
            ValueError: It is an earlier one, or the last, which only :meth:`Store.finish` reaches.
        """
        if phase == "finished":
            raise ValueError("finish() finishes, since it writes the manifest")
        if _PHASES.index(phase) < _PHASES.index(self.phase):
            raise ValueError(f"{phase} comes before {self.phase}")
        self._go_on(phase, {})

    def begin_update(self, started_at: int) -> None:
        """Begin anew from what is finished."""
        whole = self.recall().get(_WHOLE, True)
        self._database.run(_BEGIN, (whole, started_at))
        self.remember({})

    def finish(self, *, whole: bool) -> None:
        """Finish, and note for the next run whether this one saw all that had changed."""
        self._go_on("finished", {_WHOLE: whole})

    def recall(self) -> dict[str, Any]:
        """Return what this phase has learnt so far; see ``remember``."""
        return dict(self._database.rows("SELECT name, value FROM learnt"))

    def remember(self, learnt: Mapping[str, Any]) -> None:
        """Keep what this phase has learnt, texts and numbers by name, until the next phase.

        A finished run learns nothing more, and what it leaves stays as it is.
        """
        if self.phase != "finished":
            self._go_on(self.phase, learnt)

    @property
    def conversations(self) -> int:
        """How many conversations the export holds so far."""
        number: int
        (number,) = self._database.row("SELECT conversations FROM run")
        return number

    def counts(self) -> Counts:
        """Return what the export holds so far; quick, though it looks at every shard's size."""
        return Counts(*self._database.row(_COUNTS))

    def _go_on(self, phase: Phase, learnt: Mapping[str, Any]) -> None:
        with self._database.transaction("phase.commit"):
            self._database.run("UPDATE run SET phase = ?", (phase,))
            self._database.run("DELETE FROM learnt")
            self._database.run_many(
                "INSERT INTO learnt (name, value) VALUES (?, ?)", learnt.items()
            )


def differences(there: Identity, asked: Identity) -> dict[str, tuple[Any, Any]]:
    """Return the fields in which two identities differ, with both values."""
    pairs = {
        field: (getattr(there, field), getattr(asked, field))
        for field in Identity.__struct_fields__
    }
    return {field: pair for field, pair in pairs.items() if pair[0] != pair[1]}
