"""Office hours: which seconds lie in them, by the wall clock of a zone.

Where clocks are put forward, the hours that no clock shows are none; where they are put back, the
hours that clocks show twice are twice.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

from intercom_async.errors import ConfigurationError
from intercom_async.report.period import local

__all__ = ["OfficeHours", "opening_times", "parse"]

OfficeHours: TypeAlias = tuple[tuple[int, int], ...]
"""From when to when in seconds since Monday 0:00, in order, none touching another."""

_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DASHES: Final = str.maketrans("\u2013\u2014\u2212", "---")
_WORD: Final = re.compile(r"[^\W\d_]+")
_SHOWN: Final = 60  # characters of what cannot be read
_DAY: Final = 86_400
_WEEK: Final = 7 * _DAY
_EPOCH: Final = 3 * _DAY  # 1970 began on a Thursday
_ENTRY: Final = re.compile(r"([a-z]{3})(?:-([a-z]{3}))?\s+(\d\d?):(\d\d)\s*-\s*(\d\d?):(\d\d)")


def parse(text: str) -> OfficeHours:
    """Read office hours, such as ``Mon-Fri 09:00-17:30, Sat 10:00-14:00``.

    Hours that end before they begin, or as they begin, end on the next day.

    Raises:
        ConfigurationError: They are none.
    """
    spans: list[tuple[int, int]] = []
    for entry in map(str.strip, str(text).casefold().translate(_DASHES).split(",")):
        read = _ENTRY.fullmatch(entry)
        first, last = (read[1], read[2] or read[1]) if read else ("", "")
        if read is None or first not in _DAYS or last not in _DAYS:
            raise _unreadable(text, entry)
        begins, ends = _second(read[3], read[4]), _second(read[5], read[6])
        if begins is None or ends is None:
            raise _unreadable(text, entry)
        ends += _DAY * (ends <= begins)
        days = (_DAYS.index(last) - _DAYS.index(first)) % 7 + 1
        for day in range(_DAYS.index(first), _DAYS.index(first) + days):
            spans += _in_week(day * _DAY + begins, day * _DAY + ends)
    return tuple(_merged(spans))


def opening_times(hours: OfficeHours, zone: ZoneInfo, since: int, until: int) -> Iterator[range]:
    """Yield the office hours of a time as ranges of unix seconds, in order."""
    for begins, ends in pairwise(_changes(zone, since, until)):
        offset = _offset(begins, zone)
        week = (begins + offset + _EPOCH) // _WEEK * _WEEK - _EPOCH - offset
        while week < ends:
            for opens, closes in hours:
                open_ = range(max(week + opens, begins), min(week + closes, ends))
                if open_:
                    yield open_
            week += _WEEK


def _changes(zone: ZoneInfo, since: int, until: int) -> list[int]:
    """Return the moments at which the zone's offset changes, and the bounds."""
    found = [since]
    for day in range(since, until, _DAY):
        low, high = day, min(day + _DAY, until)
        if _offset(low, zone) != _offset(high, zone):
            while high - low > 1:
                middle = (low + high) // 2
                if _offset(middle, zone) == _offset(day, zone):
                    low = middle
                else:
                    high = middle
            found.append(high)
    return [*found, until]


def _offset(moment: int, zone: ZoneInfo) -> int:
    return (local(moment, zone).utcoffset() or timedelta()) // timedelta(seconds=1)


def _second(hour: str, minute: str) -> int | None:
    second = int(hour) * 3600 + int(minute) * 60
    return second if int(minute) <= 59 and second <= _DAY else None  # noqa: PLR2004  # minutes of an hour


def _in_week(begins: int, ends: int) -> list[tuple[int, int]]:
    begins, ends = begins % _WEEK, begins % _WEEK + ends - begins
    return [(begins, min(ends, _WEEK)), *([(0, ends - _WEEK)] if ends > _WEEK else [])]


def _merged(spans: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    begins, ends = -1, -1
    for opens, closes in sorted(spans):
        if opens <= ends:
            ends = max(ends, closes)
            continue
        if ends > begins:
            yield begins, ends
        begins, ends = opens, closes
    yield begins, ends


def _unreadable(text: str, entry: str) -> ConfigurationError:
    shown = f"{text[:_SHOWN]}…" if len(text) > _SHOWN else text
    return ConfigurationError(
        "office_hours must be days and hours, such as 'Mon-Fri 09:00-17:30, Sat 10:00-14:00', "
        f"not {shown!r}: {_problem(entry)}"
    )


def _problem(entry: str) -> str:
    """Return what is wrong with an entry, and what to write."""
    words = _WORD.findall(entry)
    unknown = [word for word in words if word not in _DAYS]
    if not words:
        return "days are missing; around the clock is 'Mon-Sun 00:00-24:00'"
    if unknown:
        return f"days are {', '.join(map(str.title, _DAYS))}, not {unknown[0][:_SHOWN]!r}"
    if len(words) == len(re.split(r"[\s-]+", entry)):
        day = entry.title()[:_SHOWN]
        return f"all days need hours: write '{day} 09:00-17:30'"
    return "hours are from 00:00 to 24:00, written 09:00-17:30, after 'Mon' or 'Mon-Fri'"
