"""What the contract covers, and what it leaves out, with the reasons."""

from typing import Final

_YET: Final = "not written yet"

COVERED: Final = frozenset(
    {"admins", "conversations", "data_attributes", "segments", "tags", "teams"}
)
"""Nouns whose every documented operation has a line in some table."""

MISSING: Final[dict[str, str]] = {}
"""Documented operations of covered nouns that the client lacks."""

UNMODELLED: Final = {
    "admin_with_app.avatar": _YET,
    "admin_with_app.away_mode_enabled": _YET,
    "admin_with_app.away_mode_reassign": _YET,
    "admin_with_app.email_verified": _YET,
    "admin_with_app.has_inbox_seat": _YET,
    "admin_with_app.job_title": _YET,
    "admin_with_app.team_ids": _YET,
    "admin_with_app.type": _YET,
    "conversation.channel": _YET,
    "conversation.company": _YET,
    "conversation.external_references": _YET,
    "conversation.monitor_evaluations": _YET,
    "conversation.sales_agent": _YET,
    "conversation.sales_agent_participated": _YET,
    "conversation.scorecards": _YET,
    "conversation_list_item.channel": _YET,
    "conversation_list_item.company": _YET,
    "conversation_list_item.external_references": _YET,
    "conversation_list_item.monitor_evaluations": _YET,
    "conversation_list_item.sales_agent": _YET,
    "conversation_list_item.sales_agent_participated": _YET,
    "conversation_list_item.scorecards": _YET,
    "tag_create_response.companies": _YET,
    "tag_create_response.users": _YET,
    "ticket.previous_ticket_state_id": _YET,
}
"""Documented properties, each after its schema, for which models have no field."""

UNSENT: Final = {
    "createConversation.brand_id": _YET,
    "listDeletedConversationIds.order": _YET,
    "replyConversation.reply_options": _YET,
    "replyConversation.skip_notifications": _YET,
    "retrieveConversation.include_translations": _YET,
    "searchConversations.include_monitors": _YET,
    "searchConversations.include_scorecards": _YET,
}
"""Documented parameters and fields of bodies, each after its operation, that no line sends."""

UNDOCUMENTED: Final = {
    "detachContactFromConversation.customer": "the documents' own examples send it",
}
"""Fields of bodies that are sent although no schema of the documents has them."""
