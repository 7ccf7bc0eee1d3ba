"""Workspaces that share a pool: served in turn, and forgotten when idle."""

import asyncio
from contextlib import suppress

import pytest

from intercom_async import AsyncIntercom, RetryPolicy, SessionPool
from intercom_async.errors import ConnectionFailed
from intercom_async.net.fair_semaphore import FairSemaphore
from intercom_async.net.sessions import Session
from tests.transport.answering import asked, client, conversation, server
from tests.transport.scripted import response
from tests.waiting import cancel


async def test_a_workspace_that_hangs_keeps_no_other_waiting() -> None:
    hung: list[asyncio.StreamWriter] = []
    full = asyncio.Event()
    order: list[str] = []

    async def answer(writer: asyncio.StreamWriter, _: int, head: bytes) -> None:
        if asked(head) != "hang":
            window = ("X-RateLimit-Limit: 1000", "X-RateLimit-Remaining: 999")
            writer.write(response(conversation(asked(head)), *window))
            return
        hung.append(writer)
        if len(hung) == 20:
            full.set()
        await asyncio.Event().wait()

    async def call(intercom: AsyncIntercom, id: str) -> None:
        with suppress(ConnectionFailed):
            await intercom.conversations.retrieve(id)
        order.append(id)

    async with server(answer) as url, SessionPool(connections=20) as pool:
        once = RetryPolicy(max_attempts=1)
        hanging = client(url, pool, token="hanging", retry=once)
        await hanging.conversations.retrieve("1")  # of which it learns how much it may ask
        tasks = [asyncio.create_task(call(hanging, "hang")) for _ in range(60)]
        await full.wait()
        healthy = asyncio.create_task(call(client(url, pool, token="healthy"), "1"))
        await asyncio.sleep(0)
        for writer in hung[:2]:  # the place of one goes to the next of its workspace
            writer.close()
        await healthy
        assert order == ["hang", "hang", "1"]
        await cancel(*tasks)


async def test_places_are_granted_in_turn_by_owner() -> None:
    turns = FairSemaphore(1)
    await turns.acquire("x")
    order: list[str] = []

    async def take(owner: str) -> None:
        await turns.acquire(owner)
        order.append(owner)
        turns.release()

    tasks = [asyncio.create_task(take(owner)) for owner in "aaaaabbc"]
    await asyncio.sleep(0)
    tasks[0].cancel()
    await asyncio.sleep(0)
    turns.release()
    await asyncio.wait(tasks)
    assert "".join(order) == "abcabaa"
    assert turns.value == 1


@pytest.mark.parametrize("idle_after", [0, 300])
async def test_a_new_token_looks_at_few_sessions(
    idle_after: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = 0

    class Watched(Session):
        @property
        def last_used(self) -> float:
            nonlocal looks
            looks += 1
            return self._last_used

        @last_used.setter
        def last_used(self, moment: float) -> None:
            self._last_used = moment

    async def answer(writer: asyncio.StreamWriter, _: int, head: bytes) -> None:
        writer.write(response(conversation(asked(head))))

    monkeypatch.setattr("intercom_async.net.sessions.Session", Watched)
    async with server(answer) as url, SessionPool(idle_after=idle_after) as pool:
        for token in range(50):
            await client(url, pool, token=f"t{token}").conversations.retrieve("1")
        assert pool.workspaces == (50 if idle_after else 1)
    assert looks <= 2 * 50


async def test_sessions_in_use_are_looked_at_once(pool: SessionPool) -> None:
    arrived = asyncio.Event()
    hung = 0

    async def answer(writer: asyncio.StreamWriter, _: int, head: bytes) -> None:
        nonlocal hung
        if asked(head) != "hang":
            writer.write(response(conversation(asked(head))))
            return
        hung += 1
        if hung == 20:
            arrived.set()
        await asyncio.Event().wait()

    pool._sessions._idle_after = 0
    async with server(answer) as url:
        calls = [
            asyncio.create_task(client(url, pool, token=f"h{n}").conversations.retrieve("hang"))
            for n in range(20)
        ]
        await arrived.wait()
        for token in range(60):  # as many as there are hanging, and again
            await client(url, pool, token=f"t{token}").conversations.retrieve("1")
        assert pool.workspaces < 20 + 30
        await cancel(*calls)
