"""The command against an emulator: in a process of its own, or in that of the tests."""

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
from click.testing import CliRunner

from intercom_async import AsyncIntercom
from intercom_async.cli.app import cli
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
def run_alone(start: Start, finish: Finish) -> Run:
    """Run the command in a process of its own and return its exit code and what it printed."""

    def run(*arguments: str, **options: Any) -> tuple[int, str, str]:
        return finish(start(*arguments, **options))

    return run


@pytest.fixture
def run(intercom_emulator: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the command and return its exit code and what it printed.

    It runs in this process, since a new one takes longer to begin than most commands do to end.
    """
    intercom_emulator.token = TOKEN
    monkeypatch.chdir(tmp_path)
    for name in [each for each in os.environ if each.startswith("INTERCOM_")]:
        monkeypatch.delenv(name)

    def run(
        *arguments: str, token: str | None = TOKEN, url: str | None = None
    ) -> tuple[int, str, str]:
        environment = {
            "INTERCOM_BASE_URL": intercom_emulator.url if url is None else url,
            "INTERCOM_ACCESS_TOKEN": token,
        }
        done = CliRunner().invoke(
            cli, arguments, env=environment, catch_exceptions=False, prog_name="intercom-async"
        )
        assert TOKEN not in done.output
        return done.exit_code, done.stdout, done.stderr

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
