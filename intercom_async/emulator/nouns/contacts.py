"""Contacts and notes: their operations, and how they are searched."""

from datetime import datetime
from functools import partial
from typing import Any, Final
from zoneinfo import ZoneInfo

from intercom_async.emulator.bodies import Body
from intercom_async.emulator.collection import Collection, Noun
from intercom_async.emulator.documents import CUSTOM_ATTRIBUTES, OPERATORS, FieldType, Record
from intercom_async.emulator.operations import contacts, memberships, notes
from intercom_async.emulator.query import Rules
from intercom_async.emulator.versions import Version

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
        return contacts.email_domain(contact)
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
            "POST ": contacts.create_contact,
            "POST /search": Collection.search,
            "POST /merge": contacts.merge_contact,
            "GET /find_by_external_id/{external_id}": contacts.find_by_external_id,
            "GET /{id}": Collection.retrieve,
            "PUT /{id}": contacts.update_contact,
            "DELETE /{id}": contacts.delete_contact,
            "POST /{id}/archive": contacts.archive_contact,
            "POST /{id}/unarchive": contacts.unarchive_contact,
            "POST /{id}/block": contacts.block_contact,
            "GET /{id}/merge_history": contacts.list_merge_history,
            "GET /{id}/notes": notes.list_notes,
            "POST /{id}/notes": notes.create_note,
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
        absent=contacts.refuse_absent,
        show=contacts.show_contact,
        is_listed=contacts.is_listed,
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
    Noun("/notes", {"GET /{id}": Collection.retrieve}),
)
