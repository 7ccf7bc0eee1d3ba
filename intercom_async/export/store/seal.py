"""What a finished run leaves behind, and whether it is still as it was left."""

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from intercom_async.export.store import disk
from intercom_async.export.store.database import STATE, Database
from intercom_async.export.store.errors import ExportCorrupted
from intercom_async.export.store.report import MANIFEST, SUMMARY
from intercom_async.export.store.values import Problem

_CHANGED: Final = "is not as the export left it"

# Of a state with seals; another whenever these are made in another way, for older ones to open.
_APPLICATION_ID: Final = 0x5EA1ED01
_TABLES: Final = (
    *("run", "windows", "shards", "ledger", "superseded", "rewrites"),
    *("deleted", "failed", "quarantine", "learnt"),
)
# Where each layout keeps its seals, and the tables it has besides.
_LAYOUTS: Final = {
    1: ("SELECT name, value FROM learnt", ()),
    2: ("SELECT name, sha256 FROM seals", ("streams", "seen")),
}
_REMEDY: Final = "export again, which makes it anew"


def seal(folder: Path, database: Database) -> None:
    """Note a digest of each report, then one of the tables; part of the finishing transaction."""
    for name in (MANIFEST, SUMMARY):
        _note(database, name, disk.digest(folder / name))
    _note(database, STATE, _of_tables(database))
    database.run(f"PRAGMA application_id = {_APPLICATION_ID}")


def broken_seals(folder: Path, database: Database) -> Iterator[Problem]:
    """Compare what is there with what the finished run has noted of it; the state tells of all."""
    if database.row("PRAGMA application_id") != (_APPLICATION_ID,):
        return  # an earlier release finished it
    tables = _of_tables(database)
    seals, _ = _LAYOUTS[database.schema]
    left = dict(database.rows(seals))
    if left.get(STATE) != tables:
        yield Problem("changed", STATE, f"{_CHANGED}; {_REMEDY}")
        return
    for name in (MANIFEST, SUMMARY):
        if not (folder / name).exists():
            yield Problem("missing", name, f"is missing; {_REMEDY}")
        elif disk.digest(folder / name) != left[name]:
            yield Problem("changed", name, f"{_CHANGED}; {_REMEDY}")


def check_seals(folder: Path, database: Database) -> list[Problem]:
    """Return what reports are not as the finished run left them, which the next writes anew.

    Raises:
        ExportCorrupted: The state is not as it was left.
    """
    problems = list(broken_seals(folder, database))
    refuse_changed(database, problems)
    return problems


def refuse_changed(database: Database, problems: Iterable[Problem]) -> None:
    """Refuse a state that is not as it was left.

    Raises:
        ExportCorrupted: It is among the problems.
    """
    if any(problem.file == STATE for problem in problems):
        raise ExportCorrupted(database.path, _CHANGED)


def _note(database: Database, name: str, digest: str) -> None:
    database.run("INSERT OR REPLACE INTO seals (name, sha256) VALUES (?, ?)", (name, digest))


def _of_tables(database: Database) -> str:
    sha256 = hashlib.sha256()
    _, more = _LAYOUTS[database.schema]
    for table in (*_TABLES, *more):
        query = _rows(database, table)
        sha256.update(query.encode())  # for the names of the columns
        for rows in database.batches(query):
            sha256.update("".join([row for (row,) in rows]).encode())
    return sha256.hexdigest()


def _rows(database: Database, table: str) -> str:
    """Return a query for rows as texts, which SQLite makes: a million take a second."""
    columns = [(name, kind) for _, name, kind, *_ in database.rows(f"PRAGMA table_info({table})")]
    # JSON has no bytes, and those of the quarantine are in a file that the manifest tells of.
    values = ", ".join(
        f'length("{name}")' if kind == "BLOB" else f'"{name}"' for name, kind in columns
    )
    own = f" WHERE name != '{STATE}'" if table == "learnt" else ""  # as layout 1 has it there
    return f"SELECT json_array({values}) FROM {table}{own}"  # noqa: S608  # names of our own
