"""A backend under load: 200 callers at once, each waiting for one conversation after another."""

import asyncio
import gc
import time
from collections.abc import Iterator
from statistics import median, quantiles
from typing import Any

from benchmarks.clients.bare import Bare
from benchmarks.clients.ours import Ours
from benchmarks.measure import ratio
from benchmarks.rows import Row, at_most
from benchmarks.serving import Bench
from benchmarks.workspace import FIRST_ID

_CALLERS = 200
_CALLS = 10
_ROUNDS = 9
_LATENCY = 0.05
_SIDES: dict[str, type[Ours | Bare]] = {"ours": Ours, "bare aiohttp": Bare}
_TARGETS = {"p50": None, "p99": at_most(1.2)}


def run(bench: Bench) -> Iterator[Row]:
    with bench.served(latency=_LATENCY) as server:
        taken = asyncio.run(_alternate(server.url))
    for number, (what, target) in enumerate(_TARGETS.items()):
        bare = [each[number] for each in taken["bare aiohttp"]]
        for name, rounds in taken.items():
            seconds = [each[number] for each in rounds]
            yield Row(
                what=f"{_CALLERS} callers at once, {what}",
                side=name,
                value=median(seconds) * 1e3,
                unit="ms",
                ratio=ratio(seconds, bare),
                to="bare aiohttp",
                target=target if name == "ours" else None,
            )


async def _alternate(url: str) -> dict[str, list[tuple[float, float]]]:
    """Return the median and the 99th percentile of each side's calls, round by round."""
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in _SIDES}
    clients = {name: side(url) for name, side in _SIDES.items()}
    async with clients["ours"], clients["bare aiohttp"]:
        turns = list(clients.items())
        for number in range(_ROUNDS + 1):
            for name, client in turns:
                gc.collect()
                waited = await _called(client)
                if number:  # the first opens the connections
                    percentiles = quantiles(waited, n=100)
                    taken[name].append((percentiles[49], percentiles[98]))
            turns.reverse()
    return taken


async def _called(client: Any) -> list[float]:
    waited: list[float] = []

    async def caller(first: int) -> None:
        for id in range(first, first + _CALLS):
            begun = time.perf_counter()
            await client.retrieve_one(id)
            waited.append(time.perf_counter() - begun)

    await asyncio.gather(*(caller(FIRST_ID + each * _CALLS) for each in range(_CALLERS)))
    return waited
