"""The state of the emulated workspace, and the truth that tests compare answers with."""

from bisect import bisect_left, insort
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from heapq import heappop, heappush
from itertools import count
from operator import attrgetter
from typing import Any, Final

from intercom_async.emulator import statistics
from intercom_async.emulator.documents import Record
from intercom_async.emulator.edits import Change, Edit
from intercom_async.emulator.seed import Seed
from intercom_async.emulator.seed.calendar import Calendar
from intercom_async.emulator.seed.catalog import Catalog
from intercom_async.emulator.stored import (
    Key,
    Parts,
    StoredConversation,
    blank_record,
    kept,
    parts_list,
)

_key: Final[Callable[[StoredConversation], Key]] = attrgetter("key")
_IDS_APART: Final = 2_000  # the ids of seeded parts follow from the conversation's id


@dataclass(slots=True)
class Scroll:
    """A walk over all companies, of which a workspace has one at a time."""

    param: str
    ids: list[str]  # of the companies that there were when it began
    used_at: int
    place: int = 0


class Workspace:
    """Conversations in the order in which they are answered, and who appears in them.

    What the methods hand out are copies: changes go through `add`, `update`, `edit` and `delete`.
    Unless it says otherwise, a method raises `KeyError` for the id of no conversation.
    A conversation that is snoozed while the workspace lives wakes when its time has come; what
    was seeded as snoozed sleeps on, so that equal seeds make equal data whatever the clock says.

    Args:
        seed: Makes the conversations that are there from the beginning.
        clock: The server's clock, in unix seconds.

    Attributes:
        app: The workspace as ``/me`` shows it.
        collections: The records of the other nouns, such as ``collections["segments"]``, in the
            order of their lists and as the latest version answers them. They are the records
            themselves: what a test changes, adds or removes there is what is answered next.
        admins: Teammates, as all of the following that ``collections`` holds too.
        teams: Teams.
        tags: Tags.
        bot: The author of automatic parts.
        calendar: Its wall clock and office hours.
        ticket_types: What conversations can be converted to.
        duplicate_attributes: Names that several custom attributes of conversations share; none
            unless a test puts them there.
        unindexed: Ids of records that searches do not find.
        merged: Where contacts went that were merged: the id of the lead, and that of the user.
        scroll: The scroll of companies that is under way.
        away_reason_mandatory: Whether an admin can only be set away with a reason; may be changed.
        revision: Grows with every change.
        observers: Called with every change that operations and snooze timers make.
    """

    def __init__(self, seed: Seed, clock: Callable[[], float]) -> None:
        self.app: Record = seed.people.app
        # Copies: the seed makes its conversations later, and by the people as they were.
        self.collections: dict[str, list[Record]] = Catalog(seed.people)
        self.admins: list[Record] = self.collections["admins"]
        self.bot: Record = seed.people.bot
        self.calendar: Calendar = seed.people.calendar
        self.teams: list[Record] = self.collections["teams"]
        self.tags: list[Record] = self.collections["tags"]
        self.ticket_types: list[Record] = self.collections["ticket_types"]
        self.duplicate_attributes: set[str] = set()
        self.unindexed: set[str] = set()
        self.merged: dict[str, str] = {}
        self.scroll: Scroll | None = None
        self.away_reason_mandatory: bool = False
        self.revision: int = 0
        self.observers: list[Callable[[Change], None]] = []
        self._clock = clock
        self._snooze_timers: list[tuple[int, str]] = []  # (until, id), soonest first
        self._turns = count()
        self._ticket_numbers = count(1)
        self._conversations: dict[str, StoredConversation] = {
            skeleton.id: StoredConversation(
                skeleton.id,
                skeleton.updated_at,
                partial(seed.record, skeleton),
                partial(seed.parts, skeleton),
            )
            for skeleton in seed.skeletons
        }
        self._ordered = sorted(self._conversations.values(), key=_key)
        self._greatest_id = max(map(int, self._conversations), default=0)
        self._fresh_ids = count((self._greatest_id + 1) * _IDS_APART)

    def __len__(self) -> int:
        return len(self._ordered)

    def __contains__(self, id: object) -> bool:
        return id in self._conversations

    @property
    def ordered(self) -> list[StoredConversation]:
        """The conversations in the order of list and search answers; not to be changed."""
        self.wake()
        return self._ordered

    @property
    def contacts(self) -> list[Record]:
        """Users and leads, with type, id, external_id, name and email; answers show more."""
        return self.collections["contacts"]

    @property
    def now(self) -> int:
        """The second that the server's clock shows."""
        return int(self._clock())

    def ids(self) -> list[str]:
        """List the ids in the order of list and search answers."""
        return [conversation.id for conversation in self.ordered]

    def warm(self) -> None:
        """Make every conversation now, so that no first search or first page pays for it."""
        for conversation in self._ordered:
            _ = conversation.document

    def get(self, id: str) -> StoredConversation | None:
        """Find a conversation, or None if there is none of that id."""
        self.wake()
        return self._conversations.get(id)

    def record(self, id: str) -> Record:
        """Copy a conversation as a list answers it."""
        return self._awake(id).record()

    def full_record(self, id: str) -> Record:
        """Copy a conversation with all of its parts, however many."""
        conversation = self._awake(id)
        parts = conversation.parts()
        listed = parts_list(parts, newest=len(parts))
        return conversation.record() | {"conversation_parts": listed}

    def fresh_id(self) -> str:
        """Make an id that no part and no message has."""
        return str(next(self._fresh_ids))

    def next_admin(self) -> Record:
        """Take the admin whose turn it is to be assigned a conversation."""
        return self.admins[next(self._turns) % len(self.admins)]

    def next_ticket_number(self) -> int:
        """Make the number of a ticket."""
        return next(self._ticket_numbers)

    def add(self, *, parts: Parts | None = None, **fields: Any) -> str:
        """Add a conversation.

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
        record = blank_record(self.now, len(parts or [])) | fields
        updated_at = record["updated_at"]
        conversation = StoredConversation(id_, updated_at, lambda: record, kept(parts or []))
        _ = conversation.encoded  # now, since the caller may go on changing what it passed
        self._greatest_id = max(self._greatest_id, int(id_))
        self._conversations[id_] = conversation
        insort(self._ordered, conversation, key=_key)
        self._set_snooze_timer(id_, record)
        self.revision += 1
        return id_

    def update(self, id: str, /, **changes: Any) -> None:
        """Change fields of a conversation, without a part and without a word to observers.

        Args:
            id: The conversation's id.
            **changes: Top-level fields to set, to any JSON; only ``updated_at`` has to be a
                number, or the text of one, since it orders. It becomes now unless it is given.
        """
        conversation = self._awake(id)
        self._replace(conversation, conversation.record() | {"updated_at": self.now} | changes)

    @contextmanager
    def edit(self, id: str) -> Iterator[Edit]:
        """Change a conversation the way the API does: with parts, and observers that are told.

        Leaving the context stores the edit, updated now, and its parts are counted; an error
        leaves everything as it was.
        """
        conversation = self._awake(id)
        edit = self._begin_edit(conversation, self.now)
        yield edit
        self._store(conversation, edit)

    def delete(self, id: str) -> None:
        """Remove a conversation, and list it among those deleted."""
        conversation = self._conversations.pop(id)
        del self._ordered[self._place(conversation)]
        gone = {"type": "conversation", "id": id, "metrics_retained": True, "deleted_at": self.now}
        self.collections["deleted"].insert(0, gone)
        self.revision += 1

    def tell(self, changes: list[Change]) -> None:
        """Tell observers what has happened."""
        for change in changes:
            for observer in self.observers:
                observer(change)

    def wake(self) -> None:
        """Open the snoozed conversations whose time has come, each as of its time."""
        while self._snooze_timers and self._snooze_timers[0][0] <= self._clock():
            until, id_ = heappop(self._snooze_timers)
            conversation = self._conversations.get(id_)  # it may have been changed since
            if conversation is None:
                continue
            edit = self._begin_edit(conversation, until)
            if edit.record["state"] == "snoozed" and edit.record["snoozed_until"] == until:
                edit.wake(self.bot)
                self._store(conversation, edit)

    def _awake(self, id: str) -> StoredConversation:
        self.wake()
        return self._conversations[id]

    def _begin_edit(self, conversation: StoredConversation, now: int) -> Edit:
        return Edit(
            conversation.record(),
            conversation.parts(),
            now,
            self.fresh_id,
            self.calendar.worked,
        )

    def _store(self, conversation: StoredConversation, edit: Edit) -> None:
        edit.record["updated_at"] = edit.now
        statistics.count_parts(edit.record, len(edit.parts))
        self._replace(conversation, edit.record, edit.parts)
        self.tell(edit.changes())

    def _replace(
        self, conversation: StoredConversation, record: Record, parts: Parts | None = None
    ) -> None:
        place = self._place(conversation)
        conversation.replace(record, parts)
        del self._ordered[place]
        insort(self._ordered, conversation, key=_key)
        self._set_snooze_timer(conversation.id, record)
        self.revision += 1

    def _set_snooze_timer(self, id: str, record: Record) -> None:
        until = record["snoozed_until"] if record["state"] == "snoozed" else None
        if isinstance(until, int) and until > self.now:
            heappush(self._snooze_timers, (until, id))

    def _place(self, conversation: StoredConversation) -> int:
        return bisect_left(self._ordered, conversation.key, key=_key)


def after(conversations: list[StoredConversation], key: Key) -> int:
    """Find the place of the first conversation that comes strictly after a key."""
    updated_at, id_ = key
    return bisect_left(conversations, (updated_at, id_ + 1), key=_key)
