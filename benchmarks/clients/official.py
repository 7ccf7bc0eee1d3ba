"""The official SDK, ``python-intercom``, by its async client."""

import asyncio
from collections.abc import Sequence
from importlib import import_module
from typing import Any, Self

from benchmarks.clients.base import SINCE, TOKEN, spread
from benchmarks.data import PER_PAGE

_AGAIN_AFTER = 1.0  # seconds
_TOO_MANY_REQUESTS = 429


class Official:
    """Pydantic models, over httpx."""

    def __init__(self, url: str) -> None:
        # Of the group "bench", which a type check need not have.
        self._intercom: Any = import_module("intercom")
        self._error = import_module("intercom.core.api_error").ApiError
        self._http = import_module("httpx").AsyncClient(timeout=60)
        self._conversations = self._intercom.AsyncIntercom(
            token=TOKEN, base_url=url, httpx_client=self._http
        ).conversations

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self._http.aclose()

    async def walk(self, most: int, *, pause: float = 0.0) -> int:
        count = 0
        async for _ in await self._conversations.list(per_page=PER_PAGE):
            count += 1
            if pause and not count % PER_PAGE:
                await asyncio.sleep(pause)
            if count >= most:
                break
        return count

    async def search(self, most: int) -> int:
        query = self._intercom.SingleFilterSearchRequest(
            field="created_at", operator=">", value=SINCE
        )
        pagination = self._intercom.StartingAfterPaging(per_page=PER_PAGE)
        count = 0
        # It gives page one for ever, which costs what any other page would.
        async for _ in await self._conversations.search(query=query, pagination=pagination):
            count += 1
            if count >= most:
                break
        return count

    async def retrieve(self, ids: Sequence[int], concurrency: int) -> int:
        return await spread(ids, concurrency, lambda id: self._conversations.find(str(id)))

    async def retrieve_again(self, ids: Sequence[int], concurrency: int) -> int:
        """Retrieve, and after a 429 wait a second and try again."""

        async def fetch(id: int) -> None:
            while True:
                try:
                    await self._conversations.find(str(id))
                except self._error as error:
                    if error.status_code != _TOO_MANY_REQUESTS:
                        raise
                    await asyncio.sleep(_AGAIN_AFTER)
                else:
                    return

        return await spread(ids, concurrency, fetch)
