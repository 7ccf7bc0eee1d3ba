"""The rate limit as the server counts it: fixed windows on the server's clock."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one request finds in its window."""

    limit: int
    remaining: int  # requests left in this window after this one
    reset: int  # the end of the window, in unix seconds
    refused: bool

    def headers(self) -> dict[str, str]:
        """Make the rate headers that say so."""
        return {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(self.remaining),
            "X-RateLimit-Reset": str(self.reset),
        }


class Windows:
    """Counts requests in windows aligned to multiples of their length."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        self._window = -1
        self._taken = 0

    def take(self, limit: int, now: float) -> Allowance:
        """Count one request."""
        window = int(now // self.seconds)
        if window != self._window:
            self._window, self._taken = window, 0
        refused = self._taken >= limit
        if not refused:
            self._taken += 1
        reset = (window + 1) * self.seconds
        return Allowance(limit, max(limit - self._taken, 0), reset, refused)
