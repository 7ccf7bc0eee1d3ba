"""Processes that share a workspace's window over Redis: here, pools that know nothing of another.

A window of an emulator is filled and never exceeded, whatever becomes of Redis meanwhile.
"""

import asyncio
import json
import logging
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random
from typing import Any

import pytest

from intercom_async import (
    AsyncIntercom,
    ConfigurationError,
    LimiterEvent,
    RateHeaders,
    RetryPolicy,
)
from intercom_async.emulator import Emulator
from intercom_async.limiters import RedisLimiters
from intercom_async.limiters.shared import Ask, Reply, SharedLimiter
from tests.services import PrivateRedis
from tests.waiting import cancel, until

ONCE = RetryPolicy(max_attempts=1)
AT_REST = 1_760_000_001.0


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrivateRedis]:
    with PrivateRedis(tmp_path_factory.mktemp("redis")) as redis:
        yield redis


@pytest.fixture
async def redis(running: PrivateRedis) -> PrivateRedis:
    """Hand out a Redis that is there, and holds nothing."""
    await running.ask("FLUSHALL")
    return running


@asynccontextmanager
async def process(
    emulator: Emulator, redis: PrivateRedis | str, *, budget: float = 1.0, **options: Any
) -> AsyncIterator[AsyncIntercom]:
    """Make what stands for a process: a client with limiters of its own."""
    url = redis if isinstance(redis, str) else redis.url
    async with AsyncIntercom(
        token=emulator.token,
        base_url=emulator.url,
        retry=ONCE,
        budget=budget,
        limiters=RedisLimiters(url, **options),
    ) as intercom:
        yield intercom


async def state(redis: PrivateRedis) -> Any:
    """Return what Redis holds of the one workspace."""
    key = (await redis.ask("KEYS", "*")).split(b"\r\n")[2].decode()
    return json.loads((await redis.ask("GET", key)).split(b"\r\n")[1])


async def tell(intercom: AsyncIntercom, redis: PrivateRedis, **known: int) -> None:
    """Send a request, and wait until all know what its answer told of the window."""
    await intercom.me()
    async with asyncio.timeout(10):
        while not known.items() <= (await state(redis)).items():  # noqa: ASYNC110  # of Redis
            await asyncio.sleep(0.01)


def windows(emulator: Emulator, seconds: int = 1) -> dict[int, int]:
    assert {request.status for request in emulator.requests} == {200}
    return Counter(int(request.at // seconds) for request in emulator.requests)


async def ask(intercom: AsyncIntercom, times: int, at_once: int = 20) -> None:
    left = iter(range(times))

    async def worker() -> None:
        for _ in left:
            await intercom.me()

    async with asyncio.TaskGroup() as tasks:
        for _ in range(at_once):
            tasks.create_task(worker())


async def fill(emulator: Emulator, redis: PrivateRedis, *times: int) -> None:
    async with (
        process(emulator, redis) as one,
        process(emulator, redis) as two,
        process(emulator, redis) as three,
    ):
        async with asyncio.timeout(30):
            await asyncio.gather(*map(ask, (one, two, three), times))


@pytest.mark.long
@pytest.mark.parametrize("off", [0.0, 30.0, -30.0], ids=["right", "ahead", "behind"])
async def test_processes_fill_windows_together_and_exceed_none(
    redis: PrivateRedis, off: float
) -> None:
    # The clocks of this machine, for Redis and the processes, are off by that much.
    def clock() -> float:
        return time.time() - off

    async with Emulator(conversations=1, rate_limit=30, window_seconds=1, clock=clock) as emulator:
        await fill(emulator, redis, 70, 10, 10)
    used = windows(emulator)
    assert sum(used.values()) == 90
    assert max(used.values()) <= 30
    assert len(used) <= 5  # with a third of it each, it would have taken seven


async def test_nothing_is_left_in_redis_but_what_is_known_of_the_window(
    redis: PrivateRedis,
) -> None:
    async with Emulator(conversations=1, token="the-token-of-all") as emulator:
        await fill(emulator, redis, 20, 20, 20)
        held = await state(redis)
    assert held["processes"] == {}
    assert held["limit"] == emulator.rate_limit
    assert held["used"] == 60
    everything = await redis.ask("KEYS", "*")
    assert everything.count(b"intercom-async:") == 1
    assert b"the-token-of-all" not in everything + json.dumps(held).encode()
    lasts = await redis.ask("TTL", everything.split(b"\r\n")[2].decode())
    assert 0 < int(lasts.split(b"\r\n")[0].removeprefix(b":")) <= 600


async def test_a_smaller_budget_leaves_the_rest_of_the_window_to_others(
    redis: PrivateRedis,
) -> None:
    async with (
        Emulator(conversations=1, rate_limit=10, window_seconds=60, clock=lambda: AT_REST) as api,
        process(api, redis, budget=0.6) as bulk,
        process(api, redis) as web,
        process(api, redis) as other,
    ):
        await tell(web, redis, limit=10)
        waiting = [asyncio.create_task(bulk.me()) for _ in range(9)]
        await until(lambda: len(api.requests) == 6)
        async with asyncio.timeout(10):  # and not until the window's end
            await asyncio.gather(web.me(), other.me(), web.me(), web.with_options(budget=0.9).me())
        assert len(api.requests) == 10
        await cancel(*waiting)


async def test_what_another_app_draws_is_left_to_it(redis: PrivateRedis) -> None:
    async with (
        Emulator(conversations=1, rate_limit=10, window_seconds=60, clock=lambda: AT_REST) as api,
        AsyncIntercom(token=api.token, base_url=api.url) as app,
        process(api, redis) as one,
        process(api, redis) as two,
    ):
        await tell(one, redis, limit=10)
        await ask(app, 5, 1)
        await tell(two, redis, others=5)
        waiting = [asyncio.create_task(each.me()) for each in (one, two) for _ in range(6)]
        await until(lambda: len(api.requests) == 10)
        await asyncio.sleep(0.2)
        assert windows(api, 60)
        assert len(api.requests) == 10
        await cancel(*waiting)


async def test_a_429_holds_back_all_processes(redis: PrivateRedis) -> None:
    async with (
        Emulator(conversations=1, rate_limit=None) as api,
        process(api, redis) as one,
        process(api, redis) as two,
    ):
        await one.me()
        (session,) = one._pool._sessions.values()
        await session.limiter.acquire(1.0)
        now = time.monotonic()
        session.limiter.record_response(429, RateHeaders(retry_after=60), now, now)
        await asyncio.sleep(0.2)
        waiting = asyncio.create_task(two.me())
        await asyncio.sleep(0.2)
        assert not waiting.done()
        await cancel(waiting)


async def test_a_server_that_tells_no_limit_is_asked_more_and_more_at_once(
    redis: PrivateRedis,
) -> None:
    async with (
        Emulator(conversations=1, rate_limit=None, latency=0.02) as api,
        process(api, redis) as intercom,
    ):
        async with asyncio.timeout(20):
            await ask(intercom, 150, 150)
        held = await state(redis)
    assert held["ceiling"] >= 40
    assert "limit" not in held


@pytest.mark.long
async def test_a_process_that_died_is_forgotten(redis: PrivateRedis) -> None:
    async with (
        Emulator(conversations=1, rate_limit=10, window_seconds=1) as api,
        process(api, redis) as intercom,
    ):
        await intercom.me()
        held = await state(redis)
        key = (await redis.ask("KEYS", "*")).split(b"\r\n")[2].decode()
        held["processes"] |= {
            "killed": [9, time.time() - 7, [1]],
            "alive": [3, time.time(), []],
        }
        await redis.ask("SET", key, json.dumps(held))
        await asyncio.sleep(1)
        await intercom.me()
        held = await state(redis)
        assert "killed" not in held["processes"]
        # What the others have under way may count in this window, what the dead had cannot.
        assert held["used"] == 3 + 1


@pytest.mark.long
@pytest.mark.parametrize("held", ["{", "[]", "null", "3", '{"processes": 1}', None])
async def test_what_is_no_state_of_a_window_is_replaced(
    redis: PrivateRedis, held: str | None
) -> None:
    events: list[LimiterEvent] = []
    async with (
        Emulator(conversations=1, rate_limit=20, window_seconds=1) as api,
        process(api, redis, on_event=events.append) as intercom,
    ):
        await tell(intercom, redis, limit=20)
        key = (await redis.ask("KEYS", "*")).split(b"\r\n")[2].decode()
        await redis.ask("DEL", key)
        await redis.ask(*(("LPUSH", key, "x") if held is None else ("SET", key, held)))
        async with asyncio.timeout(20):
            await ask(intercom, 50)
        assert (await state(redis))["limit"] == 20
    assert not events
    assert max(windows(api).values()) <= 20


@pytest.mark.long
async def test_a_clock_of_redis_that_is_set_back_lets_nobody_wait(redis: PrivateRedis) -> None:
    async with (
        Emulator(conversations=1, rate_limit=20, window_seconds=1) as api,
        process(api, redis) as intercom,
    ):
        await tell(intercom, redis, limit=20)
        key = (await redis.ask("KEYS", "*")).split(b"\r\n")[2].decode()
        later = (await state(redis)) | {"rate": 5.0}
        for moment in ("begun", "reported", "paused", "seen"):
            later[moment] = time.time() + 3600
        later["low"] = later.get("low", 0.0) - 3600
        await redis.ask("SET", key, json.dumps(later))
        async with asyncio.timeout(20):
            await ask(intercom, 50)
    assert max(windows(api).values()) <= 20


@pytest.mark.long
async def test_calls_given_up_at_any_moment_leave_nothing_under_way(redis: PrivateRedis) -> None:
    random = Random(7)
    async with Emulator(conversations=1, rate_limit=40, window_seconds=1) as emulator:
        async with process(emulator, redis) as one, process(emulator, redis) as two:
            tasks = []
            for number in range(300):
                tasks.append(asyncio.create_task((one, two)[number % 2].me()))
                await asyncio.sleep(random.random() * 0.004)
                tasks[random.randrange(len(tasks))].cancel()
            await cancel(*tasks)
            for intercom in (one, two):
                (session,) = intercom._pool._sessions.values()
                assert isinstance(session.limiter, SharedLimiter)
                assert session.limiter.window.in_flight == 0
                assert not session.limiter._queues
        assert (await state(redis))["processes"] == {}
    assert windows(emulator)


class TestWithoutRedis:
    @pytest.mark.long
    async def test_it_stops_and_comes_back(self, tmp_path: Path) -> None:
        events: list[LimiterEvent] = []
        with PrivateRedis(tmp_path) as redis:
            async with (
                Emulator(conversations=1, rate_limit=40, window_seconds=1) as emulator,
                process(emulator, redis, fallback=0.25, on_event=events.append) as one,
                process(emulator, redis, fallback=0.25) as two,
            ):
                async with asyncio.timeout(30):
                    await asyncio.gather(ask(one, 20), ask(two, 20))
                    redis.stop()
                    await asyncio.gather(ask(one, 15), ask(two, 15))
                    assert [event.is_shared for event in events] == [False]
                    redis.start()
                    while len(events) < 2:
                        await asyncio.gather(one.me(), two.me())
                    await asyncio.gather(ask(one, 20), ask(two, 20))
                held = await state(redis)
        assert [event.is_shared for event in events] == [False, True]
        assert events[0].error == "ConnectionError"
        assert held["limit"] == 40
        assert max(windows(emulator).values()) <= 40

    async def test_it_was_never_there(
        self, emulator: Emulator, caplog: pytest.LogCaptureFixture
    ) -> None:
        with caplog.at_level(logging.WARNING):
            async with process(emulator, "redis://user:s3cret-word@127.0.0.1:1/0") as intercom:
                async with asyncio.timeout(20):
                    await ask(intercom, 40)
        (warned,) = caplog.messages
        assert warned.startswith("redis://127.0.0.1:1/0 does not answer (ConnectionError)")

    @pytest.mark.long
    async def test_it_answers_nothing(self, emulator: Emulator, tmp_path: Path) -> None:
        events: list[LimiterEvent] = []
        with PrivateRedis(tmp_path) as redis:
            async with process(emulator, redis, timeout=0.1, on_event=events.append) as intercom:
                await intercom.me()
                redis.freeze()
                async with asyncio.timeout(20):
                    await ask(intercom, 40)
                redis.thaw()
                async with asyncio.timeout(20):
                    while len(events) < 2:
                        await intercom.me()
        assert [event.error for event in events] == ["TimeoutError", None]

    @pytest.mark.long
    async def test_it_was_flushed_or_closed_its_connections(self, redis: PrivateRedis) -> None:
        events: list[LimiterEvent] = []
        async with (
            Emulator(conversations=1, rate_limit=40, window_seconds=1) as emulator,
            process(emulator, redis, on_event=events.append) as one,
            process(emulator, redis, on_event=events.append) as two,
        ):
            tasks = [asyncio.create_task(ask(each, 80)) for each in (one, two)]
            for command in ("FLUSHALL", "CLIENT KILL TYPE normal", "SCRIPT FLUSH", "FLUSHALL"):
                await asyncio.sleep(0.5)
                await redis.ask(*command.split())
            async with asyncio.timeout(30):
                await asyncio.gather(*tasks)
        assert not events
        assert max(windows(emulator).values()) <= 40

    async def test_a_wrong_password_is_told_of_and_not_shown(
        self, emulator: Emulator, tmp_path: Path
    ) -> None:
        events: list[LimiterEvent] = []
        with PrivateRedis(tmp_path, password="s3cret-word") as redis:
            async with process(emulator, redis, on_event=events.append) as intercom:
                await intercom.me()
            assert not events
            wrong = redis.url.replace("s3cret-word", "another-word")
            async with process(emulator, wrong, on_event=events.append) as intercom:
                await intercom.me()
        (event,) = events
        assert event.error == "AuthenticationError"
        assert "word" not in f"{event} {event!r} {RedisLimiters(wrong)!r}"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "s3cret",
        "http://:s3cret@h",
        "redis://:s3cret@h:x/0",
        "redis://:12/s3cret@h/0",
        "redis://me:12?s3cret@h/0",
        "redis://me:12#s3cret@h/0",
        "redis:s3cret@h",
        "redis://h/s3cret",
        "redis://me:s3cret\u2100@h",
        "redis://",
        "unix://",
        None,
        b"s3cret",
    ],
)
def test_what_is_no_url_of_redis_is_refused_and_not_shown(url: Any) -> None:
    with pytest.raises(ConfigurationError, match="must be such as redis://") as caught:
        RedisLimiters(url)
    assert "s3cret" not in f"{caught.value} {caught.value.__cause__}"


@pytest.mark.parametrize("fallback", [0, 1.1, "a tenth", True])
def test_a_fallback_is_a_share(fallback: Any) -> None:
    with pytest.raises(ConfigurationError, match="must be above 0 and at most 1"):
        RedisLimiters("redis://h", fallback=fallback)


async def test_a_window_begun_too_early_is_told_of() -> None:
    # The server's Date is ahead of the clock of its windows.
    asked: list[Ask] = []

    async def step(_: str, make: Any) -> Reply:
        asked.append(make())
        return Reply(1.0, 1020.0, 1010.0, [number for _, number in asked[-1].wants])

    async def closed() -> None:
        asked.append(Ask("", 0))

    limiter = SharedLimiter("w", step, 0.1, closed)
    await limiter.acquire(1.0)
    now = time.monotonic()
    limiter.record_response(200, RateHeaders(10, 3, 1010.0, 1010.0), now, now)
    await until(lambda: len(asked) == 2)
    assert [each.early for each in asked] == [False, True]
    assert asked[-1].ended == {"1010.000": 1}
    await limiter.aclose()
    await limiter.aclose()
    assert (len(asked), asked[-2].flying) == (4, 0)


async def test_turns_nobody_waits_for_any_more_are_given_back() -> None:
    asked: list[Ask] = []
    go = asyncio.Event()

    async def step(_: str, make: Any) -> Reply:
        asked.append(make())
        await go.wait()
        return Reply(1.0, 1020.0, 1010.0, [number for _, number in asked[-1].wants])

    async def closed() -> None:
        pass

    limiter = SharedLimiter("w", step, 0.1, closed)
    tasks = [asyncio.create_task(limiter.acquire(1.0)) for _ in range(3)]
    await until(lambda: len(asked) == 1)
    tasks[0].cancel()
    go.set()
    await asyncio.wait(tasks)
    limiter.release()
    limiter.release()
    await until(lambda: len(asked) == 2)
    assert (asked[1].unused, asked[1].window, asked[1].flying) == (1, 1020.0, 0)
    await limiter.aclose()


async def test_no_budget_takes_all_the_turns_of_a_process_alone() -> None:
    async def gone(*_: object) -> None:
        await asyncio.sleep(0)

    async def closed() -> None:
        pass

    limiter = SharedLimiter("w", gone, 0.5, closed)
    tasks = {
        budget: [asyncio.create_task(limiter.acquire(budget)) for _ in range(9)]
        for budget in (1.0, 0.8)
    }
    await until(lambda: limiter.window.in_flight == 10)  # as many as before the first answer
    await asyncio.sleep(0.01)
    served = {budget: sum(task.done() for task in each) for budget, each in tasks.items()}
    assert served == {1.0: 5, 0.8: 5}
    waiting = [task for each in tasks.values() for task in each if not task.done()]
    await cancel(*waiting)
    assert limiter.window.in_flight == 10
    await limiter.aclose()


async def test_a_window_that_the_others_used_up_stays_so_when_they_are_out_of_reach() -> None:
    replies = iter([Reply(0.3, 1020.0, 1010.0, [0])])

    async def step(_: str, make: Any) -> Reply | None:
        make()
        return next(replies, None)

    async def closed() -> None:
        pass

    limiter = SharedLimiter("w", step, 1.0, closed)
    first, began = asyncio.create_task(limiter.acquire(1.0)), time.monotonic()
    await until(lambda: limiter._full_until > 0)
    second = asyncio.create_task(limiter.acquire(0.9))
    await asyncio.wait([first, second])
    assert time.monotonic() - began >= 0.3
    assert limiter.window.in_flight == 2
    await limiter.aclose()
