"""Checking a finished export against its manifest and its ledger, file by file, id by id."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from intercom_async.errors import DecodeError
from intercom_async.export.records import CONVERSATIONS, MOST_PARTS, count_parts, header_reader
from intercom_async.export.store import disk
from intercom_async.export.store.database import STATE, Database
from intercom_async.export.store.errors import ExportCorrupted
from intercom_async.export.store.frames import read_shard
from intercom_async.export.store.report import MANIFEST, read_manifest
from intercom_async.export.store.run import read_identity, runs
from intercom_async.export.store.status import open_state
from intercom_async.export.store.values import File, Identity, Problem, ProblemKind

_SHOWN: Final = 20  # ids named of each kind of problem
_BATCH: Final = 1000
_MET: Final = """
    CREATE TEMP TABLE met (
        id TEXT PRIMARY KEY,
        file TEXT NOT NULL,
        parts INTEGER NOT NULL,
        expected INTEGER NOT NULL,
        updated_at INTEGER,
        copies INTEGER NOT NULL DEFAULT 1
    ) STRICT, WITHOUT ROWID
"""
_MEET: Final = """
    INSERT INTO temp.met (id, updated_at, file, parts, expected) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET
        copies = copies + 1,
        file = excluded.file,
        parts = min(parts, excluded.parts),
        expected = max(expected, excluded.expected)
"""
_TWICE: Final = "SELECT id, file FROM temp.met WHERE copies > 1 ORDER BY id"
_MISSING: Final = """
    SELECT ledger.id, shards.name FROM ledger JOIN shards ON shards.number = ledger.shard
    WHERE ledger.stream = :stream
    AND NOT EXISTS (SELECT 1 FROM temp.met WHERE met.id = ledger.id) ORDER BY ledger.id
"""
_UNKNOWN: Final = """
    SELECT id, file FROM temp.met
    WHERE NOT EXISTS (
        SELECT 1 FROM ledger WHERE ledger.stream = :stream AND ledger.id = met.id
    ) ORDER BY id
"""
_VERSION: Final = """
    SELECT met.id, file, printf(
        'was updated at %s, but recorded as of %s', met.updated_at, ledger.updated_at
    )
    FROM temp.met JOIN ledger ON ledger.stream = :stream AND ledger.id = met.id
    WHERE met.updated_at IS NOT ledger.updated_at AND copies = 1 ORDER BY met.id
"""
# What was recorded may be more than what the conversation says of itself, and the other way.
_LACKING: Final = """
    SELECT met.id, file, printf(
        'holds %d of %d parts', met.parts, max(expected, ledger.parts, met.parts + 1)
    )
    FROM temp.met JOIN ledger ON ledger.stream = :stream AND ledger.id = met.id
    WHERE met.parts < max(expected, ledger.parts) OR parts_missing ORDER BY met.id
"""


def check_files(folder: Path, *, records: bool = True) -> list[Problem]:
    """Compare the files of a finished export with its manifest and its ledger.

    Every file is read to its end. Nothing is changed, and nothing need be writable.

    Args:
        folder: The export's folder.
        records: Look at each record, too. Sizes and digests alone tell whether the files are those
            that were written.

    Returns:
        What is not as it should be; nothing, if all is well.

    Raises:
        ExportMismatch: The state has another layout.
        OSError: A file that is there cannot be read.
    """
    try:
        manifest = read_manifest(folder)
        database, problems = open_state(folder)
    except FileNotFoundError as error:
        name = Path(str(error.filename)).name
        text = "there is none: the export is not finished" if name == MANIFEST else "is missing"
        return [Problem("unfinished" if name == MANIFEST else "missing", name, text)]
    except ExportCorrupted as error:
        return [Problem("unreadable", error.path.name, error.reason)]
    try:
        if not database.schema:
            return [Problem("missing", STATE, "is empty")]
        identity, files = read_identity(database), manifest.files
        for name, run in runs(database).items():
            if run.phase != "finished":
                later = f"a later run of {name} is {run.phase}; export them again"
                return [Problem("unfinished", STATE, later)]
            of_stream = [file for file in files if file.name.startswith(f"{name}/")]
            check = _Check(folder, database, name, run.stream, identity)
            problems += check.problems(of_stream, records=records)
            files = [file for file in files if file not in of_stream]
        return problems + [each for file in files for each in file_problems(folder, file)]
    except ExportCorrupted as error:
        return [Problem("unreadable", error.path.name, error.reason)]
    finally:
        database.close()


def file_problems(folder: Path, file: File) -> Iterator[Problem]:
    """Compare a file with what the manifest says of it."""
    path = folder / file.name
    size = path.stat().st_size if path.exists() else None
    if size is None:
        yield Problem("missing", file.name, "is missing; export again")
        return
    if size != file.bytes:
        yield Problem("size", file.name, f"has {size:,} bytes instead of {file.bytes:,}")
    if disk.digest(path) != file.sha256:
        yield Problem("digest", file.name, f"has another SHA-256 than {file.sha256}")


class _Check:
    """One stream's check, which notes the ids it meets in a table, out of memory's way."""

    def __init__(
        self, folder: Path, database: Database, name: str, stream: int, identity: Identity
    ) -> None:
        self._folder = folder
        self._database = database
        self._name = name
        self._read_header = header_reader(name)
        self._record = "conversation" if name == CONVERSATIONS else "record"
        self._stream = {"stream": stream}
        self._with_parts = identity.counts_parts(name)

    def problems(self, files: list[File], *, records: bool) -> Iterator[Problem]:
        """Compare all there is."""
        for file in files:
            yield from file_problems(self._folder, file)
        named = {file.name for file in files}
        for path in sorted((self._folder / self._name).glob("*")):
            name = f"{self._name}/{path.name}"
            if name not in named:
                yield Problem("extra", name, "is not in the manifest; move it away")
        if records:
            yield from self._records(files)

    def _records(self, files: list[File]) -> Iterator[Problem]:
        self._database.run("DROP TABLE IF EXISTS temp.met")
        self._database.run(_MET)
        for file in files:
            if (path := self._folder / file.name).exists():
                yield from self._shard(file, path)
        yield from self._ids("id twice", _TWICE, "is there twice")
        yield from self._ids("id missing", _MISSING, "is recorded, but not there")
        yield from self._ids("id unknown", _UNKNOWN, "is there, but not recorded")
        yield from self._ids("version", _VERSION, "is another version than was recorded")
        if self._with_parts:
            yield from self._ids("parts missing", _LACKING, "holds too few parts")

    def _shard(self, file: File, path: Path) -> Iterator[Problem]:
        rows = 0
        met: list[tuple[Any, ...]] = []
        try:
            for line in read_shard(path):
                rows += 1
                read = self._read_header(line)
                met.append((str(read.id), read.updated, file.name, *self._parts(line)))
                if len(met) == _BATCH:
                    self._database.run_many(_MEET, met)
                    met.clear()
        except ExportCorrupted as error:
            yield Problem("unreadable", file.name, error.reason, offset=error.offset)
        except DecodeError as error:
            yield Problem("unreadable", file.name, f"line {rows:,} is no record: {error}")
        else:
            if rows != file.rows:
                yield Problem("rows", file.name, f"has {rows:,} records instead of {file.rows:,}")
        self._database.run_many(_MEET, met)

    def _parts(self, line: bytes) -> tuple[int, int]:
        """Return how many parts a line holds, and how many it should, going by what it says."""
        if not self._with_parts:
            return 0, 0
        parts = count_parts(line)
        return parts.held, min(parts.expected, MOST_PARTS)

    def _ids(self, kind: ProblemKind, sql: str, text: str) -> Iterator[Problem]:
        for id, name, *said in self._database.rows(f"{sql} LIMIT {_SHOWN}", self._stream):
            file = name if "/" in name else f"{self._name}/{name}"
            yield Problem(kind, file, f"{self._record} {id} {said[0] if said else text}", id=id)
        count = f"SELECT count(*) FROM ({sql})"  # noqa: S608  # as above
        (found,) = self._database.row(count, self._stream)
        if found > _SHOWN:
            yield Problem(kind, self._name, f"{found - _SHOWN:,} more {self._name}: {text}")
