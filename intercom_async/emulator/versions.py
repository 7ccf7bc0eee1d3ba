"""What the versions of the API change on the wire, relative to 2.10.

The workspace keeps records the way 2.10 answers them; `shape` brings them into the form of
another version, and `shape_document` does the same for what search sees.
"""

import re
from collections.abc import Callable
from typing import Any, Final, TypeAlias

from intercom_async.emulator.documents import Document, Record
from intercom_async.emulator.replies import ApiError
from intercom_async.emulator.seed.people import FIN_ID

Version: TypeAlias = tuple[int, int]

VERSION_2_0: Final = (2, 0)
_BASE: Final = (2, 10)
_AFTER_BASE: Final = (2, 12)  # the first version whose conversations look different again
LATER_STATISTICS: Final = _AFTER_BASE
_HANDLING: Final = (2, 13)
_WORDED_PRIORITY: Final = (2, 16)
_UNSTABLE: Final = (3, 0)

_NUMBER = re.compile(r"([12])\.(0|[1-9]\d?)", re.ASCII)
_PRIORITIES: Final = ("low", "medium", "high", "urgent")


def read_version(text: str) -> Version:
    """Read an ``Intercom-Version``."""
    if text.lower() == "unstable":
        return _UNSTABLE
    found = _NUMBER.fullmatch(text)
    if found is None:
        message = "The requested version could not be found"
        raise ApiError(400, "intercom_version_invalid", message)
    return int(found[1]), int(found[2])


def is_as_stored(version: Version) -> bool:
    """Tell whether a version shows records exactly as they are kept."""
    return _BASE <= version < _AFTER_BASE


def list_key(version: Version) -> str:
    """Name the array in which list and search answers hold conversations."""
    return "data" if version == (2, 7) else "conversations"


def shape(record: Record, version: Version) -> Record:
    """Bring a conversation, which is used up, into the form of a version from 2.1 on."""
    if version < _BASE:
        for name in _SINCE_BASE:
            record.pop(name, None)
    if version < _HANDLING:
        _before_2_13(record)
    for since, change in _CHANGES:
        if version >= since:
            change(record)
    return record


def shape_ticket(ticket: Record, version: Version) -> Record:
    """Bring a ticket, which is used up, into the form of a version."""
    if version >= _AFTER_BASE:
        _turn_ticket_state_into_object(ticket)
    return ticket


def shape_document(document: Document, version: Version) -> Document:
    """Give the fields of search the values that a version shows."""
    if version < _WORDED_PRIORITY:
        return document
    assignees = {name: document[name] or "0" for name in _ASSIGNEES}
    priority = _priority(document["priority"], document["id"])
    return {**document, **assignees, "priority": priority}


_SINCE_BASE: Final = ("linked_objects", "ai_agent", "ai_agent_participated")
_SINCE_2_13: Final = (
    "assigned_team_first_response_time_in_office_hours",
    "handling_time",
    "adjusted_handling_time",
)
_ASSIGNEES: Final = ("admin_assignee_id", "team_assignee_id")
_STATE_LABELS: Final = ("ticket_state_internal_label", "ticket_state_external_label")


def _before_2_13(record: Record) -> None:
    for name in _SINCE_2_13:
        (record.get("statistics") or {}).pop(name, None)


def _in_2_12(record: Record) -> None:
    if isinstance(record.get("ticket"), dict):
        _turn_ticket_state_into_object(record["ticket"])
    if isinstance(record.get("statistics"), dict):
        record["statistics"].setdefault("assigned_team_first_response_time", [])


def _in_2_13(record: Record) -> None:
    if isinstance(record.get("statistics"), dict):
        for name in _SINCE_2_13:
            record["statistics"].setdefault(name, None)
    for part in _parts(record):
        part |= {
            "state": record.get("state"),
            "tags": {"type": "tag.list", "tags": []},
            "metadata": {},
            "app_package_code": None,
        }


def _in_2_14(record: Record) -> None:
    for message in (record.get("source"), *_parts(record)):
        if isinstance(message, dict) and isinstance(message.get("author"), dict):
            by_fin = str(message["author"].get("id")) == FIN_ID
            is_answer = by_fin and bool(message.get("body"))
            message["author"] |= {"from_ai_agent": by_fin, "is_ai_answer": is_answer}


def _in_2_15(record: Record) -> None:
    record["company"] = None


def _in_2_16(record: Record) -> None:
    record["priority"] = _priority(record.get("priority"), record["id"])
    for name in _ASSIGNEES:
        record[name] = int(record.get(name) or 0)


_CHANGES: Final[tuple[tuple[Version, Callable[[Record], None]], ...]] = (
    ((2, 12), _in_2_12),
    ((2, 13), _in_2_13),
    ((2, 14), _in_2_14),
    ((2, 15), _in_2_15),
    ((2, 16), _in_2_16),
)


def _parts(record: Record) -> list[Record]:
    listed: Any = record.get("conversation_parts") or {}
    parts: list[Record] = listed.get("conversation_parts", [])
    return parts


def _turn_ticket_state_into_object(ticket: Record) -> None:
    internal, external = (ticket.pop(name, None) for name in _STATE_LABELS)
    ticket["ticket_state"] = {
        "type": "ticket_state",
        "id": "1",  # tickets that conversations were made into stay as they were submitted
        "category": ticket["ticket_state"],
        "internal_label": internal,
        "external_label": external,
    }


def _priority(priority: object, id: object) -> object:
    """Turn yes and no into one of the words; which of them, the id decides."""
    if priority == "priority":
        return _PRIORITIES[int(str(id)[-1:]) % 4] if str(id)[-1:].isdigit() else "high"
    return "none" if priority == "not_priority" else priority
