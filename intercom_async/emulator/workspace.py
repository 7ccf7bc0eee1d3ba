"""The state of the emulated workspace, and the truth that tests compare answers with."""

from bisect import bisect_left, insort
from collections.abc import Callable
from functools import partial
from operator import attrgetter
from typing import Any, Final

import msgspec

from intercom_async.emulator.blank import blank_record
from intercom_async.emulator.documents import Record
from intercom_async.emulator.query import Predicate
from intercom_async.emulator.seed import Seed
from intercom_async.emulator.stored import Key, Parts, StoredConversation, parts_list

_key: Final[Callable[[StoredConversation], Key]] = attrgetter("key")


class Workspace:
    """Conversations in the order in which they are answered, and who appears in them.

    What the methods hand out are copies: changes go through `add`, `update` and `delete`.

    Args:
        seed: Makes the conversations that are there from the beginning.
        clock: The server's clock, in unix seconds.

    Attributes:
        app: The workspace as ``/me`` shows it.
        admins: Teammates, with type, id, name and email.
        teams: Teams, with type, id and name.
        contacts: Users and leads, with type, id, external_id, name and email.
        tags: Tags, with type, id and name.
        revision: Grows with every change.
    """

    def __init__(self, seed: Seed, clock: Callable[[], float]) -> None:
        self.app: Record = seed.cast.app
        self.admins: list[Record] = seed.cast.admins
        self.teams: list[Record] = seed.cast.teams
        self.contacts: list[Record] = seed.cast.contacts
        self.tags: list[Record] = seed.cast.tags
        self.revision: int = 0
        self._clock = clock
        self._conversations: dict[str, StoredConversation] = {
            outline.id: StoredConversation(
                outline.id,
                outline.updated_at,
                partial(seed.record, outline),
                partial(seed.parts, outline),
            )
            for outline in seed.outlines
        }
        self._ordered = sorted(self._conversations.values(), key=_key)
        self._greatest_id = max(map(int, self._conversations), default=0)

    def __len__(self) -> int:
        return len(self._ordered)

    def __contains__(self, id: object) -> bool:
        return id in self._conversations

    @property
    def ordered(self) -> list[StoredConversation]:
        """The conversations in the order of list and search answers; not to be changed."""
        return self._ordered

    def ids(self) -> list[str]:
        """Lists the ids in the order of list and search answers."""
        return [conversation.id for conversation in self._ordered]

    def warm(self) -> None:
        """Makes every conversation now, so that no first search or first page pays for it."""
        for conversation in self._ordered:
            _ = conversation.document

    def get(self, id: str) -> StoredConversation | None:
        """Finds a conversation.

        Args:
            id: The conversation's id.

        Returns:
            The conversation, or None if there is none of that id.
        """
        return self._conversations.get(id)

    def record(self, id: str) -> Record:
        """Copies a conversation as a list answers it.

        Args:
            id: The conversation's id.

        Raises:
            KeyError: If there is no such conversation.
        """
        return self._conversations[id].record()

    def full_record(self, id: str) -> Record:
        """Copies a conversation with all of its parts, however many.

        Args:
            id: The conversation's id.

        Raises:
            KeyError: If there is no such conversation.
        """
        conversation = self._conversations[id]
        parts = conversation.parts()
        listed = parts_list(parts, newest=len(parts))
        return conversation.record() | {"conversation_parts": listed}

    def add(self, *, parts: Parts | None = None, **fields: Any) -> str:
        """Adds a conversation.

        Args:
            parts: Its parts, oldest first.
            **fields: Top-level fields of the record; whatever is not given is blank, created and
                updated now.

        Returns:
            The id: the one given, or one above all others.

        Raises:
            ValueError: If there is a conversation of that id already.
        """
        id_ = str(fields.setdefault("id", str(self._greatest_id + 1)))
        if id_ in self._conversations:
            raise ValueError(f"conversation {id_} exists")
        record = blank_record(self._now(), len(parts or [])) | fields
        make_parts = partial(_decode_parts, msgspec.json.encode(parts or []))
        conversation = StoredConversation(id_, record["updated_at"], lambda: record, make_parts)
        _ = conversation.encoded  # now, since the caller may go on changing what it passed
        self._greatest_id = max(self._greatest_id, int(id_))
        self._conversations[id_] = conversation
        insort(self._ordered, conversation, key=_key)
        self.revision += 1
        return id_

    def update(self, id: str, /, **changes: Any) -> None:
        """Changes a conversation.

        Args:
            id: The conversation's id.
            **changes: Top-level fields to set, to any JSON; only ``updated_at`` has to be an
                integer, since it orders. It becomes now unless it is given.

        Raises:
            KeyError: If there is no such conversation.
        """
        conversation = self._conversations[id]
        place = self._place(conversation)
        conversation.replace(conversation.record() | {"updated_at": self._now()} | changes)
        del self._ordered[place]
        insort(self._ordered, conversation, key=_key)
        self.revision += 1

    def delete(self, id: str) -> None:
        """Removes a conversation.

        Args:
            id: The conversation's id.

        Raises:
            KeyError: If there is no such conversation.
        """
        conversation = self._conversations.pop(id)
        del self._ordered[self._place(conversation)]
        self.revision += 1

    def _now(self) -> int:
        return int(self._clock())

    def _place(self, conversation: StoredConversation) -> int:
        return bisect_left(self._ordered, conversation.key, key=_key)


def matching(workspace: Workspace, predicate: Predicate) -> list[StoredConversation]:
    """Lists the conversations that match a predicate, in the order of search answers."""
    return [each for each in workspace.ordered if predicate(each.document)]


def after(conversations: list[StoredConversation], key: Key) -> int:
    """Finds the place of the first conversation that comes strictly after a key."""
    updated_at, id_ = key
    return bisect_left(conversations, (updated_at, id_ + 1), key=_key)


_PARTS: Final = msgspec.json.Decoder(list[dict[str, Any]])


def _decode_parts(parts: bytes) -> Parts:
    return _PARTS.decode(parts)
