"""Which topic is of what.

Source: "Webhook topics" of Intercom's developer documentation, 2.16, 2.17 and Preview.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from intercom_async.models import (
    ActivityLog,
    Admin,
    Article,
    Audience,
    Call,
    Company,
    Contact,
    ContentImportSource,
    ContentSnippet,
    Conversation,
    DataEvent,
    Job,
    Model,
    Ticket,
    Visitor,
)
from intercom_async.webhooks.items import (
    ApiRequest,
    AttachedContact,
    AudienceMembership,
    ContactTag,
    ContentStat,
    DataConnectorExecution,
    FinEvent,
    Ping,
    ProcedureHitlNotification,
    Subscription,
    SurvivingContact,
    TicketChange,
)

AsSent: TypeAlias = dict[str, Any] | list[Any] | str | int | float | bool | None
"""An item of a kind that is not known, as decoded from JSON."""

Item: TypeAlias = (
    ActivityLog
    | Admin
    | ApiRequest
    | Article
    | AttachedContact
    | Audience
    | AudienceMembership
    | Call
    | Company
    | Contact
    | ContentStat
    | ContactTag
    | ContentImportSource
    | ContentSnippet
    | Conversation
    | DataConnectorExecution
    | DataEvent
    | FinEvent
    | Job
    | Ping
    | ProcedureHitlNotification
    | Subscription
    | Ticket
    | TicketChange
    | Visitor
    | AsSent
)
"""What a notification is of: ``isinstance`` or ``match`` tells which."""

_CONTENT_STAT: Final = "content_stat"

TYPES: Final[Mapping[str, type[Model]]] = MappingProxyType(
    {
        "admin": Admin,
        "admin_activity_log_event": ActivityLog,
        "api.request.completed": ApiRequest,
        "article": Article,
        "audience": Audience,
        "audience_membership": AudienceMembership,
        "call": Call,
        "company": Company,
        "contact": Contact,
        "contact_subscribe": Subscription,
        "contact_tag": ContactTag,
        "contact_unsubscribe": Subscription,
        _CONTENT_STAT: ContentStat,
        "content_import_source": ContentImportSource,
        "content_snippet": ContentSnippet,
        "conversation": Conversation,
        "data_connector.execution": DataConnectorExecution,
        "event": DataEvent,
        "granular_subscribe": Subscription,
        "granular_unsubscribe": Subscription,
        "job": Job,
        "ping": Ping,
        "procedure.hitl_notification": ProcedureHitlNotification,
        "ticket": Ticket,
        "ticket_ticket_part": TicketChange,
        "user": Visitor,
        "visitor": Visitor,
    }
)
"""The struct of an item by the ``type`` it names."""

_TOPICS: Final[Mapping[type[Model], str]] = {
    ActivityLog: "admin.activity_log_event.created",
    Admin: (
        "admin.added_to_workspace admin.away_mode_updated admin.logged_in admin.logged_out"
        " admin.removed_from_workspace"
    ),
    ApiRequest: "api.request.completed",
    Article: (
        "article.created article.deleted article.published article.unpublished article.updated"
    ),
    AttachedContact: (
        "company.contact.attached company.contact.detached conversation.contact.attached"
        " conversation.contact.detached ticket.contact.attached ticket.contact.detached"
    ),
    Audience: "audience.created audience.deleted audience.updated",
    AudienceMembership: "audience.member_added audience.member_removed",
    Call: "call.ended call.recording_available call.started call.transcription_available",
    Company: "company.created company.deleted company.updated",
    Contact: (
        "contact.archived contact.deleted contact.email.updated contact.lead.added_email"
        " contact.lead.created contact.lead.signed_up contact.lead.updated contact.unarchive"
        " contact.user.created contact.user.updated"
    ),
    ContentStat: (
        "content_stat.banner content_stat.carousel content_stat.chat content_stat.checklist"
        " content_stat.custom_bot content_stat.email content_stat.news_item content_stat.post"
        " content_stat.push content_stat.series content_stat.series.webhook content_stat.sms"
        " content_stat.survey content_stat.tooltip_group content_stat.tour"
    ),
    ContactTag: (
        "contact.lead.tag.created contact.lead.tag.deleted contact.user.tag.created"
        " contact.user.tag.deleted"
    ),
    ContentImportSource: (
        "content_import_source.created content_import_source.deleted content_import_source.updated"
    ),
    ContentSnippet: "content_snippet.created content_snippet.deleted content_snippet.updated",
    Conversation: (
        "conversation.admin.assigned conversation.admin.closed conversation.admin.noted"
        " conversation.admin.open.assigned conversation.admin.opened conversation.admin.replied"
        " conversation.admin.replied.translated conversation.admin.single.created"
        " conversation.admin.snoozed conversation.admin.unsnoozed conversation.company.updated"
        " conversation.deleted conversation.operator.replied conversation.priority.updated"
        " conversation.rating.added conversation.read conversation.user.created"
        " conversation.user.replied conversation_part.redacted conversation_part.tag.created"
    ),
    DataConnectorExecution: "data_connector.execution.completed",
    DataEvent: "event.created",
    Job: "job.completed",
    Ping: "ping",
    ProcedureHitlNotification: "procedure.hitl_notification.created",
    Subscription: (
        "contact.subscribed contact.unsubscribed granular.subscribe granular.unsubscribe"
    ),
    SurvivingContact: "contact.merged",
    Ticket: "ticket.created ticket.rating.provided ticket.resolved",
    TicketChange: (
        "ticket.admin.assigned ticket.admin.replied ticket.admin.replied.translated"
        " ticket.attribute.updated ticket.closed ticket.contact.replied ticket.note.created"
        " ticket.state.updated ticket.team.assigned"
    ),
    Visitor: "visitor.signed_up",
}

TOPICS: Final[Mapping[str, type[Model]]] = MappingProxyType(
    {topic: model for model, topics in _TOPICS.items() for topic in topics.split()}
)
"""All topics that are known, each with what its item decodes into.

A topic may send another kind of item than it does as a rule: what the item's ``type`` names goes
before. So topics of tickets send a ``Ticket`` or a ``TicketChange``, by the version.
"""


def model_of(topic: str, item: dict[str, Any]) -> type[Model] | None:
    """Return what an item decodes into, by its topic and the ``type`` it names, if known."""
    usual = TOPICS.get(topic)
    if topic.startswith("ticket.") and "id" not in item and isinstance(item.get("ticket"), dict):
        return AttachedContact if "contact" in item else TicketChange  # whatever its type
    type_ = item.get("type")
    if type_ is None:
        return usual
    if not isinstance(type_, str):
        return None
    named = TYPES.get(_CONTENT_STAT if type_.startswith(f"{_CONTENT_STAT}.") else type_)
    # A merged contact names itself a contact, and is more.
    return usual if named and usual and issubclass(usual, named) else named
