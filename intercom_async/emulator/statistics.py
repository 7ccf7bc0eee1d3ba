"""Keeps the statistics of a conversation in step with what happens to it.

Each function takes the record and changes its ``statistics``; moments are unix seconds. Times begin
with the first message of a contact, and some are in office hours, of which ``worked`` tells how
many seconds were before a moment.
"""

from collections.abc import Callable
from typing import Any, Final, TypeAlias

from intercom_async.emulator.documents import FIELDS, Record

Worked: TypeAlias = Callable[[int], int]

_CONTACTS: Final = frozenset({"user", "lead", "contact"})
_NAMES: Final = [n.removeprefix("statistics.") for n in FIELDS if n.startswith("statistics.")]


def blank_statistics(part_count: int) -> dict[str, Any]:
    """Make the statistics of a conversation in which nothing was counted yet."""
    return {
        "type": "conversation_statistics",
        **dict.fromkeys(_NAMES),
        "count_reopens": 0,
        "count_assignments": 0,
        "count_conversation_parts": part_count + 1,
    }


def count_parts(record: Record, part_count: int) -> None:
    """Count the parts anew."""
    _statistics(record)["count_conversation_parts"] = part_count + 1


def count_contact_reply(record: Record, at: int) -> None:
    """Count a comment of a contact."""
    _mark(_statistics(record), "contact_reply", at)


def count_admin_reply(record: Record, at: int, worked: Worked) -> None:
    """Count a comment of a teammate."""
    statistics = _statistics(record)
    if statistics.get("time_to_admin_reply") is None:
        statistics["time_to_admin_reply"] = _time_to(record, at, worked)
    _mark(statistics, "admin_reply", at)
    assigned_at = statistics.get("last_assignment_at")
    answered_at = statistics.get("last_assignment_admin_reply_at")
    if assigned_at is not None and answered_at is None and at >= assigned_at:
        statistics["last_assignment_admin_reply_at"] = at


def count_assignment(record: Record, at: int) -> None:
    """Count an assignment, to whomever."""
    statistics = _statistics(record)
    if statistics.get("time_to_assignment") is None:
        statistics["time_to_assignment"] = _time_to(record, at, lambda moment: moment)
    _mark(statistics, "assignment", at)
    statistics["last_assignment_admin_reply_at"] = None
    statistics["count_assignments"] = statistics.get("count_assignments", 0) + 1


def count_close(record: Record, at: int, closed_by: str, worked: Worked) -> None:
    """Count a close."""
    statistics = _statistics(record)
    since = _time_to(record, at, worked)
    if statistics.get("time_to_first_close") is None:
        statistics["time_to_first_close"] = since
    statistics["time_to_last_close"] = since
    _mark(statistics, "close", at)
    statistics["last_closed_by_id"] = closed_by


def count_reopen(record: Record) -> None:
    """Count a return to the state open."""
    statistics = _statistics(record)
    statistics["count_reopens"] = statistics.get("count_reopens", 0) + 1


def _time_to(record: Record, at: int, worked: Worked) -> int | None:
    """Return how long it took since a contact first wrote; None if none did."""
    author = (record["source"] or {}).get("author") or {}
    asked = record["created_at"]
    if author.get("type") not in _CONTACTS:
        asked = _statistics(record).get("first_contact_reply_at")
    return None if asked is None else max(worked(at) - worked(asked), 0)


def _statistics(record: Record) -> dict[str, Any]:
    """Find the statistics; those that are null begin with what is counted next."""
    if record["statistics"] is None:
        record["statistics"] = blank_statistics(0)
    statistics: dict[str, Any] = record["statistics"]
    return statistics


def _mark(statistics: dict[str, Any], what: str, at: int) -> None:
    """Set the first and the last time at which something happened."""
    first, last = f"first_{what}_at", f"last_{what}_at"
    earliest, latest = statistics.get(first), statistics.get(last)
    statistics[first] = at if earliest is None else earliest
    statistics[last] = at if latest is None else max(at, latest)
