"""The tables of an export in words: Markdown made of what they are made of."""

from collections.abc import Iterator
from typing import Final

from intercom_async.export.tables.catalog import TABLES
from intercom_async.export.tables.nouns import MODELS
from intercom_async.export.tables.schema import TableSchema

_INTRODUCTION: Final = """# Tables of an export

A table is made of each stream that the export holds, and of each list within its records. Every
record is a row: a value that does not fit the type of its column is `NULL`. Times are made of unix
seconds, ids are text, and `JSON` columns hold a value as it was sent. Durations are in seconds;
those of a conversation's `statistics`, but for `time_to_assignment`, leave out the time outside
office hours. Names beside ids are `NULL` in an export without the stream they come from.

Keys and joins are what the API means. Nothing enforces them, and a row may name a record that the
export does not hold."""


def describe() -> str:
    """Return what each table is, its columns, key and joins, as Markdown."""
    return "\n".join(
        [_INTRODUCTION, *(line for table in TABLES.values() for line in _section(table))]
    )


def _section(table: TableSchema) -> Iterator[str]:
    yield f"\n## {table.name}\n"
    made_of = f"the stream `{table.source}`" if table.source in MODELS else "the export itself"
    yield f"{table.text} Made of {made_of}. Key: {', '.join(f'`{name}`' for name in table.key)}.\n"
    yield "| column | type | joins | meaning |"
    yield "|---|---|---|---|"
    for column in table.columns:
        joins = table.joins.get(column.name)
        text = column.text.replace("``", "`").replace("|", "\\|")
        joined = f"`{joins}`" if joins else ""
        yield f"| `{column.name}` | `{column.type}` | {joined} | {text} |"
