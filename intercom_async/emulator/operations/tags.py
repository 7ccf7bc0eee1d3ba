"""Add a tag to a conversation, and remove it."""

from intercom_async.emulator.bodies import Body
from intercom_async.emulator.documents import Record
from intercom_async.emulator.operations.lookups import require_admin, require_conversation
from intercom_async.emulator.people import find_by_id, tags_of
from intercom_async.emulator.replies import Refused
from intercom_async.emulator.routes import Request
from intercom_async.emulator.workspace import Workspace

_NO_CONVERSATION = "Conversation not found"


def tag(workspace: Workspace, request: Request) -> Record:
    """Answers ``POST /conversations/{conversation_id}/tags`` with the tag."""
    id_ = request.parameters["conversation_id"]
    record = require_conversation(workspace, id_, _NO_CONVERSATION)
    body = Body(request.body)
    wanted = body.identifier("id")
    admin = require_admin(workspace, body)
    known = find_by_id(workspace.tags, wanted)
    if known is None:
        raise _tag_not_found()
    there = find_by_id(tags_of(record), wanted)
    if there is not None:
        return there
    with workspace.edit(id_) as draft:
        applied_by = {"type": "admin", "id": admin["id"]}
        applied = {**known, "applied_at": draft.now, "applied_by": applied_by}
        tags_of(draft.record).append(applied)
        draft.announce("conversation_part.tag.created")
    return applied


def untag(workspace: Workspace, request: Request) -> Record:
    """Answers ``DELETE /conversations/{conversation_id}/tags/{id}`` with the tag."""
    id_ = request.parameters["conversation_id"]
    record = require_conversation(workspace, id_, _NO_CONVERSATION)
    require_admin(workspace, Body(request.body))
    there = find_by_id(tags_of(record), request.parameters["id"])
    if there is None:
        raise _tag_not_found()
    with workspace.edit(id_) as draft:
        tags_of(draft.record).remove(there)
    return there


def _tag_not_found() -> Refused:
    return Refused(404, "tag_not_found", "Tag not found")
