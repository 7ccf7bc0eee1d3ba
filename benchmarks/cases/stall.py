"""The event loop: by how much a heartbeat of 1 ms is late while answers arrive."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from statistics import median
from typing import Any

from benchmarks.clients.bare import Bare
from benchmarks.clients.official import Official
from benchmarks.clients.ours import Ours
from benchmarks.data import PER_PAGE
from benchmarks.measure import longest_stall
from benchmarks.rows import Row, at_most
from benchmarks.serving import Bench
from benchmarks.workspace import FIRST_ID

_ROUNDS = {"ours": 7, "bare loop": 7, "python-intercom": 3}
_ANSWERS = {"ours": 30, "bare loop": 30, "python-intercom": 2}
_OPEN: dict[str, Callable[[str], Any]] = {
    "ours": Ours,
    "bare loop": Bare,
    "python-intercom": Official,
}


def run(bench: Bench) -> Iterator[Row]:
    with bench.served(parts=500) as server:
        yield from _rows("pages of 150", server.url, _walk)
        yield from _rows("conversations of 500 parts", server.url, _retrieve)


def _rows(what: str, url: str, work: Callable[[Any, int], Awaitable[int]]) -> Iterator[Row]:
    for name, open in _OPEN.items():
        stalls = asyncio.run(_stalls(open, url, work, name))
        target = at_most(5) if name == "ours" else None
        yield Row(what=what, side=name, value=median(stalls) * 1e3, unit="ms", target=target)


async def _stalls(
    open: Callable[[str], Any], url: str, work: Callable[[Any, int], Awaitable[int]], name: str
) -> list[float]:
    async with open(url) as client:
        await work(client, 1)
        answers = _ANSWERS[name]
        return [await longest_stall(work(client, answers)) for _ in range(_ROUNDS[name])]


def _walk(client: Any, answers: int) -> Awaitable[int]:
    walked: Awaitable[int] = client.walk(answers * PER_PAGE)
    return walked


def _retrieve(client: Any, answers: int) -> Awaitable[int]:
    retrieved: Awaitable[int] = client.retrieve(range(FIRST_ID, FIRST_ID + answers), 1)
    return retrieved
