"""Streams that are walked by their lists, where a walk does not go as it should."""

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from intercom_async import AsyncIntercom
from intercom_async.emulator import Emulator, Fault, FaultKind, Faults
from intercom_async.export import Export, LimitReached, Limits, Options, StreamSummary
from intercom_async.export.store import check_files, read_lines

Run: TypeAlias = Callable[..., Awaitable[StreamSummary]]
K = FaultKind
REACH = 10_000


@pytest.fixture
def export(intercom: AsyncIntercom, tmp_path: Path) -> Run:
    async def run(stream: str, limits: Limits | None = None) -> StreamSummary:
        job = Export(intercom, tmp_path, Options(streams=(stream,)), limits)
        return (await job.run()).streams[stream]

    return run


def ids(out: Path, stream: str) -> list[str]:
    (folder,) = out.iterdir()
    return [json.loads(line)["id"] for line in read_lines(folder, stream)]


def problems(out: Path) -> list[str]:
    (folder,) = out.iterdir()
    return [problem.kind for problem in check_files(folder)]


def there(emulator: Emulator, stream: str) -> list[dict[str, Any]]:
    return emulator.workspace.collections[stream]


def fill(emulator: Emulator, stream: str, number: int) -> list[str]:
    records = there(emulator, stream)
    like = records[0]
    records[:] = [
        like | {"id": f"{each:05}", "updated_at": 1_700_000_000} for each in range(number)
    ]
    return [record["id"] for record in records]


def faults(*script: Fault) -> Faults:
    return Faults(script=script)


async def test_companies_beyond_the_reach_of_their_list_come_by_the_scroll(
    emulator: Emulator, export: Run, tmp_path: Path
) -> None:
    wanted = fill(emulator, "companies", REACH + 30)
    summary = await export("companies")
    assert (sorted(ids(tmp_path, "companies")), summary.complete) == (wanted, True)
    there(emulator, "companies").pop(7)
    summary = await export("companies")
    assert (summary.deleted, summary.fetched, summary.complete) == ([wanted[7]], 0, True)


@pytest.mark.parametrize("nth", [20, 102], ids=["in the midst", "at its end"])
async def test_a_scroll_that_is_forgotten_is_begun_anew(
    emulator: Emulator, export: Run, tmp_path: Path, nth: int
) -> None:
    wanted = fill(emulator, "companies", REACH + 30)
    emulator.faults = faults(Fault(kind=K.CURSOR_GONE, path="/companies/scroll", nth=nth))
    summary = await export("companies")
    assert (sorted(ids(tmp_path, "companies")), summary.complete) == (wanted, True)


async def test_a_scroll_is_begun_anew_by_the_run_after_one_that_ended_in_it(
    emulator: Emulator, export: Run, tmp_path: Path
) -> None:
    wanted = fill(emulator, "companies", REACH + 30)
    with pytest.raises(LimitReached):
        await export("companies", Limits(requests=20))
    emulator.workspace.scroll = None  # a minute later
    summary = await export("companies")
    assert (sorted(ids(tmp_path, "companies")), summary.complete) == (wanted, True)


async def test_companies_beyond_a_reach_that_no_total_tells_of_come_by_the_scroll(
    emulator: Emulator, export: Run, tmp_path: Path
) -> None:
    wanted = fill(emulator, "companies", REACH + 80)
    emulator.faults = faults(Fault(kind=K.TOTAL_ABSENT, path="/companies/list", times=None))
    summary = await export("companies")
    assert (sorted(ids(tmp_path, "companies")), summary.complete) == (wanted, True)


async def test_what_a_deletion_meanwhile_moves_to_a_page_before_is_not_lost(
    emulator: Emulator, export: Run, tmp_path: Path
) -> None:
    *rest, first = fill(emulator, "companies", 150)  # the first that is listed
    meanwhile = Fault(
        kind=K.DELETED_MEANWHILE, path="/companies/list", nth=2, conversation_id=first
    )
    emulator.faults = faults(meanwhile)
    summary = await export("companies")
    assert first not in {each["id"] for each in there(emulator, "companies")}
    assert (sorted(ids(tmp_path, "companies")), summary.complete) == (rest, True)


async def test_smaller_pages_of_a_numbered_list_begin_where_the_larger_was_to(
    emulator: Emulator, export: Run, tmp_path: Path
) -> None:
    wanted = fill(emulator, "articles", 170)
    emulator.faults = faults(
        Fault(kind=K.HTML_404, path="/articles", nth=2, times=2),
        Fault(kind=K.TOTAL_ABSENT, path="/articles", times=None),
    )
    summary = await export("articles")
    assert (sorted(ids(tmp_path, "articles")), summary.complete) == (wanted, True)


async def test_a_run_of_other_streams_ends_well_after_one_that_ended_midway(
    emulator: Emulator, export: Run, tmp_path: Path
) -> None:
    wanted = fill(emulator, "articles", 120)
    await export("articles")
    for article in there(emulator, "articles"):
        article["title"] = "changed"
    with pytest.raises(LimitReached):
        await export("articles", Limits(requests=3))
    assert (await export("tags")).complete
    assert problems(tmp_path) == ["unfinished"]
    assert (await export("articles")).complete
    assert sorted(ids(tmp_path, "articles")) == wanted
    assert problems(tmp_path) == []
