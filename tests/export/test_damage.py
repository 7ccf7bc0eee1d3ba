"""What is done to a finished export behind its back is noticed, named, and never built upon."""

import asyncio
import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from intercom_async import AsyncIntercom
from intercom_async.emulator import Emulator
from intercom_async.export import Export
from intercom_async.export.store import (
    ExportCorrupted,
    ExportLocked,
    check_files,
    read_lines,
    read_status,
)
from intercom_async.export.store.lock import Lock
from intercom_async.export.tables import convert
from tests.export.one_stream import only

Edit = Callable[[Path], None]


def sql(statement: str) -> Edit:
    def edit(folder: Path) -> None:
        with sqlite3.connect(folder / "state.sqlite") as connection:
            assert connection.execute(statement).rowcount
        connection.close()

    return edit


def value(name: str, *keys: str, to: object) -> Edit:
    def edit(folder: Path) -> None:
        held = whole = json.loads((folder / name).read_text())
        for key in keys[:-1]:
            held = held[key]
        assert held[keys[-1]] != to
        held[keys[-1]] = to
        (folder / name).write_text(json.dumps(whole))

    return edit


def deleted(name: str) -> Edit:
    return lambda folder: (folder / name).unlink()


OF = ("streams", "conversations")
REPORTS = {
    "a count of the manifest": value("manifest.json", *OF, "counts", "records", to=1),
    "parts of the manifest": value("manifest.json", *OF, "counts", "parts", to=0),
    "a result of the manifest": value("manifest.json", *OF, "result", "missing", to=7),
    "when it was finished": value("manifest.json", "finished_at", to=1),
    "a window of the manifest": value("manifest.json", *OF, "windows", to=[]),
    "a count of the summary": value("summary.json", *OF, "counts", "records", to=1),
    "a result of the summary": value("summary.json", *OF, "result", "whole", to=None),
    "no summary": deleted("summary.json"),
}
STATES = {
    "a window less": sql("DELETE FROM windows WHERE rowid = (SELECT min(rowid) FROM windows)"),
    "no windows": sql("DELETE FROM windows"),
    "another window": sql('UPDATE windows SET "end" = "end" + 86400'),
    "a century ahead": sql("UPDATE ledger SET updated_at = updated_at + 3155760000"),
    "one record ahead": sql(
        "UPDATE ledger SET updated_at = updated_at + 1 WHERE id = (SELECT min(id) FROM ledger)"
    ),
    "a record less": sql("DELETE FROM ledger WHERE id = (SELECT max(id) FROM ledger)"),
    "parts that were not": sql("UPDATE ledger SET parts = parts + 1"),
    "a shard's digest": sql("UPDATE shards SET sha256 = NULL"),
    "another digest": sql("UPDATE shards SET sha256 = upper(sha256)"),
    "a deletion": sql("INSERT INTO deleted VALUES (1, '7', 0)"),
    "two times exchanged": sql(
        "UPDATE ledger SET updated_at = iif(id = (SELECT min(id) FROM ledger), updated_at + 9,"
        " updated_at - 9) WHERE id IN ((SELECT min(id) FROM ledger), (SELECT max(id) FROM ledger))"
    ),
    "a count of the state": sql("UPDATE streams SET records = records + 1"),
    "another beginning": sql("UPDATE streams SET started_at = started_at + 3155760000"),
    "a record that counts no more": sql("INSERT INTO superseded VALUES (1, '7', 1)"),
    "a shard to be removed": sql("INSERT INTO rewrites VALUES (1, 0, 0, '')"),
    "nothing noted": sql("DELETE FROM learnt"),
    "nothing sealed": sql("DELETE FROM seals"),
    "whether all was seen": sql("UPDATE learnt SET value = 0 WHERE name = 'saw all changes'"),
}
TABLES = (
    *("windows", "shards", "ledger", "deleted", "failed", "quarantine", "run"),
    *("superseded", "rewrites", "learnt", "streams", "seen", "seals"),
)


async def export(emulator: Emulator, out: Path) -> None:
    async with AsyncIntercom(base_url=emulator.url, token=emulator.token) as intercom:
        await Export(intercom, out, only()).run()


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("sealed")

    async def make() -> None:
        async with Emulator(conversations=20) as emulator:
            await export(emulator, out)

    asyncio.run(make())
    return next(out.iterdir())


@pytest.fixture
def folder(template: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(template, tmp_path / "out" / template.name))


def test_an_export_that_nobody_touched_is_as_it_was_left(folder: Path) -> None:
    assert check_files(folder) == []


@pytest.mark.parametrize("edit", [*REPORTS.values(), *STATES.values()], ids=[*REPORTS, *STATES])
def test_a_change_is_named_with_its_file_and_what_to_do(folder: Path, edit: Edit) -> None:
    edit(folder)
    found = [each for each in check_files(folder) if each.kind in {"changed", "missing"}]
    assert len(found) == 1
    assert "export" in found[0].text
    named = "manifest.json" if "manifest" in found[0].file else found[0].file
    assert named in {"manifest.json", "summary.json", "state.sqlite"}


@pytest.mark.parametrize("edit", STATES.values(), ids=STATES)
async def test_the_next_export_makes_a_changed_state_anew(folder: Path, edit: Edit) -> None:
    records = sorted(read_lines(folder))
    edit(folder)
    async with Emulator(conversations=20) as emulator:
        await export(emulator, folder.parent)
    assert sorted(read_lines(folder)) == records
    assert check_files(folder) == []


@pytest.mark.parametrize("edit", STATES.values(), ids=STATES)
def test_neither_status_nor_tables_go_by_a_state_that_was_changed(
    folder: Path, tmp_path: Path, edit: Edit
) -> None:
    edit(folder)
    with pytest.raises(ExportCorrupted, match="is not as the export left it"):
        read_status(folder)
    with pytest.raises(ExportCorrupted, match="is not as the export left it"):
        convert(folder, tmp_path / "tables", "ndjson")


@pytest.mark.parametrize("edit", REPORTS.values(), ids=REPORTS)
def test_status_names_a_report_that_was_changed(folder: Path, edit: Edit) -> None:
    edit(folder)
    status = read_status(folder)
    assert status is not None
    (problem,) = status.problems
    assert "export again, which makes it anew" in problem.text


@pytest.mark.parametrize("edit", REPORTS.values(), ids=REPORTS)
async def test_the_next_export_writes_its_reports_anew(folder: Path, edit: Edit) -> None:
    edit(folder)
    async with Emulator(conversations=20) as emulator:
        await export(emulator, folder.parent)
    assert check_files(folder) == []
    streams = json.loads((folder / "summary.json").read_text())["streams"]
    assert streams["conversations"]["counts"]["records"] == 20


@pytest.mark.parametrize("table", TABLES)
async def test_a_table_that_is_gone_is_damage_not_a_bug(folder: Path, table: str) -> None:
    with sqlite3.connect(folder / "state.sqlite") as connection:
        connection.execute(f"DROP TABLE {table}")
    connection.close()
    (found,) = check_files(folder)
    assert (found.kind, found.file) == ("unreadable", "state.sqlite")
    assert found.text == f"no such table: {table}"
    if table in {"windows", "run"}:
        with pytest.raises(ExportCorrupted):
            read_status(folder)
    async with Emulator(conversations=20) as emulator:
        await export(emulator, folder.parent)
    assert check_files(folder) == []


async def test_a_row_that_is_gone_is_damage_not_a_bug(folder: Path) -> None:
    sql("DELETE FROM run")(folder)
    (found,) = check_files(folder)
    assert (found.kind, found.file) == ("unreadable", "state.sqlite")
    with pytest.raises(ExportCorrupted, match=r"is gone|is not as the export left it"):
        read_status(folder)
    async with Emulator(conversations=20) as emulator:
        await export(emulator, folder.parent)
    assert check_files(folder) == []


async def test_an_export_without_seals_is_brought_up_to_date(folder: Path) -> None:
    sql("PRAGMA application_id = 0")(folder)
    assert check_files(folder) == []
    async with Emulator(conversations=20) as emulator:
        await export(emulator, folder.parent)
    assert check_files(folder) == []
    sql("DELETE FROM windows")(folder)
    assert [each.file for each in check_files(folder)] == ["state.sqlite"]


UNFINISHED = sql("UPDATE streams SET phase = 'walked'")


@pytest.mark.parametrize("name", ["a record less", "a record that counts no more"])
async def test_an_unfinished_state_that_lost_a_record_is_made_anew(folder: Path, name: str) -> None:
    UNFINISHED(folder)
    STATES[name](folder)
    async with Emulator(conversations=20) as emulator:
        await export(emulator, folder.parent)
    assert check_files(folder) == []


@pytest.mark.parametrize("name", ["a century ahead", "two times exchanged"])
async def test_a_time_changed_before_the_end_is_found_by_verify(folder: Path, name: str) -> None:
    UNFINISHED(folder)
    STATES[name](folder)
    async with Emulator(conversations=20) as emulator:
        await export(emulator, folder.parent)
    problems = [each for each in check_files(folder) if each.kind == "version"]
    assert problems
    assert "recorded as of" in problems[0].text


def test_a_lock_holds_although_its_file_is_deleted(tmp_path: Path) -> None:
    lock = Lock(tmp_path)
    (tmp_path / "state.lock").unlink()
    with pytest.raises(ExportLocked):
        Lock(tmp_path)
    lock.release()
    Lock(tmp_path).release()
