"""Add a tag to a conversation, and remove it."""

from intercom_async.emulator.bodies import Body
from intercom_async.emulator.documents import Record
from intercom_async.emulator.lookups import (
    applied,
    find_by_id,
    require_admin,
    require_conversation,
    require_tag,
    tags_of,
)
from intercom_async.emulator.routes import Request
from intercom_async.emulator.workspace import Workspace

_NO_CONVERSATION = "Conversation not found"


def tag(workspace: Workspace, request: Request) -> Record:
    """Answer ``POST /conversations/{conversation_id}/tags`` with the tag."""
    id_ = request.parameters["conversation_id"]
    record = require_conversation(workspace, id_, _NO_CONVERSATION)
    body = Body(request.body)
    wanted = body.identifier("id")
    admin = require_admin(workspace, body)
    known = require_tag(workspace.tags, wanted)
    there = find_by_id(tags_of(record), wanted)
    if there is not None:
        return there
    with workspace.edit(id_) as edit:
        tag = applied(known, admin, edit.now)
        tags_of(edit.record).append(tag)
        edit.announce("conversation_part.tag.created")
    return tag


def untag(workspace: Workspace, request: Request) -> Record:
    """Answer ``DELETE /conversations/{conversation_id}/tags/{id}`` with the tag."""
    id_ = request.parameters["conversation_id"]
    record = require_conversation(workspace, id_, _NO_CONVERSATION)
    require_admin(workspace, Body(request.body))
    there = require_tag(tags_of(record), request.parameters["id"])
    with workspace.edit(id_) as edit:
        tags_of(edit.record).remove(there)
    return there
