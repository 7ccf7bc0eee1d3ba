"""All streams of a workspace side by side, against the slowest bound of any of them.

``python -m benchmarks.streams`` exports an emulated workspace whose answers take a while and whose
rate window is narrow: first each stream of one cursor alone, then all streams at once. No export
can be faster than its requests are let in, nor than its longest cursor can be followed; the ratio
tells by how much all at once took longer than the slower of these two. It leaves with 1 if that is
more than a tenth.
"""

import asyncio
import math
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

import msgspec

from intercom_async import AsyncIntercom
from intercom_async.emulator import Emulator
from intercom_async.export import Export, Options, Summary

_MOST: Final = 1.1
_LATENCY: Final = 0.5  # seconds an answer takes
_WINDOW: Final = 10  # seconds


class Workspace(msgspec.Struct, frozen=True):
    """What is taken out.

    Attributes:
        name: What is scarce in it.
        conversations: How many there are; each is one request, for its parts.
        articles: How many there are; 50 are a page, and one cursor leads from page to page.
        limit: Requests that are let in in each window.
    """

    name: str
    conversations: int
    articles: int
    limit: int


WORKSPACES: Final = (
    Workspace("the rate window", 1_000, 1_000, 200),
    Workspace("one cursor", 100, 4_000, 200),
    Workspace("both", 700, 4_000, 200),
)


async def _export(emulator: Emulator, folder: Path, *streams: str) -> tuple[Summary, float]:
    """Export from the beginning of a window, and return how many seconds it took."""
    await asyncio.sleep(-time.time() % _WINDOW)
    async with AsyncIntercom(base_url=emulator.url, token=emulator.token) as intercom:
        begun = time.perf_counter()
        summary = await Export(intercom, folder, Options(streams=streams)).run()
        return summary, time.perf_counter() - begun


async def measure(workspace: Workspace, scratch: Path) -> float:
    """Print how long all streams took, and return the ratio to the slowest bound."""
    async with Emulator(
        conversations=workspace.conversations,
        rate_limit=workspace.limit,
        window_seconds=_WINDOW,
        latency=_LATENCY,
    ) as emulator:
        articles = emulator.workspace.collections["articles"]
        first = dict(articles[0])
        articles[:] = [first | {"id": str(1_000 + n)} for n in range(workspace.articles)]
        _, cursor = await _export(emulator, scratch / "alone", "articles")
        summary, seconds = await _export(emulator, scratch / "all", "all")
        assert summary.complete  # noqa: S101  # else it did less than it should
    window = summary.requests * _WINDOW / workspace.limit
    ratio = seconds / max(window, cursor)
    print(
        f"{workspace.name:<16}{len(summary.streams):>8}{summary.requests:>10,}"
        f"{window:>12.1f}{cursor:>12.1f}{seconds:>9.1f}{ratio:>8.2f}",
        flush=True,
    )
    return ratio


def main() -> None:
    """Print a line for each workspace, and leave with 1 if a ratio is too great."""
    print("what is scarce   streams  requests  rate window  one cursor      all   ratio")
    worst = -math.inf
    for workspace in WORKSPACES:
        with tempfile.TemporaryDirectory(prefix="streams-") as scratch:
            worst = max(worst, asyncio.run(measure(workspace, Path(scratch))))
    sys.exit(worst > _MOST)


if __name__ == "__main__":
    main()
