"""How contacts are shown, and what is done to them."""

from typing import Final

from intercom_async.emulator.bodies import Body, invalid, missing
from intercom_async.emulator.collection import Collection
from intercom_async.emulator.documents import Record
from intercom_async.emulator.lookups import find_by_id, require, tags_of
from intercom_async.emulator.operations.memberships import count_user
from intercom_async.emulator.operations.notes import notes_on
from intercom_async.emulator.replies import ApiError
from intercom_async.emulator.routes import Request
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
        "email_domain": email_domain(contact),
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


def email_domain(contact: Record) -> str | None:
    """Take the domain out of the email address."""
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


def refuse_absent(contacts: Collection, request: Request) -> ApiError:
    """Make the refusal of an id; from 2.16 on it tells where a merged contact went."""
    merged, target = contacts.workspace.merged, request.parameters.get("id", "")
    if target not in merged or request.version < _GONE:
        return contacts.not_found()
    while target in merged:
        target = merged[target]
    link = {"Link": f'</contacts/{target}>; rel="canonical"'}
    return ApiError(410, "contact_merged", "Contact was merged", headers=link)


def find_by_external_id(contacts: Collection, request: Request) -> Record:
    """Answer the contact of an id that the workspace gave."""
    id_, refusal = request.parameters["external_id"], contacts.not_found()
    return contacts.shown(require(contacts.records, id_, refusal, "external_id"), request)


def create_contact(contacts: Collection, request: Request) -> Record:
    """Answer ``POST /contacts`` with the contact."""
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


def update_contact(contacts: Collection, request: Request) -> Record:
    """Answer ``PUT /contacts/{id}`` with the contact."""
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


def merge_contact(contacts: Collection, request: Request) -> Record:
    """Answer ``POST /contacts/merge`` with the user that a lead was merged into."""
    body, workspace = Body(request.body), contacts.workspace
    source, target = (contacts.find(body.identifier(name)) for name in ("from", "into"))
    if source["type"] != "lead" or target["type"] != "user":
        raise ApiError(400, "parameter_invalid", "a lead is merged into a user")
    for id_ in source.get("company_ids", []):
        if id_ in target.get("company_ids", []):  # two of its users become one
            count_user(workspace, id_, -1)
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


def list_merge_history(contacts: Collection, request: Request) -> Record:
    """Answer what was merged into a user."""
    contact = contacts.asked(request)
    if contact["type"] != "user":
        raise contacts.not_found()
    history = contact.get("merge_history", [])
    return {"type": "list", "data": history, "next_cursor": None, "has_more": False}


def delete_contact(contacts: Collection, request: Request) -> Record:
    """Answer ``DELETE /contacts/{id}``."""
    contact = contacts.asked(request)
    contacts.records.remove(contact)
    for id_ in contact.get("company_ids", []):
        count_user(contacts.workspace, id_, -1)
    return _state(contact, "deleted")


def archive_contact(contacts: Collection, request: Request) -> Record:
    """Answer ``POST /contacts/{id}/archive``."""
    contact = contacts.asked(request)
    contact |= {"archived": True, "updated_at": contacts.workspace.now}
    return _state(contact, "archived")


def unarchive_contact(contacts: Collection, request: Request) -> Record:
    """Answer ``POST /contacts/{id}/unarchive``."""
    if request.parameters["id"] in contacts.workspace.merged:
        raise ApiError(400, "bad_request", "User has been merged and is not restorable")
    contact = contacts.asked(request)
    contact |= {"archived": False, "updated_at": contacts.workspace.now}
    return _state(contact, "archived", value=False)


def block_contact(contacts: Collection, request: Request) -> Record:
    """Answer ``POST /contacts/{id}/block``."""
    contact = contacts.asked(request)
    contact |= {"blocked": True, "archived": True, "updated_at": contacts.workspace.now}
    return _state(contact, "blocked")


def _state(contact: Record, name: str, *, value: bool = True) -> Record:
    named = {"type": "contact", "id": contact["id"], "external_id": contact.get("external_id")}
    return named | {name: value}
