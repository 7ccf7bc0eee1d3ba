"""Create a conversation, initiated by a contact."""

import html

from intercom_async.emulator.bodies import Body
from intercom_async.emulator.documents import Record
from intercom_async.emulator.edits import Change
from intercom_async.emulator.operations.attachments import read_attachments
from intercom_async.emulator.operations.lookups import not_found, read_created_at
from intercom_async.emulator.people import find_by_id, join_contact
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
    if type_ == "contact" and "user_id" in sender and "id" not in sender:
        contact = find_by_id(workspace.contacts, sender.identifier("user_id"), "external_id")
    else:
        contact = find_by_id(workspace.contacts, sender.identifier("id"))
    if contact is None:
        raise not_found("User Not Found")
    return contact


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
