"""What deleting answers with."""

from intercom_async.models.base import Id, Record


class Deleted(Record, frozen=True):
    """A thing that was deleted.

    Attributes:
        id: Its id.
        object: What it was, such as ``conversation``.
        deleted: Whether it was deleted.
    """

    id: Id
    object: str | None = None
    deleted: bool | None = None
