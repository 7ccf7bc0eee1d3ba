"""The SQL that makes tables of lines: it parses each line once, then selects the columns.

Statements read a relation ``lines`` with one text column ``line``, a JSON object in each row.
They hold names of columns only, so that nothing in them needs escaping.
"""

import json
from collections.abc import Iterable
from typing import Any, Final

from intercom_async.export.tables.columns import (
    CONVERSATION_PARTS,
    CONVERSATIONS,
    Column,
    SqlType,
    Table,
)

__all__ = ["MACROS", "formula_safe", "select"]

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

_PARTS: Final = "$.conversation_parts.conversation_parts"
_BARE_PARTS: Final = "$.conversation_parts"
_RAW: Final = Column("JSON", "$", alias="raw")
_BEFORE_PARTS: Final = (
    Column("VARCHAR", "$.id", alias="conversation_id"),
    Column("BIGINT", "$", alias="position"),
)
_FOR_CSV: Final[dict[SqlType, str]] = {
    "VARCHAR": "formula_safe({})",
    "VARCHAR[]": "to_json({})",
    "TIMESTAMPTZ": "iso8601({})",
}


def select(table: Table, *, raw: bool = False) -> str:
    """Return the query whose rows are a table's.

    Args:
        table: The table.
        raw: Let the conversation's own JSON be the last column of ``conversations``.
    """
    return _conversation_parts() if table == "conversation_parts" else _conversations(raw=raw)


def formula_safe(table: Table, *, raw: bool = False) -> str:
    """Return the same rows as text for CSV, where no cell is a formula."""
    columns: Iterable[Column] = CONVERSATIONS
    if table == "conversation_parts":
        columns = (*_BEFORE_PARTS, *CONVERSATION_PARTS)
    elif raw:
        columns = (*CONVERSATIONS, _RAW)
    cells = (
        f"{_FOR_CSV.get(c.type, '{}').format(_name(c.name))} AS {_name(c.name)}" for c in columns
    )
    return f"SELECT {', '.join(cells)} FROM ({select(table, raw=raw)})"  # noqa: S608


def _conversations(*, raw: bool) -> str:
    values = _values(CONVERSATIONS)
    if raw:
        values += ", CAST(line AS JSON) AS raw"
    parsed = _parsed(_shape(CONVERSATIONS))
    return f"SELECT {values} FROM (SELECT line, {parsed} AS found FROM lines)"  # noqa: S608


def _conversation_parts() -> str:
    part = [_shape(CONVERSATION_PARTS)]
    wrapped: dict[str, Any] = {"id": "VARCHAR"}
    _put(wrapped, _PARTS, part)
    bare: dict[str, Any] = {}
    _put(bare, _BARE_PARTS, part)
    # The second parse runs only for lines without the documented object around the list.
    parts = f"coalesce({_found(_PARTS)}, {_parsed(bare)}.conversation_parts)"
    return f"""
        SELECT conversation_id, position, {_values(CONVERSATION_PARTS)}
        FROM (
            SELECT
                conversation_id, generate_subscripts(parts, 1) AS position, unnest(parts) AS found
            FROM (
                SELECT found.id AS conversation_id, {parts} AS parts
                FROM (SELECT line, {_parsed(wrapped)} AS found FROM lines)
            )
        )
    """  # noqa: S608


def _values(columns: Iterable[Column]) -> str:
    return ", ".join(f"{_value(column)} AS {_name(column.name)}" for column in columns)


def _value(column: Column) -> str:
    paths = (column.path, *column.others)
    if column.type == "VARCHAR[]":
        return _first_filled([_ids(path) for path in paths])
    value = f"coalesce({', '.join(map(_found, paths))})" if column.others else _found(column.path)
    if column.nobody is not None:
        value = f"nullif({value}, '{column.nobody}')"
    if column.needs is not None:
        value = f"CASE WHEN {_found(column.needs)} IS NOT NULL THEN {value} END"
    if column.type == "TIMESTAMPTZ":
        return f"moment({value})"
    return f"TRY_CAST({value} AS {column.type})"


def _ids(path: str) -> str:
    head, rest = _split_list(path)
    ids = f"json_extract_string({_found(head)}, '{rest}')"
    return f"list_filter({ids}, lambda id: id IS NOT NULL)"


def _first_filled(lists: list[str]) -> str:
    filled = ", ".join(f"nullif({ids}, [])" for ids in lists)
    return f"coalesce({filled}, CAST([] AS VARCHAR[]))"


def _split_list(path: str) -> tuple[str, str]:
    # An object's first key, which is parsed out as JSON, and the path to the list within that.
    _, _, inner = path.partition(".")
    end = min(inner.index(mark) for mark in ".[" if mark in inner)
    return f"$.{inner[:end]}", f"${inner[end:]}"


def _shape(columns: Iterable[Column]) -> dict[str, Any]:
    # The structure for json_transform: a value of another shape is NULL, never an error.
    shape: dict[str, Any] = {}
    for column in columns:
        for path in (column.path, *column.others):
            if column.type == "VARCHAR[]":
                _put(shape, _split_list(path)[0], "JSON")
            else:
                _put(shape, path, "JSON" if column.type == "JSON" else "VARCHAR")
    return shape


def _put(shape: dict[str, Any], path: str, leaf: Any) -> None:
    *objects, last = path.split(".")[1:]
    for name in objects:
        shape = shape.setdefault(name, {})
    shape[last] = leaf


def _parsed(shape: dict[str, Any]) -> str:
    return f"json_transform(line, '{json.dumps(shape)}')"


def _found(path: str) -> str:
    return ".".join(map(_name, ["found", *path.split(".")[1:]]))


def _name(name: str) -> str:
    return f'"{name}"'
