"""Walking a list and a search, 150 a page: CPU and time for each conversation."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from statistics import median
from typing import Any

from benchmarks.clients.bare import Bare, BareRaw
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
_MOST, _LEAST = at_most(1.0), at_least(130)
_MOST_RAW = at_most(2)
_MOST_NUMERIC = at_most(1.10)

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
            taken = asyncio.run(alternate(server.url, sides))
            yield from rows(what, taken, _MOST, _LEAST)
        yield from _raw(server.url)
        with bench.served(size=_PAGES * PER_PAGE, numeric_ids=False) as without:
            yield from _numeric(server.url, without.url)


def _raw(url: str) -> Iterator[Row]:
    """Compare handing out records' bytes with a loop that finds them."""
    sides = [
        Side(name, open, _walk(_PAGES), _ROUNDS)
        for name, open in (("ours, raw=True", OursRaw), ("bare loop, raw", BareRaw))
    ]
    yield from _against_last("list, raw, CPU", asyncio.run(alternate(url, sides)), _MOST_RAW)


def _numeric(url: str, without: str) -> Iterator[Row]:
    """Compare ids that are numbers where the API sends numbers with ids that are all text."""
    sides = [
        Side("ours, numeric ids", Ours, _walk(_PAGES), _ROUNDS),
        Side("ours, text ids", lambda _: Ours(without), _walk(_PAGES), _ROUNDS),
    ]
    yield from _against_last("list, CPU", asyncio.run(alternate(url, sides)), _MOST_NUMERIC)


def _against_last(what: str, taken: dict[str, Taken], most: Target) -> Iterator[Row]:
    (one, first), (other, last) = taken.items()
    yield Row(
        what=what,
        side=one,
        value=median(first.cpu) * 1e6,
        unit="µs",
        ratio=ratio(first.cpu, last.cpu),
        to=other,
        target=most,
    )
    yield Row(what=what, side=other, value=median(last.cpu) * 1e6, unit="µs")


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
