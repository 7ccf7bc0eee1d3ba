"""The commands that read an export's folder: status, verify, tables."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias
from unittest import mock

from click.testing import CliRunner

from intercom_async.cli.app import cli
from intercom_async.emulator import Emulator
from intercom_async.export.tables import Converted

Run: TypeAlias = Callable[..., tuple[int, str, str]]


def only_object(out: str) -> dict[str, Any]:
    (line,) = out.splitlines()
    told = json.loads(line)
    assert isinstance(told, dict)
    return told


def flip_a_byte(folder: Path) -> str:
    shard = next(folder.glob("conversations/*.zst"))
    content = bytearray(shard.read_bytes())
    content[len(content) // 2] ^= 1
    shard.write_bytes(content)
    return shard.name


CONVERSATIONS = "finished, 300 records, 1 of 1 windows walked, 1,470 parts"


def test_status_tells_how_far_an_export_is(run: Run, exported: Path, tmp_path: Path) -> None:
    code, out, _ = run("status", str(exported))
    told = dict(line.split(maxsplit=1) for line in out.splitlines())
    assert (code, told["conversations"]) == (0, CONVERSATIONS)
    (tmp_path / "empty").mkdir()
    code, _, err = run("status", "empty")
    assert (code, "holds no export" in err) == (2, True)


def test_status_tells_programs(run_alone: Run, exported: Path) -> None:
    code, out, err = run_alone("status", str(exported), "--json")
    told = only_object(out)
    assert (code, err, told["event"], told["finished"]) == (0, "", "status", True)
    assert told["workspace"] == exported.name
    conversations = told["streams"]["conversations"]
    assert conversations["windows"] == conversations["windows_walked"] > 0
    assert conversations["counts"]["records"] == 300


def test_status_prints_nothing_that_could_steer_a_terminal(
    run: Run, intercom_emulator: Emulator, tmp_path: Path
) -> None:
    intercom_emulator.workspace.app["id_code"] = "a\x1b[2J\x9b2J"
    code, out, err = run("export", "--out", "out")
    (folder,) = (tmp_path / "out").iterdir()
    status_code, status_out, status_err = run("status", str(folder))
    assert (code, status_code) == (0, 0)
    out, err = out + status_out, err + status_err
    assert not {"\x1b", "\x9b"} & set(out + err)
    assert "a\N{REPLACEMENT CHARACTER}[2J" in out


def test_verify_finds_a_flipped_byte(run: Run, exported: Path) -> None:
    assert run("verify", str(exported))[0] == 0
    name = flip_a_byte(exported)
    code, _, err = run("verify", str(exported))
    assert (code, name in err) == (3, True)
    assert "Export again" in err
    code, _, err = run("tables", str(exported), "--to", "tables")
    assert (code, "not fit to convert" in err) == (3, True)
    assert "Nothing was converted" in err


def test_verify_tells_programs(run_alone: Run, exported: Path) -> None:
    code, out, err = run_alone("verify", str(exported), "--json")
    assert (code, err) == (0, "")
    assert only_object(out) == {"event": "verify", "sound": True, "problems": []}
    name = flip_a_byte(exported)
    code, out, _ = run_alone("verify", str(exported), "--json")
    told = only_object(out)
    assert (code, told["sound"]) == (3, False)
    assert {problem["file"] for problem in told["problems"]} >= {f"conversations/{name}"}


def test_tables_are_made(run: Run, exported: Path, tmp_path: Path) -> None:
    code, out, err = run("tables", str(exported), "--to", "tables")
    assert (code, err) == (0, "")
    assert "conversations            300 rows" in out
    assert (tmp_path / "tables" / "conversation_parts.parquet").exists()
    code, _, err = run("convert", str(exported), "--to", "tables")  # its other name
    assert (code, "--overwrite" in err) == (2, True)
    again = ("tables", str(exported), "--to", "tables", "--overwrite", "--format", "csv")
    assert run(*again)[0] == 0
    assert (tmp_path / "tables" / "conversations.csv").exists()


def test_tables_tell_programs(run_alone: Run, exported: Path) -> None:
    code, out, err = run_alone(
        "tables", str(exported), "--to", "tables", "--format", "ndjson", "--json"
    )
    assert (code, err) == (0, "")
    assert only_object(out) == {
        "event": "tables",
        "rows": {"conversations": 300},
        "files": ["tables/conversations.ndjson"],
        "left_out": [],
    }


def test_tables_are_described_without_an_export(run: Run) -> None:
    code, out, err = run("tables", "--describe")
    assert (code, err) == (0, "")
    assert "\n## conversation_tags\n" in out
    assert "| `admin_assignee_id` | `VARCHAR` | `admins.id` |" in out


def test_tables_name_what_is_too_long(tmp_path: Path) -> None:
    (tmp_path / "ws").mkdir()
    made = Converted({"conversations": 1}, (tmp_path / "x",), ("7", "8"))
    arguments = ["tables", str(tmp_path / "ws"), "--to", str(tmp_path / "to"), "--json"]
    with (
        mock.patch("intercom_async.export.tables.convert", return_value=made),
        mock.patch("intercom_async.cli.folder.check_files", return_value=[]),
    ):
        result = CliRunner().invoke(cli, arguments)
    told, error = map(json.loads, result.stdout.splitlines())
    assert (result.exit_code, told["left_out"], error["code"]) == (3, ["7", "8"], 3)
    assert "too long to be converted: 7, 8" in result.stderr
