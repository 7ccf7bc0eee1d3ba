"""An export as Arrow record batches."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Final, get_args

import msgspec

from intercom_async.core.plain import unix_seconds
from intercom_async.errors import ConfigurationError, DecodeError
from intercom_async.export.records import VERSIONED
from intercom_async.export.tables.catalog import TABLES
from intercom_async.export.tables.engine import Engine
from intercom_async.export.tables.lines import Batch
from intercom_async.export.tables.schema import Table
from intercom_async.export.tables.sources import Sources
from intercom_async.export.tables.statements import select
from intercom_async.scan.record_header import read_header

if TYPE_CHECKING:
    import pyarrow as pa  # type: ignore[import-untyped]  # ships no types

_ROWS: Final = 1024  # at a time: with whole conversations in them, that is some megabytes


def to_arrow(
    folder: str | PathLike[str],
    table: Table = "conversations",
    *,
    raw: bool = False,
    since: datetime | None = None,
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
        since: Make rows only of records that were updated then or later, by their ``updated_at``,
            or of which that is not known. A record that was deleted is in no table, and a name
            beside an id may be another now although the record was not updated. Tables of
            conversations, contacts, tickets and calls can be asked so.

    Raises:
        ConfigurationError: No such table, the extra ``export`` is not installed, or ``since`` is
            asked of another table.
        QueryError: ``since`` is no moment.
        ExportCorrupted: A file of the export is not as it was written. Reading raises it too.
        OSError: The folder holds no such table, or a file of it cannot be read. Reading raises it
            too.
    """
    if table not in get_args(Table):
        raise ConfigurationError(f"no table {table!r}, only {', '.join(get_args(Table))}")
    sources = Sources.of(Path(folder))
    if since is not None:
        stream = TABLES[table].source
        if stream not in VERSIONED:
            raise ConfigurationError(f"records of {table} do not tell when they were updated")
        sources = _Since(sources.folder, sources.files, stream, unix_seconds("since", since))
    return Engine(sources).stream(table, select(table, raw=raw), _ROWS)


class _Since(Sources, frozen=True):
    """Sources of which one stream has only the records updated since a unix second."""

    stream: str
    since: int

    def batches(self, source: str) -> Iterator[Batch]:
        for batch in super().batches(source):
            if source == self.stream:
                lines = [line if self._has(line) else b"" for line in batch.lines]
                yield msgspec.structs.replace(batch, lines=lines)
            else:
                yield batch

    def _has(self, line: bytes) -> bool:
        with suppress(DecodeError):  # what is wrong with the line is found when it is parsed
            updated = read_header(line).updated
            return updated is None or updated >= self.since
        return True
