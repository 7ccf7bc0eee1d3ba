"""Tables of an export, and its conversations read back.

DuckDB and PyArrow, which ``pip install 'intercom-async[export]'`` installs, are imported when
they are first needed.
"""

from intercom_async.export.convert.arrow import to_arrow
from intercom_async.export.convert.converting import Converted, Format, convert
from intercom_async.export.convert.reading import InvalidLine, Records, read
from intercom_async.export.convert.schema import Table
from intercom_async.export.convert.shards import shards

__all__ = [
    "Converted",
    "Format",
    "InvalidLine",
    "Records",
    "Table",
    "convert",
    "read",
    "shards",
    "to_arrow",
]
