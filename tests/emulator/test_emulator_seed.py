from collections import Counter
from typing import Any

import pytest

from intercom_async.emulator import DEFAULT_START, Emulator, Workspace
from intercom_async.emulator.documents import FIELDS
from intercom_async.emulator.seed import Seed
from intercom_async.emulator.seed.skeletons import SPAN, make_skeletons


@pytest.fixture(scope="module")
def workspace() -> Workspace:
    return Emulator(conversations=300).workspace


@pytest.fixture(scope="module")
def records(workspace: Workspace) -> list[dict[str, Any]]:
    return [workspace.full_record(id) for id in workspace.ids()]


def parts_of(record: dict[str, Any]) -> list[dict[str, Any]]:
    parts: list[dict[str, Any]] = record["conversation_parts"]["conversation_parts"]
    return parts


@pytest.mark.parametrize("seed", [1, 7, 2026])
def test_every_field_has_values_and_more_than_one(seed: int) -> None:
    workspace = Emulator(seed=seed).workspace
    for field in FIELDS:
        values = {str(each.document[field]) for each in workspace.ordered} - {"None"}
        assert len(values) > 1, field


def test_the_same_arguments_make_the_same_data() -> None:
    def everything(seed: int) -> list[dict[str, Any]]:
        workspace = Emulator(conversations=40, seed=seed).workspace
        return [workspace.full_record(id) for id in reversed(workspace.ids())]

    assert everything(3) == everything(3)
    assert everything(3) != everything(4)


def test_a_conversation_does_not_depend_on_which_one_is_asked_first() -> None:
    forth, back = Seed(30, 7, DEFAULT_START), Seed(30, 7, DEFAULT_START)
    there = {outline.id: forth.record(outline) for outline in forth.skeletons}
    assert there == {outline.id: back.record(outline) for outline in reversed(back.skeletons)}


@pytest.mark.parametrize("count", [0, 1, 2, 7])
def test_small_workspaces(count: int) -> None:
    workspace = Emulator(conversations=count).workspace
    assert len(workspace) == len(set(workspace.ids())) == count
    for id_ in workspace.ids():
        assert workspace.record(id_)["id"] == id_


def test_outlines_lie_in_time_and_share_seconds() -> None:
    outlines = make_skeletons(5_000, 7, DEFAULT_START)
    created = [outline.created_at for outline in outlines]
    assert created == sorted(created)
    assert all(DEFAULT_START - SPAN < second <= DEFAULT_START for second in created)
    assert max(created) - min(created) > SPAN * 0.95
    bursts = Counter(created).most_common(20)
    assert bursts[0][1] >= 50
    assert bursts[10][1] >= 3
    assert Counter(outline.updated_at for outline in outlines).most_common(1)[0][1] > 100
    for outline in outlines:
        assert outline.created_at <= outline.ended_at <= outline.updated_at <= DEFAULT_START
    ids = [int(outline.id) for outline in outlines]
    assert ids == sorted(set(ids))
    assert ids[-1] - ids[0] > len(ids) * 10
    counts = [outline.part_count for outline in outlines]
    assert sum(count <= 5 for count in counts) > len(counts) / 2
    assert sum(count > 500 for count in counts) >= 10


def test_some_conversation_is_longer_than_an_answer_shows(records: list[dict[str, Any]]) -> None:
    assert max(record["conversation_parts"]["total_count"] for record in records) > 500


def test_state_and_its_fields_agree(records: list[dict[str, Any]]) -> None:
    assert {record["state"] for record in records} == {"open", "closed", "snoozed"}
    for record in records:
        assert record["open"] is (record["state"] != "closed")
        assert (record["snoozed_until"] is not None) is (record["state"] == "snoozed")
        if record["snoozed_until"] is not None:
            assert record["snoozed_until"] > record["updated_at"]


def test_parts_lie_between_creation_and_update(records: list[dict[str, Any]]) -> None:
    for record in records:
        times = [part["created_at"] for part in parts_of(record)]
        bounds = [record["created_at"], *times, record["updated_at"]]
        assert bounds == sorted(bounds)


def test_statistics_are_counted_from_the_parts(records: list[dict[str, Any]]) -> None:
    for record in records:
        statistics = record["statistics"]
        if statistics is None:
            continue
        parts = parts_of(record)
        closes = [part for part in parts if part["part_type"] == "close"]
        assert statistics["count_conversation_parts"] == len(parts) + 1
        assert statistics["first_close_at"] == (closes[0]["created_at"] if closes else None)
        assert statistics["last_closed_by_id"] == (closes[-1]["author"]["id"] if closes else None)
        kinds = Counter(part["part_type"] for part in parts)
        assert statistics["count_assignments"] == kinds["assignment"]
        assert statistics["count_reopens"] == kinds["open"]


def test_the_shapes_that_were_seen_live_all_appear(records: list[dict[str, Any]]) -> None:
    parts = [part for record in records for part in parts_of(record)]
    for field in ("admin_assignee_id", "team_assignee_id"):
        shapes = {type(record[field]) for record in records}
        assert shapes == {type(None), int, str}
        assert 0 in [record[field] for record in records]
    teammates = [record["teammates"] for record in records]
    assert None in teammates
    assert {key for each in teammates if each for key in each} == {"type", "teammates", "admins"}
    assert {type(part["id"]) for part in parts} == {str, int}
    assert {part["part_type"] for part in parts} == {
        *("comment", "note", "assignment", "close", "open", "snoozed")
    }
    assert {part["author"]["type"] for part in parts} == {"admin", "user", "lead", "bot"}
    assert {each["type"] if each else None for each in (part["assigned_to"] for part in parts)} == {
        *("admin", "team", "bot", "nobody_admin", None)
    }
    ratings = [record["conversation_rating"] for record in records]
    assert None in ratings
    assert any(rating and rating["contact"] is None for rating in ratings)
    assert {"hit", "missed", "active"} <= {
        (r["sla_applied"] or {}).get("sla_status") for r in records
    }
    assert {len(record["contacts"]["contacts"]) for record in records} == {1, 2}
    custom = [value for record in records for value in record["custom_attributes"].values()]
    assert {type(value) for value in custom} == {str, int, float, bool, list, type(None)}


def test_part_ids_are_unique(records: list[dict[str, Any]]) -> None:
    ids = [str(part["id"]) for record in records for part in parts_of(record)]
    assert len(ids) == len(set(ids))
