"""Peak memory of a walk over a hundred thousand conversations, and over a million."""

from collections.abc import Iterator

from benchmarks.child import in_child
from benchmarks.clients.ours import Ours
from benchmarks.data import PER_PAGE
from benchmarks.measure import peak_memory
from benchmarks.rows import Row, at_most
from benchmarks.serving import Bench

_SIZES = (100_000, 1_000_000)
_FLAT = 1.05


def run(bench: Bench) -> Iterator[Row]:
    first = None
    for size in _SIZES:
        with bench.served(size=size) as server:
            peak, above = in_child(f"{__name__}:walked", url=server.url, size=size)
        what = f"walk of {size:,}"
        yield Row(what=f"{what}, above start", side="ours", value=above / 2**20, unit="MiB")
        yield Row(
            what=f"{what}, peak",
            side="ours",
            value=peak / 2**20,
            unit="MiB",
            ratio=None if first is None else peak / first,
            to="" if first is None else f"{_SIZES[0]:,}",
            target=None if first is None else at_most(_FLAT),
        )
        first = first or peak


async def walked(url: str, size: int) -> tuple[int, int]:
    """Return the peak of a process that walks so many, and how far above its start that is."""
    async with Ours(url) as ours:
        await ours.walk(PER_PAGE)
        start = peak_memory()
        count = await ours.walk(size)
    if count != size:
        raise AssertionError(f"walked {count:,}")
    peak = peak_memory()
    return peak, peak - start
