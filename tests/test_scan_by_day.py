"""Contacts, whose dates a search compares by days of some time zone, are scanned to the second."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from random import Random
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from hypothesis import given
from hypothesis import strategies as st

from intercom_async import AsyncIntercom, NotFound, QueryError
from intercom_async.core import codec
from intercom_async.core.codec import Page
from intercom_async.emulator import Emulator
from intercom_async.models import ContactFields
from intercom_async.scan.plan import PlannedWindow, Uncountable, plan, total_of
from intercom_async.scan.record_header import read_header
from intercom_async.scan.walk import AdaptiveConcurrency, WindowWalker
from intercom_async.scan.windows import FIRST_SECOND, Window

DAY: Final = 86_400
# With days of 23, 24½, 25 and 27 hours, a day that never was, and every quarter of an hour.
ZONES: Final = (
    "UTC",
    "America/Los_Angeles",
    "America/St_Johns",
    "Antarctica/Casey",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Europe/Dublin",
    "Pacific/Apia",
    "Pacific/Kiritimati",
)
# Where clocks went back or forth: at Casey, on Apia, in Dublin, in Los Angeles.
SHIFTS: Final = (1_329_843_600, 1_325_239_200, 1_792_890_000, 1_793_523_600)

moments = st.integers(FIRST_SECOND, 2_000_000_000) | st.builds(
    int.__add__, st.sampled_from(SHIFTS), st.integers(-3 * DAY, 3 * DAY)
)
zones = st.sampled_from(ZONES)

Numbers = Callable[[int], int]
"""Numbers a moment as a search compares it: its day, or its second."""


def days(zone: str) -> Numbers:
    of = ZoneInfo(zone)
    return lambda second: datetime.fromtimestamp(second, of).toordinal()


class Api:
    """Searches contacts by dates, which it compares as it numbers them."""

    def __init__(self, contacts: list[dict[str, Any]], number: Numbers) -> None:
        self.contacts = contacts
        self.number = number
        self.poison: str | None = None
        self.listed = 0
        self.queries: list[Any] = []

    def search(self, body: Any) -> dict[str, Any]:
        self.queries.append(body["query"])
        found = [each for each in self.contacts if self._matches(each, body["query"])]
        paging = body["pagination"]
        start, size = int(paging.get("starting_after", 0)), paging["per_page"]
        page = found[start : start + size]
        if any(each["id"] == self.poison for each in page):
            raise NotFound(404)
        self.listed += len(page) if size > 1 else 0  # and not counted
        more = start + size < len(found)
        pages = {"type": "pages", "next": {"starting_after": str(start + size)} if more else None}
        return {"type": "list", "data": page, "total_count": len(found), "pages": pages}

    def _matches(self, contact: dict[str, Any], query: Any) -> bool:
        if query["operator"] in ("AND", "OR"):
            of = all if query["operator"] == "AND" else any
            return of(self._matches(contact, each) for each in query["value"])
        value, wanted = contact[query["field"]], query["value"]
        if not query["field"].endswith("_at"):
            return bool(value == wanted)
        if value is None:
            return True
        at, bound = self.number(value), self.number(wanted)
        return at > bound if query["operator"] == ">" else at < bound

    async def fetch(self, window: Window, cursor: str | None, size: int, _: bool) -> Page[bytes]:
        paging = (
            {"per_page": size} if cursor is None else {"per_page": size, "starting_after": cursor}
        )
        query = ContactFields.compile(window.query(ContactFields))
        answer = self.search({"query": query, "pagination": paging})
        return codec.page_decoder(bytes)(json.dumps(answer).encode())


def contacts(created: list[int]) -> list[dict[str, Any]]:
    return [
        {"id": str(n), "type": "contact", "role": "user", "created_at": at, "updated_at": at + n}
        for n, at in enumerate(created)
    ]


@given(start=moments, length=st.integers(0, 40 * DAY), zone=zones, data=st.data())
def test_the_days_around_hold_a_window_in_any_zone(
    start: int, length: int, zone: str, data: st.DataObject
) -> None:
    window = Window(start, start + length, by_day=True)
    within = data.draw(st.integers(window.start, window.end))
    query = ContactFields.compile(window.query(ContactFields))
    after, before = (each["value"] for each in query["value"])
    day = days(zone)
    assert day(after) < day(within) < day(before)
    assert before - after - length <= 3 * DAY  # and few others


@pytest.mark.parametrize("zone", ZONES)
def test_they_hold_it_where_clocks_are_changed(zone: str) -> None:
    day = days(zone)
    for second in (at + off for at in SHIFTS for off in range(-3 * DAY, 3 * DAY, 900)):
        query = ContactFields.compile(Window(second, second, by_day=True).query(ContactFields))
        after, before = (each["value"] for each in query["value"])
        assert day(after) < day(second) < day(before)


@given(start=moments, length=st.integers(0, 400 * DAY), number=st.integers(1, 40))
def test_a_window_by_days_is_cut_no_shorter_than_three(
    start: int, length: int, number: int
) -> None:
    window = Window(start, start + length, by_day=True)
    cut = list(window.split(number))
    assert (cut[0].start, cut[-1].end) == (window.start, window.end)
    assert sum(each.seconds for each in cut) == window.seconds
    assert all(each.by_day for each in cut)
    assert cut == [window] or min(each.seconds for each in cut) >= 3 * DAY


@given(
    start=moments,
    after=st.lists(st.integers(-3 * DAY, 33 * DAY), max_size=60),
    zone=zones,
    target=st.integers(1, 20),
    poisoned=st.booleans(),
)
def test_every_contact_of_a_span_comes_once_and_no_other(
    start: int, after: list[int], zone: str, target: int, poisoned: bool
) -> None:
    api = Api(contacts([start + seconds for seconds in after]), days(zone))
    span = Window(start, start + 30 * DAY, by_day=True)
    if poisoned and after:
        api.poison = "0"
    taken: list[str] = []
    stuck: list[Window] = []
    walker = WindowWalker(api.fetch, lambda window, _: stuck.append(window), AdaptiveConcurrency(4))

    async def count(window: Window) -> int | None:
        try:
            return total_of(await api.fetch(window, None, 1, True), window)
        except NotFound:
            return None

    async def found(planned: PlannedWindow) -> None:
        seen: set[str] = set()

        async def take(window: Window, page: Page[bytes]) -> None:
            for each in map(read_header, page.items):
                assert each.created is not None
                if each.created in window and str(each.id) not in seen:
                    seen.add(str(each.id))
                    taken.append(str(each.id))

        await walker.walk(planned.window, take)

    asyncio.run(plan(span, count, found, target=target))
    expected = [each["id"] for each in api.contacts if each["created_at"] in span]
    assert len(taken) == len(set(taken))
    if not poisoned:
        assert sorted(taken) == sorted(expected)
    else:
        assert set(taken) <= set(expected)
        assert all(window.seconds < 6 * DAY for window in stuck)
        for each in api.contacts:  # what is missing is told of
            assert (
                each["created_at"] not in span
                or each["id"] in taken
                or any(
                    each["created_at"] in window
                    and window.updated is not None
                    and each["updated_at"] in window.updated
                    for window in stuck
                )
            )


def test_totals_that_mean_nothing_do_not_keep_a_span_of_days_from_being_planned() -> None:
    asked = 0
    planned: list[Window] = []

    async def count(window: Window) -> int | None:
        nonlocal asked
        asked += 1
        page = Page([b'{"id": "1", "created_at": %d}' % (window.start - DAY)], 10_000, None)
        return total_of(page, window)

    async def found(each: PlannedWindow) -> None:
        planned.append(each.window)

    asyncio.run(plan(Window(0, 100 * DAY - 1, by_day=True), count, found))
    assert asked < 100
    assert sum(each.seconds for each in planned) == 100 * DAY


def test_a_count_of_days_may_list_those_around_and_no_others() -> None:
    window = Window(0, DAY, by_day=True)
    assert total_of(Page([b'{"id": "1", "created_at": %d}' % (2 * DAY)], 5, None), window) == 5
    with pytest.raises(Uncountable):
        total_of(Page([b'{"id": "1", "created_at": %d}' % (3 * DAY)], 5, None), window)


# The whole of it, over a socket

START: Final = 1_760_900_000  # some days before clocks went back in Los Angeles


@asynccontextmanager
async def serving(api: Api, version: str) -> AsyncIterator[AsyncIntercom]:
    async def search(request: web.Request) -> web.Response:
        return web.json_response(api.search(await request.json()))

    async def retrieve(request: web.Request) -> web.Response:
        id = request.match_info["id"]
        return web.json_response(api.contacts[int(id)], status=200 if id == "0" else 410)

    app = web.Application()
    app.router.add_post("/contacts/search", search)
    app.router.add_get("/contacts/{id}", retrieve)
    async with (
        TestServer(app) as server,
        AsyncIntercom(base_url=str(server.make_url("")), token="t", version=version) as intercom,
    ):
        yield intercom


@pytest.fixture(scope="module")
def many() -> list[dict[str, Any]]:
    random = Random(5)
    return contacts([START + random.randrange(60 * DAY) for _ in range(3000)])


@pytest.mark.parametrize("zone", ["America/Los_Angeles", "Pacific/Kiritimati"])
async def test_a_scan_brings_every_contact_of_its_span_once(
    zone: str, many: list[dict[str, Any]]
) -> None:
    api = Api(many, days(zone))
    moment = sorted(each["created_at"] for each in many)
    since, until = (datetime.fromtimestamp(moment[n], UTC) for n in (300, 2700))
    async with (
        serving(api, "2.16") as intercom,
        intercom.contacts.scan(created=(since, until)) as stream,
    ):
        found = [contact.id async for contact in stream]
    expected = {each["id"] for each in many if moment[300] <= each["created_at"] <= moment[2700]}
    assert len(found) == len(set(found))
    assert set(found) == expected
    assert len(api.queries) > 16  # several windows
    assert api.listed < 2 * len(found)


@pytest.mark.long
async def test_what_tells_no_moment_comes_once(many: list[dict[str, Any]]) -> None:
    undated = {"id": "undated", "type": "contact", "created_at": None, "updated_at": None}
    api = Api([*many, undated], days("Asia/Kathmandu"))
    async with serving(api, "2.10") as intercom, intercom.contacts.scan(raw=True) as stream:
        found = [json.loads(contact)["id"] async for contact in stream]
    assert sorted(found) == sorted(each["id"] for each in api.contacts)


async def test_where_dates_are_exact_a_scan_asks_for_no_more(many: list[dict[str, Any]]) -> None:
    api = Api(many, lambda second: second)
    where = ContactFields.role == "user"
    span = (datetime.fromtimestamp(START, UTC), datetime.fromtimestamp(START + 9, UTC))
    async with serving(api, "Unstable") as intercom:
        async with intercom.contacts.scan(where=where) as stream:
            found = [contact.id async for contact in stream]
        assert sorted(found) == sorted(each["id"] for each in many)
        assert api.listed == len(many)
        async with intercom.contacts.scan(created=span) as stream:
            assert [contact.id async for contact in stream] == [
                each["id"] for each in many if START <= each["created_at"] <= START + 9
            ]
    bounds = [each["value"] for each in api.queries[-1]["value"]]
    assert bounds == [START - 1, START + 10]


@pytest.mark.parametrize("version", ["2.10", "2.16", "Unstable"])
async def test_the_emulators_contacts_come_once_in_every_version(version: str) -> None:
    async with (
        Emulator(version=version, timezone="Pacific/Auckland") as emulator,
        AsyncIntercom(base_url=emulator.url, token=emulator.token, version=version) as intercom,
    ):
        every = [contact async for contact in intercom.contacts.list()]
        made = sorted(each.created_at for each in every if each.created_at is not None)
        span = (made[len(made) // 3], made[len(made) // 2])
        async with intercom.contacts.scan(created=span) as stream:
            found = [contact.id async for contact in stream]
    expected = [
        each.id for each in every if each.created_at and span[0] <= each.created_at <= span[1]
    ]
    assert sorted(found) == sorted(expected)


async def test_what_is_merged_before_it_is_retrieved_is_told() -> None:
    api = Api(contacts([START, START + 1]), days("UTC"))
    async with serving(api, "2.16") as intercom, intercom.contacts.scan(parts=True) as stream:
        found = [contact.id async for contact in stream]
    assert (found, stream.deleted) == (["0"], ["1"])


async def test_a_scan_of_contacts_that_makes_no_sense_is_refused() -> None:
    intercom = AsyncIntercom(token="t", version="2.16")
    with pytest.raises(QueryError, match="does not take the operator"):
        intercom.contacts.scan(where=ContactFields.created_at >= 5)
