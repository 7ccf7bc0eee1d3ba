"""Checks a search query and turns it into a predicate over search documents.

Obeys the API reference 2.10, "Search conversations".
"""

from collections.abc import Callable
from typing import Any, Final, NamedTuple, TypeAlias, cast

from intercom_async.emulator import operators
from intercom_async.emulator.documents import CUSTOM_ATTRIBUTES, Document
from intercom_async.emulator.fields import (
    FIELDS,
    MAX_FILTERS_PER_GROUP,
    MAX_NESTING,
    OPERATORS,
    FieldType,
)
from intercom_async.emulator.replies import ApiError

Predicate: TypeAlias = Callable[[Document], bool]

_NEGATED: Final = {"!=": "=", "NIN": "IN", "!~": "~"}
_OR_EQUAL: Final = {">": ">=", "<": "<="}
_ALL_OPERATORS: Final = frozenset(name for names in OPERATORS.values() for name in names)


def compile_query(
    query: object, *, inclusive_bounds: bool = False, whole_days: bool = False
) -> Predicate:
    """Check a query, and compile it to a predicate over search documents."""
    return _compile(query, 1, _Habits(inclusive_bounds, whole_days))


class _Habits(NamedTuple):
    inclusive: bool
    whole_days: bool


def _compile(query: object, depth: int, habits: _Habits) -> Predicate:
    if not isinstance(query, dict):
        raise _invalid("query must be a filter or a group of filters")
    query = cast("dict[str, Any]", query)
    if "field" in query:
        return _compile_filter(query, habits)
    if query.get("operator") not in {"AND", "OR"}:
        raise ApiError(400, "invalid_operator", "a group needs the operator AND or OR")
    if depth > MAX_NESTING:
        raise _invalid(f"a query can be nested {MAX_NESTING} levels deep")
    parts = [_compile(each, depth + 1, habits) for each in _members(query.get("value"))]
    return _group(parts, deciding=query["operator"] == "OR")


def _members(value: object) -> list[object]:
    if not isinstance(value, list) or not value:
        raise _invalid("the value of a group must be an array of filters")
    members = cast("list[object]", value)
    if len(members) > MAX_FILTERS_PER_GROUP:
        raise _invalid(f"a group can hold {MAX_FILTERS_PER_GROUP} filters")
    return members


def _group(parts: list[Predicate], *, deciding: bool) -> Predicate:
    """Make the predicate of a group, whose first member with the deciding answer settles it."""

    def group(document: Document) -> bool:
        for part in parts:
            if part(document) == deciding:
                return deciding
        return not deciding

    return group


def _compile_filter(query: dict[str, Any], habits: _Habits) -> Predicate:
    field, value = query["field"], query.get("value")
    type_ = _field_type(field)
    operator = _accepted_operator(query, type_)
    positive = _NEGATED.get(operator, operator)
    if habits.inclusive:
        positive = _OR_EQUAL.get(positive, positive)
    predicate = _compile_positive(field, type_, positive, value, habits.whole_days)
    # The exact negation, so it also matches where the field is null.
    return predicate if operator not in _NEGATED else lambda document: not predicate(document)


def _accepted_operator(query: dict[str, Any], type_: FieldType | None) -> str:
    operator = query.get("operator")
    accepted = _ALL_OPERATORS if type_ is None else OPERATORS[type_]
    if not isinstance(operator, str) or operator not in accepted:
        message = f"{operator} is not an operator of {query['field']}"
        raise ApiError(400, "invalid_operator", message)
    return operator


def _field_type(field: object) -> FieldType | None:
    """Find the type of a field; None stands for a custom attribute, whose type is its value's."""
    if isinstance(field, str):
        if field in FIELDS:
            return FIELDS[field]
        if field.startswith(CUSTOM_ATTRIBUTES) and field != CUSTOM_ATTRIBUTES:
            return None
    raise ApiError(400, "invalid_field", f"{field} is not a searchable field")


def _compile_positive(
    field: str, type_: FieldType | None, operator: str, value: Any, whole_days: bool
) -> Predicate:
    if value is None and operator == "=":
        return lambda document: document.get(field) is None
    if type_ is None:
        test = operators.attribute_test(field, operator, value)
    else:
        by_day = whole_days and type_ is FieldType.DATE
        test = operators.field_test(field, type_, operator, value, by_day=by_day)

    def holds(document: Document) -> bool:
        found = document.get(field)
        if found is None:
            return False
        if type(found) is not tuple:
            return test(found)
        for each in cast("tuple[str, ...]", found):  # noqa: SIM110  # as above
            if test(each):
                return True
        return False

    return holds


def _invalid(message: str) -> ApiError:
    return ApiError(400, "parameter_invalid", message)
