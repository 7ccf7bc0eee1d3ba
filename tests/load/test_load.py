"""Thousands of callers on one pool: served in their order, and nothing piles up."""

import asyncio
import gc
import tracemalloc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from intercom_async import AsyncIntercom, RateLimited, RetryPolicy, SessionPool
from intercom_async.emulator import Emulator

CALLERS = 2_000
CONNECTIONS = 50
WORKSPACES = 500


class Api:
    """Answers ``/me`` for any token, and notes who asked and how many at once."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.most = 0
        self.refused: set[str] = set()
        self.url = ""
        self._now = 0

    async def answer(self, request: web.BaseRequest) -> web.Response:
        token = request.headers["Authorization"].removeprefix("Bearer ")
        self.asked.append(request.headers.get("X-Caller", token))
        self._now += 1
        self.most = max(self.most, self._now)
        await asyncio.sleep(0)
        self._now -= 1
        if token in self.refused:
            return web.Response(status=429, headers={"Retry-After": "3600"})
        return web.json_response({"type": "admin", "id": "1"})


@asynccontextmanager
async def serving() -> AsyncIterator[Api]:
    api = Api()
    runner = web.ServerRunner(web.Server(api.answer, access_log=None))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    api.url = f"http://{host}:{port}"
    try:
        yield api
    finally:
        await runner.cleanup()


async def call_all(intercom: AsyncIntercom, callers: int = CALLERS) -> list[int]:
    """Start every caller in order, and return the order in which they were answered."""
    done: list[int] = []

    async def call(number: int) -> None:
        await intercom.with_options(headers={"X-Caller": str(number)}).me()
        done.append(number)

    async with asyncio.TaskGroup() as tasks:
        for number in range(callers):
            tasks.create_task(call(number))
    return done


@pytest.mark.long
async def test_callers_are_served_in_the_order_in_which_they_came() -> None:
    async with (
        serving() as api,
        SessionPool(connections=CONNECTIONS) as pool,
        AsyncIntercom(base_url=api.url, token="t", pool=pool) as intercom,
    ):
        done = await call_all(intercom)
        assert pool.calls == 0
    assert sorted(done) == list(range(CALLERS))
    assert api.most <= CONNECTIONS
    # Nobody is overtaken by more callers than there are connections, and a few that were about
    # to be sent: the last is served no later than its place in the queue says.
    late = max(place - number for place, number in enumerate(done))
    assert late <= 2 * CONNECTIONS
    sent = [int(caller) for caller in api.asked]
    assert max(place - number for place, number in enumerate(sent)) <= 2 * CONNECTIONS


@pytest.mark.long
async def test_a_rate_window_changes_nothing_of_their_order() -> None:
    async with (
        Emulator(conversations=1, rate_limit=CALLERS // 2, window_seconds=1) as emulator,
        SessionPool(connections=CONNECTIONS) as pool,
        AsyncIntercom(base_url=emulator.url, token=emulator.token, pool=pool) as intercom,
    ):
        done = await call_all(intercom)
        sent = [int(request.headers["x-caller"]) for request in emulator.requests]
    assert sorted(done) == list(range(CALLERS))
    assert max(place - number for place, number in enumerate(done)) <= 2 * CONNECTIONS
    assert max(place - number for place, number in enumerate(sent)) <= 2 * CONNECTIONS


@pytest.mark.long
async def test_who_asks_again_at_once_gets_no_more_turns_than_others() -> None:
    turns = [0] * (CALLERS // 5)

    async with (
        serving() as api,
        SessionPool(connections=CONNECTIONS) as pool,
        AsyncIntercom(base_url=api.url, token="t", pool=pool) as intercom,
    ):

        async def call_again_and_again(number: int) -> None:
            for _ in range(5):
                await intercom.me()
                turns[number] += 1
                assert turns[number] - min(turns) <= 2

        async with asyncio.TaskGroup() as tasks:
            for number in range(len(turns)):
                tasks.create_task(call_again_and_again(number))
    assert set(turns) == {5}


@pytest.mark.long
async def test_memory_stays_flat_over_waves_of_callers() -> None:
    callers = CALLERS // 4  # tracing is slow
    async with (
        serving() as api,
        SessionPool(connections=CONNECTIONS) as pool,
        AsyncIntercom(base_url=api.url, token="t", pool=pool) as intercom,
    ):
        sizes = []
        tracemalloc.start()
        try:
            for _ in range(2):
                await call_all(intercom, callers)
                api.asked.clear()
                gc.collect()
                sizes.append(tracemalloc.get_traced_memory()[0])
        finally:
            tracemalloc.stop()
    assert sizes[1] - sizes[0] < 200 * callers  # far less than anything kept of each call


async def test_a_backend_of_many_workspaces_forgets_those_that_are_idle(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with serving() as api, SessionPool(connections=CONNECTIONS, idle_after=60) as pool:
        clients = [
            AsyncIntercom(base_url=api.url, token=f"t{number}", pool=pool)
            for number in range(WORKSPACES)
        ]
        async with asyncio.TaskGroup() as tasks:
            for client in clients:
                tasks.create_task(client.me())
        assert pool.workspaces == WORKSPACES
        now = asyncio.get_running_loop().time()
        monkeypatch.setattr("intercom_async.net.pool.time.monotonic", lambda: now + 3600)
        await AsyncIntercom(base_url=api.url, token="new", pool=pool).me()
        assert pool.workspaces == 1
        await clients[0].me()  # and is known again when it comes back
        assert pool.workspaces == 2
    assert len(api.asked) == WORKSPACES + 2


@pytest.mark.long
async def test_memory_stays_flat_over_waves_of_new_workspaces() -> None:
    workspaces = WORKSPACES // 4  # tracing is slow
    async with serving() as api, SessionPool(connections=CONNECTIONS, idle_after=0) as pool:

        async def wave(name: str) -> int:
            async with asyncio.TaskGroup() as tasks:
                for number in range(workspaces):
                    client = AsyncIntercom(base_url=api.url, token=f"{name}-{number}", pool=pool)
                    tasks.create_task(client.me())
            await AsyncIntercom(base_url=api.url, token="last", pool=pool).me()
            assert pool.workspaces == 1
            gc.collect()
            ours = tracemalloc.Filter(inclusive=True, filename_pattern="*intercom_async*")
            traced = tracemalloc.take_snapshot().filter_traces([ours]).statistics("filename")
            return sum(each.size for each in traced)

        tracemalloc.start()
        try:
            sizes = [await wave(name) for name in ("one", "two", "three")]
        finally:
            tracemalloc.stop()
    assert sizes[2] - sizes[1] < 200 * workspaces  # a workspace that is known takes kilobytes


async def test_a_workspace_that_is_refused_keeps_no_other_waiting() -> None:
    async with serving() as api, SessionPool(connections=CONNECTIONS) as pool:
        api.refused = {"refused"}
        retry = RetryPolicy(max_attempts=3)
        refused = AsyncIntercom(base_url=api.url, token="refused", pool=pool, retry=retry)
        others = [
            AsyncIntercom(base_url=api.url, token=f"t{number}", pool=pool) for number in range(100)
        ]
        waiting = [asyncio.create_task(refused.me()) for _ in range(CALLERS)]
        while "refused" not in api.asked:  # noqa: ASYNC110  # the server tells nobody
            await asyncio.sleep(0)
        for client in others:
            await client.me()
        assert not all(task.done() for task in waiting)  # an hour is what they were told
        for task in waiting:
            task.cancel()
        results = await asyncio.gather(*waiting, return_exceptions=True)
        assert {type(result) for result in results} <= {asyncio.CancelledError, RateLimited}
        assert pool.calls == 0
