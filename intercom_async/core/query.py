"""Fields, and the filters that comparing them makes.

``F.state == "open"`` is a ``Query[Conversation]``: type checkers refuse it in another noun's
search, and so does ``Fields.compile`` in ``core/fields.py``.

Source: API reference 2.10, "Search conversations" and "Search contacts".
"""

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import (
    TYPE_CHECKING,
    Any,
    ClassVar,
    Final,
    Generic,
    Literal,
    NoReturn,
    TypeAlias,
    TypeGuard,
    TypeVar,
)

from intercom_async.core.plain import check_seconds, plain, shown, whole
from intercom_async.errors import QueryError

__all__ = ["Filter", "Group", "Query"]

N = TypeVar("N")
"""The model of the noun that is searched."""

Scalar: TypeAlias = str | int | float | bool | datetime | None
Value: TypeAlias = Scalar | Collection[Scalar]


class FieldType(StrEnum):
    """The type a search field has in the reference; the value of a filter must fit it."""

    STRING = "String"
    DATE = "Date"
    INTEGER = "Integer"
    BOOLEAN = "Boolean"


# The schema lists ">=" and "<=" next to the documented operators, and conversations accept them.
_ORDERED = ("=", "!=", "IN", "NIN", ">", "<", ">=", "<=")
OPERATORS: Final = MappingProxyType(
    {
        FieldType.STRING: ("=", "!=", "IN", "NIN", "~", "!~", "^", "$"),
        FieldType.DATE: _ORDERED,
        FieldType.INTEGER: _ORDERED,
        FieldType.BOOLEAN: ("=", "!=", "IN", "NIN"),
    }
)
MAX_FILTERS_PER_GROUP: Final = 15
MAX_NESTING: Final = 2

# Ids are strings, but numbers to many a caller, and integers in newer references.
_ID_ENDINGS: Final = ("id", "_ids", "_id", "admin_d")
_LISTS: Final = frozenset({"IN", "NIN"})
_NULLABLE: Final = frozenset({"=", "!="})
_NO_NOT: Final = (
    "the API has no NOT: write the opposite, such as !=, not_in or not_contains, in place of ~"
)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND: Final = timedelta(seconds=1)


def _operators(type_: FieldType | None) -> tuple[str, ...]:
    if type_ is not None:
        return OPERATORS[type_]
    return tuple(dict.fromkeys(op for ops in OPERATORS.values() for op in ops))


class UnknownFieldError(QueryError, AttributeError):
    """A field that a noun cannot be searched by."""


class Query(ABC, Generic[N]):
    """A filter or a group of filters; they combine with ``&`` and ``|``."""

    __slots__ = ()

    @abstractmethod
    def to_dict(self) -> dict[str, Any]:
        """Return the API's JSON."""

    def __and__(self, other: "Query[N]") -> "Group[N]":
        return _group("AND", self, other)

    def __rand__(self, other: object) -> NoReturn:
        raise _no_filter("AND", other)

    def __or__(self, other: "Query[N]") -> "Group[N]":
        return _group("OR", self, other)

    def __ror__(self, other: object) -> NoReturn:
        raise _no_filter("OR", other)

    if not TYPE_CHECKING:  # for checkers there is no such method at all

        def __invert__(self) -> NoReturn:
            raise QueryError(_NO_NOT)

    def __bool__(self) -> NoReturn:
        raise QueryError(
            "a filter is neither true nor false: combine filters with & and |, each in "
            "parentheses, not with and, or, not or a chained comparison"
        )


AnyQuery: TypeAlias = Query[N] | Mapping[str, Any]
"""An expression of a noun's fields, or the API's own JSON as a mapping."""


class Filter(Query[N]):
    """One comparison of a field with a value, as the API takes it.

    Attributes:
        field: The field's name.
        operator: The API's operator.
        value: The value as it will be sent.
        noun: The noun whose field it is; ``None`` if the filter was made by hand.
    """

    __slots__ = ("field", "noun", "operator", "value")

    def __init__(self, field: str, operator: str, value: object, noun: str | None = None) -> None:
        self.field: str = field
        self.operator: str = operator
        self.value: object = value
        self.noun: str | None = noun

    def __repr__(self) -> str:
        return f"{self.field} {self.operator} {self.value!r}"

    def to_dict(self) -> dict[str, Any]:
        """Return the filter as the API's JSON."""
        return {"field": self.field, "operator": self.operator, "value": self.value}


class Group(Query[N]):
    """Filters of which all (``AND``) or any (``OR``) must hold.

    Attributes:
        operator: ``AND`` or ``OR``.
        members: The filters and groups in it.
    """

    __slots__ = ("members", "operator")

    def __init__(self, operator: Literal["AND", "OR"], members: tuple[Query[N], ...]) -> None:
        self.operator: Literal["AND", "OR"] = operator
        self.members: tuple[Query[N], ...] = members

    def __repr__(self) -> str:
        return "(" + f" {self.operator} ".join(map(repr, self.members)) + ")"

    def to_dict(self) -> dict[str, Any]:
        """Return the group as the API's JSON."""
        return {"operator": self.operator, "value": [m.to_dict() for m in self.members]}


def _group(operator: Literal["AND", "OR"], left: object, right: object) -> Group[Any]:
    members: list[Query[Any]] = []
    for side in (left, right):
        if isinstance(side, Group) and side.operator == operator:
            members.extend(side.members)  # a & b & c is one group of three
        elif isinstance(side, Query):
            members.append(side)
        else:
            raise _no_filter(operator, side)
    return Group(operator, tuple(members))


def _no_filter(operator: str, side: object) -> QueryError:
    return QueryError(
        f"{operator} combines filters, not {type(side).__name__}; put each comparison in "
        "parentheses, since & and | bind tighter than ==, < and >"
    )


class Field(Generic[N]):
    """A searchable field: compare it, or ask one of its methods, to get a filter.

    Dates take aware datetimes or unix seconds. The reference words ``>`` and ``<`` as "or equal"
    while live answers leave the bound out; use ``>=`` and ``<=`` where the bound matters.

    Its class is its type in the reference; one of the workspace's own attributes is of any type.

    Attributes:
        name: The field's whole name; the ``Fields`` it is declared in give it.
        noun: The noun it belongs to; likewise.
        operators: What it can be asked by, as the API writes it, such as ``=`` and ``IN``.

    Args:
        keeps_numbers: Whether an id that is given as a number is sent as one.
        operators: Those it takes, if they are others than those of its type.
    """

    type_: ClassVar[FieldType | None] = None

    def __init__(
        self, *, keeps_numbers: bool = False, operators: tuple[str, ...] | None = None
    ) -> None:
        self.name: str = ""
        self.noun: str = ""
        self._keeps_numbers = keeps_numbers
        self.operators: tuple[str, ...] = operators or _operators(self.type_)

    def __repr__(self) -> str:
        return f"<Field {self.name} ({self.type_ or 'any type'})>"

    @property
    def is_numeric(self) -> bool:
        """Whether the field is a date or an integer."""
        return self.type_ in {FieldType.DATE, FieldType.INTEGER}

    def __bool__(self) -> NoReturn:
        raise QueryError(
            f"{self.name} is a field, neither true nor false: compare it, as in F.open == True"
        )

    if not TYPE_CHECKING:  # for checkers there are no such methods at all

        def _combined(self, _: object) -> NoReturn:
            raise QueryError(
                f"& and | combine filters, and {self.name} is a field: compare it, and put each "
                "comparison in parentheses, as in (F.open == True) & (F.state == 'open'), since & "
                "and | bind tighter than ==, < and >"
            )

        __and__ = __or__ = __rand__ = __ror__ = _combined

        def __invert__(self) -> NoReturn:
            raise QueryError(_NO_NOT)

        def __contains__(self, value: object) -> NoReturn:
            raise QueryError(
                f"'in' asks Python, and {self.name} is a field: write "
                f"{self.name}.is_in([{value!r}]), or .contains(text)"
            )

    def __hash__(self) -> int:
        return hash(self.name)

    def __eq__(self, value: Scalar) -> Filter[N]:  # type: ignore[override]  # builds a filter
        return self.compare("=", value)

    def __ne__(self, value: Scalar) -> Filter[N]:  # type: ignore[override]  # builds a filter
        return self.compare("!=", value)

    def __gt__(self, value: Scalar) -> Filter[N]:
        return self.compare(">", value)

    def __lt__(self, value: Scalar) -> Filter[N]:
        return self.compare("<", value)

    def __ge__(self, value: Scalar) -> Filter[N]:
        return self.compare(">=", value)

    def __le__(self, value: Scalar) -> Filter[N]:
        return self.compare("<=", value)

    def is_in(self, values: Collection[Scalar]) -> Filter[N]:
        """Match any of the values (``IN``)."""
        return self.compare("IN", values)

    def not_in(self, values: Collection[Scalar]) -> Filter[N]:
        """Match none of the values (``NIN``)."""
        return self.compare("NIN", values)

    def contains(self, text: str) -> Filter[N]:
        """Match text within the field (``~``); within one of its words for ``source.body``."""
        return self.compare("~", text)

    def not_contains(self, text: str) -> Filter[N]:
        """Match where ``contains`` does not (``!~``)."""
        return self.compare("!~", text)

    def starts_with(self, text: str) -> Filter[N]:
        """Match the beginning of the field (``^``)."""
        return self.compare("^", text)

    def ends_with(self, text: str) -> Filter[N]:
        """Match the end of the field (``$``)."""
        return self.compare("$", text)

    def compare(self, operator: str, value: Value) -> Filter[N]:
        """Make a filter with one of the API's operators.

        Raises:
            QueryError: The field's type does not take the operator or the value.
        """
        if not isinstance(operator, str) or operator not in self.operators:
            raise QueryError(
                f"{self.name} ({self.type_ or 'any type'}) does not take the operator "
                f"{shown(operator)}; it takes {' '.join(self.operators)}"
            )
        if operator not in _LISTS:
            return Filter(self.name, operator, self._scalar(operator, value), self.noun)
        if isinstance(value, str | bytes | bytearray | Mapping) or not isinstance(
            value, Collection
        ):
            raise QueryError(
                f"{self.name} {operator} takes a list of values, not a {type(value).__name__}"
            )
        if not len(value):  # whose truth may be another, as numpy's arrays'
            raise QueryError(f"{self.name} {operator} takes at least one value; the list is empty")
        values = [self._scalar(operator, item) for item in value]
        return Filter(self.name, operator, values, self.noun)

    def _scalar(self, operator: str, value: object) -> object:
        if value is None and operator in _NULLABLE:
            return None
        try:
            given = (
                value if isinstance(value, datetime) else plain(value, f"{self.name} {operator}")
            )
        except QueryError:
            if isinstance(value, str) or whole(value) is not None:
                raise
            given = None
        if self.type_ is FieldType.STRING and self._keeps_numbers and _is_int(given):
            return given
        converted = _CONVERTERS[self.type_](self.name, operator, given)
        if converted is None:
            raise QueryError(
                f"{self.name} {operator} takes {_TAKES[self.type_]}, not {shown(value)} "
                f"({type(value).__name__})"
            )
        return converted


def _string(name: str, _operator: str, value: object) -> object:
    if _is_int(value) and name.endswith(_ID_ENDINGS):
        return str(value)
    return value if isinstance(value, str) else None


def _date(name: str, operator: str, value: object) -> object:
    if not isinstance(value, datetime):
        seconds = _integer(name, operator, value)
        return seconds if seconds is None else check_seconds(f"{name} {operator}", seconds)
    try:
        has_zone = value.utcoffset() is not None
    except (TypeError, ValueError):
        raise QueryError(f"{name} {operator} {shown(value)}: it is no moment") from None
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
    return value if _is_int(value) else None


def _is_int(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


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
