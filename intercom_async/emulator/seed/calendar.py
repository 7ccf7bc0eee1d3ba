"""A workspace's days and hours: its wall clock, and its office hours, Mon-Fri 09:00-17:30."""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

MINUTE: Final = 60
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR
_WEEK: Final = 7 * DAY
_FIRST_MONDAY: Final = 4 * DAY  # 1970-01-05
OPENS: Final = 9 * HOUR  # seconds into a day
CLOSES: Final = 17 * HOUR + HOUR // 2
WORKDAYS: Final = 5
_WORKDAY: Final = CLOSES - OPENS
_CHANGES_AT: Final = 900  # clocks are put forward and back at multiples of a quarter of an hour


class Calendar:
    """Converts between unix seconds, the wall clock, and seconds of office hours.

    Office hours are counted from a Monday long ago. They are exact where the clocks are put
    forward and back outside of them, as in all zones of today.
    """

    def __init__(self, zone: str) -> None:
        try:
            self._zone = ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError(f"there is no time zone {zone!r}") from error
        self._offset = lru_cache(maxsize=None)(self._read_offset)

    @property
    def zone(self) -> str:
        """The name of the zone."""
        return self._zone.key

    def wall(self, at: int) -> tuple[int, int]:
        """Tell the weekday, Monday being 0, and the second of the day."""
        return divmod((self._local(at) - _FIRST_MONDAY) % _WEEK, DAY)

    def unix(self, local: int) -> int:
        """Convert seconds of the wall clock since 1970."""
        guess = local - self._offset(local // _CHANGES_AT)
        return local - self._offset(guess // _CHANGES_AT)

    def worked(self, at: int) -> int:
        """Count the seconds of office hours before a moment."""
        week, second = divmod(self._local(at) - _FIRST_MONDAY, _WEEK)
        day, second = divmod(second, DAY)
        if day >= WORKDAYS:
            return (week + 1) * WORKDAYS * _WORKDAY
        return (week * WORKDAYS + day) * _WORKDAY + min(max(second - OPENS, 0), _WORKDAY)

    def after(self, at: int, seconds: int) -> int:
        """Find the moment in office hours when so many seconds of them have passed."""
        days, second = divmod(self.worked(at) + seconds, _WORKDAY)
        week, day = divmod(days, WORKDAYS)
        return self.unix(_FIRST_MONDAY + week * _WEEK + day * DAY + OPENS + second)

    def _local(self, at: int) -> int:
        return at + self._offset(at // _CHANGES_AT)

    def _read_offset(self, quarter: int) -> int:
        moment = datetime.fromtimestamp(quarter * _CHANGES_AT, UTC).astimezone(self._zone)
        offset = moment.utcoffset()
        return 0 if offset is None else int(offset.total_seconds())
