"""The searchable fields of a conversation and the operators each type takes.

Source: API reference 2.10, "Search conversations". The client states the same for itself, so
that a slip on either side shows in tests instead of being shared.
"""

from enum import StrEnum
from typing import Final

MAX_FILTERS_PER_GROUP: Final = 15
MAX_NESTING: Final = 2
MAX_PER_PAGE: Final = 150


class FieldType(StrEnum):
    """The type a search field has in the reference."""

    STRING = "String"
    DATE = "Date"
    INTEGER = "Integer"
    BOOLEAN = "Boolean"


_ORDERED: Final = frozenset(["=", "!=", "IN", "NIN", ">", "<", ">=", "<="])
OPERATORS: Final = {
    FieldType.STRING: frozenset(["=", "!=", "IN", "NIN", "~", "!~", "^", "$"]),
    FieldType.DATE: _ORDERED,
    FieldType.INTEGER: _ORDERED,
    FieldType.BOOLEAN: frozenset(["=", "!=", "IN", "NIN"]),
}

_NAMES: Final = {
    FieldType.STRING: """
        id contact_ids teammate_ids tag_ids admin_assignee_id team_assignee_id channel_initiated
        state priority source.type source.id source.delivered_as source.subject source.body
        source.author.id source.author.type source.author.name source.author.email source.url
        statistics.last_closed_by_id conversation_rating.remark conversation_rating.contact_id
        conversation_rating.admin_d ai_agent.resolution_state ai_agent.last_answer_type
        ai_agent.rating_remark ai_agent.source_type ai_agent.source_title
    """,
    FieldType.DATE: """
        created_at updated_at waiting_since snoozed_until statistics.first_contact_reply_at
        statistics.first_assignment_at statistics.first_admin_reply_at statistics.first_close_at
        statistics.last_assignment_at statistics.last_assignment_admin_reply_at
        statistics.last_contact_reply_at statistics.last_admin_reply_at statistics.last_close_at
        conversation_rating.requested_at conversation_rating.replied_at
    """,
    FieldType.INTEGER: """
        statistics.time_to_assignment statistics.time_to_admin_reply
        statistics.time_to_first_close statistics.time_to_last_close
        statistics.median_time_to_reply statistics.count_reopens statistics.count_assignments
        statistics.count_conversation_parts conversation_rating.score ai_agent.rating
    """,
    FieldType.BOOLEAN: "open read ai_agent_participated",
}
FIELDS: Final = {name: type_ for type_, names in _NAMES.items() for name in names.split()}
