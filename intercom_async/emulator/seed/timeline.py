"""Who did what when in a conversation: everything but the words."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final, TypeAlias

from intercom_async.emulator.seed.people import People
from intercom_async.emulator.seed.rng import Rng, make_rng
from intercom_async.emulator.seed.skeletons import Skeleton

Person: TypeAlias = dict[str, Any]

CONTACT_TYPES: Final = frozenset({"user", "lead"})

# What may happen next, by the state of the conversation; the second table is for the last part.
_NEXT: Final = {
    "open": {"comment": 72, "note": 11, "assignment": 10, "close": 5, "snoozed": 2},
    "closed": {"open": 4, "note": 1},
    "snoozed": {"open": 3, "note": 2},
}
_LAST: Final = {
    "open": {"comment": 26, "note": 5, "assignment": 6, "close": 52, "snoozed": 11},
    "closed": {"note": 3, "open": 2},
    "snoozed": {"note": 3, "open": 1},
}
_STATES: Final = {"close": "closed", "snoozed": "snoozed", "open": "open"}
_DELIVERED: Final = {
    "customer_initiated": 66,
    "admin_initiated": 14,
    "operator_initiated": 8,
    "automated": 8,
    "campaigns_initiated": 4,
}
# Who the author of a part may be, by the kind of part.
_ACTORS: Final = {
    "comment": {"contact": 9, "admin": 9, "bot": 2},
    "note": {"admin": 1},
    "assignment": {"admin": 3, "bot": 1},
    "close": {"admin": 4, "bot": 1},
    "open": {"contact": 2, "admin": 1},
    "snoozed": {"admin": 1},
}


@dataclass(frozen=True, slots=True)
class Event:
    """One part, without its words."""

    at: int
    part_type: str
    author: Person
    assigned_to: Person | None


@dataclass(frozen=True, slots=True)
class Timeline:
    """A conversation without its words."""

    skeleton: Skeleton
    delivered_as: str
    author: Person  # who wrote its source
    contacts: list[Person]
    admins: list[Person]  # the teammates who may act in it
    events: list[Event]  # its parts in order
    state: str  # the state it ends in


def make_timeline(skeleton: Skeleton, people: People, seed: int) -> Timeline:
    """Make the timeline of a conversation, the same each time it is called."""
    rng = make_rng(seed, skeleton.id, "plot")
    contacts = [rng.choice(people.contacts)]
    if rng.chance(0.08):
        second = rng.choice(people.contacts)
        contacts += [second] if second is not contacts[0] else []
    admins = rng.sample(people.admins, rng.choice((1, 1, 2, 3)))
    delivered_as = rng.pick(_DELIVERED)
    events: list[Event] = []
    state = "open"
    actors = {"contact": contacts, "admin": admins, "bot": [people.bot]}
    times = _times(rng, skeleton)
    for place, at in enumerate(times, start=1):
        kind = rng.pick((_LAST if place == len(times) else _NEXT)[state])
        author = rng.choice(actors[rng.pick(_ACTORS[kind])])
        assignee = _assignee(rng, people, admins) if kind == "assignment" else None
        events.append(Event(at, kind, author, assignee))
        state = _STATES.get(kind, state)
    author = _initiator(delivered_as, contacts[0], admins[0], people.bot)
    return Timeline(skeleton, delivered_as, author, contacts, admins, events, state)


def _times(rng: Rng, skeleton: Skeleton) -> list[int]:
    """Draw the seconds of the parts, the last of them where the skeleton ends."""
    if not skeleton.part_count:
        return []
    span = skeleton.ended_at - skeleton.created_at + 1
    draws = (int(rng.random() * span) for _ in range(skeleton.part_count - 1))
    return [*sorted(skeleton.created_at + draw for draw in draws), skeleton.ended_at]


def _assignee(rng: Rng, people: People, admins: list[Person]) -> Person:
    kind = rng.pick({"admin": 10, "team": 6, "nobody_admin": 2, "bot": 1})
    if kind == "nobody_admin":
        return {"type": "nobody_admin", "id": None}
    candidates = {"admin": admins, "team": people.teams, "bot": [people.bot]}[kind]
    return {"type": kind, "id": rng.choice(candidates)["id"]}


def _initiator(delivered_as: str, contact: Person, admin: Person, bot: Person) -> Person:
    if delivered_as == "customer_initiated":
        return contact
    return bot if delivered_as == "operator_initiated" else admin


def reply_times(timeline: Timeline) -> list[int]:
    """List how long each admin reply after a contact's words took, in seconds."""
    turns = [(timeline.skeleton.created_at, timeline.author["type"])]
    turns += [(e.at, e.author["type"]) for e in timeline.events if e.part_type == "comment"]
    return [
        later[0] - earlier[0]
        for earlier, later in pairwise(turns)
        if later[1] == "admin" and earlier[1] in CONTACT_TYPES
    ]
