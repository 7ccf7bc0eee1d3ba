"""Whatever operations do to a workspace, its order, its counts and its answers stay in step."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intercom_async.emulator import Workspace, search_document
from intercom_async.emulator.handlers import Handlers
from intercom_async.emulator.replies import ApiError
from intercom_async.emulator.routes import Request, Routes
from intercom_async.emulator.search_cache import SearchCache
from intercom_async.emulator.seed import Seed
from intercom_async.emulator.serializer import Serializer
from intercom_async.emulator.stored import sort_key
from tests.emulator.asking import Clock

START = 1_760_000_000
ACTIONS = ("create", "comment", "note", "ask", "close", "open", "snoozed", "assignment", "redact")
STEPS = st.lists(st.tuples(st.sampled_from(ACTIONS), st.integers(0, 40), st.integers(0, 900)))


def send(routes: Routes, method: str, path: str, body: object = None) -> Any:
    handler, parameters = routes.find(method, path)
    return json.loads(handler(Request(parameters, {}, body, (2, 10))).body)


def request(workspace: Workspace, action: str, number: int, now: int) -> tuple[str, object]:
    ids, admin_id = workspace.ids(), workspace.admins[number % 12]["id"]
    contact, path = workspace.contacts[number % 20], f"/conversations/{ids[number % len(ids)]}"
    if action == "create":
        return "/conversations", {"from": {"type": "user", "id": contact["id"]}, "body": "x"}
    if action == "ask":
        by = {"type": "user", "intercom_user_id": contact["id"]}
        return f"{path}/reply", by | {"message_type": "comment", "body": "x"}
    if action in {"comment", "note"}:
        by = {"type": "admin", "admin_id": admin_id}
        return f"{path}/reply", by | {"message_type": action, "body": "x"}
    if action == "redact":
        id_ = ids[number % len(ids)]
        parts = workspace.full_record(id_)["conversation_parts"]["conversation_parts"]
        part_id = parts[number % len(parts)]["id"] if parts else "0"
        named = {"conversation_id": id_, "conversation_part_id": part_id}
        return "/conversations/redact", named | {"type": "conversation_part"}
    body = {"message_type": action, "type": "admin", "admin_id": admin_id}
    until = now + 1 + number
    return f"{path}/parts", body | {"assignee_id": admin_id, "snoozed_until": until}


@pytest.mark.long
@given(STEPS)
def test_everything_stays_in_step(steps: list[tuple[str, int, int]]) -> None:
    clock = Clock(START)
    workspace = Workspace(Seed(4, 7, START), clock)
    routes = Handlers(workspace, Serializer(workspace), SearchCache(workspace)).routes()
    for action, number, pause in steps:
        clock.now += pause
        path, body = request(workspace, action, number, int(clock.now))
        try:
            send(routes, "POST", path, body)
        except ApiError:  # not every part has words to redact
            assert action == "redact"
    listed = send(routes, "GET", "/conversations")["conversations"]
    assert [record["id"] for record in listed] == workspace.ids()[:20]
    keys = [sort_key(workspace.record(id_)["updated_at"], id_) for id_ in workspace.ids()]
    assert keys == sorted(keys)
    part_ids: list[str] = []
    for id_ in workspace.ids():
        full = send(routes, "GET", f"/conversations/{id_}")
        parts = workspace.full_record(id_)["conversation_parts"]["conversation_parts"]
        part_ids += [str(part["id"]) for part in parts]
        stored = workspace.get(id_)
        assert stored is not None
        assert stored.document == search_document(workspace.record(id_))
        assert full["conversation_parts"]["conversation_parts"] == parts[-500:]
        if full["updated_at"] > START:  # seeded statistics may be null
            assert full["statistics"]["count_conversation_parts"] == len(parts) + 1
        assert full["open"] == (full["state"] != "closed")
        assert (full["state"] == "snoozed") == (full["snoozed_until"] is not None)
    assert len(set(part_ids)) == len(part_ids)
