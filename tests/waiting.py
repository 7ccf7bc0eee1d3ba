"""Waiting for what tells nobody that it has happened."""

import asyncio
from collections.abc import Callable
from typing import Any


async def until(happened: Callable[[], bool]) -> None:
    """Wait for it, and give it up where it hangs."""
    async with asyncio.timeout(60):
        while not happened():  # noqa: ASYNC110  # as above
            await asyncio.sleep(0)


async def cancel(*tasks: asyncio.Task[Any]) -> None:
    """Cancel tasks, and wait until they have ended."""
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
