"""Rows of an export as PostgreSQL takes them."""

import re
from collections.abc import Iterator
from typing import Any, Final

from intercom_async.export.tables.catalog import TABLES
from intercom_async.export.tables.columns import SqlType
from intercom_async.export.tables.postgresql.definitions import POSITION, RECORD, WORKSPACE, of
from intercom_async.export.tables.schema import Table
from intercom_async.export.tables.statements import select
from intercom_async.extras import extra

_NUL: Final = "\0"
_JSONB_VERSION: Final = b"\1"
_REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"
_MOST_DIGITS: Final = 10_000  # numeric has room for 16,383 after the point
# What jsonb may refuse, and what it is then looked at closely for: a string, or a number.
_DOUBTFUL: Final = r"\\u0000|[0-9][eE][+-]?[0-9]{4}|[0-9]{1000}"
_TOKENS: Final = re.compile(
    r'"(?:[^"\\]|\\.)*"|-?([0-9]+)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]+))?', re.DOTALL
)
_NUL_ESCAPE: Final = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")


def query(table: Table) -> str:
    """Return the query whose rows are a table's, with what its key needs beside its columns."""
    definition, rows = of(table), select(table)
    if POSITION in definition.columns and POSITION not in {c.name for c in TABLES[table].columns}:
        return rows.replace("SELECT ", f"SELECT {POSITION}, ", 1)
    if RECORD in definition.columns:
        named = "coalesce(model, 'None') || '.' || full_name"
        return f"SELECT coalesce(id, {named}) AS {RECORD}, * FROM ({rows})"  # noqa: S608
    return rows


def takeable(table: Table, workspace: str, reader: Any) -> tuple[Any, Iterator[Any]]:
    """Return rows as PostgreSQL takes them: their schema in Arrow, and their batches.

    A NUL becomes a replacement character. A number in JSON of more digits than PostgreSQL's
    ``numeric`` may have becomes a text of it.

    Args:
        table: The table.
        workspace: What its column ``workspace`` is to have.
        reader: A reader over the rows of its ``query``.
    """
    pyarrow = extra("pyarrow")
    kinds: dict[str, SqlType] = {each.name: each.type for each in TABLES[table].columns}
    names = [name for name in reader.schema.names if name != WORKSPACE]
    fields = [
        (name, pyarrow.binary() if kinds.get(name) == "JSON" else reader.schema.field(name).type)
        for name in names
    ]
    schema = pyarrow.schema([(WORKSPACE, pyarrow.string()), *fields])

    def batches() -> Iterator[Any]:
        for batch in reader:
            of_workspace = pyarrow.repeat(workspace, len(batch))
            cells = [_taken(kinds.get(name), batch.column(name)) for name in names]
            yield pyarrow.record_batch([of_workspace, *cells], schema=schema)

    return schema, batches()


def _taken(kind: SqlType | None, cells: Any) -> Any:
    pyarrow, compute = extra("pyarrow"), extra("pyarrow.compute")

    def has_nul(cells: Any) -> bool:
        return bool(compute.any(compute.match_substring(cells, _NUL)).as_py())

    match kind:
        case "VARCHAR[]" if has_nul(cells.flatten()):
            lists = cells.to_pylist()
            kept = [
                texts and [text and text.replace(_NUL, _REPLACEMENT) for text in texts]
                for texts in lists
            ]
            return pyarrow.array(kept, cells.type)
        case "JSON":
            if cells.null_count < len(cells):  # most such columns are empty
                doubtful = compute.match_substring_regex(cells, _DOUBTFUL)
                if held := cells.filter(doubtful).to_pylist():
                    held = pyarrow.array([_TOKENS.sub(_token, cell) for cell in held], cells.type)
                    cells = compute.replace_with_mask(cells, doubtful, held)
            # As COPY has it: a version, then the text.
            binary = cells.cast(pyarrow.binary())
            return compute.binary_join_element_wise(_JSONB_VERSION, binary, b"")
        case "VARCHAR" if has_nul(cells):
            return compute.replace_substring(cells, _NUL, _REPLACEMENT)
    return cells


def _token(found: re.Match[str]) -> str:
    text, (whole, fraction, exponent) = found[0], found.groups(default="")
    if text.startswith('"'):
        return _NUL_ESCAPE.sub(r"\1\\ufffd", text)
    # So many digits of an exponent are too many by themselves, and no int is made of them.
    power = int(exponent or 0) if len(exponent) < len("+10000000") else _MOST_DIGITS
    if len(whole) + len(fraction) + abs(power) > _MOST_DIGITS:
        return f'"{text}"'
    return text
