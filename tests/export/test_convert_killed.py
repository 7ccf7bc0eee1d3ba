"""What a killed conversion leaves behind goes with the next one; what is in use stays.

Runs itself as a program, since a lock ends with its process.
"""

import errno
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from intercom_async.export.store.lock import Lock
from intercom_async.export.tables import TABLES, convert, staging, writer
from intercom_async.export.tables.lines import Batch, batches

SECONDS = 30
OF_CONVERSATIONS = [name for name, table in TABLES.items() if table.source == "conversations"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "ws"
    folder.mkdir()
    lines = [json.dumps({"id": str(id)}).encode() for id in range(50)]
    (folder / "conversations.ndjson").write_bytes(b"\n".join(lines))
    return folder


def stop_halfway(folder: str, to: str) -> None:
    """Convert, but stop halfway until told to go on."""

    def halfway(file: Path, size: int) -> Iterator[Batch]:
        yield from batches(file, size)
        print("halfway", flush=True)  # noqa: T201  # what the parent waits for
        sys.stdin.read()

    setattr(writer, "batches", halfway)  # noqa: B010  # no name of its own
    convert(Path(folder), Path(to), "ndjson")


@contextmanager
def halfway(folder: Path, to: Path) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, __file__, str(folder), str(to)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe) as process:  # noqa: S603  # this file
        assert process.stdout is not None
        assert process.stdout.readline() == b"halfway\n"
        yield process


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def test_what_a_killed_conversion_left_is_cleared_away(folder: Path, tmp_path: Path) -> None:
    to = tmp_path / "to"
    with halfway(folder, to) as process:
        process.kill()
    (left,) = to.iterdir()
    assert left.name.startswith(".convert-")
    assert names(left) == ["conversations.ndjson", "convert.lock"]
    convert(folder, to, "parquet")
    assert names(to) == sorted(f"{table}.parquet" for table in OF_CONVERSATIONS)


def test_a_conversion_at_work_is_left_alone(folder: Path, tmp_path: Path) -> None:
    to = tmp_path / "to"
    with halfway(folder, to) as process:
        convert(folder, to, "csv")
        process.communicate(timeout=SECONDS)
    assert process.returncode == 0
    made = [f"{table}.csv" for table in OF_CONVERSATIONS]
    assert names(to) == sorted([*made, "conversations.ndjson"])


def test_folders_that_are_not_a_conversions_are_left_alone(folder: Path, tmp_path: Path) -> None:
    to, elsewhere = tmp_path / "to", tmp_path / "elsewhere"
    for mine in (to / ".convert-mine", elsewhere):
        mine.mkdir(parents=True)
        (mine / "precious").touch()
    (elsewhere / "convert.lock").touch()
    (to / ".convert-link").symlink_to(elsewhere)
    (to / ".convert-file").touch()
    convert(folder, to, "ndjson")
    assert names(to) == [".convert-file", ".convert-link", ".convert-mine", "conversations.ndjson"]
    assert names(to / ".convert-mine") == ["precious"]
    assert names(elsewhere) == ["convert.lock", "precious"]


def test_a_folder_cleared_away_before_it_was_locked_is_made_again(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    to = tmp_path / "to"
    mkdtemp, made = tempfile.mkdtemp, list[Path]()

    def make(prefix: str, dir: Path) -> str:  # noqa: A002  # its name
        made.append(Path(mkdtemp(prefix=prefix, dir=dir)))
        if len(made) == 1:
            made[0].rmdir()
        return str(made[-1])

    class Slow(Lock):
        """A lock that another conversion takes away while it is being taken."""

        def __init__(self, folder: Path, name: str) -> None:
            super().__init__(folder, name)
            if len(made) == 2:
                (folder / name).unlink()

    monkeypatch.setattr(tempfile, "mkdtemp", make)
    monkeypatch.setattr(staging, "Lock", Slow)
    assert convert(folder, to, "ndjson").rows == {"conversations": 50}
    assert len(made) == 3


def test_where_nothing_can_be_locked_it_converts_all_the_same(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_locks(_: int) -> bool:
        raise OSError(errno.ENOLCK, "no locks available")

    monkeypatch.setattr("intercom_async.export.store.lock._seize", no_locks)
    convert(folder, tmp_path / "to", "ndjson")
    assert names(tmp_path / "to") == ["conversations.ndjson"]


def test_a_disk_that_takes_no_lock_file_is_an_error(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> bool:
        raise OSError(errno.ENOSPC, "no space left on device")

    monkeypatch.setattr("intercom_async.export.store.lock._seize", full)
    with pytest.raises(OSError, match="no space left"):
        convert(folder, tmp_path / "to", "ndjson")
    assert names(tmp_path / "to") == []


@pytest.mark.parametrize("dangling", [False, True])
def test_a_link_in_the_place_of_the_folder_is_not_followed(
    folder: Path, tmp_path: Path, dangling: bool
) -> None:
    target, link = tmp_path / "target", tmp_path / "to"
    if not dangling:
        target.mkdir()
    link.symlink_to(target)
    with pytest.raises(OSError, match="symbolic link") as raised:
        convert(folder, link, "ndjson")
    assert (raised.value.errno, raised.value.filename) == (errno.ELOOP, str(link))
    assert target.exists() != dangling
    assert dangling or names(target) == []


if __name__ == "__main__":
    stop_halfway(*sys.argv[1:])
