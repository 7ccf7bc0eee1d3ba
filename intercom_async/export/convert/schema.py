"""The columns of the tables: name, SQL type, and where in a conversation the value stands.

Names are the API reference's, with the object they stand in before them where that is not the
conversation or part itself. Whatever shape a value arrives in, the row is kept: a value that
does not fit its column's type is ``NULL`` there, and JSON columns hold any value.

Source: API reference 2.10, "Conversation" and "Conversation part"; 2.0 for the other paths.
"""

from typing import Final, Literal, NamedTuple, TypeAlias

__all__ = ["CONVERSATIONS", "CONVERSATION_PARTS", "Column", "SqlType", "Table"]

Table: TypeAlias = Literal["conversations", "conversation_parts"]

SqlType: TypeAlias = Literal["VARCHAR", "BIGINT", "BOOLEAN", "TIMESTAMPTZ", "VARCHAR[]", "JSON"]


class Column(NamedTuple):
    """One column.

    Attributes:
        name: Its name.
        type: Its SQL type. ``TIMESTAMPTZ`` is made of unix seconds.
        path: Where its value stands in the JSON.
        others: Where else the value may stand, if it is not there.
        nobody: The value that means there is none.
        needs: A path without whose value there is none here either.
    """

    name: str
    type: SqlType
    path: str
    others: tuple[str, ...] = ()
    nobody: str | None = None
    needs: str | None = None


CONVERSATIONS: Final = (
    Column("id", "VARCHAR", "$.id"),
    Column("created_at", "TIMESTAMPTZ", "$.created_at"),
    Column("updated_at", "TIMESTAMPTZ", "$.updated_at"),
    Column("waiting_since", "TIMESTAMPTZ", "$.waiting_since"),
    Column("snoozed_until", "TIMESTAMPTZ", "$.snoozed_until"),
    Column("title", "VARCHAR", "$.title"),
    Column("state", "VARCHAR", "$.state"),
    Column("open", "BOOLEAN", "$.open"),
    Column("read", "BOOLEAN", "$.read"),
    Column("priority", "VARCHAR", "$.priority"),
    Column("admin_assignee_id", "VARCHAR", "$.admin_assignee_id", nobody="0"),
    Column("team_assignee_id", "VARCHAR", "$.team_assignee_id", nobody="0"),
    Column("assignee", "JSON", "$.assignee"),
    Column("source_type", "VARCHAR", "$.source.type"),
    Column("source_id", "VARCHAR", "$.source.id"),
    Column("source_delivered_as", "VARCHAR", "$.source.delivered_as"),
    Column("source_subject", "VARCHAR", "$.source.subject"),
    Column("source_body", "VARCHAR", "$.source.body"),
    Column("source_url", "VARCHAR", "$.source.url"),
    Column("source_redacted", "BOOLEAN", "$.source.redacted"),
    Column("source_attachments", "JSON", "$.source.attachments"),
    Column("source_author_type", "VARCHAR", "$.source.author.type"),
    Column("source_author_id", "VARCHAR", "$.source.author.id"),
    Column("source_author_name", "VARCHAR", "$.source.author.name"),
    Column("source_author_email", "VARCHAR", "$.source.author.email"),
    # An object around the list, or the bare list.
    Column("contact_ids", "VARCHAR[]", "$.contacts.contacts[*].id", ("$.contacts[*].id",)),
    Column(
        "teammate_ids",
        "VARCHAR[]",
        "$.teammates.teammates[*].id",
        ("$.teammates.admins[*].id", "$.teammates[*].id"),
    ),
    Column("tag_ids", "VARCHAR[]", "$.tags.tags[*].id", ("$.tags[*].id",)),
    Column("first_contact_reply_created_at", "TIMESTAMPTZ", "$.first_contact_reply.created_at"),
    Column("first_contact_reply_type", "VARCHAR", "$.first_contact_reply.type"),
    Column("first_contact_reply_url", "VARCHAR", "$.first_contact_reply.url"),
    Column("rating", "BIGINT", "$.conversation_rating.rating"),
    Column("rating_remark", "VARCHAR", "$.conversation_rating.remark"),
    Column("rating_created_at", "TIMESTAMPTZ", "$.conversation_rating.created_at"),
    Column("rating_updated_at", "TIMESTAMPTZ", "$.conversation_rating.updated_at"),
    Column("rating_contact_id", "VARCHAR", "$.conversation_rating.contact.id"),
    Column("rating_teammate_id", "VARCHAR", "$.conversation_rating.teammate.id"),
    Column("sla_name", "VARCHAR", "$.sla_applied.sla_name"),
    Column("sla_status", "VARCHAR", "$.sla_applied.sla_status"),
    Column("statistics_time_to_assignment", "BIGINT", "$.statistics.time_to_assignment"),
    Column("statistics_time_to_admin_reply", "BIGINT", "$.statistics.time_to_admin_reply"),
    Column("statistics_time_to_first_close", "BIGINT", "$.statistics.time_to_first_close"),
    Column("statistics_time_to_last_close", "BIGINT", "$.statistics.time_to_last_close"),
    Column("statistics_median_time_to_reply", "BIGINT", "$.statistics.median_time_to_reply"),
    Column(
        "statistics_first_contact_reply_at",
        "TIMESTAMPTZ",
        "$.statistics.first_contact_reply_at",
        ("$.statistics.first_contacat_reply_at",),  # so version 2.0 spells it
    ),
    Column("statistics_first_assignment_at", "TIMESTAMPTZ", "$.statistics.first_assignment_at"),
    Column("statistics_first_admin_reply_at", "TIMESTAMPTZ", "$.statistics.first_admin_reply_at"),
    Column("statistics_first_close_at", "TIMESTAMPTZ", "$.statistics.first_close_at"),
    Column("statistics_last_assignment_at", "TIMESTAMPTZ", "$.statistics.last_assignment_at"),
    Column(
        "statistics_last_assignment_admin_reply_at",
        "TIMESTAMPTZ",
        "$.statistics.last_assignment_admin_reply_at",
    ),
    Column("statistics_last_contact_reply_at", "TIMESTAMPTZ", "$.statistics.last_contact_reply_at"),
    Column("statistics_last_admin_reply_at", "TIMESTAMPTZ", "$.statistics.last_admin_reply_at"),
    Column("statistics_last_close_at", "TIMESTAMPTZ", "$.statistics.last_close_at"),
    Column(
        "statistics_last_closed_by_id",
        "VARCHAR",
        "$.statistics.last_closed_by_id",
        ("$.statistics.last_closed_by.id",),  # version 2.0
    ),
    Column("statistics_count_reopens", "BIGINT", "$.statistics.count_reopens"),
    Column("statistics_count_assignments", "BIGINT", "$.statistics.count_assignments"),
    Column(
        "statistics_count_conversation_parts", "BIGINT", "$.statistics.count_conversation_parts"
    ),
    Column(
        "statistics_assigned_team_first_response_time",
        "JSON",
        "$.statistics.assigned_team_first_response_time",
    ),
    Column("statistics_handling_time", "BIGINT", "$.statistics.handling_time"),
    Column("parts_total_count", "BIGINT", "$.conversation_parts.total_count"),
    Column("custom_attributes", "JSON", "$.custom_attributes"),
    Column("topics", "JSON", "$.topics"),
    Column("ticket", "JSON", "$.ticket"),
    Column("linked_objects", "JSON", "$.linked_objects"),
    Column("ai_agent_participated", "BOOLEAN", "$.ai_agent_participated"),
    Column("ai_agent", "JSON", "$.ai_agent"),
)
"""Of the table ``conversations``: a row for each conversation."""

CONVERSATION_PARTS: Final = (
    Column("id", "VARCHAR", "$.id"),
    Column("part_type", "VARCHAR", "$.part_type"),
    Column("body", "VARCHAR", "$.body"),
    Column("created_at", "TIMESTAMPTZ", "$.created_at"),
    Column("updated_at", "TIMESTAMPTZ", "$.updated_at"),
    Column("notified_at", "TIMESTAMPTZ", "$.notified_at"),
    Column("author_type", "VARCHAR", "$.author.type"),
    Column("author_id", "VARCHAR", "$.author.id"),
    Column("author_name", "VARCHAR", "$.author.name"),
    Column("author_email", "VARCHAR", "$.author.email"),
    # Nobody is {"type": "nobody_admin", "id": null}.
    Column("assigned_to_type", "VARCHAR", "$.assigned_to.type", needs="$.assigned_to.id"),
    Column("assigned_to_id", "VARCHAR", "$.assigned_to.id"),
    Column("attachments", "JSON", "$.attachments"),
    Column("external_id", "VARCHAR", "$.external_id"),
    Column("redacted", "BOOLEAN", "$.redacted"),
)
"""Of the table ``conversation_parts``: a row for each part, its conversation's id and its
position there before these."""
