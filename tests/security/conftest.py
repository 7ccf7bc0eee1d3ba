"""A server that answers as it is told and keeps what it was sent."""

import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest

from intercom_async.net.settings import BASE_URL_VARIABLE, TOKEN_VARIABLE
from tests.transport.scripted import Server, response, running, sends


@pytest.fixture
async def start_peer() -> AsyncIterator[Callable[..., Awaitable[Server]]]:
    async with AsyncExitStack() as stack:

        async def start(context: ssl.SSLContext | None = None) -> Server:
            peer = await stack.enter_async_context(running(context))
            peer.usual = sends(response(b'{"type":"admin","id":"1"}'))
            return peer

        yield start


@pytest.fixture
async def peer(start_peer: Callable[..., Awaitable[Server]]) -> Server:
    return await start_peer()


@pytest.fixture(autouse=True)
def _nothing_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (TOKEN_VARIABLE, BASE_URL_VARIABLE):
        monkeypatch.delenv(name, raising=False)
