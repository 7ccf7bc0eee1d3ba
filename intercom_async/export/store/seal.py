"""What a finished run leaves behind, and whether it is still as it was left."""

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from intercom_async.export.store import disk
from intercom_async.export.store.database import STATE, Database
from intercom_async.export.store.errors import Damaged
from intercom_async.export.store.values import Problem

__all__ = ["CHANGED", "broken_seals", "seals"]

MANIFEST: Final = "manifest.json"
SUMMARY: Final = "summary.json"

_TABLES: Final = ("windows", "shards", "ledger", "deleted", "failed", "quarantine")
CHANGED: Final = "is not as the export left it"
_REMEDY: Final = {
    STATE: "put back a copy of the folder, or export to another one",
    MANIFEST: "export again, which writes it anew",
    SUMMARY: "export again, which writes it anew",
}


def seals(folder: Path, database: Database) -> dict[str, str]:
    """Return a digest of each file that tells of an export; of the state, one of its tables."""
    files = {name: disk.digest(folder / name) for name in (MANIFEST, SUMMARY)}
    return files | {STATE: _of_tables(database)}


def broken_seals(folder: Path, database: Database, learnt: Mapping[str, Any]) -> Iterator[Problem]:
    """Compare what is there with what a finished run has noted of it.

    Args:
        folder: The export's folder.
        database: Its state.
        learnt: What the run has noted; nothing, if an earlier release finished it.
    """
    for name, left in learnt.items():
        if name == STATE:
            changed = _of_tables(database) != left
        elif name not in _REMEDY:
            continue
        elif not (folder / name).exists():
            yield Problem("missing", name, f"is missing; {_REMEDY[name]}")
            continue
        else:
            changed = disk.digest(folder / name) != left
        if changed:
            yield Problem("changed", name, f"{CHANGED}; {_REMEDY[name]}")


def _of_tables(database: Database) -> str:
    # Sums, which SQLite makes: to hash a million rows one by one would take seconds.
    of = {table: database.row(_sums(database, table)) for table in _TABLES}
    return hashlib.sha256(msgspec.json.encode(of)).hexdigest()


def _sums(database: Database, table: str) -> str:
    columns = [(name, kind) for _, name, kind, *_ in database.rows(f"PRAGMA table_info({table})")]
    if not columns:
        raise Damaged(database.path, f"no such table: {table}")
    sums = ", ".join(
        f'count("{name}"), total("{name}")' if kind == "INTEGER" else f'total(length("{name}"))'
        for name, kind in columns
    )
    return f"SELECT count(*), {sums} FROM {table}"  # noqa: S608  # names of our own
