"""Admins, teams, tags, segments and data attributes over HTTP, as the documents have them."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from intercom_async.emulator import Emulator, Fault, FaultKind, Faults
from tests.emulator.asking import EVERY, START, Ask, Make, session_to

ADMIN, TEAM = "/admins/991200", "/teams/5017690"
AWAY = {"away_mode_enabled": True, "away_mode_reassign": False}
NOT_FOUND = (404, "not_found", "Resource Not Found")
NO_ADMIN = (404, "admin_not_found", "Admin not found")
NO_TEAM = (404, "team_not_found", "Team not found")
RING = {"name": "The One Ring", "model": "company", "data_type": "string"}
BAD_MODEL = "The Data Attribute model field must be either contact or company"
BAD_NAME = (
    "Your name for this attribute must only contain alphanumeric characters, currency symbols, "
    "and hyphens"
)
TAKEN_NAME = (
    "You already have 'region' in your company data. To save this as new people data, use a "
    "different name."
)
NO_NAME = (400, "parameter_invalid", "invalid tag parameters")

# The members of the documents' examples: of a list, and of each record in it.
ADMIN_KEYS = "type id name email away_mode_enabled away_mode_reassign has_inbox_seat team_ids"
BUILT_IN_KEYS = (
    "type name full_name label description data_type api_writable ui_writable messenger_writable "
    "custom archived model"
)
LISTS = {
    "/admins": ("admin.list", "admins", ADMIN_KEYS),
    "/teams": ("team.list", "teams", "type id name admin_ids"),
    "/tags": ("list", "data", "type id name"),
    "/segments": ("segment.list", "segments", "type id name created_at updated_at person_type"),
    "/data_attributes": ("list", "data", BUILT_IN_KEYS),
}
CUSTOM_KEYS = f"{BUILT_IN_KEYS} id admin_id created_at updated_at"
LATER = {  # what versions add, and with which
    "/admins": {"away_status_reason_id": 14, "role": 16},
    "/teams": {"assignment_limit": 14, "distribution_method": 14},
}


@pytest.fixture
async def ask_raw(small: Emulator) -> AsyncIterator[Callable[..., Awaitable[tuple[int, bytes]]]]:
    async with session_to(small) as session:

        async def send(method: str, path: str) -> tuple[int, bytes]:
            async with session.request(method, path) as response:
                return response.status, await response.read()

        yield send


# Lists and records


@pytest.mark.parametrize("version", EVERY)
@pytest.mark.parametrize("path", LISTS)
async def test_lists_have_the_members_of_the_documents_examples(
    ask: Ask, path: str, version: str
) -> None:
    type_, key, names = LISTS[path]
    status, answer = await ask("GET", path, version=version)
    assert (status, answer["type"], set(answer)) == (200, type_, {"type", key})
    assert answer[key]
    for record in answer[key]:
        assert set(names.split()) <= set(record)
        assert record["type"] in path
        for name, since in LATER.get(path, {}).items():
            assert (name in record) is (int(version[2:]) >= since)


@pytest.mark.parametrize("version", EVERY)
@pytest.mark.parametrize("path", ["/admins", "/teams", "/tags", "/segments"])
async def test_a_record_is_the_one_of_the_list(ask: Ask, path: str, version: str) -> None:
    key = LISTS[path][1]
    _, listed = await ask("GET", path, version=version)
    for record in listed[key]:
        status, answer = await ask("GET", f"{path}/{record['id']}", version=version)
        assert (status, answer) == (200, answer | record)


async def test_lists_hold_what_conversations_name(small: Emulator, ask: Ask) -> None:
    _, admins = await ask("GET", "/admins")
    _, teams = await ask("GET", "/teams")
    _, tags = await ask("GET", "/tags")
    _, found = await ask("GET", "/data_attributes?model=conversation")
    ids = [{str(each["id"]) for each in admins["admins"]}, {str(t["id"]) for t in teams["teams"]}]
    tag_ids, names = {tag["id"] for tag in tags["data"]}, {each["name"] for each in found["data"]}
    for id_ in small.workspace.ids():
        record = small.workspace.record(id_)
        assert str(record["admin_assignee_id"] or "991200") in ids[0]
        assert str(record["team_assignee_id"] or "5017690") in ids[1]
        assert {str(tag["id"]) for tag in record["tags"]["tags"]} <= tag_ids
        assert set(record["custom_attributes"]) <= names
    for team in teams["teams"]:
        of_admins = {
            int(admin["id"]) for admin in admins["admins"] if int(team["id"]) in admin["team_ids"]
        }
        assert set(team["admin_ids"]) == of_admins
        assert of_admins


@pytest.mark.parametrize("version", EVERY)
async def test_avatars_of_a_list_are_shown_on_demand(ask: Ask, version: str) -> None:
    _, plain = await ask("GET", "/admins", version=version)
    assert not any("avatar" in admin for admin in plain["admins"])
    _, answer = await ask("GET", "/admins?display_avatar=true", version=version)
    first, *_, last = answer["admins"]
    url = "https://example.com/991200.png"
    assert first["avatar"] == ({"image_url": url} if version == "2.11" else url)
    assert last["avatar"] is None


async def test_counts_of_segments_are_shown_on_demand(ask: Ask) -> None:
    _, answer = await ask("GET", "/segments?include_count=true")
    assert all(segment["count"] >= 1 for segment in answer["segments"])
    _, answer = await ask("GET", "/segments")
    assert not any("count" in segment for segment in answer["segments"])


async def test_a_test_may_look_at_and_alter_the_records(small: Emulator, ask: Ask) -> None:
    segments = small.workspace.collections["segments"]
    segments[0]["name"] = "Renamed"
    del segments[1:]
    segments.append({"type": "segment", "id": "mine"})
    _, answer = await ask("GET", "/segments")
    assert [each.get("name") for each in answer["segments"]] == ["Renamed", None]
    assert (await ask("GET", "/segments/mine"))[1] == {"type": "segment", "id": "mine"}
    assert small.workspace.collections["tags"] is small.workspace.tags


# Refusals


@pytest.mark.parametrize(
    ("line", "body", "version", "error"),
    [
        ("GET /admins/1", None, "2.16", NO_ADMIN),
        ("PUT /admins/1/away", AWAY, "2.16", (*NO_ADMIN[:2], "Admin for admin_id not found")),
        (f"PUT {ADMIN}/away", {}, "2.10", (400, "parameter_not_found", None)),
        (f"PUT {ADMIN}/away", AWAY | {"away_mode_reassign": 1}, "2.10", (400,)),
        (
            f"PUT {ADMIN}/away",
            AWAY | {"away_status_reason_id": 12347},
            "2.14",
            (400, "parameter_invalid", "Away status reason is deleted"),
        ),
        (f"PUT {ADMIN}/away", AWAY | {"away_status_reason_id": 1}, "2.14", (400,)),
        ("GET /teams/1", None, "2.10", NO_TEAM),
        ("GET /teams/1/metrics", None, "2.16", NO_TEAM),
        (f"GET {TEAM}/metrics", None, "2.15", (400, "intercom_version_invalid", None)),
        (f"GET {TEAM}/metrics?idle_threshold=x", None, "2.16", (400, "parameter_invalid", None)),
        ("GET /tags/1", None, "2.10", NOT_FOUND),
        ("DELETE /tags/1", None, "2.10", NOT_FOUND),
        ("POST /tags", {"test": "invalid"}, "2.10", NO_NAME),
        ("POST /tags", {"name": " "}, "2.10", NO_NAME),
        ("POST /tags", {"name": 5}, "2.10", (400, "parameter_invalid", None)),
        ("POST /tags", {"name": "x", "id": "1"}, "2.10", NOT_FOUND),
        (
            "POST /tags",
            {"name": "test", "companies": [{"company_id": "123"}]},
            "2.10",
            (404, "company_not_found", "Company Not Found"),
        ),
        (
            "POST /tags",
            {"name": "test", "users": [{"id": "123"}]},
            "2.10",
            (404, "not_found", "User Not Found"),
        ),
        ("POST /tags", {"name": "test", "users": [5]}, "2.10", (400,)),
        ("GET /segments/1", None, "2.10", NOT_FOUND),
        ("GET /data_attributes?model=conversation", None, "2.16", (422, "parameter_invalid")),
        ("GET /data_attributes?model=admin", None, "2.10", (422, "parameter_invalid", None)),
        (
            "POST /data_attributes",
            {"options": [{"value": "1-10"}]},
            "2.10",
            (400, "parameter_invalid", BAD_MODEL),
        ),
        (
            "POST /data_attributes",
            RING | {"name": "!nv@l!d n@me"},
            "2.10",
            (400, "parameter_invalid", BAD_NAME),
        ),
        (
            "POST /data_attributes",
            RING | {"data_type": "mithril"},
            "2.10",
            (400, "parameter_invalid", "Data Type isn't an option"),
        ),
        (
            "POST /data_attributes",
            RING | {"name": "region", "model": "contact"},
            "2.10",
            (400, "parameter_invalid", TAKEN_NAME),
        ),
        ("POST /data_attributes", RING | {"data_type": "options"}, "2.16", (400,)),
        ("POST /data_attributes", RING | {"options": ["1"]}, "2.16", (400,)),
        (
            "PUT /data_attributes/1",
            {"description": "x"},
            "2.10",
            (404, "field_not_found", "We couldn't find that data attribute to update"),
        ),
        (
            "PUT /data_attributes/51",
            {"options": {"value": "1-10"}},
            "2.10",
            (400, "parameter_invalid", "Options isn't an array"),
        ),
        ("PUT /data_attributes/51", {"archived": "yes"}, "2.10", (400, "parameter_invalid")),
        ("GET /data_attributes/51", None, "2.10", (405, "method_not_allowed")),
        (f"DELETE {ADMIN}", None, "2.10", (405, "method_not_allowed")),
        ("GET /tags/", None, "2.10", NOT_FOUND),
    ],
)
async def test_what_does_not_fit_is_refused(
    ask: Ask, line: str, body: object, version: str, error: tuple[Any, ...]
) -> None:
    method, path = line.split(" ")
    listed = "/" + path.split("?", maxsplit=1)[0].split("/")[1]
    before = await ask("GET", listed)
    status, answer = await ask(method, path, body, version)
    assert (status, answer["type"]) == (error[0], "error.list")
    (problem,) = answer["errors"]
    for name, expected in zip(("code", "message"), error[1:], strict=False):
        assert expected is None or problem[name] == expected
    assert await ask("GET", listed) == before


# Changes


async def test_an_admin_goes_away_and_comes_back(ask: Ask) -> None:
    _, before = await ask("GET", ADMIN, version="2.14")
    body = AWAY | {"away_status_reason_id": 12345}
    status, answer = await ask("PUT", f"{ADMIN}/away", body, "2.14")
    assert (status, answer) == (200, before | AWAY | {"away_status_reason_id": "12345"})
    assert await ask("GET", ADMIN, version="2.14") == (200, answer)
    _, me = await ask("GET", "/me")
    assert me["away_mode_enabled"] is True
    _, back = await ask("PUT", f"{ADMIN}/away", AWAY | {"away_mode_enabled": False}, "2.14")
    assert back == before


async def test_versions_before_2_14_know_no_reason(small: Emulator, ask: Ask) -> None:
    small.workspace.away_reason_mandatory = True
    status, answer = await ask("PUT", f"{ADMIN}/away", AWAY, "2.13")
    assert (status, answer["away_mode_enabled"]) == (200, True)
    assert "away_status_reason_id" not in answer
    status, answer = await ask("PUT", f"{ADMIN}/away", AWAY, "2.14")
    (error,) = answer["errors"]
    expected = ("away_status_reason_mandatory", "Away status reason is mandatory")
    assert (status, error["code"], error["message"]) == (400, *expected)


async def test_metrics_count_the_conversations_of_each_admin(
    small: Emulator, ask: Ask, make: Make
) -> None:
    for id_ in small.workspace.ids():
        small.workspace.delete(id_)
    mine = {"admin_assignee_id": 991200}
    make(**mine, waiting_since=START - 100)
    make(**mine, waiting_since=START - 4_000)
    make(admin_assignee_id="991200", waiting_since=None)
    make(**mine, state="snoozed", snoozed_until=START + 60, waiting_since=START - 4_000)
    make(**mine, state="closed", open=False)
    make(waiting_since=START - 4_000)
    for query, idle in (("", 1), ("?idle_threshold=60", 2), ("?idle_threshold=-5", 2)):
        status, answer = await ask("GET", f"{TEAM}/metrics{query}", version="2.16")
        assert (status, answer["type"]) == (200, "team_metric.list")
        first, *others = answer["data"]
        counted = {"open": 3, "idle": idle, "snoozed": 1}
        assert first == {"type": "team_metric", "admin_id": "991200", **counted}
        assert others
        assert {(each["open"], each["idle"], each["snoozed"]) for each in others} == {(0, 0, 0)}


async def test_metrics_need_a_larger_plan(small: Emulator, ask: Ask) -> None:
    small.plan_restricted = True
    status, answer = await ask("GET", f"{TEAM}/metrics", version="2.16")
    message = "Real-time monitoring is not enabled for your workspace."
    assert (status, answer["errors"]) == (
        403,
        [{"code": "api_plan_restricted", "message": message}],
    )
    assert (await ask("GET", TEAM))[0] == 200


async def test_a_tag_is_created_once_renamed_used_and_deleted(
    small: Emulator, ask: Ask, ask_raw: Ask, make: Make
) -> None:
    status, tag = await ask("POST", "/tags", {"name": "Independent"})
    assert (status, tag) == (200, {"type": "tag", "id": tag["id"], "name": "Independent"})
    assert (await ask("POST", "/tags", {"name": "independent"}))[1] == tag
    _, renamed = await ask("POST", "/tags", {"name": "Free", "id": tag["id"]})
    assert renamed == tag | {"name": "Free"}
    _, listed = await ask("GET", "/tags")
    assert listed["data"].count(renamed) == 1
    path, body = f"/conversations/{make()}/tags", {"id": tag["id"], "admin_id": "991200"}
    status, applied = await ask("POST", path, body)
    assert (status, applied["name"], applied["applied_at"]) == (200, "Free", START)
    assert await ask_raw("DELETE", f"/tags/{tag['id']}") == (200, b"")
    assert (await ask("GET", f"/tags/{tag['id']}"))[0] == 404
    status, answer = await ask("POST", f"/conversations/{make()}/tags", body)
    assert (status, answer["errors"][0]["code"]) == (404, "tag_not_found")
    assert renamed not in small.workspace.tags


async def test_companies_and_users_are_tagged_and_untagged(small: Emulator, ask: Ask) -> None:
    company: dict[str, Any] = {"type": "company", "id": "c1", "company_id": "6"}
    small.workspace.collections["companies"].append(company)
    contact = small.workspace.contacts[0]
    body = {"name": "Both", "companies": [{"company_id": "6"}], "users": [{"id": contact["id"]}]}
    status, answer = await ask("POST", "/tags", body, "2.16")
    assert status == 200
    assert answer["companies"] == [{"id": "c1", "tagged": True}]
    assert answer["users"] == [{"id": contact["id"], "tagged": True}]
    for holder in (company, contact):
        assert holder["tags"]["tags"] == [small.workspace.tags[-1]]
    body = {"name": "Both", "companies": [{"id": "c1", "untag": True}]}
    _, answer = await ask("POST", "/tags", body, "2.15")
    assert answer == small.workspace.tags[-1]
    assert company["tags"] == {"type": "tag.list", "tags": []}
    _, answer = await ask("POST", "/tags", body, "2.16")
    assert (answer["users"], answer["companies"]) == ([], [{"id": "c1", "tagged": False}])


async def test_tags_do_not_change_what_the_seed_makes_later(ask: Ask) -> None:
    for tag in (await ask("GET", "/tags"))[1]["data"]:
        await ask("POST", "/tags", {"name": f"{tag['id']} renamed", "id": tag["id"]})
    _, page = await ask("GET", "/conversations?per_page=30")
    async with Emulator(conversations=30) as untouched:
        workspace = untouched.workspace
        assert page["conversations"] == [workspace.record(id_) for id_ in workspace.ids()]


async def test_attributes_are_listed_by_model_and_archived_on_demand(ask: Ask) -> None:
    _, everything = await ask("GET", "/data_attributes")
    models = {each["model"] for each in everything["data"]}
    assert models == {"contact", "company", "conversation"}
    _, later = await ask("GET", "/data_attributes", version="2.16")
    assert {each["model"] for each in later["data"]} == {"contact", "company"}
    for each in everything["data"]:
        names = CUSTOM_KEYS if each["custom"] else BUILT_IN_KEYS
        assert set(each) == set(names.split())
        assert "id" not in each or type(each["id"]) is int
    _, archived = await ask("PUT", "/data_attributes/51", {"archived": True})
    assert archived["archived"] is True
    _, answer = await ask("GET", "/data_attributes?model=conversation")
    assert archived not in answer["data"]
    _, answer = await ask("GET", "/data_attributes?model=conversation&include_archived=true")
    assert archived in answer["data"]


@pytest.mark.parametrize("options", [["1-10", "11-20"], [{"value": "1-10"}, {"value": "11-20"}]])
async def test_an_attribute_is_created_and_updated(ask: Ask, options: object) -> None:
    status, made = await ask("POST", "/data_attributes", RING)
    assert status == 200
    assert set(made) == set(CUSTOM_KEYS.split()) - {"description"}
    assert (made["full_name"], made["admin_id"]) == ("custom_attributes.The One Ring", "991200")
    assert (made["created_at"], made["updated_at"]) == (START, START)
    changes = {"description": "Just a plain old ring", "options": options, "archived": False}
    status, updated = await ask("PUT", f"/data_attributes/{made['id']}", changes)
    shown = {"description": "Just a plain old ring", "options": ["1-10", "11-20"]}
    assert (status, updated) == (200, made | shown)
    _, listed = await ask("GET", "/data_attributes?model=company")
    assert updated in listed["data"]
    another = {"name": "Size", "model": "contact", "data_type": "options", "options": options}
    _, made = await ask("POST", "/data_attributes", another, "2.16")
    assert (made["data_type"], made["options"]) == ("string", ["1-10", "11-20"])


# Faults


SPOILT = [
    *("missing_id", "object_id", "invalid_utf8", "not_a_number", "control_character"),
    *("lone_surrogate", "duplicate_keys", "deep_nesting", "long_number"),
]
OF_PAGES = sorted(
    kind for kind in FaultKind if kind.startswith(("cursor_", "total_", "empty_page"))
)


@pytest.mark.parametrize("path", ["/admins", "/teams", "/tags", "/segments", ADMIN, TEAM])
@pytest.mark.parametrize("kind", SPOILT)
async def test_faults_of_records_spoil_these_too(
    small: Emulator, ask_raw: Ask, kind: str, path: str
) -> None:
    _, intact = await ask_raw("GET", path)
    small.faults = Faults(script=[Fault(kind=FaultKind(kind), path=path)])
    status, spoilt = await ask_raw("GET", path)
    assert (status, dict(small.faults.injected)) == (200, {kind: 1})
    assert spoilt != intact
    assert spoilt[:12] == intact[:12] or path in {ADMIN, TEAM}
    assert await ask_raw("GET", path) == (200, intact)


@pytest.mark.parametrize("path", [*LISTS, ADMIN])
@pytest.mark.parametrize("kind", OF_PAGES)
async def test_faults_of_pages_leave_whole_lists_alone(
    small: Emulator, ask_raw: Ask, kind: str, path: str
) -> None:
    intact = await ask_raw("GET", path)
    small.faults = Faults(script=[Fault(kind=FaultKind(kind))], rate=1, kinds=[kind])
    assert await ask_raw("GET", path) == intact
    assert not small.faults.injected


async def test_an_empty_answer_has_no_record_to_spoil(small: Emulator, ask_raw: Ask) -> None:
    small.faults = Faults(script=[Fault(kind=FaultKind.MISSING_ID)])
    small.faults.poison("1", retrieves=False)
    assert await ask_raw("DELETE", "/tags/7522900") == (200, b"")
    assert not small.faults.injected


async def test_a_write_may_be_carried_out_though_its_answer_is_an_error(
    small: Emulator, ask: Ask
) -> None:
    line = Fault(kind=FaultKind.STATUS_500, path="/tags", applied=True)
    small.faults = Faults(script=[line])
    assert (await ask("POST", "/tags", {"name": "Kept"}))[0] == 500
    assert small.workspace.tags[-1]["name"] == "Kept"
    (injection,) = small.faults.log
    assert injection.applied is True
