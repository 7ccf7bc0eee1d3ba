"""An export holds every conversation once, in the API's own bytes, or says what is missing."""

import asyncio
import json
import stat
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias

import msgspec
import pytest

from intercom_async import AsyncIntercom, Unauthorized
from intercom_async.emulator import Emulator
from intercom_async.export import Export, Options, StreamSummary
from intercom_async.export.files import workspace_folder
from intercom_async.export.records import compact
from intercom_async.export.store import ExportLocked, ExportMismatch, read_lines
from tests.export.beginning import begin
from tests.export.one_stream import only
from tests.waiting import until

Run: TypeAlias = Callable[..., Awaitable[tuple[StreamSummary, dict[str, bytes]]]]


@pytest.fixture
async def emulator() -> AsyncIterator[Emulator]:
    async with Emulator(conversations=300) as emulator:  # so that one of them is cut short
        yield emulator


def retrieved(emulator: Emulator) -> list[str]:
    prefix = "/conversations/"
    paths = [r.path for r in emulator.requests if r.method == "GET" and r.path.startswith(prefix)]
    return [path.removeprefix(prefix) for path in paths]


@pytest.mark.long
async def test_every_conversation_stands_once_in_the_apis_own_bytes(
    emulator: Emulator, intercom: AsyncIntercom, export: Run
) -> None:
    unknown = emulator.workspace.ids()[0]
    emulator.workspace.update(unknown, added_tomorrow={"deep": [1, "é"]})
    summary, records = await export()
    assert sorted(records) == sorted(emulator.workspace.ids())
    assert summary.complete
    for id, record in records.items():
        assert record == await intercom.conversations.retrieve(id, raw=True)
    assert b'"added_tomorrow":{"deep":[1,' in records[unknown]


async def test_the_summary_tells_what_was_exported(
    emulator: Emulator, tmp_path: Path, export: Run
) -> None:
    truth = [emulator.workspace.full_record(id) for id in emulator.workspace.ids()]
    totals = [record["conversation_parts"]["total_count"] for record in truth]
    summary, _ = await export()
    assert (summary.counts.records, summary.fetched) == (300, 300)
    assert summary.counts.parts == sum(min(total, 500) for total in totals)
    assert len(summary.truncated) == sum(total > 500 for total in totals) > 0
    folder = tmp_path / str(emulator.workspace.app["id_code"])
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["streams"]["conversations"]["result"]["counted"] == 300
    assert sum(file["rows"] for file in manifest["files"]) == 300


async def test_files_are_for_their_owner_alone(
    emulator: Emulator, tmp_path: Path, export: Run
) -> None:
    await export()
    folder = tmp_path / str(emulator.workspace.app["id_code"])
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in [folder, *folder.rglob("*")]}
    assert {mode for path, mode in modes.items() if path.is_dir()} == {0o700}
    assert {mode for path, mode in modes.items() if path.is_file()} == {0o600}


async def test_without_parts_only_pages_are_fetched(emulator: Emulator, export: Run) -> None:
    summary, records = await export(only(parts=False))
    assert len(records) == 300
    assert (summary.counts.parts, summary.complete) == (0, True)
    assert retrieved(emulator) == []
    first = emulator.workspace.ids()[0]
    assert records[first] == msgspec.json.encode(emulator.workspace.record(first))


@pytest.mark.parametrize("inclusive", [False, True], ids=["> leaves out", "> lets in"])
async def test_since_and_until_bound_the_creation_time(inclusive: bool, export: Run) -> None:
    async with (
        Emulator(conversations=300, inclusive_bounds=inclusive) as emulator,
        AsyncIntercom(base_url=emulator.url, token=emulator.token) as intercom,
    ):
        ids = emulator.workspace.ids()
        created = {id: emulator.workspace.record(id)["created_at"] for id in ids}
        moments = sorted(created.values())
        since, end = moments[100], moments[200]
        options = only(
            since=datetime.fromtimestamp(since, UTC),
            until=datetime.fromtimestamp(end, UTC),
            parts=False,
        )
        _, records = await export(options, client=intercom)
    assert set(records) == {id for id, moment in created.items() if since <= moment < end}


@pytest.mark.long
async def test_a_second_run_fetches_only_what_changed(emulator: Emulator, export: Run) -> None:
    await export()
    emulator.requests.clear()
    summary, _ = await export()
    assert summary.fetched == 0
    assert retrieved(emulator) == []
    assert len(emulator.requests) <= 8
    changed = emulator.workspace.ids()[100:110]
    for id in changed:
        emulator.workspace.update(id, title="changed since")
    emulator.requests.clear()
    summary, records = await export()
    assert summary.fetched == 10
    assert sorted(retrieved(emulator)) == sorted(changed)
    assert all(json.loads(records[id])["title"] == "changed since" for id in changed)


@pytest.mark.long
async def test_what_changes_while_the_export_runs_is_exported_as_it_is_in_the_end(
    tmp_path: Path,
) -> None:
    async with (
        Emulator(conversations=600, latency=0.002) as emulator,
        AsyncIntercom(base_url=emulator.url, token=emulator.token) as intercom,
    ):
        existed = emulator.workspace.ids()
        job = Export(intercom, tmp_path, only())
        running = asyncio.create_task(job.run())
        await until(lambda: job.progress.written > 0)
        for id in existed[::7]:  # they move to the front, which the walks have left behind
            emulator.workspace.update(id, title="changed meanwhile")
        new = emulator.workspace.add(title="new meanwhile")
        await running
        lines = list(read_lines(job.folder))
    records = {json.loads(record)["id"]: json.loads(record) for record in lines}
    assert len(lines) == len(records)
    assert {*existed, new} == set(records)
    assert all(records[id]["title"] == "changed meanwhile" for id in existed[::7])


async def test_an_interrupted_export_goes_on_where_it_was(
    emulator: Emulator, intercom: AsyncIntercom, tmp_path: Path, export: Run
) -> None:
    job = Export(intercom, tmp_path, only())
    running = asyncio.create_task(job.run())
    await until(lambda: job.progress.written > 50)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    kept = job.progress.written
    assert job.kept() == f"{kept} records are kept in {job.folder}."
    emulator.requests.clear()
    summary, records = await export()
    assert 0 < summary.fetched <= 300 - kept
    assert sorted(records) == sorted(emulator.workspace.ids())
    assert summary.complete


async def test_a_conversation_deleted_meanwhile_is_recorded_as_deleted(
    emulator: Emulator, export: Run
) -> None:
    listed = emulator.workspace.ids()
    gone = listed[-1]
    get = emulator.workspace.get

    def deleted(id: str) -> Any:
        if id == gone and gone in emulator.workspace:
            emulator.workspace.delete(gone)
        return get(id)

    emulator.workspace.get = deleted  # type: ignore[method-assign]
    summary, records = await export()
    assert summary.deleted == [gone]
    assert set(listed) - set(records) == {gone}
    assert summary.complete


async def test_a_conversation_that_cannot_be_fetched_is_named_and_costs_no_other(
    emulator: Emulator, export: Run
) -> None:
    bad = emulator.workspace.ids()[5]
    get = emulator.workspace.get

    def failing(id: str) -> Any:
        if id == bad:
            raise RuntimeError("the emulator answers 500")
        return get(id)

    emulator.workspace.get = failing  # type: ignore[method-assign]
    summary, records = await export()
    assert list(summary.failed) == [bad]
    assert "500" in summary.failed[bad]
    assert (len(records), summary.missing, summary.complete) == (299, 0, False)


async def test_a_record_without_an_id_goes_to_quarantine(
    emulator: Emulator, tmp_path: Path, export: Run
) -> None:
    bad = emulator.workspace.ids()[0]
    emulator.workspace.update(bad, id=None)
    summary, records = await export(only(parts=False))
    assert (summary.counts.quarantined, len(records), summary.complete) == (1, 299, False)
    folder = tmp_path / str(emulator.workspace.app["id_code"])
    (entry,) = map(json.loads, (folder / "quarantine.ndjson").read_text().splitlines())
    assert entry["json_path"] == "$.id"


async def test_a_revoked_token_ends_the_export_and_loses_nothing(
    emulator: Emulator, intercom: AsyncIntercom, tmp_path: Path, export: Run
) -> None:
    token = emulator.token
    job = Export(intercom, tmp_path, only())
    running = asyncio.create_task(job.run())
    await until(lambda: job.progress.written > 0)
    emulator.token = "another-token"
    with pytest.raises(Unauthorized):
        await running
    assert not (job.folder / "manifest.json").exists()
    kept = job.progress.written
    emulator.token = token
    summary, records = await export()
    assert summary.fetched <= 300 - kept
    assert len(records) == 300


async def test_an_export_leaves_the_one_before_whole_until_it_is_done(
    emulator: Emulator, intercom: AsyncIntercom, tmp_path: Path, export: Run
) -> None:
    await export()
    folder = tmp_path / str(emulator.workspace.app["id_code"])
    before = (folder / "manifest.json").read_bytes()
    lines = sorted(read_lines(folder))
    emulator.token = "another-token"
    with pytest.raises(Unauthorized):
        await Export(intercom, tmp_path, only()).run()
    assert (folder / "manifest.json").read_bytes() == before
    assert sorted(read_lines(folder)) == lines


@pytest.mark.parametrize(
    "options",
    [only(parts=False), only(redact=("email",))],
    ids=["without parts", "without emails"],
)
async def test_an_export_of_something_else_does_not_take_the_place_of_one(
    emulator: Emulator, intercom: AsyncIntercom, tmp_path: Path, options: Options, export: Run
) -> None:
    await export()
    folder = tmp_path / str(emulator.workspace.app["id_code"])
    with pytest.raises(ExportMismatch):
        await Export(intercom, tmp_path, options).run()
    assert len(list(read_lines(folder))) == 300


@pytest.mark.long
async def test_two_exports_do_not_write_to_one_folder(
    emulator: Emulator, intercom: AsyncIntercom, tmp_path: Path
) -> None:
    _, running = await begin(emulator, intercom, tmp_path)
    with pytest.raises(ExportLocked):
        await Export(intercom, tmp_path, only()).run()
    assert (await running).streams["conversations"].counts.records == 300


async def test_what_neither_the_walk_nor_the_changes_showed_is_found_by_counting(
    emulator: Emulator, intercom: AsyncIntercom, tmp_path: Path
) -> None:
    job = Export(intercom, tmp_path, only(parts=False))
    running = asyncio.create_task(job.run())
    await until(lambda: job.progress.written > 0)
    created = emulator.workspace.record(emulator.workspace.ids()[0])["created_at"]
    # Older than the overlap, so that neither the walk nor what follows it comes upon them.
    late = [emulator.workspace.add(created_at=created, updated_at=created) for _ in range(5)]
    summary = (await running).streams["conversations"]
    assert (summary.missing, summary.complete) == (0, True)
    assert set(late) <= {json.loads(line)["id"] for line in read_lines(job.folder)}


@pytest.mark.long
async def test_fewer_parts_than_counted_are_not_called_complete(
    emulator: Emulator, export: Run
) -> None:
    workspace = emulator.workspace
    short = next(
        id
        for id in workspace.ids()
        if workspace.full_record(id)["conversation_parts"]["total_count"] < 100
    )
    statistics = workspace.record(short)["statistics"] or {}
    workspace.update(short, statistics={**statistics, "count_conversation_parts": 499})
    summary, _ = await export()
    assert summary.parts_missing == [short]
    assert not summary.complete


def test_white_space_that_would_break_a_line_is_taken_out_and_nothing_else() -> None:
    raw = b'{\r\n "a": 1.50,\n "b": "x\\n y", "c": 12345678901234567890123}'
    assert compact(raw) == b'{"a":1.50,"b":"x\\n y","c":12345678901234567890123}'
    spaced = b'{"a": 1,  "b":[ ]}'
    assert compact(spaced) == spaced


@pytest.mark.parametrize("name", ["../evil", "a/b", "..", "", "a\x1b[2J"], ids=repr)
def test_a_workspace_id_cannot_lead_out_of_the_folder(name: str, tmp_path: Path) -> None:
    folder = workspace_folder(tmp_path, name)
    assert folder.parent == tmp_path
    assert folder.name.replace("_", "").replace("-", "").isalnum() or set(folder.name) == {"_"}
