"""Ticket types, their attributes and states, and jobs: how they look, and what is done to them."""

from typing import Final

from intercom_async.emulator.bodies import Body
from intercom_async.emulator.collection import Collection, Noun
from intercom_async.emulator.documents import Record
from intercom_async.emulator.lookups import require
from intercom_async.emulator.routes import Request
from intercom_async.emulator.seed.tickets import make_ticket_attribute

_CATEGORIES = ("Customer", "Back-office", "Tracker")
_DATA_TYPES = ("string", "list", "integer", "decimal", "boolean", "datetime", "files")
_STATES_SINCE = (2, 12)


def _show_type(types: Collection, type_: Record, request: Request) -> Record:
    """Show a ticket type, from 2.12 on with its states."""
    if request.version >= _STATES_SINCE:
        states = types.workspace.collections["ticket_states"]
        type_["ticket_states"] = {"type": "list", "data": states}
    return type_


def _show_state(states: Collection, state: Record, request: Request) -> Record:
    """Show a ticket state with the types that have it."""
    del request
    return state | {"ticket_types": {"type": "list", "data": states.workspace.ticket_types}}


def _read_category(body: Body, name: str) -> str:
    return body.choice(name, _CATEGORIES)


def _create_type(types: Collection, request: Request) -> Record:
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


def _create_attribute(types: Collection, request: Request) -> Record:
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


def _update_attribute(types: Collection, request: Request) -> Record:
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


TICKET_TYPES: Final = (
    Noun(
        "/ticket_types",
        {
            "GET ": Collection.list_all,
            "POST ": _create_type,
            "GET /{id}": Collection.retrieve,
            "PUT /{id}": Collection.update,
            "POST /{id}/attributes": _create_attribute,
            "PUT /{id}/attributes/{attribute_id}": _update_attribute,
        },
        show=_show_type,
        writable={
            **dict.fromkeys(("name", "description", "icon"), Body.text),
            **dict.fromkeys(("archived", "is_internal"), Body.flag),
            "category": _read_category,
        },
    ),
    Noun("/ticket_states", {"GET ": Collection.list_all}, show=_show_state),
    Noun(
        "/jobs",
        {"GET /status/{id}": Collection.retrieve},
        missing=("job_not_found", "Job not found"),
    ),
)
