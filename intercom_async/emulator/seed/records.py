"""Writes conversations and their parts out, with the shapes that were seen live."""

from typing import Any, Final

from intercom_async.emulator.seed.details import (
    make_ai_agent,
    make_attributes,
    make_linked_objects,
    make_rating,
    make_sla,
)
from intercom_async.emulator.seed.people import People
from intercom_async.emulator.seed.rng import Rng, make_rng
from intercom_async.emulator.seed.statistics import make_statistics, waiting_since
from intercom_async.emulator.seed.texts import TITLES, make_attachments, make_body, make_url
from intercom_async.emulator.seed.timeline import CONTACT_TYPES, Event, Person, Timeline

_SOURCE_TYPES: Final = {
    "conversation": 60,
    "email": 20,
    "whatsapp": 5,
    "sms": 3,
    "facebook": 3,
    "instagram": 3,
    "twitter": 2,
    "push": 2,
    "phone_call": 1,
    "phone_switch": 1,
}


def make_record(timeline: Timeline, people: People) -> dict[str, Any]:
    """Write the record of a conversation, the same each time it is called."""
    skeleton = timeline.skeleton
    rng = make_rng(people.seed, skeleton.id, "record")
    statistics = make_statistics(timeline, people.calendar)
    ai_agent = make_ai_agent(rng, timeline)
    return {
        "type": "conversation",
        "id": skeleton.id,
        "created_at": skeleton.created_at,
        "updated_at": skeleton.updated_at,
        "waiting_since": waiting_since(timeline),
        "snoozed_until": timeline.snoozed_until,
        "source": _source(rng, timeline),
        "contacts": {
            "type": "contact.list",
            "contacts": [
                {"type": "contact", "id": each["id"], "external_id": each["external_id"]}
                for each in timeline.contacts
            ],
        },
        "first_contact_reply": _first_contact_reply(rng, statistics),
        "admin_assignee_id": _assignee(rng, timeline, {"admin", "nobody_admin"}),
        "team_assignee_id": _assignee(rng, timeline, {"team"}),
        "open": timeline.state != "closed",
        "state": timeline.state,
        "read": rng.chance(0.7),
        "tags": _tags(rng, timeline, people),
        "priority": "priority" if rng.chance(0.12) else "not_priority",
        "sla_applied": make_sla(rng, timeline, statistics),
        "statistics": None if rng.chance(0.02) else statistics,
        "conversation_rating": make_rating(rng, timeline),
        "teammates": _teammates(rng, timeline),
        "title": rng.choice(TITLES) if rng.chance(0.4) else None,
        "custom_attributes": make_attributes(rng, skeleton.created_at),
        "topics": {},
        "ticket": None,
        "linked_objects": make_linked_objects(rng),
        "ai_agent": ai_agent,
        "ai_agent_participated": ai_agent is not None,
    }


def person(of: Person) -> Person:
    """Pick what an author shows of a person."""
    return {name: of[name] for name in ("type", "id", "name", "email")}


def _source(rng: Rng, timeline: Timeline) -> dict[str, Any]:
    type_ = rng.pick(_SOURCE_TYPES)
    on_a_page = type_ == "conversation" and timeline.author["type"] in CONTACT_TYPES
    return {
        "type": type_,
        "id": str(int(timeline.skeleton.id) * 3 + 1),
        "delivered_as": timeline.delivered_as,
        "subject": rng.choice(TITLES) if type_ == "email" else "",
        "body": None if type_ == "phone_call" else make_body(rng),
        "author": person(timeline.author),
        "attachments": make_attachments(rng),
        "url": make_url(rng) if on_a_page else None,
        "redacted": False,
    }


def _first_contact_reply(rng: Rng, statistics: dict[str, Any]) -> dict[str, Any] | None:
    created_at = statistics["first_contact_reply_at"]
    if created_at is None:
        return None
    url = make_url(rng) if rng.chance(0.5) else None
    return {"created_at": created_at, "type": "conversation", "url": url}


def _assignee(rng: Rng, timeline: Timeline, types: set[str]) -> str | int | None:
    """Find who was assigned last, in one of the shapes in which assignees appear."""
    assigned = (event.assigned_to for event in reversed(timeline.events))
    last = next((to for to in assigned if to and to["type"] in types), None)
    if last is None or last["id"] is None:
        return 0 if rng.chance(0.4) else None
    id_: str = last["id"]
    return int(id_) if rng.chance(0.65) else id_


def _tags(rng: Rng, timeline: Timeline, people: People) -> dict[str, Any]:
    tags = rng.sample(people.tags, rng.choice((0, 0, 0, 1, 1, 2, 4)))
    admin = {"type": "admin", "id": _numeric(rng, timeline.admins[0]["id"])}
    applied = {"applied_at": timeline.ended_at, "applied_by": admin}
    listed = [tag | {"id": _numeric(rng, tag["id"])} | applied for tag in tags]
    return {"type": "tag.list", "tags": listed}


def _numeric(rng: Rng, id_: str) -> str | int:
    """Make one id in ten a number."""
    return int(id_) if rng.chance(0.1) else id_


def _teammates(rng: Rng, timeline: Timeline) -> dict[str, Any] | None:
    acting = {e.author["id"] for e in timeline.events if e.author["type"] == "admin"}
    if timeline.author["type"] == "admin":
        acting.add(timeline.author["id"])
    listed = [
        {"type": "admin", "id": _numeric(rng, admin["id"])}
        for admin in timeline.admins
        if admin["id"] in acting
    ]
    if not listed and rng.chance(0.6):
        return None
    key = "admins" if rng.chance(0.05) else "teammates"
    return {"type": "admin.list", key: listed}


_IDS_APART: Final = 2_000  # more than a conversation has parts, so ids are unique


def make_parts(timeline: Timeline, seed: int) -> list[dict[str, Any]]:
    """Write all parts of a conversation, oldest first, the same each time it is called."""
    rng = make_rng(seed, timeline.skeleton.id, "parts")
    first = int(timeline.skeleton.id) * _IDS_APART
    return [_part(rng, event, first + place) for place, event in enumerate(timeline.events)]


def _part(rng: Rng, event: Event, id_: int) -> dict[str, Any]:
    return {
        "type": "conversation_part",
        "id": id_ if rng.chance(0.03) else str(id_),
        "part_type": event.part_type,
        "body": make_body(rng) if event.worded else None,
        "created_at": event.at,
        "updated_at": event.at,
        "notified_at": event.at,
        "assigned_to": event.assigned_to,
        "author": _author(rng, event),
        "attachments": make_attachments(rng) if event.worded else [],
        "external_id": f"ext-{id_ % 97}" if rng.chance(0.02) else None,
        "redacted": False,
    }


def _author(rng: Rng, event: Event) -> dict[str, Any]:
    author = person(event.author)
    return author | {"email": None} if rng.chance(0.04) else author


def ids_as_text(made: Any) -> Any:
    """Turn the ids that are numbers into text, but what the workspace's own attributes hold."""
    if isinstance(made, list):
        return [ids_as_text(item) for item in made]
    if not isinstance(made, dict):
        return made
    return {
        key: held
        if key == "custom_attributes"
        else str(held)
        if type(held) is int and (key == "id" or key.endswith("_id"))
        else ids_as_text(held)
        for key, held in made.items()
    }
