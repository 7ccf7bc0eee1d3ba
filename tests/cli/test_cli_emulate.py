"""``emulate``: an emulator for a command, or until Ctrl-C."""

import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias

import pytest

Start: TypeAlias = Callable[..., "subprocess.Popen[str]"]
Finish: TypeAlias = Callable[["subprocess.Popen[str]"], tuple[int, str, str]]
Run: TypeAlias = Callable[..., tuple[int, str, str]]


def test_emulate_runs_a_command_against_an_emulator_and_leaves_with_its_code(
    run_alone: Run,
) -> None:
    show = (
        "import os, sys, urllib.request;"
        "url, token = os.environ['INTERCOM_BASE_URL'], os.environ['INTERCOM_ACCESS_TOKEN'];"
        "headers = {'Authorization': 'Bearer ' + token};"
        "request = urllib.request.Request(url + '/me', headers=headers);"
        "print(urllib.request.urlopen(request).status);"
        "sys.exit(7)"
    )
    code, out, err = run_alone("emulate", "--conversations", "3", "--", sys.executable, "-c", show)
    assert (code, out, err) == (7, "200\n", "")


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("--conversations", "-3"), 2, "-3 is not in the range"),
        (("--port", "99999"), 2, "99999 is not in the range"),
        (("--converations", "5"), 2, "--conversations"),
        (("--", "no-such-command"), 2, "there is no command 'no-such-command'"),
        (("--start", "yesterday"), 2, "'yesterday' does not match the formats"),
        (("--timezone", "Mars/Olympus"), 2, "there is no time zone 'Mars/Olympus'"),
    ],
    ids=["fewer than none", "no port", "a typo", "no command", "no date", "no zone"],
)
def test_emulate_says_what_is_wrong(
    run: Run, arguments: tuple[str, ...], code: int, message: str
) -> None:
    left, out, err = run("emulate", *arguments)
    assert message in err
    assert (left, out, "Traceback" in err) == (code, "", False)


@pytest.mark.long
@pytest.mark.parametrize(
    ("arguments", "expected"),
    [((), None), (("--start", "2025-03-01"), datetime(2025, 3, 1, tzinfo=UTC))],
    ids=["until now", "until a day"],
)
def test_a_workspace_lives_until_its_start(
    run_alone: Run, arguments: tuple[str, ...], expected: datetime | None
) -> None:
    show = (
        "import json, os, urllib.request;"
        "url, token = os.environ['INTERCOM_BASE_URL'], os.environ['INTERCOM_ACCESS_TOKEN'];"
        "headers = {'Authorization': 'Bearer ' + token};"
        "request = urllib.request.Request(url + '/conversations', headers=headers);"
        "listed = json.load(urllib.request.urlopen(request))['conversations'];"
        "print(max(each['created_at'] for each in listed))"
    )
    command = ("--conversations", "20", *arguments, "--", sys.executable, "-c", show)
    code, out, _ = run_alone("emulate", *command)
    until = (expected or datetime.now(UTC)).timestamp()
    assert code == 0
    assert until - 3_700 < int(out) <= until


def test_emulate_serves_until_it_is_interrupted(start: Start, finish: Finish) -> None:
    process = start("emulate", "--conversations", "3")
    assert process.stdout is not None
    assert process.stdout.readline().startswith("export INTERCOM_BASE_URL=http://127.0.0.1:")
    process.send_signal(signal.SIGINT)
    code, _, err = finish(process)
    assert code == 130
    assert "Traceback" not in err


@pytest.mark.long
def test_an_export_goes_on_wherever_the_workspace_is_served(run_alone: Run, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "intercom_async", "export", "--out", str(tmp_path / "out")]
    for fetched in ("300", "0"):
        code, out, _ = run_alone("emulate", "--start", "2025-10-09", "--", *command)
        told = next(line.split() for line in out.splitlines() if line.startswith("conversations"))
        assert (code, told[1:3]) == (0, ["300", fetched])
