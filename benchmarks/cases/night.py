"""The night after: an export of 400,000 conversations, of which one in a thousand changed."""

from collections.abc import Iterator

from benchmarks.cases.export import cost_of
from benchmarks.rows import Row, at_most
from benchmarks.serving import Bench

_SIZE = 400_000
_CHANGED = 1_000
_MOST_MEMORY = at_most(150)


def run(bench: Bench) -> Iterator[Row]:
    for sweep, name in (("auto", "not swept"), ("always", "swept")):
        out = str(bench.scratch / f"night-{sweep}")
        with bench.served(size=_SIZE, parts=0) as server:
            before = cost_of("exported", url=server.url, out=out, sweep=sweep)
        with bench.served(size=_SIZE, parts=0, changed=_CHANGED) as server:
            night = cost_of("exported", url=server.url, out=out, sweep=sweep)
            requests = server.requests()
        for what, cost in (("first", before), ("night", night)):
            seconds = cost.wall * _SIZE
            yield Row(what=f"{name}, {what}", side="ours", value=seconds, unit="s")
        memory = night.above_start / 2**20
        yield Row(what=f"{name}, requests", side="ours", value=requests, unit="")
        yield Row(
            what=f"{name}, above start", side="ours", value=memory, unit="MiB", target=_MOST_MEMORY
        )
