"""An export is read back as structs, away from the event loop, and can be left at any point."""

import asyncio
import gc
import json
import threading
from collections.abc import Iterator
from contextlib import aclosing
from pathlib import Path

import msgspec
import pytest
from backports import zstd

from intercom_async import DecodeError
from intercom_async.core import codec
from intercom_async.emulator import Emulator
from intercom_async.export.store import ExportCorrupted
from intercom_async.export.tables import InvalidLine, Records, read, reader
from intercom_async.export.tables.lines import Batch, batches
from intercom_async.models import Conversation


class Mine(msgspec.Struct):
    id: str
    added_tomorrow: int | None = None


@pytest.fixture(scope="module")
def lines() -> list[bytes]:
    workspace = Emulator(conversations=60).workspace
    return [json.dumps(workspace.full_record(id)).encode() for id in workspace.ids()]


@pytest.fixture
def folder(tmp_path: Path, lines: list[bytes]) -> Path:
    write(tmp_path, "created=a", *lines[:30])
    write(tmp_path, "created=b", *lines[30:])
    return tmp_path


def write(folder: Path, name: str, *lines: bytes) -> Path:
    file = folder / "conversations" / f"{name}.ndjson.zst"
    file.parent.mkdir(exist_ok=True)
    pages = [lines[at : at + 7] for at in range(0, len(lines), 7)]
    file.write_bytes(b"".join(zstd.compress(b"\n".join([*page, b""])) for page in pages))
    return file


async def test_conversations_come_as_structs(folder: Path, lines: list[bytes]) -> None:
    records = [record async for record in read(folder)]
    assert records == [codec.record_decoder(Conversation)(line) for line in lines]


async def test_conversations_come_as_the_apis_own_bytes(folder: Path, lines: list[bytes]) -> None:
    assert [line async for line in read(folder, raw=True)] == lines


async def test_conversations_come_as_a_type_of_the_callers(
    folder: Path, lines: list[bytes]
) -> None:
    write(folder, "updates=1", b'{"id":"1","added_tomorrow":5}')
    records = [record async for record in read(folder, type=Mine)]
    assert records[-1] == Mine("1", 5)
    assert [record.id for record in records[:-1]] == [json.loads(line)["id"] for line in lines]


async def test_the_plain_layout_is_read(tmp_path: Path, lines: list[bytes]) -> None:
    (tmp_path / "conversations.ndjson").write_bytes(b"\n".join(lines))
    assert [line async for line in read(tmp_path, raw=True)] == lines


async def test_a_line_longer_than_a_batch_comes_whole(tmp_path: Path) -> None:
    long = [json.dumps({"id": str(id), "title": "é" * 300_000}).encode() for id in range(3)]
    write(tmp_path, "created=a", *long)
    assert [line async for line in read(tmp_path, raw=True)] == long


async def test_without_an_export_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no conversations") as raised:
        await anext(read(tmp_path))
    assert raised.value.filename == str(tmp_path)
    (tmp_path / "conversations").mkdir()
    assert [record async for record in read(tmp_path)] == []


async def taken(records: Records[Conversation]) -> list[str | Exception]:
    """Take every record, going on after errors."""
    found: list[str | Exception] = []
    while True:
        try:
            found.append((await anext(records)).id)
        except StopAsyncIteration:
            return found
        except (InvalidLine, ExportCorrupted) as error:
            found.append(error)


async def test_a_malformed_line_is_told_and_costs_no_other(tmp_path: Path) -> None:
    write(tmp_path, "created=a", b'{"id":"1"}', b"", b'{"id":', b'{"id":"2"}')
    bad = write(tmp_path, "created=b", b'{"id":"3"}', b'{"title":"no id"}', b'{"id":4}')
    one, first, two, three, second, four = await taken(read(tmp_path))
    assert [one, two, three, four] == ["1", "2", "3", "4"]
    assert isinstance(first, DecodeError)
    assert isinstance(first, InvalidLine)
    assert isinstance(second, InvalidLine)
    assert (first.file.name, first.line, first.body) == ("created=a.ndjson.zst", 3, b'{"id":')
    assert (second.file, second.line, second.body) == (bad, 2, b'{"title":"no id"}')
    assert str(second).startswith(f"{bad}, line 2: ")


async def test_a_damaged_file_is_told_after_its_whole_lines(
    folder: Path, lines: list[bytes]
) -> None:
    bad = folder / "conversations" / "created=a.ndjson.zst"
    bad.write_bytes(bad.read_bytes()[:-1])
    *before, error = (await taken(read(folder)))[: -len(lines[30:])]
    assert isinstance(error, ExportCorrupted)
    assert error.path == bad
    assert 21 <= len(before) <= 30
    assert len(await taken(read(folder))) == len(before) + 1 + 30


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Record what batches are made and files closed, and on which thread."""
    told: list[str] = []

    def watched(file: Path, size: int) -> Iterator[Batch]:
        try:
            for batch in batches(file, size):
                told.append(f"batch {threading.current_thread().name}")
                yield batch
        finally:
            told.append(f"closed {file.name[:9]}")

    monkeypatch.setattr(reader, "batches", watched)
    return told


async def test_files_are_read_off_the_loops_thread(folder: Path, opened: list[str]) -> None:
    assert len([record async for record in read(folder)]) == 60
    made = [event for event in opened if event.startswith("batch")]
    assert made
    assert f"batch {threading.current_thread().name}" not in made


async def test_nothing_is_read_that_was_not_asked_for(folder: Path, opened: list[str]) -> None:
    records = read(folder)
    await asyncio.sleep(0.01)
    assert opened == []
    await anext(records)
    await asyncio.sleep(0.01)
    assert len(opened) == 1
    await records.aclose()


async def test_closing_early_closes_the_file_and_ends_the_records(
    folder: Path, opened: list[str]
) -> None:
    async with aclosing(read(folder)) as records:
        async for _ in records:
            break
        assert "closed created=a" not in opened
    assert opened[-1] == "closed created=a"
    assert [record async for record in records] == []
    await records.aclose()


async def test_an_iterator_dropped_early_closes_its_file(folder: Path, opened: list[str]) -> None:
    async for _ in read(folder):
        break
    async with asyncio.timeout(5):
        while opened[-1] != "closed created=a":  # the thread may hold it for a moment more
            gc.collect()
            await asyncio.sleep(0.001)


async def test_a_cancelled_wait_loses_no_record(
    folder: Path, lines: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()

    def slow(file: Path, size: int) -> Iterator[Batch]:
        go_on.wait(5)
        yield from batches(file, size)

    monkeypatch.setattr(reader, "batches", slow)
    records = read(folder, raw=True)
    for _ in range(2):
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(anext(records), 0.01)
    go_on.set()
    assert [line async for line in records] == lines


async def test_closing_waits_for_the_thread_that_a_cancelled_wait_left(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on, closed = threading.Event(), threading.Event(), threading.Event()

    def slow(file: Path, size: int) -> Iterator[Batch]:
        begun.set()
        go_on.wait()
        try:
            yield from batches(file, size)
        finally:
            closed.set()

    monkeypatch.setattr(reader, "batches", slow)
    records = read(folder)
    reading_one = asyncio.ensure_future(anext(records))
    await asyncio.to_thread(begun.wait)
    reading_one.cancel()
    await asyncio.wait([reading_one])
    closing = asyncio.create_task(records.aclose())
    await asyncio.sleep(0.01)
    assert not closing.done()
    go_on.set()
    await closing
    assert closed.is_set()


async def test_several_tasks_may_share_an_iterator(folder: Path, lines: list[bytes]) -> None:
    records = read(folder, raw=True)

    async def take() -> list[bytes]:
        return [line async for line in records]

    found = await asyncio.gather(take(), take(), take())
    assert sorted(line for some in found for line in some) == sorted(lines)
