"""A stream's own row: how far its run has come, and what it holds; and what was asked for."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import msgspec

from intercom_async.export.store.database import Database
from intercom_async.export.store.errors import ExportCorrupted
from intercom_async.export.store.values import Counts, Identity, Phase

_WHOLE: Final = "saw all changes"
_PHASES: Final[tuple[Phase, ...]] = ("new", "planned", "walked", "drained", "finished")
_COUNTS: Final = """
    SELECT
        records,
        parts,
        (SELECT coalesce(sum(bytes), 0) FROM shards WHERE stream = streams.number),
        (SELECT count(*) FROM deleted WHERE stream = streams.number),
        (SELECT count(*) FROM failed WHERE stream = streams.number),
        truncated,
        (SELECT count(*) FROM quarantine WHERE stream = streams.number),
        superseded,
        parts_missing
    FROM streams WHERE number = ?
"""
_BEGIN: Final = """
    UPDATE streams SET
        phase = 'planned',
        previous_started_at = iif(?, started_at, coalesce(previous_started_at, started_at)),
        started_at = ?,
        runs = runs + ?,
        superseded = 0
    WHERE number = ?
"""


class RunState(NamedTuple):
    """How far a stream's run has come.

    Attributes:
        phase: What is done.
        started_at: When it began, in unix seconds.
        previous_started_at: When the last run that saw all changes had begun, in unix seconds.
            ``None`` in the first run; where none has seen all of them, when the first began.
        number: Which run of the stream it is, from 1; those that did not see all are not counted.
    """

    phase: Phase
    started_at: int
    previous_started_at: int | None
    number: int


class Run:
    """The run of a stream in the state.

    Attributes:
        stream: The stream's number.
    """

    def __init__(self, database: Database, stream: int) -> None:
        self.stream: int = stream
        self._database = database

    def state(self) -> RunState:
        """Return how far it has come.

        Raises:
            ExportCorrupted: The state holds a phase that there is not.
        """
        state = RunState(*self._of("phase, started_at, previous_started_at, runs"))
        if state.phase not in _PHASES:
            raise ExportCorrupted(self._database.path, f"no export is ever {state.phase!r}")
        return state

    @property
    def phase(self) -> Phase:
        """What is done; see ``state``."""
        return self.state().phase

    @property
    def started_at(self) -> int:
        """When the run began, in unix seconds."""
        return self.state().started_at

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

    @property
    def span(self) -> tuple[int | None, int | None]:
        """From which creation time it holds records, and before which; ``None`` for no bound."""
        since, until = self._of("since, until")
        return since, until

    def set_span(self, since: int | None, until: int | None) -> None:
        """Note from which creation time it holds records, and before which."""
        self._database.run(
            "UPDATE streams SET since = ?, until = ? WHERE number = ?", (since, until, self.stream)
        )

    def go_back(self) -> None:
        """Walk again what is to be walked, and look again for what changed."""
        if self.phase not in {"new", "planned"}:
            self._go_on("planned", {})

    def set_back(self, started_at: int) -> None:
        """Begin anew from what a run left that began at a unix second; part of a transaction."""
        self._database.run(
            "UPDATE streams SET phase = 'planned', started_at = ?, previous_started_at = ?"
            " WHERE number = ?",
            (started_at, started_at, self.stream),
        )

    def begin_update(self, started_at: int) -> None:
        """Begin anew from what is finished."""
        whole = self.recall().get(_WHOLE, True)
        self._database.run(_BEGIN, (whole, started_at, whole, self.stream))
        self.remember({})

    def finish(self, *, whole: bool) -> None:
        """Finish, and note for the next run whether this one saw all that had changed."""
        self._go_on("finished", {_WHOLE: whole})
        self._database.run("DELETE FROM seen WHERE stream = ?", (self.stream,))

    def recall(self) -> dict[str, Any]:
        """Return what this phase has learnt so far; see ``remember``."""
        return dict(
            self._database.rows("SELECT name, value FROM learnt WHERE stream = ?", (self.stream,))
        )

    def remember(self, learnt: Mapping[str, Any]) -> None:
        """Keep what this phase has learnt, texts and numbers by name, until the next phase.

        A finished run learns nothing more, and what it leaves stays as it is.
        """
        if self.phase != "finished":
            self._go_on(self.phase, learnt)

    @property
    def records(self) -> int:
        """How many records the export holds so far."""
        number: int
        (number,) = self._of("records")
        return number

    def counts(self) -> Counts:
        """Return what the export holds so far; quick, though it looks at every shard's size."""
        return Counts(*self._database.row(_COUNTS, (self.stream,)))

    def _go_on(self, phase: Phase, learnt: Mapping[str, Any]) -> None:
        with self._database.transaction("phase.commit"):
            self._database.run(
                "UPDATE streams SET phase = ? WHERE number = ?", (phase, self.stream)
            )
            self._database.run("DELETE FROM learnt WHERE stream = ?", (self.stream,))
            self._database.run_many(
                "INSERT INTO learnt (stream, name, value) VALUES (?, ?, ?)",
                [(self.stream, *each) for each in learnt.items()],
            )

    def _of(self, column: str) -> tuple[Any, ...]:
        query = f"SELECT {column} FROM streams WHERE number = ?"  # noqa: S608  # of ours
        return self._database.row(query, (self.stream,))


def run_of(database: Database, stream: str, identity: Identity, started_at: int) -> Run:
    """Return a stream's run, which begins if there is none; part of a transaction."""
    database.run(
        "INSERT INTO streams (name, phase, started_at, since, until) VALUES (?, 'new', ?, ?, ?)"
        " ON CONFLICT (name) DO NOTHING",
        (stream, started_at, identity.since, identity.until),
    )
    return runs(database)[stream]


def runs(database: Database) -> dict[str, Run]:
    """Return the run of each stream, by its name, in the order in which they first began."""
    rows = database.rows("SELECT number, name FROM streams ORDER BY number")
    return {name: Run(database, number) for number, name in rows}


def is_finished(database: Database) -> bool:
    """Tell whether no stream's run is under way, in any layout."""
    table = "run" if database.schema == 1 else "streams"
    (phases,) = database.row(
        f"SELECT group_concat(DISTINCT phase) FROM {table}"  # noqa: S608  # of ours
    )
    return bool(phases == "finished")


def write_identity(database: Database, identity: Identity) -> None:
    """Note what is asked for."""
    database.run(
        "INSERT OR REPLACE INTO run (only, identity) VALUES (1, ?)",
        (msgspec.json.encode(identity).decode(),),
    )


def read_identity(database: Database) -> Identity:
    """Return what was asked for.

    Raises:
        ExportCorrupted: The state does not hold it.
    """
    (identity,) = database.row("SELECT identity FROM run")
    try:
        return msgspec.json.decode(identity, type=Identity)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise ExportCorrupted(database.path, f"what was asked for: {error}") from None


def differences(there: Identity, asked: Identity) -> dict[str, tuple[Any, Any]]:
    """Return the fields that no export can change in which two identities differ, with both."""
    pairs = {
        field: (getattr(there, field), getattr(asked, field))
        for field in Identity.__struct_fields__
        if field not in {"since", "until"}
    }
    return {field: pair for field, pair in pairs.items() if pair[0] != pair[1]}
