"""Who did what when in a conversation: everything but the words."""

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from itertools import takewhile
from math import log
from typing import Any, Final, NamedTuple, TypeAlias

from intercom_async.emulator.seed.calendar import DAY, HOUR
from intercom_async.emulator.seed.people import People
from intercom_async.emulator.seed.rng import Rng, make_rng
from intercom_async.emulator.seed.skeletons import Skeleton

Person: TypeAlias = dict[str, Any]

CONTACT_TYPES: Final = frozenset({"user", "lead"})
RESOLVED: Final = frozenset({"assumed_resolution", "confirmed_resolution"})

_STATES: Final = {"close": "closed", "snoozed": "snoozed", "open": "open", "timer_unsnooze": "open"}
_DELIVERED: Final = {
    "customer_initiated": 76,
    "admin_initiated": 12,
    "operator_initiated": 5,
    "automated": 5,
    "campaigns_initiated": 2,
}
_RESOLUTIONS: Final = {
    "assumed_resolution": 32,
    "confirmed_resolution": 18,
    "routed_to_team": 40,
    "abandoned": 10,
}
_ENDINGS: Final = {"closed": 56, "thanked": 20, "silent": 17, "left_open": 6, "snoozed": 2}
_ASSIGNEES: Final = {"admin": 12, "team": 4, "nobody_admin": 2, "bot": 1}
_MINUTE: Final = 60
_PATIENCE: Final = 3 * DAY  # after which a bot closes
_DAWN: Final = 7 * HOUR
_SATURDAY: Final = 5
_LIVELY_FROM: Final = 40  # so many answers are given one after the other


class Event(NamedTuple):
    """One part, without its words."""

    at: int
    part_type: str
    author: Person
    assigned_to: Person | None = None
    worded: bool = False


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
    snoozed_until: int | None
    resolution: str | None  # what became of Fin's answers
    asked_fin: bool

    @property
    def ended_at(self) -> int:
        """The second of the last part, or that of the source."""
        return self.events[-1].at if self.events else self.skeleton.created_at


def make_timeline(skeleton: Skeleton, people: People) -> Timeline:
    """Make the timeline of a conversation, the same each time it is called."""
    story = _Story(skeleton, people)
    events = list(takewhile(lambda event: event.at <= people.now, story.tell()))
    changes = (_STATES[e.part_type] for e in reversed(events) if e.part_type in _STATES)
    state = next(changes, "open")
    settled = state == "closed" or story.resolution not in RESOLVED
    return Timeline(
        skeleton,
        story.delivered_as,
        story.author,
        story.contacts,
        story.admins,
        events,
        state,
        story.wakes_at if state == "snoozed" else None,
        story.resolution if settled else None,
        story.asks_fin,
    )


class _Story:
    """Tells what happens in a conversation, as if time never ended."""

    def __init__(self, skeleton: Skeleton, people: People) -> None:
        self._rng: Rng = make_rng(people.seed, skeleton.id, "plot")
        rng = self._rng
        self._people = people
        self._calendar = people.calendar
        self._rounds = skeleton.rounds
        self._pace = 0.1 if skeleton.rounds > _LIVELY_FROM else 1.0
        self._at = skeleton.created_at
        self._asleep = False
        self._team = rng.randrange(len(people.teams))
        members = people.members[self._team]
        self.admins: list[Person] = rng.sample(members, min(len(members), rng.choice((1, 1, 2, 3))))
        self._owner = self.admins[0]
        self.contacts: list[Person] = [rng.choice(people.contacts)]
        if rng.chance(0.08):
            second = rng.choice(people.contacts)
            self.contacts += [second] if second is not self.contacts[0] else []
        self.delivered_as: str = (
            "campaigns_initiated" if skeleton.campaign else rng.pick(_DELIVERED)
        )
        self.author: Person = self._initiator()
        self.asks_fin: bool = rng.chance(0.25)
        self.resolution: str | None = None
        self.wakes_at: int = 0

    def tell(self) -> Iterator[Event]:
        """Tell it to its end, in the order of time."""
        if self.author["type"] not in CONTACT_TYPES:
            self.asks_fin = False
            if not self._rng.chance(0.5):
                yield from self._hear_nothing()
                return
            self._pass(6 * HOUR)
            yield self._message()
        if self.asks_fin and (yield from self._ask_fin()):
            return
        yield from self._route()
        yield from self._talk(self._rounds)
        while (yield from self._end()) and self._rng.chance(0.1):
            yield from self._reopen()
            yield from self._talk(1)

    def _initiator(self) -> Person:
        if self.delivered_as == "customer_initiated":
            return self.contacts[0]
        return self._people.bot if self.delivered_as == "operator_initiated" else self._owner

    def _hear_nothing(self) -> Iterator[Event]:
        if self._rng.chance(0.9):
            yield self._then(2 * _PATIENCE, "close", self._people.bot)

    def _ask_fin(self) -> Generator[Event, None, bool]:
        """Tell what Fin says; returns whether no teammate is needed."""
        rng, fin = self._rng, self._people.fin
        self.resolution = rng.pick(_RESOLUTIONS)
        yield self._then(rng.randrange(4, 30), "comment", fin, worded=True)
        if rng.chance(0.5):
            self._pass(2 * _MINUTE)
            yield self._message()
            yield self._then(rng.randrange(4, 30), "comment", fin, worded=True)
        if self.resolution == "confirmed_resolution":
            self._pass(5 * _MINUTE)
            yield self._message()
        if self.resolution != "routed_to_team":
            patience = {"confirmed_resolution": 2, "abandoned": _PATIENCE}
            yield self._then(patience.get(self.resolution, DAY), "close", fin)
        return self.resolution != "routed_to_team"

    def _route(self) -> Iterator[Event]:
        """Find a team and a teammate."""
        rng, bot = self._rng, self._people.bot
        if rng.chance(0.25):
            yield self._then(2, "comment", bot, worded=True)
        if self.resolution or rng.chance(0.75):
            yield self._then(rng.randrange(5), "assignment", bot, self._people.teams[self._team])
        if rng.chance(0.4):
            yield self._then(rng.randrange(2), "assignment", bot, self._owner)
        elif rng.chance(0.6):
            self._work(10 * _MINUTE)
            yield self._then(0, "assignment", self._owner, self._owner)

    def _talk(self, rounds: int) -> Iterator[Event]:
        """Answer what the contact wrote, and what the contact writes then."""
        rng = self._rng
        for number in range(rounds):
            if number:
                yield from self._follow_up()
            if rng.chance(0.12):
                self._work(10 * _MINUTE)
                yield self._then(0, "note", rng.choice(self.admins), worded=True)
            if rng.chance(0.05):
                yield self._reassign()
            self._work(25 * _MINUTE)
            yield self._then(0, "comment", self._owner, worded=True)
            if rng.chance(0.1):
                self._work(3 * _MINUTE)
                yield self._then(0, "comment", self._owner, worded=True)
            if rng.chance(0.04):
                yield self._snooze(self._calendar.after(self._at + rng.randrange(1, 6) * DAY, 0))

    def _follow_up(self) -> Iterator[Event]:
        if self._asleep and self._rng.chance(0.7):
            self._at = self.wakes_at
        self._pass(20 * _MINUTE)
        if self._asleep and self._at >= self.wakes_at:
            self._asleep = False
            yield Event(self.wakes_at, "timer_unsnooze", self._people.bot)
        yield self._message("open" if self._asleep else "comment")

    def _end(self) -> Generator[Event, None, bool]:
        """Close it, or do not; returns whether it was closed."""
        rng, closer = self._rng, self._owner
        ending = rng.pick(_ENDINGS)
        if ending == "left_open":
            if rng.chance(0.8):  # nobody saw that there was one question more
                yield from self._follow_up()
            return False
        if ending == "snoozed":
            yield self._snooze(max(self._at, self._people.now) + rng.randrange(HOUR, 60 * DAY))
            return False
        if ending == "thanked":
            yield from self._follow_up()
            self._work(10 * _MINUTE)
        elif ending == "silent":
            self._at, closer = self._at + _PATIENCE, self._people.bot
        elif self._pace == 1:
            self._at += rng.randrange(2 * _MINUTE)
        worded = closer["type"] == "admin" and rng.chance(0.1)
        yield self._then(0, "close", closer, worded=worded)
        self._asleep = False
        if rng.chance(0.04):
            self._work(HOUR)
            yield self._then(0, "note", self._owner, worded=True)
        return True

    def _reopen(self) -> Iterator[Event]:
        if self._rng.chance(0.8):
            self._pass(DAY)
            yield self._message("open")
        else:
            self._work(8 * HOUR)
            yield self._then(0, "open", self._owner)

    def _reassign(self) -> Event:
        rng, people, author = self._rng, self._people, self._owner
        kind = rng.pick(_ASSIGNEES)
        self._work(5 * _MINUTE)
        if kind in {"admin", "team"}:
            self._team = rng.randrange(len(people.teams)) if kind == "team" else self._team
            self._owner = rng.choice(people.members[self._team])
            self.admins += [self._owner] if self._owner not in self.admins else []
        to = {
            "admin": self._owner,
            "team": people.teams[self._team],
            "nobody_admin": {"type": "nobody_admin", "id": None},
            "bot": people.bot,
        }[kind]
        return self._then(0, "assignment", author, to, worded=rng.chance(0.1))

    def _snooze(self, until: int) -> Event:
        self._asleep, self.wakes_at = True, until
        return self._then(0, "snoozed", self._owner)

    def _message(self, part_type: str = "comment") -> Event:
        self._asleep = False
        return self._then(0, part_type, self._rng.choice(self.contacts), worded=True)

    def _then(
        self,
        later: int,
        part_type: str,
        author: Person,
        to: Person | None = None,
        *,
        worded: bool = False,
    ) -> Event:
        self._at += later
        assigned_to = to and {"type": to["type"], "id": to["id"]}
        return Event(self._at, part_type, author, assigned_to, worded)

    def _work(self, median: int) -> None:
        """Let a teammate take some time; most teams have it in office hours alone."""
        seconds = self._drawn(median, 1.2)
        if self._team == self._people.night_team:
            self._at += seconds
        else:
            self._at = self._calendar.after(self._at, seconds)

    def _pass(self, median: int) -> None:
        """Let a contact take some time; few write in their sleep, or at weekends."""
        self._at += self._drawn(median, 1.6)
        weekday, second = self._calendar.wall(self._at)
        if second < _DAWN and self._rng.chance(0.9):
            self._at += _DAWN - second + self._rng.randrange(3 * HOUR)
        if weekday >= _SATURDAY and self._rng.chance(0.6):
            self._at += (7 - weekday) * DAY

    def _drawn(self, median: int, spread: float) -> int:
        return int(self._rng.lognormvariate(log(median * self._pace), spread))
