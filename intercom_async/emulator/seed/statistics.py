"""The statistics of a conversation, counted from its timeline as the reference defines them.

What is counted after the first message of a contact is null where no contact wrote. Durations
begin with that message and leave out what is outside office hours, but for ``time_to_assignment``,
of which the reference does not say so.
"""

from collections.abc import Sequence
from itertools import takewhile
from statistics import median
from typing import Any, Final

from intercom_async.emulator.seed.calendar import Calendar
from intercom_async.emulator.seed.timeline import CONTACT_TYPES, Event, Timeline

_REOPENS: Final = frozenset({"open", "timer_unsnooze"})


def make_statistics(timeline: Timeline, calendar: Calendar) -> dict[str, Any]:
    """Count what the API reports under ``statistics``."""
    events = timeline.events
    asked = [event.at for event in events if _asks(event)]
    if timeline.author["type"] in CONTACT_TYPES:
        asked.insert(0, timeline.skeleton.created_at)
        since = events
    else:
        first = next((place for place, event in enumerate(events) if _asks(event)), len(events))
        since = events[first:]
    answered = [event.at for event in since if _answers(event)]
    assigned = [event.at for event in since if event.part_type == "assignment"]
    closed = [event.at for event in since if event.part_type == "close"]
    closes = [event for event in events if event.part_type == "close"]
    before_answer = list(takewhile(lambda event: not _answers(event), since))
    routed = [event.at for event in before_answer if event.part_type == "assignment"]
    waits = _waits(timeline, since, calendar)

    def until(moments: list[int], place: int) -> int | None:
        if not moments:
            return None
        return calendar.worked(moments[place]) - calendar.worked(asked[0])

    return {
        "type": "conversation_statistics",
        "time_to_assignment": routed[-1] - asked[0] if routed else None,
        "time_to_admin_reply": until(answered, 0),
        "time_to_first_close": until(closed, 0),
        "time_to_last_close": until(closed, -1),
        "median_time_to_reply": int(median(waits)) if waits else None,
        "first_contact_reply_at": _at(asked, 0),
        "first_assignment_at": _at(assigned, 0),
        "first_admin_reply_at": _at(answered, 0),
        "first_close_at": _at(closed, 0),
        "last_assignment_at": _at(assigned, -1),
        "last_assignment_admin_reply_at": _answer_since_assignment(since),
        "last_contact_reply_at": _at(asked, -1),
        "last_admin_reply_at": _at(answered, -1),
        "last_close_at": closes[-1].at if closes else None,
        "last_closed_by_id": closes[-1].author["id"] if closes else None,
        "count_reopens": sum(event.part_type in _REOPENS for event in since),
        "count_assignments": len(assigned),
        "count_conversation_parts": len(events) + 1,  # the source counts
    }


def waiting_since(timeline: Timeline) -> int | None:
    """Find the first message of a contact that no teammate has answered."""
    since = None
    if timeline.author["type"] in CONTACT_TYPES:
        since = timeline.skeleton.created_at
    for event in timeline.events:
        if _answers(event) or event.part_type == "close":
            since = None
        elif since is None and _asks(event):
            since = event.at
    return since


def _asks(event: Event) -> bool:
    return event.worded and event.author["type"] in CONTACT_TYPES


def _answers(event: Event) -> bool:
    return (
        event.worded
        and event.author["type"] == "admin"
        and event.part_type not in {"note", "assignment"}
    )


def _at(moments: list[int], place: int) -> int | None:
    return moments[place] if moments else None


def _answer_since_assignment(events: Sequence[Event]) -> int | None:
    answer = None
    for event in reversed(events):
        if event.part_type == "assignment":
            return answer
        if _answers(event):
            answer = event.at
    return None


def _waits(timeline: Timeline, since: Sequence[Event], calendar: Calendar) -> list[int]:
    """List how long each answer to a contact's latest message took, in office hours."""
    asked = timeline.skeleton.created_at if since is timeline.events else None
    waits: list[int] = []
    for event in since:
        if _asks(event):
            asked = event.at
        elif _answers(event) and asked is not None:
            waits.append(calendar.worked(event.at) - calendar.worked(asked))
            asked = None
    return waits
