"""Custom object instances: records of types that a workspace defined."""

from collections.abc import Mapping
from datetime import datetime
from typing import TypedDict

from intercom_async.models.base import JSON, Id, Record, Timestamp


class CustomObjectInstance(Record, frozen=True):
    """A record of a type that the workspace defined.

    Attributes:
        id: The id Intercom gave it.
        type: The identifier of its type, such as ``Order``.
        external_id: The id the workspace gave it.
        external_created_at: When the workspace made it, by the workspace's own account.
        external_updated_at: When the workspace last changed it, likewise.
        created_at: When it was created.
        updated_at: When it was last changed.
        custom_attributes: The attributes of its type.

    Source: API reference 2.16, "Custom Object Instances".
    """

    id: Id
    type: str | None = None
    external_id: Id | None = None
    external_created_at: Timestamp | None = None
    external_updated_at: Timestamp | None = None
    created_at: Timestamp | None = None
    updated_at: Timestamp | None = None
    custom_attributes: dict[str, JSON] | None = None


class NewCustomObjectInstance(TypedDict, total=False):
    """An instance to create, or to change where there is one of its ``external_id``.

    Attributes:
        external_id: The id the workspace gives it.
        external_created_at: When the workspace made it.
        external_updated_at: When the workspace last changed it.
        custom_attributes: The attributes of its type, which must exist.
    """

    external_id: str | int
    external_created_at: datetime | int | None
    external_updated_at: datetime | int | None
    custom_attributes: Mapping[str, JSON] | None
