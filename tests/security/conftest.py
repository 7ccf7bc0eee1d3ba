"""A server that answers as it is told and keeps what it was sent."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Any, TypeAlias

import pytest

from intercom_async.net.settings import BASE_URL_VARIABLE, TOKEN_VARIABLE

Answer: TypeAlias = bytes | Callable[[asyncio.StreamWriter], Awaitable[None]]
GOOD = b'{"type":"admin","id":"1"}'


class Peer:
    """Answers every request with ``answer``: a body, or a function that writes it all."""

    def __init__(self) -> None:
        self.answer: Answer = GOOD
        self.port = 0
        self.heads: list[bytes] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            while not writer.is_closing():
                self.heads.append(await reader.readuntil(b"\r\n\r\n"))
                if callable(self.answer):
                    await self.answer(writer)
                else:
                    head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(self.answer)}\r\n\r\n"
                    writer.write(head.encode() + self.answer)
                    await writer.drain()


@asynccontextmanager
async def running(context: ssl.SSLContext | None) -> AsyncIterator[Peer]:
    peer, tasks = Peer(), set()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(peer.serve(reader, writer))
        tasks.add(task)
        task.add_done_callback(lambda _: writer.transport.abort())

    listener = await asyncio.start_server(accept, "127.0.0.1", 0, ssl=context)
    peer.port = listener.sockets[0].getsockname()[1]
    try:
        yield peer
    finally:
        listener.close()
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
        await listener.wait_closed()


@pytest.fixture
async def start_peer() -> AsyncIterator[Callable[..., Awaitable[Peer]]]:
    async with AsyncExitStack() as stack:

        async def start(context: ssl.SSLContext | None = None) -> Peer:
            return await stack.enter_async_context(running(context))

        yield start


@pytest.fixture
async def peer(start_peer: Callable[..., Awaitable[Any]]) -> Any:
    return await start_peer()


@pytest.fixture(autouse=True)
def _nothing_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (TOKEN_VARIABLE, BASE_URL_VARIABLE):
        monkeypatch.delenv(name, raising=False)
