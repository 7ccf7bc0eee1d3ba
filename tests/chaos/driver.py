"""Runs exports one after another, each in a child that may be killed or find the disk full.

A program beside the emulator: it reads a job a line and answers an outcome a line. Children are
forked, so that a kill does not cost a start of Python.
"""

import asyncio
import errno
import mmap
import os
import resource
import select
import signal
import struct
import sys
import traceback
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, Final, Literal, Self

import msgspec

from intercom_async import AsyncIntercom, IntercomError, RetryPolicy, Timeouts
from intercom_async.export import Export, Options, StreamProgress, StreamSummary
from intercom_async.export import api as asking
from intercom_async.export.store import Store, disk
from intercom_async.net.events import RequestEvent

STREAMS: Final = (
    *("conversations", "contacts", "companies", "tickets", "admins", "teams", "tags", "segments"),
    *("data_attributes", "ticket_types", "subscription_types", "articles", "collections"),
    *("help_centers", "news_items", "newsfeeds", "activity_logs"),
)
"""All that version 2.10 has."""

_COUNTERS: Final = struct.Struct("qq")
_PIECE: Final = 2**16
# What an export imports as it begins, and takes longer for than for all it does here.
_LATE: Final = (
    "anyio._backends._asyncio",
    "intercom_async.net.connector",
    "intercom_async.net.transport",
    "intercom_async.resources.conversations",
)


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """One run of an export.

    Attributes:
        url: Where the emulator is.
        token: Its token.
        out: The folder to export to.
        parts: Whether to fetch parts.
        attempts: How often a request is tried.
        seconds: After how long to give a run up that does not end.
        kill_after: After how many seconds to kill it.
        kill_at: Before which step of the store it kills itself, the how manieth time.
        full_at: Which of its writes, counted from 1, is the first to find the disk full.
        largest: How many bytes a file may have.
    """

    url: str
    token: str
    out: str
    parts: bool
    attempts: int = 5
    seconds: float = 400.0
    kill_after: float | None = None
    kill_at: tuple[str, int] | None = None
    full_at: int | None = None
    largest: int | None = None


class Outcome(msgspec.Struct, kw_only=True):
    """What became of a run.

    Attributes:
        end: How it ended: by itself and whole, killed, with an error of ours or of the disk, or
            with an error that is none of ours.
        error: What it said.
        summary: What the export holds, if it finished.
        complete: Whether the summary says it is complete.
        requests: How many requests it sent.
        retries: How many of them were second tries or later ones.
    """

    end: Literal["finished", "killed", "refused", "disk", "bug"]
    error: str = ""
    summary: StreamSummary | None = None
    complete: bool = False
    requests: int = 0
    retries: int = 0


class _FullDisk:
    """Stands for ``os`` where the store writes, and lets the disk be full from some write on."""

    def __init__(self, full_at: int) -> None:
        self._left = full_at

    def __getattr__(self, name: str) -> Any:
        return getattr(os, name)

    def count(self) -> None:
        self._left -= 1
        if self._left <= 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def write(self, descriptor: int, data: memoryview) -> int:
        try:
            self.count()
        except OSError:
            os.write(descriptor, data[: len(data) // 2])
            raise
        return os.write(descriptor, data)

    def fsync(self, descriptor: int) -> None:
        self.count()
        os.fsync(descriptor)


def _on_step(job: Job) -> Callable[[str], None]:
    seen = 0
    full = None if job.full_at is None else _FullDisk(job.full_at)
    if full is not None:
        disk.os = full  # type: ignore[assignment, attr-defined]

    def step(name: str) -> None:
        nonlocal seen
        if job.kill_at is not None and name == job.kill_at[0]:
            seen += 1
            if seen == job.kill_at[1]:
                os.kill(os.getpid(), signal.SIGKILL)
        if full is not None:
            full.count()

    return step


def _count_into(counters: mmap.mmap) -> None:
    """Count requests where the count outlives a kill."""
    note = asking.Asker._note

    def counting(self: asking.Asker, of: StreamProgress, stream: str, event: RequestEvent) -> None:
        requests, retries = _COUNTERS.unpack_from(counters)
        _COUNTERS.pack_into(counters, 0, requests + 1, retries + (event.attempt > 1))
        note(self, of, stream, event)

    asking.Asker._note = counting  # type: ignore[method-assign, assignment]


async def _export(job: Job) -> Outcome:
    async with AsyncIntercom(
        base_url=job.url,
        token=job.token,
        retry=RetryPolicy(max_attempts=job.attempts, base=0.01, cap=0.1),
        timeouts=Timeouts(attempt=6.0),
    ) as intercom:
        options = Options(parts=job.parts, streams=STREAMS)
        export = Export(intercom, Path(job.out), options)
        whole = await asyncio.wait_for(export.run(), job.seconds)
        summary = whole.streams["conversations"]
        lacking = {name: each for name, each in whole.streams.items() if not each.complete}
        error = f"{lacking}" if lacking else ""
        return Outcome(end="finished", error=error, summary=summary, complete=whole.complete)


def _run(job: Job, counters: mmap.mmap) -> Outcome:
    opening = partial(Store.open, on_step=_on_step(job))
    Store.open = staticmethod(opening)  # type: ignore[method-assign]
    _count_into(counters)
    if job.largest is not None:
        _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (job.largest, hard))
    try:
        return asyncio.run(_export(job))
    except IntercomError as error:
        return Outcome(end="refused", error=f"{type(error).__name__}: {error}"[:500])
    except OSError as error:
        return Outcome(end="disk", error="".join(traceback.format_exception(error)))
    except BaseException as error:  # noqa: BLE001  # told to the parent, which counts it as a bug
        return Outcome(end="bug", error="".join(traceback.format_exception(error))[:6000])


def _fork(job: Job) -> Outcome:
    """Run a job in a child; kill it when its time has come."""
    counters = mmap.mmap(-1, _COUNTERS.size)
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(reading)
            answer = memoryview(msgspec.json.encode(_run(job, counters)))
            while answer:
                answer = answer[os.write(writing, answer[:_PIECE]) :]
        finally:
            os._exit(0)
    os.close(writing)
    answer_ = _read(reading, child, job)
    os.waitpid(child, 0)
    outcome = msgspec.json.decode(answer_, type=Outcome) if answer_ else Outcome(end="killed")
    outcome.requests, outcome.retries = _COUNTERS.unpack_from(counters)
    return outcome


def _read(pipe: int, child: int, job: Job) -> bytes:
    answer = bytearray()
    with os.fdopen(pipe, "rb", buffering=0) as file:
        wait = job.kill_after or job.seconds + 30
        while True:
            if not select.select([file], [], [], wait)[0]:
                os.kill(child, signal.SIGKILL)  # ours, and not waited for yet
                return b""
            piece = file.read(_PIECE)
            if not piece:
                return bytes(answer)
            answer += piece
            wait = 30


def main() -> None:
    """Answer jobs until there are no more."""
    for name in _LATE:
        import_module(name)
    for line in sys.stdin.buffer:
        outcome = _fork(msgspec.json.decode(line, type=Job))
        sys.stdout.buffer.write(msgspec.json.encode(outcome) + b"\n")
        sys.stdout.buffer.flush()


class Driver:
    """The program, seen from the emulator's process."""

    def __init__(self) -> None:
        self._program: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> Self:
        self._program = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.chaos.driver",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=2**26,
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        program = self._program
        if program is not None and program.stdin is not None:
            program.stdin.close()  # it ends with its input, and whatever it runs by then
            await program.wait()

    async def run(self, job: Job) -> Outcome:
        """Have one export run."""
        program = self._program
        assert program is not None
        assert program.stdin is not None
        assert program.stdout is not None
        program.stdin.write(msgspec.json.encode(job) + b"\n")
        await program.stdin.drain()
        return msgspec.json.decode(await program.stdout.readline(), type=Outcome)


if __name__ == "__main__":
    main()
