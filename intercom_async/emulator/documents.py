"""A conversation as search sees it: one flat mapping from field to value."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any, Final, TypeAlias, cast

from intercom_async.emulator.fields import FIELDS, FieldType
from intercom_async.emulator.html import words

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


def _flag(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


_Fit: TypeAlias = Callable[[Any], str | int | float | bool | None]
_FITS: Final[dict[FieldType, _Fit]] = {
    FieldType.STRING: _text,
    FieldType.DATE: _number,
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
