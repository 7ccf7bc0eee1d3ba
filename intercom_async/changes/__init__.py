"""Changes of a workspace as they come: ``intercom.changes``."""

from intercom_async.changes.feed import Change, Changes, ChangesOptions, StreamName

__all__ = ["Change", "Changes", "ChangesOptions", "StreamName"]
