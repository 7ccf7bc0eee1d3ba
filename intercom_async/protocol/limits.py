"""The API's rate window, learnt from the headers of answers, on the server's clock.

``X-RateLimit-Limit``, ``-Remaining`` and ``-Reset`` speak of a fixed window of about ten seconds
whose size differs between workspaces and which other apps, unseen, draw on too. ``Reset`` is in
the server's unix seconds, so its clock is worked out from ``Date``. Nothing here reads a clock:
``now`` is seconds of the caller's monotonic clock.
"""

from collections.abc import Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime
from functools import lru_cache
from math import inf
from typing import Final

import msgspec

TOO_MANY_REQUESTS: Final = 429

# How many requests go out before the first answer has told the limit.
_UNLEARNT: Final = 10
# Windows of ten seconds were seen; a Reset further ahead than this is not believed.
_LONGEST_WINDOW: Final = 120.0
# After a 429 whose Reset has passed or is missing: never hammer.
_SHORTEST_PAUSE: Final = 0.5


class RateHeaders(msgspec.Struct, frozen=True, gc=False):
    """What an answer's headers say of the rate window.

    Attributes:
        limit: Requests per window.
        remaining: Requests left in the window.
        reset: The window's end in the server's unix seconds.
        date: When the answer was made, in the server's unix seconds, rounded down.
        retry_after: Seconds the server asks to wait.
    """

    limit: int | None = None
    remaining: int | None = None
    reset: float | None = None
    date: float | None = None
    retry_after: float | None = None

    @property
    def wait(self) -> float | None:
        """Seconds from the answer until it is worth asking again, if it says so believably."""
        if self.retry_after is not None:
            return min(max(self.retry_after, 0.0), _LONGEST_WINDOW)
        if self.reset is None or self.date is None or self.remaining:
            return None
        wait = self.reset - self.date
        return wait if 0 <= wait <= _LONGEST_WINDOW else None


def rate_headers(headers: Mapping[str, str]) -> RateHeaders:
    """Read the rate headers of an answer; what makes no sense is ``None``."""
    date = _http_date(headers.get("Date"))
    return RateHeaders(
        limit=_count(headers.get("X-RateLimit-Limit")),
        remaining=_count(headers.get("X-RateLimit-Remaining")),
        reset=_number(headers.get("X-RateLimit-Reset")),
        date=date,
        retry_after=_retry_after(headers.get("Retry-After"), date),
    )


def _number(text: str | None) -> float | None:
    if text is None:
        return None
    try:
        value = float(text)
    except ValueError:
        return None
    return value if -inf < value < inf else None


def _count(text: str | None) -> int | None:
    value = _number(text)
    return int(value) if value is not None and value >= 0 else None


def _retry_after(text: str | None, date: float | None) -> float | None:
    if text is None:
        return None
    seconds = _number(text)
    if seconds is not None:
        return seconds
    moment = _http_date(text)
    return moment - date if moment is not None and date is not None else None


@lru_cache(maxsize=8)  # one Date serves every answer of its second
def _http_date(text: str | None) -> float | None:
    if not text:
        return None
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment.timestamp()


class ServerClock:
    """Works out the server's clock from ``Date`` headers, which count whole seconds.

    An answer dated ``d``, asked for at ``s`` and received at ``r``, says that the server's clock
    minus ours lies between ``d - r`` and ``d + 1 - s``. Every answer narrows that interval.
    """

    def __init__(self) -> None:
        self._low = -inf
        self._high = inf

    def observe(self, date: float, sent: float, received: float) -> None:
        """Learn from one answer; start afresh if one of the clocks was set meanwhile."""
        low, high = date - received, date + 1 - sent
        if low > self._high or high < self._low:
            self._low, self._high = low, high
        else:
            self._low, self._high = max(low, self._low), min(high, self._high)

    def seconds_until(self, moment: float, now: float) -> float:
        """Return how long until the server's clock has passed ``moment`` for certain."""
        return moment - (now + self._low)


class RateWindow:
    """Decides when the next request of one workspace may be sent.

    Args:
        budget: The share of each window that may be used, above 0 and at most 1.
    """

    def __init__(self, budget: float = 1.0) -> None:
        self._budget = budget
        self._clock = ServerClock()
        self._limit: int | None = None
        self._silent = False
        self._reset: float | None = None
        self._passed = -inf
        self._started = -inf
        self._remaining = 0
        self._own = 0
        self._in_flight = 0
        self._paused_until = -inf

    def __repr__(self) -> str:
        """Show what is known of the window."""
        return (
            f"<RateWindow limit={self._limit} remaining={self._remaining} own={self._own} "
            f"in_flight={self._in_flight}>"
        )

    @property
    def limit(self) -> int | None:
        """Requests per window, as last told; ``None`` before the first answer."""
        return self._limit

    @property
    def in_flight(self) -> int:
        """How many requests were sent and not yet settled."""
        return self._in_flight

    def delay(self, now: float) -> float:
        """Return the seconds until one more request may be sent.

        0 means now; infinity means not before an answer to a request under way.
        """
        if now < self._paused_until:
            return self._paused_until - now
        if self._limit is None:
            return 0.0 if self._silent or self._in_flight < _UNLEARNT else inf
        if self._reset is not None and self._clock.seconds_until(self._reset, now) <= 0:
            self._roll_over(now)
        share = max(1, int(self._limit * self._budget))
        # Requests under way may or may not be counted in what the server said remains.
        if min(self._remaining - self._in_flight, share - self._own) > 0:
            return 0.0
        if self._reset is not None:
            return self._clock.seconds_until(self._reset, now)
        return inf if self._in_flight else 0.0

    def sent(self) -> None:
        """Count a request that is being sent."""
        self._in_flight += 1
        self._own += 1

    def lost(self) -> None:
        """Count a request that ended without an answer; the server may have counted it."""
        self._in_flight -= 1

    def answered(
        self, status: int, headers: RateHeaders, sent: float, received: float, wall: float
    ) -> None:
        """Learn from an answer.

        Args:
            status: Its HTTP status.
            headers: What it says of the window.
            sent: When the request was sent, on the caller's monotonic clock.
            received: When the answer was there, on the same clock.
            wall: The caller's unix time, for answers without a date.
        """
        self._in_flight -= 1
        date = headers.date
        self._clock.observe(wall if date is None else date, sent, received)
        self._learn(headers, sent, received)
        if status == TOO_MANY_REQUESTS:
            self._pause(headers, received)

    def _learn(self, headers: RateHeaders, sent: float, received: float) -> None:
        limit, remaining, reset = headers.limit, headers.remaining, headers.reset
        if not limit or remaining is None or reset is None or not self._is_near(reset, received):
            self._silent = self._limit is None
            return
        if reset <= self._passed:
            if sent < self._started:
                self._own -= 1  # counted in the window before
            return
        self._limit = limit
        if self._reset is None:
            self._reset, self._remaining = reset, min(remaining, self._remaining or limit)
        elif reset > self._reset:
            self._roll_over(received)
            self._own += 1
            self._reset, self._remaining = reset, remaining
        elif reset == self._reset:
            # Answers overtake each other: the lowest is the truth.
            self._remaining = min(remaining, self._remaining)

    def _is_near(self, reset: float, now: float) -> bool:
        return -1 <= self._clock.seconds_until(reset, now) <= _LONGEST_WINDOW

    def _roll_over(self, now: float) -> None:
        if self._reset is not None:
            self._passed = self._reset
        self._reset = None
        self._started = now
        self._remaining = self._limit or 0
        # Those under way may be counted in either window: in this one, until they say.
        self._own = self._in_flight

    def _pause(self, headers: RateHeaders, received: float) -> None:
        wait = headers.wait
        if headers.retry_after is None and headers.reset is not None and wait is not None:
            wait = self._clock.seconds_until(headers.reset, received)
        pause = min(max(wait or 0.0, _SHORTEST_PAUSE), _LONGEST_WINDOW)
        self._paused_until = max(self._paused_until, received + pause)
