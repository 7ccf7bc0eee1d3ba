"""Update a conversation: whether it is read, its title, its custom attributes."""

from typing import Any

from intercom_async.emulator.bodies import Body, invalid
from intercom_async.emulator.operations.lookups import require_conversation
from intercom_async.emulator.routes import Request
from intercom_async.emulator.workspace import Workspace


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
