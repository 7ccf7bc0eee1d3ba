"""The searchable fields of a noun, and queries over them, checked before anything is sent.

Source: API reference 2.10, "Search conversations" and "Search contacts".
"""

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, ClassVar, Final, Generic, Literal, NoReturn, TypeVar, cast

from intercom_async.core.plain import shown
from intercom_async.core.query import (
    MAX_FILTERS_PER_GROUP,
    MAX_NESTING,
    AnyQuery,
    Field,
    FieldType,
    Filter,
    Group,
    Query,
    UnknownFieldError,
)
from intercom_async.errors import QueryError

N = TypeVar("N")
"""The model of the noun that is searched."""

_GROUPS: Final[dict[object, Literal["AND", "OR"]]] = {"AND": "AND", "OR": "OR"}
_DIGITS: Final = re.compile("[0-9]{1,20}")


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
        custom: What the names of the workspace's own attributes begin with.
    """

    _noun: ClassVar[str] = ""
    _custom: ClassVar[str]
    table: ClassVar[Mapping[str, Field[Any]]] = {}

    def __init_subclass__(cls, *, noun: str = "", custom: str = "custom_attributes.") -> None:
        table: dict[str, Field[Any]] = {}
        for name, declared in vars(cls).items():
            if isinstance(declared, Field):
                table[name] = declared
            elif isinstance(declared, Fields):
                table |= {f"{name}.{each}": field for each, field in declared.table.items()}
        for name, field in table.items():
            field.name, field.noun = name, noun
        cls.table, cls._noun, cls._custom = table, noun, custom

    def __repr__(self) -> str:
        return f"<fields {', '.join(self.__dir__())}>"

    if not TYPE_CHECKING:  # for checkers there is no such attribute at all

        def __getattr__(self, name: str) -> NoReturn:
            if name.startswith("__"):
                raise AttributeError(name)
            raise self._unknown(name)

        def __setattr__(self, name: str, value: object) -> NoReturn:
            raise QueryError(f"fields are compared, not set: write {name} == {value!r}")

    def __getitem__(self, name: str) -> Field[N]:
        """Return a field by its whole name.

        Raises:
            QueryError: The noun cannot be searched by it.
        """
        if not isinstance(name, str):
            raise QueryError(f"a field's name is a str, not {shown(name)}")
        found = self.table.get(name)
        if found is None and name.startswith(self._custom) and name != self._custom:
            found = Field()
            found.name, found.noun = name, self._noun
        if found is None:
            raise self._unknown(name)
        return found

    def __dir__(self) -> Iterator[str]:
        return iter(dict.fromkeys(name.split(".")[0] for name in self.table))

    def _unknown(self, name: str) -> UnknownFieldError:
        key, field = next(iter(self.table.items()))
        prefix = field.name.removesuffix(key)
        known = {each: f"{each}.…" for each in dir(self)} | {each: each for each in self.table}
        near = [prefix + known[each] for each in get_close_matches(name, known, n=3)]
        hint = f"; did you mean {' or '.join(near)}?" if near else ""
        if name == self._custom.removesuffix("."):
            hint = f'; one of the workspace\'s own is written in brackets, ["{self._custom}…"]'
        error = UnknownFieldError(
            f"{field.noun} have no searchable field {shown(prefix + name)}{hint}"
        )
        error.obj = self  # without a name beside it, which keeps tracebacks from guessing, too
        return error

    def compile(self, query: AnyQuery[N]) -> dict[str, Any]:
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
            raise QueryError(f"a query is an expression of fields or a mapping, not {shown(query)}")
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
            raise QueryError(f"{where} must be a mapping, not {shown(query)}")
        operator: Any = query.get("operator")
        value = query.get("value")
        if "field" in query:
            if "value" not in query:
                raise QueryError(f"{where}: a filter without a value: {shown(query)}")
            try:
                name = query["field"]
                searched = self[name if isinstance(name, str) else shown(name)]
                return searched.compare(operator, _numbers(searched, value))
            except QueryError as error:
                raise QueryError(f"{where}: {error}") from None
        group = _GROUPS.get(operator) if isinstance(operator, str) else None
        if group is None or not isinstance(value, list | tuple) or not value:
            raise QueryError(
                f"{where} is neither a filter with a field nor an AND or OR group of filters: "
                f"{shown(query)}"
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
        return [_number(searched, item) for item in value]
    return _number(searched, value)


def _number(searched: Field[Any], value: object) -> Any:
    digits = _DIGITS.fullmatch(value) if isinstance(value, str) else None
    return int(digits[0]) if digits and searched.is_numeric else value
