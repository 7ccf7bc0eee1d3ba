"""Redact a part of a conversation, or its source."""

from typing import Final

from intercom_async.emulator.bodies import Body
from intercom_async.emulator.documents import Record
from intercom_async.emulator.people import find_by_id
from intercom_async.emulator.replies import ApiError
from intercom_async.emulator.routes import Request
from intercom_async.emulator.workspace import Workspace

_REMAINS: Final = "<p><i>This message was deleted</i></p>"
_CONTACTS: Final = frozenset({"user", "lead", "contact"})


def redact(workspace: Workspace, request: Request) -> str:
    """Answer ``POST /conversations/redact``."""
    body = Body(request.body)
    of_part = body.choice("type", ("conversation_part", "source")) == "conversation_part"
    id_ = body.identifier("conversation_id")
    message_id = body.identifier("conversation_part_id" if of_part else "source_id")
    if id_ not in workspace:
        raise _not_found()
    with workspace.edit(id_) as edit:
        source = edit.record["source"]
        messages = edit.parts if of_part else [source] if source else []
        message = find_by_id(messages, message_id)
        if message is None:
            raise _not_found()
        if not (message["body"] if of_part else _by_contact(message)):
            # The reference names this code, and for this operation no other status than 404.
            raise ApiError(404, "conversation_part_not_redactable", "Part can't be redacted")
        message |= {"body": _REMAINS, "attachments": [], "redacted": True}
        if of_part:
            message["updated_at"] = edit.now
        edit.announce("conversation_part.redacted")
    return id_


def _by_contact(source: Record) -> bool:
    author: Record = source["author"] or {}
    return author.get("type") in _CONTACTS


def _not_found() -> ApiError:
    message = "Conversation part or message not found"
    return ApiError(404, "conversation_part_or_message_not_found", message)
