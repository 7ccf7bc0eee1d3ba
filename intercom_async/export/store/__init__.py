"""The storage of the bulk export: shards of zstd frames, and a SQLite state that counts them in.

A page is the unit of commit: its records are appended to the shard of its window as one frame,
the disk is waited for, then the ledger and the window's cursor are committed together. Whatever
stands behind the committed offset of a shard when an export is opened is cut off.
"""

from intercom_async.export.store.check import check_files
from intercom_async.export.store.disk import digest
from intercom_async.export.store.errors import ExportCorrupted, ExportLocked, ExportMismatch
from intercom_async.export.store.failpoints import Step
from intercom_async.export.store.frames import read_lines, read_shard
from intercom_async.export.store.report import read_manifest
from intercom_async.export.store.run import RunState
from intercom_async.export.store.status import (
    Status,
    StreamStatus,
    read_status,
    read_workspace,
)
from intercom_async.export.store.store import Store
from intercom_async.export.store.stream import StreamStore
from intercom_async.export.store.values import (
    Counts,
    Identity,
    Record,
    WindowState,
)

__all__ = [
    "Counts",
    "ExportCorrupted",
    "ExportLocked",
    "ExportMismatch",
    "Identity",
    "Record",
    "RunState",
    "Status",
    "Step",
    "Store",
    "StreamStatus",
    "StreamStore",
    "WindowState",
    "check_files",
    "digest",
    "read_lines",
    "read_manifest",
    "read_shard",
    "read_status",
    "read_workspace",
]
