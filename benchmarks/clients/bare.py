"""The floor: a loop by hand over aiohttp and msgspec, into plain structs. It handles nothing."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any, ClassVar, Self, TypeVar

import aiohttp
import msgspec

from benchmarks.clients.base import CONNECTIONS, HEADERS, SINCE, spread
from benchmarks.clients.structs import Conversation, Listing
from benchmarks.data import PER_PAGE

T = TypeVar("T")

PAGE = msgspec.json.Decoder(Listing[Conversation], strict=False)
RAW_PAGE = msgspec.json.Decoder(Listing[msgspec.Raw])
CONVERSATION = msgspec.json.Decoder(Conversation, strict=False)


class Bare:
    """Asks for a page when the one before is consumed."""

    page: ClassVar[msgspec.json.Decoder[Listing[Any]]] = PAGE

    def __init__(self, url: str) -> None:
        self._url = f"{url}/conversations"
        self._session = aiohttp.ClientSession(
            headers=HEADERS, connector=aiohttp.TCPConnector(limit=CONNECTIONS)
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self._session.close()

    async def walk(self, most: int, *, pause: float = 0.0) -> int:
        count, params = 0, {"per_page": f"{PER_PAGE}"}
        while count < most:
            async with self._session.get(self._url, params=params) as response:
                listing = self.page.decode(await response.read())
            for _ in listing.conversations:
                count += 1  # the loop of a consumer
                if pause and not count % PER_PAGE:
                    await asyncio.sleep(pause)
            if (following := listing.pages.get("next")) is None:
                break
            params["starting_after"] = following["starting_after"]
        return count

    async def search(self, most: int) -> int:
        count = 0
        async for listing in self.found(PAGE):
            for _ in listing.conversations:
                count += 1  # the loop of a consumer
            if count >= most:
                break
        return count

    async def found(self, decoder: msgspec.json.Decoder[Listing[T]]) -> AsyncIterator[Listing[T]]:
        """Yield the pages of a search for everything."""
        query = {"field": "created_at", "operator": ">", "value": SINCE}
        pagination: Any = {"per_page": PER_PAGE}
        while pagination is not None:
            body = {"query": query, "pagination": pagination}
            async with self._session.post(f"{self._url}/search", json=body) as response:
                listing = decoder.decode(await response.read())
            yield listing
            pagination = listing.pages.get("next")

    async def retrieve(self, ids: Sequence[int], concurrency: int) -> int:
        return await spread(ids, concurrency, self.retrieve_one)

    async def retrieve_one(self, id: int) -> None:
        async with self._session.get(f"{self._url}/{id}") as response:
            CONVERSATION.decode(await response.read())


class BareRaw(Bare):
    """Finds the records of a page, and decodes none."""

    page = RAW_PAGE
