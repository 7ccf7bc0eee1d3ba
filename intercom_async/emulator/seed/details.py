"""The optional objects of a conversation, with their null and incomplete forms."""

from datetime import UTC, datetime
from typing import Any, Final

from intercom_async.emulator.seed.rng import Rng
from intercom_async.emulator.seed.texts import REMARKS, TITLES
from intercom_async.emulator.seed.timeline import Timeline

_SLA: Final = {"hit": 40, "missed": 25, "active": 20, "cancelled": 7, "canceled": 3, "null": 5}
_RATING_NAMES: Final = ("rating", "remark", "created_at", "updated_at", "contact", "teammate")


def make_sla(rng: Rng) -> dict[str, Any] | None:
    """Make ``sla_applied``."""
    if rng.chance(0.55):
        return None
    status = rng.pick(_SLA)
    sla: dict[str, Any] = {
        "type": "conversation_sla_summary",
        "sla_name": rng.choice(("First answer < 5m", "Overnight", "")),
        "sla_status": None if status == "null" else status,
    }
    if rng.chance(0.1):  # seen without its type
        del sla["type"]
    return sla


def make_rating(rng: Rng, timeline: Timeline) -> dict[str, Any] | None:
    """Make ``conversation_rating``: absent, asked for, or given with or without a remark."""
    kind = rng.pick({"none": 60, "blank": 5, "asked": 8, "given": 27})
    if kind == "none":
        return None
    if kind == "blank":
        return dict.fromkeys(_RATING_NAMES)
    given = kind == "given"
    contact, admin = timeline.contacts[0]["id"], timeline.admins[0]["id"]
    return {
        "rating": rng.choice((1, 2, 3, 4, 5, 5)) if given else None,
        "remark": rng.choice(REMARKS) if given and rng.chance(0.5) else None,
        "created_at": timeline.skeleton.ended_at,
        "updated_at": timeline.skeleton.updated_at if given else None,
        "contact": {"type": "contact", "id": contact} if rng.chance(0.9) else None,
        "teammate": {"type": "admin", "id": int(admin) if rng.chance(0.5) else admin},
    }


def make_attributes(rng: Rng, created_at: int) -> dict[str, Any]:
    """Make ``custom_attributes``: any JSON that workspaces keep there."""
    renewal = datetime.fromtimestamp(created_at + 86_400 * 90, UTC)
    orders = [
        {"id": rng.randrange(10**6), "total": round(rng.random() * 500, 2), "paid": True}
        for _ in range(rng.choice((0, 1, 2)))
    ]
    attributes = {
        "plan": rng.choice(("free", "pro", "Équipe", "エンタープライズ")),
        "seats": rng.randrange(1, 400),
        "score": round(rng.random() * 10, 3),
        "beta tester": rng.chance(0.5),
        "renewal": renewal.isoformat(),
        "orders": orders,
        "language": None,
    }
    return {name: value for name, value in attributes.items() if rng.chance(0.4)}


def make_ai_agent(rng: Rng, timeline: Timeline) -> dict[str, Any] | None:
    """Make ``ai_agent``, null where no such agent took part."""
    if not rng.chance(0.25):
        return None
    states = ("assumed_resolution", "confirmed_resolution", "routed_to_team", "abandoned")
    rated = rng.chance(0.4)
    return {
        "source_type": rng.choice(("workflow", "profile", "essentials_plan_setup")),
        "source_title": rng.choice(TITLES) if rng.chance(0.8) else None,
        "last_answer_type": rng.choice(("ai_answer", "custom_answer", None)),
        "resolution_state": rng.choice(states),
        "rating": rng.randrange(1, 6) if rated else None,
        "rating_remark": rng.choice(REMARKS) if rated and rng.chance(0.6) else None,
        "created_at": timeline.skeleton.created_at,
        "updated_at": timeline.skeleton.ended_at,
        "content_sources": {"type": "content_source.list", "total_count": 0, "content_sources": []},
    }


def make_linked_objects(rng: Rng) -> dict[str, Any]:
    """Make ``linked_objects``; most conversations stand alone."""
    linked = [_linked(rng) for _ in range(rng.choice((1, 1, 2)))] if rng.chance(0.1) else []
    return {"type": "list", "data": linked, "total_count": len(linked), "has_more": False}


def _linked(rng: Rng) -> dict[str, Any]:
    id_ = str(rng.randrange(1_000, 900_000))
    if rng.chance(0.3):
        return {"type": "conversation", "id": id_, "category": None}
    category = rng.choice(("Customer", "Back-office", "Tracker"))
    return {"type": "ticket", "id": id_, "category": category}
