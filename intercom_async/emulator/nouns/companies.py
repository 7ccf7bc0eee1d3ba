"""Companies: how they look and are walked, and what is done to them."""

from typing import Final
from uuid import uuid4

from intercom_async.emulator.bodies import Body, invalid, missing, read_object
from intercom_async.emulator.collection import Collection, Noun
from intercom_async.emulator.documents import Record
from intercom_async.emulator.listing import LATEST_FIRST, by_number
from intercom_async.emulator.lookups import find_by_id, require, tags_of
from intercom_async.emulator.nouns.contacts import check_attributes, is_listed, show_contact
from intercom_async.emulator.nouns.notes import create_note, list_notes, notes_on
from intercom_async.emulator.pagination import read_page, read_per_page
from intercom_async.emulator.replies import ApiError
from intercom_async.emulator.routes import Request
from intercom_async.emulator.workspace import Scroll

_REACH: Final = 10_000  # so many companies a list shows
_SCROLLED: Final = 100  # companies of a page of a scroll
_IDLE_SECONDS: Final = 60
_INTEGER_AT_MOST: Final = 2**31 - 1
_NOTES_SINCE: Final = (2, 16)
_BY_LAST_SEEN: Final = LATEST_FIRST._replace(field="last_request_at")


def _show_company(companies: Collection, company: Record, request: Request) -> Record:
    """Show a company, from 2.16 on with its notes."""
    if request.version >= _NOTES_SINCE:
        notes = notes_on(companies.workspace, "company", company["id"])
        company["notes"] = {"type": "note.list", "notes": notes}
    return company


def _has_users(company: Record) -> bool:
    """Tell whether anybody is in a company; lists show no other."""
    return bool(company.get("user_count"))


def _has_tag(company: Record, tag_id: str) -> bool:
    return find_by_id(tags_of(company), tag_id) is not None


def _in_segment(company: Record, segment_id: str) -> bool:
    return find_by_id(company["segments"]["segments"], segment_id) is not None


def _find_or_list(companies: Collection, request: Request) -> Record:
    """Answer ``GET /companies``: the company of a name or an id of the workspace's, else a list."""
    for key in ("company_id", "name"):
        if key in request.query:
            company = require(companies.records, request.query[key], companies.not_found(), key)
            return companies.shown(company, request)
    return companies.list_numbered(request)


def _list_companies(companies: Collection, request: Request) -> Record:
    """Answer ``POST /companies/list``; its pages are asked for by the query or the body."""
    asked = {**request.query, **read_object(request.body or {}, "the body")}
    size, number = read_per_page(asked.get("per_page"), 15), read_page(asked.get("page"))
    if size * (number - 1) >= _REACH:
        message = "page limit reached, please use scroll API"
        raise ApiError(400, "parameter_invalid", message)
    order = _BY_LAST_SEEN._replace(descending=asked.get("order") != "asc")
    page = by_number(order.sorted(companies.kept(request)), asked, request)
    return companies.paged(page, request)


def _scroll_companies(companies: Collection, request: Request) -> Record:
    """Answer a page of the workspace's one scroll, which is forgotten after a minute."""
    workspace, param = companies.workspace, request.query.get("scroll_param")
    scroll = workspace.scroll
    if scroll is not None and workspace.now - scroll.used_at > _IDLE_SECONDS:
        scroll = workspace.scroll = None
    if param is None:
        if scroll is not None:
            message = "scroll already exists for this workspace"
            raise ApiError(400, "scroll_exists", message)
        ids = [company["id"] for company in companies.kept(request)]
        scroll = workspace.scroll = Scroll(str(uuid4()), ids, workspace.now)
    elif scroll is None or param != scroll.param:
        raise ApiError(404, "not_found", "scroll parameter not found")
    scroll.used_at = workspace.now
    ids = scroll.ids[scroll.place : scroll.place + _SCROLLED]
    scroll.place += len(ids)
    if not ids:
        workspace.scroll = None
    known = {company["id"]: company for company in companies.records}
    page = companies.page([known[id_] for id_ in ids if id_ in known], request)
    return page | {"pages": None, "total_count": None, "scroll_param": scroll.param}


def _save_company(companies: Collection, request: Request) -> Record:
    """Answer ``POST /companies``: create a company, or change the one of its ``company_id``."""
    body, workspace = Body(request.body), companies.workspace
    if "company_id" not in body:
        raise missing("company_id")
    company_id, changes = body.identifier("company_id"), _changes(companies, body)
    company = find_by_id(companies.records, company_id, "company_id")
    if company is None:
        companies.records.append(
            {
                "type": "company",
                "company_id": company_id,
                "id": f"{int(workspace.fresh_id()):024x}",
                "app_id": workspace.app["id_code"],
                "name": None,
                "remote_created_at": workspace.now,
                "created_at": workspace.now,
                "monthly_spend": 0,
                "session_count": 0,
                "user_count": 0,
                "tags": {"type": "tag.list", "tags": []},
                "segments": {"type": "segment.list", "segments": []},
                "plan": {},
                "custom_attributes": {},
            }
        )
        company = companies.records[-1]
    return _changed(companies, company, changes, request)


def _update_company(companies: Collection, request: Request) -> Record:
    company, body = companies.asked(request), Body(request.body)
    return _changed(companies, company, _changes(companies, body), request)


def _changes(companies: Collection, body: Body) -> Record:
    changes = companies.changes(body)
    check_attributes(companies.workspace, "company", changes.get("custom_attributes", {}))
    return changes


def _changed(companies: Collection, company: Record, changes: Record, request: Request) -> Record:
    attributes = company["custom_attributes"] | changes.get("custom_attributes", {})
    company |= changes | {"custom_attributes": attributes}
    return companies.shown(company, request)


def _read_spend(body: Body, name: str) -> int:
    """Read the monthly spend, of which the API keeps whole numbers."""
    found = body.value(name)
    if not isinstance(found, int | float) or isinstance(found, bool) or found > _INTEGER_AT_MOST:
        raise invalid(name, "must be a number of 32 bits")
    return int(found)


def _read_plan(body: Body, name: str) -> Record:
    plan = body.text(name)
    return {"type": "plan", "id": str(len(plan)), "name": plan}


def _delete_company(companies: Collection, request: Request) -> Record:
    """Answer ``DELETE /companies/{id}``; its contacts stay."""
    company = companies.asked(request)
    for contact in companies.workspace.contacts:
        ids = contact.get("company_ids", [])
        if company["id"] in ids:
            ids.remove(company["id"])
    companies.records.remove(company)
    return {"id": company["id"], "object": "company", "deleted": True}


def _list_contacts(companies: Collection, request: Request) -> Record:
    """Answer a numbered page of a company's contacts."""
    id_, contacts = companies.asked(request)["id"], companies.workspace.contacts
    inside = [each for each in contacts if id_ in each.get("company_ids", ())]
    page = by_number(list(filter(is_listed, inside)), request.query, request)
    shown = [show_contact(companies, contact, request) for contact in page.records]
    return {"type": "list", "data": shown, **page.around}


def _list_segments(companies: Collection, request: Request) -> Record:
    return {"type": "list", "data": companies.asked(request)["segments"]["segments"]}


COMPANIES: Final = (
    Noun(
        "/companies",
        {
            "GET ": _find_or_list,
            "POST ": _save_company,
            "POST /list": _list_companies,
            "GET /scroll": _scroll_companies,
            "GET /{id}": Collection.retrieve,
            "PUT /{id}": _update_company,
            "DELETE /{id}": _delete_company,
            "GET /{id}/contacts": _list_contacts,
            "GET /{id}/segments": _list_segments,
            "GET /{id}/notes": list_notes,
            "POST /{id}/notes": create_note,
        },
        missing=("company_not_found", "Company Not Found"),
        show=_show_company,
        is_listed=_has_users,
        filters={"tag_id": _has_tag, "segment_id": _in_segment},
        writable={
            **dict.fromkeys(("name", "industry", "website"), Body.optional_text),
            "custom_attributes": Body.mapping,
            "monthly_spend": _read_spend,
            "plan": _read_plan,
            "remote_created_at": Body.second,
            "size": Body.second,
        },
    ),
)
