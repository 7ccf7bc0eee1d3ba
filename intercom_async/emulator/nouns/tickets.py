"""Tickets: how they look and are searched, and what is done to them."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from intercom_async.emulator.bodies import Body, invalid, missing, read_attachments
from intercom_async.emulator.collection import Collection, Noun
from intercom_async.emulator.documents import FieldType, Record
from intercom_async.emulator.edits import Change
from intercom_async.emulator.html import as_html
from intercom_async.emulator.lookups import (
    applied,
    find_by_id,
    not_found,
    read_created_at,
    require,
    require_admin,
    require_contact,
    require_tag,
    require_ticket_type,
    tags_of,
)
from intercom_async.emulator.query import Rules
from intercom_async.emulator.replies import ApiError
from intercom_async.emulator.routes import Request
from intercom_async.emulator.seed.records import person
from intercom_async.emulator.seed.tickets import DESCRIPTION, TITLE, make_part
from intercom_async.emulator.stored import PARTS_SHOWN
from intercom_async.emulator.versions import Version
from intercom_async.emulator.workspace import Workspace

_STATES_SINCE: Final = (2, 12)  # before, a state is a word
_TOP_LEVEL_SINCE: Final = (2, 14)  # before, assignments are an object of their own
_NUMBERS_SINCE: Final = (2, 16)  # before, assignees are texts
_KEYS: Final = {"id": "id", "external_id": "external_id", "email": "email"}
_TRACKER: Final = "Tracker"
_LINKS_AT_MOST: Final = 2_500
_AS_STORED: Final = (
    "type", "id", "ticket_id", "ticket_attributes", "created_at", "updated_at", "open",
    "snoozed_until", "is_shared", "company_id",
)  # fmt: skip
_NO_STATE: Final = {"id": None, "category": None, "internal_label": None, "external_label": None}


def _show_ticket(tickets: Collection, ticket: Record, request: Request) -> Record:
    """Show a ticket with its newest parts."""
    workspace, version = tickets.workspace, request.version
    type_, state = _type_of(workspace, ticket), _state_of(workspace, ticket)
    parts, linked = ticket["parts"], ticket["linked"]
    contacts = [find_by_id(workspace.contacts, id_) or {"id": id_} for id_ in ticket["contact_ids"]]
    shown = {name: ticket[name] for name in _AS_STORED} | {
        "ticket_type": {name: type_[name] for name in type_ if name != "ticket_states"},
        "category": type_.get("category"),
        "contacts": {
            "type": "contact.list",
            "contacts": [
                {"type": "contact", "id": each["id"], "external_id": each.get("external_id")}
                for each in contacts
            ],
        },
        "ticket_parts": {
            "type": "ticket_part.list",
            "ticket_parts": parts[-PARTS_SHOWN:],
            "total_count": len(parts),
        },
        "linked_objects": {
            "type": "list",
            "data": linked,
            "total_count": len(linked),
            "has_more": False,
        },
    }
    if version >= _STATES_SINCE:
        shown["ticket_state"] = {"type": "ticket_state"} | {name: state[name] for name in _NO_STATE}
    else:
        shown["ticket_state"] = state["category"]
        for name in ("internal_label", "external_label"):
            shown[f"ticket_state_{name}"] = state[name]
    if version >= _NUMBERS_SINCE:
        shown["previous_ticket_state_id"] = ticket["previous_ticket_state_id"]
    for name in ("admin_assignee_id", "team_assignee_id"):
        shown[name] = int(ticket[name]) if version >= _NUMBERS_SINCE else str(ticket[name])
    return shown


def _type_of(workspace: Workspace, ticket: Record) -> Record:
    return find_by_id(workspace.ticket_types, ticket["ticket_type_id"]) or {}


def _state_of(workspace: Workspace, ticket: Record) -> Record:
    states = workspace.collections["ticket_states"]
    return find_by_id(states, ticket["ticket_state_id"]) or _NO_STATE


# Creating


def _create_ticket(tickets: Collection, request: Request) -> Record:
    return tickets.shown(_create(tickets, request), request)


def _enqueue_ticket(tickets: Collection, request: Request) -> Record:
    """Answer ``POST /tickets/enqueue`` with a job, which is done by the time it is asked for."""
    ticket, workspace = _create(tickets, request), tickets.workspace
    id_, base = workspace.fresh_id(), request.address.removesuffix("/tickets/enqueue")
    job = {"type": "job", "id": id_, "url": f"{base}/jobs/status/{id_}", "resource_type": "ticket"}
    result = {"resource_id": ticket["id"], "resource_url": f"{base}/tickets/{ticket['id']}"}
    workspace.collections["jobs"].append(job | {"status": "success"} | result)
    return job | {"status": "pending"} | dict.fromkeys(result)


def _create(tickets: Collection, request: Request) -> Record:
    body, workspace = Body(request.body), tickets.workspace
    type_ = require_ticket_type(workspace, body)
    given = [Body(each, "a contact") for each in body.entries("contacts")]
    if not given:
        raise missing("contacts")
    at = read_created_at(workspace, body)
    ticket: Record = {
        "type": "ticket",
        "id": workspace.fresh_id(),
        "ticket_id": str(workspace.next_ticket_number()),
        "ticket_attributes": _attributes(type_, body),
        "ticket_state_id": workspace.collections["ticket_states"][0]["id"],
        "previous_ticket_state_id": None,
        "ticket_type_id": type_["id"],
        "contact_ids": [_contact(workspace, each)["id"] for each in given],
        "admin_assignee_id": 0,
        "team_assignee_id": 0,
        "created_at": at,
        "updated_at": workspace.now,
        "open": True,
        "snoozed_until": None,
        "linked": [],
        "is_shared": type_["category"] == "Customer",
        "company_id": body.identifier("company_id") if "company_id" in body else None,
        "parts": [],
    }
    if "assignment" in body:
        assignment = body.inner("assignment")
        for name in ("admin_assignee_id", "team_assignee_id"):
            if name in assignment:
                ticket |= _assignee(workspace, assignment.identifier(name))
    if "conversation_to_link_id" in body:
        ticket["linked"].append(_linked(workspace, body.identifier("conversation_to_link_id")))
    tickets.records.append(ticket)
    _tell(tickets, "ticket.created", ticket, request)
    return ticket


def _contact(workspace: Workspace, given: Body) -> Record:
    """Find whom a new ticket concerns; for an unknown email address there is a contact made."""
    name = given.only_one(_KEYS)
    contact = find_by_id(workspace.contacts, given.identifier(name), _KEYS[name])
    if contact is None and name != "email":
        raise not_found("User Not Found")
    if contact is None:
        id_ = f"{int(workspace.fresh_id()):024x}"
        contact = {"type": "lead", "id": id_, "external_id": None, "name": None}
        contact |= {"email": given.text("email"), "created_at": workspace.now}
        workspace.contacts.append(contact | {"updated_at": workspace.now})
    return contact


def _attributes(type_: Record, body: Body) -> Record:
    """Read the fields of a ticket, which its type must have."""
    given = body.mapping("ticket_attributes")
    known = {each["name"] for each in type_["ticket_type_attributes"]["data"]}
    for name in given.keys() - known:
        raise invalid("ticket_attributes", f"names {name}, which is no attribute of the type")
    return given


# Changing


def _update_ticket(tickets: Collection, request: Request) -> Record:
    ticket, body, workspace = tickets.asked(request), Body(request.body), tickets.workspace
    attributes = ticket["ticket_attributes"] | _attributes(_type_of(workspace, ticket), body)
    changes = tickets.changes(body) | {"ticket_attributes": attributes}
    changes |= _assignment(workspace, body, request)
    state = _state(workspace, body, request)
    if state is not None and state["id"] != ticket["ticket_state_id"]:
        changes["previous_ticket_state_id"] = ticket["ticket_state_id"]
        changes["ticket_state_id"] = state["id"]
        words = {"ticket_state": state["category"]}
        words["previous_ticket_state"] = _state_of(workspace, ticket)["category"]
        _add_part(workspace, ticket, "ticket_state_updated_by_admin", workspace.admins[0], **words)
    ticket |= changes
    topic = "ticket.attribute.updated" if state is None else "ticket.state.updated"
    _tell(tickets, topic, ticket, request)
    return tickets.shown(ticket, request)


def _assignment(workspace: Workspace, body: Body, request: Request) -> Record:
    if request.version < _TOP_LEVEL_SINCE:
        if "assignment" not in body:
            return {}
        body = body.inner("assignment")
        require_admin(workspace, body)
    if "assignee_id" not in body:
        return {}
    return _assignee(workspace, body.identifier("assignee_id"))


def _assignee(workspace: Workspace, id: str) -> Record:
    if id == "0":
        return {"admin_assignee_id": 0, "team_assignee_id": 0}
    for name, known in (("admin", workspace.admins), ("team", workspace.teams)):
        if find_by_id(known, id) is not None:
            return {f"{name}_assignee_id": int(id)}
    raise ApiError(404, "assignee_not_found", "Assignee not found")


def _state(workspace: Workspace, body: Body, request: Request) -> Record | None:
    """Find the state that a body names: by its id, and before there were ids by its word."""
    name = "ticket_state_id" if request.version >= _STATES_SINCE else "state"
    if name not in body:
        return None
    key = "id" if name == "ticket_state_id" else "category"
    refusal = ApiError(400, "ticket_state_id_invalid", "Ticket state is not valid")
    return require(workspace.collections["ticket_states"], body.identifier(name), refusal, key)


def _change_type(tickets: Collection, request: Request) -> Record:
    ticket, body, workspace = tickets.asked(request), Body(request.body), tickets.workspace
    type_ = require_ticket_type(workspace, body)
    body.value("ticket_state_id")
    state = _state(workspace, body, request)
    attributes = _attributes(type_, body)
    ticket |= {"ticket_type_id": type_["id"], "ticket_state_id": state and state["id"]}
    ticket |= {"ticket_attributes": attributes, "updated_at": workspace.now}
    return tickets.shown(ticket, request)


def _reply_to_ticket(tickets: Collection, request: Request) -> Record:
    ticket, body, workspace = tickets.asked(request), Body(request.body), tickets.workspace
    by_admin = body.choice("type", ("admin", "user")) == "admin"
    kinds = ("comment", "note", "quick_reply") if by_admin else ("comment",)
    kind = body.choice("message_type", kinds)
    author = require_admin(workspace, body) if by_admin else require_contact(workspace, body)
    attachments = read_attachments(body)
    words = body.optional_text("body") if attachments else body.text("body")
    part = _add_part(workspace, ticket, kind, author, body=as_html(words), attachments=attachments)
    ticket["updated_at"] = workspace.now
    topic = "admin.replied" if by_admin else "contact.replied"
    _tell(tickets, "ticket.note.created" if kind == "note" else f"ticket.{topic}", ticket, request)
    return part


def _add_part(
    workspace: Workspace, ticket: Record, kind: str, author: Record, **fields: Any
) -> Record:
    part = make_part(workspace.fresh_id(), kind, person(author), workspace.now, None) | fields
    ticket["parts"].append(part)
    return part


def _tag_ticket(tickets: Collection, request: Request) -> Record:
    ticket, body, workspace = tickets.asked(request), Body(request.body), tickets.workspace
    wanted, admin = body.identifier("id"), require_admin(workspace, body)
    tag = applied(require_tag(workspace.tags, wanted), admin, workspace.now)
    if find_by_id(tags_of(ticket), tag["id"]) is None:
        tags_of(ticket).append(tag)
    return tag


def _untag_ticket(tickets: Collection, request: Request) -> Record:
    ticket = tickets.asked(request)
    require_admin(tickets.workspace, Body(request.body))
    there = require_tag(tags_of(ticket), request.parameters["tag_id"])
    tags_of(ticket).remove(there)
    return there


def _link_conversation(tickets: Collection, request: Request) -> Record:
    ticket, workspace = tickets.asked(request), tickets.workspace
    if (
        _type_of(workspace, ticket)["category"] != _TRACKER
        or len(ticket["linked"]) >= _LINKS_AT_MOST
    ):
        message = "conversations are linked to tracker tickets, 2,500 at most"
        raise ApiError(400, "parameter_invalid", message)
    id_ = Body(request.body).identifier("conversation_id")
    link = _linked(workspace, id_)
    if link not in ticket["linked"]:
        ticket["linked"].append(link)
    return workspace.record(id_)


def _unlink_conversation(tickets: Collection, request: Request) -> Record:
    ticket, workspace = tickets.asked(request), tickets.workspace
    id_ = request.parameters["conversation_id"]
    link = _linked(workspace, id_)
    if link not in ticket["linked"]:
        raise ApiError(400, "invalid_parameter", "Conversation is not linked to the ticket")
    ticket["linked"].remove(link)
    return workspace.record(id_)


def _linked(workspace: Workspace, id: str) -> Record:
    if id not in workspace:
        raise not_found("Conversation not found")
    return {"type": "conversation", "id": id, "category": None}


def _tell(tickets: Collection, topic: str, ticket: Record, request: Request) -> None:
    """Tell observers what has happened."""
    workspace = tickets.workspace
    workspace.tell([Change(topic, tickets.shown(ticket, request), None, workspace.now)])


_ATTRIBUTE: Final = "ticket_attribute."
_NAMES: Final = {
    FieldType.STRING: """
        id title description category ticket_type_id contact_ids teammate_ids admin_assignee_id
        team_assignee_id state
    """,
    FieldType.DATE: "created_at updated_at snoozed_until",
    FieldType.BOOLEAN: "open",
}
_FIELDS: Final = {name: type_ for type_, names in _NAMES.items() for name in names.split()}
# A search takes other words than those that are shown.
_CATEGORIES: Final = {"Customer": "request", "Back-office": "task", "Tracker": "tracker"}


def _rules(collection: Collection, version: Version) -> Rules:
    """Make the rules of a search of tickets, the same in all versions."""
    del version
    return Rules(_FIELDS, attributes=_ATTRIBUTE, read=partial(_read, collection))


def _read(collection: Collection, ticket: Record, name: str) -> Any:
    """Read a field of a ticket as a search sees it."""
    workspace = collection.workspace
    if name in _READERS:
        return _READERS[name](workspace, ticket)
    if name.startswith(_ATTRIBUTE):
        id_ = name.removeprefix(_ATTRIBUTE)
        attributes = _type_of(workspace, ticket)["ticket_type_attributes"]["data"]
        names = [each["name"] for each in attributes if each["id"] == id_]
        return ticket["ticket_attributes"].get(names[0]) if names else None
    return ticket.get(name)


def _teammate_ids(_: Workspace, ticket: Record) -> tuple[str, ...] | None:
    authors = [part["author"] for part in ticket["parts"]]
    return tuple(author["id"] for author in authors if author["type"] == "admin") or None


def _category(workspace: Workspace, ticket: Record) -> str | None:
    return _CATEGORIES.get(_type_of(workspace, ticket).get("category", ""))


_READERS: Final[dict[str, Callable[[Workspace, Record], Any]]] = {
    "title": lambda _, ticket: ticket["ticket_attributes"].get(TITLE),
    "description": lambda _, ticket: ticket["ticket_attributes"].get(DESCRIPTION),
    "category": _category,
    "state": lambda workspace, ticket: _state_of(workspace, ticket)["category"],
    "contact_ids": lambda _, ticket: tuple(ticket["contact_ids"]) or None,
    "teammate_ids": _teammate_ids,
    "admin_assignee_id": lambda _, ticket: str(ticket["admin_assignee_id"]),
    "team_assignee_id": lambda _, ticket: str(ticket["team_assignee_id"]),
}


TICKETS: Final = (
    Noun(
        "/tickets",
        {
            "POST ": _create_ticket,
            "POST /enqueue": _enqueue_ticket,
            "POST /search": Collection.search,
            "GET /{id}": Collection.retrieve,
            "PUT /{id}": _update_ticket,
            "DELETE /{id}": Collection.delete_and_tell,
            "POST /{id}/reply": _reply_to_ticket,
            "POST /{id}/tags": _tag_ticket,
            "DELETE /{id}/tags/{tag_id}": _untag_ticket,
            "POST /{id}/change_type": _change_type,
            "POST /{id}/linked_conversations": _link_conversation,
            "DELETE /{id}/linked_conversations/{conversation_id}": _unlink_conversation,
        },
        list=("ticket.list", "tickets"),
        missing=("ticket_not_found", "Ticket not found"),
        show=_show_ticket,
        writable={
            **dict.fromkeys(("open", "is_shared"), Body.flag),
            "snoozed_until": Body.second,
            "company_id": Body.identifier,
        },
        per_page=20,
        rules=_rules,
    ),
)
