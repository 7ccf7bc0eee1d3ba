"""Connections that are kept: looked at before use, and each of one workspace."""

import asyncio
import re
import threading

import msgspec
import pytest

from intercom_async import F, SessionPool
from intercom_async.errors import ConnectionFailed
from tests.transport.answering import asked, client, conversation, server
from tests.transport.scripted import response


@pytest.mark.parametrize("can_poll", [True, False])  # as on Windows
@pytest.mark.parametrize("kind", ["answer", "408", "end"])
async def test_a_kept_connection_is_looked_at_before_it_is_used(
    pool: SessionPool, kind: str, can_poll: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("intercom_async.net.connector._CAN_POLL", can_poll)
    came = threading.Event()
    url: list[str] = []
    up = threading.Event()
    end = threading.Event()
    seen: list[tuple[int, str]] = []

    async def answer(writer: asyncio.StreamWriter, number: int, head: bytes) -> None:
        seen.append((number, asked(head)))
        writer.write(response(conversation(asked(head))))
        if number > 1:
            return
        await writer.drain()
        await asyncio.sleep(0.02)
        if kind == "answer":
            writer.write(response(conversation(asked(head))))
        elif kind == "408":
            writer.write(response(b"", "Connection: close", status="408 Request Timeout"))
        if kind != "answer":
            writer.close()
        await asyncio.sleep(0.02)
        came.set()

    async def run() -> None:
        async with server(answer) as at:
            url.append(at)
            up.set()
            await asyncio.to_thread(end.wait)

    thread = threading.Thread(target=asyncio.run, args=(run(),))
    thread.start()
    try:
        up.wait(10)
        conversations = client(url[0], pool).conversations
        await conversations.retrieve("A")
        came.wait(10)  # the event loop reads nothing meanwhile
        assert (await conversations.close("B", admin_id="1")).id == "B"
        assert seen == [(1, "A"), (2, "B")]
    finally:
        end.set()
        thread.join()


def page(*ids: str, following: str | None = None) -> bytes:
    pages = {"type": "pages", "next": following and {"starting_after": following}}
    return msgspec.json.encode(
        {"type": "conversation.list", "pages": pages, "conversations": [{"id": id} for id in ids]}
    )


async def test_an_answer_that_comes_once_more_is_of_no_other_request(pool: SessionPool) -> None:
    seen: list[int] = []
    before = b""

    async def answer(writer: asyncio.StreamWriter, number: int, head: bytes) -> None:
        nonlocal before
        seen.append(number)
        body = page("3", "4") if b"starting_after=" in head else page("1", "2", following="x")
        if b"/search" in head:
            body = page("5")
        if number == 1:
            writer.write(before)  # only now: the client has looked at the connection
        before = response(body, f"X-Request-Id: {len(seen)}")
        writer.write(before)

    async with server(answer) as url:
        conversations = client(url, pool).conversations
        assert [each.id async for each in conversations.search(F.state == "open")] == ["5"]
        assert [each.id async for each in conversations.list()] == ["1", "2", "3", "4"]
    assert seen == [1, 1, 2, 2]


async def test_a_write_that_an_earlier_answer_came_to_may_have_been_applied(
    pool: SessionPool,
) -> None:
    before = b""

    async def answer(writer: asyncio.StreamWriter, number: int, head: bytes) -> None:
        nonlocal before
        writer.write(before)
        before = response(conversation(asked(head)), f"X-Request-Id: {number}")
        writer.write(before)

    async with server(answer) as url:
        conversations = client(url, pool).conversations
        await conversations.retrieve("A")
        with pytest.raises(ConnectionFailed, match="earlier request came once more") as caught:
            await conversations.close("B", admin_id="1")
    assert (caught.value.may_have_been_applied, caught.value.attempts) == (True, 1)


@pytest.mark.parametrize("lines", [(), ("X-Request-Id: -", "X-Runtime: {}")], ids=["none", "one"])
async def test_answers_alike_are_answers_if_nothing_tells_that_they_are_one(
    pool: SessionPool, lines: tuple[str, ...]
) -> None:
    seen: list[int] = []

    async def answer(writer: asyncio.StreamWriter, number: int, head: bytes) -> None:
        seen.append(number)
        told = [line.format(len(seen)) for line in lines]
        writer.write(response(conversation(asked(head)), *told))

    async with server(answer) as url:
        conversations = client(url, pool).conversations
        for id in "ABA":
            assert (await conversations.retrieve(id)).id == id
    assert seen == [1, 1, 1]


async def test_idle_connections_belong_to_a_workspace(pool: SessionPool) -> None:
    tokens: dict[int, set[bytes]] = {}

    async def answer(writer: asyncio.StreamWriter, number: int, head: bytes) -> None:
        tokens.setdefault(number, set()).update(re.findall(rb"Bearer (\w+)", head))
        writer.write(response(conversation(asked(head))))

    async with server(answer) as url:
        for _ in range(3):
            for token in ("a", "b", "c"):
                await client(url, pool, token=token).conversations.retrieve("1")
    assert sorted(map(sorted, tokens.values())) == [[b"a"], [b"b"], [b"c"]]


async def test_idle_connections_count() -> None:
    most = 0

    async def answer(writer: asyncio.StreamWriter, _: int, head: bytes) -> None:
        nonlocal most
        most = max(most, len(connector._acquired) + sum(map(len, connector._conns.values())))
        writer.write(response(conversation(asked(head))))

    async with server(answer) as url, SessionPool(connections=3) as pool:
        assert pool._transport is not None
        connector = pool._transport._connector
        for token in range(20):
            await client(url, pool, token=f"t{token}").conversations.retrieve("1")
    assert most <= 3


async def test_only_the_connections_of_that_workspace_are_closed(pool: SessionPool) -> None:
    seen: list[tuple[str, int]] = []
    in_use, go = asyncio.Event(), asyncio.Event()

    async def answer(writer: asyncio.StreamWriter, number: int, head: bytes) -> None:
        token = re.findall(rb"Bearer (\w+)", head)[0].decode()
        seen.append((token, number))
        if asked(head) == "slow":
            in_use.set()
            await go.wait()
        is_wrong = asked(head) == "7" and number == 2
        writer.write(response(conversation("other" if is_wrong else asked(head))))

    async with server(answer) as url:
        a, b = (client(url, pool, token=token).conversations for token in "ab")
        await b.retrieve("1")
        await a.retrieve("1")
        slow = asyncio.create_task(a.retrieve("slow"))
        await in_use.wait()
        assert (await a.retrieve("7")).id == "7"
        go.set()
        await slow
        await a.retrieve("1")
        await b.retrieve("1")
    used = {token: [number for who, number in seen if who == token] for token in "ab"}
    assert used["b"] == [1, 1]
    wrong, fresh = 2, max(used["a"])
    assert used["a"][-1] == fresh
    assert wrong not in used["a"][used["a"].index(fresh) :]
