"""What contacts belong to: tags, companies, segments and subscriptions; articles have tags too."""

from typing import Final

from intercom_async.emulator.bodies import Body
from intercom_async.emulator.collection import Collection
from intercom_async.emulator.documents import Record
from intercom_async.emulator.listing import by_number
from intercom_async.emulator.lookups import (
    applied,
    find_by_id,
    not_found,
    require,
    require_tag,
    tags_of,
)
from intercom_async.emulator.replies import ApiError
from intercom_async.emulator.routes import Request
from intercom_async.emulator.workspace import Workspace

_COMPANIES_AT_MOST: Final = 1_000


def list_tags(holders: Collection, request: Request) -> Record:
    """Answer the tags of a record."""
    return {"type": "list", "data": tags_of(holders.asked(request))}


def add_tag(holders: Collection, request: Request) -> Record:
    """Put a tag on a record, and answer the tag."""
    holder, workspace = holders.asked(request), holders.workspace
    tag = require_tag(workspace.tags, Body(request.body).identifier("id"))
    tags = tags_of(holder)
    if find_by_id(tags, tag["id"]) is None:
        tags.append(applied(tag, workspace.admins[0], workspace.now))
        holder["updated_at"] = workspace.now
    return find_by_id(tags, tag["id"]) or tag


def remove_tag(holders: Collection, request: Request) -> Record:
    """Take a tag off a record, and answer the tag."""
    holder = holders.asked(request)
    there = require_tag(tags_of(holder), request.parameters["tag_id"])
    tags_of(holder).remove(there)
    holder["updated_at"] = holders.workspace.now
    return there


def list_companies(contacts: Collection, request: Request) -> Record:
    """Answer a numbered page of a contact's companies."""
    ids, known = contacts.asked(request).get("company_ids", []), contacts.workspace.collections
    companies = [c for c in known["companies"] if c["id"] in ids]
    page = by_number(companies, request.query, request)
    return {"type": "list", "data": page.records, **page.around}


def attach_company(contacts: Collection, request: Request) -> Record:
    """Answer ``POST /contacts/{id}/companies`` with the company."""
    contact = contacts.asked(request)
    company = _company(contacts.workspace, Body(request.body).identifier("id"))
    ids = contact.setdefault("company_ids", [])
    if len(ids) >= _COMPANIES_AT_MOST:
        message = "A contact has a maximum of 1000 company associations"
        raise ApiError(400, "contact_company_limit_exceeded", message)
    if company["id"] not in ids:
        ids.append(company["id"])
        count_user(contacts.workspace, company["id"], 1)
    return company


def detach_company(contacts: Collection, request: Request) -> Record:
    """Answer ``DELETE /contacts/{id}/companies/{company_id}`` with the company."""
    contact = contacts.asked(request)
    company = _company(contacts.workspace, request.parameters["company_id"])
    if company["id"] in contact.get("company_ids", []):
        contact["company_ids"].remove(company["id"])
        count_user(contacts.workspace, company["id"], -1)
    return company


def _company(workspace: Workspace, id: str) -> Record:
    refusal = ApiError(404, "company_not_found", "Company Not Found")
    return require(workspace.collections["companies"], id, refusal)


def count_user(workspace: Workspace, company_id: str, change: int) -> None:
    """Count who comes to a company or leaves it."""
    company = find_by_id(workspace.collections["companies"], company_id)
    if company is not None:
        company["user_count"] += change


def list_segments(contacts: Collection, request: Request) -> Record:
    """Answer the segments that a contact is in."""
    ids = contacts.asked(request).get("segment_ids", [])
    known = contacts.workspace.collections["segments"]
    shown = [{n: s[n] for n in s if n != "count"} for s in known if s["id"] in ids]
    return {"type": "list", "data": shown}


def list_subscriptions(contacts: Collection, request: Request) -> Record:
    """Answer what a contact opted in to or out of."""
    choices = contacts.asked(request).get("subscriptions", {})
    known = contacts.workspace.collections["subscription_types"]
    return {"type": "list", "data": [each for each in known if each["id"] in choices]}


def choose_subscription(contacts: Collection, request: Request) -> Record:
    """Answer ``POST /contacts/{id}/subscriptions`` with the subscription type."""
    contact, body = contacts.asked(request), Body(request.body)
    choice = body.choice("consent_type", ("opt_in", "opt_out"))
    subscription = _subscription(contacts.workspace, body.identifier("id"))
    contact.setdefault("subscriptions", {})[subscription["id"]] = choice
    return subscription


def drop_subscription(contacts: Collection, request: Request) -> Record:
    """Answer ``DELETE /contacts/{id}/subscriptions/{subscription_id}`` with the type."""
    contact = contacts.asked(request)
    subscription = _subscription(contacts.workspace, request.parameters["subscription_id"])
    contact.get("subscriptions", {}).pop(subscription["id"], None)
    return subscription


def _subscription(workspace: Workspace, id: str) -> Record:
    known = workspace.collections["subscription_types"]
    return require(known, id, not_found("Resource Not Found"))
