"""Reply to a conversation, as a teammate or on behalf of a contact."""

from typing import Final

from intercom_async.emulator import statistics
from intercom_async.emulator.bodies import Body, read_attachments
from intercom_async.emulator.documents import Record
from intercom_async.emulator.html import as_html
from intercom_async.emulator.lookups import (
    join_contact,
    join_teammate,
    not_found,
    read_created_at,
    require_admin,
    require_contact,
    require_conversation,
)
from intercom_async.emulator.routes import Request
from intercom_async.emulator.workspace import Workspace

_LAST: Final = "last"  # stands for the conversation that a contact took part in last


def reply(workspace: Workspace, request: Request) -> str:
    """Answer ``POST /conversations/{id}/reply``."""
    if request.parameters["id"] != _LAST:
        require_conversation(workspace, request.parameters["id"])
    body = Body(request.body)
    kind = body.choice("type", ("admin", "user"))
    return (_as_admin if kind == "admin" else _as_contact)(workspace, request, body)


def _as_admin(workspace: Workspace, request: Request, body: Body) -> str:
    id_ = request.parameters["id"]
    message_type = body.choice("message_type", ("comment", "note"))
    admin = require_admin(workspace, body)
    attachments = read_attachments(body)
    # Files speak for themselves; without them there must be words.
    text = body.optional_text("body") if attachments else body.text("body")
    at = read_created_at(workspace, body)
    require_conversation(workspace, id_)  # "last" is nobody's here
    with workspace.edit(id_) as edit:
        edit.add_part(message_type, admin, body=as_html(text), attachments=attachments, at=at)
        if message_type == "note":
            edit.announce("conversation.admin.noted")
        else:
            edit.record["waiting_since"] = None
            join_teammate(edit.record, admin)
            statistics.count_admin_reply(edit.record, at, edit.worked)
            edit.announce("conversation.admin.replied")
    return id_


def _as_contact(workspace: Workspace, request: Request, body: Body) -> str:
    body.choice("message_type", ("comment",))
    contact = require_contact(workspace, body)
    text, attachments = body.text("body"), read_attachments(body)
    at = read_created_at(workspace, body) if request.version >= (2, 11) else workspace.now
    id_ = request.parameters["id"]
    if id_ == _LAST:
        id_ = _latest(workspace, contact)
    with workspace.edit(id_) as edit:
        record = edit.record
        reopens = record["state"] != "open"
        if reopens:
            edit.reopen()
        # What a contact says to a conversation that was over is shown as its opening.
        edit.add_part(
            "open" if reopens else "comment",
            contact,
            body=as_html(text),
            attachments=attachments,
            at=at,
        )
        record |= {"waiting_since": at, "read": False}
        if record["first_contact_reply"] is None:
            first = {"created_at": at, "type": "conversation", "url": None}
            record["first_contact_reply"] = first
        join_contact(record, contact)
        statistics.count_contact_reply(record, at)
        edit.announce("conversation.user.replied")
    return id_


def _latest(workspace: Workspace, contact: Record) -> str:
    for conversation in workspace.ordered:
        if contact["id"] in (conversation.document["contact_ids"] or ()):
            return conversation.id
    raise not_found("Resource Not Found")
