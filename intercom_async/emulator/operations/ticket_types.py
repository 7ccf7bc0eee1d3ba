"""Ticket types and their attributes."""

from intercom_async.emulator.bodies import Body
from intercom_async.emulator.collection import Collection
from intercom_async.emulator.documents import Record
from intercom_async.emulator.lookups import require
from intercom_async.emulator.routes import Request
from intercom_async.emulator.seed.tickets import make_ticket_attribute

_CATEGORIES = ("Customer", "Back-office", "Tracker")
_DATA_TYPES = ("string", "list", "integer", "decimal", "boolean", "datetime", "files")
_STATES_SINCE = (2, 12)


def show_type(types: Collection, type_: Record, request: Request) -> Record:
    """Show a ticket type, from 2.12 on with its states."""
    if request.version >= _STATES_SINCE:
        states = types.workspace.collections["ticket_states"]
        type_["ticket_states"] = {"type": "list", "data": states}
    return type_


def show_state(states: Collection, state: Record, request: Request) -> Record:
    """Show a ticket state with the types that have it."""
    del request
    return state | {"ticket_types": {"type": "list", "data": states.workspace.ticket_types}}


def read_category(body: Body, name: str) -> str:
    """Read the category of a ticket type."""
    return body.choice(name, _CATEGORIES)


def create_type(types: Collection, request: Request) -> Record:
    """Answer ``POST /ticket_types`` with the type."""
    body, workspace = Body(request.body), types.workspace
    body.text("name")
    type_: Record = {
        "type": "ticket_type",
        "id": workspace.fresh_id(),
        "description": None,
        "icon": "🎟️",
        "workspace_id": workspace.app["id_code"],
        "archived": False,
        "created_at": workspace.now,
        "is_internal": False,
        "ticket_type_attributes": {"type": "list", "data": []},
        "category": "Customer",
    }
    type_["ticket_type_attributes"]["data"] += [
        make_ticket_attribute(type_, workspace.fresh_id(), name) | {"default": True}
        for name in ("_default_title_", "_default_description_")
    ]
    types.records.append(type_ | types.changes(body))
    return types.shown(types.records[-1], request)


def create_attribute(types: Collection, request: Request) -> Record:
    """Answer ``POST /ticket_types/{id}/attributes`` with the attribute."""
    type_, body, workspace = types.asked(request), Body(request.body), types.workspace
    attribute = make_ticket_attribute(type_, workspace.fresh_id(), body.text("name"))
    attribute |= {
        "data_type": body.choice("data_type", _DATA_TYPES),
        "description": body.text("description"),
        "order": len(type_["ticket_type_attributes"]["data"]),
        "created_at": workspace.now,
    }
    type_["ticket_type_attributes"]["data"].append(attribute)
    return _change(types, attribute, body)


def update_attribute(types: Collection, request: Request) -> Record:
    """Answer ``PUT /ticket_types/{id}/attributes/{attribute_id}`` with the attribute."""
    attributes = types.asked(request)["ticket_type_attributes"]["data"]
    attribute = require(attributes, request.parameters["attribute_id"], types.not_found())
    return _change(types, attribute, Body(request.body))


def _change(types: Collection, attribute: Record, body: Body) -> Record:
    for name in ("name", "description"):
        if name in body:
            attribute[name] = body.text(name)
    for name in attribute:
        if isinstance(attribute[name], bool) and name in body:
            attribute[name] = body.flag(name)
    attribute["updated_at"] = types.workspace.now
    return attribute
