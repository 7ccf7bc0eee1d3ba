"""Contacts of the emulator, walked and changed by the client."""

from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest

from intercom_async import AsyncIntercom, BadRequest, Conflict, NotFound
from intercom_async.emulator import Emulator
from intercom_async.models.contact import ContactFields as C
from tests.emulator.asking import EVERY, Ask

VERSION = {"Intercom-Version": "2.16"}


def single(field: str, operator: str, value: object) -> dict[str, Any]:
    return {"query": {"field": field, "operator": operator, "value": value}}


@pytest.mark.parametrize("version", EVERY)
async def test_a_walk_meets_every_contact_once(small: Emulator, version: str) -> None:
    async with AsyncIntercom(token=small.token, base_url=small.url, version=version) as client:
        found = [contact async for contact in client.contacts.list(per_page=7)]
    known = {contact["id"]: contact for contact in small.workspace.contacts}
    assert sorted(contact.id for contact in found) == sorted(known)
    for contact in found:
        assert contact.role == known[contact.id]["type"]
        assert contact.email == known[contact.id]["email"]
        assert contact.companies is not None
        belongs = known[contact.id].get("company_ids", [])
        assert contact.companies.total_count == len(belongs)


async def test_contacts_are_those_of_the_conversations(
    small: Emulator, intercom: AsyncIntercom
) -> None:
    for id_ in small.workspace.ids()[:5]:
        for named in small.workspace.record(id_)["contacts"]["contacts"]:
            contact = await intercom.contacts.retrieve(named["id"])
            assert contact.external_id == named["external_id"]
            assert contact.created_at is not None
            assert contact.updated_at is not None
            assert contact.created_at <= contact.updated_at


async def test_lists_in_a_contact_are_cut_at_ten(small: Emulator, intercom: AsyncIntercom) -> None:
    many = next(each for each in small.workspace.contacts if "tags" in each)
    contact = await intercom.contacts.retrieve(many["id"])
    for listed, walk in (
        (contact.tags, intercom.contacts.tags),
        (contact.companies, intercom.contacts.companies),
    ):
        assert listed is not None
        assert (len(listed), listed.has_more) == (10, True)
        assert listed.total_count == len([each async for each in walk.list(contact.id)]) > 10


# Searches


async def test_a_search_knows_the_fields_of_contacts(small: Emulator, ask: Ask) -> None:
    first = next(each for each in small.workspace.contacts if "tags" in each)
    small.workspace.contacts[1]["location"] = {"country": "Ireland"}
    for field, value in (
        ("email", first["email"]),
        ("external_id", first["external_id"]),
        ("tag_id", first["tags"]["tags"][11]["id"]),
        ("location.country", "Ireland"),
    ):
        _, page = await ask("POST", "/contacts/search", single(field, "=", value))
        assert len(page["data"]) == 1, field
    for field, value in (("role", "lead"), ("email_domain", "example.com")):
        _, page = await ask("POST", "/contacts/search", single(field, "=", value))
        assert page["total_count"] > 1
    _, page = await ask(
        "POST", "/contacts/search", single("custom_attributes.paid_subscriber", "=", True)
    )
    assert all(contact["custom_attributes"]["paid_subscriber"] for contact in page["data"])


@pytest.mark.parametrize(
    ("field", "operator", "value", "code"),
    [
        ("state", "=", "open", "invalid_field"),
        ("created_at", ">=", 1, "invalid_operator"),
        ("created_at", "IN", [1], "invalid_operator"),
        ("tag_id", "IN", ["1"], "invalid_operator"),
        ("created_at", ">", "now", "parameter_invalid"),
    ],
)
async def test_what_a_search_of_contacts_does_not_know(
    ask: Ask, field: str, operator: str, value: object, code: str
) -> None:
    status, answer = await ask("POST", "/contacts/search", single(field, operator, value))
    assert (status, answer["errors"][0]["code"]) == (400, code)


async def test_dates_are_compared_by_days_of_the_workspaces_zone(
    small: Emulator, intercom: AsyncIntercom
) -> None:
    small.workspace.app["timezone"] = "America/Los_Angeles"
    noon = datetime(2026, 3, 10, 20, tzinfo=UTC)  # 13:00 of the 10th there
    days = {"9th": -14 * 3_600, "10th": -12 * 3_600, "late 10th": 10 * 3_600, "11th": 11 * 3_600}
    contacts = small.workspace.contacts
    for name, shift in zip(days, days.values(), strict=True):
        contact = contacts[list(days).index(name)]
        contact |= {"name": name, "updated_at": int(noon.timestamp()) + shift}
    del contacts[len(days) :]

    async def found(query: Any) -> list[str]:
        return sorted([contact.name or "" async for contact in intercom.contacts.search(query)])

    assert await found(C.updated_at > noon) == ["11th"]
    assert await found(C.updated_at < noon) == ["9th"]
    assert await found(C.updated_at == noon) == ["10th", "late 10th"]


@pytest.mark.parametrize("version", ["2.15", "2.16"])
async def test_the_order_of_a_search(ask: Ask, version: str) -> None:
    body = single("updated_at", ">", 0) | {"pagination": {"per_page": 4}}
    for order, descending in (("ascending", False), ("descending", True), ("desc", True)):
        sort = {"sort": {"field": "updated_at", "order": order}}
        status, page = await ask("POST", "/contacts/search", body | sort, version)
        if order == "desc" and version == "2.16":
            assert (status, page["errors"][0]["code"]) == (400, "invalid_sort_order")
            continue
        following = page["pages"]["next"]["starting_after"]
        again = {"pagination": {"per_page": 4, "starting_after": following}}
        _, more = await ask("POST", "/contacts/search", body | sort | again, version)
        times = [each["updated_at"] for each in page["data"] + more["data"]]
        assert times == sorted(times, reverse=descending)
        assert len({each["id"] for each in page["data"] + more["data"]}) == 8


# Changes


async def test_a_contact_is_created_changed_and_deleted(intercom: AsyncIntercom) -> None:
    made = await intercom.contacts.create(
        email="new@example.org", custom_attributes={"paid_subscriber": True}
    )
    assert (made.role, made.email_domain) == ("user", "example.org")
    assert await intercom.contacts.retrieve(made.id) == made
    changed = await intercom.contacts.update(
        made.id, name="Ada", external_id="ada", owner_id="991200"
    )
    assert (changed.name, changed.email, changed.owner_id) == ("Ada", "new@example.org", "991200")
    assert await intercom.contacts.find_by_external_id("ada") == changed
    with pytest.raises(Conflict, match="already exists with id="):
        await intercom.contacts.create(email="new@example.org")
    with pytest.raises(BadRequest, match="no attribute of a contact"):
        await intercom.contacts.update(made.id, custom_attributes={"shoe size": 1})
    assert (await intercom.contacts.update(made.id, name=None)).name is None
    assert (await intercom.contacts.delete(made.id)).deleted
    with pytest.raises(NotFound):
        await intercom.contacts.retrieve(made.id)


async def test_archived_contacts_are_put_away(intercom: AsyncIntercom) -> None:
    contact = await intercom.contacts.create(external_id="x")
    assert (await intercom.contacts.archive(contact.id)).archived
    assert contact.id not in {each.id async for each in intercom.contacts.list()}
    with pytest.raises(Conflict, match="An archived contact"):
        await intercom.contacts.create(external_id="x")
    assert not (await intercom.contacts.unarchive(contact.id)).archived
    assert contact.id in {each.id async for each in intercom.contacts.list()}
    assert (await intercom.contacts.block(contact.id)).blocked


async def test_a_merged_lead_tells_where_it_went(
    small: Emulator,
    small_session: aiohttp.ClientSession,
    ask: Ask,
    intercom: AsyncIntercom,
) -> None:
    lead = next(each for each in small.workspace.contacts if each["type"] == "lead")
    user = next(each for each in small.workspace.contacts if each["type"] == "user")
    (company,) = [each async for each in intercom.contacts.companies.list(user["id"])]
    await intercom.contacts.companies.attach(lead["id"], company_id=company.id)
    assert (await intercom.contacts.merge(lead["id"], into=user["id"])).id == user["id"]
    assert (await intercom.companies.retrieve(company.id)).user_count == company.user_count
    assert (await ask("GET", f"/contacts/{lead['id']}", version="2.15"))[0] == 404
    status, answer = await ask("GET", f"/contacts/{lead['id']}", version="2.16")
    assert (status, answer["errors"][0]["code"]) == (410, "contact_merged")
    (merged,) = [each async for each in intercom.contacts.merge_history.list(user["id"])]
    assert merged.source_contact_id == lead["id"]
    async with small_session.get(f"/contacts/{lead['id']}", headers=VERSION) as response:
        assert response.headers["Link"] == f'</contacts/{user["id"]}>; rel="canonical"'
    status, answer = await ask("POST", f"/contacts/{lead['id']}/unarchive", version="2.16")
    assert (status, answer["errors"][0]["message"]) == (
        400,
        "User has been merged and is not restorable",
    )


async def test_what_belongs_to_a_contact(small: Emulator, intercom: AsyncIntercom) -> None:
    contacts, id_ = intercom.contacts, small.workspace.contacts[-1]["id"]
    tag, company = small.workspace.tags[0], small.workspace.collections["companies"][0]
    assert (await contacts.tags.add(id_, tag_id=tag["id"])).name == tag["name"]
    assert [each.id async for each in contacts.tags.list(id_)] == [tag["id"]]
    await contacts.tags.remove(id_, tag_id=tag["id"])
    assert [each async for each in contacts.tags.list(id_)] == []
    users = company["user_count"]
    await contacts.companies.attach(id_, company_id=company["id"])
    assert company["id"] in [each.id async for each in contacts.companies.list(id_)]
    assert company["user_count"] == users + 1
    await contacts.companies.detach(id_, company_id=company["id"])
    assert company["user_count"] == users
    note = await contacts.notes.create(id_, body="Hello")
    assert [each.id async for each in contacts.notes.list(id_)] == [note.id]
    assert (await intercom.notes.retrieve(note.id)).body == "<p>Hello</p>"
    kinds = [each async for each in intercom.subscription_types.list()]
    await contacts.subscriptions.add(id_, subscription_id=kinds[0].id, consent_type="opt_in")
    assert [each.id async for each in contacts.subscriptions.list(id_)] == [kinds[0].id]
    await contacts.subscriptions.remove(id_, subscription_id=kinds[0].id)
    assert [each async for each in contacts.subscriptions.list(id_)] == []
    with pytest.raises(NotFound):
        await contacts.tags.add(id_, tag_id="1")


async def test_segments_count_who_is_in_them(small: Emulator, intercom: AsyncIntercom) -> None:
    counted: dict[str, int] = {}
    for contact in small.workspace.contacts:
        async for segment in intercom.contacts.segments.list(contact["id"]):
            counted[segment.id] = counted.get(segment.id, 0) + 1
    segments = [each async for each in intercom.segments.list(include_count=True)]
    assert counted == {segment.id: segment.count for segment in segments if segment.count}
