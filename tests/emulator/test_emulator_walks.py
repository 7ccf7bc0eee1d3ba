"""Walks over all pages of lists and searches, and every search operator against plain filters."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from intercom_async.emulator import Emulator
from intercom_async.emulator.documents import FIELDS, OPERATORS, FieldType
from intercom_async.emulator.html import plain_text
from tests.emulator.asking import session_to

Page = dict[str, Any]


async def list_pages(session: aiohttp.ClientSession, per_page: int) -> AsyncIterator[Page]:
    params = {"per_page": str(per_page)}
    while True:
        async with session.get("/conversations", params=params) as response:
            assert response.status == 200
            page = await response.json()
        yield page
        if "next" not in page["pages"]:
            return
        assert page["pages"]["next"]["per_page"] == per_page
        params["starting_after"] = page["pages"]["next"]["starting_after"]


async def search_pages(
    session: aiohttp.ClientSession, query: object, per_page: int = 150
) -> AsyncIterator[Page]:
    pagination: dict[str, Any] | None = {"per_page": per_page}
    while pagination:
        body = {"query": query, "pagination": pagination}
        async with session.post("/conversations/search", json=body) as response:
            assert response.status == 200, await response.text()
            page = await response.json()
        yield page
        pagination = page["pages"].get("next")


def ids_on(page: Page) -> list[str]:
    return [record["id"] for record in page["conversations"]]


@pytest.mark.parametrize("per_page", [1, 7, 20, 75, 150])
async def test_a_list_walk_covers_every_conversation_once(per_page: int) -> None:
    count = min(300, per_page * 6)
    async with Emulator(conversations=count) as emulator:
        async with session_to(emulator) as session:
            pages = [page async for page in list_pages(session, per_page)]
        records = [record for page in pages for record in page["conversations"]]
        truth = [emulator.workspace.record(id) for id in emulator.workspace.ids()]
    assert records == truth
    assert all("conversation_parts" not in record for record in records)
    assert [page["pages"]["page"] for page in pages] == list(range(1, len(pages) + 1))
    assert {page["pages"]["total_pages"] for page in pages} == {len(pages)}
    assert {page["total_count"] for page in pages} == {count}
    assert {page["type"] for page in pages} == {"conversation.list"}
    assert all(len(page["conversations"]) == per_page for page in pages[:-1])


async def test_the_default_page_holds_20(session: aiohttp.ClientSession) -> None:
    async with session.get("/conversations") as response:
        page = await response.json()
    assert len(page["conversations"]) == page["pages"]["per_page"] == 20


async def test_an_empty_workspace_has_one_empty_page() -> None:
    async with Emulator(conversations=0) as emulator, session_to(emulator) as session:
        (page,) = [page async for page in list_pages(session, 20)]
    assert page["conversations"] == []
    assert page["pages"] == {"type": "pages", "page": 1, "per_page": 20, "total_pages": 0}


@pytest.mark.parametrize("per_page", [13, 150])
async def test_a_search_walk_covers_every_match_once(
    emulator: Emulator, session: aiohttp.ClientSession, per_page: int
) -> None:
    query = {"field": "open", "operator": "=", "value": True}
    pages = [page async for page in search_pages(session, query, per_page)]
    records = [emulator.workspace.record(id) for id in emulator.workspace.ids()]
    expected = [record for record in records if record["open"]]
    assert [record for page in pages for record in page["conversations"]] == expected
    assert {page["total_count"] for page in pages} == {len(expected)}


async def test_a_walk_ends_although_everything_is_updated_meanwhile(
    emulator: Emulator, session: aiohttp.ClientSession
) -> None:
    seen: list[str] = []
    async for page in list_pages(session, 20):
        seen += ids_on(page)
        assert len(seen) <= 300
        for id_ in emulator.workspace.ids()[-5:]:  # these jump ahead of the walk
            emulator.workspace.update(id_)
    assert len(seen) == len(set(seen))
    assert len(seen) < 300


async def test_a_search_walk_ends_although_matches_change_meanwhile(
    emulator: Emulator, session: aiohttp.ClientSession
) -> None:
    query = {"field": "updated_at", "operator": ">", "value": 0}
    seen: list[str] = []
    async for page in search_pages(session, query, 20):
        seen += ids_on(page)
        emulator.workspace.delete(ids_on(page)[-1])  # the record that the cursor names
        emulator.workspace.update(emulator.workspace.ids()[0])
        emulator.workspace.add()
    assert sorted(seen) == sorted(set(seen))
    assert len(seen) == 300


async def test_a_cursor_survives_until_it_is_used(
    emulator: Emulator, session: aiohttp.ClientSession
) -> None:
    ids = emulator.workspace.ids()
    async with session.get("/conversations?per_page=50") as response:
        cursor = (await response.json())["pages"]["next"]["starting_after"]
    for _ in range(10):
        emulator.workspace.add()
    params = {"per_page": "50", "starting_after": cursor}
    async with session.get("/conversations", params=params) as response:
        assert ids_on(await response.json()) == ids[50:100]


# What follows says once more, plainly, what each field and operator means.

PATHS = {
    "channel_initiated": "source.type",
    "conversation_rating.requested_at": "conversation_rating.created_at",
    "conversation_rating.replied_at": "conversation_rating.updated_at",
    "conversation_rating.score": "conversation_rating.rating",
    "conversation_rating.contact_id": "conversation_rating.contact.id",
    "conversation_rating.admin_d": "conversation_rating.teammate.id",
}


def values_of(record: dict[str, Any], field: str) -> list[Any]:
    """Lists the values of a field: none for null, several for the fields that hold several."""
    if field == "contact_ids":
        return [contact["id"] for contact in record["contacts"]["contacts"]]
    if field == "tag_ids":
        return [str(tag["id"]) for tag in record["tags"]["tags"]]
    if field == "teammate_ids":
        teammates = record["teammates"] or {}
        listed = teammates.get("teammates") or teammates.get("admins") or []
        return [str(teammate["id"]) for teammate in listed]
    value: Any = record
    for name in PATHS.get(field, field).split("."):
        value = value.get(name) if value is not None else None
    if value is None:
        return []
    if field == "source.body":
        letters = [letter if letter.isalnum() else " " for letter in plain_text(value).lower()]
        return "".join(letters).split()
    return [str(value) if FIELDS[field] is FieldType.STRING else value]


PLAIN: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda value, wanted: bool(value == wanted),
    "IN": lambda value, wanted: value in wanted,
    ">": lambda value, wanted: bool(value > wanted),
    ">=": lambda value, wanted: bool(value >= wanted),
    "<": lambda value, wanted: bool(value < wanted),
    "<=": lambda value, wanted: bool(value <= wanted),
    "~": lambda value, wanted: wanted.lower() in value.lower(),
    "^": lambda value, wanted: value.lower().startswith(wanted.lower()),
    "$": lambda value, wanted: value.lower().endswith(wanted.lower()),
}
NEGATED = {"!=": "=", "NIN": "IN", "!~": "~"}


def matches(record: dict[str, Any], field: str, operator: str, wanted: Any) -> bool:
    if operator in NEGATED:
        return not matches(record, field, NEGATED[operator], wanted)
    return any(PLAIN[operator](value, wanted) for value in values_of(record, field))


def wanted_by(operator: str, values: list[Any]) -> Any:
    """Chooses the value of a filter so that it matches some of the records that have one."""
    value = values[len(values) // 2]
    if operator in {"IN", "NIN"}:
        return values[:: max(len(values) // 3, 1)]
    if operator in {"~", "!~"}:
        return value[len(value) // 3 : len(value) // 3 + 3].upper()
    if operator == "^":
        return value[:2].upper()
    return value[-2:].upper() if operator == "$" else value


def is_ascii_word(value: Any) -> bool:
    return not isinstance(value, str) or value.isascii()


@pytest.mark.long
@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("field", FIELDS)
async def test_every_operator_means_what_a_plain_filter_says(
    shared: tuple[Emulator, list[dict[str, Any]]], field: str
) -> None:
    emulator, records = shared
    values = sorted({v for r in records for v in values_of(r, field) if is_ascii_word(v)})
    async with session_to(emulator) as session:
        for operator in OPERATORS[FIELDS[field]]:
            wanted = wanted_by(operator, values)
            query = {"field": field, "operator": operator, "value": wanted}
            expected = [r["id"] for r in records if matches(r, field, operator, wanted)]
            found = [id_ async for p in search_pages(session, query) for id_ in ids_on(p)]
            assert found == expected, query
        for operator, null in (("=", True), ("!=", False)):
            query = {"field": field, "operator": operator, "value": None}
            expected = [r["id"] for r in records if (not values_of(r, field)) is null]
            found = [id_ async for p in search_pages(session, query) for id_ in ids_on(p)]
            assert found == expected, query


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared() -> AsyncIterator[tuple[Emulator, list[dict[str, Any]]]]:
    async with Emulator(conversations=120, seed=7) as emulator:
        workspace = emulator.workspace
        yield emulator, [workspace.record(id) for id in workspace.ids()]
