"""The columns of the tables: SQL type, and the value's path in a conversation.

A column's name is the path of the API reference's names. Every row is kept: a value that does
not fit its column's type is ``NULL`` there, and JSON columns hold any value.

Source: API reference 2.10, "Conversation" and "Conversation part"; 2.0 for the other paths.
"""

from typing import Final, Literal, NamedTuple, TypeAlias

__all__ = ["CONVERSATIONS", "CONVERSATION_PARTS", "Column", "SqlType", "Table"]

Table: TypeAlias = Literal["conversations", "conversation_parts"]

SqlType: TypeAlias = Literal["VARCHAR", "BIGINT", "BOOLEAN", "TIMESTAMPTZ", "VARCHAR[]", "JSON"]


class Column(NamedTuple):
    """One column.

    Attributes:
        type: Its SQL type. ``TIMESTAMPTZ`` is made of unix seconds.
        path: The value's place in the JSON.
        others: Other places of the value, if it is not there.
        alias: Its name, if that does not follow from the path.
        nobody: The value that means there is none.
        needs: A path; without a value there, this column has none either.
    """

    type: SqlType
    path: str
    others: tuple[str, ...] = ()
    alias: str | None = None
    nobody: str | None = None
    needs: str | None = None

    @property
    def name(self) -> str:
        """Its name."""
        return self.alias or self.path.removeprefix("$.").replace(".", "_")


CONVERSATIONS: Final = (
    Column("VARCHAR", "$.id"),
    Column("TIMESTAMPTZ", "$.created_at"),
    Column("TIMESTAMPTZ", "$.updated_at"),
    Column("TIMESTAMPTZ", "$.waiting_since"),
    Column("TIMESTAMPTZ", "$.snoozed_until"),
    Column("VARCHAR", "$.title"),
    Column("VARCHAR", "$.state"),
    Column("BOOLEAN", "$.open"),
    Column("BOOLEAN", "$.read"),
    Column("VARCHAR", "$.priority"),
    Column("VARCHAR", "$.admin_assignee_id", nobody="0"),
    Column("VARCHAR", "$.team_assignee_id", nobody="0"),
    Column("JSON", "$.assignee"),
    Column("VARCHAR", "$.source.type"),
    Column("VARCHAR", "$.source.id"),
    Column("VARCHAR", "$.source.delivered_as"),
    Column("VARCHAR", "$.source.subject"),
    Column("VARCHAR", "$.source.body"),
    Column("VARCHAR", "$.source.url"),
    Column("BOOLEAN", "$.source.redacted"),
    Column("JSON", "$.source.attachments"),
    Column("VARCHAR", "$.source.author.type"),
    Column("VARCHAR", "$.source.author.id"),
    Column("VARCHAR", "$.source.author.name"),
    Column("VARCHAR", "$.source.author.email"),
    # An object around the list, or the bare list.
    Column("VARCHAR[]", "$.contacts.contacts[*].id", ("$.contacts[*].id",), "contact_ids"),
    Column(
        "VARCHAR[]",
        "$.teammates.teammates[*].id",
        ("$.teammates.admins[*].id", "$.teammates[*].id"),
        "teammate_ids",
    ),
    Column("VARCHAR[]", "$.tags.tags[*].id", ("$.tags[*].id",), "tag_ids"),
    Column("TIMESTAMPTZ", "$.first_contact_reply.created_at"),
    Column("VARCHAR", "$.first_contact_reply.type"),
    Column("VARCHAR", "$.first_contact_reply.url"),
    Column("BIGINT", "$.conversation_rating.rating", alias="rating"),
    Column("VARCHAR", "$.conversation_rating.remark", alias="rating_remark"),
    Column("TIMESTAMPTZ", "$.conversation_rating.created_at", alias="rating_created_at"),
    Column("TIMESTAMPTZ", "$.conversation_rating.updated_at", alias="rating_updated_at"),
    Column("VARCHAR", "$.conversation_rating.contact.id", alias="rating_contact_id"),
    Column("VARCHAR", "$.conversation_rating.teammate.id", alias="rating_teammate_id"),
    Column("VARCHAR", "$.conversation_rating.teammate.type", alias="rating_teammate_type"),
    Column("VARCHAR", "$.sla_applied.sla_name", alias="sla_name"),
    Column("VARCHAR", "$.sla_applied.sla_status", alias="sla_status"),
    Column("BIGINT", "$.statistics.time_to_assignment"),
    Column("BIGINT", "$.statistics.time_to_admin_reply"),
    Column("BIGINT", "$.statistics.time_to_first_close"),
    Column("BIGINT", "$.statistics.time_to_last_close"),
    Column("BIGINT", "$.statistics.median_time_to_reply"),
    # Version 2.0 spells it so.
    Column(
        "TIMESTAMPTZ",
        "$.statistics.first_contact_reply_at",
        ("$.statistics.first_contacat_reply_at",),
    ),
    Column("TIMESTAMPTZ", "$.statistics.first_assignment_at"),
    Column("TIMESTAMPTZ", "$.statistics.first_admin_reply_at"),
    Column("TIMESTAMPTZ", "$.statistics.first_close_at"),
    Column("TIMESTAMPTZ", "$.statistics.last_assignment_at"),
    Column("TIMESTAMPTZ", "$.statistics.last_assignment_admin_reply_at"),
    Column("TIMESTAMPTZ", "$.statistics.last_contact_reply_at"),
    Column("TIMESTAMPTZ", "$.statistics.last_admin_reply_at"),
    Column("TIMESTAMPTZ", "$.statistics.last_close_at"),
    # Version 2.0 has the object.
    Column("VARCHAR", "$.statistics.last_closed_by_id", ("$.statistics.last_closed_by.id",)),
    Column("BIGINT", "$.statistics.count_reopens"),
    Column("BIGINT", "$.statistics.count_assignments"),
    Column("BIGINT", "$.statistics.count_conversation_parts"),
    Column("JSON", "$.statistics.assigned_team_first_response_time"),
    Column("BIGINT", "$.statistics.handling_time"),
    Column("BIGINT", "$.conversation_parts.total_count", alias="parts_total_count"),
    Column("JSON", "$.custom_attributes"),
    Column("JSON", "$.topics"),
    Column("JSON", "$.ticket"),
    Column("JSON", "$.linked_objects"),
    Column("BOOLEAN", "$.ai_agent_participated"),
    Column("JSON", "$.ai_agent"),
)
"""Of the table ``conversations``: a row for each conversation."""

CONVERSATION_PARTS: Final = (
    Column("VARCHAR", "$.id"),
    Column("VARCHAR", "$.part_type"),
    Column("VARCHAR", "$.body"),
    Column("TIMESTAMPTZ", "$.created_at"),
    Column("TIMESTAMPTZ", "$.updated_at"),
    Column("TIMESTAMPTZ", "$.notified_at"),
    Column("VARCHAR", "$.author.type"),
    Column("VARCHAR", "$.author.id"),
    Column("VARCHAR", "$.author.name"),
    Column("VARCHAR", "$.author.email"),
    # Nobody is {"type": "nobody_admin", "id": null}.
    Column("VARCHAR", "$.assigned_to.type", needs="$.assigned_to.id"),
    Column("VARCHAR", "$.assigned_to.id"),
    Column("JSON", "$.attachments"),
    Column("VARCHAR", "$.external_id"),
    Column("BOOLEAN", "$.redacted"),
)
"""Of the table ``conversation_parts``: a row for each part, its conversation's id and its
position there before these."""
