"""The ledger: which version of each record of a stream stands in which shard."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from itertools import chain
from typing import Final, NamedTuple, cast

import msgspec

from intercom_async.export.store.database import Database
from intercom_async.export.store.values import Record
from intercom_async.scan.windows import Window

_encode: Final = msgspec.json.Encoder().encode

_KNOWN: Final = """
    SELECT id, iif(settled, updated_at, NULL)
    FROM ledger WHERE stream = ? AND id IN (SELECT value FROM json_each(?))
"""
_CREATED: Final = """
    SELECT id, created_at
    FROM ledger WHERE stream = ? AND id IN (SELECT value FROM json_each(?))
"""
_CURRENT: Final = """
    SELECT id, updated_at, settled, shard, parts, truncated, parts_missing
    FROM ledger WHERE stream = ? AND id IN (SELECT value FROM json_each(?))
"""
_BETWEEN: Final = "SELECT EXISTS (SELECT 1 FROM ledger WHERE stream = ? AND id BETWEEN ? AND ?)"
_PUT: Final = """
    INSERT OR REPLACE INTO ledger
        (stream, id, created_at, updated_at, settled, shard, parts, truncated, parts_missing)
    VALUES
"""
_ROW: Final = "(?, ?, ?, ?, ?, ?, ?, ?, ?)"
_ROWS_AT_ONCE: Final = 50  # of which SQLite's module makes one statement
_HELD: Final = """
    SELECT (
        SELECT count(*) FROM ledger
        WHERE stream = ?
        AND created_at BETWEEN json_extract(value, '$[0]') AND json_extract(value, '$[1]')
    ) FROM json_each(?) ORDER BY key
"""
_LATEST: Final = """
    SELECT max(created_at) FROM ledger WHERE stream = ? AND created_at BETWEEN ? AND ?
"""
_SUPERSEDE: Final = """
    INSERT INTO superseded (shard, id, copies) VALUES (?, ?, ?)
    ON CONFLICT (shard, id) DO UPDATE SET copies = copies + excluded.copies
"""
_SEE: Final = "INSERT OR IGNORE INTO seen (stream, id) SELECT ?, value FROM json_each(?)"
_UNSEEN: Final = """
    SELECT id FROM ledger WHERE stream = ? AND NOT EXISTS (
        SELECT 1 FROM seen WHERE seen.stream = ledger.stream AND seen.id = ledger.id
    ) ORDER BY id
"""
_OUTSIDE: Final = """
    SELECT id FROM ledger
    WHERE stream = :stream AND (created_at < :since OR created_at >= :until)
"""
_TOTAL: Final = """
    UPDATE streams SET
        records = records + ?,
        parts = parts + ?,
        truncated = truncated + ?,
        parts_missing = parts_missing + ?,
        superseded = superseded + ?
    WHERE number = ?
"""


class _CurrentRow(NamedTuple):
    id: str
    updated_at: int | None
    is_final_version: int
    shard: int
    parts: int
    truncated: int
    parts_missing: int


class Change(NamedTuple):
    """What a batch of records changes.

    Attributes:
        fresh: The records that are new or newer than what stands, each id once.
        replaced: What stands of the same ids, and gives way.
    """

    fresh: list[Record]
    replaced: list[_CurrentRow]


class Ledger:
    """A stream's part of the ledger; whoever calls what changes it opens the transaction.

    Args:
        database: The state.
        stream: The stream's number in it.
        versioned: Whether ``updated_at`` tells which version is later; else the last to come is.
    """

    def __init__(self, database: Database, stream: int, *, versioned: bool) -> None:
        self._database = database
        self._stream = stream
        self._versioned = versioned

    def known(self, ids: Iterable[str]) -> dict[str, int | None]:
        """Return when the version that stands was updated, for those ids that stand.

        ``None`` if that is not known, or does not tell a later version from it.
        """
        return dict(self._database.rows(_KNOWN, self._of(ids)))

    def created(self, ids: Iterable[str]) -> dict[str, int | None]:
        """Return when each record was created."""
        return dict(self._database.rows(_CREATED, self._of(ids)))

    def select_newer(self, records: Sequence[Record]) -> Change:
        """Take of a batch what is new or newer than what stands."""
        newest: dict[str, Record] = {}
        for record in records:
            other = newest.get(record.id)
            if other is None or self._is_newer(record, other):
                newest[record.id] = record
        current = self._current_rows(newest) if self._may_stand(newest) else []
        replaced = [row for row in current if self._is_replaced_by(row, newest[row.id])]
        for row in set(current).difference(replaced):
            del newest[row.id]
        return Change(list(newest.values()), replaced)

    def put(self, change: Change, shard: int) -> None:
        """Note that the fresh records of a change now stand in a shard."""
        fresh, replaced = change
        self._supersede(replaced)
        # Numbers, since SQLite's module looks for an adapter for each bool, in vain and at length.
        missing = [int(_missing(record)) for record in fresh]
        final = [int(record.is_final_version) for record in fresh]
        here = self._stream
        rows = [
            (here, r.id, r.created_at, r.updated_at, last, shard, r.parts, int(r.truncated), lacks)
            for r, last, lacks in zip(fresh, final, missing, strict=True)
        ]
        for begin in range(0, len(rows), _ROWS_AT_ONCE):
            some = rows[begin : begin + _ROWS_AT_ONCE]
            self._database.run(_PUT + ", ".join([_ROW] * len(some)), [*chain(*some)])
        self._total(
            len(fresh) - len(replaced),
            sum(r.parts for r in fresh) - sum(row.parts for row in replaced),
            sum(r.truncated for r in fresh) - sum(row.truncated for row in replaced),
            sum(missing) - sum(row.parts_missing for row in replaced),
            len(replaced),
        )

    def take_in(self, records: Sequence[Record], shard: int) -> None:
        """Note what stands in a shard that the ledger lost, whichever versions those are."""
        change = self.select_newer(records)
        self.put(change, shard)
        fresh = {record.id for record in change.fresh}
        older = Counter(record.id for record in records) - Counter(fresh)
        self._database.run_many(_SUPERSEDE, [(shard, *each) for each in older.items()])

    def remove(self, id: str) -> None:
        """Forget a record, if it stands."""
        for row in self._current_rows([id]):
            self._supersede([row])
            self._database.run("DELETE FROM ledger WHERE stream = ? AND id = ?", (self._stream, id))
            self._total(-1, -row.parts, -row.truncated, -row.parts_missing, 0)

    def move(self, ids: Sequence[str], source: int, target: int) -> None:
        """Note that records were copied from a shard to another, where they now stand."""
        self._database.run_many(_SUPERSEDE, [(source, id, 1) for id in ids])
        self._database.run_many(
            "UPDATE ledger SET shard = ? WHERE stream = ? AND id = ?",
            [(target, self._stream, id) for id in ids],
        )

    def see(self, ids: Iterable[str]) -> None:
        """Note that the sweep under way has met records."""
        self._database.run(_SEE, self._of(ids))

    def count_seen(self) -> int:
        """Count the records that the sweep has met."""
        (seen,) = self._database.row("SELECT count(*) FROM seen WHERE stream = ?", (self._stream,))
        return cast("int", seen)

    def unseen(self) -> list[str]:
        """Return the records that the sweep has not met."""
        return self._database.column(_UNSEEN, (self._stream,))

    def forget_seen(self) -> None:
        """Begin a sweep."""
        self._database.run("DELETE FROM seen WHERE stream = ?", (self._stream,))

    def outside(self, since: int | None, until: int | None) -> list[str]:
        """Return the records that were created before, or not before, some unix seconds."""
        bounds = {"stream": self._stream, "since": since, "until": until}
        return self._database.column(_OUTSIDE, bounds)

    def in_shard(self, shard: int) -> dict[str, int | None]:
        """Return when each record that stands in a shard was updated."""
        rows = self._database.rows("SELECT id, updated_at FROM ledger WHERE shard = ?", (shard,))
        return dict(rows)

    def superseded(self, shard: int) -> dict[str, int]:
        """Return how many records of each id in a shard count no more: its first that many."""
        return dict(
            self._database.rows("SELECT id, copies FROM superseded WHERE shard = ?", (shard,))
        )

    def shards_with_superseded(self) -> list[int]:
        """Return the shards that hold records that count no more."""
        return self._database.column(
            "SELECT DISTINCT shard FROM superseded JOIN shards ON shards.number = shard"
            " WHERE stream = ? ORDER BY shard",
            (self._stream,),
        )

    def held(self, windows: Iterable[Window]) -> list[int]:
        """Count the records kept that were created in each window, both ends included.

        Takes about 0.1 s for a million records, however many windows those are in.
        """
        bounds = _encode([(window.start, window.end) for window in windows]).decode()
        return self._database.column(_HELD, (self._stream, bounds))

    def latest_created(self, window: Window) -> int | None:
        """Return when the latest record kept of a window was created; ``None`` if none is."""
        (latest,) = self._database.row(_LATEST, (self._stream, window.start, window.end))
        return cast("int | None", latest)

    def truncated(self) -> list[str]:
        """Return the records of which the API withholds parts."""
        return self._database.column(
            "SELECT id FROM ledger WHERE truncated AND stream = ? ORDER BY id", (self._stream,)
        )

    def parts_missing(self) -> list[str]:
        """Return the records that lack parts although the API withholds none."""
        return self._database.column(
            "SELECT id FROM ledger WHERE parts_missing AND stream = ? ORDER BY id", (self._stream,)
        )

    def _may_stand(self, ids: Collection[str]) -> bool:
        """Tell whether some may stand; a page's ids are often next to each other, and all new."""
        if not ids:
            return False
        (found,) = self._database.row(_BETWEEN, (self._stream, min(ids), max(ids)))
        return bool(found)

    def _current_rows(self, ids: Iterable[str]) -> list[_CurrentRow]:
        rows = self._database.rows(_CURRENT, self._of(ids))
        return [_CurrentRow(*row) for row in rows]

    def _of(self, ids: Iterable[str]) -> tuple[int, str]:
        return self._stream, _encode(list(ids)).decode()

    def _supersede(self, current: Iterable[_CurrentRow]) -> None:
        self._database.run_many(_SUPERSEDE, [(row.shard, row.id, 1) for row in current])

    def _is_newer(self, record: Record, other: Record | _CurrentRow) -> bool:
        if record.updated_at == other.updated_at:
            return record.parts > other.parts
        return not self._versioned or _is_later(record.updated_at, other.updated_at)

    def _is_replaced_by(self, row: _CurrentRow, to: Record) -> bool:
        as_late = not row.is_final_version and to.updated_at == row.updated_at
        return as_late or self._is_newer(to, row)

    def _total(self, *differences: int) -> None:
        self._database.run(_TOTAL, (*differences, self._stream))


def _is_later(updated_at: int | None, than: int | None) -> bool:
    return updated_at is not None and (than is None or updated_at > than)


def _missing(record: Record) -> bool:
    return (
        record.parts_expected is not None
        and record.parts < record.parts_expected
        and not record.truncated
    )
