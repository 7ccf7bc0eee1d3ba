"""An export as Arrow record batches."""

from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Final, get_args

from intercom_async.errors import ConfigurationError
from intercom_async.export.tables.engine import Engine
from intercom_async.export.tables.schema import Table
from intercom_async.export.tables.sources import Sources
from intercom_async.export.tables.statements import select

if TYPE_CHECKING:
    import pyarrow as pa  # type: ignore[import-untyped]  # ships no types

__all__ = ["to_arrow"]

_ROWS: Final = 1024  # at a time: with whole conversations in them, that is some megabytes


def to_arrow(
    folder: str | PathLike[str], table: Table = "conversations", *, raw: bool = False
) -> "pa.RecordBatchReader":
    """Return a reader over a table of an export, whose rows are made as it is read.

    DuckDB, Polars and pandas take the reader; ``reader.read_all()`` has the whole table in
    memory. Columns and values are those of ``convert``.

    Example::

        import duckdb

        from intercom_async.export.tables import to_arrow

        parts = to_arrow("exported/8e8185e9", "conversation_parts")
        print(duckdb.sql("SELECT part_type, count(*) FROM parts GROUP BY ALL"))

    Args:
        folder: The workspace's folder of an export, ``OUT/<workspace>``.
        table: The table, of ``TABLES``.
        raw: Let each record's whole JSON be a last column of the table of a stream.

    Raises:
        ConfigurationError: No such table, or the extra ``export`` is not installed.
        ExportCorrupted: A file of the export is not as it was written. Reading raises it too.
        OSError: The folder holds no such table, or a file of it cannot be read. Reading raises it
            too.
    """
    if table not in get_args(Table):
        raise ConfigurationError(f"no table {table!r}, only {', '.join(get_args(Table))}")
    return Engine(Sources.of(Path(folder))).stream(table, select(table, raw=raw), _ROWS)
