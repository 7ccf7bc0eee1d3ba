"""Repeatable chance: the same words always throw the same dice."""

import random


class Dice(random.Random):
    """A random generator seeded by a name, with the few throws that seeding needs."""

    def chance(self, share: float) -> bool:
        """Says yes in ``share`` of all throws."""
        return self.random() < share

    def pick(self, weights: dict[str, int]) -> str:
        """Takes one of the keys, as often as its weight says."""
        return self.choices(tuple(weights), tuple(weights.values()))[0]


def throw(*name: object) -> Dice:
    """Makes the dice that belong to a name."""
    return Dice(":".join(map(str, name)))
