"""Closing, snoozing, opening and assigning; waking; assignment rules."""

from typing import Any

import pytest

from intercom_async.emulator import Emulator
from tests.emulator.asking import START, Ask, Make, only_error

CLOSED = {"state": "closed", "open": False}


def action(emulator: Emulator, message_type: str, **more: object) -> dict[str, Any]:
    admin_id = int(emulator.workspace.admins[2]["id"])
    return {"message_type": message_type, "admin_id": admin_id} | more


def only_part(answer: dict[str, Any]) -> dict[str, Any]:
    (part,) = answer["conversation_parts"]["conversation_parts"]
    assert isinstance(part, dict)
    return part


async def test_close(small: Emulator, ask: Ask, make: Make) -> None:
    id_ = make(waiting_since=START - 60, created_at=START - 86_400)
    body = action(small, "close", type="admin", body="Goodbye :)")
    status, answer = await ask("POST", f"/conversations/{id_}/parts", body)
    assert status == 200
    assert answer == small.workspace.full_record(id_)
    assert (answer["state"], answer["open"]) == ("closed", False)
    assert (answer["waiting_since"], answer["snoozed_until"]) == (None, None)
    statistics = answer["statistics"]
    assert statistics["first_close_at"] == statistics["last_close_at"] == START
    # From 9:00 to 17:30 of the day before.
    assert statistics["time_to_first_close"] == statistics["time_to_last_close"] == 30_600
    assert statistics["last_closed_by_id"] == small.workspace.admins[2]["id"]
    part = only_part(answer)
    assert (part["part_type"], part["body"]) == ("close", "<p>Goodbye :)</p>")


async def test_open(small: Emulator, ask: Ask, make: Make) -> None:
    id_ = make(**CLOSED)
    status, answer = await ask("POST", f"/conversations/{id_}/parts", action(small, "open"))
    assert status == 200
    assert (answer["state"], answer["open"]) == ("open", True)
    assert answer["statistics"]["count_reopens"] == 1
    assert only_part(answer)["part_type"] == "open"


async def test_opening_what_is_open_changes_nothing(small: Emulator, ask: Ask, make: Make) -> None:
    id_ = make()
    before = small.workspace.full_record(id_)
    status, answer = await ask("POST", f"/conversations/{id_}/parts", action(small, "open"))
    assert (status, answer) == (200, before)


async def test_snooze_and_wake(small: Emulator, ask: Ask, make: Make, clock: Any) -> None:
    id_ = make()
    other = make(updated_at=START + 300)
    until = START + 600
    body = action(small, "snoozed", snoozed_until=until)
    status, answer = await ask("POST", f"/conversations/{id_}/parts", body)
    assert status == 200
    assert (answer["state"], answer["open"], answer["snoozed_until"]) == ("snoozed", True, until)
    assert only_part(answer)["part_type"] == "snoozed"
    clock.now = until - 1
    assert (await ask("GET", f"/conversations/{id_}"))[1]["state"] == "snoozed"
    clock.now = until + 50
    _, listed = await ask("GET", "/conversations")
    assert [each["id"] for each in listed["conversations"][:2]] == [id_, other]
    woken = listed["conversations"][0]
    assert (woken["state"], woken["snoozed_until"], woken["updated_at"]) == ("open", None, until)
    assert small.workspace.full_record(id_)["conversation_parts"]["total_count"] == 2


@pytest.mark.parametrize("look", ["list", "search", "retrieve", "record", "ids"])
async def test_whoever_looks_finds_it_awake(
    small: Emulator, ask: Ask, make: Make, clock: Any, look: str
) -> None:
    id_ = make()
    snoozed = {"query": {"field": "state", "operator": "=", "value": "snoozed"}}
    asleep = (await ask("POST", "/conversations/search", snoozed))[1]["total_count"]
    body = action(small, "snoozed", snoozed_until=START + 600)
    await ask("POST", f"/conversations/{id_}/parts", body)
    await ask("POST", "/conversations/search", snoozed)
    clock.now = START + 600
    if look == "list":
        _, answer = await ask("GET", "/conversations")
        assert answer["conversations"][0]["state"] == "open"
    elif look == "search":
        _, answer = await ask("POST", "/conversations/search", snoozed)
        assert answer["total_count"] == asleep
    elif look == "retrieve":
        _, answer = await ask("GET", f"/conversations/{id_}")
        assert [part["part_type"] for part in answer["conversation_parts"]["conversation_parts"]][
            1:
        ] == ["timer_unsnooze"]
    elif look == "record":
        assert small.workspace.record(id_)["updated_at"] == START + 600
    else:
        make(updated_at=START + 599)
        assert small.workspace.ids()[0] == id_


async def test_an_alarm_that_was_put_off_does_not_go_off(
    small: Emulator, ask: Ask, make: Make, clock: Any
) -> None:
    put_off, opened, deleted = make(), make(), make()
    for id_ in (put_off, opened, deleted):
        body = action(small, "snoozed", snoozed_until=START + 100)
        await ask("POST", f"/conversations/{id_}/parts", body)
    body = action(small, "snoozed", snoozed_until=START + 200)
    await ask("POST", f"/conversations/{put_off}/parts", body)
    await ask("POST", f"/conversations/{opened}/parts", action(small, "open"))
    small.workspace.delete(deleted)
    clock.now = START + 150
    assert small.workspace.record(put_off)["state"] == "snoozed"
    assert small.workspace.record(opened)["updated_at"] == START
    clock.now = START + 250
    assert small.workspace.record(put_off)["updated_at"] == START + 200


async def test_a_test_can_snooze_as_well(small: Emulator, make: Make, clock: Any) -> None:
    added = make(state="snoozed", snoozed_until=START + 10)
    updated, past = make(), make(state="snoozed", snoozed_until=START - 10)
    small.workspace.update(updated, state="snoozed", snoozed_until=START + 10)
    clock.now = START + 10
    states = [small.workspace.record(id_)["state"] for id_ in (added, updated, past)]
    assert states == ["open", "open", "snoozed"]


async def test_what_was_seeded_as_snoozed_sleeps_on(small: Emulator, clock: Any) -> None:
    before = [small.workspace.record(id_) for id_ in small.workspace.ids()]
    assert any(record["state"] == "snoozed" for record in before)
    clock.now += 10**9
    assert [small.workspace.record(id_) for id_ in small.workspace.ids()] == before


@pytest.mark.parametrize("kind", ["admin", "team"])
async def test_assign_and_unassign(small: Emulator, ask: Ask, make: Make, kind: str) -> None:
    id_ = make()
    candidates = small.workspace.admins if kind == "admin" else small.workspace.teams
    wanted = candidates[1]["id"]
    body = action(small, "assignment", type=kind, assignee_id=wanted, body="Yours")
    status, answer = await ask("POST", f"/conversations/{id_}/parts", body)
    assert status == 200
    assert answer[f"{kind}_assignee_id"] == int(wanted)
    part = only_part(answer)
    assert (part["part_type"], part["body"]) == ("assignment", "<p>Yours</p>")
    assert part["assigned_to"] == {"type": kind, "id": wanted}
    statistics = answer["statistics"]
    assert statistics["first_assignment_at"] == statistics["last_assignment_at"] == START
    assert (statistics["time_to_assignment"], statistics["count_assignments"]) == (3_600, 1)
    body = action(small, "assignment", type=kind, assignee_id="0")
    _, answer = await ask("POST", f"/conversations/{id_}/parts", body)
    assert answer[f"{kind}_assignee_id"] is None
    part = answer["conversation_parts"]["conversation_parts"][-1]
    assert part["assigned_to"] == {"type": "nobody_admin", "id": None}


async def test_an_assignment_reopens_what_is_closed(small: Emulator, ask: Ask, make: Make) -> None:
    wanted = int(small.workspace.admins[0]["id"])
    body = action(small, "assignment", type="admin", assignee_id=wanted)
    _, answer = await ask("POST", f"/conversations/{make(**CLOSED)}/parts", body)
    assert (answer["state"], answer["admin_assignee_id"]) == ("open", wanted)
    assert only_part(answer)["part_type"] == "assign_and_reopen"


async def test_the_first_reply_after_an_assignment_is_counted(
    small: Emulator, ask: Ask, make: Make, clock: Any
) -> None:
    id_, admin_id = make(statistics=None), small.workspace.admins[0]["id"]
    assign = action(small, "assignment", type="admin", assignee_id=admin_id)
    reply = {"type": "admin", "message_type": "comment", "admin_id": admin_id, "body": "Hi"}
    seen: list[int | None] = []
    for path, body in (("parts", assign), ("reply", reply), ("reply", reply), ("parts", assign)):
        clock.now += 10
        _, answer = await ask("POST", f"/conversations/{id_}/{path}", body)
        seen.append(answer["statistics"]["last_assignment_admin_reply_at"])
    assert seen == [None, START + 20, START + 20, None]


async def test_assignment_rules_take_turns(small: Emulator, ask: Ask, make: Make) -> None:
    path = f"/conversations/{make(**CLOSED)}/run_assignment_rules"
    answers = [(await ask("POST", path))[1] for _ in range(len(small.workspace.admins) + 1)]
    seen = [answer["admin_assignee_id"] for answer in answers]
    assert seen[:-1] == [int(admin["id"]) for admin in small.workspace.admins]
    assert seen[-1] == seen[0]
    part = only_part(answers[0])
    assert (part["part_type"], part["author"]["type"]) == ("default_assignment", "bot")
    assert part["assigned_to"] == {"type": "admin", "id": str(seen[0])}
    assert answers[-1]["state"] == "closed"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, ("parameter_not_found", "message_type")),
        ({"message_type": "comment"}, ("parameter_invalid", "message_type")),
        ({"message_type": "close", "admin_id": "ADMIN"}, ("parameter_not_found", "type")),
        ({"message_type": "close", "type": "user"}, ("parameter_invalid", "type")),
        ({"message_type": "close", "type": "admin"}, ("parameter_not_found", "admin_id")),
        ({"message_type": "open"}, ("parameter_not_found", "admin_id")),
        ({"message_type": "snoozed"}, ("parameter_not_found", "admin_id")),
        (
            {"message_type": "snoozed", "admin_id": "ADMIN"},
            ("parameter_not_found", "snoozed_until"),
        ),
        (
            {"message_type": "snoozed", "admin_id": "ADMIN", "snoozed_until": START},
            ("parameter_invalid", "snoozed_until"),
        ),
        (
            {"message_type": "snoozed", "admin_id": "ADMIN", "snoozed_until": "tomorrow"},
            ("parameter_invalid", "snoozed_until"),
        ),
        ({"message_type": "assignment"}, ("parameter_not_found", "type")),
        ({"message_type": "assignment", "type": "bot"}, ("parameter_invalid", "type")),
        ({"message_type": "assignment", "type": "team"}, ("parameter_not_found", "admin_id")),
        (
            {"message_type": "assignment", "type": "team", "admin_id": "ADMIN"},
            ("parameter_not_found", "assignee_id"),
        ),
        (
            {"message_type": "assignment", "type": "team", "admin_id": "ADMIN", "assignee_id": []},
            ("parameter_invalid", "assignee_id"),
        ),
    ],
)
async def test_bodies_are_checked(
    small: Emulator, ask: Ask, make: Make, body: dict[str, Any], expected: tuple[str, str]
) -> None:
    if body.get("admin_id"):
        body = body | {"admin_id": small.workspace.admins[0]["id"]}
    id_ = make()
    before = small.workspace.full_record(id_)
    status, answer = await ask("POST", f"/conversations/{id_}/parts", body)
    assert (status, only_error(answer)) == (400, expected)
    assert small.workspace.full_record(id_) == before


async def test_what_is_unknown_is_not_found(small: Emulator, ask: Ask, make: Make) -> None:
    id_ = make()
    assignment = action(small, "assignment", assignee_id="1")
    cases = [
        ("1/parts", action(small, "open"), "Resource Not Found"),
        ("1/run_assignment_rules", None, "Resource Not Found"),
        (f"{id_}/parts", action(small, "open", admin_id=1), "Admin Not Found"),
        (f"{id_}/parts", assignment | {"type": "admin"}, "Admin Not Found"),
        (f"{id_}/parts", assignment | {"type": "team"}, "Team Not Found"),
    ]
    for path, body, message in cases:
        status, answer = await ask("POST", f"/conversations/{path}", body)
        (error,) = answer["errors"]
        assert (status, error["code"], error["message"]) == (404, "not_found", message)


@pytest.mark.parametrize("path", ["parts", "reply", "customers", "convert", "tags"])
@pytest.mark.parametrize("body", [[], "x", 3])
async def test_a_body_is_an_object(ask: Ask, make: Make, path: str, body: object) -> None:
    status, answer = await ask("POST", f"/conversations/{make()}/{path}", body)
    assert (status, answer["errors"][0]["code"]) == (400, "parameter_invalid")
