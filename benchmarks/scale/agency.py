"""Fifty workspaces in one command: eight fail, each otherwise, and one process is killed."""

import asyncio
import json
import os
import signal
import sys
import time
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, Final

import msgspec

from intercom_async.emulator import Emulator, FaultKind, Faults
from intercom_async.export.store import check_files, read_lines
from tests.services import free_port

_WORKSPACES: Final = 50
_CONVERSATIONS: Final = 60
_LIMIT: Final = 500
_FAILING: Final = frozenset(range(8))
_KILLED_AFTER: Final = 1_000  # requests
_HEADING: Final = (
    "| 50 workspaces, 4 processes | exit code | complete | of those wrong | fail, with code "
    "| processes killed | seconds |"
)
_OPTIONS: Final = [
    "--at-once",
    "50",
    "--processes",
    "4",
    "--streams",
    "conversations,tags",
    "--json",
]


class Run(msgspec.Struct):
    """How one run of the command ended.

    Attributes:
        code: Its exit code.
        seconds: How long it took.
        outcomes: The exit code of each workspace.
        wrong: The workspaces that are said to be complete and are not.
        deaths: How many processes were seen to end.
    """

    code: int
    seconds: float
    outcomes: dict[str, int]
    wrong: list[str]
    deaths: int


class Agency:
    """The workspaces, and the file that names them."""

    def __init__(self, folder: Path, emulators: list[Emulator]) -> None:
        self._folder = folder
        self._out = folder / "out"
        self._emulators = emulators
        self._variables: dict[str, str] = {}
        self._urls = [emulator.url for emulator in emulators]
        self._token_file = folder / "token"

    def spoil(self) -> None:
        """Let the first eight fail, each otherwise."""
        revoked, _, _, _, torn, page, planned, blocked = self._emulators[:8]
        self._variables = {f"TOKEN_{n}": each.token for n, each in enumerate(self._emulators)}
        self._variables["TOKEN_0"] = f"{revoked.token}-revoked"
        del self._variables["TOKEN_1"]
        self._urls[3] = f"http://127.0.0.1:{free_port()}"
        self._variables["TOKEN_4"] = f"{torn.token}\nand another line"
        page.faults = Faults(rate=1.0, kinds={FaultKind.HTML_BODY})
        planned.plan_restricted = True
        self._out.mkdir()
        (self._out / blocked.workspace.app["id_code"]).touch()
        self._write()

    def mend(self) -> None:
        """Let all go well."""
        self._variables = {f"TOKEN_{n}": each.token for n, each in enumerate(self._emulators)}
        self._urls = [each.url for each in self._emulators]
        self._token_file.write_text(self._emulators[2].token)
        for emulator in self._emulators:
            emulator.faults, emulator.plan_restricted = None, False
        (self._out / self._emulators[7].workspace.app["id_code"]).unlink()
        self._write()

    def _write(self) -> None:
        lines = []
        for number, url in enumerate(self._urls):
            token = f'token_env = "TOKEN_{number}"' if number != 2 else 'token_file = "token"'  # noqa: PLR2004
            lines.append(f'[w{number}]\nbase_url = "{url}"\n{token}\n')
        (self._folder / "workspaces.toml").write_text("\n".join(lines))

    async def run(self, *, kill: bool) -> Run:
        """Run the command, and compare what it exported with what there is."""
        began = time.monotonic()
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "intercom_async",
            "export",
            *("--workspaces", "workspaces.toml", "--out", "out", *_OPTIONS),
            cwd=self._folder,
            env=os.environ | self._variables,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        if kill:
            while (  # noqa: ASYNC110  # another process is waited for
                sum(len(each.requests) for each in self._emulators) < _KILLED_AFTER
            ):
                await asyncio.sleep(0.01)
            os.kill(_children(process.pid)[0], signal.SIGKILL)
        out, err = await process.communicate()
        said: list[dict[str, Any]] = [json.loads(line) for line in out.splitlines()]
        ended = {each["name"]: each["code"] for each in said if each["event"] == "workspace"}
        complete = [int(name[1:]) for name, code in ended.items() if code == 0]
        return Run(
            code=process.returncode or 0,
            seconds=time.monotonic() - began,
            outcomes=ended,
            wrong=[f"w{number}" for number in complete if not self._is_whole(number)],
            deaths=err.decode().count("a process ended by"),
        )

    def _is_whole(self, number: int) -> bool:
        workspace = self._emulators[number].workspace
        folder = self._out / workspace.app["id_code"]
        ids = [json.loads(line)["id"] for line in read_lines(folder)]
        return not check_files(folder) and sorted(ids) == sorted(workspace.ids())


def _children(pid: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


async def measure(folder: Path) -> tuple[Run, Run]:
    """Run the command twice: while eight fail and one process is killed, and when all is well."""
    async with AsyncExitStack() as stack:
        emulators = [
            await stack.enter_async_context(
                Emulator(
                    conversations=_CONVERSATIONS,
                    seed=number,
                    token=f"token-of-{number}",
                    rate_limit=_LIMIT,
                )
            )
            for number in range(_WORKSPACES)
        ]
        agency = Agency(folder, emulators)
        agency.spoil()
        first = await agency.run(kill=True)
        agency.mend()
        return first, await agency.run(kill=False)


def is_well(first: Run, second: Run) -> bool:
    """Tell whether all that can be complete is."""
    failed = {int(name[1:]) for name, code in first.outcomes.items() if code}
    return (
        failed == _FAILING
        and first.deaths == 1
        and len(first.outcomes) == len(second.outcomes) == _WORKSPACES
        and second.code == 0
        and not first.wrong
        and not second.wrong
    )


def table(*runs: Run) -> str:
    """Return a table in Markdown."""
    lines = [_HEADING, "|---|---:|---:|---:|---|---:|---:|"]
    for name, run in zip(("eight fail, a process is killed", "all is well"), runs, strict=True):
        failed = [f"{each} {code}" for each, code in sorted(run.outcomes.items()) if code]
        lines.append(
            f"| {name} | {run.code} | {len(run.outcomes) - len(failed)} | {len(run.wrong)} "
            f"| {', '.join(failed)} | {run.deaths} | {run.seconds:.1f} |"
        )
    return "\n".join(lines)
