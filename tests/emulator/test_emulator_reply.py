"""Replies of admins and contacts, and what they change."""

import base64
from typing import Any

import pytest

from intercom_async.emulator import Emulator
from tests.emulator.asking import START, Ask, Make, only_error

CLOSED = {"state": "closed", "open": False}
SNOOZED = {"state": "snoozed", "snoozed_until": START + 600}


def admin_reply(emulator: Emulator, **more: object) -> dict[str, Any]:
    return {
        "type": "admin",
        "message_type": "comment",
        "admin_id": emulator.workspace.admins[0]["id"],
        "body": "Hi",
    } | more


def contact_reply(emulator: Emulator, **more: object) -> dict[str, Any]:
    return {
        "type": "user",
        "message_type": "comment",
        "intercom_user_id": emulator.workspace.contacts[0]["id"],
        "body": "Hi",
    } | more


async def test_an_admin_comments(small: Emulator, ask: Ask, make: Make) -> None:
    id_ = make(waiting_since=START - 60, created_at=START - 86_400)
    admin = small.workspace.admins[0]
    status, answer = await ask("POST", f"/conversations/{id_}/reply", admin_reply(small))
    assert status == 200
    assert answer == small.workspace.full_record(id_)
    (part,) = answer["conversation_parts"]["conversation_parts"]
    assert part["part_type"] == "comment"
    assert part["body"] == "<p>Hi</p>"
    assert part["author"] == {name: admin[name] for name in ("type", "id", "name", "email")}
    assert part["created_at"] == answer["updated_at"] == START
    assert answer["waiting_since"] is None
    assert answer["teammates"]["teammates"] == [{"type": "admin", "id": admin["id"]}]
    statistics = answer["statistics"]
    assert statistics["first_admin_reply_at"] == statistics["last_admin_reply_at"] == START
    assert statistics["time_to_admin_reply"] == 30_600  # from 9:00 to 17:30
    assert statistics["count_conversation_parts"] == 2
    assert small.workspace.ids()[0] == id_


async def test_a_second_comment_keeps_what_was_first(
    small: Emulator, ask: Ask, make: Make, clock: Any
) -> None:
    id_ = make(created_at=START - 86_400)
    await ask("POST", f"/conversations/{id_}/reply", admin_reply(small))
    clock.now += 60
    _, answer = await ask("POST", f"/conversations/{id_}/reply", admin_reply(small))
    statistics = answer["statistics"]
    assert statistics["first_admin_reply_at"] == START
    assert statistics["last_admin_reply_at"] == START + 60
    assert statistics["time_to_admin_reply"] == 30_600
    assert len(answer["teammates"]["teammates"]) == 1


async def test_a_note_changes_nothing_but_the_parts(small: Emulator, ask: Ask, make: Make) -> None:
    id_ = make(waiting_since=START - 60, **CLOSED)
    before = small.workspace.record(id_)
    note = admin_reply(small, message_type="note", body="<ul><li>Tea</li></ul>")
    _, answer = await ask("POST", f"/conversations/{id_}/reply", note)
    parts = answer.pop("conversation_parts")["conversation_parts"]
    assert [(part["part_type"], part["body"]) for part in parts] == [
        ("note", "<ul><li>Tea</li></ul>")
    ]
    before["statistics"]["count_conversation_parts"] = 2
    assert answer == before | {"updated_at": START}


@pytest.mark.parametrize("key", ["intercom_user_id", "user_id", "email"])
async def test_a_contact_comments(small: Emulator, ask: Ask, make: Make, key: str) -> None:
    contact = next(each for each in small.workspace.contacts if each["external_id"])
    id_ = make(read=True)
    names = {"intercom_user_id": "id", "user_id": "external_id", "email": "email"}
    body = contact_reply(small, intercom_user_id=None) | {key: contact[names[key]]}
    status, answer = await ask("POST", f"/conversations/{id_}/reply", body)
    assert status == 200
    (part,) = answer["conversation_parts"]["conversation_parts"]
    assert (part["part_type"], part["author"]["id"]) == ("comment", contact["id"])
    assert answer["waiting_since"] == START
    assert answer["read"] is False
    assert answer["first_contact_reply"]["created_at"] == START
    assert answer["statistics"]["last_contact_reply_at"] == START
    assert contact["id"] in {each["id"] for each in answer["contacts"]["contacts"]}


@pytest.mark.parametrize("state", [CLOSED, SNOOZED])
async def test_a_contact_reopens(
    small: Emulator, ask: Ask, make: Make, state: dict[str, Any]
) -> None:
    id_ = make(**state)
    _, answer = await ask("POST", f"/conversations/{id_}/reply", contact_reply(small))
    assert (answer["state"], answer["open"], answer["snoozed_until"]) == ("open", True, None)
    assert answer["statistics"]["count_reopens"] == 1
    (part,) = answer["conversation_parts"]["conversation_parts"]
    assert (part["part_type"], part["body"]) == ("open", "<p>Hi</p>")


async def test_seeded_parts_are_kept_when_one_is_added(small: Emulator, ask: Ask) -> None:
    for id_ in small.workspace.ids()[::5]:
        before = small.workspace.full_record(id_)["conversation_parts"]
        await ask("POST", f"/conversations/{id_}/reply", admin_reply(small))
        after = small.workspace.full_record(id_)
        parts = after["conversation_parts"]["conversation_parts"]
        assert parts[:-1] == before["conversation_parts"]
        assert after["conversation_parts"]["total_count"] == before["total_count"] + 1
        assert after["statistics"]["count_conversation_parts"] == before["total_count"] + 2
        assert len({str(part["id"]) for part in parts}) == len(parts)


async def test_last_is_the_contacts_latest_conversation(
    small: Emulator, ask: Ask, make: Make
) -> None:
    contact = {"type": "lead", "id": "f" * 24, "external_id": None, "name": None, "email": "x@y.z"}
    small.workspace.contacts.append(contact)
    contacts = {"type": "contact.list", "contacts": [{"type": "contact", "id": contact["id"]}]}
    make(contacts=contacts, updated_at=START - 900)
    id_ = make(contacts=contacts, updated_at=START - 800)
    body = contact_reply(small, intercom_user_id=contact["id"])
    status, answer = await ask("POST", "/conversations/last/reply", body)
    assert (status, answer["id"]) == (200, id_)


async def test_last_needs_a_contact_with_a_conversation(small: Emulator, ask: Ask) -> None:
    stranger = {"type": "lead", "id": "e" * 24, "external_id": None, "name": None, "email": "s@y.z"}
    small.workspace.contacts.append(stranger)
    alone = contact_reply(small, intercom_user_id=stranger["id"])
    for body in (alone, admin_reply(small)):
        status, answer = await ask("POST", "/conversations/last/reply", body)
        assert (status, answer["errors"]) == (
            404,
            [{"code": "not_found", "message": "Resource Not Found"}],
        )


async def test_attachments_hang_on_the_part(small: Emulator, ask: Ask, make: Make) -> None:
    data = base64.b64encode(b"hello").decode()
    body = admin_reply(
        small,
        body=None,
        attachment_urls=["https://example.com/a%20b.png?x=1"],
        attachment_files=[{"content_type": "text/plain", "data": data, "name": "n.txt"}],
    )
    status, answer = await ask("POST", f"/conversations/{make()}/reply", body)
    assert status == 200
    (part,) = answer["conversation_parts"]["conversation_parts"]
    assert part["body"] is None
    picture, text = part["attachments"]
    assert (picture["name"], picture["content_type"]) == ("a b.png", "image/png")
    assert picture["url"] == "https://example.com/a%20b.png?x=1"
    assert (text["name"], text["content_type"], text["filesize"]) == ("n.txt", "text/plain", 5)


async def test_a_comment_of_the_past_takes_its_place(small: Emulator, ask: Ask, make: Make) -> None:
    id_ = make()
    await ask("POST", f"/conversations/{id_}/reply", admin_reply(small, body="late"))
    early = admin_reply(small, body="early", created_at=START - 100)
    _, answer = await ask("POST", f"/conversations/{id_}/reply", early)
    parts = answer["conversation_parts"]["conversation_parts"]
    assert [part["body"] for part in parts] == ["<p>early</p>", "<p>late</p>"]
    assert answer["updated_at"] == answer["statistics"]["last_admin_reply_at"] == START


@pytest.mark.parametrize(("version", "at"), [("2.10", START), ("2.11", START - 100)])
async def test_contacts_set_times_from_2_11_on(
    small: Emulator, ask: Ask, make: Make, version: str, at: int
) -> None:
    body = contact_reply(small, created_at=START - 100)
    _, answer = await ask("POST", f"/conversations/{make()}/reply", body, version)
    assert answer["conversation_parts"]["conversation_parts"][0]["created_at"] == at


ELEVEN = ["https://example.com/a.png"] * 11
FILE = {"content_type": "text/plain", "data": "eA==", "name": "x"}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"type": None}, ("parameter_not_found", "type")),
        ({"type": "bot"}, ("parameter_invalid", "type")),
        ({"type": ["admin"]}, ("parameter_invalid", "type")),
        ({"message_type": None}, ("parameter_not_found", "message_type")),
        ({"message_type": "close"}, ("parameter_invalid", "message_type")),
        ({"admin_id": None}, ("parameter_not_found", "admin_id")),
        ({"admin_id": True}, ("parameter_invalid", "admin_id")),
        ({"admin_id": " "}, ("parameter_invalid", "admin_id")),
        ({"body": None}, ("parameter_not_found", "body")),
        ({"body": " "}, ("parameter_invalid", "body")),
        ({"body": 3}, ("parameter_invalid", "body")),
        ({"created_at": "now"}, ("parameter_invalid", "created_at")),
        ({"created_at": START + 1}, ("parameter_invalid", "created_at")),
        ({"attachment_urls": ELEVEN}, ("parameter_invalid", "attachment_urls")),
        ({"attachment_urls": "a"}, ("parameter_invalid", "attachment_urls")),
        ({"attachment_urls": ["file:///a"]}, ("parameter_invalid", "attachment_urls")),
        ({"attachment_urls": ["http://["]}, ("parameter_invalid", "attachment_urls")),
        ({"attachment_files": [FILE] * 11}, ("parameter_invalid", "attachment_files")),
        ({"attachment_files": ["x"]}, ("parameter_invalid", "attachment_files")),
        ({"attachment_files": [FILE | {"data": "?"}]}, ("parameter_invalid", "attachment_files")),
        ({"attachment_files": [FILE | {"name": None}]}, ("parameter_not_found", "name")),
    ],
)
async def test_an_admins_body_is_checked(
    small: Emulator, ask: Ask, make: Make, change: dict[str, Any], expected: tuple[str, str]
) -> None:
    id_ = make()
    before = small.workspace.full_record(id_)
    body = admin_reply(small) | change
    status, answer = await ask("POST", f"/conversations/{id_}/reply", body)
    assert (status, only_error(answer)) == (400, expected)
    assert small.workspace.full_record(id_) == before


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"intercom_user_id": None}, ("parameter_not_found", "intercom_user_id")),
        ({"email": "a@example.com"}, ("parameter_invalid", "email")),
        ({"user_id": "1", "email": "a@b.c"}, ("parameter_invalid", "user_id")),
        ({"message_type": "note"}, ("parameter_invalid", "message_type")),
        ({"body": ""}, ("parameter_invalid", "body")),
        ({"body": None, "attachment_urls": ELEVEN[:1]}, ("parameter_not_found", "body")),
    ],
)
async def test_a_contacts_body_is_checked(
    small: Emulator, ask: Ask, make: Make, change: dict[str, Any], expected: tuple[str, str]
) -> None:
    body = contact_reply(small) | change
    status, answer = await ask("POST", f"/conversations/{make()}/reply", body)
    assert (status, only_error(answer)) == (400, expected)


async def test_what_is_unknown_is_not_found(small: Emulator, ask: Ask, make: Make) -> None:
    id_ = make()
    cases = [
        ("1", admin_reply(small), "Resource Not Found"),
        ("1", contact_reply(small), "Resource Not Found"),
        (id_, admin_reply(small, admin_id="1"), "Admin Not Found"),
        (id_, contact_reply(small, intercom_user_id="1"), "User Not Found"),
    ]
    for path, body, message in cases:
        status, answer = await ask("POST", f"/conversations/{path}/reply", body)
        (error,) = answer["errors"]
        assert (status, error["code"], error["message"]) == (404, "not_found", message)
