"""Repeatable chance: the same name always gives the same numbers."""

import random


class Rng(random.Random):
    """A random generator seeded by a name, with the few draws that seeding needs."""

    def chance(self, share: float) -> bool:
        """Say yes in ``share`` of all draws."""
        return self.random() < share

    def pick(self, weights: dict[str, int]) -> str:
        """Take one of the keys, as often as its weight says."""
        return self.choices(tuple(weights), tuple(weights.values()))[0]


def make_rng(*name: object) -> Rng:
    """Make the generator of a name; another name makes other data."""
    return Rng(":".join(map(str, name)))
