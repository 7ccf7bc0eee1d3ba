"""``export --workspaces``: many workspaces, in several processes, each of which may die."""

import asyncio
import sys
import time
from collections import Counter, deque
from functools import partial
from pathlib import Path
from signal import Signals
from typing import Any, Final

import anyio
import msgspec

from intercom_async.cli import runner
from intercom_async.cli.exits import Exit, map_errors
from intercom_async.cli.output import as_json, cells, print_error, print_json, print_rows
from intercom_async.cli.progress import Meter, with_progress
from intercom_async.cli.worker import Ended, Job, Settings, Told
from intercom_async.cli.workspaces import Workspace
from intercom_async.export import Progress
from intercom_async.export.progress import StreamProgress

_LINE: Final = 2**20  # bytes; none is nearly as long
_GRACE: Final = 35.0  # seconds in which a process may end what it is doing
_DEATHS: Final = 3  # after which what a process was exporting is given up
_ALONE: Final = 2  # from so many on, it is exported in a process of its own
# The best first. What running the command again does not cure is worse than what it does.
_IN_WORDS: Final = {
    Exit.COMPLETE: "complete",
    Exit.LIMIT_REACHED: "limit reached",
    Exit.PARTIAL: "not complete",
    Exit.GAVE_UP: "gave up",
    Exit.OTHER_EXPORT: "another export",
    Exit.NOT_AUTHORISED: "not authorised",
    Exit.USAGE: "wrong settings",
    Exit.LOCAL_DISK: "local disk",
    1: "a bug",
}


def export_many(
    workspaces: list[Workspace],
    settings: Settings,
    *,
    at_once: int,
    processes: int,
    max_duration: float | None,
    quiet: bool,
) -> None:
    """Export workspaces, print how each ended, and exit with the worst of their codes."""
    fleet = _Fleet(workspaces, settings, max_duration)
    at_once = min(at_once, len(workspaces))
    with map_errors(fleet.kept):
        work = partial(fleet.run, min(processes, at_once), at_once)
        meter = Meter(fleet.progress, settings.budget)
        runner.run(work if quiet else partial(with_progress, meter, work))
    ended = [fleet.ended[workspace.name] for workspace in workspaces]
    worst = max((each.code for each in ended), key=[*_IN_WORDS].index)
    bad = [each for each in ended if each.code]
    if not quiet:
        _print_table(ended, worst, fleet.progress.seconds)
    for each in bad:
        print_error(f"{each.name}: {each.message}")
    if bad:
        print_error(f"{len(bad):,} of {len(ended):,} workspaces are not complete.")
    sys.exit(worst)


class _Progress(Progress):
    """How far all have come: a workspace is to it what a stream is to an export's."""

    ended: int = 0

    @property
    def phase(self) -> str:
        return f"{self.ended:,} of {len(self.streams):,} workspaces ended"


class _Fleet:
    """Hands workspaces out to processes, in the order of the file.

    A process that dies is followed by another, which goes on with what it was exporting. What may
    have killed two has the third to itself, and is given up when that dies too.
    """

    def __init__(
        self, workspaces: list[Workspace], settings: Settings, seconds: float | None
    ) -> None:
        self.progress: _Progress = _Progress()
        self.ended: dict[str, Ended] = {}
        self._settings = settings
        self._waiting = deque(workspaces)
        self._deaths: Counter[str] = Counter()
        self._allowed: dict[str, int] = {}
        self._until = None if seconds is None else time.monotonic() + seconds
        for workspace in workspaces:
            self.progress.streams[workspace.name] = StreamProgress()

    def kept(self) -> str:
        """Say what is kept where not all has ended, as a sentence."""
        whole = sum(not each.code for each in self.ended.values())
        return (
            f"{whole:,} of {len(self.progress.streams):,} workspaces are complete; what was "
            f"exported of the others is kept too, in {self._settings.out}."
        )

    async def run(self, processes: int, at_once: int) -> None:
        """Export all, so many at once, shared out among so many processes."""
        async with anyio.create_task_group() as tasks:
            for number in range(processes):
                slots = at_once // processes + (number < at_once % processes)
                tasks.start_soon(self._keep_one, slots)

    async def _keep_one(self, slots: int) -> None:
        while self._waiting:
            await self._one(slots)

    async def _one(self, slots: int) -> None:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "intercom_async.cli.worker",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=_LINE,
            start_new_session=True,  # Ctrl-C is for this process, which ends the others
        )
        assert process.stdin is not None  # noqa: S101  # as asked for
        assert process.stdout is not None  # noqa: S101
        under_way: dict[str, Workspace] = {}
        try:
            _send(process.stdin, self._settings)
            while self._hand_out(process.stdin, under_way, slots):
                line = await process.stdout.readline()
                if not line.endswith(b"\n"):
                    break
                self._take(msgspec.json.decode(line, type=Told | Ended), under_way)
        finally:
            with anyio.CancelScope(shield=True):
                await _end(process)
        if under_way:
            self._bury(process.returncode or 0, under_way)

    def _hand_out(
        self, to: asyncio.StreamWriter, under_way: dict[str, Workspace], slots: int
    ) -> bool:
        """Hand out what a process has room for, and return whether it has anything to do."""
        while self._waiting and len(under_way) < slots:
            alone = [*under_way.values(), self._waiting[0]]
            if under_way and any(self._deaths[each.name] >= _ALONE for each in alone):
                break
            workspace = self._waiting.popleft()
            left = None if self._until is None else self._until - time.monotonic()
            if left is not None and left <= 0:
                reached = "--max-duration was reached before it was begun."
                self._end(Ended(workspace.name, Exit.LIMIT_REACHED, reached))
                continue
            under_way[workspace.name] = workspace
            _send(to, Job(workspace, left))
        return bool(under_way)

    def _take(self, said: Told | Ended, under_way: dict[str, Workspace]) -> None:
        progress = self.progress.streams[said.name]
        progress.fetched, progress.requests = said.fetched, said.requests
        progress.throttled = said.throttled
        if isinstance(said, Ended):
            del under_way[said.name]
            progress.written = said.records
            self._allowed.pop(said.name, None)
            self._end(said)
        else:
            progress.written, progress.total = said.written, said.total
            if said.allowance is not None:
                self._allowed[said.name] = said.allowance
        self.progress.allowance = sum(self._allowed.values()) or None

    def _end(self, ended: Ended) -> None:
        self.ended[ended.name] = ended
        self.progress.ended += 1
        if as_json():
            print_json("workspace", ended)

    def _bury(self, code: int, under_way: dict[str, Workspace]) -> None:
        how = f"by {Signals(-code).name}" if code < 0 else f"with code {code}"
        print_error(
            f"a process ended {how}; what it was exporting is gone on with: {', '.join(under_way)}"
        )
        for name, workspace in under_way.items():
            self._deaths[name] += 1
            self._allowed.pop(name, None)
            if self._deaths[name] < _DEATHS:
                self._waiting.append(workspace)
            else:
                message = f"{_DEATHS} processes ended while they exported it, the last {how}."
                self._end(Ended(name, Exit.GAVE_UP, message))


def _send(to: asyncio.StreamWriter, what: Settings | Job) -> None:
    to.write(msgspec.json.encode(what) + b"\n")


async def _end(process: asyncio.subprocess.Process) -> None:
    """Let a process end what it is doing, and see that it is gone."""
    assert process.stdin is not None  # noqa: S101  # as asked for
    process.stdin.close()
    with anyio.move_on_after(_GRACE):
        await process.communicate()
    if process.returncode is None:
        process.kill()
    await process.wait()


def _print_table(ended: list[Ended], code: int, seconds: float) -> None:
    bad = [each.name for each in ended if each.code]
    if as_json():
        found: dict[str, Any] = {"code": code, "complete": len(ended) - len(bad), "others": bad}
        print_json("workspaces", {**found, "seconds": round(seconds, 1)})
        return
    rows = [("workspace", cells("records", "fetched", "requests", "seconds", "outcome"))]
    for each in ended:
        figures = (each.records, each.fetched, each.requests)
        numbers = [f"{figure:,}" for figure in figures]
        where = f", in {Path(each.folder).name}" if each.workspace and each.folder else ""
        outcome = f"{_IN_WORDS[each.code]}{where}"
        rows.append((each.name, cells(*numbers, f"{each.seconds:,.1f}", outcome)))
    rows.append(("time", f"{seconds:,.1f} s"))
    throttled = sum(each.throttled for each in ended)
    requests = sum(each.requests for each in ended)
    rows.append(("requests", f"{requests:,}, {throttled:,} answered 429"))
    print_rows(rows)
