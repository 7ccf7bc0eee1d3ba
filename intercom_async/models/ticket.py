"""Tickets, which conversations can be converted to."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar, TypeAlias

from msgspec.structs import force_setattr

from intercom_async.models.base import JSON, Id, Model, Record, Timestamp, assignee, serve_ids
from intercom_async.models.conversation import Contacts, serve_contacts
from intercom_async.models.part import Attachment
from intercom_async.models.reference import Author, LinkedObjects, Reference, serve_linked


class TicketTypeAttribute(Record, frozen=True):
    """One field that tickets of a type have.

    Attributes:
        type: Always ``ticket_type_attribute``.
        id: The attribute's id.
        workspace_id: The workspace's id.
        name: Its name.
        description: What it is for.
        data_type: ``string``, ``list``, ``integer``, ``decimal``, ``boolean``, ``datetime`` or
            ``files``.
        input_options: How it is entered, as sent.
        order: Its place among the others.
        required_to_create: Whether teammates must fill it in.
        required_to_create_for_contacts: Whether contacts must fill it in.
        visible_on_create: Whether teammates see it.
        visible_to_contacts: Whether contacts see it.
        default: Whether it is built in.
        ticket_type_id: The id of the ticket type it belongs to.
        archived: Whether it is archived.
        created_at: When it was created.
        updated_at: When it was last changed.
    """

    type: str | None = None
    id: Id | None = None
    workspace_id: Id | None = None
    name: str | None = None
    description: str | None = None
    data_type: str | None = None
    input_options: JSON = None
    order: int | None = None
    required_to_create: bool | None = None
    required_to_create_for_contacts: bool | None = None
    visible_on_create: bool | None = None
    visible_to_contacts: bool | None = None
    default: bool | None = None
    ticket_type_id: Id | None = None
    archived: bool | None = None
    created_at: Timestamp | None = None
    updated_at: Timestamp | None = None


class _TicketTypeAttributes(Model, frozen=True):
    # The schema names the list one way, the recorded answers the other.
    ticket_type_attributes: list[TicketTypeAttribute] | None = None
    data: list[TicketTypeAttribute] | None = None


if TYPE_CHECKING:
    TypeAttributes: TypeAlias = list[TicketTypeAttribute]
else:
    TypeAttributes = _TicketTypeAttributes | list[TicketTypeAttribute] | None


class TicketType(Record, frozen=True):
    """What kind of ticket it is, and which fields it has.

    Attributes:
        type: Always ``ticket_type``.
        id: The ticket type's id.
        category: ``Customer``, ``Back-office`` or ``Tracker``.
        name: Its name.
        description: What it is for.
        icon: Its icon, an emoji.
        workspace_id: The workspace's id.
        ticket_type_attributes: The fields that tickets of this type have.
        archived: Whether it is archived.
        is_internal: Whether only teammates see such tickets.
        ticket_states: How far such tickets can come, as sent. From version 2.12.
        created_at: When it was created.
        updated_at: When it was last changed.
    """

    type: str | None = None
    id: Id | None = None
    category: str | None = None
    name: str | None = None
    description: str | None = None
    icon: str | None = None
    workspace_id: Id | None = None
    ticket_type_attributes: TypeAttributes = []
    archived: bool | None = None
    is_internal: bool | None = None
    ticket_states: JSON = None
    created_at: Timestamp | None = None
    updated_at: Timestamp | None = None

    def __post_init__(self) -> None:
        """Serve ids as ``str``, and the fields as a list, however sent."""
        super().__post_init__()
        attributes: object = self.ticket_type_attributes
        if isinstance(attributes, _TicketTypeAttributes):
            attributes = attributes.ticket_type_attributes or attributes.data
        force_setattr(self, "ticket_type_attributes", attributes or [])


class TicketPart(Record, frozen=True):
    """One message, note or event of a ticket.

    Attributes:
        type: Always ``ticket_part``.
        id: The part's id.
        part_type: ``comment``, ``note``, ``ticket_state_updated_by_admin``, …
        body: The text, which may be HTML.
        previous_ticket_state: The state before, if the part changed it.
        ticket_state: The state after, if the part changed it.
        created_at: When it was written.
        updated_at: When it was last changed.
        assigned_to: Whom this part assigned the ticket to; ``None`` for nobody.
        author: Who wrote it.
        attachments: The files that came with it.
        external_id: The id the workspace gave the part.
        redacted: Whether it was redacted.
        app_package_code: The app that wrote it, if one did through the API. Later than version
            2.10.
        updated_attribute_data: The field it changed, where it did, as sent. Later than version
            2.10.
    """

    type: str | None = None
    id: Id | None = None
    part_type: str | None = None
    body: str | None = None
    previous_ticket_state: str | None = None
    ticket_state: str | None = None
    created_at: Timestamp | None = None
    updated_at: Timestamp | None = None
    assigned_to: Reference | None = None
    author: Author | None = None
    attachments: list[Attachment] | None = None
    external_id: Id | None = None
    redacted: bool | None = None
    app_package_code: str | None = None
    updated_attribute_data: JSON = None

    def __post_init__(self) -> None:
        """Serve ids as ``str`` and ``{"type": "nobody_admin", "id": null}`` as nobody."""
        super().__post_init__()
        if self.assigned_to is not None and self.assigned_to.id is None:
            force_setattr(self, "assigned_to", None)


if TYPE_CHECKING:
    PartList: TypeAlias = list[TicketPart]
else:
    PartList = list[TicketPart] | None


class TicketParts(Model, frozen=True):
    """The parts of a ticket: iterate it, ask its length.

    Attributes:
        ticket_parts: The parts the API sent, 500 at most.
        total_count: How many parts the ticket has.
    """

    ticket_parts: PartList = []
    total_count: int | None = None

    def __post_init__(self) -> None:
        """Serve null as an empty list."""
        parts: object = self.ticket_parts
        if parts is None:
            force_setattr(self, "ticket_parts", [])

    def __len__(self) -> int:
        return len(self.ticket_parts)

    def __iter__(self) -> Iterator[TicketPart]:
        return iter(self.ticket_parts)


class _TicketState(Model, frozen=True):
    category: str | None = None
    internal_label: str | None = None
    external_label: str | None = None


if TYPE_CHECKING:
    State: TypeAlias = str
else:
    # A word, or from version 2.12 on an object with the labels in it; served as the word.
    State = _TicketState | str


class Ticket(Model, frozen=True):
    """A ticket.

    Attributes:
        id: The ticket's id in the API.
        type: Always ``ticket``.
        ticket_id: The number that teammates and contacts see; the API does not take it.
        category: ``Customer``, ``Back-office`` or ``Tracker``.
        ticket_attributes: The ticket's fields; ``_default_title_`` and
            ``_default_description_`` are the built-in ones.
        ticket_state: ``submitted``, ``in_progress``, ``waiting_on_customer`` or ``resolved``.
        ticket_state_internal_label: The state as teammates read it.
        ticket_state_external_label: The state as contacts read it.
        previous_ticket_state_id: The id of the state before. From version 2.16.
        ticket_type: What kind of ticket it is.
        contacts: The contacts it concerns.
        admin_assignee_id: The admin it is assigned to; ``None`` for nobody.
        team_assignee_id: The team it is assigned to; ``None`` for nobody.
        created_at: When it was created.
        updated_at: When it was last updated.
        open: Whether it is open.
        snoozed_until: When it will be opened again, if it is snoozed.
        linked_objects: The conversations and tickets linked to it.
        ticket_parts: Its messages, notes and events.
        is_shared: Whether contacts see it.

    Source: API reference 2.10, "Convert a conversation to a ticket"; 2.12 for the state.
    """

    noun: ClassVar[str | None] = "ticket"

    id: Id
    type: str | None = None
    ticket_id: Id | None = None
    category: str | None = None
    ticket_attributes: dict[str, JSON] | None = None
    ticket_state: State | None = None
    ticket_state_internal_label: str | None = None
    ticket_state_external_label: str | None = None
    previous_ticket_state_id: Id | None = None
    ticket_type: TicketType | None = None
    contacts: Contacts = []
    admin_assignee_id: Id | None = None
    team_assignee_id: Id | None = None
    created_at: Timestamp | None = None
    updated_at: Timestamp | None = None
    open: bool | None = None
    snoozed_until: Timestamp | None = None
    linked_objects: LinkedObjects | None = None
    ticket_parts: TicketParts | None = None
    is_shared: bool | None = None

    def __post_init__(self) -> None:
        """Serve ids as ``str``, "nobody" as ``None``, lists as lists, and the state as a word."""
        serve_ids(self, "id", "ticket_id", "previous_ticket_state_id")
        force_setattr(self, "admin_assignee_id", assignee(self.admin_assignee_id))
        force_setattr(self, "team_assignee_id", assignee(self.team_assignee_id))
        serve_contacts(self)
        if self.linked_objects is not None:
            serve_linked(self.linked_objects)
        state: object = self.ticket_state
        if isinstance(state, _TicketState):
            force_setattr(self, "ticket_state", state.category)
            force_setattr(self, "ticket_state_internal_label", state.internal_label)
            force_setattr(self, "ticket_state_external_label", state.external_label)
