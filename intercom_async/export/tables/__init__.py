"""Tables of an export, and its records read back.

DuckDB and PyArrow, which ``pip install 'intercom-async[export]'`` installs, are imported when
they are first needed.
"""

from intercom_async.export.tables.arrow import to_arrow
from intercom_async.export.tables.bucket import Uploaded, bucket_files, to_bucket
from intercom_async.export.tables.catalog import TABLES
from intercom_async.export.tables.columns import Column
from intercom_async.export.tables.described import describe
from intercom_async.export.tables.lines import shards
from intercom_async.export.tables.postgresql import DatabaseFailed, Loaded, to_postgresql
from intercom_async.export.tables.reader import InvalidLine, Records
from intercom_async.export.tables.reading import read
from intercom_async.export.tables.schema import Table, TableSchema
from intercom_async.export.tables.writer import Converted, Format, convert

__all__ = [
    "TABLES",
    "Column",
    "Converted",
    "DatabaseFailed",
    "Format",
    "InvalidLine",
    "Loaded",
    "Records",
    "Table",
    "TableSchema",
    "Uploaded",
    "bucket_files",
    "convert",
    "describe",
    "read",
    "shards",
    "to_arrow",
    "to_bucket",
    "to_postgresql",
]
