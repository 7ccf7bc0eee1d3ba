"""``follow``: an export that is kept current until it is stopped."""

import json
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import anyio
import pytest
from msgspec.structs import replace

from intercom_async import ServerError
from intercom_async.emulator import Emulator
from intercom_async.export import Export, Summary
from intercom_async.export.store import check_files, read_lines

Start: TypeAlias = Callable[..., "subprocess.Popen[str]"]
Finish: TypeAlias = Callable[["subprocess.Popen[str]"], tuple[int, str, str]]
Run: TypeAlias = Callable[..., tuple[int, str, str]]

FOLLOW = ("follow", "out", "--no-parts", "--streams", "conversations,tags", "--every", "0.05s")


def next_summary(process: "subprocess.Popen[str]") -> dict[str, Any]:
    assert process.stdout is not None
    for line in process.stdout:
        told: dict[str, Any] = json.loads(line)
        if told["event"] == "summary":
            return told
    raise AssertionError("the command ended")


def titles(folder: Path) -> dict[str, str]:
    records = map(json.loads, read_lines(folder))
    return {record["id"]: record["title"] for record in records}


@pytest.mark.long
@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["ctrl-c", "terminated"]
)
def test_changes_are_exported_until_the_command_is_stopped(  # noqa: PLR0917  # fixtures
    start: Start,
    finish: Finish,
    intercom_emulator: Emulator,
    tmp_path: Path,
    number: signal.Signals,
    code: int,
) -> None:
    workspace, process = intercom_emulator.workspace, start(*FOLLOW, "--json")
    first = next_summary(process)
    assert first["streams"]["conversations"]["counts"]["records"] == 300
    folder = tmp_path / first["folder"]
    changed = new = workspace.ids()[7]
    for records, title in ((301, "changed"), (302, "changed again")):
        workspace.update(changed, title=title)
        new = workspace.add(title=title)
        while (told := next_summary(process))["complete"]:
            if told["streams"]["conversations"]["counts"]["records"] == records:
                break
    process.send_signal(number)
    left, _, err = finish(process)
    assert left == code
    assert "interrupted" in err
    assert "Run the same command again" in err
    held = titles(folder)
    assert len(held) == 302
    assert held[changed] == held[new] == "changed again"
    left, _, err = finish(start("export", "--out", "out", "--no-parts", "--quiet"))
    assert (left, err, check_files(folder)) == (0, "", [])


@pytest.mark.long
def test_a_revoked_token_ends_it(start: Start, finish: Finish, intercom_emulator: Emulator) -> None:
    process = start(*FOLLOW, "--json")
    next_summary(process)
    intercom_emulator.token = "another"
    assert finish(process)[0] == 4


def test_a_server_that_fails_is_asked_again_once_there_is_an_export(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    summaries: list[Summary] = []
    runs, ended = Export.run, OSError("the test ends it")

    async def failing(job: Export) -> Summary:
        if len(summaries) == 1:
            summaries.append(summaries[0])
            raise ServerError(503)
        if len(summaries) == 3:
            raise ended
        summaries.append(await runs(job))
        return summaries[-1]

    monkeypatch.setattr(Export, "run", failing)
    code, out, err = run(*FOLLOW)
    assert (code, len(summaries), out.count("workspace")) == (6, 3, 1)  # only the first had news
    assert "503" in err
    assert "asked again later" in err


def test_a_server_that_fails_at_first_ends_it(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    async def failing(_: Export) -> Summary:
        raise ServerError(503)

    monkeypatch.setattr(Export, "run", failing)
    code, out, err = run(*FOLLOW, "--quiet")
    assert (code, out) == (5, "")
    assert "Run the same command again" in err


class Clock:
    """Moves on whenever it is slept by, so that a night of runs takes no time."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, runs: int, changes: set[int]) -> None:
        self.slept: list[float] = []
        self.swept: list[str] = []
        self._changes = changes
        self._runs = runs
        self._run = Export.run
        self._told: list[tuple[Summary, Path]] = []
        monkeypatch.setattr(anyio, "sleep", self._sleep)
        monkeypatch.setattr(Export, "run", lambda job: self._export(job))  # noqa: PLW0108  # a method

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    async def _export(self, job: Export) -> Summary:
        self.swept.append(job._options.sweep)
        number = len(self.swept)
        if number > self._runs:
            raise OSError("the test ends it")
        if not self._told:
            self._told.append((await self._run(job), job.folder))
        (summary, job.folder), name = self._told[0], "conversations"
        changes = sum(each <= number for each in self._changes)
        changed = replace(summary.streams[name], deleted=[str(each) for each in range(changes)])
        return replace(summary, streams=summary.streams | {name: changed})


@pytest.mark.parametrize(
    ("sweep", "swept"),
    [
        ((), {1, 101, 201}),
        (("--sweep", "always"), set(range(1, 221))),
        (("--sweep", "never"), set[int]()),
    ],
    ids=["auto", "always", "never"],
)
def test_every_hundredth_run_sweeps_unless_told_otherwise(
    run: Run, monkeypatch: pytest.MonkeyPatch, sweep: tuple[str, ...], swept: set[int]
) -> None:
    clock = Clock(monkeypatch, runs=219, changes=set())
    assert run(*FOLLOW, *sweep, "--quiet")[0] == 6
    found = {number for number, each in enumerate(clock.swept, 1) if each != "never"}
    assert (len(clock.swept), found) == (220, swept)


def test_runs_wait_longer_while_nothing_changes_and_not_once_something_did(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock(monkeypatch, runs=12, changes={2, 10})
    assert run(*FOLLOW, "--every", "60s", "--quiet")[0] == 6
    growing = [60, 90, 135, 202.5, 303.75, 455.625, 600, 600]
    assert clock.slept == [60, *growing, 60, 90, 135]  # runs 2 and 10 had news
