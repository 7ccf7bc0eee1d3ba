"""Writes the parts of a conversation out."""

from typing import Any, Final

from intercom_async.emulator.seed.media import make_attachments
from intercom_async.emulator.seed.records import person
from intercom_async.emulator.seed.rng import Rng, make_rng
from intercom_async.emulator.seed.texts import make_body
from intercom_async.emulator.seed.timeline import Event, Timeline

_WITH_WORDS: Final = frozenset({"comment", "note"})
_IDS_APART: Final = 2_000  # more than a conversation has parts, so ids are unique


def make_parts(timeline: Timeline, seed: int) -> list[dict[str, Any]]:
    """Write all parts of a conversation, oldest first, the same each time it is called."""
    rng = make_rng(seed, timeline.skeleton.id, "parts")
    first = int(timeline.skeleton.id) * _IDS_APART
    return [_part(rng, event, first + place) for place, event in enumerate(timeline.events)]


def _part(rng: Rng, event: Event, id_: int) -> dict[str, Any]:
    worded = event.part_type in _WITH_WORDS or rng.chance(0.1)
    return {
        "type": "conversation_part",
        "id": id_ if rng.chance(0.03) else str(id_),
        "part_type": event.part_type,
        "body": make_body(rng) if worded else None,
        "created_at": event.at,
        "updated_at": event.at,
        "notified_at": event.at,
        "assigned_to": event.assigned_to,
        "author": _author(rng, event),
        "attachments": make_attachments(rng) if worded else [],
        "external_id": f"ext-{id_ % 97}" if rng.chance(0.02) else None,
        "redacted": False,
    }


def _author(rng: Rng, event: Event) -> dict[str, Any]:
    author = person(event.author)
    return author | {"email": None} if rng.chance(0.04) else author
