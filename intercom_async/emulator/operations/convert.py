"""Convert a conversation to a ticket."""

from typing import Any, Final

from intercom_async.emulator.bodies import Body, invalid
from intercom_async.emulator.documents import Record
from intercom_async.emulator.edits import Change, Edit
from intercom_async.emulator.lookups import require_conversation, require_ticket_type
from intercom_async.emulator.replies import ApiError
from intercom_async.emulator.routes import Request
from intercom_async.emulator.stored import PARTS_SHOWN
from intercom_async.emulator.versions import shape_ticket
from intercom_async.emulator.workspace import Workspace

_STATE: Final = {
    "ticket_state": "submitted",
    "ticket_state_internal_label": "Submitted",
    "ticket_state_external_label": "Submitted",
}
_KEPT: Final = (
    "type", "id", "ticket_id", "ticket_attributes", "created_at", "updated_at", "open",
    "snoozed_until", "is_shared",
)  # fmt: skip


def convert(workspace: Workspace, request: Request) -> Record:
    """Answer ``POST /conversations/{id}/convert`` with the ticket."""
    id_ = request.parameters["id"]
    record = require_conversation(workspace, id_)
    body = Body(request.body)
    ticket_type = require_ticket_type(workspace, body)
    if ticket_type["category"] != "Customer":
        message = "Ticket type is not a customer ticket type"
        raise ApiError(400, "parameter_invalid", message)
    if record["ticket"] is not None:
        raise ApiError(400, "parameter_invalid", "Conversation is a ticket already")
    attributes = _attributes(body)
    with workspace.edit(id_) as edit:
        ticket = _ticket(edit, ticket_type, attributes, workspace.next_ticket_number())
        states = {"ticket_state": "submitted", "previous_ticket_state": "submitted"}
        edit.add_part("ticket_state_updated_by_admin", workspace.bot, more=states)
        shown = _shown(edit, ticket)
        edit.record["ticket"] = ticket
        _link(edit.record, ticket)
    _keep(workspace, shown)
    answer = shape_ticket(shown, request.version)
    workspace.tell([Change("ticket.created", answer, None, workspace.now)])
    return answer


def _keep(workspace: Workspace, shown: Record) -> None:
    """Put the ticket among the others."""
    kept = {name: shown[name] for name in _KEPT}
    kept |= {name: int(shown[name]) for name in ("admin_assignee_id", "team_assignee_id")}
    workspace.collections["tickets"].append(
        kept
        | {
            "ticket_state_id": workspace.collections["ticket_states"][0]["id"],
            "previous_ticket_state_id": None,
            "ticket_type_id": shown["ticket_type"]["id"],
            "contact_ids": [each["id"] for each in shown["contacts"]["contacts"]],
            "company_id": None,
            "linked": list(shown["linked_objects"]["data"]),
            "parts": list(shown["ticket_parts"]["ticket_parts"]),
        }
    )


def _attributes(body: Body) -> dict[str, Any]:
    attributes = body.mapping("attributes")
    for name, value in attributes.items():
        if isinstance(value, dict):
            raise invalid("attributes", f"holds an object under {name}")
    return attributes


def _ticket(edit: Edit, ticket_type: Record, attributes: Record, number: int) -> Record:
    """Make the ticket as the conversation keeps it."""
    return {
        "type": "ticket",
        "id": edit.record["id"],  # a ticket of a customer is the conversation itself
        "ticket_id": str(number),
        "ticket_attributes": attributes,
        **_STATE,
        "ticket_type": ticket_type,
        "category": ticket_type["category"],
        "is_shared": True,
    }


def _shown(edit: Edit, ticket: Record) -> Record:
    """Make the ticket as it is answered, with what it takes over from the conversation."""
    record, parts = edit.record, _ticket_parts(edit)
    return {
        **ticket,
        "contacts": record["contacts"],
        "admin_assignee_id": str(record["admin_assignee_id"] or 0),
        "team_assignee_id": str(record["team_assignee_id"] or 0),
        "created_at": record["created_at"],
        "updated_at": edit.now,
        "ticket_parts": {
            "type": "ticket_part.list",
            "ticket_parts": parts[-PARTS_SHOWN:],
            "total_count": len(parts),
        },
        "open": record["open"],
        "snoozed_until": record["snoozed_until"],
        "linked_objects": dict(record["linked_objects"]),
    }


def _ticket_parts(edit: Edit) -> list[Record]:
    """Turn the source into a first comment, and every part into one of the ticket."""
    source = edit.record["source"]
    at = edit.record["created_at"]
    times = {"part_type": "comment", "created_at": at, "updated_at": at}
    messages = [*([{**source, **times}] if source else []), *edit.parts]
    return [
        {"type": "ticket_part", **{name: each[name] for name in _PART if name in each}}
        for each in messages
    ]


_PART: Final = (
    "id", "part_type", "body", "ticket_state", "previous_ticket_state", "created_at", "updated_at",
    "assigned_to", "author", "attachments", "external_id", "redacted",
)  # fmt: skip


def _link(record: Record, ticket: Record) -> None:
    linked = record["linked_objects"]
    entry = {"type": "ticket", "id": ticket["id"], "category": ticket["category"]}
    data = [*linked["data"], entry]
    record["linked_objects"] = {**linked, "data": data, "total_count": len(data)}
