"""Tickets of the emulator, walked and changed by the client."""

from datetime import UTC, datetime
from typing import Any

import pytest

from intercom_async import AsyncIntercom, BadRequest, NotFound
from intercom_async.emulator import Emulator
from intercom_async.models.ticket_inputs import TicketFields as T
from tests.emulator.asking import EVERY, Ask

TITLE = "_default_title_"


def new(emulator: Emulator, **fields: Any) -> dict[str, Any]:
    contacts = [{"id": emulator.workspace.contacts[0]["id"]}]
    return {"ticket_type_id": "81", "contacts": contacts} | fields


@pytest.mark.parametrize("version", EVERY)
async def test_a_walk_meets_every_ticket_once(small: Emulator, version: str) -> None:
    known = {ticket["id"]: ticket for ticket in small.workspace.collections["tickets"]}
    async with AsyncIntercom(token=small.token, base_url=small.url, version=version) as client:
        found = [ticket async for ticket in client.tickets.search(T.updated_at > 0, per_page=2)]
        types = {each.id: each async for each in client.ticket_types.list()}
    assert sorted(ticket.id for ticket in found) == sorted(known)
    ids = {contact["id"] for contact in small.workspace.contacts}
    for ticket in found:
        assert {contact.id for contact in ticket.contacts} <= ids
        assert ticket.ticket_type is not None
        assert types[ticket.ticket_type.id].name == ticket.ticket_type.name
        assert ticket.ticket_parts is not None
        assert len(ticket.ticket_parts) == 1


@pytest.mark.parametrize("version", EVERY)
async def test_how_versions_show_a_ticket(small: Emulator, ask: Ask, version: str) -> None:
    id_, minor = small.workspace.collections["tickets"][1]["id"], int(version[2:])
    _, ticket = await ask("GET", f"/tickets/{id_}", version=version)
    state = ticket["ticket_state"]
    assert (state if minor < 12 else state["category"]) == "in_progress"
    assert ("ticket_state_internal_label" in ticket) is (minor < 12)
    assert isinstance(ticket["admin_assignee_id"], int if minor >= 16 else str)


async def test_seconds_are_exact(small: Emulator, intercom: AsyncIntercom) -> None:
    tickets = small.workspace.collections["tickets"]
    moment = tickets[2]["updated_at"]
    for shift, query in ((-1, T.updated_at > moment), (1, T.updated_at < moment)):
        tickets[0]["updated_at"] = moment + shift
        ids = [ticket.id async for ticket in intercom.tickets.search(query)]
        assert tickets[2]["id"] not in ids
        assert tickets[0]["id"] not in ids
    at = datetime.fromtimestamp(moment, UTC)
    ids = [ticket.id async for ticket in intercom.tickets.search(T.updated_at == at)]
    assert ids == [tickets[2]["id"]]


async def test_a_search_knows_the_fields_of_tickets(
    small: Emulator, ask: Ask, intercom: AsyncIntercom
) -> None:
    made = await intercom.tickets.create(**new(small, ticket_attributes={TITLE: "A lost key"}))
    contact = small.workspace.contacts[0]["id"]
    for field, value in (
        ("title", "A lost key"),
        ("category", "request"),
        ("state", "submitted"),
        ("contact_ids", contact),
        ("ticket_type_id", "81"),
        ("ticket_attribute.810", "A lost key"),
        ("admin_assignee_id", "0"),
        ("open", True),
    ):
        query = {"query": {"field": field, "operator": "=", "value": value}}
        status, page = await ask("POST", "/tickets/search", query)
        assert status == 200, field
        assert made.id in {ticket["id"] for ticket in page["tickets"]}, field
        query["query"]["operator"] = "!="
        _, page = await ask("POST", "/tickets/search", query)
        assert made.id not in {ticket["id"] for ticket in page["tickets"]}, field


async def test_a_ticket_is_created_changed_and_deleted(
    small: Emulator, intercom: AsyncIntercom
) -> None:
    tickets = intercom.tickets
    made = await tickets.create(**new(small, ticket_attributes={TITLE: "Broken"}))
    assert made.ticket_attributes == {TITLE: "Broken"}
    states = [state async for state in intercom.ticket_states.list()]
    changed = await tickets.update(made.id, ticket_state_id=states[3].id, assignee_id="991200")
    assert (changed.ticket_state, changed.admin_assignee_id) == ("resolved", "991200")
    part = await tickets.reply(made.id, admin_id="991200", body="Done")
    parts = list((await tickets.retrieve(made.id)).ticket_parts or [])
    assert [each.part_type for each in parts] == ["ticket_state_updated_by_admin", "comment"]
    assert parts[-1] == part
    with pytest.raises(BadRequest, match="Ticket state is not valid"):
        await tickets.update(made.id, ticket_state_id="99")
    with pytest.raises(BadRequest, match="no attribute of the type"):
        await tickets.update(made.id, ticket_attributes={"colour": "red"})
    tag = small.workspace.tags[0]["id"]
    assert (await tickets.add_tag(made.id, tag_id=tag, admin_id="991200")).id == tag
    assert (await tickets.remove_tag(made.id, tag_id=tag, admin_id="991200")).id == tag
    assert (await tickets.delete(made.id)).deleted
    with pytest.raises(NotFound, match="Ticket not found"):
        await tickets.retrieve(made.id)


async def test_versions_before_2_14_assign_by_an_object(small: Emulator, ask: Ask) -> None:
    id_ = small.workspace.collections["tickets"][0]["id"]
    body = {"assignment": {"admin_id": "991200", "assignee_id": "5017690"}, "state": "resolved"}
    status, ticket = await ask("PUT", f"/tickets/{id_}", body, "2.11")
    assert (status, ticket["team_assignee_id"]) == (200, "5017690")
    assert (ticket["ticket_state"], ticket["ticket_state_external_label"]) == (
        "resolved",
        "Resolved",
    )


async def test_an_enqueued_ticket_is_made_by_a_job(
    small: Emulator, intercom: AsyncIntercom
) -> None:
    job = await intercom.tickets.enqueue(**new(small))
    assert job.status == "pending"
    done = await intercom.jobs.retrieve(job.id)
    assert done.status == "success"
    assert done.resource_id is not None
    assert (await intercom.tickets.retrieve(done.resource_id)).open
    with pytest.raises(NotFound, match="Job not found"):
        await intercom.jobs.retrieve("1")


async def test_trackers_link_conversations(small: Emulator, intercom: AsyncIntercom) -> None:
    tracker = await intercom.tickets.create(**new(small, ticket_type_id="83"))
    conversation = small.workspace.ids()[0]
    await intercom.tickets.link_conversation(tracker.id, conversation_id=conversation)
    linked = (await intercom.tickets.retrieve(tracker.id)).linked_objects
    assert linked is not None
    assert [each.id for each in linked.data] == [conversation]
    await intercom.tickets.unlink_conversation(tracker.id, conversation_id=conversation)
    linked = (await intercom.tickets.retrieve(tracker.id)).linked_objects
    assert linked is not None
    assert linked.data == []
    changed = await intercom.tickets.change_type(
        tracker.id, ticket_type_id="81", ticket_state_id="2"
    )
    assert changed.ticket_type is not None
    assert changed.ticket_type.id == "81"
    with pytest.raises(BadRequest, match="tracker tickets"):
        await intercom.tickets.link_conversation(tracker.id, conversation_id=conversation)


async def test_a_converted_conversation_is_among_the_tickets(
    small: Emulator, ask: Ask, intercom: AsyncIntercom
) -> None:
    id_ = small.workspace.ids()[0]
    await ask("POST", f"/conversations/{id_}/convert", {"ticket_type_id": "81"})
    ticket = await intercom.tickets.retrieve(id_)
    assert ticket.ticket_state == "submitted"


async def test_ticket_types_are_created_and_changed(ask: Ask, intercom: AsyncIntercom) -> None:
    made = await intercom.ticket_types.create(name="Bug", category="Back-office")
    assert made.id is not None
    assert (await intercom.ticket_types.update(made.id, archived=True)).archived
    attributes = f"/ticket_types/{made.id}/attributes"
    body = {"name": "Severity", "description": "How bad", "data_type": "integer"}
    status, attribute = await ask("POST", attributes, body | {"required_to_create": True})
    assert (status, attribute["required_to_create"]) == (200, True)
    _, changed = await ask("PUT", f"{attributes}/{attribute['id']}", {"name": "Priority"})
    assert (changed["name"], changed["data_type"]) == ("Priority", "integer")
    listed = (await intercom.ticket_types.retrieve(made.id)).ticket_type_attributes
    assert [each.name for each in listed][2:] == ["Priority"]
