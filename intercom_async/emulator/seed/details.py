"""The optional objects of a conversation, with their null and incomplete forms."""

from datetime import UTC, datetime
from typing import Any, Final

from intercom_async.emulator.seed.calendar import DAY
from intercom_async.emulator.seed.people import FIN_ID
from intercom_async.emulator.seed.rng import Rng
from intercom_async.emulator.seed.texts import REMARKS, TITLES
from intercom_async.emulator.seed.timeline import Timeline

# By name, within how many seconds of office hours a teammate is to answer; one has no name.
_SLAS: Final = {"First answer < 30m": 1_800, "Overnight": 30_600, "": 3_600}
_RATING_NAMES: Final = ("rating", "remark", "created_at", "updated_at", "contact", "teammate")


def make_sla(rng: Rng, timeline: Timeline, statistics: dict[str, Any]) -> dict[str, Any] | None:
    """Make ``sla_applied``, which is hit or missed by the first answer."""
    taken, is_open = statistics["time_to_admin_reply"], timeline.state != "closed"
    if (taken is None and not is_open) or rng.chance(0.5):
        return None
    name = rng.choice(tuple(_SLAS))
    if rng.chance(0.06):
        status = rng.choice(("cancelled", "canceled", None))  # null: removed by hand
    elif taken is None or (is_open and rng.chance(0.5)):
        status = "active"
    else:
        status = "hit" if taken <= _SLAS[name] else "missed"
    sla = {"type": "conversation_sla_summary", "sla_name": name, "sla_status": status}
    if rng.chance(0.1):  # seen without its type
        del sla["type"]
    return sla


def make_rating(rng: Rng, timeline: Timeline) -> dict[str, Any] | None:
    """Make ``conversation_rating``: asked for at the last close, and given or not.

    It is absent, or all blank, where nobody was asked.
    """
    closes = [event.at for event in timeline.events if event.part_type == "close"]
    answers = [e.author for e in timeline.events if e.author["type"] == "admin" and e.worded]
    if not closes or not answers or rng.chance(0.4):
        return dict.fromkeys(_RATING_NAMES) if rng.chance(0.05) else None
    given = rng.chance(0.6)
    asked_at, updated_at = closes[-1], timeline.skeleton.updated_at
    given_at = asked_at + rng.randrange(min(updated_at - asked_at, 2 * DAY) + 1)
    contact, id_ = timeline.contacts[0]["id"], answers[-1]["id"]
    return {
        "rating": rng.choice((1, 2, 3, 4, 4, 4, 5, 5, 5, 5)) if given else None,
        "remark": rng.choice(REMARKS) if given and rng.chance(0.5) else None,
        "created_at": asked_at,
        "updated_at": given_at if given else None,
        "contact": {"type": "contact", "id": contact} if rng.chance(0.9) else None,
        "teammate": {"type": "admin", "id": int(id_) if rng.chance(0.5) else id_},
    }


def make_attributes(rng: Rng, created_at: int) -> dict[str, Any]:
    """Make ``custom_attributes``: any JSON that workspaces keep there."""
    renewal = datetime.fromtimestamp(created_at + 90 * DAY, UTC)
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
    said = [e.at for e in timeline.events if e.author["id"] == FIN_ID]
    if not said:
        return None
    rated = rng.chance(0.4)
    return {
        "source_type": rng.choice(("workflow", "profile", "essentials_plan_setup")),
        "source_title": rng.choice(TITLES) if rng.chance(0.8) else None,
        "last_answer_type": rng.choice(("ai_answer", "custom_answer", None)),
        "resolution_state": timeline.resolution,
        "rating": rng.randrange(1, 6) if rated else None,
        "rating_remark": rng.choice(REMARKS) if rated and rng.chance(0.6) else None,
        "created_at": said[0],
        "updated_at": said[-1],
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
