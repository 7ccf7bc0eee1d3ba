"""What every side can do."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Protocol, Self

TOKEN = "benchmark"  # noqa: S105  # any will do
HEADERS = {
    "Authorization": f"Bearer {TOKEN}",
    "Accept": "application/json",
    "Intercom-Version": "2.10",
}
CONNECTIONS = 256
"""How many connections each side may open."""
SINCE = 1_500_000_000
"""Unix seconds before anything was created, for a search that finds everything."""


class Client(Protocol):
    """One side, over connections of its own. Each method returns how many conversations it got."""

    def __init__(self, url: str) -> None: ...

    async def __aenter__(self) -> Self: ...

    async def __aexit__(self, *exc_info: object) -> None: ...

    async def walk(self, most: int, *, pause: float = 0.0) -> int:
        """List conversations, at most so many, 150 a page; after each 150, wait ``pause`` s."""
        ...

    async def search(self, most: int) -> int:
        """Search for all conversations, and take at most so many, 150 a page."""
        ...

    async def retrieve(self, ids: Sequence[int], concurrency: int) -> int:
        """Retrieve conversations, so many at a time."""
        ...


async def spread(
    ids: Iterable[int], concurrency: int, fetch: Callable[[int], Awaitable[object]]
) -> int:
    """Fetch with so many tasks, as one does by hand; return how many there were."""
    left, count = iter(ids), 0

    async def work() -> None:
        nonlocal count
        for id in left:
            await fetch(id)
            count += 1

    await asyncio.gather(*(work() for _ in range(concurrency)))
    return count
