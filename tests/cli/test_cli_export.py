"""``export`` and ``plan``: what they write and tell, and what each option changes."""

import json
import re
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from intercom_async.emulator import Emulator
from intercom_async.export.store import read_lines

TOKEN = "a-token-nobody-may-see"

Run: TypeAlias = Callable[..., tuple[int, str, str]]


def records(tmp_path: Path) -> list[dict[str, Any]]:
    (folder,) = (tmp_path / "out").iterdir()
    return [json.loads(line) for line in read_lines(folder)]


def keys(value: object) -> set[str]:
    """Return every name in some JSON, however deep."""
    if isinstance(value, dict):
        return set(value).union(*map(keys, value.values()))
    return set().union(*map(keys, value)) if isinstance(value, list) else set()


def test_export_writes_everything_and_sums_it_up(
    run_alone: Run,
    intercom_emulator: Emulator,
    tmp_path: Path,
) -> None:
    code, out, err = run_alone("export", "--out", "out")
    assert (code, err) == (0, "")
    (folder,) = (tmp_path / "out").iterdir()
    exported = records(tmp_path)
    assert sorted(r["id"] for r in exported) == sorted(intercom_emulator.workspace.ids())
    assert all(r["conversation_parts"]["type"] == "conversation_part.list" for r in exported)
    assert re.search(r"^conversations +300 +300 +\d+ +\d+\.\d  windows$", out, re.MULTILINE)
    assert re.search(r"^tags +\d+ +\d+ +1 +\d+\.\d  list$", out, re.MULTILINE)
    assert f"requests                 {len(intercom_emulator.requests):,}, 0 answered 429" in out
    for file in folder.rglob("*"):
        assert file.is_dir() or TOKEN.encode() not in file.read_bytes()


@pytest.mark.long
def test_export_takes_the_token_from_a_file(run: Run, tmp_path: Path) -> None:
    (tmp_path / "token").write_text(f"{TOKEN}\n")
    options = ("--token-file", "token", "--no-parts", "--since", "2025-01-01", "--out", "out")
    code, _, err = run("export", *options, token=None)
    assert (code, err) == (0, "")


def test_since_and_until_bound_the_creation_time(
    run: Run, intercom_emulator: Emulator, tmp_path: Path
) -> None:
    workspace = intercom_emulator.workspace
    created = {
        id: json.loads(stored.encoded_full)["created_at"]
        for id in workspace.ids()
        if (stored := workspace.get(id)) is not None
    }
    times = sorted(created.values())
    since, until = times[100], times[200]
    bounds = [
        f"--{name}={datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%M:%SZ}"
        for name, at in (("since", since), ("until", until))
    ]
    assert run("export", "--out", "out", "--no-parts", *bounds)[0] == 0
    expected = {id for id, at in created.items() if since <= at < until}
    assert {record["id"] for record in records(tmp_path)} == expected


@pytest.mark.long
def test_without_parts_no_conversation_is_fetched_by_itself(
    run: Run, intercom_emulator: Emulator, tmp_path: Path
) -> None:
    assert run("export", "--out", "out", "--no-parts")[0] == 0
    assert not any("conversation_parts" in record for record in records(tmp_path))
    assert not any(r.path.startswith("/conversations/2") for r in intercom_emulator.requests)


@pytest.mark.long
def test_redacted_fields_are_in_no_file(run: Run, tmp_path: Path) -> None:
    code, out, err = run("export", "--out", "out", "--redact", "email, body", "--redact", "name")
    assert (code, err) == (0, "")
    assert "left out                 conversations: email: " in out
    found = records(tmp_path)
    assert len(found) == 300
    assert {"id", "source", "author", "conversation_parts"} <= keys(found)
    assert not {"email", "body", "name"} & keys(found)
    assert run("export", "--out", "out", "--redact", "name,body,email,email")[0] == 0
    code, _, err = run("export", "--out", "out")
    assert code == 7
    assert "redact" in err


FAST = {"conversations": 40, "rate_limit": 40, "window_seconds": 1}


@pytest.mark.long
@pytest.mark.parametrize("intercom_emulator", [FAST], indirect=True)
def test_a_budget_leaves_room_for_others(run: Run, intercom_emulator: Emulator) -> None:
    code, out, _ = run("export", "--out", "out", "--budget", "0.5", "--json")
    assert code == 0
    told = [json.loads(line) for line in out.splitlines()]
    assert told[-2]["budget_per_second"] == 2.0  # as far as ten seconds go
    assert told[-1]["throttled"] == 0
    windows = Counter(int(request.at) for request in intercom_emulator.requests)
    assert max(windows.values()) <= 20


@pytest.mark.long
def test_quiet_says_nothing_but_what_went_wrong(run: Run) -> None:
    assert run("export", "--out", "out", "--quiet") == (0, "", "")
    code, out, err = run("export", "--out", "out", "--quiet", token="wrong")
    assert (code, out) == (4, "")
    assert "401 unauthorized" in err


@pytest.mark.long
def test_the_log_has_a_line_for_every_try(
    run: Run, intercom_emulator: Emulator, tmp_path: Path
) -> None:
    log = tmp_path / "tries.log"
    assert run("export", "--out", "out", "--log-file", "tries.log")[0] == 0
    lines = log.read_text().splitlines()
    assert len(lines) == len(intercom_emulator.requests)
    start = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z DEBUG (GET|POST) /\S+: 200 in ")
    assert all(start.match(line) for line in lines)
    first = datetime.fromisoformat(lines[0].split()[0])
    assert abs(first.timestamp() - intercom_emulator.requests[0].at) < 5
    assert log.stat().st_mode & 0o777 == 0o600
    code, _, _ = run("plan", "--log-file", "tries.log", token="a-wrong-token")
    assert code == 4
    (last,) = log.read_text().splitlines()[len(lines) :]
    assert "WARNING GET /me: Unauthorized in " in last
    assert "token" not in log.read_text()


@pytest.mark.long
def test_a_log_that_cannot_be_written_costs_no_export(run: Run) -> None:
    code, _, err = run("export", "--out", "out", "--log-file", "/dev/full")
    assert code == 0
    assert err == "intercom-async: /dev/full cannot be written; it will lack lines\n"


@pytest.mark.long
@pytest.mark.parametrize(
    ("options", "fetched"), [((), 300), (("--no-parts",), 0)], ids=["with parts", "without"]
)
def test_plan_tells_what_an_export_takes_and_fetches_next_to_nothing(
    run_alone: Run, intercom_emulator: Emulator, options: tuple[str, ...], fetched: int
) -> None:
    intercom_emulator.rate_limit = 100
    code, out, err = run_alone("plan", *options)
    assert (code, err) == (0, "")
    told = dict(line.split(maxsplit=1) for line in out.splitlines())
    assert told["conversations"].split()[0] == "300"
    requests = int(told["requests"].replace(",", ""))
    assert fetched < requests < fetched + 20
    assert told["time"].endswith("at 100 requests in ten seconds")
    assert told["disk"].startswith("about ")
    assert len(intercom_emulator.requests) < 30


def test_plan_tells_programs_and_knows_the_budget(run: Run) -> None:
    code, out, err = run("plan", "--json", "--budget", "0.5")
    told = json.loads(out)
    assert (code, err, told["event"], told["streams"]["conversations"]["records"]) == (
        0,
        "",
        "plan",
        300,
    )
    assert told["seconds"] == pytest.approx(told["requests"] / (told["limit"] * 0.5) * 10)
    assert "at 50% of " in run("plan", "--budget", "0.5")[1]


def test_plan_refuses_a_wrong_token(run: Run) -> None:
    code, _, err = run("plan", token="wrong")
    assert (code, "Nothing was exported" in err) == (4, True)


def test_an_unknown_version_is_warned_of_in_a_line(run: Run) -> None:
    code, _, err = run("plan", "--version", "9.9")
    lines = err.splitlines()
    assert lines[0] == (
        "intercom-async: Intercom-Version 9.9 is not known to this library; it is sent all the same"
    )
    assert code in {0, 5}


@pytest.mark.long
def test_help_names_every_command_and_exit_code(run_alone: Run) -> None:
    code, out, _ = run_alone("--help")
    assert code == 0
    assert {"export", "plan", "status", "verify", "tables", "emulate"} <= set(out.split())
    assert "(also: convert)" in out
    _, out, _ = run_alone("export", "--help")
    assert "Exit codes: 0 complete" in out
    assert "--token " not in out
