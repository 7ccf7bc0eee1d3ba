"""An export that has begun."""

import asyncio
from pathlib import Path

from intercom_async import AsyncIntercom
from intercom_async.emulator import Emulator
from intercom_async.export import Export, Summary
from tests.export.one_stream import only
from tests.waiting import until


async def begin(
    emulator: Emulator, intercom: AsyncIntercom, out: Path
) -> tuple[Export, "asyncio.Task[Summary]"]:
    """Begin a slow export, and return it when it has kept something."""
    emulator.latency = 0.01
    job = Export(intercom, out, only())
    running = asyncio.create_task(job.run())
    await until(lambda: job.progress.written > 0)
    return job, running
