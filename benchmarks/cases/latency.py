"""Answers that take their time: what fetching ahead and walking side by side save.

The consumer of a walk waits 50 ms after each page, as one that writes to a database does. A loop
that does one thing at a time takes latency and wait together; one that fetches ahead, the longer
of the two. A scan can take no less than its pages' latency shared by its windows, nor than the
time it takes to get their bytes.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from typing import Any

from benchmarks.clients.bare import RAW_PAGE, Bare
from benchmarks.clients.ours import Ours
from benchmarks.data import PER_PAGE
from benchmarks.rows import Row
from benchmarks.serving import Bench, Server

_LATENCIES = (0.0, 0.05, 0.3)
_PAUSE = 0.05
_WALKED = 15
_SCANNED = 40
_WINDOWS = (1, 4, 16)


def run(bench: Bench) -> Iterator[Row]:
    with bench.served(size=_SCANNED * PER_PAGE) as server:
        bytes_alone = _seconds(server, Bare, _raw)
    for latency in _LATENCIES:
        with bench.served(size=_SCANNED * PER_PAGE, latency=latency) as server:
            yield from _walks(server, latency)
            yield from _scans(server, latency, bytes_alone)


def _walks(server: Server, latency: float) -> Iterator[Row]:
    bound = _WALKED * max(latency, _PAUSE)
    for name, open in (("ours", Ours), ("bare loop", Bare)):
        seconds = _seconds(server, open, lambda it: it.walk(_WALKED * PER_PAGE, pause=_PAUSE))
        yield _row(f"walk, {latency * 1e3:.0f} ms", name, seconds, bound)


def _scans(server: Server, latency: float, bytes_alone: float) -> Iterator[Row]:
    for windows in _WINDOWS:
        seconds = _seconds(server, Ours, partial(Ours.scan, concurrency=windows))
        bound = max(_SCANNED * latency / windows, bytes_alone)
        yield _row(f"scan, {latency * 1e3:.0f} ms, {windows} windows", "ours", seconds, bound)


def _row(what: str, side: str, seconds: float, bound: float) -> Row:
    return Row(what=what, side=side, value=seconds, unit="s", ratio=seconds / bound, to="bound")


def _seconds(
    server: Server, open: Callable[[str], Any], work: Callable[[Any], Awaitable[object]]
) -> float:
    async def take() -> float:
        async with open(server.url) as client:
            begun = time.perf_counter()
            await work(client)
            return time.perf_counter() - begun

    return asyncio.run(take())


async def _raw(bare: Bare) -> None:
    async for _ in bare.found(RAW_PAGE):
        pass
