"""The export: CPU from socket to shard, its rate, its memory, and tables of it."""

import os
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib import import_module
from math import inf
from pathlib import Path
from statistics import median
from typing import Any

import msgspec

from benchmarks.child import in_child
from benchmarks.clients.bare import RAW_PAGE, Bare
from benchmarks.clients.base import TOKEN
from benchmarks.data import PER_PAGE
from benchmarks.measure import peak_memory, ratio
from benchmarks.rows import Row, at_most
from benchmarks.serving import Bench
from benchmarks.workspace import FIRST_ID
from intercom_async import AsyncIntercom
from intercom_async.export import Export, Options
from intercom_async.export.tables import convert

_SIZE = 30_000
_ROUNDS = 3
_LATENT_PAGES, _LATENCY = 40, 0.3
_WITH_PARTS = 1_500
_AT_ONCE = 8
_MOST_CPU = at_most(30)
_MOST_OF_FLOOR = at_most(2)
_MOST_OF_RETRIEVAL = at_most(1.3)


class Cost(msgspec.Struct):
    """What a run cost: seconds of CPU and of time a conversation, and memory in bytes."""

    cpu: float
    wall: float
    above_start: int


def run(bench: Bench) -> Iterator[Row]:
    yield from _sides(bench)
    yield from _with_parts(bench)
    yield _latent(bench)


def _sides(bench: Bench) -> Iterator[Row]:
    taken: dict[str, list[Cost]] = {"ours": [], "bare loop": []}
    with bench.served(size=_SIZE) as server:
        for number in range(_ROUNDS):
            out = str(bench.scratch / f"export-{number}")
            common = {"url": server.url, "out": out}
            taken["ours"].append(cost_of("exported", **common))
            taken["bare loop"].append(cost_of("by_hand", **common))
    floor = [each.cpu for each in taken["bare loop"]]
    for name, rounds in taken.items():
        cpu = [each.cpu for each in rounds]
        yield Row(
            what="socket to shard, CPU",
            side=name,
            value=median(cpu) * 1e6,
            unit="µs",
            ratio=ratio(cpu, floor),
            to="bare loop",
            target=_MOST_OF_FLOOR if name == "ours" else None,
        )
    ours = taken["ours"]
    yield Row(
        what="socket to shard, CPU, absolute",
        side="ours",
        value=median(each.cpu for each in ours) * 1e6,
        unit="µs",
        target=_MOST_CPU,
    )
    for name, rounds in taken.items():
        rate = 1 / median(each.wall for each in rounds)
        yield Row(what="conversations a second", side=name, value=rate, unit="")
    yield _converted(bench, bench.scratch / "export-0" / "benchmark")


def _with_parts(bench: Bench) -> Iterator[Row]:
    """Compare an export of conversations with 20 parts with retrieving them by hand."""
    taken: dict[str, list[float]] = {"ours": [], "bare retrieval": []}
    with bench.served(size=_WITH_PARTS) as server:
        for number in range(_ROUNDS):
            out = str(bench.scratch / f"with-parts-{number}")
            taken["ours"].append(cost_of("exported", url=server.url, out=out, parts=True).cpu)
            taken["bare retrieval"].append(cost_of("retrieved", url=server.url).cpu)
    for name, cpu in taken.items():
        yield Row(
            what="with 20 parts, CPU",
            side=name,
            value=median(cpu) * 1e6,
            unit="µs",
            ratio=ratio(cpu, taken["bare retrieval"]),
            to="bare retrieval",
            target=_MOST_OF_RETRIEVAL if name == "ours" else None,
        )


def _latent(bench: Bench) -> Row:
    """Compare an export of 40 pages at 300 ms each with fetching them one after another."""
    size = _LATENT_PAGES * PER_PAGE
    with bench.served(size=size, latency=_LATENCY) as server:
        ours = cost_of("exported", url=server.url, out=str(bench.scratch / "latent"))
        serial = cost_of("by_hand", url=server.url, out=str(bench.scratch / "latent"))
    return Row(
        what="40 pages at 300 ms",
        side="ours",
        value=ours.wall * size,
        unit="s",
        ratio=ours.wall / serial.wall,
        to="one by one",
        target=at_most(1 / 3),
    )


def _converted(bench: Bench, folder: Path) -> Row:
    begun = time.perf_counter()
    converted = convert(folder, bench.scratch / "tables", "parquet")
    seconds = time.perf_counter() - begun
    rate = converted.rows["conversations"] / seconds
    return Row(what="to Parquet, a second", side="ours", value=rate, unit="")


def cost_of(function: str, **arguments: Any) -> Cost:
    return msgspec.convert(in_child(f"{__name__}:{function}", **arguments), Cost)


class _Meter:
    def __init__(self) -> None:
        self._memory = peak_memory()
        self._begun = time.perf_counter()
        self._cpu = time.process_time()

    def cost(self, count: int) -> Cost:
        return Cost(
            (time.process_time() - self._cpu) / count,
            (time.perf_counter() - self._begun) / count,
            peak_memory() - self._memory,
        )


async def exported(
    url: str, out: str, until: int | None = None, sweep: Any = "auto", *, parts: bool = False
) -> Cost:
    """Export a workspace: planned, walked, caught up with, verified.

    Args:
        url: Where it is.
        out: The folder to export to.
        until: The creation time to export up to, in unix seconds; all there is without it.
        sweep: Whether to walk the plain list, too.
        parts: Whether to retrieve each conversation with its parts.
    """
    end = None if until is None else datetime.fromtimestamp(until, UTC)
    options = Options(parts=parts, until=end, streams=("conversations",), sweep=sweep)
    async with AsyncIntercom(base_url=url, token=TOKEN) as intercom:
        await intercom.me()
        meter = _Meter()
        summary = await Export(intercom, Path(out), options).run()
        if not summary.complete:
            raise AssertionError(str(summary))
        return meter.cost(summary.streams["conversations"].counts.records)


async def by_hand(url: str, out: str, most: float = inf) -> Cost:
    """Write the pages of a search to one file, a frame each, and sync it after each.

    There is no plan, no journal and no proof that anything is missing.
    """
    compress = _compressor()
    count = 0
    async with Bare(url) as bare:
        await bare.walk(1)
        meter = _Meter()
        with Path(f"{out}.ndjson.zst").open("wb") as file:  # noqa: ASYNC230  # does nothing else
            async for listing in bare.found(RAW_PAGE):
                file.write(compress(b"\n".join(listing.conversations)))
                file.flush()
                os.fsync(file.fileno())
                count += len(listing.conversations)
                if count >= most:
                    break
        return meter.cost(count)


async def retrieved(url: str) -> Cost:
    """Retrieve each conversation of ``_with_parts`` by hand, and keep none."""
    async with Bare(url) as bare:
        await bare.walk(1)
        meter = _Meter()
        ids = range(FIRST_ID, FIRST_ID + _WITH_PARTS)
        return meter.cost(await bare.retrieve(ids, _AT_ONCE))


def _compressor() -> Callable[[bytes], bytes]:
    try:
        zstd = import_module("compression.zstd")
    except ModuleNotFoundError:
        zstd = import_module("backports.zstd")
    compress: Callable[[bytes], bytes] = zstd.compress
    return compress
