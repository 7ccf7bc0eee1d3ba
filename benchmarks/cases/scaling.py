"""Exports of 10,000 and of 100,000 without parts: what a conversation costs, then and later."""

import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from benchmarks.cases.export import cost_of
from benchmarks.child import in_child
from benchmarks.clients.base import TOKEN
from benchmarks.data import PER_PAGE
from benchmarks.rows import Row, Target, at_most
from benchmarks.serving import Bench
from intercom_async import AsyncIntercom
from intercom_async.export import Export, LimitReached, Limits, Options
from intercom_async.export.store import check_files

_SIZES: Final = (10_000, 100_000)
_CHANGED: Final = 1_000
_MOST_MEMORY: Final = at_most(64)
_OF_EACH: Final = 1e6  # µs a conversation


def run(bench: Bench) -> Iterator[Row]:
    smallest: dict[str, float] = {}
    for size in _SIZES:
        for row in scaled(bench, size):
            _, _, what = row.what.partition(", ")
            smallest.setdefault(what, row.value)
            yield Row(
                what=row.what,
                side=row.side,
                value=row.value,
                unit=row.unit,
                ratio=None if row.target else row.value / smallest[what],
                to=f"{_SIZES[0]:,}",
                target=row.target,
            )


def scaled(bench: Bench, size: int) -> Iterator[Row]:
    """Export a workspace of some size, and do with it what comes later."""

    def row(what: str, value: float, unit: str = "µs", target: Target | None = None) -> Row:
        return Row(what=f"{size:,}, {what}", side="ours", value=value, unit=unit, target=target)

    out = bench.scratch / f"scaling-{size}"
    half = str(bench.scratch / f"scaling-half-{size}")
    with bench.served(size=size, parts=0) as server:
        first = cost_of("exported", url=server.url, out=str(out))
        in_child(f"{__name__}:ended", url=server.url, out=half, requests=size // PER_PAGE // 2)
        resumed = in_child(f"{__name__}:ended", url=server.url, out=half, requests=1)
        quiet = cost_of("exported", url=server.url, out=str(out))
    yield row("CPU", first.cpu * _OF_EACH)
    yield row("time", first.wall * _OF_EACH)
    yield row("above start", first.above_start / 2**20, "MiB", _MOST_MEMORY)
    state = (out / "benchmark" / "state.sqlite").stat().st_size
    yield row("state", state / size, "B")
    yield row("resumed half-way", resumed / size * _OF_EACH)
    yield row("night, nothing changed", quiet.wall * _OF_EACH)
    with bench.served(size=size, parts=0, changed=_CHANGED) as server:
        night = cost_of("exported", url=server.url, out=str(out))
    yield row("night, 0.1 % changed", night.wall * _OF_EACH)  # which every shard holds some of
    yield row("verify", in_child(f"{__name__}:verified", out=str(out)) / size * _OF_EACH)


async def ended(url: str, out: str, requests: int) -> float:
    """Export until so many requests were sent, and return how many seconds that took."""
    options = Options(parts=False, streams=("conversations",))
    async with AsyncIntercom(base_url=url, token=TOKEN) as intercom:
        await intercom.me()
        begun = time.perf_counter()
        with suppress(LimitReached):
            await Export(intercom, Path(out), options, limits=Limits(requests=requests)).run()
        return time.perf_counter() - begun


async def verified(out: str) -> float:
    """Verify an export, and return how many seconds that took."""
    begun = time.perf_counter()
    problems = check_files(Path(out) / "benchmark")
    if problems:
        raise AssertionError(problems)
    return time.perf_counter() - begun
