"""Cuts an operation off at each of its awaits, in every way there is, and looks at what is left."""

import asyncio
import gc
import random
from collections.abc import Awaitable, Callable, Coroutine, Generator
from contextlib import suppress
from contextvars import ContextVar
from typing import Any, Final, TypeAlias

import anyio
import pytest
import uvloop

from intercom_async import AsyncIntercom, RateHeaders, RetryPolicy, SessionPool, WindowLimiter
from intercom_async.emulator import Emulator
from tests.waiting import until

CONNECTIONS: Final = 4
# How the operation is cut off: its task is cancelled, a scope around it is, or its time is up.
WAYS: Final = ("task", "scope", "timeout")
# At once when it begins to wait, or just when what it waits for has come.
MOMENTS: Final = ("early", "late")

Operation: TypeAlias = Callable[[], Coroutine[Any, Any, object]]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--every-await", action="store_true", help="sample no operation")


class Cut:
    """Counts the awaits of an operation, over all its tasks, and cuts it off at one of them."""

    def __init__(self, at: int, *, late: bool) -> None:
        self.awaits = 0
        self.made = False
        self.over = False
        self.tasks: list[asyncio.Task[Any]] = []
        self.act: Callable[[], object] = int
        self._at = at
        self._late = late

    def count(self, future: "asyncio.Future[Any] | None") -> None:
        self.awaits += 1
        if self.awaits != self._at:
            return
        if self._late and future is not None:
            future.add_done_callback(self._make)  # before the task that waits is woken
        else:
            self._make()

    def _make(self, _: object = None) -> None:
        if not self.over:
            self.made = True
            self.act()


class Counted(Awaitable[object]):
    """A coroutine whose awaits are counted."""

    def __init__(self, coroutine: Coroutine[Any, Any, object], cut: Cut) -> None:
        self._coroutine = coroutine
        self._cut = cut

    def __await__(self) -> Generator[Any, Any, object]:
        error: BaseException | None = None
        while True:
            try:
                future = (
                    self._coroutine.send(None) if error is None else self._coroutine.throw(error)
                )
            except StopIteration as stop:
                return stop.value
            finally:
                error = None  # no cycle of this frame and the error's, which would hold streams
            self._cut.count(future)
            try:
                yield future
            except BaseException as thrown:  # noqa: BLE001  # passed on to the coroutine
                error = thrown


_cut: ContextVar[Cut] = ContextVar("_cut")


def make_task(
    loop: asyncio.AbstractEventLoop, coroutine: Any, **options: Any
) -> "asyncio.Task[Any]":
    """Makes tasks as the loop would, and counts the awaits of those that an operation starts."""
    cut = _cut.get(None)
    if cut is None:
        return asyncio.Task(coroutine, loop=loop, **options)

    async def counted() -> object:
        return await Counted(coroutine, cut)

    task = asyncio.Task(counted(), loop=loop, **options)
    task.add_done_callback(lambda _: coroutine.close())  # one cancelled before it began
    cut.tasks.append(task)
    return task


async def cut_off(operation: Operation, way: str, cut: Cut) -> bool:
    """Run an operation that is cut off at some await; tell whether it ended by that."""

    async def under() -> None:
        _cut.set(cut)
        try:
            if way == "task":
                cut.act = task.cancel
                await Counted(operation(), cut)
            elif way == "scope":
                with anyio.CancelScope() as scope:
                    cut.act = scope.cancel
                    await Counted(operation(), cut)
            else:
                async with asyncio.timeout(None) as limit:
                    cut.act = lambda: limit.reschedule(0)
                    await Counted(operation(), cut)
        finally:
            cut.over = True

    task = asyncio.create_task(under())
    await asyncio.wait([task])
    if task.cancelled():
        return True
    error = task.exception()
    if isinstance(error, TimeoutError) and way == "timeout":
        return True
    if error is not None:
        raise error
    return False


class Balance:
    """The usual limiter, and a count of the turns that were neither answered nor lost."""

    def __init__(self) -> None:
        self.turns = 0
        self.inner: WindowLimiter = WindowLimiter()

    def try_acquire(self, budget: float) -> bool:
        taken = self.inner.try_acquire(budget)
        self.turns += taken
        return taken

    async def acquire(self, budget: float) -> None:
        await self.inner.acquire(budget)
        self.turns += 1

    def record_response(
        self, status: int, headers: RateHeaders, sent: float, received: float
    ) -> None:
        self.turns -= 1
        self.inner.record_response(status, headers, sent, received)

    def release(self) -> None:
        self.turns -= 1
        self.inner.release()


class Bench:
    """An emulator, a pool and a client, and what must be true of them after every operation."""

    def __init__(self, emulator: Emulator, pool: SessionPool) -> None:
        self.emulator = emulator
        self.pool = pool
        self.limiter = Balance()
        self.intercom = AsyncIntercom(
            base_url=emulator.url,
            token=emulator.token,
            pool=pool,
            limiter=self.limiter,
            retry=RetryPolicy(max_attempts=2, base=0),
        )
        self.runs = 0

    async def count(self, operation: Operation) -> int:
        """Run an operation to its end, and count its awaits."""
        cut = Cut(0, late=False)
        await cut_off(operation, "task", cut)
        await self.check(cut, at_once=False)
        return cut.awaits

    async def sweep(
        self,
        operation: Operation,
        *,
        most: int | None,
        at_once: bool = True,
        after: Operation | None = None,
    ) -> None:
        """Cut an operation off at each of its awaits, or at so many of them, in every way.

        Args:
            operation: What to cut off; made anew each time.
            most: How many awaits to try in each way; None tries all.
            at_once: Whether nothing is left of it when it has ended, or shortly after.
            after: What must work after each.
        """
        chance = random.Random(self.runs)
        for way in WAYS:
            for moment in MOMENTS:
                number = await self.count(operation)
                awaits = list(range(1, number + 1))
                if most is not None and most < number:
                    awaits = sorted(chance.sample(awaits, most))
                for at in awaits:
                    cut = Cut(at, late=moment == "late")
                    ended = await cut_off(operation, way, cut)
                    self.runs += 1
                    # Who cancels a task expects that it ends by that.
                    if way == "task" and cut.made:
                        assert ended, f"swallowed at await {at} ({moment})"
                    await self.check(cut, at_once=at_once, where=f"{way}, await {at}, {moment}")
                    if after is not None:
                        await after()

    async def check(self, cut: Cut, *, at_once: bool, where: str = "") -> None:
        """Check that nothing is left of an operation, and that the next call works."""
        if not at_once:
            with suppress(TimeoutError):  # what is left then is told below
                await until(lambda: all(task.done() for task in cut.tasks) and not self.pool.calls)
        alive = [task for task in cut.tasks if not task.done()]
        assert not alive, f"{where}: {alive}"
        assert self.pool.calls == 0, where
        transport = self.pool._transport
        if transport is not None:
            assert transport.free.value == CONNECTIONS, where
            connector = transport._session.connector
            assert connector is not None
            assert not connector._acquired, where
            assert not connector._waiters, where
        assert self.limiter.turns == 0, where
        assert self.limiter.inner.window.in_flight == 0, where
        assert not self.limiter.inner._queues, where
        async with asyncio.timeout(60):
            await self.intercom.me()


Scenario: TypeAlias = Callable[[Bench], Coroutine[Any, Any, None]]
Sweep: TypeAlias = Callable[..., None]


@pytest.fixture(params=["asyncio in debug mode", "uvloop"])
def sweep(request: pytest.FixtureRequest) -> Sweep:
    """Run a scenario on a loop of its own: ``sweep(scenario, conversations=…)``."""
    uv = request.param == "uvloop"

    async def main(scenario: Scenario, **options: Any) -> None:
        asyncio.get_running_loop().set_task_factory(make_task)
        before = asyncio.all_tasks()
        async with (
            Emulator(**({"conversations": 12} | options)) as emulator,
            SessionPool(connections=CONNECTIONS) as pool,
        ):
            bench = Bench(emulator, pool)
            await scenario(bench)
            assert bench.runs
        with suppress(TimeoutError):
            await until(lambda: asyncio.all_tasks() == before)
        assert asyncio.all_tasks() == before

    def run(scenario: Scenario, **options: Any) -> None:
        factory = uvloop.new_event_loop if uv else None
        with asyncio.Runner(debug=not uv, loop_factory=factory) as runner:
            runner.run(main(scenario, **options))
        gc.collect()  # what is left open warns, and warnings are errors

    return run


@pytest.fixture
def most(request: pytest.FixtureRequest) -> Callable[[int], int | None]:
    """How many awaits to try: those a test asks for, or all with ``--every-await``."""
    every = request.config.getoption("--every-await", default=False)
    return lambda number: None if every else number
