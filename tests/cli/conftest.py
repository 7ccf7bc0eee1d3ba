"""The command in a process of its own, against an emulator."""

import asyncio
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from intercom_async import AsyncIntercom
from intercom_async.emulator import Emulator, fixtures
from intercom_async.export import Export
from intercom_async.export.store import check_files, read_lines
from tests.export.one_stream import only

intercom_emulator = fixtures.intercom_emulator  # where pytest finds it

TOKEN = "a-token-nobody-may-see"
TIMEOUT = 60

Start: TypeAlias = Callable[..., "subprocess.Popen[str]"]
Finish: TypeAlias = Callable[["subprocess.Popen[str]"], tuple[int, str, str]]
Run: TypeAlias = Callable[..., tuple[int, str, str]]


@pytest.fixture
def start(intercom_emulator: Emulator, tmp_path: Path) -> Iterator[Start]:
    """Start the command against the emulator; end it if the test does not."""
    intercom_emulator.token = TOKEN
    started: list[subprocess.Popen[str]] = []

    def start(
        *arguments: str,
        token: str | None = TOKEN,
        url: str | None = None,
        prelude: str = "",
        stdout: Any = subprocess.PIPE,
        stderr: Any = subprocess.PIPE,
    ) -> "subprocess.Popen[str]":
        environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("INTERCOM_", "PYTHONDEV"))
        }
        environment["INTERCOM_BASE_URL"] = intercom_emulator.url if url is None else url
        if token is not None:
            environment["INTERCOM_ACCESS_TOKEN"] = token
        main = ["-m", "intercom_async"]
        if prelude:  # what is to happen in the process before the command runs
            main = ["-c", f"{prelude}\nfrom intercom_async.cli import main\nmain()"]
        process = subprocess.Popen(  # noqa: S603  # the command under test
            [sys.executable, *main, *arguments],
            cwd=tmp_path,
            env=environment,
            text=True,
            stdout=stdout,
            stderr=stderr,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.fixture
def finish() -> Finish:
    """Wait for a command and return its exit code and what it printed."""

    def finish(process: "subprocess.Popen[str]") -> tuple[int, str, str]:
        out, err = process.communicate(timeout=TIMEOUT)
        assert TOKEN not in f"{out}{err}"
        assert "Traceback" not in f"{err}"
        return process.returncode, out, err

    return finish


@pytest.fixture
def run(start: Start, finish: Finish) -> Run:
    """Run the command and return its exit code and what it printed."""

    def run(*arguments: str, **options: Any) -> tuple[int, str, str]:
        return finish(start(*arguments, **options))

    return run


@pytest.fixture(scope="session")
def _exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    async def export(out: Path) -> Path:
        async with (
            Emulator(conversations=300) as emulator,
            AsyncIntercom(base_url=emulator.url, token=emulator.token) as intercom,
        ):
            job = Export(intercom, out, only())
            await job.run()
        return job.folder

    return asyncio.run(export(tmp_path_factory.mktemp("exported")))


@pytest.fixture
def exported(_exported: Path, tmp_path: Path) -> Path:
    """Return the folder of a finished export, a copy that may be spoiled."""
    return shutil.copytree(_exported, tmp_path / "out" / _exported.name)


@pytest.fixture
def completes(run: Run, tmp_path: Path, intercom_emulator: Emulator) -> Callable[..., None]:
    """Run an export to its end, and see that it holds every conversation once."""

    def completes(*options: str) -> None:
        code, _, err = run("export", "--out", "out", *options)
        assert (code, err) == (0, "")
        (folder,) = (tmp_path / "out").iterdir()
        assert check_files(folder) == []
        ids = [json.loads(line)["id"] for line in read_lines(folder)]
        assert sorted(ids) == sorted(intercom_emulator.workspace.ids())

    return completes
