"""Walking, retrieving and stalling, against a bare loop of aiohttp and msgspec in the same run.

CPU seconds are those of this process alone; the server is another. Rounds alternate between the
two sides, and each figure is the median round.
"""

import asyncio
import gc
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import aiohttp
import msgspec

from intercom_async import AsyncIntercom
from intercom_async.models import Conversation

PAGES = 100
RETRIEVED = 2000
CONCURRENCY = 16
ROUNDS = 7
HEADERS = {
    "Authorization": "Bearer benchmark",
    "Accept": "application/json",
    "Intercom-Version": "2.10",
}


class Listing(msgspec.Struct):
    conversations: list[Conversation]
    pages: dict[str, Any]


LISTING = msgspec.json.Decoder(Listing, strict=False)
CONVERSATION = msgspec.json.Decoder(Conversation, strict=False)


async def bare_walk(url: str) -> int:
    count = 0
    params = {"per_page": "150"}
    async with aiohttp.ClientSession(headers=HEADERS) as session:
        while True:
            async with session.get(f"{url}/conversations", params=params) as response:
                listing = LISTING.decode(await response.read())
            for _ in listing.conversations:
                count += 1  # the loop of a consumer
            following = listing.pages.get("next")
            if following is None:
                return count
            params["starting_after"] = following["starting_after"]


async def our_walk(url: str) -> int:
    count = 0
    async with AsyncIntercom(base_url=url, token="benchmark") as intercom:  # noqa: S106
        async for _ in intercom.conversations.list(per_page=150):
            count += 1  # the loop of a consumer
    return count


async def bare_retrieve(url: str) -> int:
    ids = iter(range(RETRIEVED))
    async with aiohttp.ClientSession(headers=HEADERS) as session:

        async def work() -> None:
            for id in ids:
                async with session.get(f"{url}/conversations/{id}") as response:
                    CONVERSATION.decode(await response.read())

        await asyncio.gather(*(work() for _ in range(CONCURRENCY)))
    return RETRIEVED


async def our_retrieve(url: str) -> int:
    count = 0
    async with AsyncIntercom(base_url=url, token="benchmark") as intercom:  # noqa: S106
        many = intercom.conversations.retrieve_many(range(RETRIEVED), concurrency=CONCURRENCY)
        async with many as results:
            async for result in results:
                count += result.error is None
    return count


async def longest_stall(url: str) -> float:
    """Return the longest time, in seconds, a heartbeat of 1 ms was late during a walk."""
    longest = 0.0

    async def beat() -> None:
        nonlocal longest
        while True:
            before = time.perf_counter()
            await asyncio.sleep(0.001)
            longest = max(longest, time.perf_counter() - before - 0.001)

    # A full collection of this process takes some 20 ms whoever makes it due: keep it out.
    gc.collect()
    gc.freeze()
    heart = asyncio.create_task(beat())
    await our_walk(url)
    heart.cancel()
    return longest


def cpu(side: Callable[[str], Awaitable[int]], url: str) -> float:
    """Return the microseconds of CPU each conversation took."""

    async def run() -> int:
        return await side(url)

    before = time.process_time()
    count = asyncio.run(run())
    return (time.process_time() - before) / count * 1e6


def compare(
    name: str,
    ours: Callable[[str], Awaitable[int]],
    bare: Callable[[str], Awaitable[int]],
    url: str,
) -> None:
    cpu(bare, url)  # warm
    cpu(ours, url)
    rounds = [(cpu(ours, url), cpu(bare, url)) for _ in range(ROUNDS)]
    ratio = median(one / other for one, other in rounds)
    us, floor = (median(side) for side in zip(*rounds, strict=True))
    print(f"{name:<34} {us:>8.1f} µs {floor:>8.1f} µs {ratio:>6.2f}")


@contextmanager
def served() -> Iterator[str]:
    command = [sys.executable, str(Path(__file__).with_name("server.py")), str(PAGES)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:  # noqa: S603
        try:
            assert server.stdout is not None  # noqa: S101  # piped
            port, page, one = server.stdout.readline().split()
            print(f"pages of 150: {int(page):,} bytes; a conversation: {int(one):,} bytes\n")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.kill()


def main() -> None:
    with served() as url:
        print(f"{'CPU per conversation':<34} {'ours':>11} {'bare loop':>11} {'ratio':>6}")
        compare("walk, 150 a page", our_walk, bare_walk, url)
        compare("retrieve with 20 parts, 16 at once", our_retrieve, bare_retrieve, url)
        stall = median(asyncio.run(longest_stall(url)) for _ in range(ROUNDS))
        print(f"\nlongest stall of the event loop in a walk of {PAGES} pages: {stall * 1e3:.1f} ms")


if __name__ == "__main__":
    main()
