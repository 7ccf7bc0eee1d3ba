"""An export from an API that has bad days: nothing is lost, and what cannot be had is named."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeAlias

import pytest

from intercom_async import AsyncIntercom
from intercom_async.emulator import Emulator, Fault, FaultKind, Faults
from intercom_async.export import Export, StreamSummary
from intercom_async.export.store import read_lines
from tests.export.one_stream import only

Run: TypeAlias = Callable[..., Awaitable[tuple[StreamSummary, dict[str, bytes]]]]
SEARCH = "/conversations/search"
LIST = "/conversations"
RETRIEVE = "/conversations/{id}"


@pytest.mark.long
async def test_a_poisonous_record_costs_no_other_and_is_had_once_the_poison_is_gone(
    emulator: Emulator, tmp_path: Path, export: Run
) -> None:
    ids = emulator.workspace.ids()
    poison, *crowd = ids[100:120]
    # Many in the second of the poisonous one, so that the second alone does not tell it apart.
    created = emulator.workspace.record(poison)["created_at"]
    for id in crowd:
        emulator.workspace.update(id, created_at=created)
    emulator.faults = Faults()
    emulator.faults.poison(poison)
    summary, records = await export(only(parts=False))
    assert set(ids) - set(records) == {poison}
    assert (summary.counts.quarantined, summary.complete) == (1, False)
    folder = tmp_path / str(emulator.workspace.app["id_code"])
    (entry,) = map(json.loads, (folder / "quarantine.ndjson").read_text().splitlines())
    assert "Message deleted" in entry["reason"]
    assert entry["window"].count("updated=") == 1
    emulator.faults.unpoison(poison)
    summary, records = await export(only(parts=False))
    assert set(records) == set(ids)
    assert (summary.counts.quarantined, summary.complete) == (0, True)


@pytest.mark.parametrize(
    "kind", [FaultKind.CURSOR_REPEATS, FaultKind.CURSOR_EXPIRED, FaultKind.CURSOR_GONE]
)
async def test_a_cursor_that_leads_nowhere_costs_nothing(
    emulator: Emulator, export: Run, kind: FaultKind
) -> None:
    emulator.faults = Faults(script=[Fault(kind=kind, path=SEARCH, times=None)])
    summary, records = await export(only(parts=False))
    assert emulator.faults.injected[kind] > 0
    assert set(records) == set(emulator.workspace.ids())
    assert summary.complete


@pytest.mark.parametrize("kind", [FaultKind.EMPTY_PAGE, FaultKind.TOTAL_LOW, FaultKind.TOTAL_HIGH])
@pytest.mark.parametrize("nth", [1, 2, 3])
async def test_what_the_api_says_of_pages_and_totals_is_not_taken_for_granted(
    emulator: Emulator, export: Run, kind: FaultKind, nth: int
) -> None:
    emulator.faults = Faults(script=[Fault(kind=kind, path=SEARCH, nth=nth, times=2)])
    _, records = await export(only(parts=False))
    assert emulator.faults.injected[kind] > 0
    assert set(records) == set(emulator.workspace.ids())


async def test_a_search_that_counts_more_than_it_lists_is_told_and_ids_decide(
    emulator: Emulator, export: Run
) -> None:
    lie = Fault(kind=FaultKind.TOTAL_HIGH, path=SEARCH, times=None)
    emulator.faults = Faults(script=[lie])
    summary, records = await export(only(parts=False))
    assert set(records) == set(emulator.workspace.ids())
    assert (summary.complete, summary.swept, summary.missing) == (True, True, 0)
    assert any("more conversations than there are" in remark for remark in summary.remarks)


async def test_a_list_that_tells_of_more_than_it_lists_leaves_the_export_incomplete(
    emulator: Emulator, export: Run
) -> None:
    lie = Fault(kind=FaultKind.TOTAL_HIGH, path=LIST, times=None)
    emulator.faults = Faults(script=[lie])
    summary, records = await export(only(parts=False))
    assert set(records) == set(emulator.workspace.ids())
    assert (summary.complete, summary.missing) == (False, 161)


@pytest.mark.long
@pytest.mark.parametrize(
    "kind",
    [
        FaultKind.DUPLICATE_KEYS,
        FaultKind.MISSING_ID,
        FaultKind.OBJECT_ID,
        FaultKind.INVALID_UTF8,
        FaultKind.CUT_JSON,
        FaultKind.DEEP_NESTING,
    ],
)
@pytest.mark.parametrize("path", [SEARCH, RETRIEVE])
async def test_what_was_spoiled_once_is_not_missing_in_the_end(
    emulator: Emulator, export: Run, kind: FaultKind, path: str
) -> None:
    emulator.faults = Faults(script=[Fault(kind=kind, path=path, times=3, nth=2)])
    summary, records = await export()
    assert emulator.faults.injected[kind] > 0
    if not summary.complete:  # tried twice in vain by this run, and again by the next
        assert set(summary.failed) <= set(emulator.workspace.ids())
        summary, records = await export()
    assert set(records) == set(emulator.workspace.ids())
    assert (summary.complete, summary.counts.quarantined) == (True, 0)


@pytest.mark.long
@pytest.mark.parametrize("kind", [FaultKind.LONE_SURROGATE, FaultKind.LONG_NUMBER])
async def test_a_sound_record_in_odd_form_is_kept_as_it_came(
    emulator: Emulator, intercom: AsyncIntercom, tmp_path: Path, kind: FaultKind
) -> None:
    odd = Fault(kind=kind, path=RETRIEVE, times=None)
    emulator.faults = Faults(script=[odd])
    summary = (await Export(intercom, tmp_path, only()).run()).streams["conversations"]
    assert summary.complete
    assert summary.counts.records == 160


async def test_a_record_that_stays_spoiled_is_kept_in_quarantine_with_its_bytes(
    emulator: Emulator, tmp_path: Path, export: Run
) -> None:
    bad = emulator.workspace.ids()[9]
    spoiled = Fault(kind=FaultKind.INVALID_UTF8, path=f"/conversations/{bad}", times=None)
    emulator.faults = Faults(script=[spoiled])
    summary, records = await export()
    assert list(summary.failed) == [bad]
    assert bad not in records
    folder = tmp_path / str(emulator.workspace.app["id_code"])
    (entry,) = map(json.loads, (folder / "quarantine.ndjson").read_text().splitlines())
    assert entry["id"] == bad
    assert len(entry["record_base64"]) > 100


@pytest.mark.parametrize("kind", [FaultKind.INVALID_UTF8, FaultKind.OBJECT_ID])
@pytest.mark.parametrize("held", [True, False], ids=["held before", "never held"])
async def test_a_spoiled_record_that_is_deleted_lacks_no_longer(
    emulator: Emulator, export: Run, kind: FaultKind, *, held: bool
) -> None:
    bad = emulator.workspace.ids()[9]
    if held:
        await export()
        emulator.workspace.update(bad, state="closed")
    spoiled = Fault(kind=kind, path=f"/conversations/{bad}", times=None)
    emulator.faults = Faults(script=[spoiled])
    summary, _ = await export()
    assert (summary.counts.quarantined, summary.complete) == (1, False)
    emulator.faults = Faults()
    emulator.workspace.delete(bad)
    summary, records = await export()
    assert (summary.counts.quarantined, summary.deleted, summary.complete) == (0, [bad], True)
    assert set(records) == set(emulator.workspace.ids())


@pytest.mark.long
async def test_an_api_that_refuses_large_pages_is_walked_by_small_ones(
    emulator: Emulator, intercom: AsyncIntercom, tmp_path: Path
) -> None:
    patient = intercom.with_options(max_attempts=1)
    emulator.faults = Faults(rate=0.3, kinds=[FaultKind.HTML_502], paths=[SEARCH], in_a_row=3)
    job = Export(patient, tmp_path, only(parts=False))
    await job.run()
    kept = [json.loads(line)["id"] for line in await asyncio.to_thread(lines, job.folder)]
    assert sorted(kept) == sorted(emulator.workspace.ids())


def lines(folder: Path) -> list[bytes]:
    return list(read_lines(folder))
