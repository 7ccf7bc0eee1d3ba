"""Makes coroutines wait their turn, so that a workspace's rate window is filled and not burst."""

import asyncio
import time
from collections import deque
from math import inf
from typing import Protocol, runtime_checkable

from intercom_async.core.rate_window import RateHeaders, RateWindow

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
        """Learn from an answer; ``sent`` and ``received`` are of ``time.monotonic()``.

        ``sent`` is not before the turn was given.
        """

    def lost(self) -> None:
        """Count a request that ended without an answer."""


class WindowLimiter:
    """The limiter a pool gives each workspace: first come, first served, one process."""

    def __init__(self) -> None:
        self.window: RateWindow = RateWindow()
        # First come, first served among those of the same budget: one that may use less of the
        # window than others does not make them wait for the next.
        self._queues: dict[float, deque[asyncio.Future[None]]] = {}
        self._alarm: asyncio.TimerHandle | None = None

    def __repr__(self) -> str:
        """Show what is known of the window."""
        return f"<WindowLimiter {self.window!r}>"

    def try_acquire(self, budget: float = 1.0) -> bool:
        """Take a turn if nobody waits and one is free now."""
        if self._queues and budget in self._queues:
            return False
        if self.window.delay(now := time.monotonic(), budget) > 0:
            return False
        self.window.sent(now)
        return True

    async def acquire(self, budget: float = 1.0) -> None:
        """Wait until one request may be sent, in the order of asking."""
        if self.try_acquire(budget):
            return
        turn = asyncio.get_running_loop().create_future()
        self._queues.setdefault(budget, deque()).append(turn)
        self._grant()
        try:
            await turn
        except asyncio.CancelledError:
            self._leave(turn, budget)
            raise
        self.window.mark_sent(time.monotonic())

    def answered(self, status: int, headers: RateHeaders, sent: float, received: float) -> None:
        """Learn from an answer; ``sent`` and ``received`` are of ``time.monotonic()``."""
        self.window.answered(status, headers, sent, received, time.time())
        if self._queues:
            self._grant()

    def lost(self) -> None:
        """Count a request that ended without an answer."""
        self.window.lost()
        if self._queues:
            self._grant()

    def _grant(self) -> None:
        """Let all go whose turn it is.

        At once, not each the next when it gets to run: those who come meanwhile would have to
        queue too, and so on, with hardly more than one request under way at any time.
        """
        now = time.monotonic()
        wait = inf
        # One of each budget in turn, so that none has the rest of the window to itself.
        budgets = list(self._queues)
        while budgets:
            for budget in tuple(budgets):
                delay = self.window.delay(now, budget)
                if delay > 0:
                    wait = min(wait, delay)
                    budgets.remove(budget)
                elif not self._grant_first(budget):
                    budgets.remove(budget)
        self._wake_in(wait)

    def _grant_first(self, budget: float) -> bool:
        """Let the first of a queue go, and tell whether others are left."""
        queue = self._queues[budget]
        turn = queue.popleft()
        if not turn.cancelled():
            self.window.granted()
            turn.set_result(None)
        if not queue:
            del self._queues[budget]
        return bool(queue)

    def _leave(self, turn: "asyncio.Future[None]", budget: float) -> None:
        """Give up a place in the queue, or a turn that has come meanwhile."""
        if not turn.cancelled():
            self.window.mark_sent(time.monotonic())
            self.lost()
            return
        queue = self._queues.get(budget)
        if queue is None:
            return
        while queue and queue[0].cancelled():  # the rest go when it would be their turn
            queue.popleft()
        if not queue:
            del self._queues[budget]

    def _wake_in(self, seconds: float) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
        self._alarm = (
            None if seconds == inf else asyncio.get_running_loop().call_later(seconds, self._grant)
        )
