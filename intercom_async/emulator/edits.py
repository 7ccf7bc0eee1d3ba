"""A conversation while it is being changed, and what its observers are told afterwards."""

from collections.abc import Callable
from dataclasses import dataclass

from intercom_async.emulator.documents import Record
from intercom_async.emulator.stored import Parts


@dataclass(frozen=True, slots=True)
class Change:
    """Something that happened to a conversation.

    Attributes:
        topic: The webhook topic it goes by.
        item: The conversation after the change, as a list answers it; or what else there is to
            show, ready to be sent.
        parts: The parts that the change added, oldest first; None if the item is no conversation.
        at: When, in unix seconds.
    """

    topic: str
    item: Record
    parts: Parts | None
    at: int


class Edit:
    """A copy of a conversation to work on; it is stored as a whole, or not at all.

    Args:
        record: The record as a list answers it.
        parts: All parts, oldest first.
        now: When the change happens, in unix seconds.
        fresh_id: Makes ids for new parts.

    Attributes:
        record: The record to change.
        parts: The parts to change.
        now: When the change happens.
        added: The parts that `add_part` has added.
        topics: What to tell observers, by topic.
    """

    def __init__(self, record: Record, parts: Parts, now: int, fresh_id: Callable[[], str]) -> None:
        self.record: Record = record
        self.parts: Parts = parts
        self.now: int = now
        self.added: Parts = []
        self.topics: list[str] = []
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
        """Adds a part where its time puts it.

        Args:
            part_type: The kind of part.
            author: Who did it, with type, id, name and email.
            body: Its words, in HTML.
            assigned_to: Who the conversation was assigned to, if it was.
            attachments: The files that hang on it.
            at: When it was written, in unix seconds; now unless it is given.
            more: Fields that only this kind of part has.
        """
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
        """Names the change for observers; they are told once it is stored."""
        self.topics.append(topic)

    def changes(self) -> list[Change]:
        """Lists what observers are told."""
        return [Change(topic, self.record, self.added, self.now) for topic in self.topics]
