from collections import Counter
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from intercom_async.emulator import DEFAULT_START, Emulator, Workspace
from intercom_async.emulator.documents import FIELDS
from intercom_async.emulator.seed import Seed
from intercom_async.emulator.seed.calendar import Calendar
from intercom_async.emulator.seed.skeletons import SPAN


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


@pytest.mark.long
def test_outlines_lie_in_time_and_share_seconds() -> None:
    seed = Seed(5_000, 7, DEFAULT_START)
    outlines = seed.skeletons
    created = [outline.created_at for outline in outlines]
    assert created == sorted(created)
    assert all(DEFAULT_START - SPAN < second <= DEFAULT_START for second in created)
    assert max(created) - min(created) > SPAN * 0.95
    assert DEFAULT_START - max(created) < 3_600
    bursts = Counter(created).most_common(20)
    assert bursts[0][1] >= 50
    assert bursts[10][1] >= 3
    assert Counter(outline.updated_at for outline in outlines).most_common(1)[0][1] > 100
    timelines = [seed.timeline(outline) for outline in outlines]
    for outline, timeline in zip(outlines, timelines, strict=True):
        assert outline.created_at <= timeline.ended_at <= outline.updated_at <= DEFAULT_START
    ids = [int(outline.id) for outline in outlines]
    assert ids == sorted(set(ids))
    assert ids[-1] - ids[0] > len(ids) * 10
    counts = [len(timeline.events) for timeline in timelines]
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


CONTACTS = {"user", "lead"}
REOPENS = {"open", "timer_unsnooze"}


def in_hours(since: int, until: int, zone: ZoneInfo) -> int:
    """Count the seconds of Mon-Fri 09:00-17:30, day by day."""
    first, last = (datetime.fromtimestamp(at, zone).date() for at in (since, until))
    total = 0
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        opens, closes = (
            int(datetime.combine(day, at, zone).timestamp()) for at in (time(9), time(17, 30))
        )
        total += (day.weekday() < 5) * max(min(until, closes) - max(since, opens), 0)
    return total


def test_office_hours_leave_out_nights_and_weekends() -> None:
    zone = ZoneInfo("Europe/Dublin")
    calendar = Calendar("Europe/Dublin")
    friday = int(datetime(2025, 10, 24, 17, tzinfo=zone).timestamp())
    monday = friday + 3 * 86_400  # 16:00, since the clocks went back
    assert calendar.worked(monday) - calendar.worked(friday) == 7.5 * 3_600
    assert calendar.after(friday, 3_600) == int(
        datetime(2025, 10, 27, 9, 30, tzinfo=zone).timestamp()
    )
    assert calendar.wall(friday) == (4, 17 * 3_600)


@pytest.mark.parametrize("zone", ["Europe/Dublin", "America/New_York", "Asia/Kathmandu"])
def test_statistics_are_counted_from_the_parts(zone: str) -> None:
    workspace = Emulator(conversations=120, timezone=zone).workspace
    for record in (workspace.full_record(id) for id in workspace.ids()):
        if record["statistics"] is not None:
            assert record["statistics"] == recounted(record, ZoneInfo(zone))


def recounted(record: dict[str, Any], zone: ZoneInfo) -> dict[str, Any]:
    parts = parts_of(record)
    source = {"part_type": "source", "created_at": record["created_at"]}
    source |= {name: record["source"][name] for name in ("author", "body")}
    asks = [source] * (source["author"]["type"] in CONTACTS)
    asks += [part for part in parts if part["body"] and part["author"]["type"] in CONTACTS]
    # The source is not among the parts, hence what follows it are all of them.
    since = parts if asks[:1] == [source] else parts[parts.index(asks[0]) :] if asks else []
    replies = [
        part
        for part in since
        if part["body"] and part["author"]["type"] == "admin"
        if part["part_type"] not in {"note", "assignment"}
    ]
    closes = [part for part in since if part["part_type"] == "close"]
    assignments = [part for part in since if part["part_type"] == "assignment"]
    routed = assignments
    if replies:
        routed = [p for p in assignments if since.index(p) < since.index(replies[0])]
    latest = [p for p in replies if assignments and since.index(p) > since.index(assignments[-1])]
    waits, asked = [], asks[0] if asks else None
    for part in since:
        if part in asks:
            asked = part
        elif part in replies and asked:
            waits.append(in_hours(asked["created_at"], part["created_at"], zone))
            asked = None

    def at(found: list[dict[str, Any]], place: int) -> int | None:
        return found[place]["created_at"] if found else None

    def taken(found: list[dict[str, Any]], place: int) -> int | None:
        if not found:
            return None
        return in_hours(asks[0]["created_at"], found[place]["created_at"], zone)

    all_closes = [part for part in parts if part["part_type"] == "close"]
    return {
        "type": "conversation_statistics",
        "time_to_assignment": routed[-1]["created_at"] - asks[0]["created_at"] if routed else None,
        "time_to_admin_reply": taken(replies, 0),
        "time_to_first_close": taken(closes, 0),
        "time_to_last_close": taken(closes, -1),
        "median_time_to_reply": int(median(waits)) if waits else None,
        "first_contact_reply_at": at(asks, 0),
        "first_assignment_at": at(assignments, 0),
        "first_admin_reply_at": at(replies, 0),
        "first_close_at": at(closes, 0),
        "last_assignment_at": at(assignments, -1),
        "last_assignment_admin_reply_at": at(latest, 0),
        "last_contact_reply_at": at(asks, -1),
        "last_admin_reply_at": at(replies, -1),
        "last_close_at": at(all_closes, -1),
        "last_closed_by_id": all_closes[-1]["author"]["id"] if all_closes else None,
        "count_reopens": sum(part["part_type"] in REOPENS for part in since),
        "count_assignments": len(assignments),
        "count_conversation_parts": len(parts) + 1,
    }


@pytest.mark.long
@pytest.mark.parametrize("seed", [1, 7, 2026])
def test_a_support_lead_would_believe_it(seed: int) -> None:
    workspace = Emulator(conversations=600, seed=seed, timezone="America/New_York").workspace
    records = [workspace.full_record(id) for id in workspace.ids()]
    held = [record["statistics"] for record in records if record["statistics"]]
    for statistics in held:
        if statistics["first_admin_reply_at"] is not None:
            assert statistics["first_contact_reply_at"] <= statistics["first_admin_reply_at"]
    closed = sum(record["state"] == "closed" for record in records) / len(records)
    assert 0.85 <= closed <= 0.95
    reopened = sum(bool(statistics["count_reopens"]) for statistics in held) / len(held)
    assert 0.05 < reopened < 0.25
    begun = [r["created_at"] for r in records if r["source"]["author"]["type"] in CONTACTS]
    walls = [datetime.fromtimestamp(at, ZoneInfo("America/New_York")) for at in begun]
    by_day = sum(7 <= wall.hour < 19 for wall in walls)
    at_weekends = sum(wall.weekday() >= 5 for wall in walls)
    assert by_day > 0.7 * len(walls)
    assert at_weekends < 0.2 * len(walls)  # an even spread would be 0.29
    middle = DEFAULT_START - SPAN // 2
    assert sum(at > middle for at in begun) > 0.53 * len(begun)
    for record in records:
        rating = record["conversation_rating"] or {}
        if rating.get("created_at") is None:
            continue
        assert record["created_at"] < rating["created_at"] <= record["updated_at"]
        assert (rating["rating"] is None) is (rating["updated_at"] is None)
        authors = {part["author"]["id"] for part in parts_of(record)}
        assert str(rating["teammate"]["id"]) in authors
        fin = {part["author"]["name"] for part in parts_of(record)} & {"Fin"}
        assert bool(fin) is record["ai_agent_participated"]


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
        *("comment", "note", "assignment", "close", "open", "snoozed", "timer_unsnooze")
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


def test_numeric_ids_can_be_switched_off_and_nothing_else_changes() -> None:
    on = Emulator(conversations=60).workspace
    off = Emulator(conversations=60, numeric_ids=False).workspace
    numbers = 0
    for id_ in on.ids():
        sent, text = (dict(ids_in(each.full_record(id_))) for each in (on, off))
        numbers += sum(type(value) is int for value in sent.values())
        assert text == {
            path: str(value) if type(value) is int else value for path, value in sent.items()
        }
    assert numbers > 60


def ids_in(held: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the ids below, but those in custom attributes, and where they are."""
    if isinstance(held, list):
        for place, each in enumerate(held):
            yield from ids_in(each, f"{path}/{place}")
    elif isinstance(held, dict):
        for key, each in held.items():
            if key == "id" or key.endswith("_id"):
                yield f"{path}/{key}", each
            elif key != "custom_attributes":
                yield from ids_in(each, f"{path}/{key}")


def test_part_ids_are_unique(records: list[dict[str, Any]]) -> None:
    ids = [str(part["id"]) for record in records for part in parts_of(record)]
    assert len(ids) == len(set(ids))
