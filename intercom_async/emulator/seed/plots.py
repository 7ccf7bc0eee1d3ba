"""Who did what when in a conversation: everything but the words."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final, TypeAlias

from intercom_async.emulator.seed.cast import Cast
from intercom_async.emulator.seed.dice import Dice, throw
from intercom_async.emulator.seed.outlines import Outline

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
    """One part, without its words.

    Attributes:
        at: When, in unix seconds.
        part_type: The kind of part.
        author: Who did it.
        assigned_to: Who it was assigned to, if it was.
    """

    at: int
    part_type: str
    author: Person
    assigned_to: Person | None


@dataclass(frozen=True, slots=True)
class Plot:
    """A conversation without its words.

    Attributes:
        outline: Its outline.
        delivered_as: How it was initiated.
        author: Who wrote its source.
        contacts: The contacts in it.
        admins: The teammates who may act in it.
        events: Its parts in order.
        state: The state it ends in.
    """

    outline: Outline
    delivered_as: str
    author: Person
    contacts: list[Person]
    admins: list[Person]
    events: list[Event]
    state: str


def make_plot(outline: Outline, cast: Cast, seed: int) -> Plot:
    """Makes the plot of a conversation, the same each time it is called."""
    dice = throw(seed, outline.id, "plot")
    contacts = [dice.choice(cast.contacts)]
    if dice.chance(0.08):
        second = dice.choice(cast.contacts)
        contacts += [second] if second is not contacts[0] else []
    admins = dice.sample(cast.admins, dice.choice((1, 1, 2, 3)))
    delivered_as = dice.pick(_DELIVERED)
    events: list[Event] = []
    state = "open"
    actors = {"contact": contacts, "admin": admins, "bot": [cast.bot]}
    times = _times(dice, outline)
    for place, at in enumerate(times, start=1):
        kind = dice.pick((_LAST if place == len(times) else _NEXT)[state])
        author = dice.choice(actors[dice.pick(_ACTORS[kind])])
        assignee = _assignee(dice, cast, admins) if kind == "assignment" else None
        events.append(Event(at, kind, author, assignee))
        state = _STATES.get(kind, state)
    author = _initiator(delivered_as, contacts[0], admins[0], cast.bot)
    return Plot(outline, delivered_as, author, contacts, admins, events, state)


def _times(dice: Dice, outline: Outline) -> list[int]:
    """Draws the seconds of the parts, the last of them where the outline ends."""
    if not outline.part_count:
        return []
    span = outline.ended_at - outline.created_at + 1
    draws = (int(dice.random() * span) for _ in range(outline.part_count - 1))
    return [*sorted(outline.created_at + draw for draw in draws), outline.ended_at]


def _assignee(dice: Dice, cast: Cast, admins: list[Person]) -> Person:
    kind = dice.pick({"admin": 10, "team": 6, "nobody_admin": 2, "bot": 1})
    if kind == "nobody_admin":
        return {"type": "nobody_admin", "id": None}
    candidates = {"admin": admins, "team": cast.teams, "bot": [cast.bot]}[kind]
    return {"type": kind, "id": dice.choice(candidates)["id"]}


def _initiator(delivered_as: str, contact: Person, admin: Person, bot: Person) -> Person:
    if delivered_as == "customer_initiated":
        return contact
    return bot if delivered_as == "operator_initiated" else admin


def reply_times(plot: Plot) -> list[int]:
    """Lists how long each admin reply after a contact's words took, in seconds."""
    turns = [(plot.outline.created_at, plot.author["type"])]
    turns += [(e.at, e.author["type"]) for e in plot.events if e.part_type == "comment"]
    return [
        later[0] - earlier[0]
        for earlier, later in pairwise(turns)
        if later[1] == "admin" and earlier[1] in CONTACT_TYPES
    ]
