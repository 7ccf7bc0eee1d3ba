"""Damage is found, named with file and place, and never written over."""

import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from intercom_async.export.store import (
    ExportCorrupted,
    ExportMismatch,
    Identity,
    Record,
    check_files,
    read_lines,
    read_shard,
    read_status,
)
from intercom_async.export.store.zstd import compress_frame
from intercom_async.scan.windows import Window
from tests.export.one_stream import OneStream

IDENTITY = Identity("ws", "2.10", None, None, True, ())
WINDOWS = [Window(0, 99), Window(100, 199)]


def record(id: int) -> Record:
    line = json.dumps({"id": id, "updated_at": 1, "body": f"body {id * 7919}"}).encode()
    return Record(str(id), id, 1, line)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A finished export of two shards, each of two frames of two records."""
    folder = tmp_path / "ws"
    with OneStream.open(folder, IDENTITY) as store:
        store.begin((window, 4) for window in WINDOWS)
        for window in WINDOWS:
            first, last = window.start, window.start + 2
            store.commit_page(window, [record(first), record(first + 1)], "next")
            store.commit_page(window, [record(last), record(last + 1)], None)
        store.finish({})
    assert check_files(folder) == []
    return folder


def shard(folder: Path, number: int = 0) -> Path:
    return sorted((folder / "conversations").iterdir())[number]


def first_frame(path: Path) -> int:
    """Where the first frame ends."""
    return path.read_bytes().index(b"\x28\xb5\x2f\xfd", 1)


def damage_to(path: Path, lines: list[bytes]) -> ExportCorrupted | None:
    """Read a shard, which either raises or gives what it held before."""
    try:
        assert list(read_shard(path)) == lines
    except ExportCorrupted as damage:
        return damage
    return None


def test_a_flipped_bit_anywhere_is_found_or_harmless(folder: Path) -> None:
    path = shard(folder)
    whole, lines, second = path.read_bytes(), list(read_shard(path)), first_frame(path)
    checksum = 4  # without the flag for it, it stands where a frame should begin
    found = []
    for place in range(len(whole) * 8):
        changed = bytearray(whole)
        changed[place // 8] ^= 1 << place % 8
        path.write_bytes(changed)
        found.append(damage_to(path, lines))
    offsets = {damage.offset for damage in found if damage}
    assert offsets == {0, second - checksum, second, len(whole) - checksum}
    assert found.count(None) < len(found) * 0.05, "only some bits of the headers may be any"


def test_a_cut_inside_a_frame_is_found(folder: Path) -> None:
    path = shard(folder)
    whole, lines = path.read_bytes(), list(read_shard(path))
    second = first_frame(path)
    for size in range(len(whole)):
        path.write_bytes(whole[:size])
        if size in (0, second):  # whole frames: the manifest tells
            assert list(read_shard(path)) == lines[: 2 if size else 0]
            continue
        with pytest.raises(ExportCorrupted, match=r"at byte \d+: .*Put back a copy") as caught:
            list(read_shard(path))
        assert caught.value.offset == (0 if size < second else second)


@pytest.mark.parametrize("garbage", [b"\0", b"garbage", b"\x50\x2a\x4d\x18\x02\0\0\0ab"])
def test_garbage_between_and_behind_frames_is_found(folder: Path, garbage: bytes) -> None:
    path = shard(folder)
    whole, second = path.read_bytes(), first_frame(path)
    for place in (second, len(whole)):
        path.write_bytes(whole[:place] + garbage + whole[place:])
        with pytest.raises(ExportCorrupted, match="no frame begins here") as caught:
            list(read_shard(path))
        assert caught.value.offset == place


def test_a_frame_that_breaks_off_within_a_line_is_found(tmp_path: Path) -> None:
    path = tmp_path / "shard"
    for content in (b'{"id":1}', b""):
        path.write_bytes(compress_frame(content))
        with pytest.raises(ExportCorrupted, match="does not end with a line"):
            list(read_shard(path))


def test_frames_larger_than_a_read_are_read(tmp_path: Path) -> None:
    path = tmp_path / "shard"
    lines = [bytes(range(32, 127)).replace(b"\n", b"") * (1 + at * 7919 % 5000) for at in range(40)]
    noise = [str(hash((at, 3)) ** 3).encode() * 3 for at in range(60_000)]
    with path.open("wb") as file:
        for part in (lines, noise, lines):
            file.write(compress_frame(b"\n".join([*part, b""])))
    assert path.stat().st_size > 2**20
    assert list(read_shard(path)) == [*lines, *noise, *lines]


def flip(folder: Path) -> None:
    path = shard(folder)
    data = bytearray(path.read_bytes())
    data[first_frame(path) + 20] ^= 1
    path.write_bytes(data)


def drop_frame(folder: Path) -> None:
    path = shard(folder)
    path.write_bytes(path.read_bytes()[: first_frame(path)])


def cut_frame(folder: Path) -> None:
    path = shard(folder)
    path.write_bytes(path.read_bytes()[:-3])


def rewrite(folder: Path, change: Callable[[list[bytes]], list[bytes]]) -> None:
    path = shard(folder)
    lines = change(list(read_shard(path)))
    path.write_bytes(compress_frame(b"\n".join([*lines, b""])))


def drop_line(folder: Path) -> None:
    rewrite(folder, lambda lines: lines[:1] + lines[2:])


def repeat_line(folder: Path) -> None:
    rewrite(folder, lambda lines: [*lines, lines[1]])


def strange_line(folder: Path) -> None:
    rewrite(folder, lambda lines: [*lines, b'{"id":"77"}'])


def broken_line(folder: Path) -> None:
    rewrite(folder, lambda lines: [*lines[:2], lines[2][:-9], lines[3]])


def repeat_elsewhere(folder: Path) -> None:
    other = shard(folder, 1)
    line = record(1).line
    other.write_bytes(other.read_bytes() + compress_frame(line + b"\n"))


def lose_shard(folder: Path) -> None:
    shard(folder).unlink()


def extra_shard(folder: Path) -> None:
    (folder / "conversations" / "created=copy.ndjson.zst").write_bytes(b"")


def lose_state(folder: Path) -> None:
    (folder / "state.sqlite").unlink()


def empty_state(folder: Path) -> None:
    (folder / "state.sqlite").write_bytes(b"")


def lose_manifest(folder: Path) -> None:
    (folder / "manifest.json").unlink()


def break_manifest(folder: Path) -> None:
    path = folder / "manifest.json"
    path.write_bytes(path.read_bytes()[:-20])


def break_state(folder: Path) -> None:
    (folder / "state.sqlite").write_bytes(b"no database, but long enough to be read as one" * 9)


@pytest.mark.parametrize(
    ("damage", "kinds"),
    [
        (flip, ["digest", "unreadable", "id missing", "id missing"]),
        (cut_frame, ["size", "digest", "unreadable", "id missing", "id missing"]),
        (drop_frame, ["size", "digest", "rows", "id missing", "id missing"]),
        (drop_line, ["size", "digest", "rows", "id missing"]),
        (repeat_line, ["size", "digest", "rows", "id twice"]),
        (strange_line, ["size", "digest", "rows", "id unknown"]),
        (broken_line, ["size", "digest", "unreadable", "id missing", "id missing"]),
        (repeat_elsewhere, ["size", "digest", "rows", "id twice"]),
        (lose_shard, ["missing", *["id missing"] * 4]),
        (extra_shard, ["extra"]),
        (lose_state, ["missing"]),
        (empty_state, ["missing"]),
        (lose_manifest, ["unfinished"]),
        (break_manifest, ["unreadable"]),
        (break_state, ["unreadable"]),
    ],
)
def test_check_names_what_is_wrong(
    folder: Path, damage: Callable[[Path], None], kinds: list[str]
) -> None:
    damage(folder)
    problems = check_files(folder)
    assert [problem.kind for problem in problems] == kinds
    for problem in problems:
        assert problem.text
        assert (problem.id is not None) == problem.kind.startswith("id")
        assert problem.file.split("/")[0] in {"conversations", "manifest.json", "state.sqlite"}


def test_check_says_which_conversation_and_where(folder: Path) -> None:
    name = f"conversations/{shard(folder).name}"
    offset = first_frame(shard(folder))
    cut_frame(folder)
    problems = check_files(folder)
    assert [(p.file, p.offset) for p in problems if p.kind == "unreadable"] == [(name, offset)]
    assert [(p.file, p.id) for p in problems if p.kind == "id missing"] == [
        (name, "2"),
        (name, "3"),
    ]


def test_check_names_twenty_and_counts_the_rest(tmp_path: Path) -> None:
    folder = tmp_path / "many"
    with OneStream.open(folder, IDENTITY) as store:
        store.begin([(WINDOWS[0], 50)])
        store.commit_page(WINDOWS[0], [record(id) for id in range(50)], None)
        store.finish({})
    shard(folder).unlink()
    texts = [problem.text for problem in check_files(folder) if problem.kind == "id missing"]
    assert len(texts) == 21
    assert texts[-1].startswith("30 more conversations")


def test_check_changes_nothing(folder: Path) -> None:
    before = {path: path.lstat().st_mtime_ns for path in sorted(folder.rglob("*"))}
    check_files(folder)
    assert {path: path.lstat().st_mtime_ns for path in sorted(folder.rglob("*"))} == before


@pytest.mark.parametrize("tail", [b"x", b"\x28\xb5\x2f\xfd torn", compress_frame(b'{"id":9}\n')])
def test_what_was_not_committed_is_cut_off_on_opening(folder: Path, tail: bytes) -> None:
    lines = list(read_lines(folder))
    path = shard(folder)
    partial = path.with_name(path.name + ".partial")
    with path.open("ab") as file:
        file.write(tail)
    partial.write_bytes(b"half a shard")
    OneStream.open(folder, IDENTITY).close()
    assert list(read_lines(folder)) == lines
    assert not partial.exists()
    assert check_files(folder) == []


def test_a_torn_tail_is_gone_with_the_next_page(folder: Path) -> None:
    with OneStream.open(folder, IDENTITY) as store:
        with shard(folder).open("ab") as file:
            file.write(b"torn" * 1000)  # longer than the frame that comes in its place
        store.begin_update()
        store.commit_page(WINDOWS[0], [record(50)], None)
        store.finish({})
    assert check_files(folder) == []


@pytest.mark.parametrize("damage", [break_state, empty_state])
def test_a_damaged_state_without_a_manifest_is_refused(
    folder: Path, damage: Callable[[Path], None]
) -> None:
    (folder / "manifest.json").unlink()
    damage(folder)
    before = {path: path.read_bytes() for path in folder.rglob("*.zst")}
    with pytest.raises(ExportCorrupted, match="export again into an empty folder"):
        OneStream.open(folder, IDENTITY)
    assert {path: path.read_bytes() for path in folder.rglob("*.zst")} == before


def test_a_lost_state_does_not_cost_the_shards(folder: Path) -> None:
    (folder / "manifest.json").unlink()
    lose_state(folder)
    for _ in range(2):
        with pytest.raises(ExportCorrupted, match=r"state\.sqlite: missing or empty"):
            OneStream.open(folder, IDENTITY)
    assert len(list(read_lines(folder))) == 8


def test_a_state_of_another_layout_is_refused(folder: Path) -> None:
    with sqlite3.connect(folder / "state.sqlite") as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(ExportMismatch, match="schema is 99 there and 2 here"):
        OneStream.open(folder, IDENTITY)
    with pytest.raises(ExportMismatch):
        read_status(folder)


@pytest.mark.parametrize(("start", "end"), [(0, 10**12), (-(10**12), 0), (10**18, 10**18), (9, 8)])
def test_windows_that_cannot_be_are_refused(folder: Path, start: int, end: int) -> None:
    with sqlite3.connect(folder / "state.sqlite") as connection:
        connection.execute('UPDATE windows SET start = ?, "end" = ?', (start, end))
        connection.execute("UPDATE streams SET phase = 'drained'")  # before anything is sealed
    connection.close()
    (folder / "manifest.json").unlink()
    with pytest.raises(
        ExportCorrupted, match=rf"no window is from second {start} to {end}\. Put back"
    ):
        OneStream.open(folder, IDENTITY)


@pytest.mark.parametrize("damage", [flip, drop_line, broken_line])
def test_compacting_and_finishing_refuse_what_they_cannot_vouch_for(
    folder: Path, damage: Callable[[Path], None]
) -> None:
    with OneStream.open(folder, IDENTITY) as store:
        store.begin_update()
        store.commit_page(WINDOWS[0], [record(50)], None)
        damage(folder)
        with pytest.raises(ExportCorrupted):
            store.finish({})
        store.mark_deleted("0")
        with pytest.raises(ExportCorrupted):
            store.stream._compaction.run()
        assert not list(folder.rglob("*.partial"))


@pytest.mark.parametrize("damage", [flip, drop_line, broken_line])
def test_finishing_reads_again_what_this_run_itself_wrote(
    tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    folder = tmp_path / "ws"
    with OneStream.open(folder, IDENTITY) as store:
        store.begin([(WINDOWS[0], 4)])
        store.commit_page(WINDOWS[0], [record(0), record(1)], "next")
        store.commit_page(WINDOWS[0], [record(2), record(3)], None)
        damage(folder)
        with pytest.raises(ExportCorrupted):
            store.finish({})


def test_a_tidied_up_rewrite_is_done_again(folder: Path) -> None:
    class Killed(BaseException):
        pass

    def step(name: str) -> None:
        if name == "rewrite.rename":
            raise Killed

    store = OneStream.open(folder, IDENTITY, on_step=step)
    store.begin_update()
    store.mark_deleted("0")
    with pytest.raises(Killed):
        store.compact()
    store.close()
    (partial,) = folder.rglob("*.partial")
    partial.unlink()
    with OneStream.open(folder, IDENTITY) as store:
        store.compact()
        store.finish({})
    assert len(list(read_lines(folder))) == 7
    assert check_files(folder) == []


def test_damage_done_since_the_last_run_is_not_vouched_for(folder: Path) -> None:
    flip(folder)
    with OneStream.open(folder, IDENTITY) as store:
        store.begin_update()
        store.commit_page(WINDOWS[1], [record(150)], None)
        store.compact()
        with pytest.raises(ExportCorrupted, match=f"{shard(folder).name}: has another SHA-256"):
            store.finish({})
    assert [problem.kind for problem in check_files(folder)] == ["unfinished"]


def test_a_copied_export_is_sound(folder: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(folder, tmp_path / "copy")
    assert check_files(copy) == []
    with OneStream.open(copy, IDENTITY) as store:
        assert store.run.phase == "finished"
