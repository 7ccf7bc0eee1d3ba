"""Each figure of a period, from what ``metrics.sql`` defines."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import accumulate
from os import PathLike
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from msgspec import UNSET

from intercom_async.errors import ConfigurationError
from intercom_async.report.figures import (
    Closed,
    Csat,
    Figures,
    Fin,
    FirstResponse,
    NewConversations,
    Reopened,
    Response,
    Sla,
    SlaByName,
    Spread,
    TimeToClose,
    ToClose,
    Waiting,
    share,
)
from intercom_async.report.in_hours import InHours, in_hours
from intercom_async.report.missing import Missing
from intercom_async.report.office_hours import OfficeHours, parse
from intercom_async.report.people import People
from intercom_async.report.period import Moment, Period, iso, seconds, zone_of
from intercom_async.report.source import Source, opened, own_zone

__all__ = ["Measure", "measured"]

_MOMENTS: Final = """
    SELECT CAST(floor(epoch(min(moment))) AS BIGINT), CAST(floor(epoch(max(moment))) AS BIGINT)
    FROM (
        SELECT created_at AS moment FROM metrics_events
        UNION ALL
        SELECT requested_at FROM metrics_ratings
    )
"""
_UPDATED: Final = "SELECT CAST(epoch(max(updated_at)) AS BIGINT) FROM conversations"
_NEW: Final = "SELECT count(*), count(*) FILTER (inbound) FROM new"
_BY_CHANNEL: Final = """
    SELECT source_type, count(*) FROM new WHERE source_type IS NOT NULL GROUP BY 1 ORDER BY 1
"""
_BY_MONTH: Final = "SELECT strftime(asked_at, '%Y-%m'), count(*) FROM new GROUP BY 1 ORDER BY 1"
_FIRST_RESPONSE: Final = """
    SELECT spread(first_response), spread(statistics_time_to_admin_reply) FROM new
"""
_RESPONSE: Final = "SELECT spread(response) FROM metrics_responses WHERE in_period(answered_at)"
_TIME_TO_CLOSE: Final = """
    SELECT
        spread(time_to_first_close), spread(time_to_last_close),
        spread(statistics_time_to_first_close), spread(statistics_time_to_last_close)
    FROM new
"""
_CLOSED: Final = """
    SELECT count(*), count(DISTINCT conversation_id)
    FROM metrics_closes WHERE in_period(closed_at)
"""
_REOPENED: Final = "SELECT count(*) FILTER (reopened), count(*) FILTER (closed) FROM new"
_RATINGS: Final = """
    SELECT
        count(*), count(rating), count(*) FILTER (rating IN (4, 5)),
        histogram(rating) FILTER (rating IN (1, 2, 3, 4, 5))
    FROM metrics_ratings WHERE in_period(requested_at)
"""
_SLA: Final = """
    SELECT
        coalesce(sla_name, ''),
        count(*) FILTER (sla_status = 'hit'), count(*) FILTER (sla_status = 'missed')
    FROM new WHERE sla_status IN ('hit', 'missed') GROUP BY 1 ORDER BY 1
"""
_FIN: Final = """
    SELECT count(*), count(*) FILTER (fin_involved), count(*) FILTER (fin_resolved) FROM new
"""
_BUSIEST: Final = "SELECT isodow(asked_at), hour(asked_at), count(*) FROM new GROUP BY ALL"
_WAITING: Final = """
    SELECT count(*), max(age), quantile_cont(age, 0.5)
    FROM (
        SELECT CAST($as_of - epoch(waiting_since) AS BIGINT) AS age
        FROM conversations WHERE state = 'open' AND waiting_since IS NOT NULL
    )
"""
# What changed since the Monday before, each at the first Monday at or after it.
_OPEN: Final = """
    SELECT monday, sum(change)
    FROM (
        SELECT opened_at AS moment, 1 AS change FROM metrics_open_spans
        UNION ALL
        SELECT ended_at, -1 FROM metrics_open_spans WHERE ended_at IS NOT NULL
    )
    ASOF JOIN (SELECT unnest($mondays) AS monday) ON epoch(moment) <= monday
    GROUP BY monday
"""


class Measure:
    """Works out figures of an export, one period after another.

    Args:
        source: The export.
        zone: What days and hours are local to.
        hours: The office hours for ``given_hours``.
    """

    def __init__(self, source: Source, zone: ZoneInfo, hours: OfficeHours | None) -> None:
        self.source = source
        self.zone = zone
        self._hours = hours
        self._missing = Missing.of(source)
        self._people = People(source)
        (updated_at,) = source.one(_UPDATED)
        self._as_of: int = source.as_of or updated_at or 0

    def span(self) -> tuple[int, int]:
        """Return when the first and the last happened that figures count, in unix seconds."""
        first, last = self.source.one(_MOMENTS)
        return (self._as_of if first is None else first), max(self._as_of, last or 0)

    def figures(self, period: Period) -> Figures:
        """Return the figures of a period."""
        self.source.choose(period)
        has, people = self._missing.has, self._people
        given = in_hours(self.source, self._hours, self.zone)
        return Figures(
            workspace=self.source.workspace,
            zone=self.zone.key,
            since=iso(period.since, self.zone),
            until=iso(period.until, self.zone),
            as_of=iso(self._as_of, self.zone),
            api_version=self.source.api_version,
            new_conversations=self._new() if has("new_conversations") else None,
            first_response=self._first_response(given) if has("first_response") else None,
            response=self._response(given) if has("response") else None,
            time_to_close=self._time_to_close(given) if has("time_to_close") else None,
            closed=Closed(*self.source.one(_CLOSED)) if has("closed") else None,
            reopened=self._reopened() if has("reopened") else None,
            csat=self._csat() if has("csat") else None,
            sla=self._sla() if has("sla") else None,
            fin=self._fin() if has("fin") else None,
            busiest_hours=self._busiest_hours() if has("busiest_hours") else None,
            open_over_time=self._open(period) if has("open_over_time") else None,
            waiting=self._waiting() if has("waiting") else None,
            teammates=people.teammates(csat=has("csat")) if has("teammates") else None,
            teams=people.teams() if has("teams") else None,
            tags=people.tags() if has("tags") else None,
            not_included={**self._missing.counts, **self._missing.reasons},
        )

    def _new(self) -> NewConversations:
        count, inbound = self.source.one(_NEW)
        by_channel, by_month = map(dict, map(self.source.rows, (_BY_CHANNEL, _BY_MONTH)))
        return NewConversations(count, inbound, count - inbound, by_channel, by_month)

    def _first_response(self, given: InHours) -> FirstResponse:
        clock, office_hours = self._spreads(_FIRST_RESPONSE)
        told = self._missing.has("first_response.office_hours")
        return FirstResponse(clock, office_hours if told else None, given("first_response"))

    def _response(self, given: InHours) -> Response:
        (clock,) = self._spreads(_RESPONSE)
        return Response(clock, given("response"))

    def _time_to_close(self, given: InHours) -> TimeToClose:
        first, last, *office_hours = self._spreads(_TIME_TO_CLOSE)
        told = self._missing.has("time_to_close.office_hours")
        given_first, given_last = given("first_close"), given("last_close")
        return TimeToClose(
            ToClose(first, last),
            ToClose(*office_hours) if told else None,
            UNSET
            if given_first is UNSET or given_last is UNSET
            else ToClose(given_first, given_last),
        )

    def _reopened(self) -> Reopened:
        conversations, of = self.source.one(_REOPENED)
        return Reopened(conversations, of, share(conversations, of))

    def _csat(self) -> Csat:
        requested, received, positive, by_rating = self.source.one(_RATINGS)
        return Csat(
            requested=requested,
            received=received,
            positive=positive,
            score=share(positive, received),
            response_rate=share(received, requested),
            by_rating={str(rating): (by_rating or {}).get(rating, 0) for rating in range(1, 6)},
        )

    def _sla(self) -> Sla:
        by_name = {
            name: SlaByName(hit, missed, share(hit, hit + missed))
            for name, hit, missed in self.source.rows(_SLA)
        }
        hit = sum(each.hit for each in by_name.values())
        missed = sum(each.missed for each in by_name.values())
        return Sla(hit=hit, missed=missed, rate=share(hit, hit + missed), by_name=by_name)

    def _fin(self) -> Fin:
        count, involved, resolved = self.source.one(_FIN)
        if not self._missing.has("fin.resolved"):
            return Fin(involved, share(involved, count), None, None)
        return Fin(involved, share(involved, count), resolved, share(resolved, involved))

    def _busiest_hours(self) -> list[list[int]]:
        counts = [[0] * 24 for _ in range(7)]
        for day, hour, count in self.source.rows(_BUSIEST):
            counts[day - 1][hour] = count
        return counts

    def _open(self, period: Period) -> dict[str, int]:
        mondays = dict(period.mondays(self.zone, self._as_of))
        changes = dict(self.source.rows(_OPEN, mondays=list(mondays.values())))
        open_then = accumulate(int(changes.get(monday, 0)) for monday in mondays.values())
        return dict(zip(mondays, open_then, strict=True))

    def _waiting(self) -> Waiting:
        return Waiting(*self.source.one(_WAITING, as_of=self._as_of))

    def _spreads(self, query: str) -> list[Spread]:
        return [Spread(**each) for each in self.source.one(query)]


@contextmanager
def measured(
    source: str | PathLike[str],
    *,
    since: Moment | None,
    until: Moment | None,
    zone: str | None,
    office_hours: str | None,
    memory_limit: str,
) -> Iterator[tuple[Measure, Period]]:
    """Open an export to measure a period of it; as of ``figures``."""
    path = Path(source)
    local_to = own_zone(path) if zone is None else zone_of(zone)
    hours = None if office_hours is None else parse(office_hours)
    begins = None if since is None else seconds("since", since, local_to)
    ends = None if until is None else seconds("until", until, local_to)
    if begins is not None and ends is not None and ends <= begins:
        raise ConfigurationError("since must come before until")
    with opened(path, local_to, memory_limit) as tables:
        measure = Measure(tables, local_to, hours)
        first, last = measure.span()
        yield (
            measure,
            Period(first if begins is None else begins, last + 1 if ends is None else ends),
        )
