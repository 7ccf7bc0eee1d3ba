"""Rate limiters: they delay requests so that a workspace stays within its rate window."""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from hashlib import blake2b
from math import inf
from typing import Final, Protocol, TypeAlias, runtime_checkable
from weakref import WeakKeyDictionary

from intercom_async.core.rate_window import RateHeaders, RateWindow
from intercom_async.errors import ConfigurationError

__all__ = ["Limiter", "Limiters", "WindowLimiter"]


@runtime_checkable
class Limiter(Protocol):
    """Paces the requests of one workspace.

    Give an object of your own as ``AsyncIntercom(limiter=…)``, or a function that makes one for
    each workspace as ``SessionPool(limiters=…)``. One limiter serves one workspace. Every
    ``try_acquire`` that returns ``True`` and every ``acquire`` that returns is followed by exactly
    one ``record_response`` or ``release``; an ``acquire`` that is cancelled by none. ``budget`` is
    the share of the rate window that the client may use, above 0 and at most 1.

    What ``try_acquire`` and ``acquire`` raise fails the try as ``LimiterFailed``: nothing was sent,
    so reads and writes are tried again. A limiter that has an ``async def aclose(self) -> None`` is
    closed by the pool that had it made, when that closes or the workspace has been idle for long.
    """

    def try_acquire(self, budget: float) -> bool:
        """Take a turn if one is free and nobody waits; an implementation may always refuse."""
        ...

    async def acquire(self, budget: float) -> None:
        """Wait until one request may be sent; first come, first served."""

    def record_response(
        self, status: int, headers: RateHeaders, sent: float, received: float
    ) -> None:
        """Take note of an answer; ``sent`` and ``received`` are of ``time.monotonic()``.

        ``sent`` is not before the turn was given.
        """

    def release(self) -> None:
        """Take note of a request that ended without an answer."""


Limiters: TypeAlias = Callable[[str], Limiter]
"""Makes the limiter of a workspace, which is named by a digest of its base URL and token.

The digest is the same in every process, and nobody gets the token from it.
"""

_WORKSPACES: Final[WeakKeyDictionary[Limiter, str]] = WeakKeyDictionary()


def workspace_digest(base_url: str, authorization: str) -> str:
    """Return the name by which limiters know a workspace."""
    text = f"{base_url} {authorization}".encode()
    return blake2b(text, digest_size=16, person=b"intercom-async").hexdigest()


def claim(limiter: Limiter, workspace: str) -> None:
    """Take note of the one workspace that a limiter serves.

    Raises:
        ConfigurationError: It serves another already.
    """
    first = workspace
    with suppress(TypeError):  # one that cannot be hashed or referred to weakly is not remembered
        first = _WORKSPACES.setdefault(limiter, workspace)
    if first != workspace:
        raise ConfigurationError(
            "one limiter was given to clients of two workspaces, whose rate windows it would take "
            "for one: give each its own, or a function that makes them as SessionPool(limiters=…)"
        )


class WindowLimiter:
    """The limiter a pool gives each workspace: first come, first served, one process."""

    def __init__(self) -> None:
        self.window: RateWindow = RateWindow()
        # One queue per budget: a request that has used its smaller share must not hold up others.
        self._queues: dict[float, deque[asyncio.Future[None]]] = {}
        self._alarm: asyncio.TimerHandle | None = None

    def __repr__(self) -> str:
        """Show what is known of the window."""
        return f"<WindowLimiter {self.window!r}>"

    def try_acquire(self, budget: float = 1.0) -> bool:
        """Take a turn if one is free and nobody waits."""
        if self._queues and budget in self._queues:
            return False
        if self.window.delay(now := time.monotonic(), budget) > 0:
            return False
        self.window.sent(now)
        return True

    async def acquire(self, budget: float = 1.0) -> None:
        """Wait until one request may be sent; first come, first served."""
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

    def record_response(
        self, status: int, headers: RateHeaders, sent: float, received: float
    ) -> None:
        """Take note of an answer; ``sent`` and ``received`` are of ``time.monotonic()``."""
        self.window.record_response(status, headers, sent, received, time.time())
        if self._queues:
            self._grant()

    def release(self) -> None:
        """Take note of a request that ended without an answer."""
        self.window.release()
        if self._queues:
            self._grant()

    def _grant(self) -> None:
        """Grant every turn that is free.

        All at once: if each waiter woke the next, newcomers would have to queue meanwhile, and
        hardly more than one request would be under way at any time.
        """
        now = time.monotonic()
        wait = inf
        # Round-robin over budgets, so that none takes the rest of the window alone.
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
        """Grant the first of a queue its turn; return whether others wait."""
        queue = self._queues[budget]
        turn = queue.popleft()
        if not turn.cancelled():
            self.window.granted()
            turn.set_result(None)
        if not queue:
            del self._queues[budget]
        return bool(queue)

    def _leave(self, turn: "asyncio.Future[None]", budget: float) -> None:
        """Leave the queue, or give back a turn that was granted in the same round."""
        if not turn.cancelled():
            self.window.mark_sent(time.monotonic())
            self.release()
            return
        queue = self._queues.get(budget)
        if queue is None:
            return
        while queue and queue[0].cancelled():  # _grant drops the others
            queue.popleft()
        if not queue:
            del self._queues[budget]

    def _wake_in(self, seconds: float) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
        self._alarm = (
            None if seconds == inf else asyncio.get_running_loop().call_later(seconds, self._grant)
        )
