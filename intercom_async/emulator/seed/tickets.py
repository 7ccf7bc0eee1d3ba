"""Tickets, their types and their states; contacts, admins and teams are those of conversations."""

from typing import Any, Final, TypeAlias

from intercom_async.emulator.seed.people import People
from intercom_async.emulator.seed.texts import TITLES

_Record: TypeAlias = dict[str, Any]

STATES: Final = {
    "submitted": "Submitted",
    "in_progress": "In progress",
    "waiting_on_customer": "Waiting on you",
    "resolved": "Resolved",
}
TITLE: Final = "_default_title_"
DESCRIPTION: Final = "_default_description_"

_CONTACTS_A_TICKET: Final = 4
_FIRST_ID: Final = 501_000
_DAY: Final = 86_400
_LIFE: Final = 3 * 365 * _DAY  # of the workspace until its start
_PRIME: Final = 104_729


def make_states() -> list[_Record]:
    """Make the states that every workspace has."""
    return [
        {"type": "ticket_state", "id": str(n), "category": name}
        | {"internal_label": label, "external_label": label, "archived": False}
        for n, (name, label) in enumerate(STATES.items(), start=1)
    ]


def make_types(people: People) -> list[_Record]:
    """Make the ticket types, with the two attributes that each has."""
    types = [dict(each) for each in people.ticket_types]
    for type_ in types:
        of_type = int(type_["id"])
        data = [
            make_ticket_attribute(type_, str(of_type * 10 + n), name)
            | {"default": True, "visible_on_create": True, "visible_to_contacts": True, "order": n}
            for n, name in enumerate((TITLE, DESCRIPTION))
        ]
        type_["ticket_type_attributes"] = {"type": "list", "data": data}
    return types


def make_ticket_attribute(ticket_type: _Record, id: str, name: str) -> _Record:
    """Make an attribute of a ticket type."""
    return {
        "type": "ticket_type_attribute",
        "id": id,
        "workspace_id": ticket_type["workspace_id"],
        "name": name,
        "description": "",
        "data_type": "string",
        "input_options": {"multiline": name == DESCRIPTION},
        "order": 0,
        "required_to_create": False,
        "required_to_create_for_contacts": False,
        "visible_on_create": False,
        "visible_to_contacts": False,
        "default": False,
        "ticket_type_id": int(ticket_type["id"]),
        "archived": False,
        "created_at": ticket_type["created_at"],
        "updated_at": ticket_type["created_at"],
    }


def make_tickets(people: People) -> list[_Record]:
    """Make the tickets."""
    return [_ticket(n, people) for n in range(len(people.contacts) // _CONTACTS_A_TICKET)]


def _ticket(n: int, people: People) -> _Record:
    age = n * _PRIME * 7 % _LIFE
    created_at = people.app["created_at"] + age
    admin = people.admins[n % len(people.admins)]
    contact = people.contacts[n * _CONTACTS_A_TICKET]
    type_, state = people.ticket_types[n % len(people.ticket_types)], n % len(STATES)
    author = {name: contact[name] for name in ("type", "id", "name", "email")}
    part = make_part(str(_FIRST_ID * 100 + n), "comment", author, created_at, "<p>It fails</p>")
    return {
        "type": "ticket",
        "id": str(_FIRST_ID + n),
        "ticket_id": str(100_000 + n),
        "ticket_attributes": {TITLE: TITLES[n % len(TITLES)], DESCRIPTION: "It fails"},
        "ticket_state_id": str(1 + state),
        "previous_ticket_state_id": None,
        "ticket_type_id": type_["id"],
        "contact_ids": [contact["id"]],
        "admin_assignee_id": int(admin["id"]) if n % 3 else 0,
        "team_assignee_id": int(people.teams[n % len(people.teams)]["id"]) if n % 2 else 0,
        "created_at": created_at,
        "updated_at": created_at + n * _PRIME % (_LIFE - age),
        "open": state < len(STATES) - 1,
        "snoozed_until": None,
        "linked": [],
        "is_shared": type_["category"] == "Customer",
        "company_id": None,
        "parts": [part],
    }


def make_part(id: str, part_type: str, author: _Record, at: int, body: str | None) -> _Record:
    """Make a part of a ticket."""
    return {
        "type": "ticket_part",
        "id": id,
        "part_type": part_type,
        "body": body,
        "created_at": at,
        "updated_at": at,
        "author": author,
        "attachments": [],
        "redacted": False,
    }
