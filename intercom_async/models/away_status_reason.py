"""Reasons for which admins are away."""

from intercom_async.models.base import Id, Record, Timestamp


class AwayStatusReason(Record, frozen=True):
    """A reason for which an admin may be away.

    Attributes:
        id: The reason's id.
        type: Always ``away_status_reason``.
        label: What teammates read.
        emoji: Its emoji.
        order: Its place among the others.
        deleted: Whether it was deleted.
        created_at: When it was created.
        updated_at: When it was last changed.

    Source: API reference 2.16, "Away status reasons".
    """

    id: Id
    type: str | None = None
    label: str | None = None
    emoji: str | None = None
    order: int | None = None
    deleted: bool | None = None
    created_at: Timestamp | None = None
    updated_at: Timestamp | None = None
