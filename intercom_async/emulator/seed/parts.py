"""Writes the parts of a conversation out."""

from typing import Any, Final

from intercom_async.emulator.seed.dice import Dice, throw
from intercom_async.emulator.seed.media import make_attachments
from intercom_async.emulator.seed.plots import Event, Plot
from intercom_async.emulator.seed.records import person
from intercom_async.emulator.seed.texts import make_body

_WITH_WORDS: Final = frozenset({"comment", "note"})
_IDS_APART: Final = 2_000  # more than a conversation has parts, so ids are unique


def make_parts(plot: Plot, seed: int) -> list[dict[str, Any]]:
    """Writes all parts of a conversation, oldest first, the same each time it is called."""
    dice = throw(seed, plot.outline.id, "parts")
    first = int(plot.outline.id) * _IDS_APART
    return [_part(dice, event, first + place) for place, event in enumerate(plot.events)]


def _part(dice: Dice, event: Event, id_: int) -> dict[str, Any]:
    worded = event.part_type in _WITH_WORDS or dice.chance(0.1)
    return {
        "type": "conversation_part",
        "id": id_ if dice.chance(0.03) else str(id_),
        "part_type": event.part_type,
        "body": make_body(dice) if worded else None,
        "created_at": event.at,
        "updated_at": event.at,
        "notified_at": event.at,
        "assigned_to": event.assigned_to,
        "author": _author(dice, event),
        "attachments": make_attachments(dice) if worded else [],
        "external_id": f"ext-{id_ % 97}" if dice.chance(0.02) else None,
        "redacted": False,
    }


def _author(dice: Dice, event: Event) -> dict[str, Any]:
    author = person(event.author)
    return author | {"email": None} if dice.chance(0.04) else author
