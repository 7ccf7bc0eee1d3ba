"""Walking a list and a search, 150 a page: CPU and time for each conversation."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from statistics import median
from typing import Any

from benchmarks.clients.bare import Bare
from benchmarks.clients.official import Official
from benchmarks.clients.ours import Ours, OursRaw
from benchmarks.clients.plain import Plain
from benchmarks.data import PER_PAGE
from benchmarks.measure import Side, Taken, alternate, ratio
from benchmarks.rows import Row, Target, at_least, at_most
from benchmarks.serving import Bench

_PAGES = 60
_ROUNDS = 9
_PAGES_SLOW = 2
_ROUNDS_SLOW = 3
_MOST, _LEAST = at_most(1.05), at_least(130)

_Work = Callable[[Any], Awaitable[int]]


def run(bench: Bench) -> Iterator[Row]:
    with bench.served(size=_PAGES * PER_PAGE) as server:
        for what, work in (("list", _walk), ("search", _search)):
            sides = [
                Side("ours", Ours, work(_PAGES), _ROUNDS),
                Side("bare loop", Bare, work(_PAGES), _ROUNDS),
                Side("httpx + json", Plain, work(_PAGES // 3), _ROUNDS_SLOW),
                Side("python-intercom", Official, work(_PAGES_SLOW), _ROUNDS_SLOW),
            ]
            if work is _walk:
                sides.append(Side("ours, raw=True", OursRaw, work(_PAGES), _ROUNDS))
            taken = asyncio.run(alternate(server.url, sides))
            yield from rows(what, taken, _MOST, _LEAST)


def _walk(pages: int) -> _Work:
    return lambda client: client.walk(pages * PER_PAGE)


def _search(pages: int) -> _Work:
    return lambda client: client.search(pages * PER_PAGE)


def rows(
    what: str, taken: dict[str, Taken], most: Target | None, least: Target | None
) -> Iterator[Row]:
    """Yield the CPU and time of each side; rivals against ours, all others against the loop."""
    ours, bare = taken["ours"], taken["bare loop"]
    for name, each in taken.items():
        targets = {"ours": most, "python-intercom": least}
        rival = name in {"httpx + json", "python-intercom"}
        yield Row(
            what=f"{what}, CPU",
            side=name,
            value=median(each.cpu) * 1e6,
            unit="µs",
            ratio=ratio(each.cpu, (ours if rival else bare).cpu),
            to="ours" if rival else "bare loop",
            target=targets.get(name),
        )
    for name, each in taken.items():
        yield Row(
            what=f"{what}, time",
            side=name,
            value=median(each.wall) * 1e6,
            unit="µs",
            ratio=ratio(each.wall, bare.wall),
            to="bare loop",
        )
