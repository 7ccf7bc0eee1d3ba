"""A conversation as search sees it: its fields, their operators, and one flat mapping to values.

Source: API reference 2.10, "Search conversations". The client states the same for itself, so
that a slip on either side shows in tests instead of being shared.
"""

from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from enum import StrEnum
from typing import Any, Final, TypeAlias, cast

from intercom_async.emulator.html import words

MAX_FILTERS_PER_GROUP: Final = 15
MAX_NESTING: Final = 2
MAX_PER_PAGE: Final = 150


class FieldType(StrEnum):
    """The type a search field has in the reference."""

    STRING = "String"
    DATE = "Date"
    INTEGER = "Integer"
    BOOLEAN = "Boolean"


_ORDERED: Final = frozenset(["=", "!=", "IN", "NIN", ">", "<", ">=", "<="])
OPERATORS: Final = {
    FieldType.STRING: frozenset(["=", "!=", "IN", "NIN", "~", "!~", "^", "$"]),
    FieldType.DATE: _ORDERED,
    FieldType.INTEGER: _ORDERED,
    FieldType.BOOLEAN: frozenset(["=", "!=", "IN", "NIN"]),
}

_NAMES: Final = {
    FieldType.STRING: """
        id contact_ids teammate_ids tag_ids admin_assignee_id team_assignee_id channel_initiated
        state priority source.type source.id source.delivered_as source.subject source.body
        source.author.id source.author.type source.author.name source.author.email source.url
        statistics.last_closed_by_id conversation_rating.remark conversation_rating.contact_id
        conversation_rating.admin_d ai_agent.resolution_state ai_agent.last_answer_type
        ai_agent.rating_remark ai_agent.source_type ai_agent.source_title
    """,
    FieldType.DATE: """
        created_at updated_at waiting_since snoozed_until statistics.first_contact_reply_at
        statistics.first_assignment_at statistics.first_admin_reply_at statistics.first_close_at
        statistics.last_assignment_at statistics.last_assignment_admin_reply_at
        statistics.last_contact_reply_at statistics.last_admin_reply_at statistics.last_close_at
        conversation_rating.requested_at conversation_rating.replied_at
    """,
    FieldType.INTEGER: """
        statistics.time_to_assignment statistics.time_to_admin_reply
        statistics.time_to_first_close statistics.time_to_last_close
        statistics.median_time_to_reply statistics.count_reopens statistics.count_assignments
        statistics.count_conversation_parts conversation_rating.score ai_agent.rating
    """,
    FieldType.BOOLEAN: "open read ai_agent_participated",
}
FIELDS: Final = {name: type_ for type_, names in _NAMES.items() for name in names.split()}


Record: TypeAlias = dict[str, Any]
Document: TypeAlias = dict[str, Any]

CUSTOM_ATTRIBUTES: Final = "custom_attributes."

_RATING = "conversation_rating"
# Fields that search knows by another name than the record.
_RENAMED: Final = {
    "channel_initiated": ("source", "type"),
    f"{_RATING}.requested_at": (_RATING, "created_at"),
    f"{_RATING}.replied_at": (_RATING, "updated_at"),
    f"{_RATING}.score": (_RATING, "rating"),
    f"{_RATING}.contact_id": (_RATING, "contact", "id"),
    f"{_RATING}.admin_d": (_RATING, "teammate", "id"),
}
# Fields that hold the ids of a list, and the names that list goes by.
_LISTS: Final = {
    "contact_ids": ("contacts", ("contacts",)),
    "teammate_ids": ("teammates", ("teammates", "admins")),
    "tag_ids": ("tags", ("tags",)),
}


def search_document(record: Record) -> Document:
    """Flatten a record into the fields that a search can name.

    Args:
        record: A conversation as the list answers it.

    Returns:
        Every searchable field with its value, and ``custom_attributes.<name>`` for each custom
        attribute. Strings and ids are str, the words of ``source.body`` and the ids of lists are
        tuples of str, a field that is missing or empty is None.
    """
    document: Document = {}
    for parent, leaves in _LEAVES.items():
        holder = _descend(record, parent)
        for field, leaf, fit in leaves:
            document[field] = fit(holder.get(leaf))
    document["source.body"] = words(document["source.body"] or "") or None
    for field, (container, names) in _LISTS.items():
        document[field] = _ids(record.get(container), names)
    attributes = _object(record.get("custom_attributes"))
    document.update((CUSTOM_ATTRIBUTES + name, value) for name, value in attributes.items())
    return document


# A record may hold anything: what does not fit a field's type is no value of that field.


def _text(value: Any) -> str | None:
    return value if value is None or isinstance(value, str) else str(value)


def _number(value: Any) -> int | float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _moment(value: Any) -> int | float | None:
    if isinstance(value, str):
        with suppress(ValueError):
            return float(value)
    return _number(value)


def _flag(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


_Fit: TypeAlias = Callable[[Any], str | int | float | bool | None]
_FITS: Final[dict[FieldType, _Fit]] = {
    FieldType.STRING: _text,
    FieldType.DATE: _moment,
    FieldType.INTEGER: _number,
    FieldType.BOOLEAN: _flag,
}


def _leaves() -> dict[tuple[str, ...], list[tuple[str, str, _Fit]]]:
    """Group the fields by the object that holds them, so that each is looked up once."""
    leaves: defaultdict[tuple[str, ...], list[tuple[str, str, _Fit]]] = defaultdict(list)
    for field, type_ in FIELDS.items():
        if field not in _LISTS:
            *parent, leaf = _RENAMED.get(field) or field.split(".")
            leaves[tuple(parent)].append((field, leaf, _FITS[type_]))
    return dict(leaves)


_LEAVES: Final = _leaves()


def _object(value: Any) -> Record:
    return cast("Record", value) if isinstance(value, dict) else {}


def _descend(record: Record, path: tuple[str, ...]) -> Record:
    for name in path:
        record = _object(record.get(name))
    return record


def _ids(container: Any, names: tuple[str, ...]) -> tuple[str, ...] | None:
    """Read the ids of a list that is null, a bare array, or an object around an array."""
    holder = _object(container)
    listed = next((holder[name] for name in names if name in holder), container)
    entries = cast("list[object]", listed) if isinstance(listed, list) else []
    return tuple(str(each["id"]) for each in map(_object, entries) if "id" in each) or None
