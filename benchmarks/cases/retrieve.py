"""``retrieve_many`` over conversations of 0, 20 and 500 parts, 1 to 128 at a time."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

from benchmarks.cases.walk import rows
from benchmarks.clients.bare import Bare
from benchmarks.clients.official import Official
from benchmarks.clients.ours import Ours
from benchmarks.clients.plain import Plain
from benchmarks.measure import Side, alternate
from benchmarks.rows import Row, at_least, at_most
from benchmarks.serving import Bench
from benchmarks.workspace import FIRST_ID

_RETRIEVED = {0: 400, 20: 400, 500: 128}
_RETRIEVED_SLOW = {20: 24, 500: 2}
_CONCURRENCIES = (1, 8, 32, 128)
_ROUNDS = 11
_ROUNDS_SLOW = 3
_AS_USUAL = 8
"""At so many at a time the rivals are measured too."""


def run(bench: Bench) -> Iterator[Row]:
    for parts in _RETRIEVED:
        with bench.served(parts=parts) as server:
            for concurrency in _CONCURRENCIES:
                taken = asyncio.run(alternate(server.url, _sides(parts, concurrency)))
                what = f"{parts} parts, {concurrency} at once"
                yield from rows(what, taken, at_most(1.10), at_least(50))


def _sides(parts: int, concurrency: int) -> list[Side]:
    most = _RETRIEVED[parts]
    sides = [
        Side("ours", Ours, _retrieve(most, concurrency), _ROUNDS),
        Side("bare loop", Bare, _retrieve(most, concurrency), _ROUNDS),
    ]
    if concurrency == _AS_USUAL and (few := _RETRIEVED_SLOW.get(parts)) is not None:
        sides += [
            Side("httpx + json", Plain, _retrieve(few, concurrency), _ROUNDS_SLOW),
            Side("python-intercom", Official, _retrieve(few, concurrency), _ROUNDS_SLOW),
        ]
    return sides


def _retrieve(number: int, concurrency: int) -> Callable[[Any], Awaitable[int]]:
    ids = range(FIRST_ID, FIRST_ID + number)
    return lambda client: client.retrieve(ids, concurrency)
