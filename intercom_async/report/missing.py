"""What is not in the figures: why a figure cannot be told, and how much others lack."""

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from intercom_async.report.source import Source

__all__ = ["Missing"]

_PARTS: Final = "conversation_parts.conversation_parts"
_OF_PARTS: Final = ("closed",)
_OF_MESSAGES: Final = (
    *("new_conversations", "first_response", "response", "time_to_close", "reopened", "sla"),
    *("fin", "busiest_hours", "open_over_time", "teammates", "teams", "tags"),
)
_HELD: Final = """
    SELECT
        count(*) AS conversations,
        count(parts_total_count) AS told_of_parts,
        count(source_author_type) AS authors,
        count(rating_created_at) AS csat,
        count(sla_status) AS sla,
        count(ai_agent_participated) AS fin,
        count(ai_agent ->> 'resolution_state') AS resolved,
        count(waiting_since) AS waiting,
        count(team_assignee_id) AS teams,
        count(*) FILTER (source_redacted) AS redacted,
        count(*) FILTER (created_at IS NULL) AS without_time
    FROM conversations
"""
_PARTS_HELD: Final = """
    SELECT
        count(*) AS parts,
        count(author_type) AS authors,
        count(part_type) AS types,
        count(*) FILTER (redacted) AS redacted,
        count(*) FILTER (created_at IS NULL) AS without_time
    FROM conversation_parts
"""
_WITHOUT_STATISTICS: Final = (
    "SELECT count(*) FROM conversations WHERE COLUMNS('^statistics_') IS NULL"
)
# The API gives the newest 500.
_CUT_SHORT: Final = """
    WITH told AS (
        SELECT id, greatest(parts_total_count, statistics_count_conversation_parts - 1) AS parts
        FROM conversations
    )
    SELECT count(*)
    FROM (FROM told WHERE parts > 500)
    LEFT JOIN (
        SELECT conversation_id, count(*) AS held
        FROM conversation_parts
        WHERE conversation_id IN (SELECT id FROM told WHERE parts > 500)
        GROUP BY conversation_id
    ) ON conversation_id = id
    WHERE parts > coalesce(held, 0)
"""
_NO_RECORD: Final = {
    "csat": "no conversation has a conversation_rating",
    "sla": "no conversation has an sla_applied with an sla_status",
    "fin": "no conversation has ai_agent_participated",
    "waiting": "no conversation has waiting_since",
    "teams": "no conversation has a team_assignee_id",
}


class Missing(msgspec.Struct, frozen=True):
    """What is not in the figures.

    Attributes:
        reasons: Why there is no figure of a name.
        counts: How much else is not included, of the whole export.
    """

    reasons: dict[str, str]
    counts: dict[str, int]

    @classmethod
    def of(cls, source: Source) -> "Missing":
        """Look for what is missing."""
        held, parts = _row(source, _HELD), _row(source, _PARTS_HELD)
        (without_statistics,) = source.one(_WITHOUT_STATISTICS)
        has_statistics = without_statistics < held["conversations"]
        reasons: dict[str, str] = {}
        for names, reason in (
            *_without_messages(source, held, parts),
            *(((name,), reason) for name, reason in _NO_RECORD.items() if not held[name]),
            *_without_office_hours(source, has_statistics=has_statistics),
        ):
            reasons |= {name: reason for name in names if name not in reasons}
        if not held["resolved"]:
            reasons["fin.resolved"] = "no conversation has an ai_agent.resolution_state"
        if source.leaves_out("tags.tags.id"):
            reasons.setdefault("tags", "tags were left out of the export")
        if source.as_of is None:
            reasons["as_of"] = "not known: it is when the last conversation was updated"
        (cut_short,) = source.one(_CUT_SHORT)
        counts = {
            "parts_cut_short": cut_short,
            "without_statistics": without_statistics,
            "redacted": held["redacted"] + parts["redacted"],
            **source.lacking,
        }
        if without_time := held["without_time"] + parts["without_time"]:
            counts["without_time"] = without_time
        return cls(reasons, counts)

    def has(self, figure: str) -> bool:
        """Return whether a figure can be told."""
        return figure not in self.reasons


def _row(source: Source, query: str) -> dict[str, Any]:
    found = source.connection.execute(query)
    names = [column[0] for column in found.description]
    return dict(zip(names, found.fetchone(), strict=True))


def _without_messages(
    source: Source, held: dict[str, Any], parts: dict[str, Any]
) -> Iterator[tuple[tuple[str, ...], str]]:
    asked = source.parts and not source.leaves_out(_PARTS)
    if not asked or (held["conversations"] and not (parts["parts"] or held["told_of_parts"])):
        yield (*_OF_PARTS, *_OF_MESSAGES), "the export has no parts"
    if parts["parts"] and not parts["types"]:
        yield (*_OF_PARTS, *_OF_MESSAGES), "no part has a part_type"
    if source.leaves_out(f"{_PARTS}.body"):
        yield _OF_MESSAGES, "body was left out of the export"
    if held["conversations"] and not (held["authors"] or parts["authors"]):
        yield _OF_MESSAGES, "no message has an author.type"


def _without_office_hours(
    source: Source, *, has_statistics: bool
) -> Iterator[tuple[tuple[str, ...], str]]:
    for name, fields in (
        ("first_response", ("time_to_admin_reply",)),
        ("time_to_close", ("time_to_first_close", "time_to_last_close")),
    ):
        if not has_statistics:
            yield (f"{name}.office_hours",), "no conversation has statistics"
        elif any(source.leaves_out(f"statistics.{field}") for field in fields):
            yield (f"{name}.office_hours",), "its statistics were left out of the export"
