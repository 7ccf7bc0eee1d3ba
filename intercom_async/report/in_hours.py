"""How much of what new conversations and answers took lies in the office hours given."""

from collections.abc import Callable
from itertools import accumulate
from typing import Any, Final, Literal, TypeAlias
from zoneinfo import ZoneInfo

from msgspec import UNSET, UnsetType

from intercom_async.report.figures import NOTHING, Spread
from intercom_async.report.office_hours import OfficeHours, opening_times
from intercom_async.report.source import Source

__all__ = ["InHours", "in_hours"]

InHours: TypeAlias = Callable[
    [Literal["first_response", "response", "first_close", "last_close"]], Spread | UnsetType
]

_SPANS: Final = """
    CREATE OR REPLACE TEMP TABLE spans AS
    WITH found AS (
        SELECT 'first_response' AS kind, asked_at, answered_at AS ended_at FROM new
        UNION ALL
        SELECT 'first_close', asked_at, first_closed_at FROM new
        UNION ALL
        SELECT 'last_close', asked_at, last_closed_at FROM new
        UNION ALL
        SELECT 'response', asked_at, answered_at
        FROM metrics_responses WHERE in_period(answered_at)
    )
    SELECT kind, CAST(epoch(asked_at) AS BIGINT) AS begins, CAST(epoch(ended_at) AS BIGINT) AS ends
    FROM found WHERE ended_at IS NOT NULL
"""
_BOUNDS: Final = "SELECT min(begins), max(ends) FROM spans"
_OPENING: Final = """
    CREATE OR REPLACE TEMP TABLE opening AS
    SELECT unnest($opens) AS opens, unnest($lasts) AS lasts, unnest($before) AS before
"""
# How much of the opening times is before the end of each span, less what is before its beginning.
_IN_HOURS: Final = """
    WITH begun AS (
        SELECT kind, ends, before + least(begins - opens, lasts) AS before_it
        FROM spans ASOF JOIN opening ON begins >= opens
    ),
    ended AS (
        SELECT kind, before + least(ends - opens, lasts) - before_it AS span
        FROM begun ASOF JOIN opening ON ends >= opens
    )
    SELECT kind, spread(span) FROM ended GROUP BY kind
"""


def in_hours(source: Source, hours: OfficeHours | None, zone: ZoneInfo) -> InHours:
    """Return what tells of each kind of span how much is in hours; unset if there are no hours."""
    if hours is None:
        return lambda _: UNSET
    source.connection.execute(_SPANS)
    first, last = source.one(_BOUNDS)
    if first is None:
        return lambda _: NOTHING
    # Every span begins after the first, which lasts no time.
    opening = [range(first - 1, first - 1), *opening_times(hours, zone, first, last + 1)]
    lasts = [len(each) for each in opening]
    before = list(accumulate(lasts[:-1], initial=0))
    opens = [each.start for each in opening]
    source.connection.execute(_OPENING, {"opens": opens, "lasts": lasts, "before": before})
    found: dict[str, dict[str, Any]] = dict(source.rows(_IN_HOURS))
    return lambda kind: Spread(**found[kind]) if kind in found else NOTHING
