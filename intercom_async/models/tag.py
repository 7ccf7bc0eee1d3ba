"""Tags on conversations."""

from intercom_async.models.base import Model, Timestamp
from intercom_async.models.reference import Reference


class Tag(Model, frozen=True):
    """A tag.

    Attributes:
        type: Always ``tag``.
        id: The tag's id.
        name: The tag's name.
        applied_at: When it was put on this object.
        applied_by: The admin who put it there.
    """

    type: str | None = None
    id: str | None = None
    name: str | None = None
    applied_at: Timestamp | None = None
    applied_by: Reference | None = None
