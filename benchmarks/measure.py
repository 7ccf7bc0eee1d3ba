"""Measuring: rounds that alternate between sides, CPU of this process, stalls, peak memory."""

import asyncio
import gc
import resource
import sys
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from statistics import median
from typing import Any

import msgspec

from benchmarks.clients.base import Client

BEAT = 0.001
"""Seconds of a heartbeat."""


class Taken(msgspec.Struct):
    """What a side took in each of its rounds, in seconds a conversation."""

    cpu: list[float] = []
    wall: list[float] = []


class Side(msgspec.Struct, frozen=True):
    """A side of a comparison.

    Attributes:
        name: What it is called.
        open: Makes its client from a URL.
        work: Has the client do the work, and returns how many conversations that were.
        rounds: How often.
    """

    name: str
    open: Callable[[str], Client]
    work: Callable[[Any], Awaitable[int]]
    rounds: int


async def alternate(url: str, sides: Sequence[Side]) -> dict[str, Taken]:
    """Have the sides do their work in turn, round after round, all clients warm and open."""
    taken = {side.name: Taken() for side in sides}
    async with AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(side.open(url)) for side in sides]
        for side, client in zip(sides, clients, strict=True):
            await side.work(client)
        turns = list(zip(sides, clients, strict=True))
        for number in range(max(side.rounds for side in sides)):
            for side, client in turns:
                if number < side.rounds:
                    await _round(side, client, taken[side.name])
            turns.reverse()  # nobody always comes after the same
    return taken


async def _round(side: Side, client: Client, taken: Taken) -> None:
    gc.collect()  # each side clears away its own
    begun, cpu = time.perf_counter(), time.process_time()
    count = await side.work(client)
    taken.cpu.append((time.process_time() - cpu) / count)
    taken.wall.append((time.perf_counter() - begun) / count)


def ratio(one: Sequence[float], other: Sequence[float]) -> float:
    """Return the median of one side's rounds against the other's of the same number."""
    return median(a / b for a, b in zip(one, other, strict=False))


def per_call(works: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    """Return the CPU seconds of each piece of work that needs no event loop, round by round."""
    taken: dict[str, list[float]] = {name: [] for name in works}
    for number in range(rounds + 1):
        for name, work in works.items():
            gc.collect()
            cpu = time.process_time()
            work()
            if number:  # the first warms
                taken[name].append(time.process_time() - cpu)
    return taken


async def longest_stall(work: Awaitable[object]) -> float:
    """Return by how many seconds a heartbeat of 1 ms was late at worst while work was done."""
    longest = 0.0

    async def beat() -> None:
        nonlocal longest
        while True:
            before = time.perf_counter()
            await asyncio.sleep(BEAT)
            longest = max(longest, time.perf_counter() - before - BEAT)

    # A full collection of a process with so much loaded takes some 20 ms, whoever makes it due.
    gc.collect()
    gc.freeze()
    heart = asyncio.create_task(beat())
    try:
        await work
    finally:
        heart.cancel()
        gc.unfreeze()
    return longest


def peak_memory() -> int:
    """Return the most memory this process has had resident, in bytes."""
    status = Path("/proc/self/status")
    if status.exists():
        # Not by getrusage there: it inherits the peak of the process that started this one.
        (line,) = [row for row in status.read_text().splitlines() if row.startswith("VmHWM")]
        return int(line.split()[1]) * 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
