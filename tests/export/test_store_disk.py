"""Disks that are full or read-only, links in the way, and two processes at once.

Runs parts of itself as programs, since limits, users and locks belong to a process.
"""

import errno
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from intercom_async.export.store import (
    ExportLocked,
    Identity,
    Record,
    check_files,
    read_lines,
)
from intercom_async.scan.windows import Window
from tests.export.one_stream import OneStream

IDENTITY = Identity("ws", "2.10", None, None, True, ())
WINDOW = Window(0, 10**6)
NOBODY = 65534
SECONDS = 30


def page(number: int, size: int) -> list[Record]:
    records = []
    for id in range(number * 20, number * 20 + 20):
        fields = {"id": str(id), "updated_at": 1, "body": os.urandom(size).hex()}
        line = json.dumps(fields).encode()
        records.append(Record(str(id), id, 1, line))
    return records


def limit(size: int | None) -> None:
    """Let no file grow beyond a size, in bytes."""
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard if size is None else size, hard))


def fill(folder: Path, size: int) -> tuple[OneStream, int, OSError]:
    """Commit pages until that fails."""
    store = OneStream.open(folder, IDENTITY)
    store.begin([(WINDOW, 10**6)])
    limit(200_000)
    for number in range(10_000):
        try:
            store.commit_page(WINDOW, page(number, size), str(number + 1))
        except OSError as error:
            return store, number, error
    raise AssertionError("never full")


def check_full(folder: Path, size: int, full: str) -> None:
    """Fill the disk, then go on: in this process, and in another one."""
    store, pages, error = fill(folder, size)
    assert error.errno in (errno.EFBIG, errno.ENOSPC, errno.EIO)
    assert str(error.filename).endswith(full), error
    for again in range(2):
        assert store.plan.windows()[0].cursor == str(pages)
        assert store.run.counts().records == pages * 20
        if again:
            break
        store.close()
        limit(None)
        store = OneStream.open(folder, IDENTITY)
    store.commit_page(WINDOW, page(pages, size), None)
    store.finish({})
    store.close()
    assert check_files(folder) == []
    assert len(list(read_lines(folder))) == (pages + 1) * 20


def check_full_shard(folder: Path) -> None:
    check_full(folder, 3000, ".ndjson.zst")


def check_full_state(folder: Path) -> None:
    check_full(folder, 1, "state.sqlite")


def check_retry(folder: Path) -> None:
    """The same call, made again by the same process, goes on too."""
    store, pages, _ = fill(folder, 3000)
    limit(None)
    store.commit_page(WINDOW, page(pages, 3000), None)
    store.finish({})
    store.close()
    assert check_files(folder) == []


def check_full_compaction(folder: Path) -> None:
    store = OneStream.open(folder, IDENTITY)
    store.begin([(WINDOW, 100)])
    for number in range(5):
        store.commit_page(WINDOW, page(number, 1000), str(number))
    store.mark_deleted("7")
    before = sorted(read_lines(folder))
    limit(50_000)
    with pytest.raises(OSError, match=r"ndjson\.zst\.partial") as caught:
        store.compact()
    assert caught.value.errno == errno.EFBIG
    assert sorted(read_lines(folder)) == before
    assert not list(folder.rglob("*.partial"))
    limit(None)
    store.compact()
    store.finish({})
    store.close()
    assert check_files(folder) == []


def check_read_only(folder: Path) -> None:
    with OneStream.open(folder, IDENTITY) as store:
        store.begin([(WINDOW, 20)])
        store.commit_page(WINDOW, page(0, 10), None)
        store.finish({})
    for path in [*folder.rglob("*"), folder]:
        path.chmod(0o500 if path.is_dir() else 0o400)
    if os.geteuid() == 0:
        for path in [*folder.rglob("*"), folder]:
            os.chown(path, NOBODY, NOBODY)
        os.seteuid(NOBODY)
    with pytest.raises(PermissionError) as caught:
        OneStream.open(folder, IDENTITY)
    assert str(caught.value.filename).startswith(str(folder))
    with pytest.raises(PermissionError) as caught:
        OneStream.open(folder / "sub", IDENTITY)
    assert caught.value.filename == str(folder / "sub")
    assert check_files(folder) == []
    assert len(list(read_lines(folder))) == 20


def hold(folder: Path) -> None:
    """Keep the store open until killed."""
    with OneStream.open(folder, IDENTITY):
        print("open", flush=True)  # noqa: T201  # what the parent waits for
        sys.stdin.read()


@pytest.fixture
def reachable() -> Iterator[Path]:
    """A folder that another user reaches, unlike pytest's."""
    root = Path(tempfile.mkdtemp())
    root.chmod(0o755)
    yield root / "ws"
    shutil.rmtree(root)


@pytest.mark.long
@pytest.mark.parametrize(
    "check",
    [check_full_shard, check_full_state, check_retry, check_full_compaction, check_read_only],
)
def test_disks(check: Callable[[Path], None], reachable: Path) -> None:
    program = subprocess.run(  # noqa: S603  # this file
        [sys.executable, __file__, check.__name__, reachable],
        check=False,
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )
    assert program.returncode == 0, program.stderr


def test_a_second_process_is_told_who_is_at_work(tmp_path: Path) -> None:
    folder = tmp_path / "ws"
    command = [sys.executable, __file__, hold.__name__, str(folder)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe) as process:  # noqa: S603  # this file
        assert process.stdout is not None
        assert process.stdout.readline() == b"open\n"
        with pytest.raises(ExportLocked, match=f"process {process.pid} is exporting") as caught:
            OneStream.open(folder, IDENTITY)
        assert caught.value.pid == process.pid
        process.kill()
        process.wait()
        OneStream.open(folder, IDENTITY).close()


def test_a_second_store_in_the_same_process_is_refused(tmp_path: Path) -> None:
    with OneStream.open(tmp_path, IDENTITY):
        with pytest.raises(ExportLocked):
            OneStream.open(tmp_path, IDENTITY)
        with pytest.raises(ExportLocked):
            OneStream.open(tmp_path, IDENTITY)
    OneStream.open(tmp_path, IDENTITY).close()


@pytest.mark.parametrize(
    "name",
    ["", "conversations", "state.lock", "state.sqlite", "state.sqlite-wal", "state.sqlite-shm"],
)
def test_a_link_in_the_way_is_not_followed(tmp_path: Path, name: str) -> None:
    folder, target = tmp_path / "ws", tmp_path / "target"
    if name:
        folder.mkdir()
    if name in ("", "conversations"):
        target.mkdir()
    else:
        target.write_bytes(b"precious")
    link = folder / name if name else folder
    link.symlink_to(target)
    with pytest.raises(OSError, match="symbolic link") as caught:
        OneStream.open(folder, IDENTITY)
    assert caught.value.errno == errno.ELOOP
    assert caught.value.filename == str(link)
    assert (list(target.iterdir()) == []) if target.is_dir() else target.read_bytes() == b"precious"


@pytest.mark.parametrize(
    "name",
    ["manifest.json", "manifest.json.partial", "quarantine.ndjson", "summary.json.partial"],
)
def test_a_link_in_the_way_of_a_report_is_not_followed(tmp_path: Path, name: str) -> None:
    target = tmp_path / "target"
    target.write_bytes(b"precious")
    with OneStream.open(tmp_path / "ws", IDENTITY) as store:
        (tmp_path / "ws" / name).symlink_to(target)
        with pytest.raises(OSError, match="symbolic link") as caught:
            store.finish({})
        assert str(caught.value.filename).endswith(name)
        assert store.run.phase == "new"
    assert target.read_bytes() == b"precious"


def test_a_link_in_the_way_of_a_shard_is_not_followed(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_bytes(b"precious")
    with OneStream.open(tmp_path / "ws", IDENTITY) as store:
        store.begin([(WINDOW, 1)])
        shard = tmp_path / "ws" / "conversations" / f"created={WINDOW.name}.ndjson.zst"
        shard.symlink_to(target)
        with pytest.raises(OSError, match="symbolic link"):
            store.commit_page(WINDOW, page(0, 10), None)
        assert store.run.counts().records == 0
    assert target.read_bytes() == b"precious"


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="tells which file it is")
def test_the_disk_is_waited_for_before_anything_counts_on_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    happened: list[str] = []
    fsync = os.fsync

    def note(descriptor: int) -> None:
        path = Path(f"/proc/self/fd/{descriptor}").readlink()
        happened.append(f"fsync {path.relative_to(tmp_path)}")
        fsync(descriptor)

    shard = f"conversations/created={WINDOW.name}.ndjson.zst"
    with OneStream.open(tmp_path, IDENTITY, on_step=happened.append) as store:
        store.begin([(WINDOW, 40)])
        monkeypatch.setattr(os, "fsync", note)
        happened.clear()
        store.commit_page(WINDOW, page(0, 10), "next")
        store.commit_page(WINDOW, page(1, 10), None)
        store.mark_deleted("7")
        store.compact()
    written = ["shard.append", "shard.sync", f"fsync {shard}"]
    assert happened == [
        *[*written, "fsync conversations", "page.commit"],
        *[*written, "page.commit"],
        "outcome.commit",
        *["rewrite.write", f"fsync {shard}.partial", "fsync conversations", "rewrite.intend"],
        *["rewrite.rename", "fsync conversations", "rewrite.commit"],
    ]


if __name__ == "__main__":
    globals()[sys.argv[1]](Path(sys.argv[2]))
