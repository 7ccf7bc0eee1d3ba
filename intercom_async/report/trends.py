"""What a report's page shows besides the figures: how they went, and how they are spread."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from os import PathLike
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec

from intercom_async.report.figures import NOTHING, Figures, Spread
from intercom_async.report.measure import measured
from intercom_async.report.period import Moment, Period, local
from intercom_async.report.source import MEMORY_LIMIT, Source

__all__ = ["Remark", "Report", "Step", "TagDetail", "read_report"]

_DAY: Final = 86_400
_RECENT: Final = timedelta(days=90)
_WEEKS_UP_TO: Final = 130 * _DAY
_MONTHS_UP_TO: Final = 4 * 366 * _DAY
_REMARKS: Final = 10
_POSITIVE: Final = 4
WITHIN: Final = {
    "under 5 min": 300,
    "5–15 min": 900,  # noqa: RUF001  # an en dash
    "15–60 min": 3_600,  # noqa: RUF001
    "1–4 h": 14_400,  # noqa: RUF001
    "4–24 h": 86_400,  # noqa: RUF001
    "over 24 h": None,
}
AGES: Final = {
    "under 1 h": 3_600,
    "1–4 h": 14_400,  # noqa: RUF001
    "4–24 h": 86_400,  # noqa: RUF001
    "1–3 d": 259_200,  # noqa: RUF001
    "3–7 d": 604_800,  # noqa: RUF001
    "over 7 d": None,
}


class Step(msgspec.Struct, frozen=True):
    """A week, month or year of the period.

    Attributes:
        label: Its name.
        partial: Whether only a part of it is in the period and the export.
        by_channel: New conversations by the type of their source.
        inbound: New conversations whose source a contact wrote.
        first_response: As in the figures, around the clock.
        first_close: The same.
        last_close: The same.
        response: The same.
        requested: Ratings that were asked for.
        received: Those that were given.
        positive: Those of 4 and 5.
    """

    label: str
    partial: bool
    by_channel: dict[str, int]
    inbound: int
    first_response: Spread
    first_close: Spread
    last_close: Spread
    response: Spread
    requested: int
    received: int
    positive: int


class Remark(msgspec.Struct, frozen=True):
    """What a contact wrote beside a rating below 3.

    Attributes:
        day: The local day on which the rating was asked for.
        rating: The rating.
        remark: The text.
        conversation: The id of the conversation.
    """

    day: str
    rating: int
    remark: str
    conversation: str


class TagDetail(msgspec.Struct, frozen=True):
    """More on the new conversations that carry a tag.

    Attributes:
        first_response: Around the clock.
        received: How many of them are rated.
        positive: How many with 4 or 5.
    """

    first_response: Spread
    received: int
    positive: int


class Report(msgspec.Struct, frozen=True):
    """All that a report's page shows.

    Attributes:
        figures: The figures of the period.
        recent: Those that the tiles show, with the ones of the period before: the period, or the
            last 90 days if no beginning was given.
        steps: The period in weeks, months or years.
        answered_within: New conversations by how long their first response took.
        waiting_by_age: Conversations in which contacts wait, by how long they do.
        remarks: The latest remarks of ratings below 3.
        tags: More on tags, by id.
        office_hours: The office hours given, if any were.
        name: The workspace's name, if that is known.
    """

    figures: Figures
    recent: Figures
    steps: tuple[Step, ...]
    answered_within: dict[str, int]
    waiting_by_age: dict[str, int]
    remarks: tuple[Remark, ...]
    tags: dict[str, TagDetail]
    office_hours: str | None = None
    name: str | None = None


def read_report(
    source: str | PathLike[str],
    *,
    since: Moment | None = None,
    until: Moment | None = None,
    zone: str | None = None,
    office_hours: str | None = None,
    redact: frozenset[str] = frozenset(),
    memory_limit: str = MEMORY_LIMIT,
) -> Report:
    """Read all that the page of a workspace shows.

    Args:
        source: As of ``figures``, and so are the others.
        since: When the period begins.
        until: The moment before which it ends.
        zone: The IANA name of the zone.
        office_hours: Office hours such as ``Mon-Fri 09:00-17:30``.
        redact: What to leave out: ``name``, in whose place ids stand, and ``remark``.
        memory_limit: How much memory DuckDB may take.

    Raises:
        ConfigurationError: As of ``figures``.
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
        tables, local_to = measure.source, measure.zone
        first, last = measure.span()
        found = measure.figures(period)
        as_of = int(datetime.fromisoformat(found.as_of).timestamp())
        (latest,) = tables.one("SELECT CAST(epoch(max(created_at)) AS BIGINT) FROM metrics_events")
        end = max(first, min(period.until, (latest or last) + 1))
        recent = period
        if since is None:
            recent = Period(max(first, end - int(_RECENT.total_seconds())), end)
        before = measure.figures(recent.before(local_to))
        now = msgspec.structs.replace(measure.figures(recent), before=before)
        tables.choose(period)
        shown = Period(max(period.since, first), end)
        report = Report(
            figures=found,
            recent=now,
            steps=tuple(_steps(tables, period, shown, local_to)),
            answered_within=_binned(
                tables,
                "SELECT first_response AS it FROM metrics_asked WHERE in_period(asked_at)",
                WITHIN,
            ),
            waiting_by_age=_binned(
                tables,
                f"SELECT {as_of} - epoch(waiting_since) AS it "  # noqa: S608  # of a number
                "FROM conversations WHERE state = 'open'",
                AGES,
            ),
            remarks=() if "remark" in redact else tuple(_remarks(tables)),
            tags=_tags(tables),
            office_hours=office_hours,
            name=tables.name,
        )
    return _without_names(report) if "name" in redact else report


def _steps(tables: Source, period: Period, shown: Period, zone: ZoneInfo) -> Iterator[Step]:
    lasts = shown.until - shown.since
    unit = "week" if lasts <= _WEEKS_UP_TO else "month" if lasts <= _MONTHS_UP_TO else "year"

    def by_step(columns: str, rows: str, moment: str) -> Any:
        step = f"CAST(date_trunc('{unit}', {moment}) AS DATE)"
        return tables.rows(
            f"SELECT {step}, {columns} FROM {rows} WHERE in_period({moment}) GROUP BY ALL"  # noqa: S608  # of constants and numbers
        )

    channels: dict[date, dict[str, int]] = {}
    by_channel = by_step("coalesce(source_type, 'none'), count(*)", "metrics_asked", "asked_at")
    for step, channel, new in by_channel:
        channels.setdefault(step, {})[channel] = new
    spreads = ", ".join(
        f"spread({each})"
        for each in ("first_response", "time_to_first_close", "time_to_last_close")
    )
    asked = {
        step: row
        for step, *row in by_step(
            f"count(*) FILTER (inbound), {spreads}", "metrics_asked", "asked_at"
        )
    }
    answers = by_step("spread(response)", "metrics_responses", "answered_at")
    responses = {step: Spread(**row) for step, row in answers}
    columns = "count(*), count(rating), count(*) FILTER (rating IN (4, 5))"
    ratings = {step: row for step, *row in by_step(columns, "metrics_ratings", "requested_at")}
    end = local(shown.until, zone).replace(tzinfo=None)
    since = local(period.since, zone).replace(tzinfo=None)
    each = _start(local(shown.since, zone).date(), unit)
    while datetime.combine(each, datetime.min.time()) < end:
        following = _next(each, unit)
        begins, over = (datetime.combine(day, datetime.min.time()) for day in (each, following))
        inbound, *row = asked.get(each, [0])
        first, first_close, last_close = [Spread(**found) for found in row] or [NOTHING] * 3
        yield Step(
            _label(each, unit),
            begins < since or over > end,
            channels.get(each, {}),
            inbound,
            first,
            first_close,
            last_close,
            responses.get(each, NOTHING),
            *ratings.get(each, [0, 0, 0]),
        )
        each = following


def _start(day: date, unit: str) -> date:
    if unit == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if unit == "month" else day.replace(month=1, day=1)


def _next(day: date, unit: str) -> date:
    if unit == "week":
        return day + timedelta(days=7)
    return _start(day + timedelta(days=31 if unit == "month" else 366), unit)


def _label(day: date, unit: str) -> str:
    return (
        f"{day.day} {day:%b}"
        if unit == "week"
        else f"{day:%b %y}"
        if unit == "month"
        else f"{day:%Y}"
    )


def _binned(tables: Source, rows: str, bins: dict[str, int | None]) -> dict[str, int]:
    counts, least = [], 0
    for most in bins.values():
        counts.append(
            f"count(*) FILTER (it >= {least}" + (")" if most is None else f" AND it < {most})")
        )
        least = most or 0
    return dict(zip(bins, tables.one(f"SELECT {', '.join(counts)} FROM ({rows})"), strict=True))  # noqa: S608  # of constants and numbers


def _remarks(tables: Source) -> Iterator[Remark]:
    for row in tables.rows(
        "SELECT strftime(rating_created_at, '%Y-%m-%d'), rating, rating_remark, id "  # noqa: S608  # of constants and numbers
        "FROM conversations WHERE rating < 3 AND rating_remark <> '' "
        f"AND in_period(rating_created_at) "
        f"ORDER BY rating_created_at DESC, id LIMIT {_REMARKS}"
    ):
        yield Remark(*row)


def _tags(tables: Source) -> dict[str, TagDetail]:
    rows = tables.rows(
        f"SELECT tag, spread(first_response), count(rating), "  # noqa: S608  # of constants and numbers
        f"count(*) FILTER (rating >= {_POSITIVE}) FROM ("
        "SELECT unnest(list_distinct(a.tag_ids)) AS tag, first_response, rating "
        "FROM metrics_asked a JOIN conversations ON id = conversation_id "
        f"WHERE in_period(asked_at)) GROUP BY tag"
    )
    return {
        tag: TagDetail(Spread(**spread), received, positive)
        for tag, spread, received, positive in rows
    }


def _without_names(report: Report) -> Report:
    def of(figures: Figures) -> Figures:
        named = {
            kind: {id: msgspec.structs.replace(each, name=id) for id, each in found.items()}
            for kind in ("teammates", "teams", "tags")
            if (found := getattr(figures, kind)) is not None
        }
        return msgspec.structs.replace(figures, **named)

    return msgspec.structs.replace(
        report, figures=of(report.figures), recent=of(report.recent), name=None
    )
