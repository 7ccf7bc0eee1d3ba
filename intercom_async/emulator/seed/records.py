"""Writes a conversation out the way a list answers it, with the shapes that were seen live."""

from typing import Any, Final

from intercom_async.emulator.seed.cast import Cast
from intercom_async.emulator.seed.details import (
    make_ai_agent,
    make_attributes,
    make_linked_objects,
    make_rating,
    make_sla,
)
from intercom_async.emulator.seed.dice import Dice, throw
from intercom_async.emulator.seed.media import make_attachments
from intercom_async.emulator.seed.outlines import DAY
from intercom_async.emulator.seed.plots import CONTACT_TYPES, Person, Plot
from intercom_async.emulator.seed.statistics import make_statistics
from intercom_async.emulator.seed.texts import make_body, make_title, make_url

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


def make_record(plot: Plot, cast: Cast, seed: int) -> dict[str, Any]:
    """Writes the record of a conversation, the same each time it is called."""
    outline = plot.outline
    dice = throw(seed, outline.id, "record")
    statistics = make_statistics(plot)
    ai_agent = make_ai_agent(dice, plot)
    snoozed_until = outline.updated_at + dice.randrange(60, 30 * DAY)
    return {
        "type": "conversation",
        "id": outline.id,
        "created_at": outline.created_at,
        "updated_at": outline.updated_at,
        "waiting_since": _waiting_since(plot, statistics),
        "snoozed_until": snoozed_until if plot.state == "snoozed" else None,
        "source": _source(dice, plot),
        "contacts": _contacts(plot.contacts),
        "first_contact_reply": _first_contact_reply(dice, statistics),
        **_assignees(dice, plot, cast),
        "open": plot.state != "closed",
        "state": plot.state,
        "read": dice.chance(0.7),
        "tags": _tags(dice, plot, cast),
        "priority": "priority" if dice.chance(0.12) else "not_priority",
        "sla_applied": make_sla(dice),
        "statistics": None if dice.chance(0.02) else statistics,
        "conversation_rating": make_rating(dice, plot),
        "teammates": _teammates(dice, plot),
        "title": make_title(dice) if dice.chance(0.4) else None,
        "custom_attributes": make_attributes(dice, outline.created_at),
        "topics": {},
        "ticket": None,
        "linked_objects": make_linked_objects(dice),
        "ai_agent": ai_agent,
        "ai_agent_participated": ai_agent is not None,
    }


def person(of: Person) -> Person:
    """Picks what an author shows of a person."""
    return {name: of[name] for name in ("type", "id", "name", "email")}


def _source(dice: Dice, plot: Plot) -> dict[str, Any]:
    type_ = dice.pick(_SOURCE_TYPES)
    on_a_page = type_ == "conversation" and plot.author["type"] in CONTACT_TYPES
    return {
        "type": type_,
        "id": str(int(plot.outline.id) * 3 + 1),
        "delivered_as": plot.delivered_as,
        "subject": make_title(dice) if type_ == "email" else "",
        "body": None if type_ == "phone_call" else make_body(dice),
        "author": person(plot.author),
        "attachments": make_attachments(dice),
        "url": make_url(dice) if on_a_page else None,
        "redacted": False,
    }


def _contacts(contacts: list[Person]) -> dict[str, Any]:
    names = ("type", "id", "external_id")
    listed = [{name: contact[name] for name in names} | {"type": "contact"} for contact in contacts]
    return {"type": "contact.list", "contacts": listed}


def _first_contact_reply(dice: Dice, statistics: dict[str, Any]) -> dict[str, Any] | None:
    created_at = statistics["first_contact_reply_at"]
    if created_at is None:
        return None
    url = make_url(dice) if dice.chance(0.5) else None
    return {"created_at": created_at, "type": "conversation", "url": url}


def _waiting_since(plot: Plot, statistics: dict[str, Any]) -> int | None:
    asked, answered = statistics["last_contact_reply_at"], statistics["last_admin_reply_at"]
    if plot.state == "closed" or asked is None or (answered is not None and answered >= asked):
        return None
    return int(asked)


def _assignees(dice: Dice, plot: Plot, cast: Cast) -> dict[str, Any]:
    return {
        "admin_assignee_id": _id_as_seen(dice, dice.choice(plot.admins)["id"]),
        "team_assignee_id": _id_as_seen(dice, dice.choice(cast.teams)["id"]),
    }


def _id_as_seen(dice: Dice, id_: str) -> str | int | None:
    """Gives an id one of the shapes in which assignees appear."""
    shapes: dict[str, str | int | None] = {"int": int(id_), "str": id_, "null": None, "zero": 0}
    return shapes[dice.pick({"int": 45, "str": 25, "null": 20, "zero": 10})]


def _tags(dice: Dice, plot: Plot, cast: Cast) -> dict[str, Any]:
    tags = dice.sample(cast.tags, dice.choice((0, 0, 0, 1, 1, 2, 4)))
    admin = {"type": "admin", "id": plot.admins[0]["id"]}
    applied = {"applied_at": plot.outline.ended_at, "applied_by": admin}
    return {"type": "tag.list", "tags": [tag | applied for tag in tags]}


def _teammates(dice: Dice, plot: Plot) -> dict[str, Any] | None:
    acting = {e.author["id"] for e in plot.events if e.author["type"] == "admin"}
    if plot.author["type"] == "admin":
        acting.add(plot.author["id"])
    listed = [
        {"type": "admin", "id": admin["id"]} for admin in plot.admins if admin["id"] in acting
    ]
    if not listed and dice.chance(0.6):
        return None
    key = "admins" if dice.chance(0.05) else "teammates"
    return {"type": "admin.list", key: listed}
