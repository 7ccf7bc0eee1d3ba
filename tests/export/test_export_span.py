"""An export may be of other creation times than the one before: it adds and leaves out."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from intercom_async import AsyncIntercom
from intercom_async.emulator import Emulator
from intercom_async.export import Export, LimitReached, Limits, StreamSummary
from intercom_async.export.store import check_files, read_lines
from tests.export.one_stream import only

PARTS = pytest.mark.parametrize("parts", [True, False], ids=["with parts", "listed"])


def moment(emulator: Emulator, share: float) -> datetime:
    """Return a moment between the first conversation's creation and the last's."""
    created = sorted(created_of(emulator).values())
    return datetime.fromtimestamp(created[int((len(created) - 1) * share)], UTC)


def created_of(emulator: Emulator) -> dict[str, int]:
    ids = emulator.workspace.ids()
    return {id: emulator.workspace.record(id)["created_at"] for id in ids}


def within(emulator: Emulator, since: datetime | None, until: datetime | None) -> set[str]:
    first = -1 if since is None else since.timestamp()
    last = 10**12 if until is None else until.timestamp()
    return {id for id, created in created_of(emulator).items() if first <= created < last}


def held(out: Path) -> set[str]:
    (folder,) = out.iterdir()
    assert check_files(folder) == []
    lines = [json.loads(line)["id"] for line in read_lines(folder)]
    assert len(lines) == len(set(lines))
    return set(lines)


def shards(out: Path) -> int:
    (folder,) = out.iterdir()
    return len(list((folder / "conversations").iterdir()))


async def run(
    intercom: AsyncIntercom,
    out: Path,
    since: datetime | None,
    until: datetime | None,
    limits: Limits | None = None,
    *,
    parts: bool,
) -> StreamSummary:
    summary = await Export(intercom, out, only(since, until, parts=parts), limits).run()
    return summary.streams["conversations"]


@pytest.mark.long
@PARTS
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ((0.5, None), (0.2, None)),
        ((0.5, None), (None, None)),
        ((0.2, None), (0.6, None)),
        ((None, None), (0.6, 0.9)),
        ((0.2, 0.5), (0.4, 0.8)),
        ((0.4, 0.8), (0.1, 0.5)),
        ((0.1, 0.3), (0.6, 0.9)),
        ((None, 0.4), (None, None)),
    ],
)
async def test_what_is_asked_for_beyond_is_added_and_what_is_not_left_out(  # noqa: PLR0917
    emulator: Emulator,
    intercom: AsyncIntercom,
    tmp_path: Path,
    before: tuple[float | None, float | None],
    after: tuple[float | None, float | None],
    parts: bool,
) -> None:
    spans = [
        tuple(None if share is None else moment(emulator, share) for share in shares)
        for shares in (before, after)
    ]
    (since, until), (new_since, new_until) = spans
    await run(intercom, tmp_path, since, until, parts=parts)
    assert held(tmp_path) == within(emulator, since, until)
    summary = await run(intercom, tmp_path, new_since, new_until, parts=parts)
    wanted = within(emulator, new_since, new_until)
    assert held(tmp_path) == wanted
    assert summary.complete
    assert summary.fetched == len(wanted - within(emulator, since, until))
    assert summary.deleted == []


@PARTS
async def test_the_span_moves_under_a_run_that_did_not_end(
    emulator: Emulator, intercom: AsyncIntercom, tmp_path: Path, parts: bool
) -> None:
    since = moment(emulator, 0.5)
    with pytest.raises(LimitReached):
        await run(intercom, tmp_path, since, None, Limits(requests=4), parts=parts)
    earlier = moment(emulator, 0.3)
    summary = await run(intercom, tmp_path, earlier, None, parts=parts)
    assert held(tmp_path) == within(emulator, earlier, None)
    assert summary.complete


async def test_a_moving_span_never_gathers_what_is_older(
    emulator: Emulator, intercom: AsyncIntercom, tmp_path: Path
) -> None:
    for share in (0.1, 0.2, 0.3, 0.4):
        since = moment(emulator, share)
        summary = await run(intercom, tmp_path, since, None, parts=False)
        assert held(tmp_path) == within(emulator, since, None)
        assert summary.complete
    assert shards(tmp_path) == 1
