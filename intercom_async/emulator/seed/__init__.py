"""Seeded data: the same arguments always make the same workspace.

A conversation is made in steps, each from the one before, and nothing is kept that can be made
again: its outline (when, how long), its plot (who did what), then its record and its parts.
"""

from typing import Any

from intercom_async.emulator.seed.cast import Cast, make_cast
from intercom_async.emulator.seed.outlines import Outline, make_outlines
from intercom_async.emulator.seed.parts import make_parts
from intercom_async.emulator.seed.plots import make_plot
from intercom_async.emulator.seed.records import make_record

__all__ = ["Cast", "Outline", "Seed"]


class Seed:
    """Makes the conversations of a workspace on demand.

    Args:
        conversations: How many conversations.
        seed: Another number makes another workspace.
        start: The moment, in unix seconds, up to which the workspace has lived.

    Attributes:
        cast: Who and what appears in the conversations.
        outlines: The conversations in outline, oldest first.
    """

    def __init__(self, conversations: int, seed: int, start: int) -> None:
        self._seed = seed
        self.cast: Cast = make_cast(conversations, seed, start)
        self.outlines: list[Outline] = make_outlines(conversations, seed, start)

    def record(self, outline: Outline) -> dict[str, Any]:
        """Makes the record of a conversation as a list answers it."""
        return make_record(make_plot(outline, self.cast, self._seed), self.cast, self._seed)

    def parts(self, outline: Outline) -> list[dict[str, Any]]:
        """Makes all parts of a conversation, oldest first."""
        return make_parts(make_plot(outline, self.cast, self._seed), self._seed)
