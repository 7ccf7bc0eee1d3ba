"""What Intercom-Version changes: which operations there are, and how conversations look."""

from collections import Counter
from typing import Any

import pytest

from intercom_async.emulator import Emulator
from intercom_async.emulator.replies import ApiError
from intercom_async.emulator.versions import read_version, shape, shape_ticket
from tests.emulator.asking import Ask, Make, session_to

VERSIONS = [(2, minor) for minor in range(7, 17)]


def text(version: tuple[int, int]) -> str:
    return f"{version[0]}.{version[1]}"


@pytest.mark.parametrize(
    ("given", "version"),
    [("2.0", (2, 0)), ("2.10", (2, 10)), ("1.4", (1, 4)), ("2.16", (2, 16)), ("Unstable", (3, 0))],
)
def test_versions_are_read(given: str, version: tuple[int, int]) -> None:
    assert read_version(given) == version


@pytest.mark.parametrize("given", ["", "2", "2.", "v2.10", "3.1", "2.010", "2.10.1", "2.\u0660"])
def test_what_is_no_version_is_refused(given: str) -> None:
    with pytest.raises(ApiError) as caught:
        read_version(given)
    assert (caught.value.status, caught.value.code) == (400, "intercom_version_invalid")


async def test_a_version_that_is_none_is_refused(ask: Ask) -> None:
    status, answer = await ask("GET", "/conversations", version="latest")
    assert (status, answer["errors"][0]["code"]) == (400, "intercom_version_invalid")


@pytest.mark.parametrize("version", VERSIONS)
async def test_operations_come_and_go(
    small: Emulator, ask: Ask, make: Make, version: tuple[int, int]
) -> None:
    id_ = make()
    status, answer = await ask("DELETE", f"/conversations/{id_}", version=text(version))
    assert status == (200 if version >= (2, 13) else 405)
    if version < (2, 13):
        assert answer["errors"][0]["code"] == "method_not_allowed"
        assert id_ in small.workspace
    id_ = make()
    path = f"/conversations/{id_}/run_assignment_rules"
    status, answer = await ask("POST", path, version=text(version))
    assert status == (200 if version < (2, 12) else 404)
    if status == 404:
        assert answer["errors"] == [{"code": "not_found", "message": "Resource Not Found"}]
    body = {"ticket_type_id": "81"}
    status, _ = await ask("POST", f"/conversations/{id_}/convert", body, text(version))
    assert status == (200 if version >= (2, 10) else 404)


@pytest.mark.parametrize("version", VERSIONS)
async def test_list_search_and_retrieve_agree(
    small: Emulator, ask: Ask, version: tuple[int, int]
) -> None:
    named = text(version)
    _, listed = await ask("GET", "/conversations?per_page=7", version=named)
    everything = {"query": {"field": "created_at", "operator": ">", "value": 0}}
    everything["pagination"] = {"per_page": 7}
    _, found = await ask("POST", "/conversations/search", everything, named)
    key = "data" if version == (2, 7) else "conversations"
    assert listed[key] == found[key]
    assert [each["id"] for each in listed[key]] == small.workspace.ids()[:7]
    assert listed["pages"]["next"] == found["pages"]["next"]
    for shown in listed[key]:
        _, full = await ask("GET", f"/conversations/{shown['id']}", version=named)
        parts = full.pop("conversation_parts")
        assert full == shown
        truth = small.workspace.full_record(shown["id"])
        assert parts["total_count"] == truth["conversation_parts"]["total_count"]
        if (2, 10) <= version < (2, 12):
            assert shown == small.workspace.record(shown["id"])


def record(**fields: Any) -> dict[str, Any]:
    author = {"type": "admin", "id": "1", "name": None, "email": None}
    part = {"id": "1", "part_type": "comment", "author": dict(author)}
    return {
        "id": "16",
        "state": "open",
        "priority": "not_priority",
        "admin_assignee_id": None,
        "team_assignee_id": "5",
        "statistics": {"type": "conversation_statistics"},
        "source": {"id": "1", "author": author},
        "ticket": {
            "ticket_state": "submitted",
            "ticket_state_internal_label": "In",
            "ticket_state_external_label": "Out",
        },
        "linked_objects": {},
        "ai_agent": None,
        "ai_agent_participated": False,
        "conversation_parts": {"conversation_parts": [part], "total_count": 1},
    } | fields


@pytest.mark.parametrize("version", VERSIONS)
def test_what_a_version_adds_and_drops(version: tuple[int, int]) -> None:
    shown = shape(record(), version)
    (part,) = shown["conversation_parts"]["conversation_parts"]
    for name in ("linked_objects", "ai_agent", "ai_agent_participated"):
        assert (name in shown) == (version >= (2, 10))
    statistics = shown["statistics"]
    assert ("assigned_team_first_response_time" in statistics) == (version >= (2, 12))
    assert ("handling_time" in statistics) == (version >= (2, 13))
    for name in ("app_package_code", "metadata", "state", "tags"):
        assert (name in part) == (version >= (2, 13))
    for author in (part["author"], shown["source"]["author"]):
        assert ("from_ai_agent" in author) == (version >= (2, 14))
    assert ("company" in shown) == (version >= (2, 15))
    assert isinstance(shown["ticket"]["ticket_state"], dict) == (version >= (2, 12))
    worded = version >= (2, 16)
    assert shown["priority"] == ("none" if worded else "not_priority")
    assert shown["admin_assignee_id"] == (0 if worded else None)
    assert shown["team_assignee_id"] == (5 if worded else "5")


@pytest.mark.parametrize("version", VERSIONS)
def test_null_objects_stay_null(version: tuple[int, int]) -> None:
    shown = shape(record(statistics=None, source=None, ticket=None), version)
    assert (shown["statistics"], shown["source"], shown["ticket"]) == (None, None, None)


def test_yes_and_no_become_words_that_the_id_decides() -> None:
    words = [
        shape(record(id=str(n), priority="priority"), (2, 16))["priority"] for n in range(100, 104)
    ]
    assert words == ["low", "medium", "high", "urgent"]
    assert shape(record(id="x", priority="priority"), (2, 16))["priority"] == "high"
    assert shape(record(priority="other"), (2, 16))["priority"] == "other"


def test_the_state_of_a_ticket_becomes_an_object() -> None:
    ticket = record()["ticket"]
    assert shape_ticket(dict(ticket), (2, 11)) == ticket
    assert shape_ticket(dict(ticket), (2, 12)) == {
        "ticket_state": {
            "type": "ticket_state",
            "id": "1",
            "category": "submitted",
            "internal_label": "In",
            "external_label": "Out",
        }
    }


async def test_converting_answers_in_the_clients_version(ask: Ask, make: Make) -> None:
    body, id_ = {"ticket_type_id": "81"}, make()
    _, ticket = await ask("POST", f"/conversations/{id_}/convert", body, "2.12")
    assert ticket["ticket_state"]["category"] == "submitted"
    assert "ticket_state_internal_label" not in ticket
    _, shown = await ask("GET", f"/conversations/{id_}", version="2.12")
    assert shown["ticket"]["ticket_state"] == ticket["ticket_state"]
    _, shown = await ask("GET", f"/conversations/{id_}")
    assert shown["ticket"]["ticket_state"] == "submitted"


async def test_search_means_the_values_of_its_version(ask: Ask, make: Make) -> None:
    nobody = make(priority="priority")
    filters = [
        {"field": "priority", "operator": "IN", "value": ["low", "medium", "high", "urgent"]},
        {"field": "admin_assignee_id", "operator": "=", "value": 0},
    ]
    query = {"query": {"operator": "AND", "value": filters}}
    _, found = await ask("POST", "/conversations/search", query, "2.16")
    assert nobody in {each["id"] for each in found["conversations"]}
    _, found = await ask("POST", "/conversations/search", query)
    assert found["conversations"] == []


async def test_the_emulator_has_a_version_of_its_own(small: Emulator, ask: Ask, make: Make) -> None:
    small.version = "2.16"
    _, shown = await ask("GET", f"/conversations/{make()}")
    assert shown["priority"] == "none"
    with pytest.raises(ValueError, match="no version"):
        Emulator(version="latest")


async def test_writes_answer_in_the_clients_version(small: Emulator, ask: Ask, make: Make) -> None:
    body = {"message_type": "close", "type": "admin", "admin_id": small.workspace.admins[0]["id"]}
    _, shown = await ask("POST", f"/conversations/{make()}/parts", body, "2.16")
    assert (shown["priority"], shown["admin_assignee_id"]) == ("none", 0)
    assert shown["conversation_parts"]["conversation_parts"][0]["app_package_code"] is None


# Version 2.0

MODEL_2_0 = {
    "type",
    "id",
    "created_at",
    "updated_at",
    "source",
    "contacts",
    "teammates",
    "assignee",
    "open",
    "state",
    "read",
    "waiting_since",
    "snoozed_until",
    "tags",
    "first_contact_reply",
    "priority",
    "sla_applied",
    "conversation_rating",
    "statistics",
}


async def test_an_assignment_in_2_0(small: Emulator, ask: Ask, make: Make) -> None:
    admin, closer = small.workspace.admins[:2]
    contact = small.workspace.contacts[0]
    statistics = {
        "type": "conversation_statistics",
        "first_contact_reply_at": 5,
        "last_closed_by_id": closer["id"],
    }
    id_ = make(
        teammates={"type": "admin.list", "teammates": [{"type": "admin", "id": admin["id"]}]},
        sla_applied={"type": "conversation_sla_summary", "sla_name": "VIP", "sla_status": "hit"},
        statistics=statistics,
    )
    body = {
        "message_type": "assignment",
        "type": "admin",
        "admin_id": closer["id"],
        "assignee_id": admin["id"],
        "body": "Reassigning",
    }
    status, answer = await ask("POST", f"/conversations/{id_}/parts", body, "2.0")
    assert status == 200
    assert set(answer) == MODEL_2_0
    person = {name: admin[name] for name in ("type", "id", "name", "email")}
    assert answer["assignee"] == person
    assert answer["teammates"] == [person]
    assert answer["contacts"] == [{"id": contact["id"], "type": contact["type"]}]
    assert answer["source"]["author"] == {"id": contact["id"], "type": contact["type"]}
    assert answer["sla_applied"] == {"sla_name": "VIP", "sla_status": "hit"}
    assert answer["statistics"]["first_contacat_reply_at"] == 5
    assert answer["statistics"]["last_closed_by"]["name"] == closer["name"]
    assert not {"first_contact_reply_at", "last_closed_by_id"} & set(answer["statistics"])
    assert answer["conversation_rating"] == {
        "created_at": None,
        "rating": None,
        "remark": None,
        "contact": {"id": None, "type": None},
        "teammate": dict.fromkeys(("type", "id", "name", "email")),
    }


async def test_assignees_in_2_0(small: Emulator, ask: Ask, make: Make) -> None:
    admin_id, team = small.workspace.admins[0]["id"], small.workspace.teams[0]
    path = f"/conversations/{make(source=None)}/parts"
    body = {"message_type": "assignment", "admin_id": admin_id, "type": "team"}
    _, answer = await ask("POST", path, body | {"assignee_id": team["id"]}, "2.0")
    assert (answer["assignee"]["type"], answer["assignee"]["name"]) == ("team", team["name"])
    _, answer = await ask("POST", path, body | {"assignee_id": 0}, "2.0")
    assert (answer["assignee"], answer["source"]) == (None, None)


async def test_assignment_rules_in_2_0(small: Emulator, ask: Ask, make: Make) -> None:
    path = f"/conversations/{make()}/run_assignment_rules"
    _, answer = await ask("POST", path, version="2.0")
    assert set(answer) == MODEL_2_0
    assert answer["assignee"]["id"] == small.workspace.admins[0]["id"]


async def test_seeded_conversations_in_2_0(small: Emulator, ask: Ask) -> None:
    _, listed = await ask("GET", "/conversations?per_page=150", version="2.0")
    assert [each["id"] for each in listed["conversations"]] == small.workspace.ids()
    assert all(set(each) == MODEL_2_0 for each in listed["conversations"])
    id_ = small.workspace.ids()[0]
    _, full = await ask("GET", f"/conversations/{id_}", version="2.0")
    parts = small.workspace.full_record(id_)["conversation_parts"]
    assert full["conversation_parts"] == parts


async def shown(emulator: Emulator, path: str, version: str) -> dict[str, Any]:
    async with (
        session_to(emulator, version=version) as session,
        session.get(path) as answer,
    ):
        found: dict[str, Any] = await answer.json()
    return found


def by_hand(parts: list[dict[str, Any]], teams: dict[str, str]) -> dict[str, Any]:
    """Count by the second whether a conversation was open and assigned to a teammate."""
    moments = [part["created_at"] for part in parts]
    closes = [part["created_at"] for part in parts if part["part_type"] == "close"]
    handled = 0
    state, admin = "open", False
    for part, until in zip(parts, [*moments[1:], *moments[-1:]], strict=True):
        to, kind = part["assigned_to"] or {"type": None}, part["part_type"]
        admin = to["type"] == "admin" if to["type"] in {"admin", "nobody_admin"} else admin
        if kind in {"close", "snoozed"}:
            state = kind
        elif kind in {"open", "timer_unsnooze"} or part["author"]["type"] in {"user", "lead"}:
            state = "open"
        if state == "open" and admin and closes and until <= closes[-1]:
            handled += until - part["created_at"]
    responses, team = {}, None
    since: dict[str, int] = {}
    for part in parts:
        if (part["assigned_to"] or {}).get("type") == "team":
            team = part["assigned_to"]["id"]
            since.setdefault(team, part["created_at"])
        speaks = part["body"] or part["attachments"]
        visible = part["author"]["type"] == "admin" and part["part_type"] in {"comment", "close"}
        if team and speaks and visible and team not in responses:
            responses[team] = part["created_at"] - since[team]
    return {
        "handling_time": handled if closes else None,
        "assigned_team_first_response_time": [
            {
                "type": "conversation_response_time",
                "team_id": int(id),
                "team_name": teams[id],
                "response_time": time,
            }
            for id, time in responses.items()
        ],
    }


async def test_later_statistics_are_counted_from_the_parts() -> None:
    async with Emulator(conversations=150, seed=4) as emulator:
        workspace = emulator.workspace
        teams = {team["id"]: team["name"] for team in workspace.teams}
        handled, responses = 0, 0
        for id_ in workspace.ids():
            found = (await shown(emulator, f"/conversations/{id_}", "2.16"))["statistics"]
            if found is None:
                continue
            parts = workspace._conversations[id_].parts()
            expected = by_hand(parts, teams)
            assert {name: found[name] for name in expected} == expected
            within = found["assigned_team_first_response_time_in_office_hours"]
            of_all = found["assigned_team_first_response_time"]
            for one, other in zip(within, of_all, strict=True):
                assert one["team_id"] == other["team_id"]
                assert 0 <= one["response_time"] <= other["response_time"]
            if found["handling_time"] is None:
                assert found["adjusted_handling_time"] is None
            else:
                assert 0 <= found["adjusted_handling_time"] <= found["handling_time"]
                handled += found["handling_time"] > 0
            responses += len(of_all)
            earlier = (await shown(emulator, f"/conversations/{id_}", "2.12"))["statistics"]
            assert earlier["assigned_team_first_response_time"] == of_all
            assert "handling_time" not in earlier
        assert handled > 50
        assert responses > 50


async def test_what_fin_wrote_is_marked() -> None:
    async with Emulator(conversations=60, seed=4) as emulator:
        marked: Counter[tuple[str, bool, bool]] = Counter()
        for id_ in emulator.workspace.ids():
            answer = await shown(emulator, f"/conversations/{id_}", "2.16")
            for part in answer["conversation_parts"]["conversation_parts"]:
                author = part["author"]
                is_fin = author["name"] == "Fin"
                assert author["from_ai_agent"] == is_fin
                assert author["is_ai_answer"] == (is_fin and part["body"] is not None)
                marked[part["part_type"], is_fin, author["is_ai_answer"]] += 1
        assert marked["comment", True, True] > 5
        assert marked["close", True, False] > 1


async def test_office_hours_are_those_that_statistics_leave_out() -> None:
    async with Emulator(conversations=1, timezone="America/New_York") as emulator:
        (schedule,) = (await shown(emulator, "/office_hours_schedules", "2.16"))["data"]
    assert (schedule["time_zone_name"], schedule["twenty_four_seven"]) == (
        "America/New_York",
        False,
    )
    assert [
        (each["day_of_week"], each["start_minute"] - day * 1440, each["end_minute"] - day * 1440)
        for day, each in enumerate(schedule["time_intervals"])
    ] == [(day, 540, 1050) for day in range(5)]
