"""The library itself, by its public names."""

import asyncio
from collections.abc import Sequence
from typing import Self

from benchmarks.clients.base import CONNECTIONS, SINCE, TOKEN
from benchmarks.data import PER_PAGE
from intercom_async import AsyncIntercom, F, SessionPool


class Ours:
    """The library as its README shows it: records come as structs."""

    def __init__(self, url: str, *, budget: float = 1.0) -> None:
        self.pool = SessionPool(connections=CONNECTIONS)
        self.intercom = AsyncIntercom(base_url=url, token=TOKEN, budget=budget, pool=self.pool)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self.pool.aclose()

    async def walk(self, most: int, *, pause: float = 0.0) -> int:
        count = 0
        async for _ in self.intercom.conversations.list(per_page=PER_PAGE, limit=most):
            count += 1
            if pause and not count % PER_PAGE:
                await asyncio.sleep(pause)
        return count

    async def search(self, most: int) -> int:
        count = 0
        found = self.intercom.conversations.search(
            F.created_at > SINCE, per_page=PER_PAGE, limit=most
        )
        async for _ in found:
            count += 1
        return count

    async def retrieve(self, ids: Sequence[int], concurrency: int) -> int:
        count = 0
        many = self.intercom.conversations.retrieve_many(ids, concurrency=concurrency)
        async with many as results:
            async for result in results:
                count += result.error is None
        return count

    async def retrieve_one(self, id: int) -> None:
        await self.intercom.conversations.retrieve(id)

    async def scan(self, concurrency: int) -> int:
        """Walk everything in so many windows at a time."""
        count = 0
        async with self.intercom.conversations.scan(concurrency=concurrency) as stream:
            async for _ in stream:
                count += 1
        return count


class OursRaw(Ours):
    """The library handing out the records' bytes, undecoded."""

    async def walk(self, most: int, *, pause: float = 0.0) -> int:
        count = 0
        async for _ in self.intercom.conversations.list(per_page=PER_PAGE, limit=most, raw=True):
            count += 1
            if pause and not count % PER_PAGE:
                await asyncio.sleep(pause)
        return count
