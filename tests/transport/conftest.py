"""What all tests of the transport need; each of them runs over both ways."""

from collections.abc import AsyncIterator

import pytest

from intercom_async import SessionPool
from tests.transport.scripted import Server, running


@pytest.fixture(autouse=True)
def _both_ways(way: str) -> None:
    """Run every test over both ways."""


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with running() as started:
        yield started


@pytest.fixture
async def pool() -> AsyncIterator[SessionPool]:
    async with SessionPool(max_body=2**20) as opened:
        yield opened
