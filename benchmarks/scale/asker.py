"""One process of many that share a workspace: asks for a while, and prints what it met.

It runs in a process of its own: ``python -m benchmarks.scale.asker SETTINGS``, as JSON. It prints
an empty line once it is ready, and begins when it reads for how many seconds.
"""

import asyncio
import random
import sys
import time
from typing import Final

import msgspec

_WORKERS: Final = 20
_PAUSE: Final = 1.7  # seconds between two calls of a process that asks now and then


class Settings(msgspec.Struct):
    """What a process is to do.

    Attributes:
        url: The API.
        token: Its token.
        redis: Where windows are shared; empty for nowhere.
        budget: The share of the window to use.
        is_busy: Whether to ask as much as it may.
        clock: By how many seconds this process's clock is off.
    """

    url: str
    token: str
    redis: str
    budget: float
    is_busy: bool
    clock: float


class Met(msgspec.Struct):
    """What it met: how long each call took, in seconds, and the errors calls ended with."""

    seconds: list[float] = []
    errors: list[str] = []


async def run(settings: Settings) -> Met:
    from intercom_async import AsyncIntercom, IntercomError  # noqa: PLC0415  # by the clock set
    from intercom_async.limiters import RedisLimiters  # noqa: PLC0415

    met = Met()
    async with AsyncIntercom(
        base_url=settings.url,
        token=settings.token,
        budget=settings.budget,
        limiters=RedisLimiters(settings.redis) if settings.redis else None,
    ) as intercom:
        await intercom.me()  # which imports and connects
        print(flush=True)
        end = float(await asyncio.to_thread(sys.stdin.readline)) + time.monotonic()

        async def work() -> None:
            while time.monotonic() < end:
                if not settings.is_busy:
                    await asyncio.sleep(random.uniform(0.8, 1.2) * _PAUSE)  # noqa: S311
                began = time.monotonic()
                try:
                    async with asyncio.timeout(end - began):
                        await intercom.me()
                except TimeoutError:
                    if time.monotonic() < end:
                        raise
                    return  # it is over
                except IntercomError as error:
                    met.errors.append(type(error).__name__)
                met.seconds.append(time.monotonic() - began)

        async with asyncio.TaskGroup() as tasks:
            for _ in range(_WORKERS if settings.is_busy else 1):
                tasks.create_task(work())
    return met


def main() -> None:
    settings = msgspec.json.decode(sys.argv[1], type=Settings)
    clock = time.time
    time.time = lambda: clock() + settings.clock
    print(msgspec.json.encode(asyncio.run(run(settings))).decode())


if __name__ == "__main__":
    main()
