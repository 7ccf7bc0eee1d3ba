"""Conversation attributes: what a workspace describes conversations by."""

from collections.abc import Sequence
from typing import ClassVar, Literal, Required, TypedDict

from intercom_async.models.base import Id, ListOf, Record, Timestamp


class ConversationAttributeOption(Record, frozen=True):
    """A value that an attribute of the type ``list`` can have.

    Attributes:
        id: The option's id.
        label: What people see.
        archived: Whether it is archived.
    """

    id: Id | None = None
    label: str | None = None
    archived: bool | None = None


class ConversationAttributeReference(Record, frozen=True):
    """What an attribute of the type ``relationship`` leads to.

    Attributes:
        type: ``one`` or ``many``.
        object_type_id: The type of custom objects it leads to.
    """

    type: str | None = None
    object_type_id: Id | None = None


class ConversationAttribute(Record, frozen=True):
    """What a workspace describes conversations by.

    Attributes:
        id: The attribute's id.
        type: Always ``conversation_attribute``.
        name: Its name.
        description: What it is for.
        data_type: ``string``, ``integer``, ``decimal``, ``boolean``, ``datetime``, ``list``,
            ``relationship`` or ``files``.
        required: Whether teammates must fill it in.
        visible_to_team_ids: The teams that see it; all if there are none.
        archived: Whether it is archived.
        created_at: When it was created.
        updated_at: When it was last changed.
        admin_id: The admin who created it.
        multiline: Whether a ``string`` may have several lines.
        options: The values a ``list`` can have, archived ones too.
        reference: What a ``relationship`` leads to.

    Source: API reference 2.16, "Conversations attributes".
    """

    noun: ClassVar[str | None] = "conversation_attribute"

    id: Id
    type: str | None = None
    name: str | None = None
    description: str | None = None
    data_type: str | None = None
    required: bool | None = None
    visible_to_team_ids: ListOf[Id] = []
    archived: bool | None = None
    created_at: Timestamp | None = None
    updated_at: Timestamp | None = None
    admin_id: Id | None = None
    multiline: bool | None = None
    options: ListOf[ConversationAttributeOption] = []
    reference: ConversationAttributeReference | None = None


class AttributeOption(TypedDict):
    """A value that an attribute of the type ``list`` can have.

    Attributes:
        label: What people see.
    """

    label: str


class AttributeReference(TypedDict, total=False):
    """What an attribute of the type ``relationship`` leads to.

    Attributes:
        type: To how many.
        object_type_id: The type of custom objects.
    """

    type: Required[Literal["one", "many"]]
    object_type_id: str


class ConversationAttributeChanges(TypedDict, total=False):
    """What can be changed of a conversation attribute.

    Attributes:
        name: Its name.
        description: What it is for.
        required: Whether teammates must fill it in.
        visible_to_team_ids: The teams that see it.
        multiline: Whether it may have several lines; of a ``string`` only.
        reference: What it leads to; of a ``relationship`` only.
    """

    name: str
    description: str
    required: bool
    visible_to_team_ids: Sequence[str]
    multiline: bool
    reference: AttributeReference


class NewConversationAttribute(TypedDict, total=False):
    """A conversation attribute to create; the other attributes as in the changes.

    Attributes:
        data_type: Its type.
        options: The values it can have; of a ``list`` only.
    """

    name: Required[str]
    data_type: Required[
        Literal[
            "string", "integer", "decimal", "boolean", "datetime", "list", "relationship", "files"
        ]
    ]
    description: str
    required: bool
    visible_to_team_ids: Sequence[str]
    multiline: bool
    options: Sequence[AttributeOption]
    reference: AttributeReference
