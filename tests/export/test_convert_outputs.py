"""A conversion writes whole files for their owner alone, or nothing, and says why."""

import errno
import json
import os
import resource
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import get_args

import polars as pl
import pytest
from backports import zstd

from intercom_async import ConfigurationError
from intercom_async.emulator import Emulator
from intercom_async.export.store import ExportCorrupted
from intercom_async.export.tables import TABLES, Format, convert, read, shards, to_arrow
from intercom_async.export.tables.lines import Batch, batches

FORMATS: tuple[Format, ...] = get_args(Format)
MADE_OF_CONVERSATIONS = [name for name, table in TABLES.items() if table.source == "conversations"]
FILES: dict[Format, list[str]] = {
    "parquet": [f"{table}.parquet" for table in MADE_OF_CONVERSATIONS],
    "csv": [f"{table}.csv" for table in MADE_OF_CONVERSATIONS],
    "duckdb": ["conversations.duckdb"],
    "ndjson": ["conversations.ndjson"],
}

in_every_format = pytest.mark.parametrize("to_format", FORMATS)


@pytest.fixture(scope="module")
def lines() -> list[bytes]:
    workspace = Emulator(conversations=40).workspace
    return [json.dumps(workspace.full_record(id)).encode() for id in workspace.ids()]


@pytest.fixture
def folder(tmp_path: Path, lines: list[bytes]) -> Path:
    folder = tmp_path / "ws"
    (folder / "conversations").mkdir(parents=True)
    for name, some in (("a", lines[:20]), ("b", lines[20:])):
        write(folder / "conversations" / f"created={name}.ndjson.zst", *some)
    return folder


def write(file: Path, *lines: bytes) -> None:
    options: dict[int, int] = {zstd.CompressionParameter.checksum_flag: 1}
    frames = [zstd.compress(line + b"\n", options=options) for line in lines]
    file.write_bytes(b"".join(frames))


def names(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir()}


@in_every_format
def test_files_are_whole_and_for_their_owner_alone(
    folder: Path, tmp_path: Path, lines: list[bytes], to_format: Format
) -> None:
    to = tmp_path / "new" / "to"
    converted = convert(folder, to, to_format)
    files = tuple(to / name for name in FILES[to_format])
    assert (converted.files, converted.left_out) == (files, ())
    assert converted.rows["conversations"] == 40
    if to_format == "ndjson":
        assert list(converted.rows) == ["conversations"]
    else:
        held = [json.loads(line)["conversation_parts"]["conversation_parts"] for line in lines]
        assert list(converted.rows) == MADE_OF_CONVERSATIONS
        assert converted.rows["conversation_parts"] == sum(map(len, held))
    assert names(to) == set(FILES[to_format])
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert stat.S_IMODE(to.stat().st_mode) == 0o700


@in_every_format
def test_files_are_on_the_disk_before_they_have_their_names(
    folder: Path, tmp_path: Path, to_format: Format, monkeypatch: pytest.MonkeyPatch
) -> None:
    to = tmp_path / "to"
    synced: dict[int, set[str]] = {}

    def fsync(descriptor: int) -> None:
        synced[os.fstat(descriptor).st_ino] = names(to) & set(FILES[to_format])

    monkeypatch.setattr(os, "fsync", fsync)
    for file in convert(folder, to, to_format).files:
        assert file.name not in synced[file.stat().st_ino]
    assert synced[to.stat().st_ino] == set(FILES[to_format])


@in_every_format
def test_what_is_there_is_replaced_only_when_asked_for(
    folder: Path, tmp_path: Path, to_format: Format
) -> None:
    last = tmp_path / FILES[to_format][-1]
    last.write_text("precious")
    with pytest.raises(FileExistsError) as raised:
        convert(folder, tmp_path, to_format)
    assert raised.value.filename == str(last)
    assert last.read_text() == "precious"
    assert convert(folder, tmp_path, to_format, overwrite=True).rows["conversations"] == 40
    assert last.stat().st_size > len("precious")


def test_a_file_that_comes_while_converting_is_left_alone(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    came = tmp_path / "to" / "conversations.ndjson"

    def meanwhile(file: Path, size: int) -> Iterator[Batch]:
        yield from batches(file, size)
        came.write_text("precious")

    monkeypatch.setattr("intercom_async.export.tables.writer.batches", meanwhile)
    with pytest.raises(FileExistsError):
        convert(folder, tmp_path / "to", "ndjson")
    assert came.read_text() == "precious"


@in_every_format
@pytest.mark.parametrize("dangling", [False, True])
def test_symbolic_links_are_not_followed(
    folder: Path, tmp_path: Path, to_format: Format, dangling: bool
) -> None:
    victim, to = tmp_path / "victim", tmp_path / "to"
    if not dangling:
        victim.write_text("precious")
    to.mkdir()
    link = to / FILES[to_format][0]
    link.symlink_to(victim)
    with pytest.raises(OSError, match="symbolic link") as raised:
        convert(folder, to, to_format, overwrite=True)
    assert raised.value.filename == str(link)
    assert link.is_symlink()
    assert victim.exists() != dangling


def test_an_export_is_not_converted_over_itself(tmp_path: Path) -> None:
    plain = tmp_path / "conversations.ndjson"
    plain.write_bytes(b'{"id":"1"}\n')
    with pytest.raises(FileExistsError, match="the export itself"):
        convert(tmp_path, tmp_path, "ndjson", overwrite=True)
    assert plain.read_bytes() == b'{"id":"1"}\n'


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-3])


def flip(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[-30] ^= 1
    file.write_bytes(content)


def append(file: Path) -> None:
    file.write_bytes(file.read_bytes() + b"no frame")


def halve_a_line(file: Path) -> None:
    lines = zstd.open(file).read().splitlines()
    write(file, *lines[:6], lines[6][:100], *lines[7:])


def a_list_for_a_line(file: Path) -> None:
    write(file, *zstd.open(file).read().splitlines(), b"[1]")


@pytest.mark.long
@in_every_format
@pytest.mark.parametrize("damage", [cut, flip, append, halve_a_line, a_list_for_a_line])
def test_a_damaged_shard_is_named_and_what_was_made_before_is_kept(
    folder: Path, tmp_path: Path, to_format: Format, damage: object
) -> None:
    convert(folder, tmp_path, to_format)
    before = {name: (tmp_path / name).read_bytes() for name in FILES[to_format]}
    bad = shards(folder)[1]
    damage(bad)  # type: ignore[operator]  # one of the functions above
    if to_format == "ndjson" and damage in {halve_a_line, a_list_for_a_line}:
        return  # which are copied as they are
    with pytest.raises(ExportCorrupted, match="export again") as raised:
        convert(folder, tmp_path, to_format, overwrite=True)
    assert raised.value.path == bad
    assert before == {name: (tmp_path / name).read_bytes() for name in FILES[to_format]}
    assert names(tmp_path) == {"ws", *FILES[to_format]}


def test_a_damaged_line_is_told_by_its_number(folder: Path, tmp_path: Path) -> None:
    halve_a_line(shards(folder)[0])
    with pytest.raises(ExportCorrupted, match=r"created=a\.ndjson\.zst: line 7: "):
        convert(folder, tmp_path, "parquet")
    with pytest.raises(ExportCorrupted, match=r"created=a\.ndjson\.zst: line 7: "):
        to_arrow(folder).read_all()


def test_damage_that_arrow_meets_late_is_named_too(tmp_path: Path) -> None:
    (tmp_path / "conversations").mkdir()
    file = tmp_path / "conversations" / "created=a.ndjson.zst"
    many = (json.dumps({"id": id, "title": f"{id}" * 200}).encode() for id in range(20_000))
    file.write_bytes(zstd.compress(b"\n".join([*many, b'{"id":'])))
    reader = to_arrow(tmp_path)
    assert reader.read_next_batch().num_rows
    with pytest.raises(ExportCorrupted, match=r"line 20,001: "):
        reader.read_all()


@contextmanager
def files_at_most(size: int) -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@in_every_format
def test_a_disk_that_takes_no_more_is_an_error_that_names_the_file(
    folder: Path, tmp_path: Path, to_format: Format
) -> None:
    to = tmp_path / "to"
    with files_at_most(4096), pytest.raises(OSError, match=r"\w") as raised:
        convert(folder, to, to_format)
    assert raised.value.errno == errno.EFBIG
    assert raised.value.filename == str(to / FILES[to_format][0])
    assert names(to) == set()


@pytest.mark.parametrize("size", [8, 16, 40])
def test_a_disk_that_fills_up_while_a_database_is_made(
    folder: Path, tmp_path: Path, size: int
) -> None:
    to = tmp_path / "to"
    with files_at_most(size * 1024), pytest.raises(OSError, match="too large"):
        convert(folder, to, "duckdb")
    assert names(to) == set()


@in_every_format
def test_a_place_that_is_no_folder_is_named(
    folder: Path, tmp_path: Path, to_format: Format
) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="file") as raised:
        convert(folder, tmp_path / "file", to_format)
    assert raised.value.filename == str(tmp_path / "file")
    with pytest.raises(FileNotFoundError, match=r"no conversations/") as missing:
        convert(tmp_path / "empty", tmp_path, to_format)
    assert missing.value.filename == str(tmp_path / "empty")


@pytest.mark.parametrize("name", ["duckdb", "pyarrow"])
def test_without_the_extra_it_is_told_what_to_install(
    folder: Path, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, name, None)
    for to_format in FORMATS:
        if to_format == "ndjson":
            assert convert(folder, tmp_path, to_format).rows == {"conversations": 40}
            continue
        with pytest.raises(ConfigurationError, match=r"pip install 'intercom-async\[export\]'"):
            convert(folder, tmp_path, to_format)
    with pytest.raises(ConfigurationError, match=rf"needs {name}"):
        to_arrow(folder)
    assert names(tmp_path) == {"ws", "conversations.ndjson"}


def test_importing_needs_no_extra() -> None:
    code = """if True:
        import sys
        import intercom_async.export, intercom_async.export.tables
        assert not {"duckdb", "pyarrow"} & set(sys.modules)
    """
    subprocess.run([sys.executable, "-c", code], check=True)  # noqa: S603  # its own code


def test_a_memory_limit_that_is_none_is_told(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="memory_limit 'plenty'"):
        convert(folder, tmp_path / "to", "duckdb", memory_limit="plenty")


PART = {"type": "conversation_part", "id": "1", "body": "x" * 300}


@pytest.mark.long
@pytest.mark.parametrize("to_format", ["parquet", "csv", "duckdb"])
@pytest.mark.parametrize(
    "long",
    [
        {"title": "x" * 15_000_000},
        {"conversation_parts": {"conversation_parts": [PART] * 40_000}},
    ],
    ids=["text", "parts"],
)
def test_what_is_too_long_for_the_memory_is_left_out_and_named(
    folder: Path, tmp_path: Path, lines: list[bytes], to_format: Format, long: dict[str, object]
) -> None:
    records = [json.dumps({"id": id, **long}).encode() for id in ("big1", "big2")]
    write(folder / "conversations" / "created=c.ndjson.zst", *records, lines[0])
    made = convert(folder, tmp_path / "to", to_format, memory_limit="30MB")
    assert made.left_out == ("big1", "big2")
    assert made.rows["conversations"] == len(lines) + 1
    whole = convert(folder, tmp_path / "whole", to_format, memory_limit="4GB")
    assert (whole.left_out, whole.rows["conversations"]) == ((), len(lines) + 3)


@pytest.mark.parametrize("to_format", ["parquet", "csv", "duckdb"])
def test_a_memory_that_is_too_small_for_anything_is_told_and_leaves_nothing(
    folder: Path, tmp_path: Path, to_format: Format
) -> None:
    with pytest.raises(ConfigurationError, match="a memory_limit of 1MB is not enough"):
        convert(folder, tmp_path / "to", to_format, memory_limit="1MB")
    assert names(tmp_path / "to") == set()


def test_an_unknown_format_is_refused(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="parquet, csv, duckdb, ndjson"):
        convert(folder, tmp_path, "xlsx")  # type: ignore[arg-type]


@pytest.mark.long
def test_a_quote_in_a_path_is_a_quote(folder: Path, tmp_path: Path) -> None:
    to = tmp_path / "o'clock"
    for to_format in FORMATS:
        assert convert(folder, to, to_format, raw=True).rows["conversations"] == 40
    assert "raw" in pl.read_parquet_schema(to / "conversations.parquet")


async def test_what_is_converted_can_be_read_again(folder: Path, tmp_path: Path) -> None:
    convert(folder, tmp_path / "to", "ndjson")
    before = [line async for line in read(folder, raw=True)]
    assert [line async for line in read(tmp_path / "to", raw=True)] == before


def test_a_name_that_the_locale_cannot_say_is_told(folder: Path, tmp_path: Path) -> None:
    to = tmp_path / "\udcc3\udca9"  # as Python reads a name of UTF-8 in an ASCII locale
    with pytest.raises(ConfigurationError, match="PYTHONUTF8=1"):
        convert(folder, Path(str(to)), "parquet")
