"""Checks a search query and turns it into a predicate over search documents.

Obeys the API reference 2.10, "Search conversations".
"""

import re
from collections.abc import Callable
from functools import partial
from operator import eq, ge, gt, le, lt
from typing import Any, Final, NamedTuple, TypeAlias, cast

from intercom_async.emulator.documents import (
    CUSTOM_ATTRIBUTES,
    FIELDS,
    MAX_FILTERS_PER_GROUP,
    MAX_NESTING,
    OPERATORS,
    Document,
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
        test = _attribute_test(field, operator, value)
    else:
        by_day = whole_days and type_ is FieldType.DATE
        test = _field_test(field, type_, operator, value, by_day=by_day)

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


Test: TypeAlias = Callable[[Any], bool]

_NUMBER = re.compile(r"-?\d{1,18}", re.ASCII)
_IDENTIFIER = re.compile(r"(^|[._])(id|ids|admin_d)$")


def _field_test(
    field: str, type_: FieldType, operator: str, value: object, *, by_day: bool
) -> Test:
    """Make the test of a documented field."""
    if operator == "IN":
        values = [_fit(field, type_, each) for each in _listed(field, value)]
        if by_day:
            values = [_day(each) for each in values]
        wanted = frozenset(values)
        test: Test = wanted.__contains__
    else:
        fitted = _fit(field, type_, value)
        test = partial(_TESTS[operator], _day(fitted) if by_day else fitted)
    return (lambda found: test(_day(found))) if by_day else test


def _day(moment: Any) -> int:
    return int(moment) // 86_400


def _attribute_test(field: str, operator: str, value: object) -> Test:
    """Make the test of a custom attribute, which only matches values of the filter's own kind."""
    if operator in {"=", "IN"}:
        values = _listed(field, value) if operator == "IN" else [value]
        wanted = [(_kind(each), each) for each in values]
        return lambda found: (_kind(found), found) in wanted
    kind = _kind(value)
    if kind not in _KINDS[operator]:
        raise _unfit(field)
    test = partial(_TESTS[operator], value)
    return lambda found: _kind(found) == kind and test(found)


# Each takes the filter's value first, to be bound to it, hence the turned comparisons.
_TESTS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "=": eq,
    ">": lt,
    "<": gt,
    ">=": le,
    "<=": ge,
    "~": lambda text, found: text.lower() in found.lower(),
    "^": lambda text, found: found.lower().startswith(text.lower()),
    "$": lambda text, found: found.lower().endswith(text.lower()),
}
_KINDS: Final = {
    **dict.fromkeys((">", "<", ">=", "<="), ("number", "text")),
    **dict.fromkeys(("~", "^", "$"), ("text",)),
}


def _listed(field: str, value: object) -> list[object]:
    if not isinstance(value, list):
        raise ApiError(400, "parameter_invalid", f"the value of {field} must be an array")
    return cast("list[object]", value)


def _kind(value: object) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    return "text" if isinstance(value, str) else "other"


def _fit(field: str, type_: FieldType, value: object) -> str | int | bool:
    """Bring a filter's value into the form that the search document has."""
    integer = value if isinstance(value, int) and not isinstance(value, bool) else None
    if type_ is FieldType.STRING and isinstance(value, str):
        # The words of a body are kept in lower case.
        return value.lower() if field == "source.body" else value
    if type_ is FieldType.STRING and integer is not None and _IDENTIFIER.search(field):
        return str(integer)
    if type_ is FieldType.DATE and isinstance(value, str) and _NUMBER.fullmatch(value):
        return int(value)
    if type_ in {FieldType.DATE, FieldType.INTEGER} and integer is not None:
        return integer
    if type_ is FieldType.BOOLEAN and isinstance(value, bool):
        return value
    raise _unfit(field)


def _unfit(field: str) -> ApiError:
    return ApiError(400, "parameter_invalid", f"the value does not fit the type of {field}")
