"""The parallel walk: every conversation once, whatever the windows, and the API's bad days."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from intercom_async import (
    AsyncIntercom,
    DecodeError,
    F,
    IntercomError,
    NotFound,
    QueryError,
    RetryPolicy,
    ServerError,
    StatusError,
    TimedOut,
    Unauthorized,
)
from intercom_async.core.codec import Page
from intercom_async.emulator import Emulator
from intercom_async.models import Conversation
from intercom_async.scan.plan import PlannedWindow, Uncountable, pieces, plan, total_of
from intercom_async.scan.walk import AdaptiveConcurrency, WindowWalker
from intercom_async.scan.windows import Window

# Windows and their plan


@given(st.integers(0, 10**6), st.integers(0, 10**5), st.integers(1, 40))
def test_pieces_cover_a_window_without_gap_or_overlap(start: int, length: int, number: int) -> None:
    window = Window(start, start + length)
    cut = list(window.split(number))
    assert len(cut) == min(number, window.seconds)
    assert (cut[0].start, cut[-1].end) == (window.start, window.end)
    assert all(left.end + 1 == right.start for left, right in pairwise(cut))
    assert max(piece.seconds for piece in cut) - min(piece.seconds for piece in cut) <= 1


seconds = st.lists(st.integers(0, 400), max_size=300)


@given(created=seconds, target=st.integers(1, 40), inclusive=st.booleans())
def test_a_plan_covers_every_conversation_once_with_a_question_a_window_at_most(
    created: list[int], target: int, inclusive: bool
) -> None:
    asked = 0
    planned: list[PlannedWindow] = []

    async def count(window: Window) -> int:
        nonlocal asked
        asked += 1
        slack = 1 if inclusive else 0  # of an API that lets the bounds in
        low, high = window.start - slack, window.end + slack
        return sum(low <= second <= high for second in created)

    async def found(window: PlannedWindow) -> None:
        planned.append(window)

    span = Window(0, 400)
    asyncio.run(plan(span, count, found, target=target))
    for second in set(created):
        assert sum(second in each.window for each in planned) == 1
    assert asked <= max(1, 2 * span.seconds)
    if not inclusive:
        for each in planned:
            held = sum(second in each.window for second in created)
            assert held == each.expected
            assert held <= target or each.window.seconds == 1


def test_a_full_span_costs_one_question_a_window() -> None:
    asked: list[Window] = []
    planned: list[PlannedWindow] = []

    async def count(window: Window) -> int:
        asked.append(window)
        return window.seconds * 10

    async def found(window: PlannedWindow) -> None:
        planned.append(window)

    asyncio.run(plan(Window(0, 9_999), count, found))
    assert len(asked) <= len(planned)


@pytest.mark.parametrize(
    "total",
    [
        lambda _: None,
        lambda _: 10_000,
        lambda held: held * 1_000,
        lambda held: held // 2,
        lambda held: 0 if held else 5,
    ],
    ids=["none", "always the same", "too many", "half", "contrary"],
)
@pytest.mark.parametrize("heeds", [True, False], ids=["heeds its filter", "ignores its filter"])
def test_totals_that_mean_nothing_bound_the_questions(
    total: Callable[[int], int | None], heeds: bool
) -> None:
    api = Api(list(range(0, 400, 2)))
    asked = 0
    covered: list[PlannedWindow] = []

    async def count(window: Window) -> int | None:
        nonlocal asked
        asked += 1
        page = await api.fetch(window if heeds else Window(0, 400), None, 1, True)
        return total_of(replace(page, total_count=total(page.total_count or 0)), window)

    async def found(planned: PlannedWindow) -> None:
        covered.append(planned)

    async def main() -> None:
        with suppress(Uncountable):
            await plan(Window(0, 400), count, found, target=10)

    asyncio.run(main())
    assert asked <= 2 * 401
    if heeds:
        missed = [s for s in api.created if not any(s in each.window for each in covered)]
        assert missed == []


@pytest.mark.parametrize("total", [700, 10_000, 10**7])
def test_a_total_that_is_the_same_everywhere_costs_few_questions(total: int) -> None:
    asked = 0
    covered: list[Window] = []

    async def count(window: Window) -> int:
        nonlocal asked
        asked += 1
        assert asked <= 18
        # Conversations in every hour: no window that is asked for is without, but one of no time.
        records = [b'{"id":"1"}'] if window.end - window.start > 3_600 else []
        return total_of(Page(records, total), window)

    async def found(planned: PlannedWindow) -> None:
        covered.append(planned.window)

    span = Window(1_300_000_000, 1_700_000_000)
    asyncio.run(plan(span, count, found))
    assert covered == [span]


def test_a_total_cut_off_at_a_number_is_planned_by_smaller_windows() -> None:
    created = list(range(1000))
    planned: list[PlannedWindow] = []

    async def count(window: Window) -> int:
        return min(sum(second in window for second in created), 100)

    async def found(window: PlannedWindow) -> None:
        planned.append(window)

    asyncio.run(plan(Window(0, 999), count, found, target=20))
    assert all(sum(second in each.window for each in planned) == 1 for second in created)


@pytest.mark.parametrize(
    ("count", "length", "expected"),
    [(0, 100, 1), (600, 100, 1), (601, 100, 2), (10**6, 100, 16), (10**6, 3, 3), (10**6, 1, 1)],
)
def test_a_window_is_cut_into_no_more_pieces_than_help(
    count: int, length: int, expected: int
) -> None:
    assert pieces(Window(1, length), count) == expected


# Pace and walking


def test_pace_grows_until_trouble_and_slowly_afterwards() -> None:
    pace = AdaptiveConcurrency(16, first=2)
    for _ in range(4):
        pace.succeeded(0.1)
    assert pace.level == 6
    pace.failed()
    assert pace.level == 3
    pace.succeeded(0.1)
    assert pace.level == 3
    for _ in range(3):
        pace.succeeded(0.1)
    assert pace.level == 4
    pace.succeeded(10)
    assert pace.level == 4
    for _ in range(10):
        pace.failed()
    assert (pace.level, pace.limiter.total_tokens) == (1, 1)


def _status(status: int) -> StatusError:
    return StatusError(status)


UPDATED = 1_700_000_000  # when the first record was updated; each a second after the other


class Api:
    """Lists records by page, and fails at those that are poison or at pages that are too large."""

    def __init__(
        self,
        created: list[int],
        *,
        poison: Collection[int] = (),
        largest: int = 150,
        fullest: int = 150,
        inclusive: bool = False,
    ) -> None:
        self.created = created
        self.poison = poison
        self.largest = largest
        self.fullest = fullest  # records on a page, however many were asked for
        self.slack = 1 if inclusive else 0  # of bounds that let themselves in
        self.requests = 0
        self.taken: list[int] = []
        self.stuck: list[Window] = []
        self.patiently: set[Window] = set()  # in which pages are asked for again

    async def fetch(
        self, window: Window, cursor: str | None, per_page: int, patient: bool
    ) -> Page[bytes]:
        if patient:
            self.patiently.add(window)
        self.requests += 1
        if per_page > self.largest:
            raise ServerError(502)
        low, high = window.start - self.slack, window.end + self.slack
        held = [
            n
            for n, second in enumerate(self.created)
            if low <= second <= high and (window.updated is None or UPDATED + n in window.updated)
        ]
        start = int(cursor or 0)
        per_page = min(per_page, self.fullest)
        page = held[start : start + per_page]
        if not set(page).isdisjoint(self.poison):
            raise NotFound(404)
        following = str(start + per_page) if start + per_page < len(held) else None
        return Page([str(n).encode() for n in page], len(held), following)

    async def take(self, window: Window, page: Page[bytes]) -> None:
        del window
        self.taken += [int(raw) for raw in page.items]

    def walker(self) -> WindowWalker:
        return WindowWalker(
            self.fetch, lambda window, _: self.stuck.append(window), AdaptiveConcurrency(4)
        )


@given(
    created=st.lists(st.integers(0, 400), max_size=200),
    target=st.integers(1, 40),
    size=st.integers(1, 150),
    inclusive=st.booleans(),
)
def test_windows_planned_and_walked_bring_every_conversation_once(
    created: list[int], target: int, size: int, inclusive: bool
) -> None:
    api = Api(created, fullest=size, inclusive=inclusive)
    walker = api.walker()
    taken: list[int] = []

    async def count(window: Window) -> int | None:
        return (await api.fetch(window, None, 1, True)).total_count

    async def take(window: Window, page: Page[bytes]) -> None:
        taken.extend(n for n in map(int, page.items) if created[n] in window)

    async def found(planned: PlannedWindow) -> None:
        await walker.walk(planned.window, take)

    asyncio.run(plan(Window(0, 400), count, found, target=target))
    assert sorted(taken) == list(range(len(created)))


@given(created=st.lists(st.integers(0, 50), max_size=80), largest=st.sampled_from([150, 20, 5, 1]))
def test_a_window_is_walked_wholly_by_whatever_pages_the_api_bears(
    created: list[int], largest: int
) -> None:
    api = Api(created, largest=largest)
    asyncio.run(api.walker().walk(Window(0, 50), api.take))
    assert api.taken == list(range(len(created)))


@pytest.mark.long
@given(created=st.lists(st.integers(0, 50), min_size=1, max_size=60), data=st.data())
def test_a_poisonous_record_costs_no_other(created: list[int], data: st.DataObject) -> None:
    poison = data.draw(st.integers(0, len(created) - 1))
    api = Api(created, poison={poison})
    asyncio.run(api.walker().walk(Window(0, 50), api.take))
    (cell,) = api.stuck
    assert (cell.start, cell.end) == (created[poison], created[poison])
    assert cell.updated == Window(UPDATED + poison, UPDATED + poison)
    assert set(api.taken) == set(range(len(created))) - {poison}


@pytest.mark.parametrize("status", [400, 404, 409, 410, 418, 422])
def test_a_cursor_that_is_refused_begins_its_window_anew(status: int) -> None:
    api = Api(list(range(30)), fullest=10)
    fetch = api.fetch
    refused = 0

    async def refuse(window: Window, cursor: str | None, size: int, patient: bool) -> Page[bytes]:
        nonlocal refused
        if cursor == "saved":
            refused += 1
            raise _status(status)
        return await fetch(window, cursor, size, patient)

    walker = WindowWalker(
        refuse, lambda window, _: api.stuck.append(window), AdaptiveConcurrency(4)
    )
    asyncio.run(walker.walk(Window(0, 50), api.take, "saved"))
    assert (sorted(set(api.taken)), api.stuck) == (list(range(30)), [])
    assert refused <= 4


@pytest.mark.parametrize("status", [401, 403])
def test_a_caller_that_is_refused_is_told(status: int) -> None:
    async def refuse(*_: object) -> Page[bytes]:
        raise _status(status)

    walker = WindowWalker(refuse, lambda *_: None, AdaptiveConcurrency(4))
    with pytest.raises(StatusError):
        asyncio.run(walker.walk(Window(0, 50), Api([]).take, "saved"))


@pytest.mark.parametrize("total", [None, 30, 10**6])
@pytest.mark.parametrize(
    "items",
    [
        [],
        [b"0", b"1", b"2"],
        [b'{"id":"1","created_at":2,"updated_at":1700000000}'],
        [b'{"id":"1","created_at":2}', b'{"id":"2","created_at":null}'],
        [b'{"id":"1","created_at":9}'],
    ],
    ids=["empty", "unreadable", "page one", "without dates", "outside"],
)
def test_pages_without_an_end_come_to_one(items: list[bytes], total: int | None) -> None:
    asked = 0

    async def lead_on(window: Window, cursor: str | None, _: int, __: bool) -> Page[bytes]:
        nonlocal asked
        asked += 1
        assert asked < 2_000, "for ever"
        del window
        return Page(items, total, str(int(cursor or 0) + 1))

    stuck: list[Window] = []
    taken: set[bytes] = set()

    async def take(_: Window, page: Page[bytes]) -> None:
        taken.update(page.items)

    walker = WindowWalker(lead_on, lambda window, _: stuck.append(window), AdaptiveConcurrency(4))
    asyncio.run(walker.walk(Window(0, 3), take))
    assert set(items) == taken
    assert stuck or total is None


def test_the_pieces_of_a_window_that_failed_are_asked_for_without_patience() -> None:
    api = Api(list(range(20)), poison={7})
    asyncio.run(api.walker().walk(Window(0, 50), api.take))
    assert sorted(set(api.taken)) == [n for n in range(20) if n != 7]
    assert api.patiently == {Window(0, 50)}


@pytest.mark.parametrize("windows", [40, 100])
async def test_windows_that_all_begin_with_poison_cost_no_other_record(windows: int) -> None:
    sound, *spoilt = [Window(start, start + 9) for start in range(0, 10 * windows + 10, 10)]
    poison = {window.start for window in spoilt}
    api = Api(list(range(10 * windows + 10)), poison=poison)
    walker = api.walker()
    await walker.walk(sound, api.take)
    await asyncio.gather(*(walker.walk(window, api.take) for window in spoilt))
    assert {cell.start for cell in api.stuck} == poison
    assert set(api.taken) == set(range(10 * windows + 10)) - poison


async def test_an_api_that_goes_down_on_the_way_is_given_up() -> None:
    api = Api(list(range(600)))
    walker = api.walker()
    await walker.walk(Window(0, 49), api.take)
    api.largest = api.requests = 0
    with pytest.raises(ServerError):
        await walker.walk(Window(50, 599), api.take)
    assert api.requests < 300


async def test_an_api_that_is_down_is_given_up() -> None:
    api = Api([1] * 10, largest=0)
    with pytest.raises(ServerError):
        await api.walker().walk(Window(0, 10**9), api.take)


async def test_an_api_that_lets_every_search_run_out_is_given_up_within_minutes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monotonic, slept = time.monotonic, 0.0

    async def run_out(*_: object) -> Page[bytes]:
        nonlocal slept
        slept += 60.0
        raise TimedOut("no answer within 60 s", sent=True)

    monkeypatch.setattr(time, "monotonic", lambda: monotonic() + slept)
    walker = WindowWalker(run_out, lambda *_: None, AdaptiveConcurrency(4))
    with pytest.raises(TimedOut):
        await walker.walk(Window(0, 10**9), Api([]).take)
    assert slept < 20 * 60


# Against the emulator


@pytest.fixture
async def emulator() -> AsyncIterator[Emulator]:
    async with Emulator(conversations=1500) as emulator:
        yield emulator


@pytest.fixture
async def intercom(emulator: Emulator) -> AsyncIterator[AsyncIntercom]:
    retry = RetryPolicy(max_attempts=1)
    async with AsyncIntercom(base_url=emulator.url, token=emulator.token, retry=retry) as intercom:
        yield intercom


async def collect(scan: Any) -> list[Any]:
    async with scan as stream:
        return [record async for record in stream]


@pytest.mark.parametrize("inclusive", [False, True], ids=["> leaves out", "> lets in"])
async def test_every_conversation_comes_once(inclusive: bool) -> None:
    async with (
        Emulator(conversations=1500, inclusive_bounds=inclusive) as emulator,
        AsyncIntercom(base_url=emulator.url, token=emulator.token) as intercom,
    ):
        found = await collect(intercom.conversations.scan())
    assert sorted(c.id for c in found) == sorted(emulator.workspace.ids())


@pytest.mark.long
async def test_a_span_and_a_filter_bound_what_comes(
    emulator: Emulator, intercom: AsyncIntercom
) -> None:
    records = [emulator.workspace.record(id) for id in emulator.workspace.ids()]
    created = sorted(record["created_at"] for record in records)
    since, until = (datetime.fromtimestamp(created[n], UTC) for n in (300, 900))
    scan = intercom.conversations.scan(
        created=(since, until), where=F.state.is_in(["open", "snoozed"])
    )
    found = await collect(scan)
    assert {c.id for c in found} == {
        record["id"]
        for record in records
        if created[300] <= record["created_at"] <= created[900] and record["state"] != "closed"
    }
    assert len(found) == len({c.id for c in found})


@pytest.mark.long
async def test_parts_come_with_the_conversations_and_deletions_are_told(
    emulator: Emulator, intercom: AsyncIntercom
) -> None:
    gone = emulator.workspace.ids()[7]
    get = emulator.workspace.get
    emulator.workspace.get = lambda id: None if id == gone else get(id)  # type: ignore[method-assign]
    scan = intercom.conversations.scan(parts=True)
    found = await collect(scan)
    assert scan.deleted == [gone]
    assert {c.id for c in found} == set(emulator.workspace.ids()) - {gone}
    for conversation in found[:50]:
        parts = conversation.conversation_parts
        truth = emulator.workspace.full_record(conversation.id)["conversation_parts"]
        assert parts is not None
        assert parts.total_count == truth["total_count"]


@pytest.mark.long
async def test_records_come_as_asked_for(emulator: Emulator, intercom: AsyncIntercom) -> None:
    raw = await collect(intercom.conversations.scan(raw=True))
    assert {type(record) for record in raw} == {bytes}
    own = await collect(intercom.conversations.scan(type=dict[str, Any]))
    assert {record["id"] for record in own} == set(emulator.workspace.ids())


@pytest.mark.long
async def test_leaving_early_stops_everything(emulator: Emulator, intercom: AsyncIntercom) -> None:
    async with intercom.conversations.scan() as stream:
        conversation: Conversation = await anext(stream)
    assert conversation.id in emulator.workspace
    asked = len(emulator.requests)
    await asyncio.sleep(0.05)
    assert len(emulator.requests) == asked


@pytest.mark.long
async def test_the_callers_own_exception_comes_out_as_it_is(intercom: AsyncIntercom) -> None:
    with pytest.raises(KeyError, match="mine"):
        async with intercom.conversations.scan() as stream:
            await anext(stream)
            raise KeyError("mine")


async def test_a_failure_for_good_ends_the_scan(
    emulator: Emulator, intercom: AsyncIntercom
) -> None:
    emulator.token = "revoked-meanwhile"
    with pytest.raises(Unauthorized):
        await collect(intercom.conversations.scan())


@pytest.mark.long
async def test_a_record_that_cannot_be_decoded_ends_the_scan_or_is_told(
    emulator: Emulator, intercom: AsyncIntercom
) -> None:
    bad = emulator.workspace.ids()[3]
    emulator.workspace.update(bad, title={"no": "title"})
    with pytest.raises(DecodeError):
        await collect(intercom.conversations.scan())
    told: list[tuple[str, IntercomError]] = []
    scan = intercom.conversations.scan(on_error=lambda id, error: told.append((id, error)))
    found = await collect(scan)
    assert [id for id, _ in told] == [bad]
    assert len(found) == 1499


@pytest.mark.long
async def test_a_scan_is_used_once_and_inside_its_block(intercom: AsyncIntercom) -> None:
    scan = intercom.conversations.scan()
    with pytest.raises(RuntimeError, match="async with"):
        await anext(scan)
    await collect(scan)
    with pytest.raises(RuntimeError, match="again"):
        await collect(scan)


NOW = datetime.now(UTC)
TOO_MANY = F.state == "open"
for _ in range(14):
    TOO_MANY = TOO_MANY & (F.open == True)  # type: ignore[assignment]  # noqa: E712


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"created": (NOW, NOW - timedelta(days=1))}, "is after"),
        ({"created": (datetime(2026, 1, 1), None)}, "no time zone"),  # noqa: DTZ001
        ({"where": TOO_MANY}, "17 filters"),
        ({"concurrency": 0}, "at least 1"),
    ],
    ids=["backwards", "naive", "too many filters", "no concurrency"],
)
async def test_a_scan_that_makes_no_sense_is_refused(
    intercom: AsyncIntercom, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(QueryError, match=message):
        intercom.conversations.scan(**options)


@pytest.mark.parametrize(
    "told", [[40], [40, 3], [3, 40]], ids=["rightly", "then less", "first less"]
)
def test_a_list_that_begins_again_is_walked_to_its_end_whatever_a_page_tells_of_its_total(
    told: list[int],
) -> None:
    pages = [[b"%d" % each] for each in (*range(20), *range(40))]

    async def list_on(_: Window, cursor: str | None, __: int, ___: bool) -> Page[bytes]:
        at = int(cursor or 0)
        following = str(at + 1) if at + 1 < len(pages) else None
        return Page(pages[at], told[at % len(told)], following)

    stuck: list[Window] = []
    taken: set[bytes] = set()

    async def take(_: Window, page: Page[bytes]) -> None:
        taken.update(page.items)

    walker = WindowWalker(list_on, lambda window, _: stuck.append(window), AdaptiveConcurrency(4))
    asyncio.run(walker.walk(Window(0, 3), take))
    assert stuck or taken == {b"%d" % each for each in range(40)}
