"""A command that is interrupted or killed leaves no traceback, and the same one goes on."""

import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

from intercom_async.emulator import Emulator
from intercom_async.export.store import check_files, read_lines

TIMEOUT = 60

Start: TypeAlias = Callable[..., "subprocess.Popen[str]"]
Finish: TypeAlias = Callable[["subprocess.Popen[str]"], tuple[int, str, str]]


@pytest.mark.long
@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["ctrl-c", "terminated"]
)
def test_an_interrupted_export_leaves_no_traceback_and_goes_on(  # noqa: PLR0917  # fixtures
    start: Start,
    finish: Finish,
    intercom_emulator: Emulator,
    tmp_path: Path,
    number: signal.Signals,
    code: int,
) -> None:
    intercom_emulator.latency = 0.05
    process = start("export", "--out", "out")
    while len(intercom_emulator.requests) < 100:
        assert process.poll() is None
        time.sleep(0.001)
    process.send_signal(number)
    left, _, err = finish(process)
    assert left == code
    assert "interrupted" in err
    assert "Run the same command again" in err
    assert "Traceback" not in err
    intercom_emulator.latency = 0
    asked = len(intercom_emulator.requests)
    left, out, _ = finish(start("export", "--out", "out"))
    assert left == 0
    (folder,) = (tmp_path / "out").iterdir()
    lines = list(read_lines(folder))
    assert len({json.loads(line)["id"] for line in lines}) == len(lines) == 300
    assert asked > 0
    assert re.search(r"^conversations +300 ", out, re.MULTILINE)


# Interrupts itself in the n-th call of a function of that name, or of any.
INTERRUPTED = """
import intercom_async.cli, os, signal, sys

def count(frame, event, _):
    global left
    if event == "call" and name in ("any", frame.f_code.co_name):
        left -= 1
        if not left:
            sys.setprofile(None)
            os.kill(os.getpid(), signal.SIGINT)

name, left = {name!r}, {number}
sys.setprofile(count)
"""
HALFWAY = """
import time
from intercom_async.export.tables import writer

def halfway(*_):
    print("halfway", flush=True)
    time.sleep(60)

writer.batches = halfway
"""


def test_next_to_nothing_is_loaded_before_interrupts_are_answered() -> None:
    code = "import intercom_async.cli, sys; print(*sys.modules)"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
    assert not {"aiohttp", "anyio", "asyncio", "click", "msgspec"} & set(done.stdout.split())


@pytest.mark.parametrize(
    ("name", "number"),
    # Python swallows what is raised in "cb", which it calls when a module is loaded.
    [("cb", 1), ("cb", 50), ("cb", 200), ("any", 200), ("any", 5_000), ("any", 30_000)],
)
def test_an_interrupt_at_any_moment_of_the_start_ends_the_command(
    start: Start, finish: Finish, intercom_emulator: Emulator, name: str, number: int
) -> None:
    intercom_emulator.latency = TIMEOUT
    prelude = INTERRUPTED.format(name=name, number=number)
    code, _, err = finish(start("export", "--out", "out", prelude=prelude))
    assert code == 130
    assert "interrupted" in err


def test_an_interrupted_conversion_leaves_nothing_half_made(
    start: Start, finish: Finish, exported: Path, tmp_path: Path
) -> None:
    process = start(
        "tables", str(exported), "--to", "tables", "--format", "ndjson", prelude=HALFWAY
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "halfway\n"
    assert list((tmp_path / "tables").iterdir())
    process.send_signal(signal.SIGINT)
    code, _, err = finish(process)
    assert code == 130
    assert "interrupted" in err
    assert not list((tmp_path / "tables").iterdir())


@pytest.mark.long
@pytest.mark.parametrize("number", [1, 2, 3])
def test_an_export_killed_anywhere_goes_on_and_ends_with_the_same_bytes(
    start: Start, finish: Finish, intercom_emulator: Emulator, tmp_path: Path, number: int
) -> None:
    intercom_emulator.latency = 0.01
    process = start("export", "--out", "out")
    while len(intercom_emulator.requests) < 110 * number and process.poll() is None:
        time.sleep(0.001)
    process.kill()
    process.communicate()
    intercom_emulator.latency = 0
    assert finish(start("export", "--out", "out"))[0] == 0
    (folder,) = (tmp_path / "out").iterdir()
    assert check_files(folder) == []
    truth = {
        id: (stored.encoded_full if (stored := intercom_emulator.workspace.get(id)) else b"")
        for id in intercom_emulator.workspace.ids()
    }
    lines = list(read_lines(folder))
    assert {json.loads(line)["id"]: line for line in lines} == truth
    assert len(lines) == len(truth)
