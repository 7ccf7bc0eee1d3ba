"""A call that waits costs few frames: each is memory, and a line of every traceback."""

import asyncio
import gc
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import intercom_async
from intercom_async import AsyncIntercom, SessionPool
from tests.transport.answering import client, server
from tests.transport.scripted import response
from tests.waiting import until

MOST = 5
OURS = str(Path(intercom_async.__file__).parent)
TAG = b'{"type":"tag","id":"1","name":"vip"}'
PAGE = b'{"type":"conversation.list","conversations":[{"id":"1"}],"data":[]}'

OPERATIONS: dict[str, tuple[Callable[[AsyncIntercom], Awaitable[Any]], bytes]] = {
    "tag": (lambda i: i.tags.retrieve("1"), TAG),
    "conversation": (lambda i: i.conversations.retrieve("1"), b'{"id":"1"}'),
    "write": (lambda i: i.tags.create(name="vip"), TAG),
    "me": (lambda i: i.me(), b'{"type":"admin","id":"1"}'),
    "first page": (lambda i: i.tags.list(), PAGE),
    "page": (lambda i: anext(i.conversations.list().pages()), PAGE),
    "record": (lambda i: anext(aiter(i.conversations.list())), PAGE),
}


def frames(task: asyncio.Task[Any]) -> Iterator[str]:
    """Yield the names of the functions of ours that a task waits in, from the outermost."""
    awaited: Any = task.get_coro()
    while awaited is not None:
        if type(awaited).__name__ == "coroutine_wrapper":  # of __await__, which does not tell
            (awaited,) = gc.get_referents(awaited)
        code = getattr(awaited, "cr_code", None) or getattr(awaited, "gi_code", None)
        if code is not None and code.co_filename.startswith(OURS):
            yield code.co_qualname
        awaited = getattr(awaited, "cr_await", None) or getattr(awaited, "gi_yieldfrom", None)


def deepest() -> list[str]:
    return max((list(frames(task)) for task in asyncio.all_tasks()), key=len)


@pytest.mark.parametrize("name", OPERATIONS)
@pytest.mark.parametrize("sent", ["nothing", "a part", "a chunk"])
async def test_a_waiting_request_is_few_frames(pool: SessionPool, name: str, sent: str) -> None:
    operation, body = OPERATIONS[name]
    asked, go_on = asyncio.Event(), asyncio.Event()

    async def answer(writer: asyncio.StreamWriter, _: int, __: bytes) -> None:
        whole = response(body)
        if sent == "a chunk":
            head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
            whole = head + b"1\r\n%b\r\n%x\r\n%b\r\n0\r\n\r\n" % (body[:1], len(body) - 1, body[1:])
        part = whole.index(b"\r\n\r\n") + 8 if sent != "nothing" else 0
        writer.write(whole[:part])
        asked.set()
        await go_on.wait()
        writer.write(whole[part:])

    async with server(answer) as url:

        async def ask() -> Any:
            return await operation(client(url, pool))

        task = asyncio.create_task(ask())
        await asked.wait()
        if sent != "nothing":
            await until(lambda: "read_body" in deepest())
        waiting = deepest()
        go_on.set()
        assert await task is not None
    assert 0 < len(waiting) <= MOST, waiting
