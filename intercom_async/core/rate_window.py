"""The API's rate window, learnt from the headers of answers, on the server's clock.

``X-RateLimit-Limit``, ``-Remaining`` and ``-Reset`` describe a fixed window of about ten seconds.
Its size differs between workspaces, and other apps use it too. ``Reset`` is in the server's unix
seconds, so the server's clock is estimated from ``Date``. Nothing here reads a clock, but where an
answer without ``Date`` has a date in ``Retry-After``; ``now`` is in seconds of the caller's
monotonic clock.
"""

import time
from bisect import bisect_right
from collections.abc import Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime
from functools import lru_cache
from math import inf, sqrt
from typing import Final

import msgspec

__all__ = ["RateHeaders"]

TOO_MANY_REQUESTS: Final = 429

# Concurrent requests before the first answer has told the limit.
_INITIAL_CONCURRENCY: Final = 10
# The length of a window, in seconds, until two Resets have told it.
_USUAL_WINDOW: Final = 10.0
# A Reset further away than this, in seconds, is ignored.
LONGEST_WINDOW: Final = 120.0
# The pause after a 429 whose Reset has passed or is missing; doubled for each in a row.
_SHORTEST_PAUSE: Final = 0.5
_MOST_DOUBLINGS: Final = 5
# Added to the wait for a window if Date and Reset prove to disagree.
_LAG_STEP: Final = 0.5
_LONGEST_LAG: Final = 2.0
# The share of other apps' request rate that is still expected one window later.
_DECAY: Final = 0.75
# No wait is shorter, so that the clock advances.
_SHORTEST_WAIT: Final = 0.001
# Seconds from the server's count to our knowledge of it; other apps send meanwhile.
_UNSEEN: Final = 0.25
# Seconds per second that two clocks may drift apart.
_DRIFT: Final = 1e-4


class RateHeaders(msgspec.Struct, frozen=True, gc=False):
    """The rate window in an answer's headers.

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
        """Seconds to wait before the next request, if the answer says so plausibly."""
        if self.retry_after is not None:
            return max(self.retry_after, 0.0)
        if self.reset is None or self.date is None or self.remaining:
            return None
        wait = self.reset - self.date
        return wait if 0 <= wait <= LONGEST_WINDOW else None


def rate_headers(headers: Mapping[str, str]) -> RateHeaders:
    """Read the rate headers of an answer; a header that cannot be parsed is ``None``."""
    date = _http_date(headers.get("Date"))
    return RateHeaders(
        limit=_count(headers.get("X-RateLimit-Limit")),
        remaining=_count(headers.get("X-RateLimit-Remaining")),
        reset=_number(headers.get("X-RateLimit-Reset")),
        date=date,
        retry_after=_retry_after(headers.get("Retry-After"), date),
    )


# Few numbers occur: every answer repeats the limit and the window's end.
@lru_cache(maxsize=256)
def _number(text: str | None) -> float | None:
    if text is None:
        return None
    try:
        value = float(text)
    except ValueError:
        return None
    return value if -inf < value < inf else None


@lru_cache(maxsize=256)
def _count(text: str | None) -> int | None:
    value = _number(text)
    return int(value) if value is not None and value >= 0 else None


def _retry_after(text: str | None, date: float | None) -> float | None:
    if text is None:
        return None
    seconds = _number(text)
    if seconds is not None:
        return seconds
    if (moment := _http_date(text)) is None:
        return None
    if date is not None:
        return moment - date
    wait = moment - time.time()
    return wait if wait > 0 else None  # by two clocks, which may differ


@lru_cache(maxsize=8)  # one Date serves every answer of its second
def _http_date(text: str | None) -> float | None:
    if not text:
        return None
    try:
        moment = parsedate_to_datetime(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return moment.timestamp()
    except (ValueError, OverflowError):
        return None


class ServerClock:
    """Estimates the server's clock from ``Date`` headers, which are in whole seconds.

    If an answer dated ``d`` was asked for at ``s`` and received at ``r``, the server's clock minus
    ours is between ``d - r`` and ``d + 1 - s``. Every answer narrows this interval, and drift
    widens it again a little.
    """

    def __init__(self) -> None:
        self._low = -inf
        self._high = inf
        self._latest = -inf

    def observe(self, date: float, sent: float, received: float) -> bool:
        """Take note of an answer; start afresh if one of the clocks was set meanwhile.

        Returns:
            Whether it started afresh.
        """
        if received > self._latest:
            if self._latest > -inf:
                drift = _DRIFT * (received - self._latest)
                self._low -= drift
                self._high += drift
            self._latest = received
        low, high = date - received, date + 1 - sent
        if low > self._high or high < self._low:
            self._low, self._high = low, high
            return True
        self._low = max(self._low, low)
        self._high = min(self._high, high)
        return False

    def bounds(self, now: float) -> tuple[float, float]:
        """Return the unix seconds between which the server's clock is."""
        return now + self._low, now + self._high

    def seconds_until(self, moment: float, now: float) -> float:
        """Return the seconds until the server's clock has certainly passed ``moment``."""
        return moment - (now + self._low)


class RateWindow:
    """Decides when the next request of one workspace may be sent.

    Two counts hold requests back. ``own`` counts the requests that the server may count in this
    window, so that we alone never exceed it. ``remaining``, as the server reports it, includes
    the requests of other apps. It lacks requests that the server had not counted yet: at most
    those under way, usually those sent after the one it answered.
    """

    def __init__(self) -> None:
        self._clock = ServerClock()
        self._dated = False
        self._limit: int | None = None
        self._in_flight = 0
        self._granted = 0
        self._paused_until = -inf
        self._pauses = 0
        # While the limit is unknown: how many may be under way, and when that was last halved.
        self._ceiling = float(_INITIAL_CONCURRENCY)
        self._cut_at = -inf
        # This window. Its Reset is unknown until an answer tells it.
        self._reset: float | None = None
        self._started = -inf
        self._own = 0
        self._refused = 0
        self._remaining = 0
        self._sends: list[float] = []
        self._reported_remaining = 0
        self._reported_at = -inf
        # Earlier windows.
        self._last_reset = -inf
        self._length: float | None = None
        self._lag = 0.0
        self._external_rate = 0.0

    def __repr__(self) -> str:
        """Show the window's counts."""
        return (
            f"<RateWindow limit={self._limit} remaining={self._remaining} own={self._own} "
            f"in_flight={self._in_flight}>"
        )

    @property
    def limit(self) -> int | None:
        """Requests per window, as last reported; ``None`` before the first answer."""
        return self._limit

    @property
    def in_flight(self) -> int:
        """How many requests are under way."""
        return self._in_flight

    def server_time(self, now: float) -> tuple[float, float]:
        """Return the unix seconds between which the server's clock is; infinite ones at first."""
        return self._clock.bounds(now)

    def delay(self, now: float, budget: float = 1.0) -> float:
        """Return the seconds until one more request may be sent.

        0 means now; infinity means not before a request under way is answered.

        Args:
            now: The caller's monotonic clock.
            budget: The share of the window that this request's client may use, above 0 and at
                most 1.
        """
        if now < self._paused_until:
            return self._paused_until - now
        if self._limit is None:
            return 0.0 if self._in_flight < self._ceiling else inf
        wait = self._until_end(now)
        if wait <= 0:
            self._roll_over(now)
            wait = self._length or _USUAL_WINDOW
        return 0.0 if self._has_room(self._limit, now, budget) else max(wait, _SHORTEST_WAIT)

    def sent(self, now: float) -> None:
        """Count a request that is being sent."""
        self._in_flight += 1
        self._own += 1
        self._sends.append(now)

    def granted(self) -> None:
        """Count a request that its task will send when it runs."""
        self._in_flight += 1
        self._own += 1
        self._granted += 1

    def mark_sent(self, now: float) -> None:
        """Take note that a granted request is being sent now."""
        self._granted -= 1
        self._sends.append(now)

    def release(self) -> None:
        """Count a request that ended without an answer; the server may have counted it."""
        self._in_flight -= 1

    def record_response(
        self, status: int, headers: RateHeaders, sent: float, received: float, wall: float
    ) -> None:
        """Take note of an answer.

        Args:
            status: Its HTTP status.
            headers: What it says of the window.
            sent: When the request was sent, on the caller's monotonic clock.
            received: When the answer was there, on the same clock.
            wall: The caller's unix time, for answers without a date.
        """
        self._in_flight -= 1
        self._set_clock(headers.date, sent, received, wall)
        if status == TOO_MANY_REQUESTS:
            self._pause(headers, sent, received)
            self._refused += 1
        elif sent >= self._paused_until:
            self._pauses = 0
        self._learn(headers, sent, received)
        if self._limit is None:
            self._probe_without_headers(status, sent, received)

    def _has_room(self, limit: int, now: float, budget: float) -> bool:
        if not self._own:
            return True  # one request, whatever others use: only its answer tells
        share = int(limit * budget)
        if self._own >= share:
            return False
        reserve = self._headroom(now) if self._external_rate else 0.0
        if budget < 1 and self._reported_remaining >= share:
            # Other clients keep to their share, so they take at most the rest of the window.
            reserve = min(reserve, self._reported_remaining - share)
        return self._remaining > reserve and (
            self._reported_remaining - len(self._sends) - self._granted > reserve
            or self._remaining - self._in_flight > reserve
        )

    def _headroom(self, now: float) -> float:
        """Return how many requests others may have sent since ``remaining`` was reported."""
        expected = self._external_rate * (now - max(self._reported_at, self._started) + _UNSEEN)
        return 1 + expected + 3 * sqrt(expected)

    def _until_end(self, now: float) -> float:
        if self._reset is None:
            return self._started + (self._length or _USUAL_WINDOW) - now
        return self._clock.seconds_until(self._reset, now) + self._lag

    def _set_clock(self, date: float | None, sent: float, received: float, wall: float) -> None:
        if date is None:
            if self._dated:
                return
            date = wall
        elif not self._dated:
            self._dated = True
            self._clock = ServerClock()
        if self._clock.observe(date, sent, received):
            # An earlier Reset may now be hours away.
            self._reset, self._last_reset, self._lag = None, -inf, 0.0

    def _learn(self, headers: RateHeaders, sent: float, received: float) -> None:
        limit, remaining, reset = headers.limit, headers.remaining, headers.reset
        if not limit or remaining is None:
            return
        if reset is None or not self._is_near(reset, sent, received):
            self._limit = limit
            return
        if reset <= self._last_reset or (self._reset is not None and reset < self._reset):
            self._learn_late(reset, sent)
            return
        self._limit = limit
        if self._reset is None:
            self._begin(reset, remaining)
        elif reset > self._reset:
            self._roll_over(received)
            self._own += 1
            self._begin(reset, remaining)
        # Answers may arrive out of order: the lowest is the latest.
        self._remaining = min(self._remaining, remaining)
        if sent >= max(self._reported_at, self._started):
            self._reported_at = sent
            self._reported_remaining = min(remaining + bisect_right(self._sends, sent), limit)

    def _is_near(self, reset: float, sent: float, received: float) -> bool:
        # A window that ended before the request was sent has not counted it.
        left = self._clock.seconds_until(reset, received)
        return left <= LONGEST_WINDOW and left + received - sent >= -_LONGEST_LAG

    def _probe_without_headers(self, status: int, sent: float, received: float) -> None:
        """Without a limit, increase the requests under way until one is refused, then halve."""
        self._sends.clear()
        if status != TOO_MANY_REQUESTS:
            self._ceiling += 1 if self._cut_at == -inf else 1 / self._ceiling
        elif sent >= self._cut_at:
            self._ceiling = max(self._ceiling / 2, 1.0)
            self._cut_at = received

    def _learn_late(self, reset: float, sent: float) -> None:
        self._own = max(self._own - 1, 0)  # counted in an earlier window
        if reset == self._last_reset and sent >= self._started:
            # Date and Reset come from two clocks, or are rounded differently.
            early = -self._clock.seconds_until(reset, sent)
            self._lag = min(max(self._lag, early + _LAG_STEP), _LONGEST_LAG)

    def _begin(self, reset: float, remaining: int) -> None:
        if self._last_reset > -inf:
            length = reset - self._last_reset
            self._length = length if self._length is None else min(length, self._length)
        self._reset, self._remaining = reset, remaining

    def _roll_over(self, now: float) -> None:
        limit = self._limit or 0
        if self._reset is not None:
            self._last_reset = self._reset
            # Refused requests use nothing.
            self._learn_others(limit - self._remaining - self._own + self._refused)
        self._reset = None
        self._started, self._reported_at = now, -inf
        # Requests under way may count in either window: in this one, until answered.
        self._own = self._in_flight
        self._refused = 0
        self._remaining, self._reported_remaining = limit, limit - self._own
        self._sends.clear()

    def _learn_others(self, drawn: int) -> None:
        length = self._length or _USUAL_WINDOW
        seconds = max(self._reported_at - self._started, 0.0) + 2 * _UNSEEN
        rate = max(drawn / seconds, _DECAY * self._external_rate)
        self._external_rate = rate if rate * length >= 1 else 0.0

    def _pause(self, headers: RateHeaders, sent: float, received: float) -> None:
        wait = headers.wait
        if headers.retry_after is None and headers.reset is not None:
            if headers.reset <= self._last_reset and sent < self._started:
                return  # the window is over
            if wait is not None:
                wait = self._clock.seconds_until(headers.reset, received) + self._lag
        if not wait or wait <= 0:
            wait = _SHORTEST_PAUSE * 2 ** min(self._pauses, _MOST_DOUBLINGS)
            if sent >= self._paused_until:
                self._pauses += 1
        self._paused_until = max(self._paused_until, received + min(wait, LONGEST_WINDOW))
