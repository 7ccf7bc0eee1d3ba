"""Tags and segments: how they look, and what is done to them."""

from typing import Final

from intercom_async.emulator.bodies import Body
from intercom_async.emulator.collection import Collection, Noun
from intercom_async.emulator.documents import Record
from intercom_async.emulator.lookups import not_found, require, tags_of
from intercom_async.emulator.replies import ApiError
from intercom_async.emulator.routes import Request


def _save_tag(tags: Collection, request: Request) -> Record:
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


def _with_count(_: Collection, segment: Record, request: Request) -> Record:
    if request.query.get("include_count") != "true":
        segment.pop("count", None)
    return segment


TAGS: Final = (
    Noun(
        "/tags",
        {
            "GET ": Collection.list_all,
            "POST ": _save_tag,
            "GET /{id}": Collection.retrieve,
            "DELETE /{id}": Collection.delete,
        },
    ),
    Noun(
        "/segments",
        {"GET ": Collection.list_all, "GET /{id}": Collection.retrieve},
        list=("segment.list", "segments"),
        show=_with_count,
    ),
)
