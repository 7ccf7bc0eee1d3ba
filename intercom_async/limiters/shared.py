"""One workspace's limiter in one process: who waits, what answers told, and turns as they come."""

import asyncio
import time
from collections import Counter, deque
from collections.abc import Awaitable, Callable
from math import inf, isfinite
from typing import Final, TypeAlias
from uuid import uuid4

import msgspec

from intercom_async.core.rate_window import (
    LONGEST_WINDOW,
    TOO_MANY_REQUESTS,
    RateHeaders,
    RateWindow,
)

__all__ = ["Ask", "Reply", "SharedLimiter"]

_FLUSH: Final = 0.05  # seconds after which what answers told is told to the others
_HEARTBEAT: Final = 2.0  # seconds; a process that tells nothing for three of them is forgotten
_SHORTEST_PAUSE: Final = 0.5  # seconds after a 429 that tells no time; doubled for each in a row
_MOST_DOUBLINGS: Final = 5


class Ask(msgspec.Struct, omit_defaults=True):
    """What a process tells the others of a workspace, and what it wants.

    What is told once makes up for what was counted; the rest may be told again and again.

    Attributes:
        me: The process.
        flying: Its requests under way.
        wants: How many turns it wants for each budget.
        clock: The unix seconds between which the server's clock is.
        limit: Requests per window, as the latest answer told; so too the next two.
        remaining: Requests left in the window.
        reset: The window's end.
        age: Seconds since that answer.
        ended: Told once: how many answers were counted in the window that ends then.
        refused: Told once: how many of other answers were 429.
        untold: Told once: how many answers told no limit.
        unused: Told once: turns that nobody waited for any more.
        window: The end of the window in which they were given.
        pause: Told once: seconds in which to send nothing.
        early: Told once: a window was begun before the server began it.
    """

    me: str
    flying: int
    wants: list[tuple[float, int]] = []
    clock: tuple[float, float] | None = None
    limit: int | None = None
    remaining: int = 0
    reset: float | None = None
    age: float = -1.0
    ended: dict[str, int] = {}
    refused: dict[str, int] = {}
    untold: int = 0
    unused: int = 0
    window: float = 0.0
    pause: float | None = None
    early: bool = False


class Reply(msgspec.Struct, frozen=True):
    """What a step gives.

    Attributes:
        wait: Seconds until it is worth asking again.
        reset: The end of this window, in the server's unix seconds.
        last: The end of the window before.
        gives: How many turns are given for each want.
    """

    wait: float
    reset: float
    last: float
    gives: list[int]


Step: TypeAlias = Callable[[str, Callable[[], Ask]], Awaitable[Reply | None]]


class SharedLimiter:
    """The limiter of one workspace, whose window it shares with other processes.

    Args:
        workspace: The workspace's digest.
        step: Asks for turns; ``None`` where the others cannot be reached for the present.
        fallback: The share of the window to use meanwhile.
        on_close: Called once the limiter is closed.
    """

    _pause: float | None
    _early: bool

    def __init__(
        self,
        workspace: str,
        step: Step,
        fallback: float,
        on_close: Callable[[], Awaitable[None]],
    ) -> None:
        # What this process sent itself: how much is under way, and all there is to go by alone.
        self.window: RateWindow = RateWindow()
        self._workspace = workspace
        self._step = step
        self._fallback = fallback
        self._on_close = on_close
        self._me = uuid4().hex[:12]
        self._queues: dict[float, deque[asyncio.Future[None]]] = {}
        self._headers: tuple[RateHeaders, float] | None = None
        self._reset = self._last = 0.0
        self._begun = inf
        self._full_until = 0.0  # as the others knew last
        self._pauses = 0
        self._asking: asyncio.Task[None] | None = None
        self._alarm: asyncio.TimerHandle | None = None
        self._due = inf  # when it rings, which not every event loop's handles tell
        self._again = inf
        self._closed = False
        self._forget()

    def __repr__(self) -> str:
        """Show what this process knows of the window."""
        return f"<SharedLimiter {self._workspace} {self.window!r}>"

    def try_acquire(self, budget: float) -> bool:  # noqa: ARG002  # a limiter's signature
        """Refuse: a turn takes a round trip."""
        return False

    async def acquire(self, budget: float) -> None:
        """Wait until one request may be sent; first come, first served within a budget."""
        turn = asyncio.get_running_loop().create_future()
        queue = self._queues.setdefault(budget, deque())
        queue.append(turn)
        if len(queue) == 1:
            self._ask_in(0.0)  # else the step that the others wait for asks for this one too
        try:
            await turn
        except asyncio.CancelledError:
            if turn.cancelled():
                self._leave(turn, budget)
            else:
                self.window.mark_sent(time.monotonic())
                self._unused += 1
                self.release()
            raise
        self.window.mark_sent(time.monotonic())

    def record_response(
        self, status: int, headers: RateHeaders, sent: float, received: float
    ) -> None:
        """Take note of an answer; ``sent`` and ``received`` are of ``time.monotonic()``."""
        self.window.record_response(status, headers, sent, received, time.time())
        limit, reset = headers.limit, headers.reset
        is_refused = status == TOO_MANY_REQUESTS
        if reset is not None:
            (self._refused if is_refused else self._ended)[f"{reset:.3f}"] += 1
            self._early |= reset == self._last and sent >= self._begun
        if not limit or headers.remaining is None:
            self._untold += not is_refused
        elif self._headers is None or _order(headers) >= _order(self._headers[0]):
            self._headers = headers, received
        if not is_refused:
            self._pauses = 0
        elif headers.retry_after is not None or not (limit and reset):
            self._hold_back(headers.retry_after)
        self._ask_in(_FLUSH)

    def release(self) -> None:
        """Take note of a request that ended without an answer."""
        self.window.release()
        self._ask_in(_FLUSH)

    async def aclose(self) -> None:
        """Tell the others that nothing of this process is under way, and close."""
        if self._closed:
            return
        self._closed = True
        if self._alarm is not None:
            self._alarm.cancel()
        if self._asking is not None:
            await asyncio.wait([self._asking])
        await self._step(self._workspace, self._ask)
        await self._on_close()

    def _hold_back(self, told: float | None) -> None:
        pause = told or 0.0
        if pause <= 0:
            pause = _SHORTEST_PAUSE * 2.0 ** min(self._pauses, _MOST_DOUBLINGS)
            self._pauses += 1
        self._pause = max(self._pause or 0.0, min(pause, LONGEST_WINDOW))

    def _leave(self, turn: "asyncio.Future[None]", budget: float) -> None:
        queue = self._queues.get(budget)
        if queue is not None and turn in queue:
            queue.remove(turn)
            if not queue:
                del self._queues[budget]

    def _ask_in(self, seconds: float) -> None:
        """Ask for turns, and tell what there is to tell, within so many seconds."""
        if self._closed:
            return
        at = (loop := asyncio.get_running_loop()).time() + seconds
        if self._asking is not None:
            self._again = min(self._again, at)
        elif self._alarm is None or at < self._due:
            if self._alarm is not None:
                self._alarm.cancel()
            self._alarm, self._due = loop.call_at(at, self._begin), at

    def _begin(self) -> None:
        self._alarm = None
        self._asking = asyncio.get_running_loop().create_task(self._ask_once())
        self._asking.add_done_callback(self._end)

    def _end(self, asked: "asyncio.Task[None]") -> None:
        self._asking, again, self._again = None, self._again, inf
        loop = asyncio.get_running_loop()
        if not asked.cancelled():
            asked.result()  # a failure is a bug, and told by the event loop
        if again < inf:
            self._ask_in(again - loop.time())
        elif self.window.in_flight:
            self._ask_in(_HEARTBEAT)

    async def _ask_once(self) -> None:
        reply = await self._step(self._workspace, self._ask)
        if reply is None:
            self._forget()
            wait = self._give_alone()
        else:
            wait = self._give(reply)
        if self._queues:
            self._ask_in(min(wait, _HEARTBEAT))

    def _ask(self) -> Ask:
        self._asked = list(self._queues)
        ask = Ask(
            me=self._me,
            flying=self.window.in_flight,
            wants=[(budget, len(self._queues[budget])) for budget in self._asked],
            ended=self._ended,
            refused=self._refused,
            untold=self._untold,
            unused=self._unused,
            window=self._reset,
            pause=self._pause,
            early=self._early,
        )
        now = time.monotonic()
        clock = self.window.server_time(now)
        if isfinite(clock[0]) and isfinite(clock[1]):
            ask.clock = clock
        if self._headers is not None and now - self._headers[1] < LONGEST_WINDOW:
            headers, received = self._headers
            ask.limit, ask.remaining = headers.limit, headers.remaining or 0
            ask.reset, ask.age = headers.reset, now - received
        self._forget()
        return ask

    def _forget(self) -> None:
        """Forget what is told once."""
        self._ended: Counter[str] = Counter()
        self._refused: Counter[str] = Counter()
        self._untold = self._unused = 0
        self._pause = None
        self._early = False

    def _give(self, reply: Reply) -> float:
        if reply.last != self._last:
            self._begun = time.monotonic()
        self._reset, self._last = reply.reset, reply.last
        for budget, number in zip(self._asked, reply.gives, strict=True):
            self._unused += number - self._hand_out(budget, number)
        self._full_until = time.monotonic() + reply.wait if self._queues else 0.0
        return reply.wait

    def _give_alone(self) -> float:
        """Give what this process may use by itself."""
        now, wait = time.monotonic(), inf
        if now < self._full_until:
            return self._full_until - now
        budgets = list(self._queues)
        while budgets:  # in turn, so that none takes all alone
            for budget in tuple(budgets):
                delay = self.window.delay(now, budget * self._fallback)
                if delay > 0:
                    wait = min(wait, delay)
                    budgets.remove(budget)
                elif not self._hand_out(budget, 1) or budget not in self._queues:
                    budgets.remove(budget)
        return wait

    def _hand_out(self, budget: float, number: int) -> int:
        """Hand out turns, and return how many there was somebody for."""
        queue = self._queues.get(budget, deque())
        given = 0
        while queue and given < number:
            turn = queue.popleft()
            if not turn.done():
                self.window.granted()
                turn.set_result(None)
                given += 1
        if not queue:
            self._queues.pop(budget, None)
        return given


def _order(headers: RateHeaders) -> tuple[float, int]:
    """Order headers by how late they were made: of one window, the lowest remaining is last."""
    return headers.reset or 0.0, -(headers.remaining or 0)
