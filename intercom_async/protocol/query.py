"""Filters and groups of them, checked against the reference before anything is sent.

Source: API reference 2.10, "Search conversations".
"""

import re
from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from typing import Any, Final, Literal, NoReturn, TypeAlias

from intercom_async.errors import QueryError
from intercom_async.protocol.fields import (
    FIELDS,
    MAX_FILTERS_PER_GROUP,
    MAX_NESTING,
    OPERATORS,
    FieldType,
)
from intercom_async.protocol.plain import check_seconds, plain, whole

Scalar: TypeAlias = str | int | float | bool | datetime | None
Value: TypeAlias = Scalar | Collection[Scalar]

# Ids are strings, but numbers to many a caller, and integers in newer references.
_ID_ENDINGS: Final = ("id", "_ids", "_id", "admin_d")
_AS_GIVEN: Final = frozenset({"admin_assignee_id", "team_assignee_id"})
_LISTS: Final = frozenset({"IN", "NIN"})
_NULLABLE: Final = frozenset({"=", "!="})
_GROUPS: Final[dict[object, Literal["AND", "OR"]]] = {"AND": "AND", "OR": "OR"}
_CUSTOM: Final = "custom_attributes."
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND: Final = timedelta(seconds=1)
_DIGITS: Final = re.compile("[0-9]{1,20}")


class UnknownFieldError(QueryError, AttributeError):
    """A field that conversations cannot be searched by."""


class _Expression:
    """What filters and groups share: they combine with ``&`` and ``|``."""

    __slots__ = ()

    def __and__(self, other: "Query") -> "Group":
        return _group("AND", self, other)

    def __rand__(self, other: object) -> NoReturn:
        raise _no_filter("AND", other)

    def __or__(self, other: "Query") -> "Group":
        return _group("OR", self, other)

    def __ror__(self, other: object) -> NoReturn:
        raise _no_filter("OR", other)

    def __bool__(self) -> NoReturn:
        raise QueryError(
            "a filter is neither true nor false: combine filters with & and |, each in "
            "parentheses, not with and, or, not or a chained comparison"
        )


class Filter(_Expression):
    """One comparison of a field with a value, as the API takes it.

    Attributes:
        field: The field's name.
        operator: The API's operator.
        value: The value as it will be sent.
    """

    __slots__ = ("field", "operator", "value")

    def __init__(self, field: str, operator: str, value: object) -> None:
        self.field: str = field
        self.operator: str = operator
        self.value: object = value

    def __repr__(self) -> str:
        return f"{self.field} {self.operator} {self.value!r}"

    def to_dict(self) -> dict[str, Any]:
        """Return the filter as the API's JSON."""
        return {"field": self.field, "operator": self.operator, "value": self.value}


class Group(_Expression):
    """Filters of which all (``AND``) or any (``OR``) must hold.

    Attributes:
        operator: ``AND`` or ``OR``.
        members: The filters and groups in it.
    """

    __slots__ = ("members", "operator")

    def __init__(
        self, operator: Literal["AND", "OR"], members: "tuple[Filter | Group, ...]"
    ) -> None:
        self.operator: Literal["AND", "OR"] = operator
        self.members: tuple[Filter | Group, ...] = members

    def __repr__(self) -> str:
        return "(" + f" {self.operator} ".join(map(repr, self.members)) + ")"

    def to_dict(self) -> dict[str, Any]:
        """Return the group as the API's JSON."""
        return {"operator": self.operator, "value": [m.to_dict() for m in self.members]}


Query: TypeAlias = Filter | Group


def _group(operator: Literal["AND", "OR"], left: object, right: object) -> Group:
    members: list[Filter | Group] = []
    for side in (left, right):
        if isinstance(side, Group) and side.operator == operator:
            members.extend(side.members)  # a & b & c is one group of three
        elif isinstance(side, Filter | Group):
            members.append(side)
        else:
            raise _no_filter(operator, side)
    return Group(operator, tuple(members))


def _no_filter(operator: str, side: object) -> QueryError:
    return QueryError(
        f"{operator} combines filters, not {type(side).__name__}; put each comparison in "
        "parentheses, since & and | bind tighter than ==, < and >"
    )


class Field:
    """A searchable field: compare it, or ask one of its methods, to get a filter.

    Dates take aware datetimes or unix seconds. The reference words ``>`` and ``<`` as "or equal"
    while live answers leave the bound out; use ``>=`` and ``<=`` where the bound matters.
    """

    __slots__ = ("_name", "_type")

    def __init__(self, name: str, type_: FieldType | None) -> None:
        self._name = name
        self._type = type_  # None for the workspace's own attributes

    def __repr__(self) -> str:
        return f"<Field {self._name} ({self._type or 'any type'})>"

    @property
    def is_numeric(self) -> bool:
        """Whether the field is a date or an integer."""
        return self._type in {FieldType.DATE, FieldType.INTEGER}

    def __bool__(self) -> NoReturn:
        raise QueryError(
            f"{self._name} is a field, neither true nor false: compare it, as in F.open == True"
        )

    def __hash__(self) -> int:
        return hash(self._name)

    def __eq__(self, value: Scalar) -> Filter:  # type: ignore[override]  # builds a filter
        return self.compare("=", value)

    def __ne__(self, value: Scalar) -> Filter:  # type: ignore[override]  # builds a filter
        return self.compare("!=", value)

    def __gt__(self, value: Scalar) -> Filter:
        return self.compare(">", value)

    def __lt__(self, value: Scalar) -> Filter:
        return self.compare("<", value)

    def __ge__(self, value: Scalar) -> Filter:
        return self.compare(">=", value)

    def __le__(self, value: Scalar) -> Filter:
        return self.compare("<=", value)

    def is_in(self, values: Collection[Scalar]) -> Filter:
        """Match any of the values (``IN``)."""
        return self.compare("IN", values)

    def not_in(self, values: Collection[Scalar]) -> Filter:
        """Match none of the values (``NIN``)."""
        return self.compare("NIN", values)

    def contains(self, text: str) -> Filter:
        """Match text within the field (``~``); within one of its words for ``source.body``."""
        return self.compare("~", text)

    def not_contains(self, text: str) -> Filter:
        """Match where ``contains`` does not (``!~``)."""
        return self.compare("!~", text)

    def starts_with(self, text: str) -> Filter:
        """Match the beginning of the field (``^``)."""
        return self.compare("^", text)

    def ends_with(self, text: str) -> Filter:
        """Match the end of the field (``$``)."""
        return self.compare("$", text)

    def compare(self, operator: str, value: Value) -> Filter:
        """Make a filter with one of the API's operators.

        Raises:
            QueryError: The field's type does not take the operator or the value.
        """
        accepted = _ALL_OPERATORS if self._type is None else OPERATORS[self._type]
        if operator not in accepted:
            raise QueryError(
                f"{self._name} ({self._type or 'any type'}) does not take the operator "
                f"{operator!r}; it takes {' '.join(accepted)}"
            )
        if operator not in _LISTS:
            return Filter(self._name, operator, self._scalar(operator, value))
        if isinstance(value, str | bytes | bytearray | Mapping) or not isinstance(
            value, Collection
        ):
            raise QueryError(
                f"{self._name} {operator} takes a list of values, not a {type(value).__name__}"
            )
        if not len(value):  # whose truth may be another, as numpy's arrays'
            raise QueryError(f"{self._name} {operator} takes at least one value; the list is empty")
        return Filter(self._name, operator, [self._scalar(operator, item) for item in value])

    def _scalar(self, operator: str, value: object) -> object:
        if value is None and operator in _NULLABLE:
            return None
        try:
            given = (
                value if isinstance(value, datetime) else plain(value, f"{self._name} {operator}")
            )
        except QueryError:
            if isinstance(value, str) or whole(value) is not None:
                raise
            given = None
        converted = _CONVERTERS[self._type](self._name, operator, given)
        if converted is None:
            raise QueryError(
                f"{self._name} {operator} takes {_TAKES[self._type]}, not {value!r} "
                f"({type(value).__name__})"
            )
        return converted


def _string(name: str, _operator: str, value: object) -> object:
    if isinstance(value, int) and not isinstance(value, bool) and name.endswith(_ID_ENDINGS):
        return value if name in _AS_GIVEN else str(value)
    return value if isinstance(value, str) else None


def _date(name: str, operator: str, value: object) -> object:
    if not isinstance(value, datetime):
        seconds = _integer(name, operator, value)
        return seconds if seconds is None else check_seconds(f"{name} {operator}", seconds)
    try:
        has_zone = value.utcoffset() is not None
    except (TypeError, ValueError):
        raise QueryError(f"{name} {operator} {value!r}: it is no moment") from None
    if not has_zone:
        raise QueryError(
            f"{name} {operator} {value.isoformat()}: a datetime without a time zone could mean "
            "any of 24 hours; give it one, such as tzinfo=UTC"
        )
    seconds, fraction = divmod(value - _EPOCH, _SECOND)  # exact, which timestamp() is not
    # The API counts whole seconds: take the bound that lets in the same records.
    if not fraction or operator in {">", "<="}:
        return seconds
    if operator in {"<", ">="}:
        return seconds + 1
    raise QueryError(
        f"{name} {operator} {value.isoformat()}: the API counts whole seconds; "
        "give a datetime without a fraction"
    )


def _integer(_name: str, _operator: str, value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _any(name: str, operator: str, value: object) -> object:
    if isinstance(value, datetime):
        return _date(name, operator, value)
    return value if isinstance(value, str | int | float) else None


def _boolean(_name: str, _operator: str, value: object) -> object:
    return value if isinstance(value, bool) else None


_CONVERTERS: Final = {
    FieldType.STRING: _string,
    FieldType.DATE: _date,
    FieldType.INTEGER: _integer,
    FieldType.BOOLEAN: _boolean,
    None: _any,
}
_TAKES: Final = {
    FieldType.STRING: "a str",
    FieldType.DATE: "an aware datetime or unix seconds as an int",
    FieldType.INTEGER: "an int",
    FieldType.BOOLEAN: "True or False",
    None: "a str, a finite number, a bool or an aware datetime",
}
_ALL_OPERATORS: Final = tuple(dict.fromkeys(op for ops in OPERATORS.values() for op in ops))


def field(name: str) -> Field:
    """Return a searchable field by its name.

    Raises:
        QueryError: Conversations cannot be searched by it.
    """
    if not isinstance(name, str):
        raise QueryError(f"a field's name is a str, not {name!r}")
    type_ = FIELDS.get(name)
    if type_ is None and (not name.startswith(_CUSTOM) or name == _CUSTOM):
        near = get_close_matches(name, FIELDS, n=3)
        hint = f"; did you mean {' or '.join(near)}?" if near else ""
        raise UnknownFieldError(f"conversations have no searchable field {name!r}{hint}")
    return Field(name, type_)


def compile_query(query: Query | Mapping[str, Any]) -> dict[str, Any]:
    """Check a query as a whole and return the API's JSON for it.

    Args:
        query: An expression made with ``F``, or the API's own JSON as a mapping, which is
            checked alike.

    Raises:
        QueryError: The API would refuse it; the message says what and where.
    """
    if isinstance(query, Mapping):
        query = _parse(query, "query")
    if not isinstance(query, Filter | Group):
        raise QueryError(f"a query is an expression of F or a mapping, not {query!r}")
    return _check(query, level=1).to_dict()


def _check(query: Query, level: int) -> Query:
    if isinstance(query, Filter):
        value: Any = query.value  # of any type, if the filter was made by hand
        return field(query.field).compare(query.operator, value)
    if not query.members:
        raise QueryError(f"an {query.operator} group without filters")
    if level > MAX_NESTING:
        raise QueryError(
            f"groups are nested deeper than the {MAX_NESTING} levels the API takes, at {query!r}"
        )
    if len(query.members) > MAX_FILTERS_PER_GROUP:
        raise QueryError(
            f"{len(query.members)} filters in one {query.operator} group; the API takes "
            f"{MAX_FILTERS_PER_GROUP}. One IN filter can stand for many = filters"
        )
    return Group(query.operator, tuple(_check(member, level + 1) for member in query.members))


def _parse(query: object, where: str, level: int = 1) -> Query:
    if not isinstance(query, Mapping):
        raise QueryError(f"{where} must be a mapping, not {query!r}")
    operator: Any = query.get("operator")
    value = query.get("value")
    if "field" in query:
        if "value" not in query:
            raise QueryError(f"{where}: a filter without a value: {query!r}")
        try:
            name = query["field"]
            searched = field(name if isinstance(name, str) else str(name))
            return searched.compare(operator, _numbers(searched, value))
        except QueryError as error:
            raise QueryError(f"{where}: {error}") from None
    group = _GROUPS.get(operator) if isinstance(operator, str) else None
    if group is None or not isinstance(value, list | tuple) or not value:
        raise QueryError(
            f"{where} is neither a filter with a field nor an AND or OR group of filters: {query!r}"
        )
    if level > MAX_NESTING:
        raise QueryError(f"{where}: groups are nested deeper than {MAX_NESTING} levels")
    members = (_parse(item, f"{where}.value[{i}]", level + 1) for i, item in enumerate(value))
    return Group(group, tuple(members))


def _numbers(searched: Field, value: object) -> Any:
    # The reference's own examples send dates as strings of digits.
    if isinstance(value, list | tuple):
        return [_numbers(searched, item) for item in value]
    digits = _DIGITS.fullmatch(value) if isinstance(value, str) else None
    return int(digits[0]) if digits and searched.is_numeric else value
