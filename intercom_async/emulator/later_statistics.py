"""Statistics that conversations have in later versions, counted from their parts when shown."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from intercom_async.emulator.documents import Record
from intercom_async.emulator.seed.timeline import CONTACT_TYPES

__all__ = ["later_statistics"]

_REOPENS: Final = frozenset({"open", "unsnoozed", "timer_unsnooze"})
_HIDDEN: Final = frozenset({"note", "note_and_reopen"})
# The reference does not say when a teammate is idle.
_IDLE_AFTER: Final = 600  # seconds


def later_statistics(
    parts: Sequence[Record], teams: Sequence[Record], worked: Callable[[int], int]
) -> dict[str, Any]:
    """Count what versions 2.12 and 2.13 add to ``statistics``.

    Handling time is that in which a conversation is open and assigned to a teammate, as of its last
    close; adjusted, it leaves out what of it is more than ten minutes after something happened.

    Args:
        parts: All parts, in order.
        teams: The workspace's teams, of which a conversation is assigned to one.
        worked: Tells how many seconds of office hours were before a moment.
    """
    names = {str(team["id"]): team["name"] for team in teams}
    responses = [each for each in _responses(parts) if each[0] in names]
    handled, adjusted = _handled(parts)

    def listed(span: Callable[[int, int], int]) -> list[dict[str, Any]]:
        return [
            {
                "type": "conversation_response_time",
                "team_id": int(team),
                "team_name": names[team],
                "response_time": span(assigned, answered),
            }
            for team, assigned, answered in responses
        ]

    return {
        "assigned_team_first_response_time": listed(lambda since, until: until - since),
        "assigned_team_first_response_time_in_office_hours": listed(
            lambda since, until: worked(until) - worked(since)
        ),
        "handling_time": handled,
        "adjusted_handling_time": adjusted,
    }


def _responses(parts: Sequence[Record]) -> list[tuple[str, int, int]]:
    """List the teams that answered, when each was first assigned, and when it first answered."""
    assigned: dict[str, int] = {}
    answered: dict[str, int] = {}
    team = None
    for part in parts:
        to = part.get("assigned_to") or {}
        if to.get("type") == "team":
            team = str(to["id"])
            assigned.setdefault(team, part["created_at"])
        if team is not None and _answers(part):
            answered.setdefault(team, part["created_at"])
    return [(team, assigned[team], at) for team, at in answered.items()]


def _answers(part: Record) -> bool:
    kind = part["part_type"]
    has_content = bool(part.get("body") or part.get("attachments"))
    by_admin = part["author"]["type"] == "admin"
    return has_content and by_admin and kind not in _HIDDEN and not kind.startswith("assign")


def _handled(parts: Sequence[Record]) -> tuple[int | None, int | None]:
    """Return the handling time, and the adjusted one; None of what was never closed."""
    is_open, is_assigned, total, active, last = True, False, 0, 0, 0
    closed: tuple[int | None, int | None] = None, None
    for part in parts:
        if is_open and is_assigned:
            lasts = part["created_at"] - last
            total += lasts
            active += min(lasts, _IDLE_AFTER)
        to, kind, last = part.get("assigned_to") or {}, part["part_type"], part["created_at"]
        if to.get("type") in {"admin", "nobody_admin"}:
            is_assigned = to["type"] == "admin"
        if kind == "close":
            closed = total, active
        if kind in {"close", "snoozed"}:
            is_open = False
        elif kind in _REOPENS or part["author"]["type"] in CONTACT_TYPES:
            is_open = True
    return closed
