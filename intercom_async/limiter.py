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
    followed by exactly one ``answered`` or ``lost``. ``budget`` is the share of the rate window
    that the asking client may use, above 0 and at most 1.
    """

    def try_acquire(self, budget: float) -> bool:
        """Take a turn if nobody waits and one is free now; ``False`` is always allowed."""
        ...

    async def acquire(self, budget: float) -> None:
        """Wait until one request may be sent, in the order of asking."""

    def answered(self, status: int, headers: RateHeaders, sent: float, received: float) -> None:
        """Learn from an answer; ``sent`` and ``received`` are of ``time.monotonic()``."""

    def lost(self) -> None:
        """Count a request that ended without an answer."""


class WindowLimiter:
    """The limiter a pool gives each workspace: first come, first served, one process."""

    def __init__(self) -> None:
        self.window: RateWindow = RateWindow()
        # First come, first served among those of the same budget: one that may use less of the
        # window than others does not make them wait for the next.
        self._queues: dict[float, anyio.Lock] = {}
        self._changed: anyio.Event | None = None

    def __repr__(self) -> str:
        """Show what is known of the window."""
        return f"<WindowLimiter {self.window!r}>"

    def try_acquire(self, budget: float = 1.0) -> bool:
        """Take a turn if nobody waits and one is free now."""
        queue = self._queues.get(budget)
        if queue is not None and queue.locked():
            return False
        if self.window.delay(now := time.monotonic(), budget) > 0:
            return False
        self.window.sent(now)
        return True

    async def acquire(self, budget: float = 1.0) -> None:
        """Wait until one request may be sent, in the order of asking."""
        if self.try_acquire(budget):
            return
        async with self._queues.setdefault(budget, anyio.Lock(fast_acquire=True)):
            while (delay := self.window.delay(now := time.monotonic(), budget)) > 0:
                await self._wait_for_change(delay)
            self.window.sent(now)

    async def _wait_for_change(self, seconds: float) -> None:
        self._changed = self._changed or anyio.Event()
        with anyio.move_on_after(None if seconds == inf else seconds):
            await self._changed.wait()

    def answered(self, status: int, headers: RateHeaders, sent: float, received: float) -> None:
        """Learn from an answer; ``sent`` and ``received`` are of ``time.monotonic()``."""
        self.window.answered(status, headers, sent, received, time.time())
        self._wake()

    def lost(self) -> None:
        """Count a request that ended without an answer."""
        self.window.lost()
        self._wake()

    def _wake(self) -> None:
        changed, self._changed = self._changed, None
        if changed is not None:
            changed.set()
