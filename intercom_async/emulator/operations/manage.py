"""Manage a conversation: close, snooze, open, assign and delete it."""

from typing import Final

from intercom_async.emulator import statistics
from intercom_async.emulator.bodies import Body, invalid
from intercom_async.emulator.documents import Record
from intercom_async.emulator.edits import Change, Edit
from intercom_async.emulator.html import as_html
from intercom_async.emulator.lookups import (
    not_found,
    require,
    require_admin,
    require_conversation,
)
from intercom_async.emulator.routes import Request
from intercom_async.emulator.workspace import Workspace

_NOBODY: Final = "0"


def manage(workspace: Workspace, request: Request) -> str:
    """Answer ``POST /conversations/{id}/parts``."""
    id_ = request.parameters["id"]
    require_conversation(workspace, id_)
    body = Body(request.body)
    action = _ACTIONS[body.choice("message_type", _ACTIONS)]
    action(workspace, id_, body)
    return id_


def run_assignment_rules(workspace: Workspace, request: Request) -> str:
    """Answer ``POST /conversations/{id}/run_assignment_rules``: the admins take turns."""
    id_ = request.parameters["id"]
    require_conversation(workspace, id_)
    admin = workspace.next_admin()
    with workspace.edit(id_) as edit:
        edit.record["admin_assignee_id"] = int(admin["id"])
        _note_assignment(edit, "default_assignment", workspace.bot, _reference(admin), None)
    return id_


def delete(workspace: Workspace, request: Request) -> Record:
    """Answer ``DELETE /conversations/{id}``."""
    id_ = request.parameters["id"]
    require_conversation(workspace, id_)
    workspace.delete(id_)
    # Only what names the conversation is left to tell.
    gone = {"type": "conversation", "id": id_, "conversation_id": id_}
    workspace.tell([Change("conversation.deleted", gone, None, workspace.now)])
    return {"id": id_, "object": "conversation", "deleted": True}


def _close(workspace: Workspace, id: str, body: Body) -> None:
    body.choice("type", ("admin",))
    admin = require_admin(workspace, body)
    words = as_html(body.optional_text("body"))
    with workspace.edit(id) as edit:
        edit.close(admin, words)


def _snooze(workspace: Workspace, id: str, body: Body) -> None:
    admin = require_admin(workspace, body)
    until = body.second("snoozed_until")
    if until <= workspace.now:
        raise invalid("snoozed_until", "must lie in the future")
    with workspace.edit(id) as edit:
        edit.snooze(admin, until)


def _open(workspace: Workspace, id: str, body: Body) -> None:
    admin = require_admin(workspace, body)
    if workspace.record(id)["state"] == "open":
        return
    with workspace.edit(id) as edit:
        edit.reopen_by_admin(admin)


def _assign(workspace: Workspace, id: str, body: Body) -> None:
    kind = body.choice("type", ("admin", "team"))
    admin = require_admin(workspace, body)
    assignee = _assignee(workspace, kind, body.identifier("assignee_id"))
    words = as_html(body.optional_text("body"))
    with workspace.edit(id) as edit:
        edit.record[f"{kind}_assignee_id"] = assignee and int(assignee["id"])
        reopens = edit.record["state"] == "closed"
        if reopens:
            edit.reopen()
        part_type = "assign_and_reopen" if reopens else "assignment"
        _note_assignment(edit, part_type, admin, _reference(assignee), words)


_ACTIONS: Final = {"close": _close, "snoozed": _snooze, "open": _open, "assignment": _assign}


def _assignee(workspace: Workspace, kind: str, id: str) -> Record | None:
    if id == _NOBODY:
        return None
    known = workspace.admins if kind == "admin" else workspace.teams
    return require(known, id, not_found(f"{kind.capitalize()} Not Found", "assignee_id"))


def _reference(assignee: Record | None) -> Record:
    if assignee is None:
        return {"type": "nobody_admin", "id": None}
    return {"type": assignee["type"], "id": assignee["id"]}


def _note_assignment(
    edit: Edit, part_type: str, author: Record, assigned_to: Record, body: str | None
) -> None:
    edit.add_part(part_type, author, body=body, assigned_to=assigned_to)
    statistics.count_assignment(edit.record, edit.now)
    edit.announce("conversation.admin.assigned")
