"""A conversation while it is being changed, and what its observers are told afterwards."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from intercom_async.emulator import statistics
from intercom_async.emulator.documents import Record
from intercom_async.emulator.stored import Parts

_UNSNOOZED: Final = "conversation.admin.unsnoozed"


@dataclass(frozen=True, slots=True)
class Change:
    """Something that happened to a conversation."""

    topic: str
    item: Record  # the conversation as a list answers it, or whatever else is to be sent
    parts: Parts | None  # those that the change added; None if the item is no conversation
    at: int


class Edit:
    """A copy of a conversation to work on; it is stored as a whole, or not at all."""

    def __init__(
        self,
        record: Record,
        parts: Parts,
        now: int,
        fresh_id: Callable[[], str],
        worked: Callable[[int], int],
    ) -> None:
        self.record: Record = record
        self.parts: Parts = parts
        self.now: int = now
        self.added: Parts = []  # the parts that `add_part` has added
        self.topics: list[str] = []  # what to tell observers, by topic
        self.worked: Callable[[int], int] = worked  # seconds of office hours before a moment
        self._fresh_id = fresh_id

    def add_part(
        self,
        part_type: str,
        author: Record,
        *,
        body: str | None = None,
        assigned_to: Record | None = None,
        attachments: list[Record] | None = None,
        at: int | None = None,
        more: Record | None = None,
    ) -> None:
        """Add a part where its time puts it."""
        at = self.now if at is None else at
        part: Record = {
            "type": "conversation_part",
            "id": self._fresh_id(),
            "part_type": part_type,
            "body": body,
            "created_at": at,
            "updated_at": at,
            "notified_at": at,
            "assigned_to": assigned_to,
            "author": {name: author.get(name) for name in ("type", "id", "name", "email")},
            "attachments": attachments or [],
            "external_id": None,
            "redacted": False,
            **(more or {}),
        }
        place = len(self.parts)
        while place and self.parts[place - 1].get("created_at", 0) > at:
            place -= 1
        self.parts.insert(place, part)
        self.added.append(part)

    def announce(self, topic: str) -> None:
        """Name the change for observers; they are told once it is stored."""
        self.topics.append(topic)

    def reopen(self) -> None:
        """Make a conversation open that is closed or snoozed."""
        self.record |= {"state": "open", "open": True, "snoozed_until": None}
        statistics.count_reopen(self.record)

    def reopen_by_admin(self, admin: Record) -> None:
        """Make a conversation open on behalf of a teammate."""
        snoozed = self.record["state"] == "snoozed"
        self.reopen()
        self.add_part("open", admin)
        self.announce(_UNSNOOZED if snoozed else "conversation.admin.opened")

    def close(self, admin: Record, body: str | None) -> None:
        """Close a conversation on behalf of a teammate."""
        self.record |= {"state": "closed", "open": False, "snoozed_until": None}
        self.record["waiting_since"] = None  # nobody waits in a conversation that is over
        statistics.count_close(self.record, self.now, admin["id"], self.worked)
        self.add_part("close", admin, body=body)
        self.announce("conversation.admin.closed")

    def snooze(self, admin: Record, until: int) -> None:
        """Put a conversation to sleep until a second to come."""
        self.record |= {"state": "snoozed", "open": True, "snoozed_until": until}
        self.add_part("snoozed", admin)
        self.announce("conversation.admin.snoozed")

    def wake(self, bot: Record) -> None:
        """Open a conversation whose sleep is over."""
        self.reopen()
        self.add_part("timer_unsnooze", bot)
        self.announce(_UNSNOOZED)

    def changes(self) -> list[Change]:
        """List what observers are told."""
        return [Change(topic, self.record, self.added, self.now) for topic in self.topics]
