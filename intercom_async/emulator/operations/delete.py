"""Delete a conversation."""

from intercom_async.emulator.documents import Record
from intercom_async.emulator.drafts import Change
from intercom_async.emulator.operations.lookups import require_conversation
from intercom_async.emulator.routes import Request
from intercom_async.emulator.workspace import Workspace


def delete(workspace: Workspace, request: Request) -> Record:
    """Answers ``DELETE /conversations/{id}``."""
    id_ = request.parameters["id"]
    require_conversation(workspace, id_)
    workspace.delete(id_)
    # Only what names the conversation is left to tell.
    gone = {"type": "conversation", "id": id_, "conversation_id": id_}
    workspace.tell([Change("conversation.deleted", gone, None, workspace.now)])
    return {"id": id_, "object": "conversation", "deleted": True}
