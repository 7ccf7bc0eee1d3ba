"""Create a conversation, update it, and redact its messages."""

import html
from typing import Any, Final

from intercom_async.emulator.bodies import Body, invalid, read_attachments
from intercom_async.emulator.documents import Record
from intercom_async.emulator.edits import Change
from intercom_async.emulator.lookups import (
    find_by_id,
    join_contact,
    not_found,
    read_created_at,
    require,
    require_conversation,
)
from intercom_async.emulator.replies import ApiError
from intercom_async.emulator.routes import Request
from intercom_async.emulator.seed.records import person
from intercom_async.emulator.statistics import blank_statistics, count_contact_reply
from intercom_async.emulator.workspace import Workspace


def create(workspace: Workspace, request: Request) -> Record:
    """Answer ``POST /conversations`` with the message that began it."""
    body = Body(request.body)
    contact = _sender(workspace, body.inner("from"))
    text = body.text("body")
    source: Record = {
        "type": "conversation",
        "id": workspace.fresh_id(),
        "delivered_as": "customer_initiated",
        "subject": body.optional_text("subject") or "",
        "body": f"<p>{html.escape(text, quote=False)}</p>",  # the API takes no HTML here
        "author": person(contact),
        "attachments": read_attachments(body),
        "url": None,
        "redacted": False,
    }
    at = read_created_at(workspace, body) if request.version >= (2, 11) else workspace.now
    id_ = _add(workspace, source, contact, at)
    workspace.tell([Change("conversation.user.created", workspace.record(id_), [], workspace.now)])
    return {
        "type": "user_message",
        "id": source["id"],
        "created_at": at,
        "body": text,
        "message_type": "inapp",
        "conversation_id": id_,
    }


def _sender(workspace: Workspace, sender: Body) -> Record:
    type_ = sender.choice("type", ("lead", "user", "contact"))
    by_user_id = type_ == "contact" and "user_id" in sender and "id" not in sender
    name, key = ("user_id", "external_id") if by_user_id else ("id", "id")
    return require(workspace.contacts, sender.identifier(name), not_found("User Not Found"), key)


def _add(workspace: Workspace, source: Record, contact: Record, at: int) -> str:
    record: Record = {
        "created_at": at,
        "updated_at": workspace.now,
        "waiting_since": at,
        "source": source,
        "first_contact_reply": {"created_at": at, "type": "conversation", "url": None},
        "statistics": blank_statistics(0),
    }
    join_contact(record, contact)
    count_contact_reply(record, at)
    return workspace.add(**record)


def update(workspace: Workspace, request: Request) -> str:
    """Answer ``PUT /conversations/{id}``."""
    id_ = request.parameters["id"]
    record = require_conversation(workspace, id_)
    body = Body(request.body)
    attributes = _attributes(workspace, body)
    changes: dict[str, Any] = {}
    if "read" in body:
        changes["read"] = body.flag("read")
    if body.mentions("title"):  # null takes the title away
        changes["title"] = body.optional_text("title")
    if not (changes or attributes):
        return id_
    with workspace.edit(id_) as edit:
        edit.record |= changes
        edit.record["custom_attributes"] = (record["custom_attributes"] or {}) | attributes
        for _ in attributes:
            edit.add_part("conversation_attribute_updated_by_admin", workspace.bot)
        if changes.get("read") and not record["read"]:
            edit.announce("conversation.read")
    return id_


def _attributes(workspace: Workspace, body: Body) -> dict[str, Any]:
    attributes = body.mapping("custom_attributes")
    twice = sorted(workspace.duplicate_attributes.intersection(attributes))
    if twice:
        message = f"names attributes of which there are several: {', '.join(twice)}"
        raise invalid("custom_attributes", message)
    return attributes


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
