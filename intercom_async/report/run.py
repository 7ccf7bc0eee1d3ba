"""The figures of an export in a period."""

from os import PathLike

import msgspec

from intercom_async.report.figures import Figures
from intercom_async.report.measure import measured
from intercom_async.report.period import Moment
from intercom_async.report.source import MEMORY_LIMIT

__all__ = ["figures"]


def figures(
    source: str | PathLike[str],
    *,
    since: Moment | None = None,
    until: Moment | None = None,
    zone: str | None = None,
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
        zone: The IANA name of the zone that days, weeks and hours are local to; by default the
            workspace's own, or UTC where the export does not tell that.
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
    with measured(
        source,
        since=since,
        until=until,
        zone=zone,
        office_hours=office_hours,
        memory_limit=memory_limit,
    ) as (measure, period):
        found = measure.figures(period)
        if not compare:
            return found
        before = measure.figures(period.before(measure.zone))
    return msgspec.structs.replace(found, before=before)
