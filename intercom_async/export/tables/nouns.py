"""The columns of each noun: those of its struct, but where the table differs from it."""

from collections.abc import Mapping
from typing import Final

import msgspec

from intercom_async import models
from intercom_async.export.tables.columns import Column
from intercom_async.export.tables.derived import derived

MODELS: Final[Mapping[str, type[msgspec.Struct]]] = {
    "conversations": models.Conversation,
    "contacts": models.Contact,
    "tickets": models.Ticket,
    "companies": models.Company,
    "calls": models.Call,
    "activity_logs": models.ActivityLog,
    "conversation_deletions": models.DeletedConversation,
    "articles": models.Article,
    "internal_articles": models.InternalArticle,
    "external_pages": models.ExternalPage,
    "content_snippets": models.ContentSnippet,
    "news_items": models.NewsItem,
    "newsfeeds": models.Newsfeed,
    "collections": models.Collection,
    "help_centers": models.HelpCenter,
    "content_import_sources": models.ContentImportSource,
    "macros": models.Macro,
    "audiences": models.Audience,
    "data_connectors": models.DataConnector,
    "admins": models.Admin,
    "teams": models.Team,
    "tags": models.Tag,
    "segments": models.Segment,
    "data_attributes": models.DataAttribute,
    "conversation_attributes": models.ConversationAttribute,
    "ticket_types": models.TicketType,
    "ticket_states": models.TicketState,
    "subscription_types": models.SubscriptionType,
    "away_status_reasons": models.AwayStatusReason,
    "office_hours": models.OfficeHoursSchedule,
    "brands": models.Brand,
    "emails": models.EmailSetting,
}
"""The struct of each stream's records."""

_ASSIGNED: Final = (
    Column("VARCHAR", "$.admin_assignee_id", nobody="0"),
    Column("VARCHAR", "$.team_assignee_id", nobody="0"),
    Column(
        "VARCHAR",
        "$.admin_assignee_id",
        alias="admin_assignee_name",
        names="admins",
        text="The name of the admin it is assigned to.",
    ),
    Column(
        "VARCHAR",
        "$.team_assignee_id",
        alias="team_assignee_name",
        names="teams",
        text="The name of the team it is assigned to.",
    ),
)
# An object around the list, or the bare list.
_CONTACT_IDS: Final = Column(
    "VARCHAR[]", "$.contacts.contacts[*].id", ("$.contacts[*].id",), "contact_ids"
)
_TAG_PATHS: Final = ("$.tags.tags[*].id", ("$.tags[*].id",))

_CONVERSATIONS: Final = derived(
    models.Conversation,
    *_ASSIGNED,
    Column("JSON", "$.assignee"),
    _CONTACT_IDS,
    Column(
        "VARCHAR[]",
        "$.teammates.teammates[*].id",
        ("$.teammates.admins[*].id", "$.teammates[*].id"),
        "teammate_ids",
    ),
    Column("VARCHAR[]", *_TAG_PATHS, "tag_ids"),
    Column(
        "VARCHAR[]",
        *_TAG_PATHS,
        "tag_names",
        names="tags",
        text="The names of its tags, in the order of ``tag_ids``.",
    ),
    Column("BIGINT", "$.conversation_rating.rating", alias="rating"),
    Column("VARCHAR", "$.conversation_rating.remark", alias="rating_remark"),
    Column("TIMESTAMPTZ", "$.conversation_rating.created_at", alias="rating_created_at"),
    Column("TIMESTAMPTZ", "$.conversation_rating.updated_at", alias="rating_updated_at"),
    Column("VARCHAR", "$.conversation_rating.contact.id", alias="rating_contact_id"),
    Column("VARCHAR", "$.conversation_rating.teammate.id", alias="rating_teammate_id"),
    Column("VARCHAR", "$.conversation_rating.teammate.type", alias="rating_teammate_type"),
    Column("VARCHAR", "$.sla_applied.sla_name", alias="sla_name"),
    Column("VARCHAR", "$.sla_applied.sla_status", alias="sla_status"),
    Column("BIGINT", "$.statistics.median_time_to_reply"),
    # Version 2.0 spells it so.
    Column(
        "TIMESTAMPTZ",
        "$.statistics.first_contact_reply_at",
        ("$.statistics.first_contacat_reply_at",),
    ),
    # Version 2.0 has the object.
    Column("VARCHAR", "$.statistics.last_closed_by_id", ("$.statistics.last_closed_by.id",)),
    Column("BIGINT", "$.conversation_parts.total_count", alias="parts_total_count"),
    Column("JSON", "$.linked_objects"),
    Column("JSON", "$.ai_agent"),
    # What was there first; what is added to the struct comes after it.
    first="""
        id created_at updated_at waiting_since snoozed_until title state open read priority
        admin_assignee_id team_assignee_id assignee source_type source_id source_delivered_as
        source_subject source_body source_url source_redacted source_attachments
        source_author_type source_author_id source_author_name source_author_email contact_ids
        teammate_ids tag_ids first_contact_reply_created_at first_contact_reply_type
        first_contact_reply_url rating rating_remark rating_created_at rating_updated_at
        rating_contact_id rating_teammate_id sla_name sla_status
        statistics_time_to_assignment
        statistics_time_to_admin_reply statistics_time_to_first_close
        statistics_time_to_last_close statistics_median_time_to_reply
        statistics_first_contact_reply_at statistics_first_assignment_at
        statistics_first_admin_reply_at statistics_first_close_at statistics_last_assignment_at
        statistics_last_assignment_admin_reply_at statistics_last_contact_reply_at
        statistics_last_admin_reply_at statistics_last_close_at statistics_last_closed_by_id
        statistics_count_reopens statistics_count_assignments
        statistics_count_conversation_parts statistics_assigned_team_first_response_time
        statistics_handling_time parts_total_count custom_attributes topics ticket
        linked_objects ai_agent_participated ai_agent
        """,
    without={
        "$.conversation_parts.conversation_parts",
        "$.conversation_rating.contact.external_id",
        "$.conversation_rating.contact.type",
        "$.conversation_rating.teammate.email",
        "$.conversation_rating.teammate.name",
        "$.conversation_rating.teammate.type",
        "$.source.author.from_ai_agent",
        "$.source.author.is_ai_answer",
        "$.statistics.last_closed_by",
    },
)
CONVERSATIONS: Final = (
    *_CONVERSATIONS,
    Column("VARCHAR", "$.company->id", alias="company_id", text="The company it is about."),
    Column(
        "BIGINT",
        '$.custom_attributes->"CX Score rating"',
        alias="cx_score",
        text="How good the experience was in Intercom's own judgement, from 1 to 5.",
    ),
)

# Nobody is {"type": "nobody_admin", "id": null}.
_ASSIGNED_TO: Final = Column("VARCHAR", "$.assigned_to.type", needs="$.assigned_to.id")

CONVERSATION_PARTS: Final = derived(
    models.ConversationPart,
    _ASSIGNED_TO,
    first="""
        id part_type body created_at updated_at notified_at author_type author_id author_name
        author_email assigned_to_type assigned_to_id attachments external_id redacted
        """,
)
CONTACTS_OF: Final = derived(
    models.ContactReference,
    Column("VARCHAR", "$.id", alias="contact_id"),
    Column("VARCHAR", "$.type"),
    first="contact_id",
)
PEOPLE: Final = (
    Column("VARCHAR", "$.type", text="``admin``, ``bot``, ``team``, ``user``, ``lead``, …"),
    Column(
        "VARCHAR", "$.id", text="The author's id, of a contact, an admin or a team, by their type."
    ),
    Column("VARCHAR", "$.name", text="The author's name."),
    Column("VARCHAR", "$.email", text="The author's email address."),
    Column("TIMESTAMPTZ", "$.first_seen_at", text="When they first wrote in a conversation."),
    Column("TIMESTAMPTZ", "$.last_seen_at", text="When they last wrote in a conversation."),
)
TAGS: Final = derived(models.Tag, without={"$.applied_at", "$.applied_by"})
TAGS_OF: Final = derived(models.Tag, Column("VARCHAR", "$.id", alias="tag_id"))
# A contact tells no more than the ids, where it has ten at most.
CONTACT_TAGS: Final = (
    Column("VARCHAR", "$.id", alias="tag_id", text="The tag's id."),
    Column("VARCHAR", "$.id", alias="name", names="tags", text="The tag's name."),
)
CONTACT_COMPANIES: Final = (
    Column("VARCHAR", "$.id", alias="company_id", text="The company's id."),
)
SEGMENTS_OF: Final = derived(
    models.Segment,
    Column("VARCHAR", "$.id", alias="segment_id"),
    without={"$.count", "$.created_at", "$.person_type", "$.updated_at"},
)
NOTES: Final = derived(
    models.Note,
    Column("VARCHAR", "$.author.id"),
    Column("VARCHAR", "$.author.name"),
    without={"$.author", "$.company", "$.contact"},
)
CONTACTS: Final = derived(
    models.Contact,
    Column("VARCHAR", "$.owner_id"),
    Column(
        "VARCHAR",
        "$.owner_id",
        alias="owner_name",
        names="admins",
        text="The name of the admin who owns it.",
    ),
    without={"$.companies", "$.location.type", "$.notes", "$.tags"},
)
COMPANIES: Final = derived(models.Company, without={"$.plan.type", "$.segments", "$.tags"})
ARTICLES: Final = derived(models.Article, without={"$.statistics.type"})
ADMINS: Final = derived(models.Admin, Column("VARCHAR", "$.type"), without={"$.role.type"})

TICKETS: Final = derived(
    models.Ticket,
    *_ASSIGNED,
    _CONTACT_IDS,
    # From version 2.12 on an object with the labels in it.
    Column("VARCHAR", "$.ticket_state->category", ("$.ticket_state->",), "ticket_state"),
    Column("VARCHAR", "$.ticket_state_internal_label", ("$.ticket_state->internal_label",)),
    Column("VARCHAR", "$.ticket_state_external_label", ("$.ticket_state->external_label",)),
    Column("VARCHAR", "$.ticket_type.id"),
    Column("VARCHAR", "$.ticket_type.name"),
    Column("BIGINT", "$.ticket_parts.total_count", alias="parts_total_count"),
    Column("JSON", "$.linked_objects"),
    without={"$.ticket_parts.ticket_parts", "$.ticket_type"},
)
TICKET_PARTS: Final = derived(
    models.TicketPart,
    _ASSIGNED_TO,
    without={"$.author.from_ai_agent", "$.author.is_ai_answer"},
)
TICKET_TYPES: Final = derived(models.TicketType, without={"$.ticket_type_attributes"})
TICKET_TYPE_ATTRIBUTES: Final = derived(models.TicketTypeAttribute, without={"$.ticket_type_id"})
TICKET_STATES: Final = derived(
    models.TicketState,
    Column("VARCHAR[]", "$.ticket_types.data[*].id", ("$.ticket_types[*].id",), "ticket_type_ids"),
)
