"""A server that answers by the request and the connection, and a client to ask it."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import msgspec

from intercom_async import AsyncIntercom, SessionPool
from tests.transport.scripted import QUICK

Answer = Callable[[asyncio.StreamWriter, int, bytes], Awaitable[None]]


@asynccontextmanager
async def server(answer: Answer) -> AsyncIterator[str]:
    connections = 0
    writers: list[asyncio.StreamWriter] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        number = connections
        writers.append(writer)
        try:
            while not writer.is_closing():
                head = await reader.readuntil(b"\r\n\r\n")
                length = re.search(rb"(?i)content-length: (\d+)", head)
                await reader.readexactly(int(length[1]) if length else 0)
                await answer(writer, number, head)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    listener = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}"
    finally:
        listener.close()
        for writer in writers:
            writer.close()


def asked(head: bytes) -> str:
    found = re.match(rb"\S+ /conversations/([^/? ]+)", head)
    return found[1].decode() if found else "1"


def conversation(id: object, **fields: Any) -> bytes:
    return msgspec.json.encode({"type": "conversation", "id": id, **fields})


def http(body: bytes, *lines: str, status: str = "200 OK") -> bytes:
    head = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *lines]
    return ("\r\n".join(head) + "\r\n\r\n").encode() + body


def client(url: str, pool: SessionPool, **options: Any) -> AsyncIntercom:
    return AsyncIntercom(
        **(dict[str, Any](token="t", retry=QUICK) | options), base_url=url, pool=pool
    )
