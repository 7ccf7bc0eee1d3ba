"""What there is to tell of an export that runs: counts, speeds, the time left."""

from collections import deque
from datetime import UTC, datetime
from typing import Final

import msgspec

from intercom_async.export import Progress

_WINDOW: Final = 10.0  # seconds that the API's rate limit speaks of
_SPAN: Final = 60.0  # seconds over which speeds are taken


class Reading(msgspec.Struct, frozen=True):
    """How far an export is.

    Attributes:
        phase: What it is doing.
        written: How many conversations are kept.
        total: How many there are to keep; ``None`` before they are counted.
        fetched: How many this run has kept.
        requests: How many requests this run has sent.
        throttled: How many of them were answered with 429.
        requests_per_second: How fast it sends them at present.
        budget_per_second: How fast it may; ``None`` while the API has not said.
        seconds: How long this run has taken.
        seconds_left: How long the rest takes at the present speed; ``None`` if that is unknown.
        oldest_open: The start of the earliest window that is not walked to its end.
    """

    phase: str
    written: int
    total: int | None
    fetched: int
    requests: int
    throttled: int
    requests_per_second: float
    budget_per_second: float | None
    seconds: float
    seconds_left: float | None
    oldest_open: datetime | None


class Meter:
    """Reads an export's progress.

    Args:
        progress: The progress.
        budget: The share of the rate window that the export may use.
    """

    def __init__(self, progress: Progress, budget: float) -> None:
        self._progress = progress
        self._budget = budget
        self._samples: deque[tuple[float, int, int]] = deque([(0.0, 0, 0)])

    def read(self) -> Reading:
        """Take a reading."""
        progress = self._progress
        seconds = progress.seconds
        requests, fetched = self._speeds((seconds, progress.requests, progress.fetched))
        total, allowance = progress.total, progress.allowance
        left = None if total is None else total - progress.written
        window = progress.oldest_open
        return Reading(
            phase=progress.phase,
            written=progress.written,
            total=None if total is None else max(total, progress.written),
            fetched=progress.fetched,
            requests=progress.requests,
            throttled=progress.throttled,
            requests_per_second=round(requests, 1),
            budget_per_second=None if allowance is None else allowance * self._budget / _WINDOW,
            seconds=round(seconds, 1),
            seconds_left=round(left / fetched, 1) if left and left > 0 and fetched else None,
            oldest_open=None if window is None else datetime.fromtimestamp(window.start, UTC),
        )

    def _speeds(self, sample: tuple[float, int, int]) -> tuple[float, float]:
        """Return requests and conversations a second, over the last minute."""
        samples = self._samples
        samples.append(sample)
        while samples[1][0] < sample[0] - _SPAN:
            samples.popleft()
        (since, *before), (now, *after) = samples[0], sample
        if now <= since:
            return 0.0, 0.0
        requests, fetched = (b - a for a, b in zip(before, after, strict=True))
        return requests / (now - since), fetched / (now - since)
