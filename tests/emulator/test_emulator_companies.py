"""Companies of the emulator, walked and changed by the client."""

import pytest

from intercom_async import AsyncIntercom, BadRequest, NotFound, RetryPolicy
from intercom_async.emulator import Emulator
from tests.emulator.asking import Ask, Clock


def listed(emulator: Emulator) -> set[str]:
    companies = emulator.workspace.collections["companies"]
    return {company["id"] for company in companies if company["user_count"]}


async def test_every_way_meets_every_company_once(small: Emulator, intercom: AsyncIntercom) -> None:
    companies = intercom.companies
    for pages in (companies.list(per_page=5), companies.list(order="asc"), companies.scroll()):
        ids = [company.id async for company in pages]
        assert sorted(ids) == sorted(listed(small))


async def test_companies_without_users_are_in_no_list(intercom: AsyncIntercom) -> None:
    made = await intercom.companies.create_or_update(company_id="new", name="New")
    assert made.id not in {company.id async for company in intercom.companies.list()}
    assert made.id not in {company.id async for company in intercom.companies.scroll()}
    assert (await intercom.companies.retrieve(made.id)).name == "New"


async def test_a_company_is_created_found_changed_and_deleted(intercom: AsyncIntercom) -> None:
    companies = intercom.companies
    made = await companies.create_or_update(company_id="c", name="One", monthly_spend=7)
    again = await companies.create_or_update(company_id="c", name="Two")
    assert (again.id, again.name, again.monthly_spend) == (made.id, "Two", 7)
    assert (await companies.find(company_id="c")).id == (await companies.find(name="Two")).id
    changed = await companies.update(made.id, plan="Gold", custom_attributes={"region": "EU"})
    assert changed.plan is not None
    assert (changed.plan.name, changed.custom_attributes) == ("Gold", {"region": "EU"})
    assert (await companies.delete(made.id)).deleted
    with pytest.raises(NotFound):
        await companies.find(company_id="c")


async def test_what_belongs_to_a_company(small: Emulator, intercom: AsyncIntercom) -> None:
    for company in small.workspace.collections["companies"]:
        contacts = [each async for each in intercom.companies.contacts.list(company["id"])]
        assert len(contacts) == company["user_count"]
    note = await intercom.companies.notes.create(company["id"], body="Hello")
    assert [each.id async for each in intercom.companies.notes.list(company["id"])] == [note.id]
    assert [each async for each in intercom.companies.segments.list(company["id"])] == []


async def test_a_list_ends_at_ten_thousand(ask: Ask) -> None:
    status, answer = await ask("POST", "/companies/list?page=168&per_page=60")
    assert (status, answer["errors"][0]["message"]) == (
        400,
        "page limit reached, please use scroll API",
    )


async def test_the_next_page_of_a_list_is_posted_for(small: Emulator, ask: Ask) -> None:
    _, page = await ask("POST", "/companies/list?per_page=5")
    following = page["pages"]["next"].removeprefix(small.url)
    assert (await ask("GET", following))[0] == 404
    assert (await ask("POST", following))[0] == 200


async def test_a_workspace_has_one_scroll_for_a_minute(
    small: Emulator, ask: Ask, clock: Clock
) -> None:
    _, first = await ask("GET", "/companies/scroll")
    once = RetryPolicy(max_attempts=1)
    async with AsyncIntercom(token=small.token, base_url=small.url, retry=once) as intercom:
        with pytest.raises(BadRequest, match="scroll already exists"):
            await anext(aiter(intercom.companies.scroll()))
    clock.now += 59
    path = f"/companies/scroll?scroll_param={first['scroll_param']}"
    assert (await ask("GET", path))[1]["data"] == []
    assert (await ask("GET", path))[0] == 404  # it has ended
    _, other = await ask("GET", "/companies/scroll")
    clock.now += 61
    assert (await ask("GET", f"/companies/scroll?scroll_param={other['scroll_param']}"))[0] == 404
    assert (await ask("GET", "/companies/scroll"))[0] == 200
    assert small.workspace.scroll is not None
