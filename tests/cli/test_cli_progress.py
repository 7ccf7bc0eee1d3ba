"""How far an export is, as people and programs are told while it runs."""

import asyncio
import json
import os
import pty
import re
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeAlias

import pytest

from intercom_async.cli.progress import Meter, print_lines
from intercom_async.emulator import Emulator
from intercom_async.export import Progress, StreamProgress
from intercom_async.scan.windows import Window

Start: TypeAlias = Callable[..., "subprocess.Popen[str]"]
Finish: TypeAlias = Callable[["subprocess.Popen[str]"], tuple[int, str, str]]
Run: TypeAlias = Callable[..., tuple[int, str, str]]

PHASES = ["starting", "planning", "walking", "catching up", "sweeping", "verifying", "finished"]


def half_way() -> Progress:
    conversations = StreamProgress(
        phase="walking",
        total=1_500,
        written=1_000,
        fetched=500,
        requests=1_000,
        throttled=3,
        oldest_open=Window(1_700_000_000, 1_700_009_999),
    )
    own = StreamProgress(started=time.monotonic() - 50)
    return Progress(own, {"conversations": conversations}, allowance=160)


def test_a_reading_compares_speed_and_budget_and_tells_the_time_left() -> None:
    reading = Meter(half_way(), budget=0.5).read()
    assert reading.budget_per_second == 8.0
    assert reading.requests_per_second == pytest.approx(20, rel=0.01)
    assert reading.seconds_left == pytest.approx(50, rel=0.01)


def test_speeds_are_those_of_the_last_minute() -> None:
    progress = half_way()
    meter = Meter(progress, budget=1)
    for _ in range(5):  # a run of 250 seconds, stuck since the first 50
        meter.read()
        progress.own.started -= 40
    reading = meter.read()
    assert (reading.requests_per_second, reading.seconds_left) == (0, None)


async def test_without_a_terminal_there_is_a_line_now_and_then(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(print_lines(Meter(half_way(), 0.5), every=0.05), 0.3)
    out, err = capsys.readouterr()
    assert out == ""
    line, *others = err.splitlines()
    assert 1 <= len(others) < 6
    assert re.fullmatch(
        r"walking: 1,000 of 1,500 records, 0:00:5\d left, \d+\.\d of 8.0 requests/s, "
        r"3 answered 429, oldest open window 2023-11-14",
        line,
    )


@pytest.mark.long
def test_programs_read_an_object_a_line(run: Run, intercom_emulator: Emulator) -> None:
    code, out, err = run("export", "--out", "out", "--json")
    assert (code, err) == (0, "")
    told: list[dict[str, Any]] = [json.loads(line) for line in out.splitlines()]
    *progress, summary = told
    assert {each["event"] for each in progress} == {"progress"}
    phases = [each["phase"] for each in progress]
    assert phases == [phase for phase in PHASES if phase in phases]  # each once, in their order
    assert (phases[0], phases[-1]) == ("starting", "finished")
    last = progress[-1]
    assert last["written"] == last["total"] > 300  # with what the small lists hold
    assert last["oldest_open"] is None
    assert last["requests"] == len(intercom_emulator.requests)
    assert (summary["event"], summary["code"], summary["complete"]) == ("summary", 0, True)
    assert summary["streams"]["conversations"]["counts"]["records"] == 300
    assert summary["folder"] == f"out/{summary['workspace']}"


@pytest.mark.long
def test_a_terminal_shows_a_bar(start: Start, finish: Finish, intercom_emulator: Emulator) -> None:
    intercom_emulator.latency = 0.02
    ours, theirs = pty.openpty()
    try:
        process = start("export", "--out", "out", stderr=theirs)
    finally:
        os.close(theirs)
    shown = b""
    with suppress(OSError):  # which is how the end of a terminal is told
        while chunk := os.read(ours, 4096):
            shown += chunk
    os.close(ours)
    code, out, _ = finish(process)
    text = shown.decode()
    assert code == 0
    assert re.search(r"^conversations +300 ", out, re.MULTILINE)
    assert re.search(r"(3\d\d)/\1", text)
    assert "requests/s, 0 answered 429" in text
    assert re.search(r"oldest open window 20\d\d-\d\d-\d\d", text)
    assert "finished" in text
