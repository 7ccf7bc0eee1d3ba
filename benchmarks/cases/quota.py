"""A rate limit of 300 requests in 10 s: how much of it is used, and how many 429s that costs.

Three servers at once, since everybody waits most of the time: one process of ours, four that
share the window by ``budget=0.25`` each, and python-intercom, which tries again after a second.
An export with parts, which has a target of its own, is the fourth.
"""

import asyncio
import time
from collections.abc import Coroutine, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from benchmarks.child import Child
from benchmarks.clients.base import TOKEN
from benchmarks.clients.official import Official
from benchmarks.clients.ours import Ours
from benchmarks.ratewindow import Counted
from benchmarks.rows import Row, at_least, at_most
from benchmarks.serving import Bench, Server
from benchmarks.workspace import FIRST_ID
from intercom_async import AsyncIntercom
from intercom_async.export import Export, Options

_LIMIT = 300
_LASTING = 44.0  # seconds: three whole windows, or four
_EXPORTED = 1_500
_AT_ONCE = 16
_IDS = range(FIRST_ID, FIRST_ID + 15_000)


def run(bench: Bench) -> Iterator[Row]:
    with ExitStack() as stack:
        alone, four, theirs = [stack.enter_context(bench.served(limit=_LIMIT)) for _ in range(3)]
        exported = stack.enter_context(bench.served(size=_EXPORTED, limit=_LIMIT))
        until = time.time() + _LASTING
        children = [
            Child(f"{__name__}:ours", url=alone.url, budget=1.0, until=until),
            *(Child(f"{__name__}:ours", url=four.url, budget=0.25, until=until) for _ in range(4)),
            Child(f"{__name__}:theirs", url=theirs.url, until=until),
            Child(f"{__name__}:exported", url=exported.url, out=str(bench.scratch / "quota")),
        ]
        for child in children:
            child.result()
        yield from _rows("ours, 1 process", alone)
        yield from _rows("ours, 4 processes", four)
        yield from _rows("python-intercom", theirs)
        yield from _rows("ours, export with parts", exported, targets=True)


def _rows(side: str, server: Server, *, targets: bool = False) -> Iterator[Row]:
    windows = server.windows()
    yield Row(
        what="share of the window used",
        side=side,
        value=_used(windows) * 100,
        unit="%",
        target=at_least(98) if targets else None,
    )
    answers = sum(window.used + window.refused for window in windows)
    yield Row(
        what="429s in 1,000 answers",
        side=side,
        value=sum(window.refused for window in windows) / answers * 1e3,
        unit="",
        target=at_most(1) if targets else None,
    )


def _used(windows: list[Counted]) -> float:
    """Return the share used of the windows that were open from end to end."""
    whole = windows[1:-1]
    return sum(window.used for window in whole) / (_LIMIT * len(whole))


async def ours(url: str, budget: float, until: float) -> None:
    async with Ours(url, budget=budget) as client:
        await _until(client.retrieve(_IDS, _AT_ONCE), until)


async def theirs(url: str, until: float) -> None:
    async with Official(url) as client:
        await _until(client.retrieve_again(_IDS, _AT_ONCE), until)


async def _until(work: Coroutine[Any, Any, int], until: float) -> None:
    task = asyncio.create_task(work)
    await asyncio.wait([task], timeout=until - time.time())
    task.cancel()
    await asyncio.wait([task])


async def exported(url: str, out: str) -> None:
    async with AsyncIntercom(base_url=url, token=TOKEN) as intercom:
        await Export(intercom, Path(out), Options(streams=("conversations",))).run()
