"""What the contract covers, and what it leaves out, with the reasons."""

from typing import Final

_YET: Final = "not written yet"

COVERED: Final = frozenset({"conversations"})
"""Nouns whose every documented operation has a line in some table."""

MISSING: Final = {
    "listDeletedConversationIds": _YET,
    "listHandlingEvents": _YET,
    "listSideConversations": _YET,
    "mergeConversation": _YET,
}
"""Documented operations of covered nouns that the client lacks."""

_CONVERSATION: Final = (
    "channel",
    "company",
    "external_references",
    "monitor_evaluations",
    "sales_agent",
    "sales_agent_participated",
    "scorecards",
)
UNMODELLED: Final = {
    "admin_with_app": dict.fromkeys(
        (
            "avatar",
            "away_mode_enabled",
            "away_mode_reassign",
            "email_verified",
            "has_inbox_seat",
            "job_title",
            "team_ids",
            "type",
        ),
        _YET,
    ),
    "conversation": dict.fromkeys(_CONVERSATION, _YET),
    "conversation_list_item": dict.fromkeys(_CONVERSATION, _YET),
    "ticket": {"previous_ticket_state_id": _YET},
}
"""By schema, documented properties for which models have no field."""

UNSENT: Final = {
    "convertConversationToTicket": {"ticket_state_id": _YET},
    "createConversation": {"brand_id": _YET},
    "deleteConversation": {"retain_metrics": _YET},
    "replyConversation": {"reply_options": _YET, "skip_notifications": _YET},
    "retrieveConversation": {"include_translations": _YET},
    "searchConversations": {"include_monitors": _YET, "include_scorecards": _YET},
    "updateConversation": {"company_id": _YET},
}
"""By operation, documented query parameters and fields of bodies that no line sends."""

UNDOCUMENTED: Final = {
    "detachContactFromConversation": {"$.customer": "the documents' own examples send it"},
}
"""By operation, what is sent although the documents' schemas do not have it, as JSON paths."""
