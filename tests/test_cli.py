"""The command as a person runs it: what it prints, where it leaves, with which exit code."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest.mock import Mock

import pytest

from intercom_async.cli import app, main
from intercom_async.emulator import Emulator, fixtures
from intercom_async.export.store import check_files, read_lines

intercom_emulator = fixtures.intercom_emulator  # where pytest finds it

COMMAND = [sys.executable, "-m", "intercom_async"]
TOKEN = "a-token-nobody-may-see"
TIMEOUT = 60

Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start(intercom_emulator: Emulator, tmp_path: Path) -> Iterator[Start]:
    """Start the command against the emulator; end it if the test does not."""
    intercom_emulator.token = TOKEN
    started: list[subprocess.Popen[str]] = []

    def start(
        *arguments: str, token: str | None = TOKEN, url: str | None = None
    ) -> "subprocess.Popen[str]":
        environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("INTERCOM_", "PYTHONDEV"))
        }
        environment["INTERCOM_BASE_URL"] = intercom_emulator.url if url is None else url
        if token is not None:
            environment["INTERCOM_ACCESS_TOKEN"] = token
        process = subprocess.Popen(  # noqa: S603  # the command under test
            [*COMMAND, *arguments],
            cwd=tmp_path,
            env=environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


def finish(process: "subprocess.Popen[str]") -> tuple[int, str, str]:
    out, err = process.communicate(timeout=TIMEOUT)
    assert TOKEN not in out + err
    return process.returncode, out, err


def test_export_writes_everything_and_sums_it_up(
    start: Start,
    intercom_emulator: Emulator,
    tmp_path: Path,
) -> None:
    code, out, err = finish(start("export", "--out", "out"))
    assert (code, err) == (0, "")
    (folder,) = (tmp_path / "out").iterdir()
    records = [json.loads(line) for line in read_lines(folder)]
    assert sorted(r["id"] for r in records) == sorted(intercom_emulator.workspace.ids())
    assert all(r["conversation_parts"]["type"] == "conversation_part.list" for r in records)
    assert "conversations  300, each once; 300 fetched now" in out
    for file in folder.rglob("*"):
        assert file.is_dir() or TOKEN.encode() not in file.read_bytes()


def test_export_takes_the_token_from_a_file(start: Start, tmp_path: Path) -> None:
    (tmp_path / "token").write_text(f"{TOKEN}\n")
    options = ("--token-file", "token", "--no-parts", "--since", "2025-01-01", "--out", "out")
    code, _, err = finish(start("export", *options, token=None))
    assert (code, err) == (0, "")


@pytest.mark.parametrize(
    ("options", "token", "url", "code", "message"),
    [
        ((), None, None, 2, "no access token: set the environment variable"),
        ((), "two words", None, 2, "blanks, line ends"),
        (("--token-file", "missing"), TOKEN, None, 2, "cannot be read"),
        (("--base-url", "http://example.com"), TOKEN, None, 2, "unencrypted"),
        (("--region", "mars"), TOKEN, None, 2, "mars"),
        (("--version", "2 10"), TOKEN, None, 2, "version"),
        (("--since", "yesterday"), TOKEN, None, 2, "is no date or time"),
        (("--since", "2026-01-02", "--until", "2026-01-01"), TOKEN, None, 2, "--since must be"),
        ((), "wrong", None, 4, "401 unauthorized: Access Token Invalid"),
        ((), TOKEN, "http://127.0.0.1:9", 5, "cannot connect"),
        (("--out", "a-file"), TOKEN, None, 2, "a-file"),
        (("--out", "/proc/nowhere"), TOKEN, None, 6, "No such file or directory"),
    ],
    ids=[
        "no token",
        "impossible token",
        "no token file",
        "plain http",
        "unknown region",
        "impossible version",
        "no date",
        "nothing between",
        "wrong token",
        "no server",
        "a file in the way",
        "no place to write",
    ],
)
def test_what_goes_wrong_is_said_and_has_its_exit_code(  # noqa: PLR0917  # a table's columns
    start: Start,
    tmp_path: Path,
    options: tuple[str, ...],
    token: str | None,
    url: str | None,
    code: int,
    message: str,
) -> None:
    (tmp_path / "a-file").touch()
    left, out, err = finish(start("export", "--out", "out", *options, token=token, url=url))
    assert message in err
    assert (left, out) == (code, "")
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["ctrl-c", "terminated"]
)
def test_an_interrupted_export_leaves_no_traceback_and_goes_on(
    start: Start,
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


def test_an_export_of_something_else_is_kept(start: Start) -> None:
    assert finish(start("export", "--out", "out"))[0] == 0
    code, _, err = finish(start("export", "--out", "out", "--no-parts"))
    assert code == 7
    assert "choose another folder" in err


def test_some_that_cannot_be_fetched_make_the_export_partial(
    start: Start, intercom_emulator: Emulator
) -> None:
    bad = intercom_emulator.workspace.ids()[0]
    intercom_emulator.workspace.update(bad, id="a\x1b[31m/b")
    code, out, _ = finish(start("export", "--out", "out"))
    assert code == 3
    assert "a\N{REPLACEMENT CHARACTER}[31m/b" in out


@pytest.mark.parametrize("number", range(1, 7))
def test_an_export_killed_anywhere_goes_on_and_ends_with_the_same_bytes(
    start: Start, intercom_emulator: Emulator, tmp_path: Path, number: int
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


@pytest.mark.parametrize(
    ("options", "fetched"), [((), 300), (("--no-parts",), 0)], ids=["with parts", "without"]
)
def test_plan_tells_what_an_export_takes_and_fetches_next_to_nothing(
    start: Start, intercom_emulator: Emulator, options: tuple[str, ...], fetched: int
) -> None:
    intercom_emulator.rate_limit = 100
    code, out, err = finish(start("plan", *options))
    assert (code, err) == (0, "")
    told = dict(line.split(maxsplit=1) for line in out.splitlines())
    assert told["conversations"] == "300"
    requests = int(told["requests"].replace(",", ""))
    assert fetched < requests < fetched + 20
    assert told["time"].endswith("at 100 requests in ten seconds")
    assert told["disk"].startswith("about ")
    assert len(intercom_emulator.requests) < 20


@pytest.fixture
def exported(start: Start, tmp_path: Path) -> Path:
    assert finish(start("export", "--out", "out"))[0] == 0
    (folder,) = (tmp_path / "out").iterdir()
    return folder


def test_status_tells_how_far_an_export_is(start: Start, exported: Path, tmp_path: Path) -> None:
    code, out, _ = finish(start("status", str(exported)))
    told = dict(line.split(maxsplit=1) for line in out.splitlines())
    assert (code, told["phase"], told["conversations"]) == (0, "finished", "300")
    (tmp_path / "empty").mkdir()
    code, _, err = finish(start("status", "empty"))
    assert (code, "holds no export" in err) == (2, True)


def test_verify_finds_a_flipped_byte(start: Start, exported: Path) -> None:
    assert finish(start("verify", str(exported)))[0] == 0
    shard = next(exported.glob("conversations/*.zst"))
    content = bytearray(shard.read_bytes())
    content[len(content) // 2] ^= 1
    shard.write_bytes(content)
    code, _, err = finish(start("verify", str(exported)))
    assert (code, shard.name in err) == (3, True)
    code, _, err = finish(start("convert", str(exported), "--to", "tables"))
    assert (code, "not fit to convert" in err) == (3, True)


def test_convert_makes_tables(start: Start, exported: Path, tmp_path: Path) -> None:
    code, out, err = finish(start("convert", str(exported), "--to", "tables"))
    assert (code, err) == (0, "")
    assert "conversations        300 rows" in out
    assert (tmp_path / "tables" / "conversation_parts.parquet").exists()
    code, _, err = finish(start("convert", str(exported), "--to", "tables"))
    assert (code, "--overwrite" in err) == (2, True)
    again = start("convert", str(exported), "--to", "tables", "--overwrite", "--format", "csv")
    assert finish(again)[0] == 0
    assert (tmp_path / "tables" / "conversations.csv").exists()


def test_plan_refuses_a_wrong_token(start: Start) -> None:
    code, _, err = finish(start("plan", token="wrong"))
    assert (code, "Nothing was exported" in err) == (4, True)


def test_emulate_runs_a_command_against_an_emulator_and_leaves_with_its_code(start: Start) -> None:
    show = (
        "import os, sys, urllib.request;"
        "url, token = os.environ['INTERCOM_BASE_URL'], os.environ['INTERCOM_ACCESS_TOKEN'];"
        "headers = {'Authorization': 'Bearer ' + token};"
        "request = urllib.request.Request(url + '/me', headers=headers);"
        "print(urllib.request.urlopen(request).status);"
        "sys.exit(7)"
    )
    code, out, err = finish(
        start("emulate", "--conversations", "3", "--", sys.executable, "-c", show)
    )
    assert (code, out, err) == (7, "200\n", "")


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("--conversations", "-3"), 2, "-3 is not in the range"),
        (("--port", "99999"), 2, "99999 is not in the range"),
        (("--converations", "5"), 2, "--conversations"),
        (("--", "no-such-command"), 2, "there is no command 'no-such-command'"),
    ],
    ids=["fewer than none", "no port", "a typo", "no command"],
)
def test_emulate_says_what_is_wrong(
    start: Start, arguments: tuple[str, ...], code: int, message: str
) -> None:
    left, out, err = finish(start("emulate", *arguments))
    assert message in err
    assert (left, out, "Traceback" in err) == (code, "", False)


def test_an_unknown_version_is_warned_of_in_a_line(start: Start) -> None:
    code, _, err = finish(start("plan", "--version", "9.9"))
    lines = err.splitlines()
    assert lines[0] == (
        "intercom-async: Intercom-Version 9.9 is not known to this library; it is sent all the same"
    )
    assert code in {0, 5}


def test_emulate_serves_until_it_is_interrupted(start: Start) -> None:
    process = start("emulate", "--conversations", "3")
    assert process.stdout is not None
    assert process.stdout.readline().startswith("export INTERCOM_BASE_URL=http://127.0.0.1:")
    process.send_signal(signal.SIGINT)
    code, _, err = finish(process)
    assert code == 130
    assert "Traceback" not in err


def test_help_names_every_command_and_exit_code(start: Start) -> None:
    code, out, _ = finish(start("--help"))
    assert code == 0
    assert {"export", "plan", "status", "verify", "convert", "emulate"} <= set(out.split())
    _, out, _ = finish(start("export", "--help"))
    assert "Exit codes: 0 complete" in out
    assert "--token " not in out


def test_an_export_goes_on_wherever_the_workspace_is_served(start: Start, tmp_path: Path) -> None:
    command = [*COMMAND, "export", "--out", str(tmp_path / "out")]
    for fetched in ("300 fetched now", "0 fetched now"):
        code, out, _ = finish(start("emulate", "--", *command))
        assert (code, fetched in out) == (0, True)
