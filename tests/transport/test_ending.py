"""Calls that are cancelled and pools that are closed while an answer is on its way."""

import asyncio

import aiohttp
import pytest
from aiohttp.base_protocol import BaseProtocol
from multidict import CIMultiDict, CIMultiDictProxy

from intercom_async import SessionPool, WindowLimiter
from intercom_async.core.call import Call
from intercom_async.errors import ConnectionFailed
from intercom_async.net import fast_path
from tests.transport.scripted import (
    GOOD_BODY,
    READ,
    TOKEN,
    WRITES,
    Server,
    closes,
    sends,
    settings,
    stalls,
    status,
)
from tests.waiting import cancel


@pytest.mark.parametrize("way", ["direct"], indirect=True)
@pytest.mark.parametrize("length", ["Content-Length: 100", "Transfer-Encoding: chunked"])
async def test_a_pool_that_is_closed_ends_what_is_being_read(server: Server, length: str) -> None:
    begun = f"HTTP/1.1 200 OK\r\n{length}\r\n\r\n5\r\nhello\r\n"
    server.script.append(sends(begun.encode(), then=stalls))
    pool = SessionPool()
    task = asyncio.create_task(pool.send(READ, settings(server, attempt=60)))
    await server.arrived.wait()
    await asyncio.sleep(0.05)
    async with asyncio.timeout(5):
        await pool.aclose(grace=0.01)
        with pytest.raises(ConnectionFailed, match="cut short"):
            await task


@pytest.mark.parametrize("steps", range(45))
@pytest.mark.parametrize("call", [READ, WRITES[0].values[0]], ids=["read", "write"])
async def test_a_call_may_be_cancelled_at_any_step(
    server: Server, call: Call[bytes], steps: int
) -> None:
    async def token() -> str:
        await asyncio.sleep(0)
        return TOKEN

    server.script.append(closes if call.read else status("429 Too Many", "Retry-After: 0.001"))
    async with SessionPool(connections=1) as pool:
        given = settings(server, token=token)
        task = asyncio.create_task(pool.send(call, given))
        for _ in range(steps):
            await asyncio.sleep(0)
        await cancel(task)
        assert pool.calls == 0
        for session in pool._sessions.values():
            assert isinstance(session.limiter, WindowLimiter)
            assert session.limiter.window.in_flight == 0
        server.script.clear()
        async with asyncio.timeout(5):
            assert await pool.send(call, given) == GOOD_BODY


async def test_what_is_closed_between_two_reads_is_cut_short() -> None:
    closed = BaseProtocol(asyncio.get_running_loop())
    content = aiohttp.StreamReader(closed, 2**16, loop=asyncio.get_running_loop())
    content.feed_data(b"{")
    for headers in ({"Content-Length": "2"}, {}):
        given = CIMultiDictProxy(CIMultiDict(headers))
        with pytest.raises(aiohttp.ClientPayloadError):
            await fast_path.read_body(given, content, 100)
