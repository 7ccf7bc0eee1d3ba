"""An export holds every conversation once, in the API's own bytes, or says what is missing."""

import asyncio
import hashlib
import json
import stat
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from intercom_async import AsyncIntercom, RetryPolicy, Unauthorized
from intercom_async.emulator import Emulator
from intercom_async.export import Export, Options, OtherExport, Summary
from intercom_async.export.files import LineFile, workspace_folder
from intercom_async.export.records import line


@pytest.fixture
async def intercom(emulator: Emulator) -> AsyncIterator[AsyncIntercom]:
    retry = RetryPolicy(max_attempts=2, base=0.01)
    async with AsyncIntercom(base_url=emulator.url, token=emulator.token, retry=retry) as intercom:
        yield intercom


async def until(happened: Callable[[], bool]) -> None:
    while not happened():  # noqa: ASYNC110  # what is waited for announces itself nowhere
        await asyncio.sleep(0)


async def export(
    intercom: AsyncIntercom, out: Path, options: Options | None = None
) -> tuple[Summary, dict[str, bytes]]:
    job = Export(intercom, out, options or Options())
    summary = await job.run()
    lines = (job.folder / "conversations.ndjson").read_bytes().splitlines()
    records = {json.loads(record)["id"]: record for record in lines}
    assert len(records) == len(lines) == summary.conversations, "an id stands twice"
    return summary, records


async def test_every_conversation_stands_once_in_the_apis_own_bytes(
    emulator: Emulator, intercom: AsyncIntercom, tmp_path: Path
) -> None:
    unknown = emulator.workspace.ids()[0]
    emulator.workspace.update(unknown, added_tomorrow={"deep": [1, "é"]})
    summary, records = await export(intercom, tmp_path)
    assert sorted(records) == sorted(emulator.workspace.ids())
    assert summary.complete
    for id, record in records.items():
        assert record == await intercom.conversations.retrieve(id, raw=True)
    assert b'"added_tomorrow":{"deep":[1,' in records[unknown]


async def test_the_summary_tells_what_was_exported(
    emulator: Emulator, intercom: AsyncIntercom, tmp_path: Path
) -> None:
    truth = [emulator.workspace.full_record(id) for id in emulator.workspace.ids()]
    totals = [record["conversation_parts"]["total_count"] for record in truth]
    summary, _ = await export(intercom, tmp_path)
    assert summary.conversations == 300
    assert summary.parts == sum(min(total, 500) for total in totals)
    assert len(summary.truncated) == sum(total > 500 for total in totals) > 0
    folder = tmp_path / str(emulator.workspace.app["id_code"])
    written = json.loads((folder / "summary.json").read_text())
    assert written == json.loads(msgspec.json.encode(summary))
    content = (folder / "conversations.ndjson").read_bytes()
    (file,) = written["files"]
    assert file == {
        "name": "conversations.ndjson",
        "lines": 300,
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }


async def test_files_are_for_their_owner_alone(
    emulator: Emulator, intercom: AsyncIntercom, tmp_path: Path
) -> None:
    await export(intercom, tmp_path)
    folder = tmp_path / str(emulator.workspace.app["id_code"])
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}


async def test_without_parts_only_pages_are_fetched(
    emulator: Emulator, intercom: AsyncIntercom, tmp_path: Path
) -> None:
    summary, records = await export(intercom, tmp_path, Options(parts=False))
    assert len(records) == 300
    assert summary.parts == 0
    assert not any(r.path.startswith("/conversations/2") for r in emulator.requests)
    first = emulator.workspace.ids()[0]
    assert records[first] == msgspec.json.encode(emulator.workspace.record(first))


@pytest.mark.parametrize("inclusive", [False, True], ids=["> leaves out", "> lets in"])
async def test_since_and_until_bound_the_creation_time(inclusive: bool, tmp_path: Path) -> None:
    async with (
        Emulator(conversations=300, inclusive_bounds=inclusive) as emulator,
        AsyncIntercom(base_url=emulator.url, token=emulator.token) as intercom,
    ):
        created = {
            id: emulator.workspace.record(id)["created_at"] for id in emulator.workspace.ids()
        }
        moments = sorted(created.values())
        since, until = moments[100], moments[200]
        options = Options(
            since=datetime.fromtimestamp(since, UTC),
            until=datetime.fromtimestamp(until, UTC),
            parts=False,
        )
        _, records = await export(intercom, tmp_path, options)
    assert set(records) == {id for id, moment in created.items() if since <= moment < until}


async def test_conversations_changed_while_the_export_runs_are_not_missed(tmp_path: Path) -> None:
    async with (
        Emulator(conversations=600, latency=0.002) as emulator,
        AsyncIntercom(base_url=emulator.url, token=emulator.token) as intercom,
    ):
        existed = set(emulator.workspace.ids())
        job = asyncio.create_task(export(intercom, tmp_path))
        last = emulator.workspace.ids()[-60:]
        await until(lambda: any(r.path == "/conversations" for r in emulator.requests))
        for id in last:  # they move to the front, which the walk has left behind
            emulator.workspace.update(id, title="changed meanwhile")
        _, records = await job
    assert existed <= set(records)
    assert all(json.loads(records[id])["title"] == "changed meanwhile" for id in last)


async def test_a_conversation_deleted_meanwhile_is_recorded_as_deleted(
    emulator: Emulator, intercom: AsyncIntercom, tmp_path: Path
) -> None:
    listed = emulator.workspace.ids()
    gone = listed[-1]
    page = await intercom.conversations.list(raw=True)
    assert page.next
    get = emulator.workspace.get
    emulator.workspace.get = lambda id: None if id == gone else get(id)  # type: ignore[method-assign]
    summary, records = await export(intercom, tmp_path)
    assert summary.deleted == [gone]
    assert set(listed) - set(records) == {gone}
    assert summary.complete


async def test_a_conversation_that_cannot_be_fetched_is_named_and_costs_no_other(
    emulator: Emulator, intercom: AsyncIntercom, tmp_path: Path
) -> None:
    bad = emulator.workspace.ids()[5]
    get = emulator.workspace.get

    def failing(id: str) -> Any:
        if id == bad:
            raise RuntimeError("the emulator answers 500")
        return get(id)

    emulator.workspace.get = failing  # type: ignore[method-assign]
    summary, records = await export(intercom, tmp_path)
    assert [failure.id for failure in summary.failed] == [bad]
    assert "500" in summary.failed[0].error
    assert len(records) == 299
    assert not summary.complete


async def test_a_record_without_an_id_goes_to_quarantine(
    emulator: Emulator, intercom: AsyncIntercom, tmp_path: Path
) -> None:
    bad = emulator.workspace.ids()[0]
    emulator.workspace.update(bad, id=None)
    summary, records = await export(intercom, tmp_path, Options(parts=False))
    assert (summary.quarantined, len(records), summary.complete) == (1, 299, False)
    folder = tmp_path / str(emulator.workspace.app["id_code"])
    (entry,) = map(json.loads, (folder / "quarantine.ndjson").read_text().splitlines())
    assert entry["json_path"] == "$.id"
    assert '"id":null' in entry["record"]


async def test_a_revoked_token_ends_the_export_and_keeps_whole_lines(
    emulator: Emulator, intercom: AsyncIntercom, tmp_path: Path
) -> None:
    job = Export(intercom, tmp_path, Options())
    running = asyncio.create_task(job.run())
    await until(lambda: job.progress.written > 0)
    emulator.token = "another"
    with pytest.raises(Unauthorized):
        await running
    assert not (job.folder / "conversations.ndjson").exists()
    content = (job.folder / "conversations.ndjson.partial").read_bytes()
    assert len([json.loads(record) for record in content.splitlines()]) == job.progress.written
    assert content.endswith(b"\n")
    assert job.kept() == (
        f"{job.progress.written} conversations were written to "
        f"{job.folder / 'conversations.ndjson'}.partial."
    )


async def test_an_export_leaves_the_one_before_alone_until_it_is_whole(
    emulator: Emulator, intercom: AsyncIntercom, tmp_path: Path
) -> None:
    await export(intercom, tmp_path)
    file = tmp_path / str(emulator.workspace.app["id_code"]) / "conversations.ndjson"
    before = file.read_bytes()
    emulator.token = "another"
    with pytest.raises(Unauthorized):
        await Export(intercom, tmp_path, Options()).run()
    assert file.read_bytes() == before


@pytest.mark.parametrize(
    "options",
    [Options(parts=False), Options(since=datetime(2025, 1, 1, tzinfo=UTC))],
    ids=["without parts", "another span"],
)
async def test_an_export_of_something_else_does_not_take_the_place_of_one(
    emulator: Emulator, intercom: AsyncIntercom, tmp_path: Path, options: Options
) -> None:
    await export(intercom, tmp_path)
    file = tmp_path / str(emulator.workspace.app["id_code"]) / "conversations.ndjson"
    before = file.read_bytes()
    with pytest.raises(OtherExport, match="holds another export: created from the beginning"):
        await Export(intercom, tmp_path, options).run()
    assert file.read_bytes() == before
    summary, _ = await export(intercom, tmp_path)
    assert summary.complete, "the same again is welcome"


async def test_two_exports_do_not_write_to_one_folder(
    emulator: Emulator, intercom: AsyncIntercom, tmp_path: Path
) -> None:
    emulator.latency = 0.01
    first = Export(intercom, tmp_path, Options())
    running = asyncio.create_task(first.run())
    await until(lambda: first.progress.written > 0)
    with pytest.raises(OtherExport, match="another export is writing"):
        await Export(intercom, tmp_path, Options()).run()
    assert (await running).conversations == 300


async def test_fewer_conversations_than_counted_are_not_called_complete(
    emulator: Emulator, intercom: AsyncIntercom, tmp_path: Path
) -> None:
    job = Export(intercom, tmp_path, Options(parts=False))
    job.progress.total = 305  # as a first page that counts what the walk never finds
    summary = await job.run()
    assert (summary.conversations, summary.missing, summary.complete) == (300, 5, False)
    assert len(emulator.workspace.ids()) == 300


async def test_fewer_parts_than_counted_are_not_called_complete(
    emulator: Emulator, intercom: AsyncIntercom, tmp_path: Path
) -> None:
    workspace = emulator.workspace
    short = next(
        id
        for id in workspace.ids()
        if workspace.full_record(id)["conversation_parts"]["total_count"] < 100
    )
    statistics = emulator.workspace.record(short)["statistics"] or {}
    emulator.workspace.update(short, statistics={**statistics, "count_conversation_parts": 499})
    summary, _ = await export(intercom, tmp_path)
    assert summary.parts_missing == [short]
    assert not summary.complete


async def test_an_old_quarantine_does_not_outlive_a_clean_export(
    emulator: Emulator, intercom: AsyncIntercom, tmp_path: Path
) -> None:
    bad = emulator.workspace.ids()[0]
    emulator.workspace.update(bad, id=None)
    await export(intercom, tmp_path, Options(parts=False))
    emulator.workspace.update(bad, id=bad)
    await export(intercom, tmp_path, Options(parts=False))
    folder = tmp_path / str(emulator.workspace.app["id_code"])
    assert not (folder / "quarantine.ndjson").exists()


def test_white_space_that_would_break_a_line_is_taken_out_and_nothing_else() -> None:
    raw = b'{\r\n "a": 1.50,\n "b": "x\\n y", "c": 12345678901234567890123}'
    assert line(raw) == b'{"a":1.50,"b":"x\\n y","c":12345678901234567890123}\n'
    compact = b'{"a": 1,  "b":[ ]}'
    assert line(compact) == compact + b"\n"


@pytest.mark.parametrize("name", ["../evil", "a/b", "..", "", "a\x1b[2J"], ids=repr)
def test_a_workspace_id_cannot_lead_out_of_the_folder(name: str, tmp_path: Path) -> None:
    folder = workspace_folder(tmp_path, name)
    assert folder.parent == tmp_path
    assert folder.name.replace("_", "").replace("-", "").isalnum() or set(folder.name) == {"_"}


def test_a_link_in_place_of_the_file_is_not_followed(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("precious")
    (tmp_path / "x.ndjson.partial").symlink_to(victim)
    with pytest.raises(OSError, match=r"symbolic|link"), LineFile(tmp_path / "x.ndjson"):
        pass
    assert victim.read_text() == "precious"
