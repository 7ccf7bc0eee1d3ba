"""Finds people and things of a workspace, and those that a record lists."""

from typing import Any, cast

from intercom_async.emulator.documents import Record


def find_by_id(entries: list[Record], id: object, key: str = "id") -> Record | None:
    """Find an entry by its id or another key, a number or its digits; not every entry has one."""
    known = ((entry.get(key), entry) for entry in entries)
    return next(
        (entry for value, entry in known if value is not None and str(value) == str(id)), None
    )


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
    names = ("id", "external_id")
    contacts.append({"type": "contact", **{name: contact[name] for name in names}})
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
