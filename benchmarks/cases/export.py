"""The export without parts: CPU from socket to shard, its rate, its memory, and tables of it."""

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
from benchmarks.clients.bare import PAGE, RAW_PAGE, Bare
from benchmarks.clients.base import TOKEN
from benchmarks.data import PER_PAGE
from benchmarks.measure import peak_memory, ratio
from benchmarks.rows import Row, at_most
from benchmarks.serving import Bench
from intercom_async import AsyncIntercom
from intercom_async.export import Export, Options
from intercom_async.export.tables import convert

_SIZE = 30_000
_ROUNDS = 3
_LARGE = 100_000
_LATENT_PAGES, _LATENCY = 40, 0.3
_MOST_CPU = at_most(30)
_MOST_MEMORY = at_most(64)


class Cost(msgspec.Struct):
    """What a run cost: seconds of CPU and of time a conversation, and memory in bytes."""

    cpu: float
    wall: float
    above_start: int


def run(bench: Bench) -> Iterator[Row]:
    yield from _sides(bench)
    yield from large(bench, _LARGE)
    yield _latent(bench)


def _sides(bench: Bench) -> Iterator[Row]:
    taken: dict[str, list[Cost]] = {"ours": [], "bare loop, raw": [], "bare loop, decoded": []}
    with bench.served(size=_SIZE) as server:
        for number in range(_ROUNDS):
            out = str(bench.scratch / f"export-{number}")
            common = {"url": server.url, "out": out}
            taken["ours"].append(cost_of("exported", **common))
            for decoded, name in ((False, "bare loop, raw"), (True, "bare loop, decoded")):
                taken[name].append(cost_of("by_hand", decoded=decoded, **common))
    floor = [each.cpu for each in taken["bare loop, raw"]]
    for name, rounds in taken.items():
        cpu = [each.cpu for each in rounds]
        yield Row(
            what="socket to shard, CPU",
            side=name,
            value=median(cpu) * 1e6,
            unit="µs",
            ratio=ratio(cpu, floor),
            to="bare loop, raw",
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


def large(bench: Bench, size: int) -> Iterator[Row]:
    """Export a workspace of some size once, with an eye on memory."""
    with bench.served(size=size) as server:
        cost = cost_of("exported", url=server.url, out=str(bench.scratch / f"export-of-{size}"))
    what = f"export of {size:,}"
    memory = cost.above_start / 2**20
    yield Row(
        what=f"{what}, above start", side="ours", value=memory, unit="MiB", target=_MOST_MEMORY
    )
    yield Row(what=f"{what}, CPU", side="ours", value=cost.cpu * 1e6, unit="µs", target=_MOST_CPU)
    yield Row(what=f"{what}, a second", side="ours", value=1 / cost.wall, unit="")


def _latent(bench: Bench) -> Row:
    """Compare an export of 40 pages at 300 ms each with fetching them one after another."""
    size = _LATENT_PAGES * PER_PAGE
    with bench.served(size=size, latency=_LATENCY) as server:
        ours = cost_of("exported", url=server.url, out=str(bench.scratch / "latent"))
        serial = cost_of(
            "by_hand", url=server.url, out=str(bench.scratch / "latent"), decoded=False
        )
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


async def exported(url: str, out: str, until: int | None = None, sweep: Any = "auto") -> Cost:
    """Export a workspace: planned, walked, caught up with, verified.

    Args:
        url: Where it is.
        out: The folder to export to.
        until: The creation time to export up to, in unix seconds; all there is without it.
        sweep: Whether to walk the plain list, too.
    """
    end = None if until is None else datetime.fromtimestamp(until, UTC)
    options = Options(parts=False, until=end, streams=("conversations",), sweep=sweep)
    async with AsyncIntercom(base_url=url, token=TOKEN) as intercom:
        await intercom.me()
        meter = _Meter()
        summary = await Export(intercom, Path(out), options).run()
        if not summary.complete:
            raise AssertionError(str(summary))
        return meter.cost(summary.streams["conversations"].counts.records)


async def by_hand(url: str, out: str, *, decoded: bool, most: float = inf) -> Cost:
    """Write the pages of a search to one file, a frame each; raw bytes, or structs encoded again.

    There is no plan, no journal, no fsync and no proof that anything is missing.
    """
    compress, encode = _compressor(), msgspec.json.Encoder().encode
    count = 0
    async with Bare(url) as bare:
        await bare.walk(1)
        meter = _Meter()
        with Path(f"{out}.ndjson.zst").open("wb") as file:  # noqa: ASYNC230  # does nothing else
            pages = bare.found(PAGE) if decoded else bare.found(RAW_PAGE)
            async for listing in pages:
                records: Any = listing.conversations
                lines = [encode(record) for record in records] if decoded else records
                file.write(compress(b"\n".join(lines)))
                count += len(lines)
                if count >= most:
                    break
        return meter.cost(count)


def _compressor() -> Callable[[bytes], bytes]:
    try:
        zstd = import_module("compression.zstd")
    except ModuleNotFoundError:
        zstd = import_module("backports.zstd")
    compress: Callable[[bytes], bytes] = zstd.compress
    return compress
