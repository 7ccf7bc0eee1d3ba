"""Add a tag to a conversation, and remove it; create tags, and tag companies and users."""

from intercom_async.emulator.bodies import Body
from intercom_async.emulator.collection import Collection
from intercom_async.emulator.documents import Record
from intercom_async.emulator.lookups import (
    applied,
    find_by_id,
    not_found,
    require,
    require_admin,
    require_conversation,
    require_tag,
    tags_of,
)
from intercom_async.emulator.replies import ApiError
from intercom_async.emulator.routes import Request
from intercom_async.emulator.workspace import Workspace

_NO_CONVERSATION = "Conversation not found"


def tag(workspace: Workspace, request: Request) -> Record:
    """Answer ``POST /conversations/{conversation_id}/tags`` with the tag."""
    id_ = request.parameters["conversation_id"]
    record = require_conversation(workspace, id_, _NO_CONVERSATION)
    body = Body(request.body)
    wanted = body.identifier("id")
    admin = require_admin(workspace, body)
    known = require_tag(workspace.tags, wanted)
    there = find_by_id(tags_of(record), wanted)
    if there is not None:
        return there
    with workspace.edit(id_) as edit:
        tag = applied(known, admin, edit.now)
        tags_of(edit.record).append(tag)
        edit.announce("conversation_part.tag.created")
    return tag


def untag(workspace: Workspace, request: Request) -> Record:
    """Answer ``DELETE /conversations/{conversation_id}/tags/{id}`` with the tag."""
    id_ = request.parameters["conversation_id"]
    record = require_conversation(workspace, id_, _NO_CONVERSATION)
    require_admin(workspace, Body(request.body))
    there = require_tag(tags_of(record), request.parameters["id"])
    with workspace.edit(id_) as edit:
        tags_of(edit.record).remove(there)
    return there


def save_tag(tags: Collection, request: Request) -> Record:
    """Answer ``POST /tags``: create or rename a tag, and tag or untag companies and users."""
    body, workspace = Body(request.body), tags.workspace
    if not (body.optional_text("name") or "").strip():
        raise ApiError(400, "parameter_invalid", "invalid tag parameters")
    no_company = ApiError(404, "company_not_found", "Company Not Found")
    companies = workspace.collections["companies"]
    named = {
        "users": _named(body, "users", workspace.contacts, ("id",), not_found("User Not Found")),
        "companies": _named(body, "companies", companies, ("id", "company_id"), no_company),
    }
    if "id" in body:
        tag = tags.find(body.identifier("id"))
        tag["name"] = body.text("name")
    else:
        tag = _of_name(tags, body.text("name"))
    for holder, tagged in (each for holders in named.values() for each in holders):
        holder_tags = tags_of(holder)
        holder_tags[:] = [each for each in holder_tags if each["id"] != tag["id"]]
        holder_tags += [dict(tag)] if tagged else []
    if request.version < (2, 16):
        return tag
    return tag | {
        key: [{"id": holder["id"], "tagged": tagged} for holder, tagged in holders]
        for key, holders in named.items()
    }


def _named(
    body: Body, name: str, known: list[Record], keys: tuple[str, ...], refusal: ApiError
) -> list[tuple[Record, bool]]:
    """Find whom a list of the body names, and whether they are to be tagged or untagged."""
    found: list[tuple[Record, bool]] = []
    for entry in (Body(each, f"an entry of {name}") for each in body.entries(name)):
        key = entry.only_one(keys)
        holder = require(known, entry.identifier(key), refusal, key)
        found.append((holder, not ("untag" in entry and entry.flag("untag"))))
    return found


def _of_name(tags: Collection, name: str) -> Record:
    """Find the tag of a name, whatever its case, or create it."""
    for tag in tags.records:
        if tag["name"].lower() == name.lower():
            return tag
    tags.records.append({"type": "tag", "id": tags.workspace.fresh_id(), "name": name})
    return tags.records[-1]
