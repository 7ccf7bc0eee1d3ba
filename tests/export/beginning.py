"""An export that has begun."""

import asyncio
from pathlib import Path

from intercom_async import AsyncIntercom
from intercom_async.emulator import Emulator
from intercom_async.export import Export, Options, Summary
from tests.waiting import until


async def begin(
    emulator: Emulator, intercom: AsyncIntercom, out: Path
) -> tuple[Export, "asyncio.Task[Summary]"]:
    """Begin a slow export, and return it when it has kept something."""
    emulator.latency = 0.01
    job = Export(intercom, out, Options())
    running = asyncio.create_task(job.run())
    await until(lambda: job.progress.written > 0)
    return job, running
