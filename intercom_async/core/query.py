"""Filters over the fields of one noun, checked against the reference before anything is sent.

``F.state == "open"`` is a ``Query[Conversation]``: type checkers refuse it in another noun's
search, and so does ``Fields.compile``.

Source: API reference 2.10, "Search conversations" and "Search contacts".
"""

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
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
    cast,
)

from intercom_async.core.plain import check_seconds, plain, whole
from intercom_async.errors import QueryError

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
_GROUPS: Final[dict[object, Literal["AND", "OR"]]] = {"AND": "AND", "OR": "OR"}
_CUSTOM: Final = "custom_attributes."
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND: Final = timedelta(seconds=1)
_DIGITS: Final = re.compile("[0-9]{1,20}")


def _operators(type_: FieldType | None) -> tuple[str, ...]:
    if type_ is not None:
        return OPERATORS[type_]
    return tuple(dict.fromkeys(op for ops in OPERATORS.values() for op in ops))


class UnknownFieldError(QueryError, AttributeError):
    """A field that a noun cannot be searched by."""


class Query(Generic[N]):
    """A filter or a group of filters; they combine with ``&`` and ``|``."""

    __slots__ = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the API's JSON."""
        raise NotImplementedError

    def __and__(self, other: "Query[N]") -> "Group[N]":
        return _group("AND", self, other)

    def __rand__(self, other: object) -> NoReturn:
        raise _no_filter("AND", other)

    def __or__(self, other: "Query[N]") -> "Group[N]":
        return _group("OR", self, other)

    def __ror__(self, other: object) -> NoReturn:
        raise _no_filter("OR", other)

    def __bool__(self) -> NoReturn:
        raise QueryError(
            "a filter is neither true nor false: combine filters with & and |, each in "
            "parentheses, not with and, or, not or a chained comparison"
        )


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

    Args:
        keeps_numbers: Whether an id that is given as a number is sent as one.
        operators: Those it takes, if they are others than those of its type.
    """

    type_: ClassVar[FieldType | None] = None

    def __init__(
        self, *, keeps_numbers: bool = False, operators: tuple[str, ...] | None = None
    ) -> None:
        self._name = ""  # given by the ``Fields`` it is declared in
        self._noun = ""
        self._keeps_numbers = keeps_numbers
        self._operators = operators or _operators(self.type_)

    def __repr__(self) -> str:
        return f"<Field {self._name} ({self.type_ or 'any type'})>"

    @property
    def is_numeric(self) -> bool:
        """Whether the field is a date or an integer."""
        return self.type_ in {FieldType.DATE, FieldType.INTEGER}

    def __bool__(self) -> NoReturn:
        raise QueryError(
            f"{self._name} is a field, neither true nor false: compare it, as in F.open == True"
        )

    def __hash__(self) -> int:
        return hash(self._name)

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
        accepted = self._operators
        if operator not in accepted:
            raise QueryError(
                f"{self._name} ({self.type_ or 'any type'}) does not take the operator "
                f"{operator!r}; it takes {' '.join(accepted)}"
            )
        if operator not in _LISTS:
            return Filter(self._name, operator, self._scalar(operator, value), self._noun)
        if isinstance(value, str | bytes | bytearray | Mapping) or not isinstance(
            value, Collection
        ):
            raise QueryError(
                f"{self._name} {operator} takes a list of values, not a {type(value).__name__}"
            )
        if not len(value):  # whose truth may be another, as numpy's arrays'
            raise QueryError(f"{self._name} {operator} takes at least one value; the list is empty")
        values = [self._scalar(operator, item) for item in value]
        return Filter(self._name, operator, values, self._noun)

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
        if self.type_ is FieldType.STRING and self._keeps_numbers and _is_int(given):
            return given
        converted = _CONVERTERS[self.type_](self._name, operator, given)
        if converted is None:
            raise QueryError(
                f"{self._name} {operator} takes {_TAKES[self.type_]}, not {value!r} "
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


class Text(Field[N]):
    """A ``String`` of the reference."""

    type_: ClassVar[FieldType | None] = FieldType.STRING


class Date(Field[N]):
    """A ``Date`` of the reference."""

    type_: ClassVar[FieldType | None] = FieldType.DATE


class Integer(Field[N]):
    """An ``Integer`` of the reference."""

    type_: ClassVar[FieldType | None] = FieldType.INTEGER


class Boolean(Field[N]):
    """A ``Boolean`` of the reference."""

    type_: ClassVar[FieldType | None] = FieldType.BOOLEAN


class Fields(Generic[N]):
    """The searchable fields of a noun, declared as attributes; other ``Fields`` may be among them.

    ``F["source.body"]`` is a field by its whole name. ``F["custom_attributes.…"]`` is one of the
    workspace's own attributes, whose type is not known here and so not checked.

    Args:
        noun: The noun, as the API names it; only for what is not part of other ``Fields``.
    """

    _noun: ClassVar[str] = ""
    table: ClassVar[Mapping[str, Field[Any]]] = {}

    def __init_subclass__(cls, *, noun: str = "") -> None:
        table: dict[str, Field[Any]] = {}
        for name, declared in vars(cls).items():
            if isinstance(declared, Field):
                table[name] = declared
            elif isinstance(declared, Fields):
                table |= {f"{name}.{each}": field for each, field in declared.table.items()}
        for name, field in table.items():
            field._name, field._noun = name, noun  # noqa: SLF001  # of this module
        cls.table, cls._noun = table, noun

    def __repr__(self) -> str:
        return f"<fields {', '.join(self.__dir__())}>"

    if not TYPE_CHECKING:  # for checkers there is no such attribute at all

        def __getattr__(self, name: str) -> NoReturn:
            if name.startswith("__"):
                raise AttributeError(name)
            raise self._unknown(name)

    def __getitem__(self, name: str) -> Field[N]:
        """Return a field by its whole name.

        Raises:
            QueryError: The noun cannot be searched by it.
        """
        if not isinstance(name, str):
            raise QueryError(f"a field's name is a str, not {name!r}")
        found = self.table.get(name)
        if found is None and name.startswith(_CUSTOM) and name != _CUSTOM:
            found = Field()
            found._name, found._noun = name, self._noun  # noqa: SLF001  # of this module
        if found is None:
            raise self._unknown(name)
        return found

    def __dir__(self) -> Iterator[str]:
        return iter(dict.fromkeys(name.split(".")[0] for name in self.table))

    def _unknown(self, name: str) -> UnknownFieldError:
        key, field = next(iter(self.table.items()))
        prefix = field._name.removesuffix(key)  # noqa: SLF001  # of this module
        near = [prefix + each for each in get_close_matches(name, self.table, n=3)]
        hint = f"; did you mean {' or '.join(near)}?" if near else ""
        return UnknownFieldError(
            f"{field._noun} have no searchable field {prefix + name!r}{hint}"  # noqa: SLF001
        )

    def compile(self, query: Query[N] | Mapping[str, Any]) -> dict[str, Any]:
        """Check a query of the noun as a whole and return the API's JSON for it.

        Args:
            query: An expression of these fields, or the API's own JSON as a mapping, which is
                checked alike.

        Raises:
            QueryError: The API would refuse it; the message says what and where.
        """
        if isinstance(query, Mapping):
            query = self._parse(query, "query")
        if not isinstance(query, Query):
            raise QueryError(f"a query is an expression of fields or a mapping, not {query!r}")
        return self._check(query, level=1).to_dict()

    def _check(self, query: Query[N], level: int) -> Query[N]:
        if isinstance(query, Filter):
            value: Any = query.value  # of any type, if the filter was made by hand
            if query.noun not in {None, self._noun}:
                raise QueryError(f"{query!r} is a filter of {query.noun}, not of {self._noun}")
            return self[query.field].compare(query.operator, value)
        group = cast("Group[N]", query)
        if not group.members:
            raise QueryError(f"an {group.operator} group without filters")
        if level > MAX_NESTING:
            raise QueryError(
                f"groups are nested deeper than the {MAX_NESTING} levels the API takes, "
                f"at {group!r}"
            )
        if len(group.members) > MAX_FILTERS_PER_GROUP:
            raise QueryError(
                f"{len(group.members)} filters in one {group.operator} group; the API takes "
                f"{MAX_FILTERS_PER_GROUP}. One IN filter can stand for many = filters"
            )
        return Group(group.operator, tuple(self._check(each, level + 1) for each in group.members))

    def _parse(self, query: object, where: str, level: int = 1) -> Query[N]:
        if not isinstance(query, Mapping):
            raise QueryError(f"{where} must be a mapping, not {query!r}")
        operator: Any = query.get("operator")
        value = query.get("value")
        if "field" in query:
            if "value" not in query:
                raise QueryError(f"{where}: a filter without a value: {query!r}")
            try:
                name = query["field"]
                searched = self[name if isinstance(name, str) else str(name)]
                return searched.compare(operator, _numbers(searched, value))
            except QueryError as error:
                raise QueryError(f"{where}: {error}") from None
        group = _GROUPS.get(operator) if isinstance(operator, str) else None
        if group is None or not isinstance(value, list | tuple) or not value:
            raise QueryError(
                f"{where} is neither a filter with a field nor an AND or OR group of filters: "
                f"{query!r}"
            )
        if level > MAX_NESTING:
            raise QueryError(f"{where}: groups are nested deeper than {MAX_NESTING} levels")
        members = (
            self._parse(item, f"{where}.value[{i}]", level + 1) for i, item in enumerate(value)
        )
        return Group(group, tuple(members))


def _numbers(searched: Field[Any], value: object) -> Any:
    # The reference's own examples send dates as strings of digits.
    if isinstance(value, list | tuple):
        return [_numbers(searched, item) for item in value]
    digits = _DIGITS.fullmatch(value) if isinstance(value, str) else None
    return int(digits[0]) if digits and searched.is_numeric else value
