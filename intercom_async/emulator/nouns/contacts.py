"""Contacts: how they look and are searched, and what is done to them."""

from datetime import datetime
from functools import partial
from typing import Any, Final
from zoneinfo import ZoneInfo

from intercom_async.emulator.bodies import Body, invalid, missing
from intercom_async.emulator.collection import Collection, Noun
from intercom_async.emulator.documents import CUSTOM_ATTRIBUTES, OPERATORS, FieldType, Record
from intercom_async.emulator.lookups import find_by_id, require, tags_of
from intercom_async.emulator.nouns import memberships
from intercom_async.emulator.nouns.notes import create_note, list_notes, notes_on
from intercom_async.emulator.query import Rules
from intercom_async.emulator.replies import ApiError
from intercom_async.emulator.routes import Request
from intercom_async.emulator.versions import Version
from intercom_async.emulator.workspace import Workspace

_INLINE: Final = 10  # so many of what belongs to a contact are shown with it
_WHERE: Final = {
    "tag": "tags",
    "note": "notes",
    "company": "companies",
    "subscription": "subscriptions",
}
_GONE: Final = (2, 16)  # the first version that tells where a merged contact went
_LEGACY_PHONE: Final = (2, 11)
_ROLES: Final = ("user", "lead")
_IDENTIFIERS: Final = ("email", "external_id", "role")

_FLAGS: Final = ("has_hard_bounced", "marked_email_as_spam", "unsubscribed_from_emails")
_NULLS: Final = (
    "external_id", "phone", "name", "avatar", "owner_id", "signed_up_at", "last_seen_at",
    "last_replied_at", "last_contacted_at", "last_email_opened_at", "last_email_clicked_at",
    "language_override", "browser", "browser_version", "browser_language", "os",
    "android_app_name", "android_app_version", "android_device", "android_os_version",
    "android_sdk_version", "android_last_seen_at", "ios_app_name", "ios_app_version", "ios_device",
    "ios_os_version", "ios_sdk_version", "ios_last_seen_at", "utm_campaign", "utm_content",
    "utm_medium", "utm_source", "utm_term", "referrer",
)  # fmt: skip
_PLACE: Final = ("country", "region", "city", "country_code", "continent_code")
_BLANK: Final[Record] = {
    **dict.fromkeys(_NULLS),
    **dict.fromkeys(_FLAGS, False),
    "created_at": None,
    "updated_at": None,
    "custom_attributes": {},
    "social_profiles": {"type": "list", "data": []},
    "location": {"type": "location", **dict.fromkeys(_PLACE)},
}


def show_contact(holders: Collection, contact: Record, request: Request) -> Record:
    """Show a contact with the first of its tags, notes and companies."""
    version, email, workspace = request.version, contact.get("email"), holders.workspace
    owner = contact.get("owner_id")
    shown = {
        "type": "contact",
        "id": contact["id"],
        "workspace_id": workspace.app["id_code"],
        "role": contact["type"],
        "email": email,
        "email_domain": _email_domain(contact),
        **{name: contact.get(name, blank) for name, blank in _BLANK.items()},
    }
    if owner is not None:
        shown["owner_id"] = str(owner) if version >= _GONE else int(owner)
    if version == _LEGACY_PHONE:
        shown["formatted_phone"] = contact.get("phone")
    if version >= _GONE:
        shown["enabled_push_messaging"] = None
        if request.query.get("include_merge_history") == "true":
            shown["merge_history"] = contact.get("merge_history", [])
    url = f"/contacts/{contact['id']}"
    choices = contact.get("subscriptions", {})
    inline = {
        "tags": ("tag", [tag["id"] for tag in contact.get("tags", {}).get("tags", [])]),
        "notes": ("note", [note["id"] for note in notes_on(workspace, "contact", contact["id"])]),
        "companies": ("company", contact.get("company_ids", [])),
        "opted_in_subscription_types": ("subscription", _chosen(choices, "opt_in")),
        "opted_out_subscription_types": ("subscription", _chosen(choices, "opt_out")),
    }
    return shown | {name: _inline(type_, ids, url) for name, (type_, ids) in inline.items()}


def _email_domain(contact: Record) -> str | None:
    email = contact.get("email")
    return email.rpartition("@")[2] if email else None


def is_listed(contact: Record) -> bool:
    """Tell whether lists and searches show a contact; archived ones are put away."""
    return not contact.get("archived")


def _chosen(choices: Record, choice: str) -> list[str]:
    return [id_ for id_ in choices if choices[id_] == choice]


def _inline(type_: str, ids: list[str], url: str) -> Record:
    """Show the first of what belongs to a contact, and where the others are."""
    where = _WHERE[type_]
    return {
        "type": "list",
        "data": [{"type": type_, "id": id_, "url": f"/{where}/{id_}"} for id_ in ids[:_INLINE]],
        "url": f"{url}/{where}",
        "total_count": len(ids),
        "has_more": len(ids) > _INLINE,
    }


def _refuse_absent(contacts: Collection, request: Request) -> ApiError:
    """Make the refusal of an id; from 2.16 on it tells where a merged contact went."""
    merged, target = contacts.workspace.merged, request.parameters.get("id", "")
    if target not in merged or request.version < _GONE:
        return contacts.not_found()
    while target in merged:
        target = merged[target]
    link = {"Link": f'</contacts/{target}>; rel="canonical"'}
    return ApiError(410, "contact_merged", "Contact was merged", headers=link)


def _find_by_external_id(contacts: Collection, request: Request) -> Record:
    """Answer the contact of an id that the workspace gave."""
    id_, refusal = request.parameters["external_id"], contacts.not_found()
    return contacts.shown(require(contacts.records, id_, refusal, "external_id"), request)


def _create_contact(contacts: Collection, request: Request) -> Record:
    body, workspace = Body(request.body), contacts.workspace
    if not any(name in body for name in _IDENTIFIERS):
        raise missing("email", f"one of {', '.join(_IDENTIFIERS)} is required")
    role = body.choice("role", _ROLES) if "role" in body else "user"
    now = workspace.now
    contact: Record = {
        "type": role,
        "id": f"{int(workspace.fresh_id()):024x}",
        "external_id": None,
        "name": None,
        "email": None,
        "created_at": now,
        "custom_attributes": {},
    }
    changes = contacts.changes(body)
    check_attributes(workspace, "contact", changes.get("custom_attributes", {}))
    _refuse_twin(contacts, contact | changes)
    contacts.records.append(contact | changes)
    return contacts.shown(contacts.records[-1], request)


def _update_contact(contacts: Collection, request: Request) -> Record:
    contact, body = contacts.asked(request), Body(request.body)
    changes = contacts.changes(body)
    if "custom_attributes" in changes:
        check_attributes(contacts.workspace, "contact", changes["custom_attributes"])
        attributes = contact.get("custom_attributes", {}) | changes["custom_attributes"]
        changes["custom_attributes"] = attributes
    if "role" in body:
        changes["type"] = body.choice("role", _ROLES)
    _refuse_twin(contacts, contact | changes)
    contact |= changes
    return contacts.shown(contact, request)


def check_attributes(workspace: Workspace, model: str, given: Record) -> None:
    """Check that the workspace has the attributes of its own that a body sets."""
    known = {a["name"] for a in workspace.collections["data_attributes"] if a["model"] == model}
    for name in given.keys() - known:
        raise invalid("custom_attributes", f"names {name}, which is no attribute of a {model}")


def _refuse_twin(contacts: Collection, contact: Record) -> None:
    """Refuse a user whose email address or external id another has."""
    for other in contacts.records:
        alike = [n for n in ("email", "external_id") if contact[n] and other.get(n) == contact[n]]
        if other["id"] != contact["id"] and contact["type"] == other["type"] == "user" and alike:
            kind = "An archived" if other.get("archived") else "A"
            message = f"{kind} contact matching those details already exists with id={other['id']}"
            raise ApiError(409, "conflict", message)


def _merge_contact(contacts: Collection, request: Request) -> Record:
    body, workspace = Body(request.body), contacts.workspace
    source, target = (contacts.find(body.identifier(name)) for name in ("from", "into"))
    if source["type"] != "lead" or target["type"] != "user":
        raise ApiError(400, "parameter_invalid", "a lead is merged into a user")
    for id_ in source.get("company_ids", []):
        if id_ in target.get("company_ids", []):  # two of its users become one
            memberships.count_user(workspace, id_, -1)
    for name in ("company_ids", "segment_ids"):
        known = target.setdefault(name, [])
        known += [id_ for id_ in source.get(name, []) if id_ not in known]
    tags = tags_of(target)
    tags += [tag for tag in tags_of(source) if find_by_id(tags, tag["id"]) is None]
    merged = {"type": "merge_history", "source_contact_id": source["id"]}
    merged |= {"source_contact_role": source["type"], "merged_at": workspace.now}
    target["merge_history"] = [merged, *target.get("merge_history", [])]
    target["updated_at"] = workspace.now
    workspace.merged[source["id"]] = target["id"]
    contacts.records.remove(source)
    return contacts.shown(target, request)


def _list_merge_history(contacts: Collection, request: Request) -> Record:
    contact = contacts.asked(request)
    if contact["type"] != "user":
        raise contacts.not_found()
    history = contact.get("merge_history", [])
    return {"type": "list", "data": history, "next_cursor": None, "has_more": False}


def _delete_contact(contacts: Collection, request: Request) -> Record:
    contact = contacts.asked(request)
    contacts.records.remove(contact)
    for id_ in contact.get("company_ids", []):
        memberships.count_user(contacts.workspace, id_, -1)
    return _state(contact, "deleted")


def _archive_contact(contacts: Collection, request: Request) -> Record:
    contact = contacts.asked(request)
    contact |= {"archived": True, "updated_at": contacts.workspace.now}
    return _state(contact, "archived")


def _unarchive_contact(contacts: Collection, request: Request) -> Record:
    if request.parameters["id"] in contacts.workspace.merged:
        raise ApiError(400, "bad_request", "User has been merged and is not restorable")
    contact = contacts.asked(request)
    contact |= {"archived": False, "updated_at": contacts.workspace.now}
    return _state(contact, "archived", value=False)


def _block_contact(contacts: Collection, request: Request) -> Record:
    contact = contacts.asked(request)
    contact |= {"blocked": True, "archived": True, "updated_at": contacts.workspace.now}
    return _state(contact, "blocked")


def _state(contact: Record, name: str, *, value: bool = True) -> Record:
    named = {"type": "contact", "id": contact["id"], "external_id": contact.get("external_id")}
    return named | {name: value}


_NAMES: Final = {
    FieldType.STRING: """
        id role name avatar owner_id email email_domain phone formatted_phone external_id
        language_override browser browser_language os location.country location.region
        location.city ios_app_version ios_device ios_app_device ios_os_version ios_app_name
        ios_sdk_version android_app_version android_device android_app_name andoid_sdk_version
        segment_id tag_id
    """,
    FieldType.DATE: """
        created_at signed_up_at updated_at last_seen_at last_contacted_at last_replied_at
        last_email_opened_at last_email_clicked_at ios_last_seen_at android_last_seen_at
    """,
    FieldType.BOOLEAN: "unsubscribed_from_emails marked_email_as_spam has_hard_bounced",
}
_FIELDS: Final = {name: type_ for type_, names in _NAMES.items() for name in names.split()}
_TAG_REFUSES: Final = {"tag_id": frozenset(["IN", "NIN"])}
# Until then dates are compared by whole days of the workspace's time zone, by these operators.
_EXACT: Final = (2, 17)
_BY_DAY: Final = {**OPERATORS, FieldType.DATE: frozenset(["=", ">", "<"])}


def _rules(collection: Collection, version: Version) -> Rules:
    """Make the rules of a search of contacts."""
    if version >= _EXACT:
        return Rules(_FIELDS, refused=_TAG_REFUSES, read=_read)
    day = partial(_day, ZoneInfo(collection.workspace.app["timezone"]))
    return Rules(_FIELDS, _BY_DAY, refused=_TAG_REFUSES, read=_read, day=day)


def _day(zone: ZoneInfo, moment: Any) -> int:
    return datetime.fromtimestamp(moment, zone).toordinal()


def _read(contact: Record, name: str) -> Any:
    """Read a field of a contact as a search sees it."""
    if name == "role":
        return contact["type"]
    if name == "email_domain":
        return _email_domain(contact)
    if name == "tag_id":
        return tuple(tag["id"] for tag in contact.get("tags", {}).get("tags", ())) or None
    if name == "segment_id":
        return tuple(contact.get("segment_ids", ())) or None
    if name.startswith(CUSTOM_ATTRIBUTES):
        return contact.get("custom_attributes", {}).get(name.removeprefix(CUSTOM_ATTRIBUTES))
    holder, _, leaf = name.rpartition(".")
    return contact.get(holder, {}).get(leaf) if holder else contact.get(name)


def _identifier(body: Body, name: str) -> str | None:
    return body.identifier(name) if name in body else None


def _moment(body: Body, name: str) -> int | None:
    return body.second(name) if name in body else None


def _flag(body: Body, name: str) -> bool:
    return name in body and body.flag(name)


CONTACTS: Final = (
    Noun(
        "/contacts",
        {
            "GET ": Collection.list_by_cursor,
            "POST ": _create_contact,
            "POST /search": Collection.search,
            "POST /merge": _merge_contact,
            "GET /find_by_external_id/{external_id}": _find_by_external_id,
            "GET /{id}": Collection.retrieve,
            "PUT /{id}": _update_contact,
            "DELETE /{id}": _delete_contact,
            "POST /{id}/archive": _archive_contact,
            "POST /{id}/unarchive": _unarchive_contact,
            "POST /{id}/block": _block_contact,
            "GET /{id}/merge_history": _list_merge_history,
            "GET /{id}/notes": list_notes,
            "POST /{id}/notes": create_note,
            "GET /{id}/tags": memberships.list_tags,
            "POST /{id}/tags": memberships.add_tag,
            "DELETE /{id}/tags/{tag_id}": memberships.remove_tag,
            "GET /{id}/companies": memberships.list_companies,
            "POST /{id}/companies": memberships.attach_company,
            "DELETE /{id}/companies/{company_id}": memberships.detach_company,
            "GET /{id}/segments": memberships.list_segments,
            "GET /{id}/subscriptions": memberships.list_subscriptions,
            "POST /{id}/subscriptions": memberships.choose_subscription,
            "DELETE /{id}/subscriptions/{subscription_id}": memberships.drop_subscription,
        },
        missing=("not_found", "User Not Found"),
        absent=_refuse_absent,
        show=show_contact,
        is_listed=is_listed,
        writable={
            **dict.fromkeys(("email", "phone", "name", "avatar"), Body.optional_text),
            **dict.fromkeys(("external_id", "owner_id"), _identifier),
            **dict.fromkeys(("signed_up_at", "last_seen_at"), _moment),
            "unsubscribed_from_emails": _flag,
            "custom_attributes": Body.mapping,
        },
        per_page=50,
        rules=_rules,
    ),
)
