"""Activity logs: what admins did."""

from intercom_async.models.base import JSON, Id, Record, Timestamp


class PerformedBy(Record, frozen=True):
    """The admin who did something.

    Attributes:
        id: The admin's id.
        type: Always ``admin``.
        email: The email address.
        ip: Where it was done from.
    """

    id: Id | None = None
    type: str | None = None
    email: str | None = None
    ip: str | None = None


class ActivityLog(Record, frozen=True):
    """Something that an admin did.

    Attributes:
        id: The entry's id.
        performed_by: The admin who did it.
        metadata: What belongs to its type, such as ``before`` and ``after``.
        created_at: When it was done.
        activity_type: What was done, such as ``app_name_change``.
        activity_description: The same in a sentence.

    Source: API reference 2.10, "Admins"; 2.16.
    """

    id: Id
    performed_by: PerformedBy | None = None
    metadata: dict[str, JSON] | None = None
    created_at: Timestamp | None = None
    activity_type: str | None = None
    activity_description: str | None = None
