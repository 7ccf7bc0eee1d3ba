"""A command that is interrupted or killed leaves no traceback, and the same one goes on."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias
from unittest.mock import Mock

import pytest

from intercom_async.cli import app, main
from intercom_async.emulator import Emulator
from intercom_async.export.store import check_files, read_lines

Start: TypeAlias = Callable[..., "subprocess.Popen[str]"]
Finish: TypeAlias = Callable[["subprocess.Popen[str]"], tuple[int, str, str]]


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
    assert "each once" in out


def test_an_interrupt_while_the_command_is_loading_leaves_no_traceback(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(app, "run", Mock(side_effect=KeyboardInterrupt))
    with pytest.raises(SystemExit) as caught:
        main()
    assert caught.value.code == 130


# Says that the command is about to be loaded: before that, Ctrl-C is Python's own to answer.
LOADING = "import intercom_async.cli; print('loading', flush=True)"


def test_next_to_nothing_is_loaded_before_interrupts_are_answered() -> None:
    code = "import intercom_async.cli, sys; print(*sys.modules)"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
    assert not {"aiohttp", "anyio", "asyncio", "click", "msgspec"} & set(done.stdout.split())


@pytest.mark.parametrize("seconds", [0.02, 0.06, 0.1, 0.16, 0.24])
def test_an_interrupt_at_any_moment_of_the_start_leaves_no_traceback(
    start: Start, finish: Finish, intercom_emulator: Emulator, seconds: float
) -> None:
    intercom_emulator.latency = 5
    process = start("export", "--out", "out", prelude=LOADING)
    assert process.stdout is not None
    assert process.stdout.readline() == "loading\n"
    time.sleep(seconds)
    process.send_signal(signal.SIGINT)
    code, _, err = finish(process)
    assert code in {130, -signal.SIGINT}  # a shell says 130 to both
    assert "Aborted" not in err


@pytest.mark.parametrize("number", range(1, 7))
def test_an_export_killed_anywhere_goes_on_and_ends_with_the_same_bytes(
    start: Start, finish: Finish, intercom_emulator: Emulator, tmp_path: Path, number: int
) -> None:
    intercom_emulator.latency = 0.01
    process = start("export", "--out", "out")
    while len(intercom_emulator.requests) < 55 * number and process.poll() is None:
        pass
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
