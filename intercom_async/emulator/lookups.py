"""Finds what a record lists and what a request names, or refuses it."""

from typing import Any, cast

from intercom_async.emulator.bodies import Body, invalid
from intercom_async.emulator.documents import Record
from intercom_async.emulator.replies import ApiError
from intercom_async.emulator.workspace import Workspace


def find_by_id(entries: list[Record], id: object, key: str = "id") -> Record | None:
    """Find an entry by its id or another key, a number or its digits; not every entry has one."""
    known = (entry for entry in entries if entry.get(key) is not None)
    return next((entry for entry in known if str(entry[key]) == str(id)), None)


def require(entries: list[Record], id: object, refusal: ApiError, key: str = "id") -> Record:
    """Find an entry as ``find_by_id`` does, or refuse the request."""
    entry = find_by_id(entries, id, key)
    if entry is None:
        raise refusal
    return entry


def contacts_of(record: Record) -> list[Record]:
    """List the contacts of a conversation; what is done to the list is done to the record."""
    return _listed(record, "contacts", "contact.list", ("contacts",))


def teammates_of(record: Record) -> list[Record]:
    """List the teammates of a conversation; what is done to the list is done to the record."""
    return _listed(record, "teammates", "admin.list", ("teammates", "admins"))


def tags_of(record: Record) -> list[Record]:
    """List the tags of a conversation; what is done to the list is done to the record."""
    return _listed(record, "tags", "tag.list", ("tags",))


def join_contact(record: Record, contact: Record) -> bool:
    """Put a contact among those of a conversation, and tell whether it was not there."""
    contacts = contacts_of(record)
    if find_by_id(contacts, contact["id"]) is not None:
        return False
    names = {name: contact[name] for name in ("id", "external_id")}
    contacts.append({"type": "contact", **names})
    return True


def join_teammate(record: Record, admin: Record) -> None:
    """Put a teammate among those who took part in a conversation."""
    teammates = teammates_of(record)
    if find_by_id(teammates, admin["id"]) is None:
        teammates.append({"type": "admin", "id": admin["id"]})


def _listed(record: Record, field: str, type_: str, names: tuple[str, ...]) -> list[Record]:
    """Find the array in a list object, which is made where the record has none."""
    holder: Any = record.get(field)
    if not isinstance(holder, dict):
        holder = record[field] = {"type": type_, names[0]: []}
    name = next((name for name in names if name in holder), names[0])
    return cast("list[Record]", holder.setdefault(name, []))


# The names under which a body may give a contact, with what each is on the contact.
CONTACT_KEYS = {"intercom_user_id": "id", "user_id": "external_id", "email": "email"}


def require_conversation(
    workspace: Workspace, id: str, message: str = "Resource Not Found"
) -> Record:
    """Find a conversation."""
    conversation = workspace.get(id)
    if conversation is None:
        raise not_found(message)
    return conversation.record()


def require_admin(workspace: Workspace, body: Body, name: str = "admin_id") -> Record:
    """Find the teammate whom a field of the body names."""
    refusal = not_found("Admin Not Found", name)
    return require(workspace.admins, body.identifier(name), refusal)


def require_tag(tags: list[Record], id: str) -> Record:
    """Find a tag among all, or among those of a record."""
    return require(tags, id, ApiError(404, "tag_not_found", "Tag not found"))


def require_ticket_type(workspace: Workspace, body: Body) -> Record:
    """Find the type that a body names for a ticket."""
    refusal = not_found("Ticket type not found", "ticket_type_id")
    return require(workspace.ticket_types, body.identifier("ticket_type_id"), refusal)


def applied(tag: Record, admin: Record, at: int) -> Record:
    """Make a tag as it stands on a record."""
    return tag | {"applied_at": at, "applied_by": {"type": "admin", "id": admin["id"]}}


def require_contact(workspace: Workspace, body: Body) -> Record:
    """Find the contact whom one of the body's identifiers names."""
    contact = find_contact(workspace, body)
    if contact is None:
        raise not_found("User Not Found")
    return contact


def find_contact(workspace: Workspace, body: Body) -> Record | None:
    """Find the contact whom one of the body's identifiers names, if there is one."""
    name = body.only_one(CONTACT_KEYS)
    return find_by_id(workspace.contacts, body.identifier(name), CONTACT_KEYS[name])


def read_created_at(workspace: Workspace, body: Body) -> int:
    """Read ``created_at``, which is now unless it is given, and must not lie in the future."""
    at = body.second("created_at") if "created_at" in body else workspace.now
    if at > workspace.now:
        raise invalid("created_at", "must not lie in the future")
    return at


def not_found(message: str, field: str | None = None) -> ApiError:
    """Make the refusal of something that is not there."""
    return ApiError(404, "not_found", message, field)
