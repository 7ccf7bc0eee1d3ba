"""An export of a workspace in use: changes that never end, clocks that are wrong, bad days."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from intercom_async import AsyncIntercom, ServerError
from intercom_async.emulator import Emulator
from intercom_async.export import Export, LimitReached, Options, StreamSummary
from intercom_async.export.store import read_lines
from tests.export.one_stream import only

Run: TypeAlias = Callable[..., Awaitable[tuple[StreamSummary, dict[str, bytes]]]]


class Churn:
    """Changes 50 conversations a second, and adds new ones, until it is stopped.

    Attributes:
        changed: When each conversation was last changed, and its title since.
    """

    def __init__(self, emulator: Emulator) -> None:
        self.changed: dict[str, tuple[float, str]] = {}
        self._workspace = emulator.workspace

    async def run(self) -> None:
        ids, number = self._workspace.ids(), 0
        while True:
            id = ids[number * 37 % len(ids)]
            title = f"change {number}"
            if id in self._workspace:
                self._workspace.update(id, title=title)
                self.changed[id] = (time.time(), title)
            if number % 10 == 0:
                self._workspace.add(title="new")
            number += 1
            await asyncio.sleep(0.02)


@pytest.mark.long
async def test_an_export_ends_while_changes_go_on_and_holds_them_as_of_a_moment(
    tmp_path: Path,
) -> None:
    async with (
        Emulator(conversations=1200, latency=0.05) as emulator,
        AsyncIntercom(base_url=emulator.url, token=emulator.token) as intercom,
    ):
        existed = emulator.workspace.ids()
        churn = Churn(emulator)
        changing = asyncio.create_task(churn.run())
        job = Export(intercom, tmp_path, only())
        summary = (await job.run()).streams["conversations"]
        changing.cancel()
    lines = list(read_lines(job.folder))
    records = {json.loads(line)["id"]: json.loads(line) for line in lines}
    assert len(lines) == len(records)
    assert set(existed) <= set(records)
    before = {id: title for id, (at, title) in churn.changed.items() if at < summary.as_of}
    assert len(before) > 30
    stale = {id for id, title in before.items() if number(records[id]) < int(title.split()[1])}
    assert stale == set()
    assert summary.complete


def number(record: dict[str, Any]) -> int:
    return int(record["title"].split()[1])


@pytest.mark.long
async def test_once_changes_end_the_export_is_what_the_workspace_is(tmp_path: Path) -> None:
    async with (
        Emulator(conversations=600, latency=0.005) as emulator,
        AsyncIntercom(base_url=emulator.url, token=emulator.token) as intercom,
    ):
        changing = asyncio.create_task(Churn(emulator).run())
        job = Export(intercom, tmp_path, only())
        running = asyncio.create_task(job.run())
        while job.progress.phase != "catching up":  # noqa: ASYNC110  # nothing announces it
            await asyncio.sleep(0)
        changing.cancel()
        summary = (await running).streams["conversations"]
        truth = {id: emulator.workspace.record(id) for id in emulator.workspace.ids()}
    records = [json.loads(line) for line in read_lines(job.folder)]
    assert {r["id"]: (r["title"], r["updated_at"]) for r in records} == {
        id: (record["title"], record["updated_at"]) for id, record in truth.items()
    }
    assert summary.complete


@pytest.mark.parametrize("parts", [True, False], ids=["with parts", "as listed"])
async def test_what_changed_while_an_export_was_interrupted_is_held_once_it_has_gone_on(
    export: Run, monkeypatch: pytest.MonkeyPatch, parts: bool
) -> None:
    async def interrupt(*_: object) -> None:
        raise LimitReached

    ago = 3_600
    async with (
        Emulator(conversations=30, clock=lambda: time.time() - ago) as emulator,
        AsyncIntercom(base_url=emulator.url, token=emulator.token) as intercom,
    ):
        with monkeypatch.context() as patch:
            patch.setattr("intercom_async.export.verify.Verifier.verify", interrupt)
            for _ in range(2):  # the second has verifying to do alone, and catches up first
                with pytest.raises(LimitReached):
                    await export(only(parts=parts), client=intercom)
        ago = 0
        changed = emulator.workspace.ids()[7]
        emulator.workspace.update(changed, title="changed since")
        new = emulator.workspace.add(title="new")
        now = int(time.time())
        summary, records = await export(only(parts=parts), client=intercom)
    assert json.loads(records[changed])["title"] == "changed since"
    assert new in records
    assert summary.as_of >= now
    assert summary.complete


async def test_a_list_that_was_walked_before_an_interruption_is_held_as_of_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def interrupt(*_: object, **__: object) -> None:
        raise LimitReached

    ago = 3_600
    async with (
        Emulator(conversations=3, clock=lambda: time.time() - ago) as emulator,
        AsyncIntercom(base_url=emulator.url, token=emulator.token) as intercom,
    ):
        job = Export(intercom, tmp_path, Options(streams=("articles",)))
        with monkeypatch.context() as patch:
            patch.setattr("intercom_async.export.engine.Engine._summary", interrupt)
            with pytest.raises(LimitReached):
                await job.run()
        ago = 0
        summary = await job.run()
    assert summary.streams["articles"].as_of <= time.time() - 3_600


@pytest.mark.parametrize("ahead", [0, -3600, 3600], ids=["right", "behind", "ahead"])
async def test_changes_are_found_whichever_clock_is_wrong(ahead: int, tmp_path: Path) -> None:
    async with (
        Emulator(conversations=160, clock=lambda: time.time() + ahead) as emulator,
        AsyncIntercom(base_url=emulator.url, token=emulator.token) as intercom,
    ):
        await Export(intercom, tmp_path, only(parts=False)).run()
        for change in ("changed since", "changed again"):
            changed = emulator.workspace.ids()[7]
            emulator.workspace.update(changed, title=change)
            new = emulator.workspace.add(title=change)
            job = Export(intercom, tmp_path, only(parts=False))
            summary = (await job.run()).streams["conversations"]
            records = {json.loads(r)["id"]: json.loads(r) for r in read_lines(job.folder)}
            assert set(records) == set(emulator.workspace.ids())
            assert summary.complete
            assert records[changed]["title"] == records[new]["title"] == change


async def test_what_failed_is_tried_again_by_the_next_run(emulator: Emulator, export: Run) -> None:
    bad = emulator.workspace.ids()[5]
    get = emulator.workspace.get

    def failing(id: str) -> Any:
        if id == bad:
            raise RuntimeError("the emulator answers 500")
        return get(id)

    emulator.workspace.get = failing  # type: ignore[method-assign]
    summary, records = await export()
    assert (list(summary.failed), summary.complete, bad in records) == ([bad], False, False)
    emulator.workspace.get = get  # type: ignore[method-assign]
    summary, records = await export()
    assert (summary.fetched, summary.failed, summary.complete) == (1, {}, True)
    assert set(records) == set(emulator.workspace.ids())


@pytest.mark.long
async def test_a_server_that_gives_no_conversation_is_given_up_not_recorded_as_failures(
    emulator: Emulator, intercom: AsyncIntercom, tmp_path: Path, export: Run
) -> None:
    get = emulator.workspace.get

    def down(_: str) -> Any:
        raise RuntimeError("the emulator answers 500")

    emulator.workspace.get = down  # type: ignore[assignment, method-assign]
    with pytest.raises(ServerError):
        await Export(intercom, tmp_path, only()).run()
    emulator.workspace.get = get  # type: ignore[method-assign]
    summary, records = await export()
    assert (summary.failed, len(records), summary.complete) == ({}, 160, True)
