"""The figures of an export in a period."""

from os import PathLike
from pathlib import Path

import msgspec

from intercom_async.errors import ConfigurationError
from intercom_async.report.figures import Figures
from intercom_async.report.measure import Measure
from intercom_async.report.office_hours import parse
from intercom_async.report.period import Moment, Period, seconds, zone_of
from intercom_async.report.source import MEMORY_LIMIT, opened

__all__ = ["figures"]


def figures(
    source: str | PathLike[str],
    *,
    since: Moment | None = None,
    until: Moment | None = None,
    zone: str = "UTC",
    office_hours: str | None = None,
    compare: bool = False,
    memory_limit: str = MEMORY_LIMIT,
) -> Figures:
    """Work out the figures of a workspace's conversations in a period.

    ``msgspec.json.encode`` makes ``figures.json`` of them. They are the same whatever the order
    of records. What is defined by ``metrics.sql`` is in the DuckDB file of ``convert``, too.

    Example::

        from intercom_async.report import figures

        found = figures("exported/8e8185e9", since="2025-07-01", zone="Europe/Berlin")
        print(found.new_conversations, found.first_response)

    Args:
        source: The workspace's folder of an export, ``OUT/<workspace>``, or the file
            ``conversations.duckdb`` that ``convert`` made of it.
        since: When the period begins; by default with the first that happened.
        until: The moment before which it ends; by default after the last that happened.
        zone: The IANA name of the zone that days, weeks and hours are local to.
        office_hours: Hours such as ``Mon-Fri 09:00-17:30, Sat 10:00-14:00``, local to the zone,
            for the figures ``given_hours``.
        compare: Work out the figures of the period before, too.
        memory_limit: How much memory DuckDB may take, such as ``"512MB"``.

    Raises:
        ConfigurationError: The extra ``report`` is not installed, a zone, a moment or hours are
            none, the export is not finished, or the file is not one that ``convert`` made.
        ExportCorrupted: The export is not as it was written.
        OSError: Something cannot be read or written.
    """
    local_to = zone_of(zone)
    hours = None if office_hours is None else parse(office_hours)
    begins = None if since is None else seconds("since", since, local_to)
    ends = None if until is None else seconds("until", until, local_to)
    with opened(Path(source), zone, memory_limit) as tables:
        measure = Measure(tables, local_to, hours)
        first, last = measure.span()
        period = Period(first if begins is None else begins, last + 1 if ends is None else ends)
        if begins is not None and ends is not None and period.until <= period.since:
            raise ConfigurationError("since must come before until")
        found = measure.figures(period)
        if not compare:
            return found
        before = measure.figures(period.before(local_to))
    return msgspec.structs.replace(found, before=before)
