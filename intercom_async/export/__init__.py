"""Taking a workspace's conversations out to files."""

from intercom_async.export.api import ApiDown
from intercom_async.export.estimate import Estimate, estimate
from intercom_async.export.options import LimitReached, Limits, Options
from intercom_async.export.progress import Progress, Summary
from intercom_async.export.run import Export
from intercom_async.export.store import ExportCorrupted, ExportLocked, ExportMismatch

__all__ = [
    "ApiDown",
    "Estimate",
    "Export",
    "ExportCorrupted",
    "ExportLocked",
    "ExportMismatch",
    "LimitReached",
    "Limits",
    "Options",
    "Progress",
    "Summary",
    "estimate",
]
