"""When conversations were created and updated, and how long they are, before anything else."""

from dataclasses import dataclass
from typing import Final

from intercom_async.emulator.seed.dice import Dice, throw

DAY: Final = 86_400
SPAN: Final = 730 * DAY
# One second on which a script touched many conversations at once.
BULK_EDIT_AGE: Final = 30 * DAY + 4_321

_FIRST_ID: Final = 215_000_000
_LONG_FROM: Final = 300  # as many conversations earn one that is longer than an answer shows
_LONGEST_USUAL: Final = 480


@dataclass(frozen=True, slots=True)
class Outline:
    """What is known of a conversation before it is written out.

    Attributes:
        id: The conversation's id.
        created_at: In unix seconds.
        ended_at: The second of the last part; ``created_at`` if there is none.
        updated_at: In unix seconds, never before ``ended_at``.
        part_count: How many parts it has.
    """

    id: str
    created_at: int
    ended_at: int
    updated_at: int
    part_count: int


def make_outlines(count: int, seed: int, start: int) -> list[Outline]:
    """Makes the outlines of a workspace.

    Args:
        count: How many conversations.
        seed: The seed of the workspace.
        start: The moment, in unix seconds, up to which the workspace has lived.

    Returns:
        The outlines by creation, oldest first, with increasing ids.
    """
    dice = throw(seed, "outlines", count)
    long_ones = set(dice.sample(range(count), count // _LONG_FROM))
    outlines: list[Outline] = []
    id_ = _FIRST_ID
    for place, created_at in enumerate(_creations(dice, count, start)):
        id_ += dice.randrange(1, 97)
        parts = dice.randrange(501, 1_001) if place in long_ones else _part_count(dice)
        ended_at = min(created_at + _length(dice, parts), start) if parts else created_at
        updated_at = _updated_at(dice, ended_at, start)
        outlines.append(Outline(str(id_), created_at, ended_at, updated_at, parts))
    return outlines


def _creations(dice: Dice, count: int, start: int) -> list[int]:
    """Draws seconds; a hundredth shares one of them, and small groups share others."""
    seconds = [start - dice.randrange(SPAN)] * max(count // 100, 1) if count else []
    while len(seconds) < count:
        group = dice.randrange(2, 6) if dice.chance(0.03) else 1
        seconds += [start - dice.randrange(SPAN)] * min(group, count - len(seconds))
    return sorted(seconds)


def _part_count(dice: Dice) -> int:
    return min(int(dice.paretovariate(1.05)) - dice.chance(0.45), _LONGEST_USUAL)


def _length(dice: Dice, parts: int) -> int:
    return parts * int(dice.lognormvariate(7.5, 1.6)) + dice.randrange(1, 900)


def _updated_at(dice: Dice, ended_at: int, start: int) -> int:
    bulk_edit = start - BULK_EDIT_AGE
    if ended_at <= bulk_edit and dice.chance(0.03):
        return bulk_edit
    if dice.chance(0.15):  # tagged, rated or read some time after the last part
        return min(ended_at + dice.randrange(5 * DAY), start)
    return ended_at
