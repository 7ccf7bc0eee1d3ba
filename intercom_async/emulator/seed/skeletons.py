"""When conversations were created and updated, and how long they are, before anything else."""

from dataclasses import dataclass
from typing import Final

from intercom_async.emulator.seed.rng import Rng, make_rng

DAY: Final = 86_400
SPAN: Final = 730 * DAY
# One second on which a script touched many conversations at once.
BULK_EDIT_AGE: Final = 30 * DAY + 4_321

_FIRST_ID: Final = 215_000_000
_LONG_FROM: Final = 300  # as many conversations earn one that is longer than an answer shows
_LONGEST_USUAL: Final = 480


@dataclass(frozen=True, slots=True)
class Skeleton:
    """What is known of a conversation before it is written out."""

    id: str
    created_at: int  # in unix seconds
    ended_at: int  # the second of the last part; ``created_at`` if there is none
    updated_at: int  # in unix seconds, never before ``ended_at``
    part_count: int  # how many parts it has


def make_skeletons(count: int, seed: int, start: int) -> list[Skeleton]:
    """Make the skeletons of a workspace."""
    rng = make_rng(seed, "outlines", count)
    long_ones = set(rng.sample(range(count), count // _LONG_FROM))
    skeletons: list[Skeleton] = []
    id_ = _FIRST_ID
    for place, created_at in enumerate(_creations(rng, count, start)):
        id_ += rng.randrange(1, 97)
        parts = rng.randrange(501, 1_001) if place in long_ones else _part_count(rng)
        ended_at = min(created_at + _length(rng, parts), start) if parts else created_at
        updated_at = _updated_at(rng, ended_at, start)
        skeletons.append(Skeleton(str(id_), created_at, ended_at, updated_at, parts))
    return skeletons


def _creations(rng: Rng, count: int, start: int) -> list[int]:
    """Draw seconds; a hundredth shares one of them, and small groups share others."""
    seconds = [start - rng.randrange(SPAN)] * max(count // 100, 1) if count else []
    while len(seconds) < count:
        group = rng.randrange(2, 6) if rng.chance(0.03) else 1
        seconds += [start - rng.randrange(SPAN)] * min(group, count - len(seconds))
    return sorted(seconds)


def _part_count(rng: Rng) -> int:
    return min(int(rng.paretovariate(1.05)) - rng.chance(0.45), _LONGEST_USUAL)


def _length(rng: Rng, parts: int) -> int:
    return parts * int(rng.lognormvariate(7.5, 1.6)) + rng.randrange(1, 900)


def _updated_at(rng: Rng, ended_at: int, start: int) -> int:
    bulk_edit = start - BULK_EDIT_AGE
    if ended_at <= bulk_edit and rng.chance(0.03):
        return bulk_edit
    if rng.chance(0.15):  # tagged, rated or read some time after the last part
        return min(ended_at + rng.randrange(5 * DAY), start)
    return ended_at
