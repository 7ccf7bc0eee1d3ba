"""The run's own row: what was asked for, how far it has come, and what it holds."""

from typing import Any, Final

import msgspec

from intercom_async.export.store.database import Database
from intercom_async.export.store.errors import Damaged
from intercom_async.export.store.values import Counts, Identity, Phase

__all__ = ["Run", "differences"]

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
        phase = 'planned', previous_started_at = started_at, started_at = ?, superseded = 0
"""


class Run:
    """The run in the state; whoever calls what changes it opens the transaction."""

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
            Damaged: The state does not hold it.
        """
        (identity,) = self._database.row("SELECT identity FROM run")
        try:
            return msgspec.json.decode(identity, type=Identity)
        except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
            raise Damaged(self._database.path, f"what was asked for: {error}") from None

    @property
    def phase(self) -> Phase:
        """What is done.

        Raises:
            Damaged: The state holds something else.
        """
        phase: Phase
        (phase,) = self._database.row("SELECT phase FROM run")
        if phase not in _PHASES:
            raise Damaged(self._database.path, f"no export is ever {phase!r}")
        return phase

    @property
    def started_at(self) -> int:
        """When the run began, in unix seconds."""
        started_at: int
        (started_at,) = self._database.row("SELECT started_at FROM run")
        return started_at

    @property
    def previous_started_at(self) -> int | None:
        """When the last finished run had begun, in unix seconds; ``None`` in the first one."""
        started_at: int | None
        (started_at,) = self._database.row("SELECT previous_started_at FROM run")
        return started_at

    def advance(self, phase: Phase) -> None:
        """Go on to a later phase.

        Raises:
            ValueError: It is no phase, or an earlier one.
        """
        if _PHASES.index(phase) < _PHASES.index(self.phase):
            raise ValueError(f"{phase} comes before {self.phase}")
        self._database.run("UPDATE run SET phase = ?", (phase,))

    def begin_update(self, started_at: int) -> None:
        """Begin anew from what is finished."""
        self._database.run(_BEGIN, (started_at,))

    def conversations(self) -> int:
        """Return how many conversations the export holds."""
        number: int
        (number,) = self._database.row("SELECT conversations FROM run")
        return number

    def counts(self) -> Counts:
        """Return what the export holds."""
        return Counts(*self._database.row(_COUNTS))


def differences(there: Identity, asked: Identity) -> dict[str, tuple[Any, Any]]:
    """Return the fields in which two identities differ, with both values."""
    pairs = {
        field: (getattr(there, field), getattr(asked, field))
        for field in Identity.__struct_fields__
    }
    return {field: pair for field, pair in pairs.items() if pair[0] != pair[1]}
