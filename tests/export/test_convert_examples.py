"""The examples in the docstrings of what programs use run as they stand."""

import inspect
import json
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from intercom_async.emulator import Emulator
from intercom_async.export.tables import convert, read, to_arrow


@pytest.fixture
def exported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ids in an export where the examples look for one."""
    workspace = Emulator(conversations=20).workspace
    folder = tmp_path / "exported" / "8e8185e9"
    folder.mkdir(parents=True)
    lines = [json.dumps(workspace.full_record(id)) for id in workspace.ids()]
    (folder / "conversations.ndjson").write_text("\n".join(lines), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return [str(id) for id in workspace.ids()]


def printed(function: Callable[..., Any], capsys: pytest.CaptureFixture[str]) -> str:
    """Run the example of a function and return what it prints."""
    _, _, rest = (inspect.getdoc(function) or "").partition("Example::\n")
    example, _, _ = rest.partition("\nArgs:")
    code = textwrap.dedent(example)
    exec(compile(code, function.__name__, "exec"), {"__name__": "__main__"})  # noqa: S102  # ours
    return capsys.readouterr().out


def test_of_convert(exported: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    said = f"{len(exported)} conversations in {Path('tables', 'conversations.parquet')}\n"
    assert [printed(convert, capsys), printed(convert, capsys)] == [said, said]


def test_of_read(exported: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    lines = printed(read, capsys).splitlines()
    assert sorted(line.split()[0] for line in lines) == sorted(exported)


@pytest.mark.usefixtures("exported")
def test_of_to_arrow(capsys: pytest.CaptureFixture[str]) -> None:
    assert "comment" in printed(to_arrow, capsys)
