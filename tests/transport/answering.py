"""A server that answers by the request and the connection, and a client to ask it."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import msgspec

from intercom_async import AsyncIntercom, SessionPool
from tests.transport.scripted import QUICK, TOKEN, listening, read_request

Answer = Callable[[asyncio.StreamWriter, int, bytes], Awaitable[None]]


@asynccontextmanager
async def server(answer: Answer) -> AsyncIterator[str]:
    connections = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        number = connections
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            while not writer.is_closing():
                await answer(writer, number, (await read_request(reader)).head)

    async with listening(serve) as port:
        yield f"http://127.0.0.1:{port}"


def asked(head: bytes) -> str:
    found = re.match(rb"\S+ /conversations/([^/? ]+)", head)
    return found[1].decode() if found else "1"


def conversation(id: object, **fields: Any) -> bytes:
    return msgspec.json.encode({"type": "conversation", "id": id, **fields})


def client(url: str, pool: SessionPool | None = None, **options: Any) -> AsyncIntercom:
    return AsyncIntercom(
        **(dict[str, Any](token=TOKEN, retry=QUICK) | options), base_url=url, pool=pool
    )
