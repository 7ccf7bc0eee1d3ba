"""What is wrong with a finished export is found, even if its manifest was made to agree with it."""

import json
import tracemalloc
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from intercom_async.export.records import MOST_PARTS, count_parts
from intercom_async.export.store import (
    ExportCorrupted,
    Identity,
    Record,
    check_files,
    digest,
    read_manifest,
    read_shard,
)
from intercom_async.export.store.database import Database
from intercom_async.export.store.failpoints import no_step
from intercom_async.export.store.seal import seal
from intercom_async.export.store.zstd import MAGIC, compress_frame
from intercom_async.scan.windows import Window
from tests.export.one_stream import OneStream

IDENTITY = Identity("ws", "2.10", None, None, True, ())
WINDOW = Window(0, 999)
MEBIBYTE = 2**20


def conversation(
    id: int, held: int = 2, expected: int | None = None, *, by: str = "both", body: str = ""
) -> dict[str, Any]:
    """Make a conversation that holds some parts and says how many it has."""
    expected = held if expected is None else expected
    parts = [{"id": f"{id}-{number}", "body": body} for number in range(held)]
    record: dict[str, Any] = {"id": str(id), "updated_at": 1}
    record["conversation_parts"] = {"conversation_parts": parts}
    if by in ("both", "total_count"):
        record["conversation_parts"]["total_count"] = expected
    if by in ("both", "statistics"):
        record["statistics"] = {"count_conversation_parts": expected + 1}  # the first message
    return record


def record(conversation: dict[str, Any]) -> Record:
    line = json.dumps(conversation).encode()
    parts, id = count_parts(line), conversation["id"]
    return Record(id, int(id), 1, line, parts.held, parts.expected, truncated=parts.truncated)


def export(
    folder: Path, pages: Iterable[list[dict[str, Any]]], identity: Identity = IDENTITY
) -> None:
    with OneStream.open(folder, identity) as store:
        store.begin([(WINDOW, 1)])
        for page in pages:
            store.commit_page(WINDOW, [record(each) for each in page], None)
        store.finish({})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A finished export of one shard: two frames of two conversations with two parts each."""
    folder = tmp_path / "ws"
    export(folder, [[conversation(1), conversation(2)], [conversation(3), conversation(4)]])
    assert check_files(folder) == []
    return folder


def shard(folder: Path) -> Path:
    (path,) = (folder / "conversations").iterdir()
    return path


def rewrite(folder: Path, change: Callable[[list[Any]], list[Any]]) -> None:
    conversations = change([json.loads(line) for line in read_shard(shard(folder))])
    lines = [json.dumps(each).encode() for each in conversations]
    shard(folder).write_bytes(compress_frame(b"\n".join([*lines, b""])))


def adjust_manifest(folder: Path) -> None:
    """Make the manifest say what the shard is now, as far as it can be read."""
    path, manifest = shard(folder), read_manifest(folder)
    rows = 0
    try:
        for _ in read_shard(path):
            rows += 1
    except ExportCorrupted:
        rows = manifest.files[0].rows
    is_now = {"sha256": digest(path), "bytes": path.stat().st_size, "rows": rows}
    files = [msgspec.structs.replace(manifest.files[0], **is_now), *manifest.files[1:]]
    adjusted = msgspec.structs.replace(manifest, files=files)
    (folder / "manifest.json").write_bytes(msgspec.json.encode(adjusted))
    database = Database.open(folder / "state.sqlite", no_step)
    seal(folder, database)
    database.close()


def flip_a_byte(folder: Path) -> None:
    content = bytearray(shard(folder).read_bytes())
    content[content.index(MAGIC, 1) + 20] ^= 1
    shard(folder).write_bytes(content)


def cut_a_frame_off(folder: Path) -> None:
    content = shard(folder).read_bytes()
    shard(folder).write_bytes(content[: content.index(MAGIC, 1)])


def delete_a_conversation(folder: Path) -> None:
    rewrite(folder, lambda conversations: conversations[:2] + conversations[3:])


def lose_a_part(folder: Path) -> None:
    def change(conversations: list[Any]) -> list[Any]:
        del conversations[2]["conversation_parts"]["conversation_parts"][0]
        return conversations

    rewrite(folder, change)


def lose_a_part_and_all_mention_of_it(folder: Path) -> None:
    rewrite(
        folder, lambda conversations: [*conversations[:2], conversation(3, 1), conversations[3]]
    )


@pytest.mark.parametrize("adjusted", [False, True])
@pytest.mark.parametrize(
    ("damage", "by_manifest", "by_content"),
    [
        (flip_a_byte, {"digest"}, [("unreadable", None), ("id missing", "3"), ("id missing", "4")]),
        (
            cut_a_frame_off,
            {"size", "digest", "rows"},
            [("id missing", "3"), ("id missing", "4")],
        ),
        (delete_a_conversation, {"size", "digest", "rows"}, [("id missing", "3")]),
        (lose_a_part, {"size", "digest"}, [("parts missing", "3")]),
        (lose_a_part_and_all_mention_of_it, {"size", "digest"}, [("parts missing", "3")]),
    ],
)
def test_damage_is_found_whatever_the_manifest_says(
    folder: Path,
    damage: Callable[[Path], None],
    by_manifest: set[str],
    by_content: list[tuple[str, str | None]],
    adjusted: bool,
) -> None:
    damage(folder)
    if adjusted:
        adjust_manifest(folder)
    found = [(problem.kind, problem.id) for problem in check_files(folder)]
    assert [each for each in found if each[0] not in by_manifest] == by_content
    assert {kind for kind, _ in found} & by_manifest == (set() if adjusted else by_manifest)


def test_it_is_told_how_many_parts_are_missing_of_which_conversation(folder: Path) -> None:
    lose_a_part(folder)
    adjust_manifest(folder)
    (problem,) = check_files(folder)
    assert problem.file == f"conversations/{shard(folder).name}"
    assert (problem.id, problem.text) == ("3", "conversation 3 holds 1 of 2 parts")


@pytest.mark.parametrize("by", ["both", "statistics", "total_count"])
def test_parts_known_to_be_missing_are_told_again(tmp_path: Path, by: str) -> None:
    export(tmp_path / "ws", [[conversation(1, 2, 5, by=by), conversation(2)]])
    (problem,) = check_files(tmp_path / "ws")
    assert (problem.kind, problem.id) == ("parts missing", "1")
    assert problem.text == "conversation 1 holds 2 of 5 parts"


def test_parts_that_the_api_withholds_are_not_missing(tmp_path: Path) -> None:
    export(tmp_path / "ws", [[conversation(1, MOST_PARTS, 700)]])
    assert check_files(tmp_path / "ws") == []
    rewrite(tmp_path / "ws", lambda _: [conversation(1, MOST_PARTS - 1, 700)])
    adjust_manifest(tmp_path / "ws")
    (problem,) = check_files(tmp_path / "ws")
    assert problem.text == "conversation 1 holds 499 of 500 parts"


@pytest.mark.parametrize(
    "identity",
    [
        msgspec.structs.replace(IDENTITY, parts=False),
        msgspec.structs.replace(IDENTITY, redact=("conversation_parts",)),
    ],
)
def test_an_export_made_without_parts_lacks_none(tmp_path: Path, identity: Identity) -> None:
    with OneStream.open(tmp_path, identity) as store:
        store.begin([(WINDOW, 1)])
        line = b'{"id":"1","updated_at":1,"statistics":{"count_conversation_parts":9}}'
        store.commit_page(WINDOW, [Record("1", 1, 1, line, 8, 8)], None)
        store.finish({})
    assert check_files(tmp_path) == []


def test_many_conversations_without_parts_are_counted(tmp_path: Path) -> None:
    export(tmp_path, [[conversation(id, 1, 2) for id in range(50)]])
    problems = check_files(tmp_path)
    assert len(problems) == 21
    assert problems[-1].text == "30 more conversations: holds too few parts"


def test_a_folder_of_shards_that_is_gone_is_named_file_by_file(folder: Path) -> None:
    shard(folder).unlink()
    (folder / "conversations").rmdir()
    kinds = [problem.kind for problem in check_files(folder)]
    assert kinds == ["missing", *["id missing"] * 4]


@pytest.mark.long
def test_little_of_an_export_is_in_memory_at_a_time(tmp_path: Path) -> None:
    body = "x" * 20_000
    export(
        tmp_path,
        ([conversation(id + n, 4, body=body) for n in range(10)] for id in range(0, 1000, 10)),
    )
    tracemalloc.start()
    try:
        assert check_files(tmp_path) == []
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 8 * MEBIBYTE, "of the 80 that the lines have"
