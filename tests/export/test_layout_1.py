"""Folders from when conversations were the only stream: nothing in them is fetched anew."""

import json
import sqlite3
import tarfile
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest
from msgspec.structs import replace

from intercom_async import AsyncIntercom
from intercom_async.emulator import Emulator
from intercom_async.export import Export, Options
from intercom_async.export.store import (
    Identity,
    Store,
    check_files,
    read_lines,
    read_manifest,
    read_status,
)

_KEPT: Final = Path(__file__).parent.parent / "data" / "layout-1.tar.xz"
_IDENTITY: Final = Identity("f0057cad", "2.10", None, None, True, ())


@pytest.fixture
def folders(tmp_path: Path) -> Path:
    with tarfile.open(_KEPT) as kept:
        kept.extractall(tmp_path, filter="data")
    return tmp_path


def test_it_is_read_as_it_is(folders: Path) -> None:
    folder = folders / "finished" / "f0057cad"
    before = {path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
    assert check_files(folder) == []
    status = read_status(folder)
    assert status is not None
    assert status.finished
    assert status.streams["conversations"].counts.records == 20
    manifest = read_manifest(folder)
    assert manifest.streams["conversations"].counts == status.streams["conversations"].counts
    assert len(list(read_lines(folder))) == 20
    after = {path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
    assert after == before


def test_a_finished_one_is_gone_on_from(folders: Path) -> None:
    folder = folders / "finished" / "f0057cad"
    records = list(read_lines(folder))
    with Store.open(folder, _IDENTITY) as store:
        conversations = store.streams()["conversations"]
        assert len(conversations.ledger.known([str(n) for n in _ids(folder)])) == 20
        store.begin("conversations", "tags")
        assert conversations.run.state().previous_started_at is not None
        store.streams()["tags"].begin([])
        store.finish({"conversations": {}, "tags": {}})
    assert list(read_lines(folder)) == records
    assert check_files(folder) == []
    assert set(read_manifest(folder).streams) == {"conversations", "tags"}


async def test_the_next_export_carries_it_over_and_fetches_nothing(folders: Path) -> None:
    folder = folders / "finished" / "f0057cad"
    before = list(read_lines(folder))
    async with (
        Emulator(conversations=1) as emulator,
        AsyncIntercom(base_url=emulator.url, token=emulator.token) as intercom,
    ):
        workspace = emulator.workspace
        workspace.delete(*workspace.ids())
        for record in map(json.loads, before):  # the workspace that it was made of
            times = {name: record[name] for name in ("created_at", "updated_at")}
            workspace.update(workspace.add(), id=record["id"], **times)
        summary = await Export(intercom, folder, Options(streams=("conversations", "tags"))).run()
        asked = [each.path for each in emulator.requests]
    conversations = summary.streams["conversations"]
    assert (conversations.fetched, conversations.deleted, summary.complete) == (0, [], True)
    assert [path for path in asked if path.removeprefix("/conversations/").isdigit()] == []
    assert sorted(read_lines(folder)) == sorted(before)
    assert (check_files(folder), set(read_manifest(folder).streams)) == (
        [],
        {"conversations", "tags"},
    )


def test_a_begun_one_goes_on_from_its_cursor(folders: Path) -> None:
    folder = folders / "begun" / "f0057cad"
    status = read_status(folder)
    assert status is not None
    before = status.streams["conversations"]
    assert (before.phase, status.finished) == ("planned", False)
    with Store.open(folder, _IDENTITY) as store:
        conversations = store.streams()["conversations"]
        assert conversations.plan.windows() == before.windows
        assert conversations.run.counts() == before.counts
        assert conversations.run.recall() != {}


@pytest.mark.parametrize("statement", ["DELETE FROM windows", "UPDATE run SET parts = parts + 1"])
def test_a_changed_one_is_made_anew_from_its_manifest(folders: Path, statement: str) -> None:
    folder = folders / "finished" / "f0057cad"
    with closing(sqlite3.connect(folder / "state.sqlite")) as connection, connection:
        connection.execute(statement)
    assert next(problem.kind for problem in check_files(folder)) == "changed"
    with Store.open(folder, _IDENTITY) as store:
        conversations = store.streams()["conversations"]
        assert conversations.run.counts() == read_manifest(folder).streams["conversations"].counts
        assert [state.done for state in conversations.plan.windows()] == [True]


def test_one_of_another_run_is_refused(folders: Path) -> None:
    folder = folders / "begun" / "f0057cad"
    before = (folder / "state.sqlite").read_bytes()
    with pytest.raises(Exception, match="parts is True there and False here"):
        Store.open(folder, replace(_IDENTITY, parts=False))
    assert (folder / "state.sqlite").read_bytes() == before


def _ids(folder: Path) -> list[str]:
    with closing(sqlite3.connect(folder / "state.sqlite")) as connection:
        return [id for (id,) in connection.execute("SELECT id FROM ledger")]
