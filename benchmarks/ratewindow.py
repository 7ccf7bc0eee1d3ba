"""The server's rate limit, counted per window of the clock as Intercom counts it."""

import time
from email.utils import formatdate
from typing import Final

import msgspec

SECONDS: Final = 10
_UNLIMITED: Final = 1_000_000


class Counted(msgspec.Struct):
    """What came in one window.

    Attributes:
        start: When it began, in unix seconds.
        used: How many requests were answered.
        refused: How many were answered with 429.
    """

    start: int
    used: int = 0
    refused: int = 0


class RateWindow:
    """Counts requests against a limit a window; ``None`` for a limit nobody meets."""

    def __init__(self, limit: int | None) -> None:
        self.windows: list[Counted] = []
        self._limit = limit or _UNLIMITED
        self._second = 0
        self._common = ""

    def count(self) -> tuple[bool, str]:
        """Count a request; return whether it may be answered, and the headers to answer with."""
        now = int(time.time())
        if now != self._second:
            self._turn(now)
        window = self.windows[-1]
        if window.used < self._limit:
            window.used += 1
            return True, f"{self._common}X-RateLimit-Remaining: {self._limit - window.used}\r\n"
        window.refused += 1
        return False, f"{self._common}X-RateLimit-Remaining: 0\r\n"

    def _turn(self, now: int) -> None:
        start = now // SECONDS * SECONDS
        if not self.windows or self.windows[-1].start != start:
            self.windows.append(Counted(start))
        self._second = now
        self._common = (
            f"Date: {formatdate(now, usegmt=True)}\r\n"
            f"X-RateLimit-Limit: {self._limit}\r\n"
            f"X-RateLimit-Reset: {start + SECONDS}\r\n"
        )
