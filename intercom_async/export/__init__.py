"""Taking a workspace's conversations out to files."""

from intercom_async.export.estimate import Estimate, estimate
from intercom_async.export.run import Export, Options, Progress, Summary

__all__ = ["Estimate", "Export", "Options", "Progress", "Summary", "estimate"]
