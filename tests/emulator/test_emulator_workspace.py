from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intercom_async.emulator import Workspace
from intercom_async.emulator.seed import Seed
from intercom_async.emulator.stored import sort_key
from intercom_async.emulator.workspace import after


def make_workspace(conversations: int = 12, now: int = 2_000_000_000) -> Workspace:
    clock = count(now)
    return Workspace(Seed(conversations, 7, 1_760_000_000), lambda: next(clock))


def in_order(workspace: Workspace) -> bool:
    keys = [sort_key(workspace.record(id)["updated_at"], id) for id in workspace.ids()]
    return keys == sorted(keys)


def test_conversations_are_ordered_by_update_then_by_numeric_id() -> None:
    workspace = make_workspace(0)
    for id_, updated_at in (("9", 5), ("10", 5), ("100", 4), ("1", 6)):
        workspace.add(id=id_, updated_at=updated_at)
    assert workspace.ids() == ["1", "10", "9", "100"]


def test_an_update_moves_a_conversation_to_the_front() -> None:
    workspace = make_workspace()
    last = workspace.ids()[-1]
    before = workspace.record(last)
    workspace.update(last, title="Another", read=True)
    after_ = workspace.record(last)
    assert workspace.ids()[0] == last
    changed = {"title": "Another", "read": True, "updated_at": 2_000_000_000}
    assert after_ == before | changed


def test_an_update_keeps_the_parts_and_renews_every_form() -> None:
    workspace = make_workspace(40)
    conversation = next(each for each in workspace.ordered if each.parts())
    id_ = conversation.id
    parts, full = conversation.parts(), conversation.encoded_full
    assert conversation.document["state"] != "melted"
    workspace.update(id_, state="melted", updated_at=5)
    assert conversation.document["state"] == "melted"
    assert b'"melted"' in conversation.encoded
    assert b'"melted"' in conversation.encoded_full
    assert conversation.encoded_full != full
    assert conversation.parts() == parts
    assert workspace.ids()[-1] == id_


def test_what_is_handed_out_is_a_copy() -> None:
    workspace = make_workspace()
    id_ = workspace.ids()[0]
    workspace.record(id_)["tags"]["tags"].append("mine")
    workspace.full_record(id_)["conversation_parts"]["conversation_parts"].append("mine")
    assert "mine" not in workspace.record(id_)["tags"]["tags"]
    assert "mine" not in workspace.full_record(id_)["conversation_parts"]["conversation_parts"]


def test_a_change_that_is_no_json_leaves_everything_as_it_was() -> None:
    workspace = make_workspace()
    ids = workspace.ids()
    with pytest.raises(TypeError):
        workspace.update(ids[3], title=object())
    assert workspace.ids() == ids
    workspace.delete(ids[3])
    assert workspace.ids() == ids[:3] + ids[4:]


def test_a_conversation_can_be_added_with_parts() -> None:
    workspace = make_workspace()
    highest = max(map(int, workspace.ids()))
    id_ = workspace.add(title="New", parts=[{"id": "1", "part_type": "note"}])
    assert int(id_) == highest + 1
    full = workspace.full_record(id_)
    assert full["title"] == "New"
    assert full["created_at"] == full["updated_at"] == 2_000_000_000
    assert full["conversation_parts"]["conversation_parts"] == [{"id": "1", "part_type": "note"}]
    assert full["statistics"]["count_conversation_parts"] == 2
    with pytest.raises(ValueError, match="exists"):
        workspace.add(id=id_)


def test_a_deleted_conversation_is_gone() -> None:
    workspace = make_workspace()
    id_ = workspace.ids()[3]
    workspace.delete(id_)
    assert id_ not in workspace
    assert id_ not in workspace.ids()
    assert workspace.get(id_) is None
    for call in (workspace.record, workspace.full_record, workspace.delete, workspace.update):
        with pytest.raises(KeyError):
            call(id_)


def test_every_change_is_a_new_revision() -> None:
    workspace = make_workspace()
    revisions = [workspace.revision]
    id_ = workspace.add()
    revisions.append(workspace.revision)
    workspace.update(id_)
    revisions.append(workspace.revision)
    workspace.delete(id_)
    revisions.append(workspace.revision)
    assert len(set(revisions)) == 4


def test_warm_makes_everything_at_once() -> None:
    workspace = make_workspace()
    workspace.warm()
    assert all(conversation._document for conversation in workspace.ordered)


@given(st.lists(st.tuples(st.sampled_from(("add", "update", "delete")), st.integers(0, 60))))
def test_the_order_holds_whatever_happens(steps: list[tuple[str, int]]) -> None:
    workspace = make_workspace(0)
    ids: list[str] = []
    for action, number in steps:
        if action == "add" or not ids:
            ids.append(workspace.add(updated_at=number % 7))
        elif action == "update":
            workspace.update(ids[number % len(ids)], updated_at=number % 5)
        else:
            workspace.delete(ids.pop(number % len(ids)))
    assert sorted(workspace.ids()) == sorted(ids)
    assert in_order(workspace)


@given(st.lists(st.integers(0, 5), max_size=20), st.integers(-1, 6), st.integers(0, 25))
def test_after_a_key_come_exactly_the_smaller_ones(
    times: list[int], updated_at: int, id_: int
) -> None:
    workspace = make_workspace(0)
    for updated in times:
        workspace.add(updated_at=updated)
    key = sort_key(updated_at, str(id_))
    begin = after(workspace.ordered, key)
    assert all(each.key <= key for each in workspace.ordered[:begin])
    assert all(each.key > key for each in workspace.ordered[begin:])
