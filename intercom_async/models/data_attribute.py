"""Data attributes: what contacts, companies and conversations are described by."""

from collections.abc import Mapping, Sequence
from typing import ClassVar, Literal, Required, TypedDict

from intercom_async.models.base import JSON, Id, Record, Timestamp


class DataAttribute(Record, frozen=True):
    """An attribute of contacts, companies or conversations, built in or the workspace's own.

    Attributes:
        id: The attribute's id; ``None`` for one that is built in.
        type: Always ``data_attribute``.
        model: What it describes: ``contact``, ``company`` or ``conversation``.
        name: Its name.
        full_name: Its name with the objects it is in, separated by dots.
        label: What people see.
        description: What it is for.
        data_type: ``string``, ``integer``, ``float``, ``boolean`` or ``date``.
        options: The values it can have, as sent.
        api_writable: Whether it can be changed through the API.
        messenger_writable: Whether the Messenger can change it.
        ui_writable: Whether teammates can change it.
        custom: Whether it is the workspace's own.
        archived: Whether it is archived.
        created_at: When it was created.
        updated_at: When it was last changed.
        admin_id: The admin who created it.

    Source: API reference 2.10, "Data attributes".
    """

    noun: ClassVar[str | None] = "data_attribute"

    id: Id | None = None
    type: str | None = None
    model: str | None = None
    name: str | None = None
    full_name: str | None = None
    label: str | None = None
    description: str | None = None
    data_type: str | None = None
    options: JSON = None
    api_writable: bool | None = None
    messenger_writable: bool | None = None
    ui_writable: bool | None = None
    custom: bool | None = None
    archived: bool | None = None
    created_at: Timestamp | None = None
    updated_at: Timestamp | None = None
    admin_id: Id | None = None


class NewDataAttribute(TypedDict, total=False):
    """A data attribute to create.

    Attributes:
        name: Its name.
        model: What it describes.
        data_type: Its type; ``options`` for a list of values.
        description: What it is for.
        options: The values it can have: mappings with ``value``, two at least.
        messenger_writable: Whether the Messenger may change it.
    """

    name: Required[str]
    model: Required[Literal["contact", "company"]]
    data_type: Required[
        Literal["string", "integer", "float", "boolean", "datetime", "date", "options"]
    ]
    description: str
    options: Sequence[Mapping[str, str]]
    messenger_writable: bool


class DataAttributeChanges(TypedDict, total=False):
    """What can be changed of a data attribute.

    Attributes:
        archived: Whether it is archived.
        description: What it is for.
        options: The values it can have: mappings with ``value``, two at least.
        messenger_writable: Whether the Messenger may change it.
    """

    archived: bool
    description: str
    options: Sequence[Mapping[str, str]]
    messenger_writable: bool
