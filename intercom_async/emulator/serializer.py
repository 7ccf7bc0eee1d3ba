"""Conversations as the bytes that a version of the API answers with.

Version 2.0 has an ``assignee``, and bare arrays of people: see "Assign a conversation" of the API
reference 2.0.
"""

from collections.abc import Callable, Iterable
from operator import attrgetter
from typing import Final

import msgspec

from intercom_async.emulator.documents import Record
from intercom_async.emulator.html import plain_text
from intercom_async.emulator.later_statistics import later_statistics
from intercom_async.emulator.lookups import contacts_of, find_by_id, teammates_of
from intercom_async.emulator.stored import Parts, StoredConversation, parts_list
from intercom_async.emulator.versions import (
    LATER_STATISTICS,
    VERSION_2_0,
    Version,
    is_as_stored,
    shape,
)
from intercom_async.emulator.workspace import Workspace


class Serializer:
    """Shows the conversations of a workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def listed(self, version: Version) -> Callable[[StoredConversation], bytes]:
        """Make what encodes a conversation for list and search."""
        if is_as_stored(version):
            return attrgetter("encoded")
        return lambda conversation: self.without_parts(conversation, version)

    def full(self, conversation: StoredConversation, version: Version, *, plain: bool) -> bytes:
        """Show a conversation with its newest parts."""
        if is_as_stored(version) and not plain:
            return conversation.encoded_full
        parts = conversation.parts()
        record = conversation.record() | {"conversation_parts": parts_list(parts)}
        if plain:
            _make_plain(record)
        return self._encode(record, parts, version)

    def without_parts(self, conversation: StoredConversation, version: Version) -> bytes:
        """Show a conversation alone."""
        return self._encode(conversation.record(), conversation.parts(), version)

    def shaped(self, record: Record, version: Version) -> Record:
        """Bring a record, with parts or without, into the form of a version."""
        if version != VERSION_2_0:
            return shape(record, version)
        parts = record.get("conversation_parts")
        shown = serialize_v2_0(record, self._workspace)
        return shown if parts is None else shown | {"conversation_parts": parts}

    def _encode(self, record: Record, parts: Parts, version: Version) -> bytes:
        if version >= LATER_STATISTICS and record["statistics"] is not None:
            workspace = self._workspace
            later = later_statistics(parts, workspace.teams, workspace.calendar.worked)
            record["statistics"] |= later
        return msgspec.json.encode(self.shaped(record, version))


def _make_plain(record: Record) -> None:
    for message in (record["source"], *record["conversation_parts"]["conversation_parts"]):
        if message and message.get("body"):
            message["body"] = plain_text(message["body"])


_UNCHANGED: Final = (
    "type", "id", "created_at", "updated_at", "open", "state", "read", "waiting_since",
    "snoozed_until", "tags", "first_contact_reply", "priority",
)  # fmt: skip
_PERSON: Final = ("type", "id", "name", "email")


def serialize_v2_0(record: Record, workspace: Workspace) -> Record:
    """Write a conversation the way version 2.0 answers it."""
    admins, teams = workspace.admins, workspace.teams
    assignee = find_by_id(admins, record["admin_assignee_id"])
    assignee = assignee or find_by_id(teams, record["team_assignee_id"])
    contacts = [find_by_id(workspace.contacts, each["id"]) or each for each in contacts_of(record)]
    return {
        **_pick(record, _UNCHANGED),
        "source": _source(record["source"]),
        "contacts": [_pick(contact, ("id", "type")) for contact in contacts],
        "teammates": [
            _pick(find_by_id(admins, each["id"]) or {"type": "admin", "id": each["id"]}, _PERSON)
            for each in teammates_of(record)
        ],
        "assignee": assignee and _pick(assignee, _PERSON),
        "sla_applied": record["sla_applied"] and _pick(record["sla_applied"], _SLA),
        "conversation_rating": _rating(record["conversation_rating"] or {}, admins),
        "statistics": record["statistics"] and _statistics(record["statistics"], workspace),
    }


_SLA: Final = ("sla_name", "sla_status")
_RATING: Final = ("created_at", "rating", "remark")
_SOURCE: Final = ("attachments", "body", "delivered_as", "id", "subject", "type", "url")


def _pick(holder: Record, names: Iterable[str]) -> Record:
    return {name: holder.get(name) for name in names}


def _source(source: Record | None) -> Record | None:
    if source is None:
        return None
    return _pick(source, _SOURCE) | {"author": _pick(source.get("author") or {}, ("id", "type"))}


def _rating(rating: Record, admins: list[Record]) -> Record:
    contact, teammate = rating.get("contact") or {}, rating.get("teammate") or {}
    known = find_by_id(admins, teammate.get("id")) or teammate
    return _pick(rating, _RATING) | {
        "contact": _pick(contact, ("id", "type")),
        "teammate": _pick(known, _PERSON),
    }


def _statistics(statistics: Record, workspace: Workspace) -> Record:
    """Rename two fields, one of them to the misspelt name that 2.0 answers with."""
    renamed = dict(statistics)
    renamed.pop("type", None)
    renamed["first_contacat_reply_at"] = renamed.pop("first_contact_reply_at", None)
    closers = [*workspace.admins, workspace.bot]
    closer = find_by_id(closers, renamed.pop("last_closed_by_id", None))
    renamed["last_closed_by"] = closer and _pick(closer, _PERSON)
    return renamed
