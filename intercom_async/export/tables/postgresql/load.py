"""What changed of an export, merged into tables of PostgreSQL in one transaction."""
# ruff: noqa: S608  # literals and names are quoted

from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from typing import Any, Final

import msgspec

from intercom_async.errors import ConfigurationError
from intercom_async.export.records import CONVERSATIONS
from intercom_async.export.store import ExportCorrupted, read_manifest
from intercom_async.export.store.report import MANIFEST
from intercom_async.export.tables.catalog import TABLES
from intercom_async.export.tables.delta import Delta
from intercom_async.export.tables.engine import MEMORY_LIMIT, Engine, within_memory
from intercom_async.export.tables.postgresql.connection import Connection, connect, quoted
from intercom_async.export.tables.postgresql.definitions import (
    FILES,
    RECORDS,
    define,
    lock,
    of,
    record_of,
)
from intercom_async.export.tables.postgresql.people import STATEMENTS as MAKE_PEOPLE
from intercom_async.export.tables.postgresql.rows import query, takeable
from intercom_async.export.tables.schema import Table, TableSchema
from intercom_async.export.tables.sources import Sources
from intercom_async.export.tables.state import LINES
from intercom_async.export.tables.statements import MACROS, NAMED, literal
from intercom_async.export.tables.writer import unchanged
from intercom_async.extras import extra

SCHEMA: Final = "intercom"

_ROWS: Final = 4096  # at a time; of conversations with their texts that is a few megabytes
_NOTES: Final = 2**14
_LONGEST_NAME: Final = 63  # bytes; PostgreSQL cuts longer ones


class Loaded(msgspec.Struct, frozen=True):
    """What a load changed in a database.

    Attributes:
        workspace: The workspace's id, which the column ``workspace`` has.
        rows: How many rows were written to each table; none where nothing changed.
        inserted: How many records of each stream are new.
        updated: How many records of each stream were there and are different now, or are the same
            and were made rows of again.
        deleted: How many records of each stream are gone.
        left_out: The ids of records too long for ``memory_limit``, which no table has.
    """

    workspace: str
    rows: dict[str, int]
    inserted: dict[str, int]
    updated: dict[str, int]
    deleted: dict[str, int]
    left_out: tuple[str, ...] = ()


def to_postgresql(
    folder: Path, url: str, *, schema: str = SCHEMA, memory_limit: str = MEMORY_LIMIT
) -> Loaded:
    """Load a workspace's export into PostgreSQL, or what changed since it was loaded last.

    The tables are those of ``TABLES`` whose stream the export holds, each with a column
    ``workspace`` before the others, so that a schema can have many workspaces. Types are text,
    bigint, double precision, boolean, timestamptz, text[] and jsonb. The primary key is
    ``(workspace, id)``; of a table made of a list within records, ``(workspace, <record>_id,
    position)``, with a ``position`` from 1 on. Tables that are missing are made, and columns that
    a later version of this library brings are added.

    A load is one transaction: whoever reads, and whoever finds the database after this process was
    killed, sees all of it or nothing. Later loads read those files of the export that changed, and
    write the rows of records whose content did; ``intercom_async_files`` and
    ``intercom_async_records`` in the schema tell what was loaded. Records that are gone from the
    export go from the tables. A second load of the same workspace at the same time waits for the
    first; other workspaces wait only while tables are made. Rows of a record that changed are
    deleted and put in anew, so that a foreign key of yours to them has to be deferrable.

    What PostgreSQL cannot hold is replaced: a NUL character by U+FFFD, and in ``jsonb`` a number of
    more than 10,000 digits by a text of it. Halves of surrogate pairs are replaced as ``convert``
    does.

    Example::

        from pathlib import Path

        from intercom_async.export.tables import to_postgresql

        made = to_postgresql(Path("exported/8e8185e9"), "postgresql://me@127.0.0.1/support")
        print(f"{made.inserted['conversations']:,} new conversations")

    Args:
        folder: The workspace's folder of a finished export, ``OUT/<workspace>``.
        url: The database as libpq takes it, ``postgresql://user:password@host:port/database``. No
            error has the password in it.
        schema: The schema the tables are in; made if it is missing.
        memory_limit: How much memory DuckDB, which makes the rows, may take, such as ``"512MB"``.

    Raises:
        ConfigurationError: The extra ``postgres`` is not installed, the URL or the schema's name
            is none, a table of the schema was made by somebody else, or the export is not finished.
        DatabaseFailed: The database is not there, lets nobody in, or refuses something. What it
            held is as it was.
        ExportCorrupted: A file of the export is not as it was written.
        ExportLocked: An export wrote to the folder meanwhile.
        OSError: A file cannot be read.
    """
    if not 0 < len(schema.encode()) <= _LONGEST_NAME or "\0" in schema:
        raise ConfigurationError(f"no name of a schema: {schema!r}")
    sources = Sources.of(folder)

    def load(longest: int | None) -> Loaded:
        with connect(url) as connection:
            with unchanged(folder, sources):
                loaded = _Load(connection, sources, schema, memory_limit, longest).run()
            connection.commit()
        return loaded

    return within_memory(load)


class _Load:
    """One transaction, and what it is about.

    Temporary tables hold what a stream's merge is about: ``noted`` the records that its changed
    files hold, ``gone`` those that are in no file any more, and ``old`` all whose rows have to go.
    """

    def __init__(
        self,
        connection: Connection,
        sources: Sources,
        schema: str,
        memory_limit: str,
        longest: int | None,
    ) -> None:
        try:
            manifest = read_manifest(sources.folder)
        except FileNotFoundError:
            raise ConfigurationError(
                f"{sources.folder} holds no finished export: export again, then load"
            ) from None
        self._connection = connection
        self._sources = sources
        self._schema = schema
        self._memory_limit = memory_limit
        self._longest = longest
        self._workspace = manifest.identity.workspace
        self._digests = {file.name: file.sha256 for file in manifest.files}
        self._digests[MANIFEST] = blake2b(msgspec.json.encode(manifest)).hexdigest()
        self._ours = f"workspace = {literal(self._workspace)}"
        self._rows: dict[str, int] = {}
        self._left_out: set[str] = set()

    def run(self) -> Loaded:
        """Do all of it but the commit."""
        ((encoding,),) = self._connection.rows("SELECT current_setting('server_encoding')")
        if encoding != "UTF8":
            raise ConfigurationError(f"the database's encoding is {encoding}, and has to be UTF8")
        lock(self._connection, self._schema, self._workspace)
        define(self._connection, self._schema, self._sources.tables())
        known = f"SELECT DISTINCT stream FROM {self._named(FILES)} WHERE {self._ours}"
        loaded = {stream for (stream,) in self._connection.rows(known)} - LINES.keys()
        # Names first, since rows that have them beside ids are made again where they changed.
        there = {*loaded, *self._sources.files}
        streams = sorted(there, key=lambda each: (each not in NAMED, each))
        counts = {stream: self._merge(stream) for stream in streams}
        for table in TABLES.values():
            if table.source in LINES:
                self._replace(table.name)
        inserted, updated, deleted = (
            {stream: count[at] for stream, count in counts.items()} for at in range(3)
        )
        left_out = tuple(sorted(self._left_out))
        rows = {table: self._rows[table] for table in TABLES if table in self._rows}
        return Loaded(self._workspace, rows, inserted, updated, deleted, left_out)

    def _merge(self, stream: str) -> tuple[int, int, int]:
        """Merge a stream, and return how many records were inserted, updated and deleted."""
        tables = [table for table in TABLES.values() if table.source == stream]
        self._rows |= {table.name: 0 for table in tables}
        salt = self._salt(tables)
        files = {path.name: path for path in self._sources.files.get(stream, ())}
        versions = {name: self._version(path, salt) for name, path in files.items()}
        ours = f"{self._ours} AND stream = {literal(stream)}"
        known = self._known(ours)
        changed = [path for name, path in files.items() if known.get(name) != versions[name]]
        names = {*(path.name for path in changed), *(known.keys() - files)}
        if not names:
            return 0, 0, 0
        in_names = f"IN ({', '.join(map(literal, sorted(names)))})"
        of_names = f"{ours} AND file {in_names}"
        delta = Delta.between(self._sources, stream, changed, self._held(of_names), salt)
        with closing(delta):
            counts = self._merge_records(delta, tables, ours, of_names)
        self._connection.run(f"DELETE FROM {self._named(FILES)} WHERE {ours} AND name {in_names}")
        self._note_files(stream, {path.name: versions[path.name] for path in changed})
        if self._left_out:
            ids = ", ".join(map(literal, self._left_out))
            self._forget(stream, f"id IN ({ids})")
        return counts

    def _merge_records(
        self, delta: Delta, tables: list[TableSchema], ours: str, of_names: str
    ) -> tuple[int, int, int]:
        run, records = self._connection.run, self._named(RECORDS)
        self._note(delta)
        run(
            f"CREATE TEMP TABLE gone AS SELECT id FROM {records} r WHERE {of_names}"
            " AND NOT EXISTS (SELECT 1 FROM noted WHERE noted.id = r.id)"
        )
        ((new, updated, gone),) = self._connection.rows(
            "SELECT count(*), count(r.id), (SELECT count(*) FROM gone) FROM noted LEFT JOIN"
            f" (SELECT id FROM {records} WHERE {ours}) r USING (id) WHERE is_new"
        )
        if new or gone:
            self._merge_tables(delta, tables)
        run(f"DELETE FROM {records} WHERE {ours} AND id IN (SELECT id FROM gone)")
        run(
            f"INSERT INTO {records} AS r (workspace, stream, id, digest, file)"
            f" SELECT {literal(self._workspace)}, {literal(delta.stream)}, id, digest, file"
            " FROM noted ON CONFLICT (workspace, stream, id) DO UPDATE"
            " SET digest = excluded.digest, file = excluded.file"
            " WHERE (r.digest, r.file) IS DISTINCT FROM (excluded.digest, excluded.file)"
        )
        for temporary in ("noted", "gone"):
            run(f"DROP TABLE pg_temp.{temporary}")
        return new - updated, updated, gone

    def _merge_tables(self, delta: Delta, tables: list[TableSchema]) -> None:
        """Take the rows of records that are gone or different out, and put new ones in."""
        self._connection.run(
            "CREATE TEMP TABLE old AS SELECT id FROM noted WHERE is_new UNION SELECT id FROM gone"
        )
        self._index("old")
        if delta.stream in NAMED:
            self._connection.run(
                "CREATE TEMP TABLE named AS SELECT old.id, name FROM old"
                f" LEFT JOIN {self._named(delta.stream)} t ON t.{self._ours} AND t.id = old.id"
            )
        copied = [table for table in tables if table.name != "people"]  # made of the others
        for table in copied:
            self._connection.run(
                f"DELETE FROM {self._named(table.name)}"
                f" WHERE {self._ours} AND {quoted(record_of(table))} IN (SELECT id FROM old)"
            )
        self._copy(delta, copied)
        if delta.stream == CONVERSATIONS:
            self._make_people()
        if delta.stream in NAMED:
            self._forget_renamed(delta.stream)
        self._connection.run("DROP TABLE pg_temp.old")

    def _index(self, temporary: str) -> None:
        # Nothing is known yet of tables that were just filled, so the plan may be any; with an
        # index each is fast.
        self._connection.run(f"CREATE INDEX ON pg_temp.{temporary} (id)")
        self._connection.run(f"ANALYZE pg_temp.{temporary}")

    def _copy(self, sources: Sources, tables: Iterable[TableSchema]) -> None:
        """Put the rows of tables of one source in."""
        engine = Engine(sources, None, self._memory_limit, self._longest)
        queries: dict[Table, str] = {table.name: query(table.name) for table in tables}
        for table, reader in engine.streams(queries, _ROWS):
            schema, batches = takeable(table, self._workspace, reader)
            self._rows[table] += self._connection.copy(table, schema, batches, to=self._schema)
        self._left_out |= engine.left_out

    def _note(self, delta: Delta) -> None:
        """Make ``noted`` of the records that the changed files of a stream hold."""
        pyarrow = extra("pyarrow")
        text = pyarrow.string()
        schema = pyarrow.schema(
            [
                ("id", text),
                ("digest", pyarrow.binary()),
                ("file", text),
                ("is_new", pyarrow.bool_()),
            ]
        )

        def batches() -> Iterator[Any]:
            notes = delta.notes()
            while some := list(islice(notes, _NOTES)):
                columns = zip(schema, zip(*some, strict=True), strict=True)
                arrays = [pyarrow.array(values, field.type) for field, values in columns]
                yield pyarrow.record_batch(arrays, schema=schema)

        self._connection.copy("noted", schema, batches(), to=None)
        self._index("noted")

    def _make_people(self) -> None:
        given = {"schema": quoted(self._schema), "workspace": literal(self._workspace)}
        for name, statement in MAKE_PEOPLE.items():
            changed = self._connection.run(statement.format(ours=self._ours, **given))
            if name == "insert":
                self._rows["people"] = changed

    def _replace(self, table: Table) -> None:
        """Make a table of the manifest and the state anew, if those changed."""
        self._rows[table] = 0
        version = _salted(self._salt([TABLES[table]]), self._digests[MANIFEST])
        ours = f"{self._ours} AND stream = {literal(table)}"
        if self._known(ours) == {MANIFEST: version}:
            return
        self._connection.run(f"DELETE FROM {self._named(table)} WHERE {self._ours}")
        self._copy(self._sources, [TABLES[table]])
        self._connection.run(f"DELETE FROM {self._named(FILES)} WHERE {ours}")
        self._note_files(table, {MANIFEST: version})

    def _forget_renamed(self, stream: str) -> None:
        """Have records that have a name beside an id be made rows of again, if it changed."""
        run, target = self._connection.run, self._named(stream)
        run(
            f"DELETE FROM named WHERE EXISTS (SELECT 1 FROM {target} t WHERE t.{self._ours}"
            " AND t.id = named.id AND t.name IS NOT DISTINCT FROM named.name)"
        )
        for table in TABLES.values():
            ids = {each.path: each for each in table.columns if each.names is None}
            for column in table.columns:
                if column.names == stream and table.source in self._sources.files:
                    id = quoted(ids[column.path].name)
                    has = (
                        f"{id} && ARRAY(SELECT id FROM named)"
                        if column.type == "VARCHAR[]"
                        else f"{id} IN (SELECT id FROM named)"
                    )
                    self._forget(
                        table.source,
                        f"id IN (SELECT {quoted(record_of(table))} FROM {self._named(table.name)}"
                        f" WHERE {self._ours} AND {has})",
                    )
        run("DROP TABLE pg_temp.named")

    def _forget(self, stream: str, which: str) -> None:
        """Have some records of a stream be taken for new by the next merge of it."""
        records, ours = self._named(RECORDS), f"{self._ours} AND stream = {literal(stream)}"
        self._connection.run(f"UPDATE {records} SET digest = NULL WHERE {ours} AND {which}")
        forgotten = f"SELECT file FROM {records} WHERE {ours} AND digest IS NULL"
        self._connection.run(
            f"UPDATE {self._named(FILES)} SET version = '' WHERE {ours} AND name IN ({forgotten})"
        )

    def _held(self, where: str) -> dict[bytes, str]:
        query = f"SELECT digest, id FROM {self._named(RECORDS)} WHERE {where}"
        held: dict[bytes, str] = {}
        for batch in self._connection.batches(f"{query} AND digest IS NOT NULL"):
            held.update(zip(*(column.to_pylist() for column in batch.columns), strict=True))
        return held

    def _known(self, ours: str) -> dict[str, str]:
        """Return the versions of the files of a stream that were loaded."""
        query = f"SELECT name, version FROM {self._named(FILES)} WHERE {ours}"
        return dict(self._connection.rows(query))

    def _note_files(self, stream: str, versions: Mapping[str, str]) -> None:
        of_stream = f"{literal(self._workspace)}, {literal(stream)}"
        rows = [f"({of_stream}, {literal(n)}, {literal(v)})" for n, v in versions.items()]
        if rows:
            self._connection.run(f"INSERT INTO {self._named(FILES)} VALUES {', '.join(rows)}")

    def _version(self, path: Path, salt: bytes) -> str:
        digest = self._digests.get(f"{path.parent.name}/{path.name}")
        if digest is None:
            raise ExportCorrupted(path, "the manifest does not tell of it")
        return _salted(salt, digest)

    def _salt(self, tables: Iterable[TableSchema]) -> bytes:
        """Return what rows depend on beside their records: how they are made of them."""
        names = {name: name in self._sources.files for name in NAMED}
        made = [(query(each.name), of(each.name).columns) for each in tables]
        return blake2b(repr((names, MACROS, made)).encode(), digest_size=32).digest()

    def _named(self, table: str) -> str:
        return quoted(self._schema, table)


def _salted(salt: bytes, digest: str) -> str:
    return blake2b(digest.encode(), key=salt, digest_size=16).hexdigest()
