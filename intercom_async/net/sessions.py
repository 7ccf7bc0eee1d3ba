"""The workspaces of a pool: the rate limiter of each, for as long as it is used."""

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from intercom_async.core.rate_window import RateHeaders
from intercom_async.errors import IntercomError, LimiterFailed
from intercom_async.net.limiter import (
    Limiter,
    Limiters,
    WindowLimiter,
    claim,
    workspace_digest,
)
from intercom_async.net.settings import Settings, check_limiter

if TYPE_CHECKING:
    from intercom_async.net.fair_semaphore import FairSemaphore

_LOGGER: Final = logging.getLogger("intercom_async")
_BROKEN: Final = "a rate limiter could not %s"


class Session:
    """One workspace's state in the pool: its rate limiter, and when it was last used."""

    def __init__(self, limiter: Limiter, free: "FairSemaphore", *, is_own: bool) -> None:
        self.limiter: Limiter = limiter
        self.is_own: bool = is_own
        self.calls: int = 0
        self.last_used: float = 0.0
        self._free = free

    async def aclose(self) -> None:
        """Close the limiter if it can be closed."""
        close = getattr(self.limiter, "aclose", None)
        if close is not None:
            with _logged("be closed"):
                await close()

    def record_response(
        self, status: int, window: RateHeaders, sent: float, received: float
    ) -> None:
        """Tell the limiter of an answer, which stands even if the limiter breaks."""
        try:  # as in _logged, which would cost each request a microsecond
            self.limiter.record_response(status, window, sent, received)
        except Exception:
            _LOGGER.exception(_BROKEN, "note an answer")

    def release(self) -> None:
        """Tell the limiter of a turn that ended without an answer."""
        with _logged("take a turn back"):
            self.limiter.release()

    def try_turn(self, budget: float) -> bool:
        """Take a turn and a connection if both are free, which is the usual case."""
        try:
            if not self._free.value or not self.limiter.try_acquire(budget):
                return False
        except IntercomError:
            raise
        except Exception as error:
            raise LimiterFailed(_no_turn(error)) from error
        self._free.value -= 1
        return True

    async def turn(self, budget: float) -> float:
        """Wait for the limiter, then for a connection; return when the limiter granted the turn.

        In this order a workspace that is out of budget holds no connection, and waiting for a
        connection does not count as latency of the network.
        """
        try:
            await self.limiter.acquire(budget)
        except IntercomError:
            raise
        except Exception as error:
            raise LimiterFailed(_no_turn(error)) from error
        granted = time.monotonic()
        try:
            await self._free.acquire(self)
        except BaseException:
            self.release()
            raise
        return granted


class Sessions(OrderedDict[tuple[str, str, int], Session]):
    """The sessions of a pool, the least recently checked first.

    Clients with the same token share one, however each of them got the token.

    Args:
        idle_after: Seconds without a call after which one is dropped.
        limiters: Makes the limiters, which are closed with their sessions.
    """

    def __init__(self, idle_after: float, limiters: Limiters | None) -> None:
        super().__init__()
        self._idle_after = idle_after
        self._limiters = limiters
        self._closing: set[asyncio.Task[None]] = set()

    def of(self, settings: Settings, authorization: str, free: "FairSemaphore") -> Session:
        """Return the session of a client's workspace.

        Raises:
            ConfigurationError: Its limiter serves another workspace, or is none.
        """
        key = (authorization, settings.base_url, id(settings.limiter))
        session = self.get(key)
        if session is None:
            self._evict_idle()
            limiter, is_own = self._limiter(settings, authorization)
            session = self[key] = Session(limiter, free, is_own=is_own)
        return session

    async def aclose(self, seconds: float) -> None:
        """Close the limiters that were made here, within some seconds."""
        for session in self.values():
            self._close(session)
        if self._closing:
            await asyncio.wait(self._closing, timeout=seconds)

    def _limiter(self, settings: Settings, authorization: str) -> tuple[Limiter, bool]:
        """Return a limiter, and whether it was made here."""
        limiter = settings.limiter
        if limiter is not None:
            if not settings.secret.is_callable:  # what a callable gives may well change
                claim(limiter, workspace_digest(settings.base_url, authorization))
            return limiter, False
        if self._limiters is None or not authorization:  # a file elsewhere has its own rate limit
            return WindowLimiter(), False
        digest = workspace_digest(settings.base_url, authorization)
        limiter = check_limiter("what limiters makes", self._limiters(digest))
        claim(limiter, digest)
        return limiter, True

    def _close(self, session: Session) -> None:
        if session.is_own:
            task = asyncio.get_running_loop().create_task(session.aclose())
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)

    def _evict_idle(self) -> None:
        before = time.monotonic() - self._idle_after
        while self:
            key, session = next(iter(self.items()))
            if session.calls or session.last_used >= before:
                self.move_to_end(key)
                return
            del self[key]
            self._close(session)


@contextmanager
def _logged(task: str) -> Iterator[None]:
    """Log what a limiter raises, as what a broken hook does."""
    try:
        yield
    except Exception:
        _LOGGER.exception(_BROKEN, task)


def _no_turn(error: Exception) -> str:
    return f"the rate limiter gave no turn, so nothing was sent: {type(error).__name__}"
