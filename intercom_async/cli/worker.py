"""A process that exports the workspaces it is told to, several at once, over one pool.

It reads the settings and then jobs from stdin, and writes what becomes of them to stdout, a JSON
object a line. It ends with its stdin, and so with the process that started it.
"""

import asyncio
import sys
import traceback
from typing import Final

import anyio
import msgspec

from intercom_async.cli import runner
from intercom_async.cli.exits import Exit, verdict
from intercom_async.cli.options import limiters
from intercom_async.cli.summary import describe_missing
from intercom_async.cli.workspaces import Workspace
from intercom_async.client import AsyncIntercom
from intercom_async.errors import IntercomError
from intercom_async.export import Export, Limits, Options
from intercom_async.net.pool import SessionPool

_BUG: Final = 1
_INTERVAL: Final = 0.5  # seconds between two reports of progress


class Settings(msgspec.Struct, frozen=True):
    """What all exports have in common."""

    out: str
    what: Options
    version: str
    budget: float
    limiter: str | None
    max_requests: int | None
    mirror: str | None


class Job(msgspec.Struct, frozen=True):
    """A workspace to export, within so many seconds."""

    workspace: Workspace
    seconds: float | None


class Told(msgspec.Struct, frozen=True, tag="told"):
    """How far the export of a workspace has come; see ``Progress``."""

    name: str
    written: int
    total: int | None
    fetched: int
    requests: int
    throttled: int
    allowance: int | None


class Ended(msgspec.Struct, tag="ended"):
    """How the export of a workspace ended.

    Attributes:
        name: What the file of workspaces calls it.
        code: The exit code that the command would have had for it alone.
        message: What went wrong, what is kept and what to do.
        workspace: The workspace's id, as far as it is known.
        folder: Where it was exported to.
        records: How many records are kept there.
        fetched: How many records this run has kept.
        requests: How many requests it sent.
        throttled: How many of them were answered with 429.
        seconds: How long it took.
    """

    name: str
    code: int
    message: str = ""
    workspace: str | None = None
    folder: str | None = None
    records: int = 0
    fetched: int = 0
    requests: int = 0
    throttled: int = 0
    seconds: float = 0.0


class _Worker:
    def __init__(self, settings: Settings, pool: SessionPool) -> None:
        self._settings = settings
        self._pool = pool
        self._jobs: dict[str, Export] = {}

    async def export(self, job: Job) -> None:
        """Export a workspace, and say how that ended, whatever happened."""
        name, code, message, workspace = job.workspace.name, int(Exit.COMPLETE), "", None
        export: Export | None = None
        try:
            export = self._jobs[name] = self._make(job)
            summary = await export.run()
            workspace = summary.workspace
            if not summary.complete:
                code, message = Exit.PARTIAL, describe_missing(summary, export.folder)
        except (IntercomError, OSError) as error:
            kept = "Nothing was sent." if export is None else export.kept()
            code, sentences = verdict(error, kept)
            message = "\n".join(sentences)
        except Exception as error:  # noqa: BLE001  # a bug that one workspace brings out
            traceback.print_exc()
            code, message = _BUG, f"{type(error).__name__}: this is a bug; see the traceback."
        finally:
            self._jobs.pop(name, None)
        ended = Ended(name, code, message, workspace)
        if export is not None:
            progress = export.progress
            ended.folder, ended.seconds = str(export.folder), round(progress.seconds, 1)
            ended.records, ended.fetched = progress.written, progress.fetched
            ended.requests, ended.throttled = progress.requests, progress.throttled
        _write(ended)

    def _make(self, job: Job) -> Export:
        settings, workspace = self._settings, job.workspace
        intercom = AsyncIntercom(
            token=workspace.token(),
            region=workspace.region,
            base_url=workspace.base_url,
            version=settings.version,
            budget=settings.budget,
            pool=self._pool,
        )
        limits = Limits(settings.max_requests, job.seconds)
        return Export(intercom, settings.out, settings.what, limits, mirror=settings.mirror)

    async def tell(self) -> None:
        """Tell how far the exports have come, until cancelled."""
        while True:
            await anyio.sleep(_INTERVAL)
            for name, export in self._jobs.items():
                progress = export.progress
                _write(
                    Told(
                        name=name,
                        written=progress.written,
                        total=progress.total,
                        fetched=progress.fetched,
                        requests=progress.requests,
                        throttled=progress.throttled,
                        allowance=progress.allowance,
                    )
                )


def _write(said: Told | Ended) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(said) + b"\n")
    sys.stdout.buffer.flush()


async def _work() -> None:
    lines = asyncio.StreamReader()
    protocol = asyncio.StreamReaderProtocol(lines)
    await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, sys.stdin.buffer)
    settings = msgspec.json.decode(await lines.readline(), type=Settings)
    async with SessionPool(limiters=limiters(settings.limiter)) as pool:
        worker = _Worker(settings, pool)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(worker.tell)
            while line := await lines.readline():
                tasks.start_soon(worker.export, msgspec.json.decode(line, type=Job))
            tasks.cancel_scope.cancel()


if __name__ == "__main__":
    try:
        runner.run(_work)
    except (runner.Interrupted, BrokenPipeError):
        sys.exit(Exit.INTERRUPTED)
