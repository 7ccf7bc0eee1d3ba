"""Brands under which a workspace writes."""

from intercom_async.models.base import Id, Record, Timestamp


class Brand(Record, frozen=True):
    """A brand under which a workspace writes.

    Attributes:
        id: The brand's id.
        type: Always ``brand``.
        name: Its name.
        is_default: Whether it is the one that is used where none is chosen.
        created_at: When it was created.
        updated_at: When it was last changed.
        help_center_id: Its help center.
        default_address_settings_id: The email setting it writes from.

    Source: API reference 2.16, "Brands".
    """

    id: Id
    type: str | None = None
    name: str | None = None
    is_default: bool | None = None
    created_at: Timestamp | None = None
    updated_at: Timestamp | None = None
    help_center_id: Id | None = None
    default_address_settings_id: Id | None = None
