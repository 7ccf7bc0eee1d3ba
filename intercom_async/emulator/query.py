"""Checks a search query and turns it into a predicate over search documents.

Obeys the API reference 2.10, "Search conversations"; what other nouns have different is in their
`Rules`.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from operator import eq, ge, gt, le, lt
from typing import Any, Final, TypeAlias, cast

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


_SECONDS_A_DAY: Final = 86_400


@dataclass(frozen=True, slots=True)
class Rules:
    """What a noun's search knows: its fields, their operators, and how it compares."""

    fields: Mapping[str, FieldType]
    operators: Mapping[FieldType, frozenset[str]] = field(default_factory=lambda: OPERATORS)
    attributes: str = CUSTOM_ATTRIBUTES  # what begins a field of the workspace's own
    refused: Mapping[str, frozenset[str]] = field(default_factory=dict)  # operators, by field
    read: Callable[[Any, str], Any] = dict.get  # reads a field of what is searched
    inclusive: bool = False  # whether ``>`` and ``<`` also match the bound itself
    day: Callable[[Any], int] | None = None  # numbers days, if dates are compared by the day

    def compile(self, query: object) -> Predicate:
        """Check a query, and compile it to a predicate."""
        return _compile(query, 1, self)


def compile_query(
    query: object, *, inclusive_bounds: bool = False, whole_days: bool = False
) -> Predicate:
    """Check a query, and compile it to a predicate over conversations' search documents."""
    day = _utc_day if whole_days else None
    return Rules(FIELDS, inclusive=inclusive_bounds, day=day).compile(query)


def _utc_day(moment: Any) -> int:
    return int(moment) // _SECONDS_A_DAY


def _compile(query: object, depth: int, rules: Rules) -> Predicate:
    if not isinstance(query, dict):
        raise _invalid("query must be a filter or a group of filters")
    query = cast("dict[str, Any]", query)
    if "field" in query:
        return _compile_filter(query, rules)
    if query.get("operator") not in {"AND", "OR"}:
        raise ApiError(400, "invalid_operator", "a group needs the operator AND or OR")
    if depth > MAX_NESTING:
        raise _invalid(f"a query can be nested {MAX_NESTING} levels deep")
    parts = [_compile(each, depth + 1, rules) for each in _members(query.get("value"))]
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


def _compile_filter(query: dict[str, Any], rules: Rules) -> Predicate:
    name, value = query["field"], query.get("value")
    type_ = _field_type(name, rules)
    operator = _accepted_operator(query, type_, rules)
    positive = _NEGATED.get(operator, operator)
    if rules.inclusive:
        positive = _OR_EQUAL.get(positive, positive)
    predicate = _compile_positive(name, type_, positive, value, rules)
    # The exact negation, so it also matches where the field is null.
    return predicate if operator not in _NEGATED else lambda document: not predicate(document)


def _accepted_operator(query: dict[str, Any], type_: FieldType | None, rules: Rules) -> str:
    operator, name = query.get("operator"), query["field"]
    accepted = _ALL_OPERATORS if type_ is None else rules.operators[type_]
    refused = rules.refused.get(name, frozenset())
    if not isinstance(operator, str) or operator not in accepted - refused:
        raise ApiError(400, "invalid_operator", f"{operator} is not an operator of {name}")
    return operator


def _field_type(name: object, rules: Rules) -> FieldType | None:
    """Find the type of a field; None stands for a custom attribute, whose type is its value's."""
    if isinstance(name, str):
        if name in rules.fields:
            return rules.fields[name]
        if name.startswith(rules.attributes) and name != rules.attributes:
            return None
    raise ApiError(400, "invalid_field", f"{name} is not a searchable field")


def _compile_positive(
    name: str, type_: FieldType | None, operator: str, value: Any, rules: Rules
) -> Predicate:
    read = rules.read
    if value is None and operator == "=":
        return lambda document: read(document, name) is None
    if type_ is None:
        test = _attribute_test(name, operator, value)
    else:
        day = rules.day if type_ is FieldType.DATE else None
        test = _field_test(name, type_, operator, value, day)

    def holds(document: Document) -> bool:
        found = read(document, name)
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
    name: str, type_: FieldType, operator: str, value: object, day: Callable[[Any], int] | None
) -> Test:
    """Make the test of a documented field."""
    if operator == "IN":
        values = [_fit(name, type_, each) for each in _listed(name, value)]
        wanted = frozenset(values if day is None else map(day, values))
        test: Test = wanted.__contains__
    else:
        fitted = _fit(name, type_, value)
        test = partial(_TESTS[operator], fitted if day is None else day(fitted))
    return test if day is None else lambda found: test(day(found))


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
