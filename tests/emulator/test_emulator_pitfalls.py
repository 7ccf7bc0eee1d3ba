"""What is known to go wrong with connectors, each shown by the emulator."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import aiohttp
import pytest

from intercom_async import AsyncIntercom
from intercom_async.emulator import Emulator, Fault, FaultKind, Faults
from tests.emulator.asking import Ask, only_error, session_to
from tests.emulator.test_emulator_contacts import single


@pytest.fixture
async def bare(small: Emulator) -> AsyncIterator[aiohttp.ClientSession]:
    async with session_to(small, version="2.16") as session:
        yield session


def script(*lines: Fault) -> Faults:
    return Faults(script=lines)


async def test_a_scroll_fails_in_the_middle_and_goes_on(small: Emulator, ask: Ask) -> None:
    fault = Fault(kind=FaultKind.STATUS_500, path="/companies/scroll", nth=2, applied=False)
    small.faults = script(fault)
    _, first = await ask("GET", "/companies/scroll")
    again = f"/companies/scroll?scroll_param={first['scroll_param']}"
    assert (await ask("GET", again))[0] == 500
    assert (await ask("GET", again))[0] == 200


@pytest.mark.parametrize("path", ["/companies/1/segments", "/contacts", "/macros", "/brands/1"])
async def test_a_proxy_answers_404(small: Emulator, bare: aiohttp.ClientSession, path: str) -> None:
    small.faults = script(Fault(kind=FaultKind.HTML_404, path=path))
    async with bare.get(path) as response:
        assert (response.status, response.content_type) == (404, "text/html")


async def test_short_words_for_orders_end_with_2_16(ask: Ask) -> None:
    body = single("updated_at", ">", 0) | {"sort": {"field": "updated_at", "order": "desc"}}
    assert (await ask("POST", "/tickets/search", body, "2.15"))[0] == 200
    status, answer = await ask("POST", "/tickets/search", body, "2.16")
    assert (status, only_error(answer)[0]) == (400, "invalid_sort_order")


async def test_attributes_of_conversations_move_with_2_16(ask: Ask) -> None:
    path = "/data_attributes?model=conversation"
    assert (await ask("GET", path, version="2.15"))[0] == 200
    assert (await ask("GET", path, version="2.16"))[0] == 422
    assert (await ask("GET", "/conversations/attributes", version="2.16"))[0] == 200


@pytest.mark.parametrize("path", ["/contacts/search", "/tickets/search"])
async def test_ids_change_their_type_from_record_to_record(
    small: Emulator, ask: Ask, path: str
) -> None:
    body, key = single("updated_at", ">", 0), path.split("/")[1].replace("contacts", "data")
    _, intact = await ask("POST", path, body, "2.16")
    owned = next(each["id"] for each in intact[key] if each.get("owner_id", True))
    small.faults = script(Fault(kind=FaultKind.RETYPED_IDS, conversation_id=owned))
    _, spoilt = await ask("POST", path, body, "2.16")
    assert [each["id"] for each in spoilt[key]] == [each["id"] for each in intact[key]]
    (changed,) = [
        (before, after)
        for before, after in zip(intact[key], spoilt[key], strict=True)
        if before != after
    ]
    for name in changed[0]:
        assert str(changed[0][name]) == str(changed[1][name])


@pytest.mark.parametrize("path", ["/contacts", "/help_center/collections", "/companies"])
async def test_a_cursor_repeats(small: Emulator, ask: Ask, path: str) -> None:
    small.faults = script(Fault(kind=FaultKind.CURSOR_REPEATS, path=path))
    _, first = await ask("GET", f"{path}?per_page=2")
    following = first["pages"]["next"]
    if isinstance(following, str):
        asked = following.removeprefix(small.url)
    else:
        cursor = following["starting_after"].replace("+", "%2B").replace("=", "%3D")
        asked = f"{path}?per_page=2&starting_after={cursor}"
    _, second = await ask("GET", asked)
    repeated = second["pages"]["next"]
    if isinstance(following, str):
        assert "page=2" in repeated.replace("per_page=2", "")
    else:
        assert repeated["starting_after"] == following["starting_after"]
    assert small.faults.injected == {"cursor_repeats": 1}


async def test_days_of_contacts_are_those_of_the_workspaces_zone() -> None:
    tokyo = ZoneInfo("Asia/Tokyo")
    async with Emulator(conversations=0, timezone=tokyo.key) as emulator:
        contact, *others = emulator.workspace.contacts
        for other in others:
            other["updated_at"] = 0
        # Twice on the same day there, on two days in UTC.
        moments = [datetime(2026, 5, 5, hour, tzinfo=tokyo) for hour in (1, 23)]
        client = AsyncIntercom(token=emulator.token, base_url=emulator.url)
        async with client:
            for moment in moments:
                contact["updated_at"] = int(moment.timestamp())
                for asked in moments:
                    query = single("updated_at", "=", int(asked.timestamp()))["query"]
                    found = [each async for each in client.contacts.search(query)]
                    assert [each.id for each in found] == [contact["id"]]
        assert len({moment.astimezone(UTC).date() for moment in moments}) == 2


@pytest.mark.parametrize(
    ("parent", "path"),
    [
        ("contacts", "/contacts/{id}/tags"),
        ("companies", "/companies/{id}/segments"),
        ("tickets", "/tickets/{id}"),
        ("articles", "/articles/{id}"),
    ],
)
async def test_a_parent_vanishes_before_its_children_are_read(
    small: Emulator, ask: Ask, parent: str, path: str
) -> None:
    records = small.workspace.collections[parent]
    id_, count = records[0]["id"], len(records)
    small.faults = script(Fault(kind=FaultKind.PARENT_GONE, path=path))
    assert (await ask("GET", path.replace("{id}", id_)))[0] == 404
    assert len(records) == count - 1
    assert small.faults.log[0].conversation_id == id_


async def test_one_permission_is_missing(small: Emulator, ask: Ask) -> None:
    small.denied.add("tickets")
    status, answer = await ask("POST", "/tickets/search", single("updated_at", ">", 0))
    assert (status, only_error(answer)[0]) == (401, "unauthorized")
    assert (await ask("GET", "/contacts"))[0] == 200


# Faults of other nouns


@pytest.mark.parametrize("kind", ["deleted_meanwhile", "updated_meanwhile", "created_meanwhile"])
@pytest.mark.parametrize("path", ["/contacts", "/companies", "/articles", "/macros"])
async def test_other_nouns_change_while_they_are_walked(
    small: Emulator, ask: Ask, path: str, kind: str
) -> None:
    records = small.workspace.collections[path[1:]]
    before = len(records)
    small.faults = script(Fault(kind=FaultKind(kind), path=path))
    status, page = await ask("GET", f"{path}?per_page=150", version="2.16")
    assert (status, small.faults.injected) == (200, {kind: 1})
    changed = {"deleted_meanwhile": -1, "created_meanwhile": 1}.get(kind, 0)
    assert len(page["data"]) == len(records) == before + changed


async def test_a_retrieval_is_answered_with_another_record(small: Emulator, ask: Ask) -> None:
    first = small.workspace.contacts[0]["id"]
    small.faults = script(Fault(kind=FaultKind.OTHER_ANSWER, path="/contacts/{id}"))
    _, answer = await ask("GET", f"/contacts/{first}")
    assert answer["id"] in {each["id"] for each in small.workspace.contacts} - {first}


async def test_a_poisoned_contact_spoils_searches(small: Emulator, ask: Ask) -> None:
    small.faults = Faults()
    small.faults.poison(small.workspace.contacts[0]["id"], retrieves=False)
    body = single("updated_at", ">", 0)
    assert (await ask("POST", "/contacts/search", body))[0] == 404
    assert (await ask("GET", f"/contacts/{small.workspace.contacts[0]['id']}"))[0] == 404
    small.unindexed.add(small.workspace.contacts[0]["id"])
    assert (await ask("POST", "/contacts/search", body))[0] == 200


async def test_empty_pages_lead_on(small: Emulator, intercom: AsyncIntercom) -> None:
    small.faults = script(Fault(kind=FaultKind.EMPTY_PAGE, path="/contacts"))
    ids = [contact.id async for contact in intercom.contacts.list()]
    assert sorted(ids) == sorted(contact["id"] for contact in small.workspace.contacts)
    assert small.faults.injected == {"empty_page": 1}
