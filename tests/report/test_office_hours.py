"""Office hours are told by the wall clock, second by second."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from intercom_async import ConfigurationError
from intercom_async.report import Spread
from intercom_async.report.office_hours import opening_times, parse
from tests.report import plain
from tests.report.making import ANA, BERLIN, MARK, Make, at, conversation, part

HOUR, DAY = 3600, 86_400


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("Mon 09:00-17:30", ((9 * HOUR, 63_000),)),
        ("mon-tue 9:00-10:00", ((9 * HOUR, 10 * HOUR), (DAY + 9 * HOUR, DAY + 10 * HOUR))),
        ("Mon 09:00-12:00, Mon 11:00-13:00", ((9 * HOUR, 13 * HOUR),)),
        ("Sun 22:00-06:00", ((0, 6 * HOUR), (6 * DAY + 22 * HOUR, 7 * DAY))),
        ("Sat-Mon 00:00-01:00", ((0, HOUR), (5 * DAY, 5 * DAY + HOUR), (6 * DAY, 6 * DAY + HOUR))),
        ("Mon-Sun 00:00-24:00", ((0, 7 * DAY),)),
        ("Mon–Tue 22:00–02:00", ((22 * HOUR, 26 * HOUR), (DAY + 22 * HOUR, DAY + 26 * HOUR))),  # noqa: RUF001  # en dashes
        ("Mon 00:00-00:00", ((0, DAY),)),
        ("Sun-Mon 09:00-10:00", ((9 * HOUR, 10 * HOUR), (6 * DAY + 9 * HOUR, 6 * DAY + 10 * HOUR))),
    ],
)
def test_hours_are_read(text: str, spans: tuple[tuple[int, int], ...]) -> None:
    assert parse(text) == spans


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "'Mon-Sun 00:00-24:00'"),
        ("24/7", "'Mon-Sun 00:00-24:00'"),
        ("09:00-17:30", "days are missing"),
        ("always", "days are Mon, Tue, Wed, Thu, Fri, Sat, Sun, not 'always'"),
        ("Monday-Friday 09:00-17:30", "not 'monday'"),
        ("Mon-Xyz 9:00-10:00", "not 'xyz'"),
        ("Mon 9am-5pm", "not 'am'"),
        ("Mon", "write 'Mon 09:00-17:30'"),
        ("Mon,Wed 09:00-17:00", "write 'Mon 09:00-17:30'"),
        ("Sun-Thu", "write 'Sun-Thu 09:00-17:30'"),
        ("Mon 9-17", "written 09:00-17:30"),
        ("Mon 09:00-25:00", "from 00:00 to 24:00"),
        ("Mon 09:60-10:00", "from 00:00 to 24:00"),
        ("Mon 09:00-17:30; Tue 09:00-17:30", "written 09:00-17:30"),
        ("Mon-Fri 09:00-17:30,", "days are missing"),
        ("Mon-Fri-Sat 09:00-17:30", "after 'Mon' or 'Mon-Fri'"),
        ("\u202e</svg><script>\0" * 999, "not 'svg'"),
        ("Mon \u0660\u0669:00-17:30" + "x" * 9_999, "days are Mon"),
    ],
)
def test_what_is_no_hours_is_refused_with_what_to_write(text: str, said: str) -> None:
    with pytest.raises(ConfigurationError, match="office_hours must be days and hours") as raised:
        parse(text)
    assert said in str(raised.value)
    assert len(str(raised.value)) < 700


@pytest.mark.parametrize(
    "night",
    [
        *[("Europe/Berlin", "2025-03-29T12:00"), ("Europe/Berlin", "2025-10-25T12:00")],
        *[("Australia/Lord_Howe", "2025-04-05T12:00"), ("America/New_York", "2025-03-08T12:00")],
    ],
)
@pytest.mark.parametrize("text", ["Sun 01:30-02:30", "Sat-Sun 00:00-04:00", "Sun 02:10-02:20"])
def test_a_night_that_clocks_change_has_the_hours_they_show(
    night: tuple[str, str], text: str
) -> None:
    name, begins = night
    zone = ZoneInfo(name)
    since = int(datetime.fromisoformat(begins).replace(tzinfo=zone).timestamp())
    shown = {
        moment
        for moment in range(since, since + DAY, 60)
        for opens, closes in parse(text)
        if opens <= second_of_week(datetime.fromtimestamp(moment, zone)) < closes
    }
    found = [*opening_times(parse(text), zone, since, since + DAY)]
    assert {moment for each in found for moment in each if moment % 60 == since % 60} == shown
    assert sum(map(len, found)) == 60 * len(shown)


def second_of_week(wall: datetime) -> int:
    return wall.weekday() * DAY + wall.hour * HOUR + wall.minute * 60


@pytest.mark.long
@pytest.mark.parametrize(
    ("asked", "answered", "span"),
    [
        ("2025-03-05T10:00", "2025-03-05T10:30", 30 * 60),
        ("2025-03-05T17:00", "2025-03-06T09:30", HOUR),
        ("2025-03-07T18:00", "2025-03-10T08:00", 0),
        ("2025-03-08T12:00", "2025-03-10T09:00", 0),
        ("2025-03-05T09:00", "2025-03-05T17:30", int(8.5 * HOUR)),
        ("2025-03-28T17:00", "2025-03-31T10:00", int(1.5 * HOUR)),
        ("2025-03-05T10:00", "2025-12-05T10:00", None),
    ],
)
def test_figures_in_hours_given(make: Make, asked: str, answered: str, span: int | None) -> None:
    begins, ends = at(asked), at(answered)
    if span is None:
        span = plain.in_hours(begins, ends, BERLIN, 9 * HOUR, int(17.5 * HOUR))
    parts = [part(ends, "comment", MARK, "Hi"), part(ends, "close", MARK)]
    parts.append(part(ends + 30 * DAY, "close", MARK))
    found = make(
        conversation("1", begins, ANA, parts),
        until="2026-01-01",
        office_hours="Mon-Fri 09:00-17:30",
    )
    assert found.first_response is not None
    assert found.response is not None
    assert found.time_to_close is not None
    one = Spread(1, span, span)
    assert found.first_response.given_hours == found.response.given_hours == one
    assert found.first_response.clock == Spread(1, ends - begins, ends - begins)
    in_hours = found.time_to_close.given_hours
    assert in_hours
    assert in_hours.first == one
    assert in_hours.last.median is not None
    last = plain.in_hours(begins, ends + 30 * DAY, BERLIN, 9 * HOUR, int(17.5 * HOUR))
    assert in_hours.last.median == last
