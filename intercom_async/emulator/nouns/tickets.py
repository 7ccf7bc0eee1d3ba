"""Tickets, their types and states, and jobs: their operations, and how they are searched."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from intercom_async.emulator.bodies import Body
from intercom_async.emulator.collection import Collection, Noun
from intercom_async.emulator.documents import FieldType, Record
from intercom_async.emulator.operations import ticket_types, tickets
from intercom_async.emulator.query import Rules
from intercom_async.emulator.seed.tickets import DESCRIPTION, TITLE
from intercom_async.emulator.versions import Version
from intercom_async.emulator.workspace import Workspace

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
        attributes = tickets.type_of(workspace, ticket)["ticket_type_attributes"]["data"]
        names = [each["name"] for each in attributes if each["id"] == id_]
        return ticket["ticket_attributes"].get(names[0]) if names else None
    return ticket.get(name)


def _teammate_ids(_: Workspace, ticket: Record) -> tuple[str, ...] | None:
    authors = [part["author"] for part in ticket["parts"]]
    return tuple(author["id"] for author in authors if author["type"] == "admin") or None


def _category(workspace: Workspace, ticket: Record) -> str | None:
    return _CATEGORIES.get(tickets.type_of(workspace, ticket).get("category", ""))


_READERS: Final[dict[str, Callable[[Workspace, Record], Any]]] = {
    "title": lambda _, ticket: ticket["ticket_attributes"].get(TITLE),
    "description": lambda _, ticket: ticket["ticket_attributes"].get(DESCRIPTION),
    "category": _category,
    "state": lambda workspace, ticket: tickets.state_of(workspace, ticket)["category"],
    "contact_ids": lambda _, ticket: tuple(ticket["contact_ids"]) or None,
    "teammate_ids": _teammate_ids,
    "admin_assignee_id": lambda _, ticket: str(ticket["admin_assignee_id"]),
    "team_assignee_id": lambda _, ticket: str(ticket["team_assignee_id"]),
}


TICKETS: Final = (
    Noun(
        "/tickets",
        {
            "POST ": tickets.create_ticket,
            "POST /enqueue": tickets.enqueue_ticket,
            "POST /search": Collection.search,
            "GET /{id}": Collection.retrieve,
            "PUT /{id}": tickets.update_ticket,
            "DELETE /{id}": Collection.delete_and_tell,
            "POST /{id}/reply": tickets.reply_to_ticket,
            "POST /{id}/tags": tickets.tag_ticket,
            "DELETE /{id}/tags/{tag_id}": tickets.untag_ticket,
            "POST /{id}/change_type": tickets.change_type,
            "POST /{id}/linked_conversations": tickets.link_conversation,
            "DELETE /{id}/linked_conversations/{conversation_id}": tickets.unlink_conversation,
        },
        list=("ticket.list", "tickets"),
        missing=("ticket_not_found", "Ticket not found"),
        show=tickets.show_ticket,
        writable={
            **dict.fromkeys(("open", "is_shared"), Body.flag),
            "snoozed_until": Body.second,
            "company_id": Body.identifier,
        },
        per_page=20,
        rules=_rules,
    ),
    Noun(
        "/ticket_types",
        {
            "GET ": Collection.list_all,
            "POST ": ticket_types.create_type,
            "GET /{id}": Collection.retrieve,
            "PUT /{id}": Collection.update,
            "POST /{id}/attributes": ticket_types.create_attribute,
            "PUT /{id}/attributes/{attribute_id}": ticket_types.update_attribute,
        },
        show=ticket_types.show_type,
        writable={
            **dict.fromkeys(("name", "description", "icon"), Body.text),
            **dict.fromkeys(("archived", "is_internal"), Body.flag),
            "category": ticket_types.read_category,
        },
    ),
    Noun("/ticket_states", {"GET ": Collection.list_all}, show=ticket_types.show_state),
    Noun(
        "/jobs",
        {"GET /status/{id}": Collection.retrieve},
        missing=("job_not_found", "Job not found"),
    ),
)
