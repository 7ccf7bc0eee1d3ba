"""One conversation of the workspace, kept as the bytes it is answered with."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final, TypeAlias

import msgspec

from intercom_async.emulator.documents import Document, Record, search_document
from intercom_async.emulator.statistics import blank_statistics

Parts: TypeAlias = list[Record]
Key: TypeAlias = tuple[float, int]

PARTS_SHOWN: Final = 500

_RECORD: Final = msgspec.json.Decoder(dict[str, Any])
_PARTS: Final = msgspec.json.Decoder(list[dict[str, Any]])


def sort_key(updated_at: float | str, id: str) -> Key:
    """Make the key that orders conversations: ``updated_at``, then id, both descending."""
    return -(float(updated_at) if isinstance(updated_at, str) else updated_at), -int(id)


class StoredConversation:
    """A conversation, made on demand, with its encoded forms cached until it changes."""

    __slots__ = ("_document", "_encoded", "_full", "_make_parts", "_make_record", "id", "key")

    def __init__(
        self,
        id: str,
        updated_at: int,
        make_record: Callable[[], Record],
        make_parts: Callable[[], Parts],
    ) -> None:
        self.id: str = id
        self.key: Key = sort_key(updated_at, id)
        self._make_record = make_record
        self._make_parts = make_parts
        self._encoded: bytes | None = None
        self._full: bytes | None = None
        self._document: Document | None = None

    @property
    def encoded(self) -> bytes:
        """The record as a list answers it, in JSON."""
        if self._encoded is None:
            self._encoded = msgspec.json.encode(self._make_record())
        return self._encoded

    @property
    def encoded_full(self) -> bytes:
        """The record as a retrieval answers it, in JSON: with its newest parts."""
        if self._full is None:
            shown = msgspec.json.encode({"conversation_parts": parts_list(self.parts())})
            self._full = self.encoded[:-1] + b"," + shown[1:]
        return self._full

    @property
    def document(self) -> Document:
        """The record as search sees it."""
        if self._document is None:
            self._document = search_document(self.record())
        return self._document

    def record(self) -> Record:
        """Decode a copy of the record as a list answers it."""
        return _RECORD.decode(self.encoded)

    def parts(self) -> Parts:
        """Make a copy of all parts, oldest first."""
        return self._make_parts()

    def replace(self, record: Record, parts: Parts | None = None) -> None:
        """Put another record in place of this one."""
        self._encoded = msgspec.json.encode(record)
        if parts is not None:
            self._make_parts = kept(parts)
        self._full = self._document = None
        self.key = sort_key(record["updated_at"], self.id)


def kept(parts: Parts) -> Callable[[], Parts]:
    """Store parts as they are now; the result makes copies of them."""
    return partial(_PARTS.decode, msgspec.json.encode(parts))


def parts_list(parts: Parts, newest: int = PARTS_SHOWN) -> Record:
    """Show parts as a retrieval does."""
    return {
        "type": "conversation_part.list",
        "conversation_parts": parts[-newest:],
        "total_count": len(parts),
    }


def blank_record(now: int, part_count: int) -> Record:
    """Make a record without an id."""
    return {
        "type": "conversation",
        "created_at": now,
        "updated_at": now,
        "waiting_since": None,
        "snoozed_until": None,
        "source": {
            "type": "conversation",
            "id": "1",
            "delivered_as": "customer_initiated",
            "subject": "",
            "body": "<p></p>",
            "author": {"type": "user", "id": "1", "name": None, "email": None},
            "attachments": [],
            "url": None,
            "redacted": False,
        },
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
