"""The pool: budgets kept apart and shared, tokens, time limits, and an orderly end."""

import asyncio
import gc
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any, Final

import pytest

from intercom_async import (
    AsyncIntercom,
    Limiter,
    RateHeaders,
    RetryPolicy,
    SessionPool,
    Timeouts,
    WindowLimiter,
)
from intercom_async.emulator import Emulator
from intercom_async.errors import (
    ConfigurationError,
    ConnectionFailed,
    PoolError,
    RequestError,
    TimedOut,
    Unauthorized,
)
from tests.services import free_port
from tests.waiting import cancel, until

QUICK: Final = RetryPolicy(max_attempts=3, base=0.001, cap=0.01)


@pytest.fixture
async def emulator() -> AsyncIterator[Emulator]:
    async with Emulator(conversations=3) as running:
        yield running


@pytest.fixture
async def pool() -> AsyncIterator[SessionPool]:
    async with SessionPool() as opened:
        yield opened


def client(emulator: Emulator, pool: SessionPool | None = None, **options: Any) -> AsyncIntercom:
    options = dict[str, Any](token=emulator.token, retry=QUICK) | options
    return AsyncIntercom(base_url=emulator.url, pool=pool, **options)


def at_rest() -> float:
    """A server's clock at the beginning of a minute that never ends."""
    return 1_760_000_040.0


class Recorder:
    """A limiter of the caller's own, which notes what it is told."""

    def __init__(self) -> None:
        self.told = list[str]()

    def try_acquire(self, budget: float) -> bool:
        assert budget == 1
        return False

    async def acquire(self, budget: float) -> None:
        assert budget == 1
        self.told.append("acquire")

    def record_response(
        self, status: int, headers: RateHeaders, sent: float, received: float
    ) -> None:
        assert sent <= received <= time.monotonic()
        assert headers.limit == 10_000
        self.told.append(f"answered {status}")

    def release(self) -> None:
        self.told.append("release")


class TestBudgets:
    @pytest.mark.long
    async def test_clients_of_one_token_share_its_window_however_they_come_by_it(self) -> None:
        async with Emulator(conversations=1, rate_limit=20, window_seconds=1) as emulator:
            async with SessionPool() as pool:
                clients = [
                    AsyncIntercom(base_url=emulator.url, token=token, pool=pool, budget=budget)
                    for token, budget in (
                        (emulator.token, 1.0),
                        (emulator.token, 0.5),
                        (lambda: emulator.token, 1.0),
                        (lambda: emulator.token, 1.0),
                    )
                ]
                await clients[0].me()
                await asyncio.gather(*(client.me() for client in clients for _ in range(10)))
                assert pool.workspaces == 1
            assert [r.status for r in emulator.requests if r.status == 429] == []

    @pytest.mark.long
    async def test_ten_workspaces_are_each_kept_within_their_own_window(
        self, pool: SessionPool
    ) -> None:
        async with AsyncExitStack() as stack:
            emulators = [
                await stack.enter_async_context(
                    Emulator(conversations=1, token=f"token-{n}", rate_limit=20, window_seconds=1)
                )
                for n in range(10)
            ]
            clients = [client(emulator, pool) for emulator in emulators]

            async def caller(intercom: AsyncIntercom) -> None:
                for _ in range(6):
                    await intercom.me()

            await asyncio.gather(*(caller(each) for each in clients for _ in range(10)))
            assert pool.workspaces == 10
            for emulator in emulators:
                statuses = Counter(request.status for request in emulator.requests)
                assert statuses[200] == 60
                first = int(emulator.requests[0].at)
                assert not [
                    request
                    for request in emulator.requests
                    if request.status == 429 and int(request.at) > first
                ]

    async def test_two_clients_of_one_workspace_share_one_budget(self, pool: SessionPool) -> None:
        async with Emulator(rate_limit=5, window_seconds=60, clock=at_rest) as emulator:
            one, two = client(emulator, pool), client(emulator, pool)
            await one.me()
            tasks = [asyncio.create_task(each.me()) for each in (one, two) for _ in range(4)]
            await until(lambda: sum(task.done() for task in tasks) == 4)
            assert pool.workspaces == 1
            await cancel(*tasks)
            assert [request.status for request in emulator.requests] == [200] * 5

    async def test_another_base_url_or_token_is_another_workspace(
        self, emulator: Emulator, pool: SessionPool
    ) -> None:
        await client(emulator, pool).me()
        with pytest.raises(Unauthorized):
            await client(emulator, pool, token="other").me()
        async with Emulator(conversations=1) as second:
            await client(second, pool).me()
        assert pool.workspaces == 3

    async def test_idle_workspaces_are_forgotten(self, emulator: Emulator) -> None:
        async with SessionPool(idle_after=0) as pool:
            for token in ("one", "two", "three"):
                with pytest.raises(Unauthorized):
                    await client(emulator, pool, token=token).me()
                assert pool.workspaces == 1

    async def test_busy_workspaces_are_not_forgotten(self, emulator: Emulator) -> None:
        emulator.latency = 60
        async with SessionPool(idle_after=0) as pool:
            busy = asyncio.create_task(client(emulator, pool).me())
            await until(lambda: len(emulator.requests) == 1)
            emulator.latency = 0
            with pytest.raises(Unauthorized):
                await client(emulator, pool, token="other").me()
            assert pool.workspaces == 2
            await cancel(busy)

    async def test_a_limiter_of_the_callers_own(
        self, emulator: Emulator, pool: SessionPool
    ) -> None:
        limiter = Recorder()
        assert isinstance(limiter, Limiter)
        await client(emulator, pool, limiter=limiter).me()
        assert limiter.told == ["acquire", "answered 200"]

    async def test_a_limiter_is_told_of_what_was_lost(self, pool: SessionPool) -> None:
        url = f"http://127.0.0.1:{free_port()}"
        limiter = Recorder()
        intercom = AsyncIntercom(token="t", base_url=url, limiter=limiter, retry=QUICK, pool=pool)
        with pytest.raises(ConnectionFailed):
            await intercom.me()
        assert limiter.told == ["acquire", "release"] * 3


class Watched(WindowLimiter):
    """Keeps when its window counted each request, and since when that is said to be sent."""

    def __init__(self) -> None:
        super().__init__()
        self.times: list[tuple[float, float]] = []

    def record_response(
        self, status: int, headers: RateHeaders, sent: float, received: float
    ) -> None:
        self.times.append((self.window._sends[-1], sent))
        super().record_response(status, headers, sent, received)


@pytest.mark.long
async def test_no_request_is_said_to_be_sent_before_its_turn() -> None:
    # A request too few would be counted as the client's own, and as another app's instead.
    limiter = Watched()
    async with (
        Emulator(conversations=1, rate_limit=3, window_seconds=1) as emulator,
        SessionPool() as pool,
    ):
        intercom = client(emulator, pool, limiter=limiter)
        for _ in range(4):
            await intercom.me()
    assert len(limiter.times) == 4
    assert all(counted <= sent for counted, sent in limiter.times)


class TestConnections:
    @pytest.mark.long
    async def test_two_thousand_callers_share_ten_connections(self, emulator: Emulator) -> None:
        # Waiting for one of the pool's own connections, two seconds in all, is no connection that
        # took too long.
        emulator.latency = 0.01
        async with SessionPool(connections=10, connect_timeout=1) as pool:
            intercom = client(emulator, pool, retry=RetryPolicy(max_attempts=1))
            admins = await asyncio.gather(*(intercom.me() for _ in range(2000)))
        assert len(admins) == len(emulator.requests) == 2000

    async def test_a_workspace_that_waits_holds_no_connection(self, emulator: Emulator) -> None:
        async with (
            Emulator(conversations=1, rate_limit=1, window_seconds=60, clock=at_rest) as full,
            SessionPool(connections=1) as pool,
        ):
            waits = client(full, pool)
            await waits.me()
            tasks = [asyncio.create_task(waits.me()) for _ in range(5)]
            await until(lambda: pool.calls == 5)
            async with asyncio.timeout(5):
                await client(emulator, pool).me()
            await cancel(*tasks)
            assert len(full.requests) == 1

    async def test_a_call_that_leaves_the_queue_for_connections_leaves_nothing(
        self, emulator: Emulator
    ) -> None:
        emulator.latency = 60
        limiter = WindowLimiter()
        async with SessionPool(connections=1) as pool:
            intercom = client(emulator, pool, limiter=limiter)
            tasks = [asyncio.create_task(intercom.me()) for _ in range(3)]
            await until(lambda: len(emulator.requests) == 1)
            tasks[1].cancel()
            await asyncio.wait([tasks[1]])
            assert limiter.window.in_flight == 2
            emulator.latency = 0
            tasks[0].cancel()
            async with asyncio.timeout(5):
                await tasks[2]
            assert limiter.window.in_flight == 0

    def test_there_must_be_a_connection(self) -> None:
        with pytest.raises(ConfigurationError, match="at least 1, not 0"):
            SessionPool(connections=0)


class TestTimeLimits:
    async def test_the_wait_for_the_rate_window_counts(self, pool: SessionPool) -> None:
        async with Emulator(
            conversations=1, rate_limit=1, window_seconds=60, clock=at_rest
        ) as emulator:
            intercom = client(emulator, pool, timeouts=Timeouts(total=0.1))
            await intercom.me()
            with pytest.raises(TimedOut, match=r"not sent within 0\.1 s") as caught:
                await intercom.me()
            assert not caught.value.sent
            assert caught.value.attempts == 0
            assert str(caught.value).startswith("GET /me: ")
            assert len(emulator.requests) == 1
            assert pool.calls == 0

    async def test_the_wait_for_a_token_counts(self, emulator: Emulator, pool: SessionPool) -> None:
        async def token() -> str:
            await asyncio.Event().wait()
            return "never"

        with pytest.raises(TimedOut, match="not sent"):
            await client(emulator, pool, token=token, timeouts=Timeouts(total=0.05)).me()

    async def test_the_wait_for_a_connection_counts(self, emulator: Emulator) -> None:
        emulator.latency = 60
        async with SessionPool(connections=1) as pool:
            task = asyncio.create_task(client(emulator, pool).me())
            await until(lambda: len(emulator.requests) == 1)
            with pytest.raises(TimedOut, match="not sent"):
                await client(emulator, pool, timeouts=Timeouts(total=0.05)).me()
            await cancel(task)

    async def test_a_slow_answer(self, emulator: Emulator, pool: SessionPool) -> None:
        emulator.latency = 60
        task = asyncio.create_task(client(emulator, pool, timeouts=Timeouts(attempt=50)).me())
        # Not by the clock: on a slow machine the time might be up before anything is sent.
        for tries in (1, 2, 3):
            while len(emulator.requests) < tries:  # noqa: ASYNC110  # the emulator sets no event
                await asyncio.sleep(0.001)
            assert pool._transport is not None
            (exchange,) = pool._transport._fast_path._under_way
            exchange.time_out()
        with pytest.raises(TimedOut, match="within 50 s") as caught:
            await task
        assert caught.value.sent
        assert caught.value.attempts == len(emulator.requests) == 3


class TestTokens:
    @pytest.mark.parametrize("kind", ["str", "sync", "async"])
    async def test_may_be_given_in_three_ways(
        self, emulator: Emulator, pool: SessionPool, kind: str
    ) -> None:
        async def later() -> str:
            await asyncio.sleep(0)
            return emulator.token

        token = {"str": emulator.token, "sync": lambda: emulator.token, "async": later}[kind]
        me = await client(emulator, pool, token=token).me()
        assert me.id == emulator.workspace.admins[0]["id"]

    async def test_a_rotated_token_is_used_on_the_retry(self, pool: SessionPool) -> None:
        async with Emulator(conversations=1, latency=60, token="new") as emulator:
            given = ["old", "new"]

            def token() -> str:
                if len(given) == 1:
                    emulator.latency = 0
                return given.pop(0)

            intercom = client(emulator, pool, token=token, timeouts=Timeouts(attempt=0.1))
            await intercom.me()
            assert [request.status for request in emulator.requests][-1] == 200
            assert not given

    @pytest.mark.parametrize(
        "junk",
        [
            pytest.param(None, id="None"),
            pytest.param(b"token", id="bytes"),
            pytest.param("", id="empty"),
            pytest.param("to\r\nken: x", id="line end"),
            pytest.param("tökën", id="not ASCII"),
            pytest.param(42, id="number"),
        ],
    )
    async def test_what_is_no_token_is_never_sent(
        self, emulator: Emulator, pool: SessionPool, junk: Any
    ) -> None:
        with pytest.raises(ConfigurationError, match="access token") as caught:
            await client(emulator, pool, token=lambda: junk).me()
        assert "ken: x" not in str(caught.value)
        assert not emulator.requests
        assert pool.calls == 0

    async def test_a_callable_that_fails_is_the_callers_own_affair(
        self, emulator: Emulator, pool: SessionPool
    ) -> None:
        def token() -> str:
            raise LookupError("the vault is closed")

        with pytest.raises(LookupError, match="the vault is closed"):
            await client(emulator, pool, token=token).me()
        assert pool.calls == 0
        assert not emulator.requests


class TestTheEnd:
    async def test_a_closed_pool_refuses_calls(self, emulator: Emulator) -> None:
        intercom = client(emulator)
        await intercom.me()
        await intercom.aclose()
        await intercom.aclose()
        with pytest.raises(PoolError, match="closed"):
            await intercom.me()
        assert len(emulator.requests) == 1

    async def test_a_pool_that_was_never_used_can_be_closed(self) -> None:
        pool = SessionPool()
        assert "new" in repr(pool)
        await pool.aclose()
        assert "closed" in repr(pool)

    async def test_a_borrowed_pool_stays_open(self, emulator: Emulator, pool: SessionPool) -> None:
        async with client(emulator, pool) as intercom:
            await intercom.me()
        await client(emulator, pool).me()

    async def test_closing_waits_for_calls_under_way(self, emulator: Emulator) -> None:
        emulator.latency = 0.1
        pool = SessionPool()
        call = asyncio.create_task(client(emulator, pool).me())
        await until(lambda: len(emulator.requests) == 1)
        await pool.aclose()
        assert call.done()
        assert (await call).id

    async def test_calls_beyond_the_grace_end_with_an_error(self) -> None:
        async with Emulator(
            conversations=1, rate_limit=2, window_seconds=60, clock=at_rest
        ) as emulator:
            pool = SessionPool(connections=1)
            intercom = client(emulator, pool)
            await intercom.me()
            emulator.latency = 60
            answered = asyncio.create_task(intercom.me())
            await until(lambda: len(emulator.requests) == 2)
            # One waits for the next rate window, one for the only connection.
            waiting = asyncio.create_task(intercom.me())
            other = client(emulator, pool, token="other")
            queued = asyncio.create_task(other.me())
            await until(lambda: pool.calls == 3)
            async with asyncio.timeout(5):
                await pool.aclose(grace=0.02)
            assert pool.calls == 0
            with pytest.raises(RequestError):
                await answered
            for call in (waiting, queued):
                with pytest.raises(PoolError, match="closed while the call waited"):
                    await call
            assert len(emulator.requests) == 2

    async def test_a_call_between_two_tries_ends_too(self) -> None:
        pool = SessionPool()
        url = f"http://127.0.0.1:{free_port()}"
        limiter = Recorder()
        patient = RetryPolicy(base=1e6, cap=1e6)
        intercom = AsyncIntercom(token="t", base_url=url, pool=pool, retry=patient, limiter=limiter)
        call = asyncio.create_task(intercom.me())
        await until(lambda: limiter.told == ["acquire", "release"])
        async with asyncio.timeout(5):
            await pool.aclose(grace=0)
        with pytest.raises(PoolError, match="closed"):
            await call

    async def test_a_close_that_is_cancelled_closes_the_connections(
        self, emulator: Emulator
    ) -> None:
        emulator.latency = 60
        pool = SessionPool()
        call = asyncio.create_task(client(emulator, pool).me())
        await until(lambda: len(emulator.requests) == 1)
        closing = asyncio.create_task(pool.aclose())
        await asyncio.sleep(0)
        await cancel(closing)
        assert closing.cancelled()
        with pytest.raises(RequestError):
            await call
        del pool, call, closing
        gc.collect()  # an open session would warn

    async def test_spawned_tasks_end_with_the_pool(self) -> None:
        pool, ended = SessionPool(), asyncio.Event()

        async def forever() -> None:
            try:
                await asyncio.Event().wait()
            finally:
                ended.set()

        task = pool.spawn(forever())
        await asyncio.sleep(0)
        await pool.aclose()
        assert ended.is_set()
        assert task.cancelled()

    async def test_a_spawned_task_that_fails_unseen_is_no_noise(self, pool: SessionPool) -> None:
        async def fails() -> None:
            raise LookupError("nobody looks")

        noise = list[dict[str, Any]]()
        asyncio.get_running_loop().set_exception_handler(lambda _, context: noise.append(context))
        task = pool.spawn(fails())
        await asyncio.wait([task])
        del task
        gc.collect()
        assert not noise

    def test_a_pool_belongs_to_one_event_loop(self) -> None:
        async def use(url: str) -> None:
            with pytest.raises(ConnectionFailed):
                await intercom.me()
            assert url

        url = f"http://127.0.0.1:{free_port()}"
        intercom = AsyncIntercom(token="t", base_url=url, retry=QUICK)  # made on no loop at all
        with asyncio.Runner() as first:
            first.run(use(url))
            with asyncio.Runner() as second:
                with pytest.raises(PoolError, match="another event loop"):
                    second.run(intercom.me())
                with pytest.raises(PoolError, match="another event loop"):
                    second.run(intercom.aclose())
            first.run(intercom.aclose())

    def test_a_client_for_each_run_is_fine(self) -> None:
        async def run() -> int:
            async with Emulator(conversations=1) as emulator, client(emulator) as intercom:
                await intercom.me()
                return len(emulator.requests)

        assert [asyncio.run(run()), asyncio.run(run())] == [1, 1]


async def test_repr_tells_the_state_and_no_token(emulator: Emulator, pool: SessionPool) -> None:
    intercom = client(emulator, pool)
    await intercom.me()
    assert repr(pool) == "<SessionPool open connections=100 workspaces=1 calls=0>"
    assert emulator.token not in repr(pool) + repr(intercom) + repr(vars(pool))
