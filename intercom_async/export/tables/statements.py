"""SQL of DuckDB, which parses each line once, then selects the columns.

Statements read a relation ``lines`` with one text column ``line``, a JSON object in each row.
They hold names of columns only, so that nothing in them needs escaping.
"""

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final, NamedTuple

from intercom_async.export.tables.catalog import TABLES
from intercom_async.export.tables.columns import Column, SqlType
from intercom_async.export.tables.schema import RAW, Table, TableSchema

MACROS: Final = (
    # Unix seconds or ISO 8601, in the years 1 to 9999, which every reader takes.
    """
    CREATE TEMP MACRO moment(value) AS CASE
        WHEN TRY_CAST(value AS DOUBLE) BETWEEN -62135596800 AND 253402300799.999
            THEN to_timestamp(TRY_CAST(value AS DOUBLE))
        WHEN regexp_matches(value, '^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ]') THEN
            TRY_CAST(value AS TIMESTAMPTZ)
    END
    """,
    # Spreadsheets run text that begins like a formula, some also in full-width forms. Text with
    # apostrophes before that gets another one, so that taking one away restores it.
    r"""
    CREATE TEMP MACRO formula_safe(value) AS CASE
        WHEN regexp_matches(value, '^''*[-=+@\t\r\n\x{FF0B}\x{FF0D}\x{FF1D}\x{FF20}]')
            THEN '''' || value
        ELSE value
    END
    """,
    # In UTC, which the session's time zone is.
    """
    CREATE TEMP MACRO iso8601(value) AS
        replace(replace(CAST(value AS VARCHAR), ' ', 'T'), '+00', 'Z')
    """,
)

NAMED: Final = ("admins", "teams", "tags")
"""Streams whose names other tables have beside their ids."""

_OF_AUTHOR: Final = 4  # columns of people

_FOR_CSV: Final[dict[SqlType, str]] = {
    "VARCHAR": "formula_safe({})",
    "VARCHAR[]": "to_json({})",
    "TIMESTAMPTZ": "iso8601({})",
}


def literal(text: str) -> str:
    """Return a text as a literal of SQL."""
    return "'" + text.replace("'", "''") + "'"


def select(table: Table, *, raw: bool = False) -> str:
    """Return the query whose rows are a table's.

    Args:
        table: The table.
        raw: Let a record's own JSON be the last column of the table of a stream.
    """
    schema = TABLES[table]
    if table == "people":
        return _people(schema)
    return _items(schema) if schema.items else _records(schema.shown(raw=raw))


class Together(NamedTuple):
    """How conversations are read with their parts, in one pass.

    Attributes:
        of_lines: The query over ``lines``.
        fields: What DuckDB is to parse where it reads files itself.
        values: What it is to select then, of a relation ``found``.
    """

    of_lines: str
    fields: str
    values: str

    def of_files(self, files: Iterable[Path]) -> str:
        """Return the query over files, which fails where something is not as documented."""
        names = ", ".join(literal(str(file)) for file in files)
        return f"""
            SELECT {self.values}
            FROM read_ndjson([{names}], columns = {self.fields}, hive_partitioning = false)
            AS found
        """  # noqa: S608


def together(wanted: Callable[[str], bool], wanted_of_parts: Callable[[str], bool]) -> Together:
    """Return how to read some columns of conversations, with what was made of their tags.

    A row has its ``tags`` as JSON, and its ``parts`` as a list of structs, whose ``body`` is but
    its first character.

    Args:
        wanted: Tells, of its name, whether to have a column of ``conversations``.
        wanted_of_parts: The same of ``conversation_parts``.
    """
    schema = TABLES["conversation_parts"]
    columns = [c for c in TABLES["conversations"].columns if wanted(c.name)]
    of_parts = [c for c in schema.columns[schema.owner :] if wanted_of_parts(c.name)]
    shape = _shape(columns)
    parts = _lists(schema.items, _shape(of_parts), shape)
    told = ", ".join(
        f"'{c.name}': " + ("left({}, 1)" if c.name == "body" else "{}").format(_value(c, "part"))
        for c in of_parts
    )

    def values(parts: str) -> str:
        items = f"list_transform({parts}, lambda part: {{{told}}})"
        return f"{_values(columns)}, found.tags AS tags, {items} AS parts"

    return Together(
        f"SELECT {values(parts)} FROM (SELECT line, {_parsed(shape)} AS found FROM lines)",  # noqa: S608
        "{" + ", ".join(f"'{name}': '{_type(within)}'" for name, within in shape.items()) + "}",
        values(_found(schema.items[0])),
    )


def formula_safe(table: Table, *, raw: bool = False) -> str:
    """Return the same rows as text for CSV, where no cell is a formula."""
    cells = (
        f"{_FOR_CSV.get(c.type, '{}').format(_name(c.name))} AS {_name(c.name)}"
        for c in TABLES[table].shown(raw=raw)
    )
    return f"SELECT {', '.join(cells)} FROM ({select(table, raw=raw)})"  # noqa: S608


def set_names(stream: str, *, known: bool) -> str:
    """Return the statement that keeps the names of a stream, by id, for other tables.

    Args:
        stream: One of ``NAMED``.
        known: Whether the export has the stream; else nothing has a name.
    """
    if not known:
        return f"SET VARIABLE {stream} = CAST(NULL AS MAP(VARCHAR, VARCHAR))"
    names = _records([Column("VARCHAR", "$.id"), Column("VARCHAR", "$.name")])
    return f"""
        SET VARIABLE {stream} = (
            SELECT map(coalesce(list(id), []), coalesce(list(name), [])) FROM (
                SELECT id, any_value(name) AS name FROM ({names}) WHERE id IS NOT NULL GROUP BY id
            )
        )
    """  # noqa: S608


def _records(columns: Iterable[Column]) -> str:
    columns = list(columns)
    parsed = _parsed(_shape(columns))
    return f"SELECT {_values(columns)} FROM (SELECT line, {parsed} AS found FROM lines)"  # noqa: S608


def _items(schema: TableSchema) -> str:
    owner, columns = schema.columns[: schema.owner], schema.columns[schema.owner :]
    wrapped: dict[str, Any] = {"id": "VARCHAR"}
    items = _lists(schema.items, _shape(columns), wrapped)
    names = ", ".join(_name(column.name) for column in owner)
    return f"""
        SELECT {names}, {_values(columns)}
        FROM (
            SELECT
                {_name(owner[0].name)},
                generate_subscripts(items, 1) AS position,
                unnest(items) AS found
            FROM (
                SELECT found.id AS {_name(owner[0].name)}, {items} AS items
                FROM (SELECT line, {_parsed(wrapped)} AS found FROM lines)
            )
        )
    """  # noqa: S608


def _lists(paths: tuple[str, ...], item: Any, wrapped: dict[str, Any]) -> str:
    """Return the list that a line has at one of some paths, and add what to parse for it."""
    *within, last = paths
    bare: dict[str, Any] = {}
    _put(bare, last, [item])
    for path in within:
        _put(wrapped, path, [item])
    # The second parse runs only for lines without the documented object around the list.
    found = [*map(_found, within), f"{_parsed(bare)}.{_path(last)}"]
    return f"coalesce({', '.join(found)})"


def _people(schema: TableSchema) -> str:
    author = _shape(schema.columns[:_OF_AUTHOR])
    wrapped: dict[str, Any] = {"created_at": "VARCHAR", "source": {"author": author}}
    part = {"created_at": "VARCHAR", "author": author}
    parts = _lists(TABLES["conversation_parts"].items, part, wrapped)
    written = "{'created_at': found.created_at, 'author': found.source.author}"
    everyone = "PARTITION BY found.author.type, found.author.id"
    columns = schema.columns[:_OF_AUTHOR]
    # Sorts, which can spill, where aggregates of texts could not.
    return f"""
        SELECT
            {", ".join(f"found.author.{_name(c.name)} AS {_name(c.name)}" for c in columns)},
            min(moment(found.created_at)) OVER ({everyone}) AS first_seen_at,
            max(moment(found.created_at)) OVER ({everyone}) AS last_seen_at
        FROM (
            SELECT unnest(list_append(coalesce({parts}, []), {written})) AS found
            FROM (SELECT line, {_parsed(wrapped)} AS found FROM lines)
        )
        WHERE found.author.id IS NOT NULL
        QUALIFY row_number() OVER (
            {everyone} ORDER BY moment(found.created_at) DESC NULLS LAST, found.author.name
        ) = 1
    """  # noqa: S608


def _values(columns: Iterable[Column]) -> str:
    return ", ".join(f"{_value(column)} AS {_name(column.name)}" for column in columns)


def _value(column: Column, found: str = "found") -> str:
    if column is RAW:
        return "CAST(line AS JSON)"
    paths = (column.path, *column.others)
    if column.type == "VARCHAR[]":
        ids = _first_filled([_ids(path, found) for path in paths])
        return ids if column.names is None else _names(column.names, ids)
    values = [_found(path, found) for path in paths]
    value = f"coalesce({', '.join(values)})" if column.others else values[0]
    if column.nobody is not None:
        value = f"nullif({value}, '{column.nobody}')"
    if column.needs is not None:
        value = f"CASE WHEN {_found(column.needs, found)} IS NOT NULL THEN {value} END"
    if column.names is not None:
        return f"getvariable('{column.names}')[{value}]"
    if column.type == "TIMESTAMPTZ":
        return f"moment({value})"
    return f"TRY_CAST({value} AS {column.type})"


def _names(stream: str, ids: str) -> str:
    names = f"getvariable('{stream}')"
    found = f"list_transform({ids}, lambda id: {names}[id])"
    return f"CASE WHEN {names} IS NOT NULL THEN {found} END"


def _ids(path: str, found: str) -> str:
    head, rest = _split_list(path)
    ids = f"json_extract_string({_found(head, found)}, '{rest}')"
    return f"list_filter({ids}, lambda id: id IS NOT NULL)"


def _first_filled(lists: list[str]) -> str:
    filled = ", ".join(f"nullif({ids}, [])" for ids in lists)
    return f"coalesce({filled}, CAST([] AS VARCHAR[]))"


def _split_list(path: str) -> tuple[str, str]:
    # An object's first key, which is parsed out as JSON, and the path to the list within that.
    _, _, inner = path.partition(".")
    end = min(inner.index(mark) for mark in ".[" if mark in inner)
    return f"$.{inner[:end]}", f"${inner[end:]}"


def _shape(columns: Iterable[Column]) -> Any:
    # The structure for json_transform: a value of another shape is NULL, never an error.
    shape: dict[str, Any] = {}
    for column in columns:
        for path in (column.path, *column.others):
            if column is RAW:
                continue  # the line itself
            if path == "$":
                return "VARCHAR"  # items that are no objects
            if "->" in path:
                _put(shape, path.partition("->")[0], "JSON")
            elif column.type == "VARCHAR[]":
                _put(shape, _split_list(path)[0], "JSON")
            else:
                _put(shape, path, "JSON" if column.type == "JSON" else "VARCHAR")
    return shape


def _put(shape: dict[str, Any], path: str, leaf: Any) -> None:
    *objects, last = path.split(".")[1:]
    for name in objects:
        shape = shape.setdefault(name, {})
    shape[last] = leaf


def _parsed(shape: Any) -> str:
    return f"json_transform(line, '{json.dumps(shape)}')"


def _type(shape: Any) -> str:
    """Return the SQL type of a shape."""
    if isinstance(shape, list):
        return f"{_type(shape[0])}[]"
    if isinstance(shape, dict):
        fields = ", ".join(f"{_name(name)} {_type(within)}" for name, within in shape.items())
        return f"STRUCT({fields})"
    return str(shape)


def _found(path: str, found: str = "found") -> str:
    field, arrow, key = path.partition("->")
    found = found if field == "$" else f"{found}.{_path(field)}"
    if not arrow:
        return found
    return f"json_extract_string({found}, '{f'$.{key}' if key else '$'}')"


def _path(path: str) -> str:
    return ".".join(map(_name, path.split(".")[1:]))


def _name(name: str) -> str:
    return f'"{name}"'
