"""Jobs: what the API does after it has answered."""

from intercom_async.models.base import Id, Record


class Job(Record, frozen=True):
    """What the API does after it has answered.

    Attributes:
        id: The job's id.
        type: Always ``job``.
        url: Where to ask how far it is.
        status: ``pending``, ``success`` or ``failed``.
        resource_type: What it makes, such as ``ticket``.
        resource_id: The id of what it made.
        resource_url: Where that is.

    Source: API reference 2.16, "Jobs".
    """

    id: Id
    type: str | None = None
    url: str | None = None
    status: str | None = None
    resource_type: str | None = None
    resource_id: Id | None = None
    resource_url: str | None = None
