"""What deleting answers with."""

from intercom_async.models.base import Model


class Deleted(Model, frozen=True):
    """A thing that was deleted.

    Attributes:
        id: Its id.
        object: What it was, such as ``conversation``.
        deleted: Whether it was deleted.
    """

    id: str
    object: str | None = None
    deleted: bool | None = None
