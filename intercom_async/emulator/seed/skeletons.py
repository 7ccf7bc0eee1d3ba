"""When conversations were created and updated, before anything else: growth, weekdays, hours."""

from typing import Final, NamedTuple

from intercom_async.emulator.seed.calendar import DAY, HOUR
from intercom_async.emulator.seed.people import People
from intercom_async.emulator.seed.rng import Rng, make_rng

SPAN: Final = 730 * DAY
# One second on which a script touched many conversations at once.
BULK_EDIT_AGE: Final = 30 * DAY + 4_321

_FIRST_ID: Final = 215_000_000
_LONG_FROM: Final = 300  # as many conversations earn one that is longer than an answer shows
_LONGEST_USUAL: Final = 150
_GROWTH: Final = 0.8  # the smaller, the more of the conversations are late ones
_WEEKDAYS: Final = (1.0, 0.95, 0.9, 0.9, 0.8, 0.3, 0.25)
_HOURS: Final = (
    *(2, 1, 1, 1, 1, 2, 4, 8, 14, 20, 22, 21),
    *(17, 18, 20, 19, 17, 14, 10, 8, 7, 6, 5, 3),
)
_OF_HOURS: Final = tuple(hour for hour, share in enumerate(_HOURS) for _ in range(share))


class Skeleton(NamedTuple):
    """What is known of a conversation before it is written out."""

    id: str
    created_at: int  # in unix seconds
    rounds: int  # how often teammates answer, if it comes to that
    campaign: bool  # whether it is one of many that were sent at once
    updated_at: int  # in unix seconds, never before its last part


def make_skeletons(count: int, people: People) -> list[Skeleton]:
    """Make the skeletons of a workspace, which are not updated yet."""
    rng = make_rng(people.seed, "outlines", count)
    long_ones = set(rng.sample(range(count * 7 // 10), count // _LONG_FROM))
    skeletons: list[Skeleton] = []
    id_ = _FIRST_ID
    for place, (created_at, campaign) in enumerate(_creations(rng, count, people)):
        id_ += rng.randrange(1, 97)
        rounds = rng.randrange(240, 400) if place in long_ones else _rounds(rng)
        skeletons.append(Skeleton(str(id_), created_at, rounds, campaign, created_at))
    return skeletons


def update(skeleton: Skeleton, ended_at: int, people: People) -> Skeleton:
    """Say when a conversation was updated whose last part is of some second."""
    rng = make_rng(people.seed, skeleton.id, "update")
    return skeleton._replace(updated_at=_updated_at(rng, ended_at, people.now))


def _creations(rng: Rng, count: int, people: People) -> list[tuple[int, bool]]:
    """Draw seconds; a hundredth shares that of a campaign, and small groups share others."""
    last = [(people.now - rng.randrange(HOUR), False)] if count > 1 else []
    campaign = [(_second(rng, people), True)] * max(count // 100, 1)
    drawn = [*last, *campaign][:count]
    while len(drawn) < count:
        group = rng.randrange(2, 6) if rng.chance(0.03) else 1
        drawn += [(_second(rng, people), False)] * min(group, count - len(drawn))
    return sorted(drawn)


def _second(rng: Rng, people: People) -> int:
    """Draw a second: the later, the more there are, and most by day and on weekdays."""
    while True:
        midnight = (people.now - int(SPAN * (1 - rng.random() ** _GROWTH))) // DAY * DAY
        second = rng.choice(_OF_HOURS) * HOUR + rng.randrange(HOUR)
        at = people.calendar.unix(midnight + second)
        weekday, _ = people.calendar.wall(at)
        if people.now - SPAN < at <= people.now and rng.chance(_WEEKDAYS[weekday]):
            return at


def _rounds(rng: Rng) -> int:
    return min(int(rng.paretovariate(1.2)), _LONGEST_USUAL)


def _updated_at(rng: Rng, ended_at: int, now: int) -> int:
    bulk_edit = now - BULK_EDIT_AGE
    if ended_at <= bulk_edit and rng.chance(0.03):
        return bulk_edit
    if rng.chance(0.15):  # tagged, rated or read some time after the last part
        return min(ended_at + rng.randrange(5 * DAY), now)
    return ended_at
