"""What is damaged in an export is put right by the next one, and nothing else is fetched anew."""

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from pathlib import Path
from typing import TypeAlias

import pytest

from intercom_async import AsyncIntercom
from intercom_async.emulator import Emulator
from intercom_async.export import Export, StreamSummary
from intercom_async.export.store import ExportCorrupted, check_files, read_lines
from tests.export.one_stream import only

Damage: TypeAlias = Callable[[Path], None]
SIZE = 1_500


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("whole")

    async def make() -> None:
        async with (
            Emulator(conversations=SIZE) as emulator,
            AsyncIntercom(base_url=emulator.url, token=emulator.token) as intercom,
        ):
            await Export(intercom, out, only(parts=False)).run()

    asyncio.run(make())
    return next(out.iterdir())


@pytest.fixture
def folder(exported: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(exported, tmp_path / "out" / exported.name))


@pytest.fixture
async def emulator() -> AsyncIterator[Emulator]:
    async with Emulator(conversations=SIZE) as emulator:
        yield emulator


async def export(emulator: Emulator, folder: Path) -> StreamSummary:
    async with AsyncIntercom(base_url=emulator.url, token=emulator.token) as intercom:
        summary = await Export(intercom, folder.parent, only(parts=False)).run()
    return summary.streams["conversations"]


def shard(folder: Path) -> Path:
    return max((folder / "conversations").iterdir(), key=lambda path: path.stat().st_size)


def cut(folder: Path) -> None:
    path = shard(folder)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def flip(folder: Path) -> None:
    path = shard(folder)
    content = bytearray(path.read_bytes())
    content[len(content) * 3 // 4] ^= 1
    path.write_bytes(content)


def overwrite(folder: Path) -> None:
    shard(folder).write_bytes(b"\0" * shard(folder).stat().st_size)


def lose(folder: Path) -> None:
    shard(folder).unlink()


def lose_all(folder: Path) -> None:
    for path in (folder / "conversations").iterdir():
        path.unlink()


SHARDS = {
    "cut": cut,
    "a bit flipped": flip,
    "overwritten": overwrite,
    "gone": lose,
    "all gone": lose_all,
}


def state(change: Callable[[Path], object]) -> Damage:
    def run(folder: Path) -> None:
        change(folder / "state.sqlite")

    return run


def edit(statement: str) -> Damage:
    def run(folder: Path) -> None:
        with closing(sqlite3.connect(folder / "state.sqlite")) as connection, connection:
            connection.execute(statement)

    return run


STATES: dict[str, Damage] = {
    "gone": state(Path.unlink),
    "empty": state(lambda path: path.write_bytes(b"")),
    "no database": state(lambda path: path.write_bytes(b"nothing" * 100)),
    "a record less": edit("DELETE FROM ledger WHERE id = (SELECT max(id) FROM ledger)"),
    "a century ahead": edit("UPDATE ledger SET updated_at = updated_at + 3155760000"),
    "a table less": edit("DROP TABLE windows"),
}


@pytest.mark.long
@pytest.mark.parametrize("damage", SHARDS.values(), ids=SHARDS)
async def test_of_a_damaged_shard_only_what_is_lost_is_fetched_anew(
    folder: Path, emulator: Emulator, damage: Damage
) -> None:
    before = set(read_lines(folder))
    damage(folder)
    summary = await export(emulator, folder)
    assert set(read_lines(folder)) == before
    assert check_files(folder) == []
    assert summary.complete
    assert any("was damaged" in remark for remark in summary.remarks)
    assert 0 < summary.fetched < SIZE or damage is lose_all


@pytest.mark.long
@pytest.mark.parametrize("damage", STATES.values(), ids=STATES)
async def test_a_damaged_state_is_made_anew_and_nothing_is_fetched_anew(
    folder: Path, emulator: Emulator, damage: Damage
) -> None:
    before = set(read_lines(folder))
    changed = emulator.workspace.ids()[7]
    damage(folder)
    emulator.workspace.update(changed, title="another")
    summary = await export(emulator, folder)
    after = set(read_lines(folder))
    assert len(after - before) == len(before - after) == 1
    assert check_files(folder) == []
    assert summary.complete, [(n, getattr(summary, n)) for n in summary.__struct_fields__]
    assert summary.fetched == 1
    assert any("made anew from manifest and shards" in remark for remark in summary.remarks)


@pytest.mark.long
async def test_a_state_that_is_damaged_with_a_shard_is_made_anew_too(
    folder: Path, emulator: Emulator
) -> None:
    before = set(read_lines(folder))
    flip(folder)
    (folder / "state.sqlite").unlink()
    summary = await export(emulator, folder)
    assert set(read_lines(folder)) == before
    assert check_files(folder) == []
    assert summary.complete


async def test_without_a_manifest_a_lost_state_is_not_guessed(
    folder: Path, emulator: Emulator
) -> None:
    (folder / "manifest.json").unlink()
    (folder / "state.sqlite").unlink()
    with pytest.raises(ExportCorrupted, match="although there are shards"):
        await export(emulator, folder)
    assert len(list(read_lines(folder))) == SIZE


@pytest.mark.long
async def test_a_shard_of_another_export_is_not_taken_in(folder: Path, emulator: Emulator) -> None:
    before = set(read_lines(folder))
    foreign = folder / "conversations" / "created=foreign.ndjson.zst"
    shutil.copy(shard(folder), foreign)
    (folder / "state.sqlite").unlink()
    await export(emulator, folder)
    foreign.unlink()
    assert set(read_lines(folder)) == before
    assert check_files(folder) == []
