"""Seeded data: the same arguments always make the same workspace.

A conversation is made in steps, each from the one before, and nothing is kept that can be made
again: its skeleton (when, how long), its timeline (who did what), then its record and its parts.
"""

from typing import Any

from intercom_async.emulator.seed.people import People, make_people
from intercom_async.emulator.seed.records import make_parts, make_record
from intercom_async.emulator.seed.skeletons import Skeleton, make_skeletons
from intercom_async.emulator.seed.timeline import make_timeline

__all__ = ["People", "Seed", "Skeleton"]


class Seed:
    """Makes the conversations of a workspace on demand."""

    def __init__(self, conversations: int, seed: int, start: int) -> None:
        self._seed = seed
        self.people: People = make_people(conversations, seed, start)
        self.skeletons: list[Skeleton] = make_skeletons(conversations, seed, start)

    def record(self, skeleton: Skeleton) -> dict[str, Any]:
        """Make the record of a conversation as a list answers it."""
        return make_record(
            make_timeline(skeleton, self.people, self._seed), self.people, self._seed
        )

    def parts(self, skeleton: Skeleton) -> list[dict[str, Any]]:
        """Make all parts of a conversation, oldest first."""
        return make_parts(make_timeline(skeleton, self.people, self._seed), self._seed)
