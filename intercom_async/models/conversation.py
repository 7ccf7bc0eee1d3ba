"""The conversation, as list, search and retrieve answer with it."""

from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from msgspec.structs import force_setattr

from intercom_async.models.base import (
    JSON,
    NUMBER,
    Id,
    Identified,
    Model,
    Timestamp,
    serve_ids,
)
from intercom_async.models.part import Attachment, ConversationParts
from intercom_async.models.reference import (
    Author,
    ContactReference,
    LinkedObjects,
    TeammateReference,
    serve_linked,
)
from intercom_async.models.statistics import ConversationStatistics, serve_statistics
from intercom_async.models.tag import Tag


class _Contacts(Model, frozen=True):
    contacts: list[ContactReference] | None = None


class _Teammates(Model, frozen=True):
    teammates: list[TeammateReference] | None = None
    admins: list[TeammateReference] | None = None


class _Tags(Model, frozen=True):
    tags: list[Tag] | None = None


if TYPE_CHECKING:
    Contacts: TypeAlias = list[ContactReference]
    Teammates: TypeAlias = list[TeammateReference]
    Tags: TypeAlias = list[Tag]
else:
    # Sent as an object around the list, as the bare list, or as null; served as the list.
    Contacts = _Contacts | list[ContactReference] | None
    Teammates = _Teammates | list[TeammateReference] | None
    Tags = _Tags | list[Tag] | None


class FirstContactReply(Model, frozen=True):
    """A contact's first message in a conversation.

    Attributes:
        created_at: When it was written.
        type: The channel it came through.
        url: The page on which it was written.
    """

    created_at: Timestamp | None = None
    type: str | None = None
    url: str | None = None


class Source(Identified, frozen=True):
    """The message that started a conversation.

    Attributes:
        type: The channel: ``conversation``, ``email``, ``facebook``, ``instagram``,
            ``phone_call``, ``phone_switch``, ``push``, ``sms``, ``twitter``, ``whatsapp``, …
        id: The message's id.
        delivered_as: Who began: ``customer_initiated``, ``admin_initiated``,
            ``operator_initiated``, ``campaigns_initiated``, ``automated``, …
        subject: The subject, for email.
        body: The text, as HTML, or plain where ``display_as="plaintext"`` was asked for.
        author: Who wrote it.
        attachments: The files that came with it.
        url: The page on which the conversation was started.
        redacted: Whether the message was redacted.
    """

    delivered_as: str | None = None
    subject: str | None = None
    body: str | None = None
    author: Author | None = None
    attachments: list[Attachment] | None = None
    url: str | None = None
    redacted: bool | None = None


class SlaApplied(Model, frozen=True):
    """The SLA applied to a conversation.

    Attributes:
        sla_name: The name a teammate gave the SLA.
        sla_status: ``hit``, ``missed``, ``cancelled`` (or ``canceled``), ``active``, …;
            ``None`` if the SLA was taken off the conversation by hand.
    """

    sla_name: str | None = None
    sla_status: str | None = None


class ConversationRating(Model, frozen=True):
    """A contact's rating of a conversation.

    Attributes:
        rating: 1 to 5; ``None`` if a rating was asked for but not given.
        remark: What the contact added to it.
        created_at: When the rating was asked for.
        updated_at: When it was last changed (from version 2.14).
        contact: Who rated.
        teammate: Who was rated.
    """

    rating: int | None = None
    remark: str | None = None
    created_at: Timestamp | None = None
    updated_at: Timestamp | None = None
    contact: ContactReference | None = None
    teammate: TeammateReference | None = None


class AiAgent(Model, frozen=True):
    """What an AI agent did in a conversation (from version 2.11).

    Attributes:
        source_type: What triggered the agent, such as ``workflow``.
        source_title: The name of what triggered it.
        last_answer_type: The type of its last answer, such as ``ai_answer``.
        resolution_state: How it ended, such as ``confirmed_resolution``.
        rating: The contact's rating of it, 1 to 5.
        rating_remark: What the contact added to the rating.
        content_sources: What its answers were drawn from, as sent.
    """

    source_type: str | None = None
    source_title: str | None = None
    last_answer_type: str | None = None
    resolution_state: str | None = None
    rating: int | None = None
    rating_remark: str | None = None
    content_sources: JSON = None


class Conversation(Model, frozen=True):
    """A conversation.

    Attributes:
        id: The conversation's id.
        type: Always ``conversation``.
        title: The title given to it.
        created_at: When it was created; never changes.
        updated_at: When it was last updated.
        waiting_since: Since when a contact has been waiting for a reply; ``None`` if the last
            reply is an admin's.
        snoozed_until: When it will be opened again, if it is snoozed.
        open: Whether it is open.
        state: ``open``, ``closed`` or ``snoozed``.
        read: Whether it has been read.
        priority: ``priority`` or ``not_priority``; from version 2.16 ``none`` to ``urgent``.
        admin_assignee_id: The admin it is assigned to; ``None`` for nobody (the API also says
            ``0``).
        team_assignee_id: The team it is assigned to; ``None`` for nobody (the API also says
            ``0``).
        assignee: Whom it is assigned to, as an object (version 2.0).
        tags: Its tags.
        conversation_rating: What the contact thought of it.
        source: The message that started it.
        contacts: The contacts who take part in it.
        teammates: The teammates who wrote in it.
        first_contact_reply: The contact's first message.
        sla_applied: The SLA applied to it.
        statistics: Its figures for reporting.
        conversation_parts: Its messages, notes and events; only where it was retrieved by
            itself, not in a list or search.
        linked_objects: The tickets and conversations linked to it.
        custom_attributes: The workspace's own attributes.
        topics: Its topics, as sent.
        ticket: The ticket it belongs to, as sent.
        ai_agent_participated: Whether an AI agent took part.
        ai_agent: What the AI agent did.
        sales_agent_participated: Whether a sales agent took part.
        sales_agent: What the sales agent did, as sent.
        channel: The channels it came through and is in now, as sent.
        company: The company it belongs to, as sent.
        external_references: Its records in other systems, as sent.
        monitor_evaluations: What monitors of quality flagged, as sent.
        scorecards: What scorecards of quality say, as sent.

    Source: API reference 2.10, "Conversation"; 2.0 for ``assignee``; 2.11 for the AI agent; 2.16
    for what follows.
    """

    noun: ClassVar[str | None] = "conversation"

    # In the order of the API's answers: a field is looked for behind the one before it.
    id: Id
    type: str | None = None
    created_at: Timestamp | None = None
    updated_at: Timestamp | None = None
    waiting_since: Timestamp | None = None
    snoozed_until: Timestamp | None = None
    source: Source | None = None
    contacts: Contacts = []
    first_contact_reply: FirstContactReply | None = None
    admin_assignee_id: Id | None = None
    team_assignee_id: Id | None = None
    open: bool | None = None
    state: str | None = None
    read: bool | None = None
    tags: Tags = []
    priority: str | None = None
    sla_applied: SlaApplied | None = None
    statistics: ConversationStatistics | None = None
    conversation_rating: ConversationRating | None = None
    teammates: Teammates = []
    title: str | None = None
    custom_attributes: dict[str, JSON] | None = None
    topics: JSON = None
    ticket: JSON = None
    linked_objects: LinkedObjects | None = None
    ai_agent: AiAgent | None = None
    ai_agent_participated: bool | None = None
    conversation_parts: ConversationParts | None = None
    assignee: TeammateReference | None = None
    sales_agent_participated: bool | None = None
    sales_agent: JSON = None
    channel: JSON = None
    company: JSON = None
    external_references: JSON = None
    monitor_evaluations: JSON = None
    scorecards: JSON = None

    def __post_init__(self) -> None:  # noqa: C901, PLR0912, PLR0915  # calls cost a page
        """Serve ids as ``str``, "nobody" as ``None``, and lists as lists, however sent."""
        # Runs for every conversation of a bulk walk, for all that it holds: no call but where one
        # is needed. What was sent is not yet what the annotations say.
        if type(self.id) is NUMBER:
            force_setattr(self, "id", str(self.id))
        admin: Any = self.admin_assignee_id
        if type(admin) is NUMBER:
            force_setattr(self, "admin_assignee_id", str(admin) if admin else None)
        elif admin is not None and admin == "0":
            force_setattr(self, "admin_assignee_id", None)
        team: Any = self.team_assignee_id
        if type(team) is NUMBER:
            force_setattr(self, "team_assignee_id", str(team) if team else None)
        elif team is not None and team == "0":
            force_setattr(self, "team_assignee_id", None)
        contacts: Any = self.contacts
        if type(contacts) is not list:
            contacts = (contacts and contacts.contacts) or []
            force_setattr(self, "contacts", contacts)
        for contact in contacts:
            if type(contact.id) is NUMBER or type(contact.external_id) is NUMBER:
                serve_ids(contact, "id", "external_id")
        teammates: Any = self.teammates
        if type(teammates) is not list:
            teammates = (teammates and (teammates.teammates or teammates.admins)) or []
            force_setattr(self, "teammates", teammates)
        for teammate in teammates:
            if type(teammate.id) is NUMBER:
                force_setattr(teammate, "id", str(teammate.id))
        tags: Any = self.tags
        if type(tags) is not list:
            force_setattr(self, "tags", (tags and tags.tags) or [])
        source = self.source
        if source is not None:
            if type(source.id) is NUMBER:
                serve_ids(source)
            author = source.author
            if author is not None and type(author.id) is NUMBER:
                serve_ids(author)
        rating = self.conversation_rating
        if rating is not None:
            rated = rating.teammate
            if rated is not None and type(rated.id) is NUMBER:
                force_setattr(rated, "id", str(rated.id))
            by = rating.contact
            if by is not None and (type(by.id) is NUMBER or type(by.external_id) is NUMBER):
                serve_ids(by, "id", "external_id")
        linked = self.linked_objects
        if linked is not None:
            links: Any = linked.data
            if links or links is None:
                serve_linked(linked)
        if self.assignee is not None:
            serve_ids(self.assignee)
        statistics = self.statistics
        if statistics is not None:
            if type(statistics.last_closed_by_id) is NUMBER:
                serve_ids(statistics, "last_closed_by_id")
            if statistics.last_closed_by is not None or statistics._first_contacat_reply_at:  # noqa: SLF001
                serve_statistics(statistics)


def serve_contacts(record: Any) -> None:
    """Serve the contacts of a record as a list, however sent, and their ids as ``str``."""
    contacts = record.contacts
    if type(contacts) is not list:
        contacts = contacts.contacts if contacts else None
        contacts = [] if contacts is None else contacts
        force_setattr(record, "contacts", contacts)
    for contact in contacts:
        if type(contact.id) is NUMBER or type(contact.external_id) is NUMBER:
            serve_ids(contact, "id", "external_id")
