"""The optional objects of a conversation, with their null and incomplete forms."""

from datetime import UTC, datetime
from typing import Any, Final

from intercom_async.emulator.seed.dice import Dice
from intercom_async.emulator.seed.plots import Plot
from intercom_async.emulator.seed.texts import make_remark, make_title

_SLA: Final = {"hit": 40, "missed": 25, "active": 20, "cancelled": 7, "canceled": 3, "null": 5}
_RATING_NAMES: Final = ("rating", "remark", "created_at", "updated_at", "contact", "teammate")


def make_sla(dice: Dice) -> dict[str, Any] | None:
    """Makes ``sla_applied``."""
    if dice.chance(0.55):
        return None
    status = dice.pick(_SLA)
    sla: dict[str, Any] = {
        "type": "conversation_sla_summary",
        "sla_name": dice.choice(("First answer < 5m", "Overnight", "")),
        "sla_status": None if status == "null" else status,
    }
    if dice.chance(0.1):  # seen without its type
        del sla["type"]
    return sla


def make_rating(dice: Dice, plot: Plot) -> dict[str, Any] | None:
    """Makes ``conversation_rating``: absent, asked for, or given with or without a remark."""
    kind = dice.pick({"none": 60, "blank": 5, "asked": 8, "given": 27})
    if kind == "none":
        return None
    if kind == "blank":
        return dict.fromkeys(_RATING_NAMES)
    given = kind == "given"
    contact, admin = plot.contacts[0]["id"], plot.admins[0]["id"]
    return {
        "rating": dice.choice((1, 2, 3, 4, 5, 5)) if given else None,
        "remark": make_remark(dice) if given and dice.chance(0.5) else None,
        "created_at": plot.outline.ended_at,
        "updated_at": plot.outline.updated_at if given else None,
        "contact": {"type": "contact", "id": contact} if dice.chance(0.9) else None,
        "teammate": {"type": "admin", "id": int(admin) if dice.chance(0.5) else admin},
    }


def make_attributes(dice: Dice, created_at: int) -> dict[str, Any]:
    """Makes ``custom_attributes``: any JSON that workspaces keep there."""
    renewal = datetime.fromtimestamp(created_at + 86_400 * 90, UTC)
    orders = [
        {"id": dice.randrange(10**6), "total": round(dice.random() * 500, 2), "paid": True}
        for _ in range(dice.choice((0, 1, 2)))
    ]
    attributes = {
        "plan": dice.choice(("free", "pro", "Équipe", "エンタープライズ")),
        "seats": dice.randrange(1, 400),
        "score": round(dice.random() * 10, 3),
        "beta tester": dice.chance(0.5),
        "renewal": renewal.isoformat(),
        "orders": orders,
        "language": None,
    }
    return {name: value for name, value in attributes.items() if dice.chance(0.4)}


def make_ai_agent(dice: Dice, plot: Plot) -> dict[str, Any] | None:
    """Makes ``ai_agent``, null where no such agent took part."""
    if not dice.chance(0.25):
        return None
    states = ("assumed_resolution", "confirmed_resolution", "routed_to_team", "abandoned")
    rated = dice.chance(0.4)
    return {
        "source_type": dice.choice(("workflow", "profile", "essentials_plan_setup")),
        "source_title": make_title(dice) if dice.chance(0.8) else None,
        "last_answer_type": dice.choice(("ai_answer", "custom_answer", None)),
        "resolution_state": dice.choice(states),
        "rating": dice.randrange(1, 6) if rated else None,
        "rating_remark": make_remark(dice) if rated and dice.chance(0.6) else None,
        "created_at": plot.outline.created_at,
        "updated_at": plot.outline.ended_at,
        "content_sources": {"type": "content_source.list", "total_count": 0, "content_sources": []},
    }


def make_linked_objects(dice: Dice) -> dict[str, Any]:
    """Makes ``linked_objects``; most conversations stand alone."""
    linked = [_linked(dice) for _ in range(dice.choice((1, 1, 2)))] if dice.chance(0.1) else []
    return {"type": "list", "data": linked, "total_count": len(linked), "has_more": False}


def _linked(dice: Dice) -> dict[str, Any]:
    id_ = str(dice.randrange(1_000, 900_000))
    if dice.chance(0.3):
        return {"type": "conversation", "id": id_, "category": None}
    category = dice.choice(("Customer", "Back-office", "Tracker"))
    return {"type": "ticket", "id": id_, "category": category}
