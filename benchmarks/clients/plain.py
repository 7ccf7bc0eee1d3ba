"""What one writes first: httpx, and whatever ``response.json()`` gives."""

import asyncio
from collections.abc import Sequence
from importlib import import_module
from typing import Any, Self

from benchmarks.clients.base import CONNECTIONS, HEADERS, SINCE, spread
from benchmarks.data import PER_PAGE


class Plain:
    """Dicts of httpx and json."""

    def __init__(self, url: str) -> None:
        httpx = import_module("httpx")  # of the group "bench", which a type check need not have
        self._url = f"{url}/conversations"
        self._client = httpx.AsyncClient(
            headers=HEADERS, limits=httpx.Limits(max_connections=CONNECTIONS)
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self._client.aclose()

    async def walk(self, most: int, *, pause: float = 0.0) -> int:
        count, params = 0, {"per_page": f"{PER_PAGE}"}
        while count < most:
            page = (await self._client.get(self._url, params=params)).json()
            for _ in page["conversations"]:
                count += 1
                if pause and not count % PER_PAGE:
                    await asyncio.sleep(pause)
            if (following := page["pages"].get("next")) is None:
                break
            params["starting_after"] = following["starting_after"]
        return count

    async def search(self, most: int) -> int:
        count, pagination = 0, {"per_page": PER_PAGE}
        query = {"field": "created_at", "operator": ">", "value": SINCE}
        while count < most:
            body: Any = {"query": query, "pagination": pagination}
            page = (await self._client.post(f"{self._url}/search", json=body)).json()
            for _ in page["conversations"]:
                count += 1
            if (following := page["pages"].get("next")) is None:
                break
            pagination = following
        return count

    async def retrieve(self, ids: Sequence[int], concurrency: int) -> int:
        async def fetch(id: int) -> None:
            (await self._client.get(f"{self._url}/{id}")).json()

        return await spread(ids, concurrency, fetch)
