"""Taking a workspace out to files, stream by stream."""

from intercom_async.export.api import ApiDown
from intercom_async.export.estimate import Estimate, StreamEstimate, estimate
from intercom_async.export.mirror import MirrorFailed, MirrorLocked, MirrorMismatch
from intercom_async.export.options import LimitReached, Limits, Options
from intercom_async.export.progress import (
    Mirrored,
    Progress,
    StreamProgress,
    StreamSummary,
    Summary,
)
from intercom_async.export.run import Export
from intercom_async.export.store import ExportCorrupted, ExportLocked, ExportMismatch
from intercom_async.export.streams import DEFAULT, STREAMS, Stream
from intercom_async.export.writer import TooManyDeletions

__all__ = [
    "DEFAULT",
    "STREAMS",
    "ApiDown",
    "Estimate",
    "Export",
    "ExportCorrupted",
    "ExportLocked",
    "ExportMismatch",
    "LimitReached",
    "Limits",
    "MirrorFailed",
    "MirrorLocked",
    "MirrorMismatch",
    "Mirrored",
    "Options",
    "Progress",
    "Stream",
    "StreamEstimate",
    "StreamProgress",
    "StreamSummary",
    "Summary",
    "TooManyDeletions",
    "estimate",
]
