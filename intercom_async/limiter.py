"""Makes coroutines wait their turn, so that a workspace's rate window is filled and not burst."""

import time
from math import inf
from typing import Protocol, runtime_checkable

import anyio

from intercom_async.protocol.limits import RateHeaders, RateWindow

__all__ = ["Limiter", "WindowLimiter"]


@runtime_checkable
class Limiter(Protocol):
    """What a pool asks before every request of one workspace.

    Give an object of your own as ``AsyncIntercom(limiter=…)`` to share one budget between
    processes. Every ``try_acquire`` that returns ``True`` and every ``acquire`` that returns is
    followed by exactly one ``answered`` or ``lost``.
    """

    def try_acquire(self) -> bool:
        """Take a turn if nobody waits and one is free now; ``False`` is always allowed."""
        ...

    async def acquire(self) -> None:
        """Wait until one request may be sent, in the order of asking."""

    def answered(self, status: int, headers: RateHeaders, sent: float, received: float) -> None:
        """Learn from an answer; ``sent`` and ``received`` are of ``time.monotonic()``."""

    def lost(self) -> None:
        """Count a request that ended without an answer."""


class WindowLimiter:
    """The limiter a pool gives each workspace: first come, first served, one process.

    Args:
        budget: The share of each rate window to use, above 0 and at most 1.
    """

    def __init__(self, budget: float = 1.0) -> None:
        self.window: RateWindow = RateWindow(budget)
        self._turn = anyio.Lock(fast_acquire=True)  # first come, first served
        self._changed: anyio.Event | None = None

    def __repr__(self) -> str:
        """Show what is known of the window."""
        return f"<WindowLimiter {self.window!r}>"

    def try_acquire(self) -> bool:
        """Take a turn if nobody waits and one is free now."""
        if self._turn.locked() or self.window.delay(now := time.monotonic()) > 0:
            return False
        self.window.sent(now)
        return True

    async def acquire(self) -> None:
        """Wait until one request may be sent, in the order of asking."""
        if self.try_acquire():
            return
        async with self._turn:
            while (delay := self.window.delay(now := time.monotonic())) > 0:
                await self._wait_for_change(delay)
            self.window.sent(now)

    async def _wait_for_change(self, seconds: float) -> None:
        self._changed = anyio.Event()
        try:
            with anyio.move_on_after(None if seconds == inf else seconds):
                await self._changed.wait()
        finally:
            self._changed = None

    def answered(self, status: int, headers: RateHeaders, sent: float, received: float) -> None:
        """Learn from an answer; ``sent`` and ``received`` are of ``time.monotonic()``."""
        self.window.answered(status, headers, sent, received, time.time())
        self._wake()

    def lost(self) -> None:
        """Count a request that ended without an answer."""
        self.window.lost()
        self._wake()

    def _wake(self) -> None:
        if self._changed is not None:
            self._changed.set()
