"""The tables of an export in PostgreSQL: made, completed after an upgrade, or refused."""
# ruff: noqa: S608  # literals and names are quoted

from collections.abc import Collection, Iterator
from typing import Final

import msgspec

from intercom_async.errors import ConfigurationError
from intercom_async.export.tables.catalog import TABLES
from intercom_async.export.tables.columns import SqlType
from intercom_async.export.tables.nouns import MODELS
from intercom_async.export.tables.postgresql.connection import Connection, quoted
from intercom_async.export.tables.schema import Table, TableSchema
from intercom_async.export.tables.statements import literal

WORKSPACE: Final = "workspace"
POSITION: Final = "position"
RECORD: Final = "record"
RECORDS: Final = "intercom_async_records"
FILES: Final = "intercom_async_files"

_TYPES: Final[dict[SqlType, str]] = {
    "VARCHAR": "text",
    "BIGINT": "bigint",
    "DOUBLE": "double precision",
    "BOOLEAN": "boolean",
    "TIMESTAMPTZ": "timestamp with time zone",
    "VARCHAR[]": "text[]",
    "JSON": "jsonb",
}
_COLUMNS: Final = """
    SELECT
        c.relname, c.relkind::text, a.attname, format_type(a.atttypid, a.atttypmod),
        a.attnotnull AND NOT a.atthasdef AND a.attidentity = '',
        coalesce(a.attnum = ANY(k.conkey), false)
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_constraint k ON k.conrelid = c.oid AND k.contype = 'p'
    WHERE n.nspname = {schema} AND c.relname IN ({names})
"""


class Definition(msgspec.Struct, frozen=True):
    """A table in PostgreSQL.

    Attributes:
        name: Its name.
        columns: The type of each column.
        key: The columns of its primary key; none where a key column may be ``NULL``.
    """

    name: str
    columns: dict[str, str]
    key: tuple[str, ...]

    def created(self, schema: str) -> str:
        """Return the statement that makes it."""
        parts = [f"{quoted(name)} {kind}" for name, kind in self.columns.items()]
        if self.key:
            parts.append(f"PRIMARY KEY ({', '.join(map(quoted, self.key))})")
        return f"CREATE TABLE {quoted(schema, self.name)} ({', '.join(parts)})"


_OWN: Final = (
    Definition(
        RECORDS,
        {WORKSPACE: "text", "stream": "text", "id": "text", "digest": "bytea", "file": "text"},
        (WORKSPACE, "stream", "id"),
    ),
    Definition(
        FILES,
        {WORKSPACE: "text", "stream": "text", "name": "text", "version": "text"},
        (WORKSPACE, "stream", "name"),
    ),
)


def record_of(table: TableSchema) -> str:
    """Return the column that names the record a row was made of, by the id the export tells it by.

    Of attributes, some of which have no id, it is one that the other outputs lack.
    """
    if table.items:
        return table.columns[0].name
    return RECORD if table.name in MODELS and table.key != ("id",) else "id"


def of(table: Table) -> Definition:
    """Return the definition of a table.

    A row of a list has its place there, which the key needs: a record may hold an item twice.
    """
    schema = TABLES[table]
    record = record_of(schema)
    columns = {WORKSPACE: "text"} | {each.name: _TYPES[each.type] for each in schema.columns}
    key: tuple[str, ...] = (record,)
    if schema.items:
        columns[POSITION] = "bigint"
        key = (record, POSITION)
    elif record == RECORD:
        columns[RECORD] = "text"
    elif table == "people":
        key = ()  # some have no type
    elif schema.source not in MODELS:
        key = schema.key
    return Definition(table, columns, (WORKSPACE, *key) if key else ())


class _Column(msgspec.Struct, frozen=True):
    type: str
    must_be_given: bool
    in_key: bool


def define(connection: Connection, schema: str, tables: Collection[Table]) -> None:
    """Make tables that are not there, and add columns that a table has not.

    Both are filled by the load, as if nothing had been loaded of their streams.

    Raises:
        ConfigurationError: A table of the name is another's: a column has another type or must be
            given, or the primary key is another.
        DatabaseFailed: This user may not.
    """
    definitions = [*_OWN, *map(of, tables)]
    if not any(_statements(connection, schema, definitions)):
        return
    # Two first loads of two workspaces would both make them; the second to come looks again.
    connection.run(f"SELECT {_lock(f'intercom_async {schema}')}")
    made: set[str] = set()
    for table, statement in list(_statements(connection, schema, definitions)):
        connection.run(statement)
        made.add(table)
    # They are to be filled, whatever was loaded of their streams before.
    sources = [literal(table.source) for table in TABLES.values() if table.name in made]
    if sources:
        of_them = f"WHERE stream IN ({', '.join(sources)})"
        connection.run(f"UPDATE {quoted(schema, RECORDS)} SET digest = NULL {of_them}")
        connection.run(f"UPDATE {quoted(schema, FILES)} SET version = '' {of_them}")


def _lock(name: str) -> str:
    return f"pg_advisory_xact_lock(hashtextextended({literal(name)}, 0))"


def lock(connection: Connection, schema: str, workspace: str) -> None:
    """Wait until nobody else loads the workspace, and keep others waiting to the end."""
    connection.run(f"SELECT {_lock(f'intercom_async {schema} {workspace}')}")


def _statements(
    connection: Connection, schema: str, definitions: Collection[Definition]
) -> Iterator[tuple[str, str]]:
    named = f"SELECT 1 FROM pg_namespace WHERE nspname = {literal(schema)}"
    if not connection.rows(named):
        yield "", f"CREATE SCHEMA {quoted(schema)}"
    found: dict[str, dict[str, _Column]] = {}
    names = ", ".join(literal(each.name) for each in definitions)
    for name, kind, *column in connection.rows(
        _COLUMNS.format(schema=literal(schema), names=names)
    ):
        if kind not in ("r", "p"):
            raise _of_another(schema, name, "it is no table")
        columns = found.setdefault(name, {})
        if column[0] is not None:
            columns[column[0]] = _Column(*column[1:])
    for each in definitions:
        if each.name in found:
            for statement in _completed(schema, each, found[each.name]):
                yield each.name, statement
        else:
            yield each.name, each.created(schema)
            if not each.key:
                key = f"({WORKSPACE}, coalesce(type, ''), id)"
                yield each.name, f"CREATE UNIQUE INDEX ON {quoted(schema, each.name)} {key}"


def _completed(schema: str, wanted: Definition, there: dict[str, _Column]) -> Iterator[str]:
    for name, column in there.items():
        expected = wanted.columns.get(name, column.type)
        if column.type != expected:
            raise _of_another(
                schema, wanted.name, f"its column {name} is {column.type}, not {expected}"
            )
        if column.must_be_given and name not in wanted.columns:
            raise _of_another(schema, wanted.name, f"its column {name} has to be given a value")
    key = {name for name, column in there.items() if column.in_key}
    if key != set(wanted.key):
        named = ", ".join(sorted(key)) or "nothing"
        raise _of_another(
            schema, wanted.name, f"its primary key is {named}, not {', '.join(wanted.key)}"
        )
    for name, kind in wanted.columns.items():
        if name not in there:
            yield f"ALTER TABLE {quoted(schema, wanted.name)} ADD COLUMN {quoted(name)} {kind}"


def _of_another(schema: str, table: str, why: str) -> ConfigurationError:
    return ConfigurationError(
        f"{schema}.{table} was not made by this library: {why}; choose another schema, or rename "
        "that table"
    )
