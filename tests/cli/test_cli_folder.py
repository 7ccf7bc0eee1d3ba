"""The commands that read an export's folder: status, verify, tables."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias
from unittest import mock

import pytest
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


CONVERSATIONS = "finished, 300 records, 1 of 1 windows walked, 3,034 parts"


def test_status_tells_how_far_an_export_is(run: Run, exported: Path) -> None:
    code, out, _ = run("status", str(exported))
    told = dict(line.split(maxsplit=1) for line in out.splitlines())
    assert (code, told["conversations"]) == (0, CONVERSATIONS)


COMMANDS = [("status",), ("verify",), ("tables", "--to", "tables")]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_an_export_is_found_in_its_folder_and_in_those_above(
    run: Run, exported: Path, tmp_path: Path, command: tuple[str, ...]
) -> None:
    for folder in (exported, exported.parent, tmp_path):
        shutil.rmtree(tmp_path / "tables", ignore_errors=True)
        code, out, err = run(*command, str(folder))
        assert (code, err) == (0, "")
        assert out


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_of_several_exports_in_a_folder_one_has_to_be_named(
    run: Run, exported: Path, tmp_path: Path, command: tuple[str, ...]
) -> None:
    other = shutil.copytree(exported, exported.parent / "other")
    code, _, err = run(*command, str(exported.parent))
    assert (code, str(exported) in err, str(other) in err, "name one" in err) == (2,) + 3 * (True,)
    assert run(*command, str(other))[0] == 0
    (tmp_path / "empty").mkdir()
    code, _, err = run(*command, "empty")
    assert (code, "holds no export" in err) == (2, True)


def test_export_into_a_workspaces_own_folder_goes_on_there(run: Run, tmp_path: Path) -> None:
    assert run("export", "--out", "out", "--no-parts", "--quiet")[0] == 0
    (folder,) = (tmp_path / "out").iterdir()
    before = sorted(each.name for each in folder.iterdir())
    assert run("export", "--out", str(folder), "--no-parts", "--quiet")[0] == 0
    assert sorted(each.name for each in folder.iterdir()) == before
    (folder / "manifest.json").unlink()  # as when it has not been finished yet
    assert run("export", "--out", str(folder), "--no-parts", "--quiet")[0] == 0
    assert sorted(each.name for each in folder.iterdir()) == before


def test_a_workspaces_own_folder_gets_no_export_of_another(
    run: Run, intercom_emulator: Emulator, exported: Path
) -> None:
    intercom_emulator.workspace.app["id_code"] = "another"
    before = sorted(exported.iterdir())
    code, _, err = run("export", "--out", str(exported))
    assert (code, "holds another export" in err, "'another' here" in err) == (7, True, True)
    assert sorted(exported.iterdir()) == before


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


@pytest.mark.long
def test_verify_tells_programs(run_alone: Run, exported: Path) -> None:
    code, out, err = run_alone("verify", str(exported), "--json")
    assert (code, err) == (0, "")
    assert only_object(out) == {"event": "verify", "sound": True, "problems": []}
    name = flip_a_byte(exported)
    code, out, _ = run_alone("verify", str(exported), "--json")
    told = only_object(out)
    assert (code, told["sound"]) == (3, False)
    assert {problem["file"] for problem in told["problems"]} >= {f"conversations/{name}"}


@pytest.mark.long
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
    (tmp_path / "ws" / "manifest.json").touch()
    made = Converted({"conversations": 1}, (tmp_path / "x",), ("7", "8"))
    arguments = ["tables", str(tmp_path / "ws"), "--to", str(tmp_path / "to"), "--json"]
    with (
        mock.patch("intercom_async.export.tables.convert", return_value=made),
        mock.patch("intercom_async.cli.tables.check_files", return_value=[]),
    ):
        result = CliRunner().invoke(cli, arguments)
    told, error = map(json.loads, result.stdout.splitlines())
    assert (result.exit_code, told["left_out"], error["code"]) == (3, ["7", "8"], 3)
    assert "too long to be converted: 7, 8" in result.stderr


def test_a_url_of_no_known_scheme_is_refused_without_its_password(
    run: Run, exported: Path, tmp_path: Path
) -> None:
    code, out, err = run("tables", str(exported), "--to", "ftp://me:hunter2@127.0.0.1/x")
    assert (code, out, "not ftp://" in err, "hunter2" in err) == (2, "", True, False)
    assert not [file for file in tmp_path.iterdir() if file.name.startswith("ftp")]
