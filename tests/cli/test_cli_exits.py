"""What goes wrong is said: what, where, what is kept, what to do; with an exit code of its own."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest
from click.testing import CliRunner

from intercom_async import ConnectionFailed, IntercomError
from intercom_async.cli.app import cli
from intercom_async.cli.exits import Exit, outcome
from intercom_async.emulator import Emulator
from intercom_async.export import ApiDown, MirrorFailed
from intercom_async.export.tables import DatabaseFailed

AGAIN = "Run the same command again."
MEND = "Mend that if it lasts, then run the same command again."
TOKEN = "a-token-nobody-may-see"
MANY = pytest.mark.parametrize("intercom_emulator", [{"conversations": 600}], indirect=True)

Start: TypeAlias = Callable[..., "subprocess.Popen[str]"]
Finish: TypeAlias = Callable[["subprocess.Popen[str]"], tuple[int, str, str]]
Run: TypeAlias = Callable[..., tuple[int, str, str]]
Completes: TypeAlias = Callable[..., None]


def until_something_is_kept(process: "subprocess.Popen[str]", out: Path) -> None:
    while not any(file.stat().st_size for file in out.glob("*/conversations/*.zst")):
        assert process.poll() is None


@pytest.mark.parametrize(
    ("error", "remedy"),
    [
        (ConnectionFailed("refused", sent=False), AGAIN),
        (ApiDown("no answer"), AGAIN),
        (MirrorFailed("the bucket is not there"), MEND),
        (DatabaseFailed("the database does not exist"), MEND),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_may_not_pass_by_itself_is_to_be_mended(error: IntercomError, remedy: str) -> None:
    assert outcome(error) == (Exit.GAVE_UP, remedy)


@pytest.mark.parametrize(
    ("options", "token", "url", "code", "messages"),
    [
        ((), None, None, 2, ["no access token: set the environment variable", "Nothing was sent"]),
        ((), "two words", None, 2, ["blanks, line ends", "Nothing was sent"]),
        (("--token-file", "missing"), TOKEN, None, 2, ["missing cannot be read"]),
        (("--base-url", "http://example.com"), TOKEN, None, 2, ["unencrypted"]),
        (("--region", "mars"), TOKEN, None, 2, ["'mars' is not one of 'us', 'eu', 'au'"]),
        (("--version", "2 10"), TOKEN, None, 2, ["version"]),
        (("--since", "lately"), TOKEN, None, 2, ["'lately' is no date or time such as"]),
        (
            ("--since", "2026-01-02", "--until", "2026-01-01"),
            TOKEN,
            None,
            2,
            ["--since must be before --until", "Nothing was sent"],
        ),
        ((), "wrong", None, 4, ["401 unauthorized: Access Token Invalid", "the token is right"]),
        ((), TOKEN, "http://127.0.0.1:9", 5, ["cannot connect", "Run the same command again."]),
        (("--out", "a-file"), TOKEN, None, 2, ["'a-file' is a file"]),
        (("--out", "/proc/nowhere"), TOKEN, None, 6, ["/proc/nowhere", "choose another place"]),
        (("--log-file", "no/log"), TOKEN, None, 6, ["no/log", "Nothing was sent"]),
        (("--log-file", "a-link"), TOKEN, None, 6, ["a-link", "Move away what stands there"]),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_goes_wrong_is_said_and_has_its_exit_code(  # noqa: PLR0917  # a table's columns
    run: Run,
    tmp_path: Path,
    options: tuple[str, ...],
    token: str | None,
    url: str | None,
    code: int,
    messages: list[str],
) -> None:
    (tmp_path / "a-file").touch()
    (tmp_path / "a-link").symlink_to(tmp_path / "elsewhere")
    left, out, err = run("export", "--out", "out", *options, token=token, url=url)
    for message in messages:
        assert message in err
    assert (left, out) == (code, "")
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.long
@MANY
def test_a_token_revoked_in_the_middle_costs_nothing_that_was_kept(
    start: Start,
    finish: Finish,
    completes: Completes,
    intercom_emulator: Emulator,
    tmp_path: Path,
) -> None:
    intercom_emulator.latency = 0.02
    process = start("export", "--out", "out")
    until_something_is_kept(process, tmp_path / "out")
    intercom_emulator.token = "another-token"
    code, out, err = finish(process)
    (folder,) = (tmp_path / "out").iterdir()
    assert (code, out) == (4, "")
    assert "401 unauthorized" in err
    assert f" records are kept in out/{folder.name}." in err
    assert "then run the same command again" in err
    intercom_emulator.token = TOKEN
    intercom_emulator.latency = 0
    completes()


FULL = """
import errno, os
from intercom_async.export.store import disk
append, appended = disk.append, []
def append_until_full(path, *arguments):
    if len(appended) == 2:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
    appended.append(path)
    append(path, *arguments)
disk.append = append_until_full
"""


@pytest.mark.long
@MANY
def test_a_full_disk_costs_nothing_that_was_kept(
    run_alone: Run, completes: Completes, tmp_path: Path
) -> None:
    code, out, err = run_alone("export", "--out", "out", prelude=FULL)
    assert (code, out) == (6, "")
    (folder,) = (tmp_path / "out").iterdir()
    what, kept, remedy = err.splitlines()
    assert what.startswith("intercom-async: No space left on device: out/")
    assert kept.endswith(f" records are kept in out/{folder.name}.")
    assert remedy == "Make room there, or choose another place, then run the command again."
    completes()


SMALL_FILES = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))"


@pytest.mark.long
def test_a_file_that_may_not_grow_is_no_bug(
    run_alone: Run, completes: Completes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COVERAGE_PROCESS_CONFIG", raising=False)  # whose file could not grow either
    code, out, err = run_alone("export", "--out", "out", prelude=SMALL_FILES)
    assert (code, out) == (6, "")
    assert "choose another place, then run the command again" in err
    completes()


@pytest.mark.long
@pytest.mark.parametrize("most", [12, 16, 24])
def test_too_few_open_files_are_told_of_and_cost_nothing_that_was_kept(
    run_alone: Run, completes: Completes, most: int
) -> None:
    few = f"import resource; resource.setrlimit(resource.RLIMIT_NOFILE, ({most}, {most}))"
    code, out, err = run_alone("export", "--out", "out", prelude=few)
    assert (code, out) == (6, "")
    assert "Too many open files: " in err
    assert "Allow more open files, with ulimit -n, then run the command again." in err
    completes()


def test_a_file_where_the_workspace_has_its_folder(
    run: Run, completes: Completes, intercom_emulator: Emulator, tmp_path: Path
) -> None:
    (tmp_path / "out").mkdir()
    obstacle = tmp_path / "out" / intercom_emulator.workspace.app["id_code"]
    obstacle.write_text("mine")
    code, _, err = run("export", "--out", "out")
    assert code == 6
    assert f"out/{obstacle.name}" in err
    assert "Move away what stands there" in err
    assert obstacle.read_text() == "mine"
    obstacle.unlink()
    completes()


@pytest.mark.long
def test_an_export_of_something_else_is_kept(
    run: Run, completes: Completes, exported: Path
) -> None:
    code, _, err = run("export", "--out", "out", "--no-parts")
    assert code == 7
    assert f"{exported.name} holds another export" in err
    assert "choose another folder" in err
    completes()


def test_an_export_of_another_workspace_is_kept(
    run: Run, completes: Completes, exported: Path, intercom_emulator: Emulator
) -> None:
    exported.rename(exported.with_name("other"))
    intercom_emulator.workspace.app["id_code"] = "other"
    code, _, err = run("export", "--out", "out")
    assert code == 7
    assert f"workspace is {exported.name!r} there and 'other' here" in err
    assert "choose another folder" in err
    exported.with_name("other").rename(exported)
    intercom_emulator.workspace.app["id_code"] = exported.name
    completes()


@pytest.mark.long
def test_the_second_of_two_runs_at_once_leaves_the_first_alone(
    start: Start,
    finish: Finish,
    run_alone: Run,
    completes: Completes,
    intercom_emulator: Emulator,
) -> None:
    intercom_emulator.latency = 0.05
    first = start("export", "--out", "out")
    while len(intercom_emulator.requests) < 30:
        assert first.poll() is None
    first.send_signal(signal.SIGSTOP)  # so that it is not done too soon
    code, _, err = run_alone("export", "--out", "out")
    first.send_signal(signal.SIGCONT)
    assert code == 7
    assert f"process {first.pid} is exporting to out/" in err
    assert "Wait for it" in err
    intercom_emulator.latency = 0
    assert finish(first)[0] == 0
    completes()


@pytest.mark.long
def test_what_is_missing_is_named(run_alone: Run, intercom_emulator: Emulator) -> None:
    good = intercom_emulator.workspace.ids()[0]
    intercom_emulator.workspace.update(good, id="a\x1b[31m/b")
    code, out, err = run_alone("export", "--out", "out")
    assert code == 3
    assert "a\N{REPLACEMENT CHARACTER}[31m/b" in out
    assert "a\N{REPLACEMENT CHARACTER}[31m/b" in err
    assert " records are kept in out/" in err
    assert "summary.json" in err
    assert "Run the same command again" in err
    code, out, err = run_alone("export", "--out", "out", "--json")
    summary = json.loads(out.splitlines()[-1])
    assert (code, summary["code"], summary["complete"]) == (3, 3, False)
    assert list(summary["streams"]["conversations"]["failed"]) == ["a\x1b[31m/b"]
    code, out, err = run_alone("export", "--out", "out", "--quiet")
    assert (code, out) == (3, "")
    assert "the export is not complete: " in err
    assert "failed 1: a" in err


@pytest.mark.long
@MANY
def test_a_stream_that_may_not_be_read_is_named_and_the_others_are_exported(
    run: Run, intercom_emulator: Emulator, completes: Completes
) -> None:
    intercom_emulator.denied = {"tags"}
    code, out, err = run("export", "--out", "out", "--no-parts", "--streams", "tags,teams")
    assert code == 3
    assert "tags" in f"{out}{err}"
    assert "401" in err
    intercom_emulator.denied = set()
    completes("--no-parts")


@pytest.mark.long
def test_a_limit_on_time_ends_a_run_and_the_next_goes_on(
    run: Run, completes: Completes, intercom_emulator: Emulator
) -> None:
    intercom_emulator.latency = 0.5  # less than a second is too little for three in a row
    code, out, err = run("export", "--out", "out", "--max-duration", "1s")
    assert (code, out) == (8, "")
    assert err.startswith("intercom-async: own limit of ")
    assert "Run the same command again: it goes on from there." in err
    intercom_emulator.latency = 0
    completes("--max-duration", "1h")


@pytest.mark.long
def test_a_limit_on_requests_ends_a_run_and_the_next_goes_on(
    run: Run, completes: Completes, intercom_emulator: Emulator
) -> None:
    code, out, err = run("export", "--out", "out", "--max-requests", "100")
    assert (code, out) == (8, "")
    assert len(intercom_emulator.requests) == 100
    assert "own limit of 100 requests reached" in err
    assert "Run the same command again: it goes on from there." in err
    completes("--max-requests", "1000")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--budget", "1.5"), "1.5 is not in the range 0<x<=1"),
        (("--budget", "nan"), "budget nan must be above 0"),
        (("--max-duration", "soon"), "is no duration above zero such as 90s, 15m or 2h"),
        (("--max-duration", "0m"), "is no duration above zero such as 90s, 15m or 2h"),
        (("--max-duration", "-5s"), "is no duration above zero such as 90s, 15m or 2h"),
        (("--max-requests", "0"), "0 is not in the range x>=1"),
        (("--redact", "email,,body"), "give names with commas between them"),
        (("--redact", "emial"), "there are email"),
        (("--redact", "body,id"), "'id' cannot be left out"),
        (("--quiet",), "give --quiet or --json, not both"),
    ],
)
def test_wrong_usage_is_told_to_people_and_programs(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, options: tuple[str, ...], message: str
) -> None:
    monkeypatch.setenv("INTERCOM_ACCESS_TOKEN", TOKEN)
    result = CliRunner().invoke(cli, ["export", "--out", str(tmp_path), *options, "--json"])
    told = json.loads(result.stdout)
    assert (result.exit_code, told["event"], told["code"]) == (2, "error", 2)
    assert message in told["message"]
    assert message in result.stderr


@pytest.mark.parametrize(("typed", "meant"), [("exprot", "export"), ("table", "tables")])
def test_a_command_that_there_is_not_is_told_with_the_one_near_it(typed: str, meant: str) -> None:
    result = CliRunner().invoke(cli, [typed])
    assert result.exit_code == 2
    assert f"No such command '{typed}'. Did you mean '{meant}'?" in result.stderr


def test_a_folder_without_an_export_is_told_to_programs(tmp_path: Path) -> None:
    result = CliRunner().invoke(cli, ["status", str(tmp_path), "--json"])
    assert (result.exit_code, json.loads(result.stdout)["code"]) == (2, 2)
    assert "holds no export" in result.stderr


@pytest.mark.parametrize(
    ("options", "token", "code", "message"),
    [
        (("--out", "out"), "another-token", 4, "401 unauthorized"),
        (("--out", "/proc/nowhere"), TOKEN, 6, "/proc/nowhere"),
        (("--out", "out", "--max-requests", "1"), TOKEN, 8, "own limit of 1 requests reached"),
    ],
    ids=["not authorised", "no place to write", "own limit"],
)
def test_failures_are_told_to_programs_too(
    run: Run, options: tuple[str, ...], token: str, code: int, message: str
) -> None:
    left, out, err = run("export", *options, "--json", token=token)
    told = json.loads(out.splitlines()[-1])
    assert (left, told["event"], told["code"]) == (code, "error", code)
    assert message in told["message"]
    assert message in err


@pytest.mark.long
@pytest.mark.parametrize(
    "arguments",
    [("plan",), ("export", "--out", "out"), ("--help",), ("export",)],
    ids=" ".join,
)
def test_output_without_a_reader_ends_the_command_quietly(
    start: Start, finish: Finish, arguments: tuple[str, ...]
) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        both = {"stderr": writing} if arguments == ("export",) else {}
        process = start(*arguments, stdout=writing, **both)
    finally:
        os.close(writing)
    code, _, err = finish(process)
    assert (code, err or "") == (141, "")


@pytest.mark.long
@MANY
def test_an_export_whose_reader_goes_away_is_gone_on_with(
    start: Start, completes: Completes, intercom_emulator: Emulator
) -> None:
    intercom_emulator.latency = 0.02
    process = start("export", "--out", "out", "--json")
    assert process.stdout is not None
    assert json.loads(process.stdout.readline())["event"] == "progress"
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == ""
    assert process.wait() == 141
    intercom_emulator.latency = 0
    completes()


@pytest.mark.long
@pytest.mark.parametrize(
    "arguments", [("plan",), ("emulate", "--conversations", "1")], ids=" ".join
)
def test_output_that_cannot_be_written_is_told(run_alone: Run, arguments: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        code, _, err = run_alone(*arguments, stdout=full)
    assert code == 6
    assert err == "intercom-async: the output cannot be written: No space left on device\n"


@pytest.mark.long
@pytest.mark.parametrize("streams", [(0,), (0, 1)], ids=["stdin", "stdin and stdout"])
def test_standard_streams_may_be_closed(run_alone: Run, streams: tuple[int, ...]) -> None:
    code, _, err = run_alone("plan", prelude=f"import os\nfor each in {streams}: os.close(each)")
    assert (code, err) == (0, "")


@pytest.mark.parametrize(
    "missing",
    [
        ("obstore.store", "export --out out --mirror s3://bucket/x", "cloud"),
        ("obstore.store", "tables ws --to s3://bucket/x", "cloud"),
        ("redis.asyncio.connection", "export --out out --limiter redis://h", "redis"),
        ("adbc_driver_postgresql.dbapi", "tables ws --to postgresql://h/x", "postgres"),
        ("duckdb", "tables ws --to x", "export"),
        ("duckdb", "report ws --out x.html", "report"),
    ],
)
def test_an_extra_that_is_missing_is_told_of_in_one_sentence(
    run: Run, exported: Path, monkeypatch: pytest.MonkeyPatch, missing: tuple[str, str, str]
) -> None:
    module, arguments, extra = missing
    monkeypatch.setitem(sys.modules, module, None)
    code, _, err = run(*arguments.replace("ws", str(exported)).split())
    assert code == 2
    assert f"install it with: pip install 'intercom-async[{extra}]'." in err
