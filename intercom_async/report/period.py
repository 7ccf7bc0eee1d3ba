"""Zones, and the moments between which a period lies."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from difflib import get_close_matches
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo, available_timezones

import msgspec

from intercom_async.errors import ConfigurationError

__all__ = ["Moment", "Period", "iso", "local", "seconds", "zone_of"]

Moment: TypeAlias = str | date
"""ISO 8601, a date or a datetime. Without an offset it is local to the zone; a date is its 0:00."""

_WEEK: Final = timedelta(days=7)
_END: Final = 32_503_680_000  # of the year 3000


class Period(msgspec.Struct, frozen=True):
    """From a moment until before another.

    Attributes:
        since: Its first second, in unix seconds.
        until: The second after its last.
    """

    since: int
    until: int

    def before(self, zone: ZoneInfo) -> "Period":
        """Return the period of the same days and hours before it."""
        since, until = (_wall_clock(each, zone) for each in (self.since, self.until))
        return Period(_unix(since - (until - since), zone), self.since)

    def mondays(self, zone: ZoneInfo, last: int) -> Iterator[tuple[str, int]]:
        """Yield the date of each Monday that begins in it, up to a moment, and when it begins."""
        monday = _wall_clock(self.since, zone).date()
        monday -= timedelta(days=monday.weekday())
        while (begins := _unix(datetime.combine(monday, time()), zone)) < self.until:
            if begins > last:
                return
            if begins >= self.since:
                yield monday.isoformat(), begins
            monday += _WEEK


def zone_of(name: str) -> ZoneInfo:
    """Return the zone of an IANA name.

    Raises:
        ConfigurationError: There is none; the names that come near are told.
    """
    names = available_timezones()
    if name in names:
        return ZoneInfo(name)
    by_fold = {each.casefold(): each for each in sorted(names)}
    cities = {each.rpartition("/")[2]: each for each in by_fold}
    given = str(name).casefold().strip().replace(" ", "_")
    near = [by_fold[each] for each in get_close_matches(given, by_fold)]
    near += [by_fold[cities[each]] for each in get_close_matches(given, cities)]
    advice = f"did you mean {', '.join(dict.fromkeys(near))}?" if near else "such as Europe/Berlin"
    raise ConfigurationError(f"zone: there is no IANA zone {name!r}; {advice}")


def seconds(name: str, moment: Moment, zone: ZoneInfo) -> int:
    """Return a moment in unix seconds, the next whole one.

    Raises:
        ConfigurationError: It is none.
    """
    given: object = moment
    with suppress(ValueError, OverflowError):
        if isinstance(given, str):
            given = datetime.fromisoformat(given)
        if isinstance(given, date) and not isinstance(given, datetime):
            given = datetime.combine(given, time())
        if isinstance(given, datetime):
            second = _unix(given, given.tzinfo or zone)
            if 0 <= second < _END:
                return second
    raise ConfigurationError(
        f"{name} must be a date or a datetime from 1970 to 2999, such as 2025-07-01, not {moment!r}"
    )


def local(moment: int, zone: ZoneInfo) -> datetime:
    """Return a moment of unix seconds in a zone."""
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=moment)).astimezone(zone)


def iso(moment: int, zone: ZoneInfo) -> str:
    """Return a moment of unix seconds in ISO 8601, with the zone's offset."""
    return local(moment, zone).isoformat()


def _wall_clock(moment: int, zone: ZoneInfo) -> datetime:
    return local(moment, zone).replace(tzinfo=None)


def _unix(moment: datetime, zone: tzinfo) -> int:
    since = moment.replace(tzinfo=zone) - datetime(1970, 1, 1, tzinfo=UTC)
    return -(-since // timedelta(seconds=1))
