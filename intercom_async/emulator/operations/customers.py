"""Attach contacts to a conversation, and detach them."""

from intercom_async.emulator.bodies import Body, missing
from intercom_async.emulator.documents import Record
from intercom_async.emulator.lookups import (
    contacts_of,
    find_by_id,
    find_contact,
    join_contact,
    not_found,
    require,
    require_admin,
    require_contact,
    require_conversation,
)
from intercom_async.emulator.replies import ApiError
from intercom_async.emulator.routes import Request
from intercom_async.emulator.workspace import Workspace


def attach(workspace: Workspace, request: Request) -> Record:
    """Answer ``POST /conversations/{id}/customers``."""
    id_ = request.parameters["id"]
    record = require_conversation(workspace, id_)
    body = Body(request.body)
    customer = body.inner("customer")
    author = _author(workspace, body, customer)
    contact = _contact_or_new_lead(workspace, customer)
    if join_contact(record, contact):
        with workspace.edit(id_) as edit:
            join_contact(edit.record, contact)
            edit.add_part("participant_added", author)
            edit.announce("conversation.contact.attached")
    return _customers(workspace, id_)


def detach(workspace: Workspace, request: Request) -> Record:
    """Answer ``DELETE /conversations/{conversation_id}/customers/{contact_id}``."""
    id_, contact_id = request.parameters["conversation_id"], request.parameters["contact_id"]
    record = require_conversation(workspace, id_)
    admin = require_admin(workspace, Body(request.body))
    require(contacts_of(record), contact_id, not_found("User Not Found"))
    if len(contacts_of(record)) == 1:
        raise ApiError(422, "parameter_invalid", "Removing the last customer is not allowed")
    with workspace.edit(id_) as edit:
        contacts = contacts_of(edit.record)
        contacts[:] = [contact for contact in contacts if contact["id"] != contact_id]
        edit.add_part("participant_removed", admin)
        edit.announce("conversation.contact.detached")
    return _customers(workspace, id_)


def _author(workspace: Workspace, body: Body, customer: Body) -> Record:
    """Find who attaches: a teammate, or the contact inside the customer."""
    if "admin_id" in body:
        return require_admin(workspace, body)
    if "customer" in customer:
        return require_contact(workspace, customer.inner("customer"))
    raise missing("admin_id")


def _contact_or_new_lead(workspace: Workspace, customer: Body) -> Record:
    contact = find_contact(workspace, customer)
    if contact is not None:
        return contact
    if "email" not in customer:
        raise not_found("User Not Found")
    id_ = f"{int(workspace.fresh_id()):024x}"
    lead = {"type": "lead", "id": id_, "name": None, "email": customer.text("email")}
    workspace.contacts.append(lead | {"external_id": None})
    return workspace.contacts[-1]


def _customers(workspace: Workspace, id: str) -> Record:
    customers: list[Record] = []
    for contact in contacts_of(workspace.record(id)):
        known = find_by_id(workspace.contacts, contact["id"]) or contact
        customers.append({"type": known["type"], "id": known["id"]})
    return {"customers": customers}
