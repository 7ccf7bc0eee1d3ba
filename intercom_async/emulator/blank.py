"""The record of a conversation about which nothing is known but that it exists."""

from typing import Any

from intercom_async.emulator.documents import Record
from intercom_async.emulator.statistics import blank_statistics


def blank_record(now: int, part_count: int) -> Record:
    """Make a record without an id."""
    return {
        "type": "conversation",
        "created_at": now,
        "updated_at": now,
        "waiting_since": None,
        "snoozed_until": None,
        "source": _blank_source(),
        "contacts": {"type": "contact.list", "contacts": []},
        "first_contact_reply": None,
        "admin_assignee_id": None,
        "team_assignee_id": None,
        "open": True,
        "state": "open",
        "read": False,
        "tags": {"type": "tag.list", "tags": []},
        "priority": "not_priority",
        "sla_applied": None,
        "statistics": blank_statistics(part_count),
        "conversation_rating": None,
        "teammates": None,
        "title": None,
        "custom_attributes": {},
        "topics": {},
        "ticket": None,
        "linked_objects": {"type": "list", "data": [], "total_count": 0, "has_more": False},
        "ai_agent": None,
        "ai_agent_participated": False,
    }


def _blank_source() -> dict[str, Any]:
    return {
        "type": "conversation",
        "id": "1",
        "delivered_as": "customer_initiated",
        "subject": "",
        "body": "<p></p>",
        "author": {"type": "user", "id": "1", "name": None, "email": None},
        "attachments": [],
        "url": None,
        "redacted": False,
    }
