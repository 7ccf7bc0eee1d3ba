"""Export many workspaces on a Ray cluster, whose processes and machines may vanish meanwhile.

::

    python examples/ray_export.py workspaces.toml /shared/intercom
    python examples/ray_export.py workspaces.toml /var/intercom --mirror s3://bucket/intercom

The file is that of ``intercom-async export --workspaces``; the variables and files it names must be
on every machine, since tokens are read where they are used. So must be the folder, or a mirror from
which another machine goes on. Run it again, and it fetches what changed, and what is missing.
Needs ``pip install ray 'intercom-async[export]'``, with ``cloud`` for a mirror and ``redis`` for a
limiter.
"""

import argparse
import asyncio
import os
import sys
import time
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import ray

from intercom_async import AsyncIntercom, IntercomError, SessionPool
from intercom_async.export import Export, MirrorLocked
from intercom_async.limiters import RedisLimiters

AT_ONCE = 64  # workspaces a process; what each waits for is its rate window, not the processor
DEATHS = 3  # of its process, after which a workspace is given up
PATIENCE = 120.0  # seconds, for which a machine that vanished holds a mirror at most
PAUSE = 5.0  # seconds


@dataclass(frozen=True)
class Workspace:
    """A workspace of the file."""

    name: str
    region: Literal["us", "eu", "au"] | None = None
    base_url: str | None = None
    token_env: str | None = None
    token_file: str | None = None

    def token(self) -> str:
        """Return the token; it stays on the machine that uses it."""
        if self.token_env is not None:
            return os.environ[self.token_env]
        return Path(self.token_file or "").read_text(encoding="utf-8").strip()


@dataclass(frozen=True)
class Outcome:
    """How the export of a workspace ended; an error that is ``None`` says it is complete."""

    name: str
    error: str | None = None
    records: int = 0
    requests: int = 0


class Exporter:
    """Exports many workspaces at once, over one pool; one process of the cluster."""

    def __init__(self, out: str, mirror: str | None, limiter: str | None) -> None:
        """Make the pool here, where it is used: neither connections nor tokens are copied."""
        self._out, self._mirror = out, mirror
        self._pool = SessionPool(limiters=RedisLimiters(limiter) if limiter else None)

    async def export(self, workspace: Workspace) -> Outcome:
        """Export a workspace, or go on where a process that was killed had come to."""
        try:
            return await self._export(workspace)
        except KeyError as error:
            return Outcome(workspace.name, f"the variable {error} is not set on every machine")
        except (IntercomError, OSError) as error:
            return Outcome(workspace.name, str(error))

    async def _export(self, workspace: Workspace) -> Outcome:
        intercom = AsyncIntercom(
            token=await asyncio.to_thread(workspace.token),
            region=workspace.region,
            base_url=workspace.base_url,
            pool=self._pool,
        )
        until = time.monotonic() + PATIENCE
        while True:
            job = Export(intercom, self._out, mirror=self._mirror)
            try:
                summary = await job.run()
            except MirrorLocked:
                if time.monotonic() > until:
                    raise
                await asyncio.sleep(PAUSE)
            else:
                error = None if summary.complete else "something is missing"
                return Outcome(workspace.name, error, job.progress.written, summary.requests)

    async def close(self) -> None:
        """Close connections, and tell those who share a rate window that nothing is under way."""
        await self._pool.aclose()


def read_workspaces(file: Path) -> list[Workspace]:
    """Return the workspaces of a file."""
    tables = tomllib.loads(file.read_text(encoding="utf-8"))
    return [Workspace(name, **table) for name, table in tables.items()]


def export_all(
    workspaces: list[Workspace], out: str, mirror: str | None, limiter: str | None
) -> list[Outcome]:
    """Export workspaces in one process a processor, and start those anew that are killed."""
    remote: Any = ray.remote(Exporter).options(
        num_cpus=1,
        max_concurrency=AT_ONCE,
        max_restarts=-1,
        max_task_retries=DEATHS,
        scheduling_strategy="SPREAD",
    )
    number = min(len(workspaces), int(ray.cluster_resources()["CPU"]))
    exporters = [remote.remote(out, mirror, limiter) for _ in range(number)]
    begun = [exporters[place % number].export.remote(each) for place, each in enumerate(workspaces)]
    outcomes = []
    for workspace, reference in zip(workspaces, begun, strict=True):
        try:
            outcomes.append(ray.get(reference))
        except ray.exceptions.RayError as error:
            outcomes.append(Outcome(workspace.name, f"given up: {type(error).__name__}"))
    ray.wait([each.close.remote() for each in exporters], num_returns=number)
    return outcomes


def main(*arguments: str) -> int:
    """Export the workspaces of a file, print how each ended, and return an exit code."""
    parser = argparse.ArgumentParser(description="Export many workspaces on a Ray cluster.")
    parser.add_argument("workspaces", type=Path)
    parser.add_argument("out", help="a folder that all machines have, or any with --mirror")
    parser.add_argument("--mirror", help="such as s3://bucket/prefix")
    parser.add_argument("--limiter", help="a Redis, where others use the same workspaces")
    given = parser.parse_args(arguments)
    ray.init()  # the cluster of RAY_ADDRESS, or one on this machine
    outcomes = export_all(read_workspaces(given.workspaces), given.out, given.mirror, given.limiter)
    for each in outcomes:
        ended = "complete" if each.error is None else each.error
        print(f"{each.name:24} {each.records:>12,} {each.requests:>10,}  {ended}")
    return 0 if all(each.error is None for each in outcomes) else 3


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
