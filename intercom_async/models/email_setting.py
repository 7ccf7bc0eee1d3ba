"""Email settings: the addresses a workspace writes from."""

from intercom_async.models.base import Id, Record, Timestamp


class EmailSetting(Record, frozen=True):
    """An address a workspace writes from.

    Attributes:
        id: The setting's id.
        type: Always ``email_setting``.
        email: The address.
        verified: Whether it is verified.
        domain: Its domain.
        brand_id: The brand it belongs to.
        forwarding_enabled: Whether what arrives there is forwarded to Intercom.
        forwarded_email_last_received_at: When something last was.
        created_at: When it was created.
        updated_at: When it was last changed.

    Source: API reference 2.16, "Emails".
    """

    id: Id
    type: str | None = None
    email: str | None = None
    verified: bool | None = None
    domain: str | None = None
    brand_id: Id | None = None
    forwarding_enabled: bool | None = None
    forwarded_email_last_received_at: Timestamp | None = None
    created_at: Timestamp | None = None
    updated_at: Timestamp | None = None
