"""The statistics of a conversation, counted from its timeline."""

from collections.abc import Callable
from itertools import dropwhile
from statistics import median
from typing import Any

from intercom_async.emulator.seed.timeline import CONTACT_TYPES, Event, Timeline, reply_times


def make_statistics(timeline: Timeline) -> dict[str, Any]:
    """Count what the API reports under ``statistics``."""
    created_at = timeline.skeleton.created_at
    contact = _times(timeline, _is_contact_comment)
    if timeline.author["type"] in CONTACT_TYPES:
        contact.insert(0, created_at)
    admin = _times(timeline, _is_admin_comment)
    assignments = _times(timeline, lambda event: event.part_type == "assignment")
    closes = _times(timeline, lambda event: event.part_type == "close")
    waits = reply_times(timeline)
    return {
        "type": "conversation_statistics",
        "time_to_assignment": _since(created_at, assignments[:1]),
        "time_to_admin_reply": _since(created_at, admin[:1]),
        "time_to_first_close": _since(created_at, closes[:1]),
        "time_to_last_close": _since(created_at, closes[-1:]),
        "median_time_to_reply": int(median(waits)) if waits else None,
        "first_contact_reply_at": _only(contact[:1]),
        "first_assignment_at": _only(assignments[:1]),
        "first_admin_reply_at": _only(admin[:1]),
        "first_close_at": _only(closes[:1]),
        "last_assignment_at": _only(assignments[-1:]),
        "last_assignment_admin_reply_at": _reply_since_assignment(assignments, admin),
        "last_contact_reply_at": _only(contact[-1:]),
        "last_admin_reply_at": _only(admin[-1:]),
        "last_close_at": _only(closes[-1:]),
        "last_closed_by_id": _last_closed_by(timeline),
        "count_reopens": len(_times(timeline, lambda event: event.part_type == "open")),
        "count_assignments": len(assignments),
        "count_conversation_parts": len(timeline.events) + 1,  # the source counts
    }


def _times(timeline: Timeline, wanted: Callable[[Event], bool]) -> list[int]:
    return [event.at for event in timeline.events if wanted(event)]


def _is_contact_comment(event: Event) -> bool:
    return event.part_type == "comment" and event.author["type"] in CONTACT_TYPES


def _is_admin_comment(event: Event) -> bool:
    return event.part_type == "comment" and event.author["type"] == "admin"


def _only(times: list[int]) -> int | None:
    return times[0] if times else None


def _since(created_at: int, times: list[int]) -> int | None:
    return times[0] - created_at if times else None


def _reply_since_assignment(assignments: list[int], admin: list[int]) -> int | None:
    if not assignments:
        return None
    return next(dropwhile(lambda at: at < assignments[-1], admin), None)


def _last_closed_by(timeline: Timeline) -> str | None:
    closers = (
        event.author["id"] for event in reversed(timeline.events) if event.part_type == "close"
    )
    return next(closers, None)
