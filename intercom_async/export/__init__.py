"""Taking a workspace's conversations out to files."""

from intercom_async.export.run import Export, Options, Progress, Summary

__all__ = ["Export", "Options", "Progress", "Summary"]
