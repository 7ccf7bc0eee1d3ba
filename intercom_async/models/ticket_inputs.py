"""What is written to tickets and ticket types.

Source: API reference 2.10, "Tickets" and "Ticket types"; where a field came later, it is said.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, Literal, Required, TypedDict

from intercom_async.core.fields import Boolean, Date, Fields, Text
from intercom_async.models.base import JSON
from intercom_async.models.conversation_inputs import AdminReply, AnyReply
from intercom_async.models.ticket import Ticket


class TicketContact(TypedDict, total=False):
    """A contact whom a ticket concerns, by one of these.

    Attributes:
        id: The id Intercom gave.
        external_id: The id the workspace gave.
        email: The email address; where there is none, the API makes a contact.
    """

    id: str
    external_id: str
    email: str


class TicketAssignment(TypedDict, total=False):
    """Whom a new ticket is assigned to.

    Attributes:
        admin_assignee_id: The admin.
        team_assignee_id: The team.
    """

    admin_assignee_id: str
    team_assignee_id: str


class NewTicket(TypedDict, total=False):
    """A ticket to create.

    Attributes:
        ticket_type_id: What kind of ticket it is.
        contacts: Whom it concerns.
        ticket_attributes: Its fields by name; ``_default_title_`` and ``_default_description_``
            are the built-in ones.
        company_id: The company it concerns.
        conversation_to_link_id: A conversation to link it to. Later than version 2.10.
        created_at: When it was created, if not now. Later than version 2.10.
        assignment: Whom it is assigned to. Later than version 2.10.
        skip_notifications: Whether nobody is to be notified. Later than version 2.10.
    """

    ticket_type_id: Required[str | int]
    contacts: Required[Sequence[TicketContact]]
    ticket_attributes: Mapping[str, JSON]
    company_id: str | int
    conversation_to_link_id: str | int
    created_at: datetime | int
    assignment: TicketAssignment
    skip_notifications: bool


class TicketReassignment(TypedDict, total=False):
    """Whom a ticket is assigned to, until version 2.13.

    Attributes:
        admin_id: The admin who assigns.
        assignee_id: The admin or team to assign to.
    """

    admin_id: str
    assignee_id: str


class TicketChanges(TypedDict, total=False):
    """What can be changed of a ticket.

    Attributes:
        ticket_attributes: Its fields by name.
        ticket_state_id: How far it has come. From version 2.12.
        state: How far it has come, in a word. Until version 2.11.
        assignment: Whom it is assigned to, and by whom. Until version 2.13; then ``admin_id`` and
            ``assignee_id``.
        company_id: The company it concerns. Later than version 2.10.
        open: Whether it is open.
        is_shared: Whether contacts see it.
        snoozed_until: When it is opened again.
        admin_id: The admin who changes it. Later than version 2.10.
        assignee_id: The admin or team to assign it to. Later than version 2.10.
        skip_notifications: Whether nobody is to be notified. Later than version 2.10.
    """

    ticket_attributes: Mapping[str, JSON]
    ticket_state_id: str | int
    state: Literal["in_progress", "waiting_on_customer", "resolved"]
    assignment: TicketReassignment
    company_id: str | int
    open: bool
    is_shared: bool
    snoozed_until: datetime | int
    admin_id: int
    assignee_id: str | int
    skip_notifications: bool


class TicketAdminReply(AdminReply, total=False):
    """What an admin writes on a ticket; else as ``AdminReply``.

    Attributes:
        cross_post: Whether a note on a back-office ticket goes to the linked conversations, too.
    """

    cross_post: bool


class AnyTicketReply(AnyReply, total=False):
    """A reply of whoever it is, as it is sent."""

    cross_post: bool


Category = Literal["Customer", "Back-office", "Tracker"]


class TicketTypeChanges(TypedDict, total=False):
    """What can be changed of a ticket type.

    Attributes:
        name: Its name.
        description: What it is for.
        category: What such tickets are.
        icon: Its icon, an emoji.
        is_internal: Whether only teammates see such tickets.
        archived: Whether it is archived.
    """

    name: str
    description: str
    category: Category
    icon: str
    is_internal: bool
    archived: bool


class NewTicketType(TypedDict, total=False):
    """A ticket type to create; the attributes as in ``TicketTypeChanges``."""

    name: Required[str]
    description: str
    category: Category
    icon: str
    is_internal: bool


class TicketTypeAttributeChanges(TypedDict, total=False):
    """What can be changed of a field that tickets of a type have.

    Attributes:
        name: Its name.
        description: What it is for.
        required_to_create: Whether teammates must fill it in.
        required_to_create_for_contacts: Whether contacts must fill it in.
        visible_on_create: Whether teammates see it.
        visible_to_contacts: Whether contacts see it.
        multiline: Whether it may have several lines; of a ``string`` only.
        list_items: The values it can have, separated by commas; of a ``list`` only.
        allow_multiple_values: Whether it takes several files; of ``files`` only.
        archived: Whether it is archived.
    """

    name: str
    description: str
    required_to_create: bool
    required_to_create_for_contacts: bool
    visible_on_create: bool
    visible_to_contacts: bool
    multiline: bool
    list_items: str
    allow_multiple_values: bool
    archived: bool


class NewTicketTypeAttribute(TypedDict, total=False):
    """A field for tickets of a type; else as in ``TicketTypeAttributeChanges``.

    Attributes:
        data_type: Its type.
    """

    name: Required[str]
    description: Required[str]
    data_type: Required[
        Literal["string", "list", "integer", "decimal", "boolean", "datetime", "files"]
    ]
    required_to_create: bool
    required_to_create_for_contacts: bool
    visible_on_create: bool
    visible_to_contacts: bool
    multiline: bool
    list_items: str
    allow_multiple_values: bool


class _TicketFields(Fields[Ticket], noun="tickets", custom="ticket_attribute."):
    """What tickets are searched by; ``TicketFields["ticket_attribute.5"]`` by an attribute's id."""

    id: Text[Ticket] = Text()
    created_at: Date[Ticket] = Date()
    updated_at: Date[Ticket] = Date()
    title: Text[Ticket] = Text()
    description: Text[Ticket] = Text()
    category: Text[Ticket] = Text()
    ticket_type_id: Text[Ticket] = Text()
    contact_ids: Text[Ticket] = Text()
    teammate_ids: Text[Ticket] = Text()
    admin_assignee_id: Text[Ticket] = Text(keeps_numbers=True)
    team_assignee_id: Text[Ticket] = Text(keeps_numbers=True)
    open: Boolean[Ticket] = Boolean()
    state: Text[Ticket] = Text()
    snoozed_until: Date[Ticket] = Date()


TicketFields: Final = _TicketFields()
"""The searchable fields of a ticket, to build filters with."""
