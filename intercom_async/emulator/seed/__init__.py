"""Seeded data: the same arguments always make the same workspace.

A conversation is made in steps, each from the one before, and nothing is kept that can be made
again: its skeleton (when), its timeline (who did what), then its record and its parts.
"""

from collections.abc import Callable
from typing import Any, Final

from intercom_async.emulator.seed.people import People, make_people
from intercom_async.emulator.seed.records import ids_as_text, make_parts, make_record
from intercom_async.emulator.seed.skeletons import Skeleton, make_skeletons, update
from intercom_async.emulator.seed.timeline import Timeline, make_timeline

__all__ = ["DEFAULT_ZONE", "People", "Seed", "Skeleton"]

DEFAULT_ZONE: Final = "Europe/Dublin"


class Seed:
    """Makes the conversations of a workspace on demand.

    Args:
        conversations: How many there are.
        seed: Another number makes another workspace.
        now: The moment, in unix seconds, up to which the workspace has lived.
        zone: Its time zone, by whose clock people write and teammates work.
        numeric_ids: Whether some ids are numbers, as the API sends them.

    Raises:
        ValueError: If there is no such zone.
    """

    def __init__(
        self,
        conversations: int,
        seed: int,
        now: int,
        zone: str = DEFAULT_ZONE,
        *,
        numeric_ids: bool = True,
    ) -> None:
        self._shown: Callable[[Any], Any] = (lambda made: made) if numeric_ids else ids_as_text
        self.people: People = make_people(conversations, seed, now, zone)
        self.skeletons: list[Skeleton] = [
            update(skeleton, self.timeline(skeleton).ended_at, self.people)
            for skeleton in make_skeletons(conversations, self.people)
        ]

    def timeline(self, skeleton: Skeleton) -> Timeline:
        """Make who did what when in a conversation."""
        return make_timeline(skeleton, self.people)

    def record(self, skeleton: Skeleton) -> dict[str, Any]:
        """Make the record of a conversation as a list answers it."""
        made: dict[str, Any] = self._shown(make_record(self.timeline(skeleton), self.people))
        return made

    def parts(self, skeleton: Skeleton) -> list[dict[str, Any]]:
        """Make all parts of a conversation, oldest first."""
        made: list[dict[str, Any]] = self._shown(
            make_parts(self.timeline(skeleton), self.people.seed)
        )
        return made
