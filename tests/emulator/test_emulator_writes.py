"""Creating, updating, attaching, detaching, redacting, converting, tagging and deleting."""

from typing import Any

import pytest

from intercom_async.emulator import Emulator
from tests.emulator.asking import START, Ask, Make, only_error

# Create


@pytest.mark.parametrize("type_", ["user", "lead", "contact"])
async def test_create(small: Emulator, ask: Ask, type_: str) -> None:
    contact = small.workspace.contacts[3]
    body = {
        "from": {"type": type_, "id": contact["id"]},
        "body": "Hello <there>",
        "subject": "Greetings",
        "attachment_urls": ["https://example.com/a.png"],
    }
    status, message = await ask("POST", "/conversations", body)
    assert status == 200
    id_ = message.pop("conversation_id")
    record = small.workspace.full_record(id_)
    assert message == {
        "type": "user_message",
        "id": record["source"]["id"],
        "created_at": START,
        "body": "Hello <there>",
        "message_type": "inapp",
    }
    assert small.workspace.ids()[0] == id_
    source = record["source"]
    assert source["body"] == "<p>Hello &lt;there&gt;</p>"
    assert source["author"] == {name: contact[name] for name in ("type", "id", "name", "email")}
    assert (source["subject"], source["delivered_as"]) == ("Greetings", "customer_initiated")
    assert source["attachments"][0]["url"] == "https://example.com/a.png"
    assert record["contacts"]["contacts"] == [
        {"type": "contact", "id": contact["id"], "external_id": contact["external_id"]}
    ]
    first_reply = {"created_at": START, "type": "conversation", "url": None}
    assert record["first_contact_reply"] == first_reply
    assert (record["state"], record["open"], record["read"]) == ("open", True, False)
    assert record["created_at"] == record["updated_at"] == record["waiting_since"] == START
    assert record["statistics"]["first_contact_reply_at"] == START
    assert record["statistics"]["count_conversation_parts"] == 1
    assert record["conversation_parts"]["total_count"] == 0


async def test_create_for_a_visitor(small: Emulator, ask: Ask) -> None:
    contact = next(each for each in small.workspace.contacts if each["external_id"])
    sender = {"type": "contact", "user_id": contact["external_id"]}
    _, message = await ask("POST", "/conversations", {"from": sender, "body": "x"})
    record = small.workspace.record(message["conversation_id"])
    assert record["source"]["author"]["id"] == contact["id"]


@pytest.mark.parametrize(("version", "at"), [("2.10", START), ("2.11", START - 50)])
async def test_create_in_the_past(small: Emulator, ask: Ask, version: str, at: int) -> None:
    sender = {"type": "user", "id": small.workspace.contacts[0]["id"]}
    body = {"from": sender, "body": "x", "created_at": START - 50}
    _, message = await ask("POST", "/conversations", body, version)
    assert message["created_at"] == at
    assert small.workspace.record(message["conversation_id"])["created_at"] == at


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"from": None}, ("parameter_not_found", "from")),
        ({"from": "x"}, ("parameter_invalid", "from")),
        ({"from": {"id": "1"}}, ("parameter_not_found", "type")),
        ({"from": {"type": "admin", "id": "1"}}, ("parameter_invalid", "type")),
        ({"from": {"type": "user"}}, ("parameter_not_found", "id")),
        ({"body": None}, ("parameter_not_found", "body")),
        ({"body": " "}, ("parameter_invalid", "body")),
        ({"subject": 3}, ("parameter_invalid", "subject")),
        (
            {"attachment_urls": ["https://example.com/a"] * 11},
            ("parameter_invalid", "attachment_urls"),
        ),
    ],
)
async def test_create_checks_its_body(
    small: Emulator, ask: Ask, change: dict[str, Any], expected: tuple[str, str]
) -> None:
    count = len(small.workspace)
    body = {"from": {"type": "user", "id": small.workspace.contacts[0]["id"]}, "body": "x"}
    status, answer = await ask("POST", "/conversations", body | change)
    assert (status, only_error(answer)) == (400, expected)
    assert len(small.workspace) == count


async def test_create_needs_a_known_contact(ask: Ask) -> None:
    body = {"from": {"type": "user", "id": "536e564f316c83104c000020"}, "body": "x"}
    status, answer = await ask("POST", "/conversations", body)
    assert status == 404
    assert answer["errors"] == [{"code": "not_found", "message": "User Not Found"}]


# Update


async def test_update(small: Emulator, ask: Ask, make: Make) -> None:
    id_ = make(custom_attributes={"plan": "free", "seats": 3})
    body = {"read": True, "title": "New", "custom_attributes": {"plan": "pro", "beta": [1]}}
    status, answer = await ask("PUT", f"/conversations/{id_}", body)
    assert status == 200
    assert answer == small.workspace.full_record(id_)
    assert (answer["read"], answer["title"]) == (True, "New")
    assert answer["custom_attributes"] == {"plan": "pro", "seats": 3, "beta": [1]}
    assert answer["updated_at"] == START
    parts = answer["conversation_parts"]["conversation_parts"]
    assert [part["part_type"] for part in parts] == ["conversation_attribute_updated_by_admin"] * 2
    _, answer = await ask("PUT", f"/conversations/{id_}", {"title": None, "read": False})
    assert (answer["read"], answer["title"]) == (False, None)


async def test_an_update_of_nothing_changes_nothing(small: Emulator, ask: Ask, make: Make) -> None:
    id_ = make()
    before = small.workspace.full_record(id_)
    assert await ask("PUT", f"/conversations/{id_}", {}) == (200, before)


async def test_update_as_plain_text(ask: Ask, make: Make) -> None:
    path = f"/conversations/{make()}?display_as=plaintext"
    _, answer = await ask("PUT", path, {"read": True})
    assert answer["source"]["body"] == "Hello"


@pytest.mark.parametrize(
    ("body", "field"),
    [({"read": "yes"}, "read"), ({"title": 1}, "title"), ({"custom_attributes": []}, None)],
)
async def test_update_checks_its_body(
    ask: Ask, make: Make, body: dict[str, Any], field: str | None
) -> None:
    status, answer = await ask("PUT", f"/conversations/{make()}", body)
    expected = ("parameter_invalid", field or "custom_attributes")
    assert (status, only_error(answer)) == (400, expected)


async def test_update_refuses_names_that_several_attributes_share(
    small: Emulator, ask: Ask, make: Make
) -> None:
    small.workspace.duplicate_attributes.add("plan")
    id_ = make()
    status, answer = await ask("PUT", f"/conversations/{id_}", {"custom_attributes": {"plan": 1}})
    assert (status, only_error(answer)) == (400, ("parameter_invalid", "custom_attributes"))
    status, _ = await ask("PUT", f"/conversations/{id_}", {"custom_attributes": {"seats": 1}})
    assert status == 200


# Attach and detach


@pytest.mark.parametrize("key", ["intercom_user_id", "user_id", "email"])
async def test_attach_and_detach(small: Emulator, ask: Ask, make: Make, key: str) -> None:
    first, second = small.workspace.contacts[0], small.workspace.contacts[2]
    admin_id = int(small.workspace.admins[0]["id"])
    names = {"intercom_user_id": "id", "user_id": "external_id", "email": "email"}
    second["external_id"] = "second"
    id_ = make()
    body = {"admin_id": admin_id, "customer": {key: second[names[key]]}}
    status, answer = await ask("POST", f"/conversations/{id_}/customers", body)
    both = [{"type": each["type"], "id": each["id"]} for each in (first, second)]
    assert (status, answer) == (200, {"customers": both})
    record = small.workspace.full_record(id_)
    assert record["contacts"]["contacts"][1]["external_id"] == "second"
    assert record["updated_at"] == START
    (part,) = record["conversation_parts"]["conversation_parts"]
    assert (part["part_type"], part["author"]["id"]) == ("participant_added", str(admin_id))
    path = f"/conversations/{id_}/customers/{first['id']}"
    example = {"admin_id": admin_id, "customer": {"intercom_user_id": first["id"]}}
    status, answer = await ask("DELETE", path, example)
    assert (status, answer) == (200, {"customers": both[1:]})
    parts = small.workspace.full_record(id_)["conversation_parts"]["conversation_parts"]
    assert parts[-1]["part_type"] == "participant_removed"


async def test_attaching_twice_changes_nothing(small: Emulator, ask: Ask, make: Make) -> None:
    id_, contact = make(), small.workspace.contacts[0]
    before = small.workspace.full_record(id_)
    body = {
        "admin_id": small.workspace.admins[0]["id"],
        "customer": {"intercom_user_id": contact["id"]},
    }
    status, answer = await ask("POST", f"/conversations/{id_}/customers", body)
    assert status == 200
    assert answer == {"customers": [{"type": contact["type"], "id": contact["id"]}]}
    assert small.workspace.full_record(id_) == before


async def test_an_unknown_email_makes_a_lead(small: Emulator, ask: Ask, make: Make) -> None:
    count, id_ = len(small.workspace.contacts), make()
    body = {
        "customer": {
            "email": "new@example.com",
            "customer": {"intercom_user_id": small.workspace.contacts[1]["id"]},
        }
    }
    status, answer = await ask("POST", f"/conversations/{id_}/customers", body)
    assert status == 200
    assert len(answer["customers"]) == 2
    assert await ask("POST", f"/conversations/{id_}/customers", body) == (200, answer)
    lead = small.workspace.contacts[-1]
    assert (len(small.workspace.contacts), lead["email"]) == (count + 1, "new@example.com")
    assert answer["customers"][1] == {"type": "lead", "id": lead["id"]}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"customer": None}, ("parameter_not_found", "customer")),
        ({"customer": "x"}, ("parameter_invalid", "customer")),
        ({"customer": {}}, ("parameter_not_found", "intercom_user_id")),
        ({"customer": {"email": "a@b.c", "user_id": "1"}}, ("parameter_invalid", "email")),
        ({"admin_id": None}, ("parameter_not_found", "admin_id")),
        (
            {"admin_id": None, "customer": {"email": "a@b.c", "customer": {}}},
            ("parameter_not_found", "intercom_user_id"),
        ),
    ],
)
async def test_attach_checks_its_body(
    small: Emulator, ask: Ask, make: Make, change: dict[str, Any], expected: tuple[str, str]
) -> None:
    contact, admin = small.workspace.contacts[0], small.workspace.admins[0]
    body = {"admin_id": admin["id"], "customer": {"intercom_user_id": contact["id"]}}
    status, answer = await ask("POST", f"/conversations/{make()}/customers", body | change)
    assert (status, only_error(answer)) == (400, expected)


async def test_attach_and_detach_find_what_they_name(small: Emulator, ask: Ask, make: Make) -> None:
    id_, admin = make(), {"admin_id": small.workspace.admins[0]["id"]}
    contact, other = small.workspace.contacts[:2]
    customer = {"customer": {"intercom_user_id": contact["id"]}}
    stranger = {"customer": {"user_id": "nobody"}}
    there, nowhere = f"/conversations/{id_}/customers", "/conversations/1/customers"
    cases = [
        ("POST", nowhere, admin | customer, 404, "Resource Not Found"),
        ("POST", there, {"admin_id": 1} | customer, 404, "Admin Not Found"),
        ("POST", there, admin | stranger, 404, "User Not Found"),
        ("DELETE", f"{nowhere}/{contact['id']}", admin, 404, "Resource Not Found"),
        ("DELETE", f"{there}/{contact['id']}", {"admin_id": 1}, 404, "Admin Not Found"),
        ("DELETE", f"{there}/{other['id']}", admin, 404, "User Not Found"),
        (
            "DELETE",
            f"{there}/{contact['id']}",
            admin,
            422,
            "Removing the last customer is not allowed",
        ),
        ("DELETE", f"{there}/{contact['id']}", {}, 400, "admin_id is a required parameter"),
    ]
    codes = {400: "parameter_not_found", 404: "not_found", 422: "parameter_invalid"}
    before = small.workspace.full_record(id_)
    for method, path, body, expected, message in cases:
        status, answer = await ask(method, path, body)
        assert (status, only_error(answer)[0]) == (expected, codes[expected])
        assert answer["errors"][0]["message"] == message
    assert small.workspace.full_record(id_) == before


# Redact

PARTS = [
    {"id": 7, "part_type": "comment", "body": "<p>secret</p>", "attachments": [{}]},
    {"id": "8", "part_type": "assignment", "body": None},
]


async def test_redact_a_part(small: Emulator, ask: Ask, make: Make) -> None:
    id_ = make(parts=PARTS)
    body = {"type": "conversation_part", "conversation_id": int(id_), "conversation_part_id": "7"}
    status, answer = await ask("POST", "/conversations/redact", body)
    assert status == 200
    assert answer == small.workspace.full_record(id_)
    part = answer["conversation_parts"]["conversation_parts"][0]
    assert part["body"] == "<p><i>This message was deleted</i></p>"
    assert (part["redacted"], part["attachments"], part["updated_at"]) == (True, [], START)
    assert answer["updated_at"] == START


async def test_redact_the_source(small: Emulator, ask: Ask, make: Make) -> None:
    id_ = make()
    source_id = small.workspace.record(id_)["source"]["id"]
    body = {"type": "source", "conversation_id": id_, "source_id": source_id}
    status, answer = await ask("POST", "/conversations/redact", body)
    assert status == 200
    assert answer["source"]["body"] == "<p><i>This message was deleted</i></p>"
    assert answer["source"]["redacted"] is True
    query = {"query": {"field": "source.body", "operator": "=", "value": "hello"}}
    _, found = await ask("POST", "/conversations/search", query)
    assert id_ not in {each["id"] for each in found["conversations"]}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"conversation_part_id": "8"}, "conversation_part_not_redactable"),
        ({"conversation_part_id": "9"}, "conversation_part_or_message_not_found"),
        ({"conversation_id": "1"}, "conversation_part_or_message_not_found"),
        ({"type": "source", "source_id": "9"}, "conversation_part_or_message_not_found"),
        ({"type": "source", "source_id": "5"}, "conversation_part_not_redactable"),
    ],
)
async def test_what_cannot_be_redacted(
    small: Emulator, ask: Ask, make: Make, change: dict[str, str], code: str
) -> None:
    author = {"type": "admin", "id": "1", "name": None, "email": None}
    id_ = make(parts=PARTS, source={"id": "5", "body": "<p>x</p>", "author": author})
    before = small.workspace.full_record(id_)
    body = {"type": "conversation_part", "conversation_id": id_, "conversation_part_id": "7"}
    status, answer = await ask("POST", "/conversations/redact", body | change)
    assert (status, only_error(answer)) == (404, (code, None))
    assert small.workspace.full_record(id_) == before


async def test_a_conversation_without_source_has_none_to_redact(ask: Ask, make: Make) -> None:
    body = {"type": "source", "conversation_id": make(source=None), "source_id": "None"}
    status, answer = await ask("POST", "/conversations/redact", body)
    code = "conversation_part_or_message_not_found"
    assert (status, only_error(answer)) == (404, (code, None))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, ("parameter_not_found", "type")),
        ({"type": "note"}, ("parameter_invalid", "type")),
        ({"type": "source"}, ("parameter_not_found", "conversation_id")),
        ({"type": "source", "conversation_id": 1}, ("parameter_not_found", "source_id")),
        (
            {"type": "conversation_part", "conversation_id": 1, "source_id": 2},
            ("parameter_not_found", "conversation_part_id"),
        ),
    ],
)
async def test_redact_checks_its_body(
    ask: Ask, body: dict[str, Any], expected: tuple[str, str]
) -> None:
    status, answer = await ask("POST", "/conversations/redact", body)
    assert (status, only_error(answer)) == (400, expected)


# Convert


async def test_convert(small: Emulator, ask: Ask, make: Make) -> None:
    id_ = make(parts=[{"id": "7", "part_type": "note", "body": "<p>x</p>", "created_at": 1}])
    contacts = small.workspace.record(id_)["contacts"]
    attributes = {"_default_title_": "Broken", "_default_description_": "It is", "n": [1]}
    body = {"ticket_type_id": "81", "attributes": attributes}
    status, ticket = await ask("POST", f"/conversations/{id_}/convert", body)
    assert status == 200
    assert (ticket["type"], ticket["id"], ticket["ticket_id"]) == ("ticket", id_, "1")
    assert ticket["ticket_attributes"] == attributes
    assert ticket["ticket_state"] == "submitted"
    assert ticket["ticket_state_internal_label"] == ticket["ticket_state_external_label"]
    assert ticket["ticket_type"] == small.workspace.ticket_types[0]
    assert ticket["contacts"] == contacts
    assert (ticket["admin_assignee_id"], ticket["team_assignee_id"]) == ("0", "0")
    assert (ticket["created_at"], ticket["updated_at"]) == (START - 3_600, START)
    assert (ticket["open"], ticket["category"], ticket["is_shared"]) == (True, "Customer", True)
    assert ticket["linked_objects"]["total_count"] == 0
    listed = ticket["ticket_parts"]
    types = [part["part_type"] for part in listed["ticket_parts"]]
    assert types == ["comment", "note", "ticket_state_updated_by_admin"]
    assert listed["total_count"] == 3
    assert {part["type"] for part in listed["ticket_parts"]} == {"ticket_part"}
    assert listed["ticket_parts"][-1]["previous_ticket_state"] == "submitted"
    record = small.workspace.full_record(id_)
    assert record["ticket"]["ticket_attributes"] == attributes
    assert record["linked_objects"] == {
        "type": "list",
        "data": [{"type": "ticket", "id": id_, "category": "Customer"}],
        "total_count": 1,
        "has_more": False,
    }
    assert record["updated_at"] == START


async def test_convert_without_attributes(ask: Ask, make: Make) -> None:
    status, ticket = await ask("POST", f"/conversations/{make()}/convert", {"ticket_type_id": 81})
    assert (status, ticket["ticket_attributes"]) == (200, {})


@pytest.mark.parametrize(
    ("body", "status", "expected"),
    [
        ({}, 400, ("parameter_not_found", "ticket_type_id")),
        ({"ticket_type_id": "82"}, 400, ("parameter_invalid", None)),
        ({"ticket_type_id": "83"}, 400, ("parameter_invalid", None)),
        ({"ticket_type_id": "1"}, 404, ("not_found", "ticket_type_id")),
        ({"ticket_type_id": "81", "attributes": []}, 400, ("parameter_invalid", "attributes")),
        (
            {"ticket_type_id": "81", "attributes": {"a": {}}},
            400,
            ("parameter_invalid", "attributes"),
        ),
    ],
)
async def test_convert_checks_its_body(
    ask: Ask, make: Make, body: dict[str, Any], status: int, expected: tuple[str, str | None]
) -> None:
    found, answer = await ask("POST", f"/conversations/{make()}/convert", body)
    assert (found, only_error(answer)) == (status, expected)


async def test_convert_refuses_what_it_cannot(ask: Ask, make: Make) -> None:
    status, answer = await ask("POST", f"/conversations/{make()}/convert", {"ticket_type_id": 82})
    assert answer["errors"][0]["message"] == "Ticket type is not a customer ticket type"
    status, answer = await ask("POST", "/conversations/1/convert", {"ticket_type_id": 81})
    assert (status, only_error(answer)) == (404, ("not_found", None))
    id_ = make()
    await ask("POST", f"/conversations/{id_}/convert", {"ticket_type_id": 81})
    status, answer = await ask("POST", f"/conversations/{id_}/convert", {"ticket_type_id": 81})
    assert (status, only_error(answer)) == (400, ("parameter_invalid", None))


# Tag and untag


async def test_tag_and_untag(small: Emulator, ask: Ask, make: Make) -> None:
    id_, admin, known = make(), small.workspace.admins[0], small.workspace.tags[4]
    body = {"id": int(known["id"]), "admin_id": int(admin["id"])}
    status, tag = await ask("POST", f"/conversations/{id_}/tags", body)
    applied_by = {"type": "admin", "id": admin["id"]}
    assert (status, tag) == (200, known | {"applied_at": START, "applied_by": applied_by})
    record = small.workspace.record(id_)
    assert (record["tags"]["tags"], record["updated_at"]) == ([tag], START)
    assert await ask("POST", f"/conversations/{id_}/tags", body) == (200, tag)
    assert small.workspace.record(id_) == record
    query = {"query": {"field": "tag_ids", "operator": "=", "value": known["id"]}}
    _, found = await ask("POST", "/conversations/search", query)
    assert id_ in {each["id"] for each in found["conversations"]}
    path = f"/conversations/{id_}/tags/{known['id']}"
    assert await ask("DELETE", path, {"admin_id": admin["id"]}) == (200, tag)
    assert small.workspace.record(id_)["tags"]["tags"] == []
    status, answer = await ask("DELETE", path, {"admin_id": admin["id"]})
    assert status == 404
    assert answer["errors"] == [{"code": "tag_not_found", "message": "Tag not found"}]


async def test_tags_refuse_what_they_cannot(small: Emulator, ask: Ask, make: Make) -> None:
    id_, tag_id = make(), small.workspace.tags[0]["id"]
    admin = {"admin_id": small.workspace.admins[0]["id"]}
    there, nowhere = f"/conversations/{id_}/tags", "/conversations/1/tags"
    cases = [
        ("POST", nowhere, {"id": tag_id} | admin, 404, "not_found"),
        ("POST", there, {"id": "1"} | admin, 404, "tag_not_found"),
        ("POST", there, {"id": tag_id, "admin_id": "1"}, 404, "not_found"),
        ("POST", there, admin, 400, "parameter_not_found"),
        ("POST", there, {"id": tag_id}, 400, "parameter_not_found"),
        ("DELETE", f"{nowhere}/{tag_id}", admin, 404, "not_found"),
        ("DELETE", f"{there}/{tag_id}", {"admin_id": "1"}, 404, "not_found"),
        ("DELETE", f"{there}/{tag_id}", None, 400, "parameter_not_found"),
    ]
    for method, path, body, expected, code in cases:
        status, answer = await ask(method, path, body)
        assert (status, answer["errors"][0]["code"]) == (expected, code)
    _, answer = await ask("POST", nowhere, {"id": tag_id} | admin)
    assert answer["errors"][0]["message"] == "Conversation not found"


# Delete, and the plan


async def test_delete(small: Emulator, ask: Ask, make: Make) -> None:
    id_ = make()
    status, answer = await ask("DELETE", f"/conversations/{id_}", version="2.13")
    assert (status, answer) == (200, {"id": id_, "object": "conversation", "deleted": True})
    assert id_ not in small.workspace
    assert (await ask("GET", f"/conversations/{id_}"))[0] == 404
    status, answer = await ask("DELETE", f"/conversations/{id_}", version="2.13")
    assert (status, only_error(answer)) == (404, ("not_found", None))


OPERATIONS = [
    ("GET", ""),
    ("POST", ""),
    ("POST", "/search"),
    ("POST", "/redact"),
    ("GET", "/1"),
    ("PUT", "/1"),
    ("POST", "/1/reply"),
    ("POST", "/1/parts"),
    ("POST", "/1/run_assignment_rules"),
    ("POST", "/1/customers"),
    ("DELETE", "/1/customers/2"),
    ("POST", "/1/convert"),
    ("POST", "/1/tags"),
    ("DELETE", "/1/tags/2"),
]


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
async def test_a_plan_can_be_too_small(small: Emulator, ask: Ask, method: str, path: str) -> None:
    small.plan_restricted = True
    status, answer = await ask(method, f"/conversations{path}")
    assert status == 403
    assert answer["errors"] == [
        {"code": "api_plan_restricted", "message": "Active subscription needed."}
    ]
    assert (await ask("GET", "/me"))[0] == 200


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
async def test_every_operation_needs_the_token(
    small: Emulator, ask: Ask, method: str, path: str
) -> None:
    small.token = "another"
    status, answer = await ask(method, f"/conversations{path}")
    assert (status, only_error(answer)) == (401, ("unauthorized", None))
