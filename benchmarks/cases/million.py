"""The export of a million conversations, which takes minutes and is run by itself."""

from collections.abc import Iterator

from benchmarks.cases.scaling import scaled
from benchmarks.rows import Row
from benchmarks.serving import Bench

_SIZE = 1_000_000


def run(bench: Bench) -> Iterator[Row]:
    yield from scaled(bench, _SIZE)
