"""Exports from APIs on which one cannot rely: dates, totals, searches, refusals and clocks."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from intercom_async import AsyncIntercom, Forbidden, NotFound, ServerError, Unauthorized
from intercom_async.emulator import Emulator, Fault, FaultKind, Faults
from intercom_async.emulator.search_cache import SearchCache
from intercom_async.errors import IntercomError
from intercom_async.export import ApiDown, Export, Limits, StreamSummary
from intercom_async.export.options import LimitReached
from intercom_async.export.store import read_manifest
from tests.export.beginning import begin
from tests.export.conftest import CONVERSATIONS
from tests.export.one_stream import OneStream, only

Run: TypeAlias = Callable[..., Awaitable[tuple[StreamSummary, dict[str, bytes]]]]
K = FaultKind
SEARCH = "/conversations/search"
LIST = "/conversations"
RETRIEVE = "/conversations/{id}"
PARTS = pytest.mark.parametrize("parts", [True, False], ids=["with parts", "as listed"])


def always(kind: FaultKind, path: str, id: str | None = None) -> Fault:
    return Fault(kind=kind, path=path, times=None, conversation_id=id)


def title(record: bytes) -> Any:
    return json.loads(record)["title"]


# Dates and searches


@pytest.mark.long
@PARTS
@pytest.mark.parametrize(
    "created_at",
    [
        None,
        0,
        -1,
        1_230_768_000,
        2_500_000_000,
        1_700_000_000_000,
        "x",
        "",
        [],
        {},
        True,
        1e300,
        "2023-01-01",
    ],
    ids=repr,
)
async def test_a_conversation_is_kept_whatever_it_says_of_when_it_was_created(
    export: Run, created_at: object, parts: bool
) -> None:
    options = only(parts=parts)
    async with (
        Emulator(conversations=12) as emulator,
        AsyncIntercom(base_url=emulator.url, token=emulator.token) as client,
    ):
        odd = emulator.workspace.ids()[5:8]
        for id in odd:
            emulator.workspace.update(id, created_at=created_at)
        summary, records = await export(options, client=client)
        assert set(records) == set(emulator.workspace.ids())
        assert summary.complete
        emulator.workspace.update(odd[0], created_at=created_at, title="changed since")
        _, records = await export(options, client=client)
    assert title(records[odd[0]]) == "changed since"


@pytest.mark.parametrize(
    ("since", "until"), [(0, None), (300, None), (0, -300), (400, -400)], ids=repr
)
async def test_a_search_that_compares_whole_days_loses_nothing(
    export: Run, since: int, until: int | None
) -> None:
    async with (
        Emulator(conversations=1_500, whole_days=True) as emulator,
        AsyncIntercom(base_url=emulator.url, token=emulator.token) as client,
    ):
        ids = emulator.workspace.ids()
        created = {id: emulator.workspace.record(id)["created_at"] for id in ids}
        seconds = sorted(created.values())
        first, end = seconds[since], seconds[until] if until else int(time.time()) + 86_400
        bounds = [
            datetime.fromtimestamp(second, UTC) if bound else None
            for bound, second in ((since, first), (until, end))
        ]
        summary, records = await export(only(*bounds, parts=False), client=client)
    assert set(records) == {id for id in ids if first <= created[id] < end}
    assert (summary.complete, summary.swept) == (True, True)


@PARTS
async def test_a_search_that_compares_whole_days_hides_no_change(export: Run, parts: bool) -> None:
    async with (
        Emulator(conversations=160, whole_days=True) as emulator,
        AsyncIntercom(base_url=emulator.url, token=emulator.token) as client,
    ):
        await export(only(parts=parts), client=client)
        ids = emulator.workspace.ids()
        for id in ids[::50]:
            emulator.workspace.update(id, title="changed since")
        summary, records = await export(only(parts=parts), client=client)
    assert [title(records[id]) for id in ids[::50]] == ["changed since"] * 4
    assert (set(records), summary.complete) == (set(ids), True)


@PARTS
@pytest.mark.parametrize("form", [float, str, lambda at: at + 0.999, lambda at: f"{at}.5"])
async def test_a_change_is_fetched_once_in_whichever_form_its_time_is_sent(
    emulator: Emulator, export: Run, form: Callable[[int], Any], parts: bool
) -> None:
    ids = emulator.workspace.ids()[10:13]
    for id in ids:
        emulator.workspace.update(id, updated_at=form(int(time.time()) - 1_000))
    summary, _ = await export(only(parts=parts))
    assert summary.complete
    changed_at = form(int(time.time()) - 100)
    emulator.workspace.update(ids[0], title="changed since", updated_at=changed_at)
    summary, records = await export(only(parts=parts))
    assert (title(records[ids[0]]), summary.fetched) == ("changed since", 1)
    assert summary.complete


@pytest.mark.parametrize("times", [1, None], ids=["once", "for ever"])
@pytest.mark.parametrize("kind", [K.CURSOR_REPEATS, K.CURSOR_EXPIRED])
async def test_a_list_that_leads_nowhere_is_walked_anew_and_of_its_rest_nothing_is_asked(
    export: Run, kind: FaultKind, times: int | None
) -> None:
    options = only(parts=False, sweep="always")
    async with (
        Emulator(conversations=400) as emulator,
        AsyncIntercom(base_url=emulator.url, token=emulator.token) as client,
    ):
        await export(options, client=client)
        emulator.requests.clear()
        emulator.faults = Faults(script=[Fault(kind=kind, path=LIST, times=times)])
        summary, records = await export(options, client=client)
    assert set(records) == set(emulator.workspace.ids())
    assert (summary.complete, summary.swept) == (True, times == 1)
    assert {each.path for each in emulator.requests} == {"/me", LIST, SEARCH}


@PARTS
async def test_what_failed_is_asked_for_by_the_next_run_and_kept_as_the_others_are(
    emulator: Emulator, export: Run, tmp_path: Path, parts: bool
) -> None:
    options = only(parts=parts, sweep="never")
    await export(options)
    folder = tmp_path / emulator.workspace.app["id_code"]
    failed = emulator.workspace.ids()[7]
    with OneStream.open(folder, read_manifest(folder).identity) as store:
        store.begin_update()
        store.outcomes.fail(failed, "500")
    emulator.workspace.update(failed, title="changed since")
    emulator.unindexed.add(failed)
    summary, records = await export(options)
    assert (summary.failed, summary.complete) == ({}, True)
    assert title(records[failed]) == "changed since"
    assert {b'"conversation_parts"' in each for each in records.values()} == {parts}


@PARTS
@pytest.mark.parametrize("share", [1, 2], ids=["all", "half"])
async def test_an_index_that_is_being_rebuilt_hides_nothing(
    emulator: Emulator, export: Run, share: int, parts: bool
) -> None:
    ids = emulator.workspace.ids()
    emulator.unindexed.update(ids[::share])
    summary, records = await export(only(parts=parts))
    assert set(records) == set(ids)
    assert (summary.complete, summary.swept) == (True, True)
    for id in ids[::7]:
        emulator.workspace.update(id, title="changed since")
    _, records = await export(only(parts=parts))
    emulator.unindexed.clear()
    _, records = await export(only(parts=parts))
    assert all(title(records[id]) == "changed since" for id in ids[::7])


@PARTS
@pytest.mark.parametrize("share", [1, 2], ids=["all", "half"])
async def test_changes_made_while_an_index_was_rebuilt_are_fetched_once_it_tells_of_them(
    export: Run, share: int, parts: bool
) -> None:
    options, ago = only(parts=parts, sweep="never"), 9_000
    async with (
        Emulator(conversations=30, clock=lambda: time.time() - ago) as emulator,
        AsyncIntercom(base_url=emulator.url, token=emulator.token) as client,
    ):
        ids = emulator.workspace.ids()
        await export(options, client=client)
        ago = 6_000
        emulator.workspace.update(ids[4], title="changed since")
        ago = 3_000
        emulator.unindexed.update(ids[::share])
        await export(options, client=client)
        emulator.unindexed.clear()
        ago = 0
        _, records = await export(options, client=client)
    assert title(records[ids[4]]) == "changed since"


@PARTS
@pytest.mark.parametrize("sweep", ["auto", "never"])
async def test_changes_made_before_all_was_said_to_be_empty_are_fetched_once_it_is_not(
    export: Run, sweep: Any, parts: bool
) -> None:
    options, ago = only(parts=parts, sweep=sweep), 9_000

    def clock() -> float:
        return time.time() - ago

    async with (
        Emulator(conversations=30, clock=clock) as emulator,
        AsyncIntercom(base_url=emulator.url, token=emulator.token) as client,
        Emulator(conversations=0, clock=clock) as empty,
        AsyncIntercom(base_url=empty.url, token=empty.token) as told_so,
    ):
        empty.workspace.get = emulator.workspace.get  # type: ignore[method-assign]
        changed = emulator.workspace.ids()[4]
        await export(options, client=client)
        ago = 6_000
        emulator.workspace.update(changed, title="changed since")
        ago = 3_000
        summary, records = await export(options, client=told_so)
        assert (len(records), summary.listed, summary.deleted) == (30, 0, [])
        ago = 0
        _, records = await export(options, client=client)
    assert title(records[changed]) == "changed since"


@PARTS
async def test_an_index_that_is_far_behind_hides_no_change(
    emulator: Emulator, export: Run, parts: bool
) -> None:
    await export(only(parts=parts))
    late = emulator.workspace.ids()[40]
    emulator.workspace.update(late, title="changed", updated_at=int(time.time()) - 900)
    emulator.unindexed.add(late)
    _, records = await export(only(parts=parts))
    assert title(records[late]) == "changed"


@pytest.mark.long
@PARTS
@pytest.mark.parametrize("late", [30, 240, 900, 86_400])
async def test_a_change_that_the_index_tells_of_late_is_found(
    emulator: Emulator, export: Run, late: int, parts: bool
) -> None:
    await export(only(parts=parts))
    changed = emulator.workspace.ids()[40]
    # While the first run searched for changes, the index did not have this one.
    emulator.workspace.update(changed, title="changed", updated_at=int(time.time()) - late)
    sweep = "never" if late < 300 else "always"
    summary, records = await export(only(parts=parts, sweep=sweep))
    assert (title(records[changed]), summary.fetched, summary.complete) == ("changed", 1, True)


@PARTS
async def test_a_search_that_ignores_its_filter_costs_requests_and_no_conversation(
    export: Run, monkeypatch: pytest.MonkeyPatch, parts: bool
) -> None:
    find, anything = SearchCache.find, {"field": "created_at", "operator": ">", "value": 0}
    monkeypatch.setattr(SearchCache, "find", lambda self, _, of: find(self, anything, of))
    async with (
        Emulator(conversations=700) as emulator,
        AsyncIntercom(base_url=emulator.url, token=emulator.token) as client,
    ):
        summary, records = await export(only(parts=parts), client=client)
        assert set(records) == set(emulator.workspace.ids())
        assert summary.complete
        assert len(emulator.requests) < 700 * parts + 120


# Totals


@PARTS
@pytest.mark.parametrize("kind", [K.TOTAL_ABSENT, K.TOTAL_TEXT, K.TOTAL_CAPPED, K.TOTAL_LOW])
async def test_totals_that_mean_nothing_cost_requests_and_no_conversation(
    emulator: Emulator, export: Run, kind: FaultKind, parts: bool
) -> None:
    emulator.faults = Faults(script=[always(kind, SEARCH)])
    summary, records = await export(only(parts=parts))
    assert set(records) == set(emulator.workspace.ids())
    assert summary.complete
    assert len(emulator.requests) < 300 * parts + 120
    if kind is K.TOTAL_TEXT:  # a number all the same
        assert (summary.counted, summary.uncounted, summary.remarks) == (CONVERSATIONS, [], [])


# Refusals


@pytest.mark.long
@pytest.mark.parametrize(
    ("kind", "error"),
    [
        (K.HTML_404, NotFound),
        (K.FORBIDDEN, Forbidden),
        (K.UNAUTHORIZED, Unauthorized),
        (K.STATUS_500, ServerError),
    ],
)
async def test_refusals_of_every_conversation_end_the_run_and_drop_nothing(
    emulator: Emulator, export: Run, kind: FaultKind, error: type[IntercomError]
) -> None:
    ids = emulator.workspace.ids()
    await export()
    for id in ids:
        emulator.workspace.update(id, title="changed since")
    for _ in range(3):
        emulator.faults = Faults(script=[always(kind, RETRIEVE)])
        with pytest.raises(error):
            await export()
    emulator.faults = None
    summary, records = await export()
    assert (set(records), summary.deleted, summary.complete) == (set(ids), [], True)
    assert all(title(record) == "changed since" for record in records.values())


@pytest.mark.long
@pytest.mark.parametrize("number", [1, 40, 120])
@pytest.mark.parametrize("kind", [K.HTML_404, K.FORBIDDEN, K.UNAUTHORIZED, K.STATUS_500])
async def test_conversations_that_are_refused_in_a_row_cost_no_other(
    emulator: Emulator, export: Run, kind: FaultKind, number: int
) -> None:
    ids = emulator.workspace.ids()
    refused = set(ids[30 : 30 + number])
    emulator.faults = Faults(script=[always(kind, f"{LIST}/{id}") for id in refused])
    summary, records = await export()
    assert set(records) == set(ids) - refused
    assert (set(summary.failed), summary.deleted, summary.complete) == (refused, [], False)
    emulator.faults = None
    summary, records = await export()
    assert (set(records), summary.complete) == (set(ids), True)


async def test_conversations_that_were_deleted_are_told_and_not_called_failed(
    emulator: Emulator, export: Run
) -> None:
    ids = emulator.workspace.ids()
    deleted = set(ids[50:90])
    get = emulator.workspace.get

    def delete_first(id: str) -> Any:
        if id in deleted and id in emulator.workspace:
            emulator.workspace.delete(id)
        return get(id)

    emulator.workspace.get = delete_first  # type: ignore[method-assign]
    summary, records = await export()
    assert set(records) == set(ids) - deleted
    assert (set(summary.deleted), summary.failed, summary.complete) == (deleted, {}, True)


@pytest.mark.parametrize("id", ["org/38", "/", "..", ".", "a\nb"])
async def test_an_id_that_cannot_be_asked_for_is_kept_as_listed_and_costs_no_other(
    emulator: Emulator, export: Run, id: str
) -> None:
    ids = set(emulator.workspace.ids())
    (plain,) = list(ids)[:1]
    emulator.workspace.update(plain, id=id)
    summary, records = await export()
    assert set(records) - {id} == ids - {plain}
    assert id in records
    assert (list(summary.failed), summary.complete) == ([id], False)


# Cursors


@pytest.mark.long
@PARTS
@pytest.mark.parametrize("path", [SEARCH, LIST])
@pytest.mark.parametrize(
    "kind", [K.CURSOR_RESTARTS, K.CURSOR_REPEATS, K.CURSOR_CONFLICT, K.CURSOR_UNPROCESSABLE]
)
async def test_pages_come_to_an_end_wherever_their_cursors_lead(
    emulator: Emulator, export: Run, kind: FaultKind, path: str, parts: bool
) -> None:
    emulator.faults = Faults(script=[always(kind, path)])
    summary, records = await export(only(parts=parts))
    assert set(records) == set(emulator.workspace.ids())
    assert summary.complete or path == LIST
    assert emulator.faults.injected[kind] > 0 or (path == LIST and not parts)
    assert len(emulator.requests) < 300 * parts + 600


@PARTS
@pytest.mark.parametrize("path", [SEARCH, LIST])
async def test_empty_pages_without_end_come_to_an_end(
    emulator: Emulator, export: Run, monkeypatch: pytest.MonkeyPatch, path: str, parts: bool
) -> None:
    emulator.faults = Faults(script=[always(K.EMPTY_PAGE, path)])
    monkeypatch.setattr(emulator.faults, "was_injected", lambda _: False)
    summary, records = await export(only(parts=parts, sweep="always"))
    assert set(records) == set(emulator.workspace.ids())
    assert emulator.faults.injected[K.EMPTY_PAGE] > 8
    assert summary.swept is (path == SEARCH)
    if path == SEARCH:  # the sweep has found what no search lists
        assert (summary.found, summary.counts.quarantined > 0) == (len(records), True)
    else:
        assert any("not be walked to its end" in each for each in summary.remarks)
    assert len(emulator.requests) < 160 * parts + 600


@pytest.mark.parametrize(
    "kind", [K.CURSOR_EXPIRED, K.CURSOR_CONFLICT, K.CURSOR_GONE, K.CURSOR_UNPROCESSABLE]
)
async def test_a_saved_cursor_that_is_refused_begins_its_window_anew(
    emulator: Emulator, export: Run, kind: FaultKind
) -> None:
    with pytest.raises(LimitReached):
        await export(only(parts=False), Limits(requests=4))
    emulator.faults = Faults(script=[Fault(kind=kind, path=SEARCH, times=3)])
    summary, records = await export(only(parts=False))
    assert emulator.faults.injected[kind] > 0
    assert set(records) == set(emulator.workspace.ids())
    assert summary.complete


# Records


@pytest.mark.parametrize("kind", [K.NOT_A_NUMBER, K.CONTROL_CHARACTER, K.DEEP_NESTING])
async def test_a_listed_record_that_is_no_json_costs_itself_and_no_requests(
    emulator: Emulator, export: Run, tmp_path: Path, kind: FaultKind
) -> None:
    ids = emulator.workspace.ids()
    await export(only(parts=False))
    sound = len(emulator.requests)
    bad = ids[77]
    emulator.faults = Faults(script=[always(kind, path, bad) for path in (SEARCH, LIST)])
    emulator.requests.clear()
    other = tmp_path / "other"
    async with AsyncIntercom(base_url=emulator.url, token=emulator.token) as client:
        summary = (await Export(client, other, only(parts=False)).run()).streams["conversations"]
    assert summary.counts.records == CONVERSATIONS - 1
    assert (summary.counts.quarantined, summary.complete) == (1, False)
    assert len(emulator.requests) <= sound + 20


@pytest.mark.parametrize("kind", [K.STALE_RECORD, K.PARTS_ABSENT])
@pytest.mark.parametrize("times", [None, 1])
async def test_what_is_given_is_held_to_what_was_listed(
    emulator: Emulator, export: Run, kind: FaultKind, times: int | None
) -> None:
    poor = emulator.workspace.ids()[20:23]
    script = [Fault(kind=kind, path=f"{LIST}/{id}", times=times) for id in poor]
    emulator.faults = Faults(script=script)
    summary, records = await export()
    if times is None:
        assert not summary.complete
        assert {*summary.failed, *summary.parts_missing} == set(poor)
        emulator.faults = None
        summary, records = await export()
    assert set(records) == set(emulator.workspace.ids())
    assert summary.complete
    for id in poor:
        assert json.loads(records[id]) == emulator.workspace.full_record(id)


@pytest.mark.long
@PARTS
async def test_what_was_merged_into_another_is_taken_out(
    emulator: Emulator, export: Run, parts: bool
) -> None:
    await export(only(parts=parts))
    ids = emulator.workspace.ids()
    merged = dict(zip(ids[20:23], ids[40:43], strict=True))
    get = emulator.workspace.get
    for id in merged:
        emulator.workspace.delete(id)
    emulator.workspace.get = lambda id: get(merged.get(id, id))  # type: ignore[method-assign]
    summary, records = await export(only(parts=parts, sweep="always"))
    assert (set(summary.deleted), summary.failed, summary.complete) == (set(merged), {}, True)
    assert set(records) == set(emulator.workspace.ids())


@pytest.mark.long
async def test_what_is_listed_and_given_as_another_is_named_and_had_later(
    emulator: Emulator, export: Run
) -> None:
    ids = emulator.workspace.ids()
    merged = dict(zip(ids[20:23], ids[40:43], strict=True))
    get = emulator.workspace.get
    emulator.workspace.get = lambda id: get(merged.get(id, id))  # type: ignore[method-assign]
    for _ in range(2):
        summary, records = await export()
        assert set(records) == set(emulator.workspace.ids()) - set(merged)
        assert (set(summary.failed), summary.missing, summary.deleted) == (set(merged), 0, [])
        assert not summary.complete
        assert all(merged[id] in why for id, why in summary.failed.items())
    emulator.workspace.get = get  # type: ignore[method-assign]
    summary, records = await export()
    assert (set(records), summary.complete) == (set(emulator.workspace.ids()), True)


@pytest.mark.long
async def test_what_is_given_with_an_older_time_than_listed_is_held_as_given_last(
    emulator: Emulator, export: Run
) -> None:
    behind = emulator.workspace.ids()[20:23]
    emulator.faults = Faults(script=[always(K.STALE_RECORD, f"{LIST}/{id}") for id in behind])
    for change in ("changed since", "changed again"):
        summary, records = await export()
        assert (set(summary.failed), summary.complete) == (set(behind), False)
        for id in behind:  # within the second that it was last changed in
            at = emulator.workspace.record(id)["updated_at"]
            emulator.workspace.update(id, title=change, updated_at=at)
    _, records = await export()
    assert [title(records[id]) for id in behind] == ["changed again"] * len(behind)


# Clocks, limits, and an API that is gone


@pytest.mark.parametrize("hours", [-2, 2])
@pytest.mark.parametrize("kind", [None, K.CLOCK_UNTOLD])
async def test_changes_are_found_whatever_our_clock_says(
    hours: int, kind: FaultKind | None, export: Run
) -> None:
    async with (
        Emulator(clock=lambda: time.time() + hours * 3_600) as emulator,
        AsyncIntercom(base_url=emulator.url, token=emulator.token) as client,
    ):
        emulator.faults = Faults(script=[Fault(kind=kind, times=None)]) if kind else None
        id = emulator.workspace.ids()[9]
        emulator.workspace.update(id)
        await export(only(parts=False), client=client)
        emulator.workspace.update(id, title="changed since")
        _, records = await export(only(parts=False), client=client)
    assert title(records[id]) == "changed since"


@pytest.mark.long
@PARTS
async def test_runs_that_may_send_few_requests_come_to_an_end(parts: bool, export: Run) -> None:
    async with (
        Emulator(conversations=60 if parts else 2_500) as emulator,
        AsyncIntercom(base_url=emulator.url, token=emulator.token) as client,
    ):
        for _ in range(30):
            with suppress(LimitReached):
                limits = Limits(requests=12)
                summary, records = await export(only(parts=parts), limits, client=client)
                break
        else:
            pytest.fail("it never comes to an end")
        assert set(records) == set(emulator.workspace.ids())
    assert summary.complete


@pytest.mark.long
@pytest.mark.parametrize("requests", [4, 5, 6])
async def test_short_runs_plan_many_windows_and_then_each_keeps_something(
    requests: int, tmp_path: Path
) -> None:
    kept = []
    async with (
        Emulator(conversations=2_500) as emulator,
        AsyncIntercom(base_url=emulator.url, token=emulator.token) as client,
    ):
        for _ in range(20):
            job = Export(client, tmp_path, only(), Limits(requests=requests))
            with pytest.raises(LimitReached):
                await job.run()
            assert job.progress.requests == requests
            kept.append(job.progress.written)
    planned = kept.count(0)
    assert planned < 10
    assert kept[planned:] == sorted(set(kept[planned:]))


@pytest.mark.long
async def test_an_api_that_is_gone_is_told_and_what_is_kept_is_gone_on_with(
    emulator: Emulator,
    intercom: AsyncIntercom,
    tmp_path: Path,
    export: Run,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("intercom_async.export.api._PATIENCE", 0.5)
    _, running = await begin(emulator, intercom, tmp_path)
    emulator.faults = Faults(rate=1, kinds=[K.RESET_BEFORE_ANSWER], in_a_row=None)
    with pytest.raises(ApiDown, match="answers nothing any more"):
        await running
    emulator.faults, emulator.latency = None, 0
    summary, records = await export()
    assert set(records) == set(emulator.workspace.ids())
    assert summary.complete


@PARTS
async def test_a_record_without_an_id_that_only_the_list_gives_is_named_and_had_later(
    emulator: Emulator, export: Run, tmp_path: Path, parts: bool
) -> None:
    bad = emulator.workspace.ids()[30]
    emulator.unindexed.add(bad)
    emulator.faults = Faults(script=[always(K.MISSING_ID, LIST, bad)])
    summary, records = await export(only(parts=parts))
    assert set(records) == set(emulator.workspace.ids()) - {bad}
    assert (summary.counts.quarantined, summary.complete) == (1, False)
    folder = tmp_path / str(emulator.workspace.app["id_code"])
    entry = json.loads(await asyncio.to_thread((folder / "quarantine.ndjson").read_bytes))
    assert entry["window"] == "list"
    emulator.faults = None
    summary, records = await export(only(parts=parts))
    assert set(records) == set(emulator.workspace.ids())
    assert (summary.counts.quarantined, summary.complete) == (0, True)
