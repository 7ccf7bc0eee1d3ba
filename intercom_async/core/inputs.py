"""What callers write, checked by the TypedDict that documents it before anything is sent."""

import re
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from difflib import get_close_matches
from functools import lru_cache, partial
from types import UnionType
from typing import (
    Annotated,
    Any,
    Final,
    Literal,
    NotRequired,
    Required,
    TypeAlias,
    TypeVar,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

import msgspec

from intercom_async.core.plain import check_seconds, identifier, plain, shown
from intercom_async.errors import QueryError

T = TypeVar("T")

Id: TypeAlias = str | int
"""An id as callers have it. In a body it is sent as a ``str``, as the reference asks."""


Param: TypeAlias = str | int | bool | Sequence[str | int]
Params: TypeAlias = Mapping[str, Param | None]
"""Parameters of a query; what is ``None`` is left out."""


def param(name: str, value: Param) -> str:
    """Return a parameter of a query as it is sent: several values with commas between them.

    Raises:
        QueryError: It is none.
    """
    if isinstance(value, list | tuple):
        items = [identifier(name, item) for item in value]
        if any("," in item for item in items):
            raise QueryError(f"{name}: commas stand between several values, and in none of them")
        return ",".join(items)
    return str(value).lower() if isinstance(value, bool) else identifier(name, value)


def checked(what: str, shape: type[Any], given: Mapping[str, object]) -> dict[str, Any]:
    """Return the fields of an input as they are sent.

    Args:
        what: The operation's name, for errors.
        shape: The TypedDict with the names and types of the fields.
        given: The fields.

    Raises:
        QueryError: A field is unknown, missing or of another type.
    """
    names, forms = _names(cast("Hashable", shape))
    for name in given:
        if name not in names:
            near = get_close_matches(str(name), names, n=1)
            hint = f"; did you mean {near[0]}?" if near else f"; there are {', '.join(names)}"
            raise QueryError(f"{what}: there is no field {name!r}{hint}")
    sent = plain(given, what)
    try:
        # Texts are no datetimes, which convert would make of some.
        fields: dict[str, Any] = msgspec.convert(sent, shape, builtin_types=(datetime,))
    except msgspec.ValidationError as error:
        raise QueryError(f"{what}: {_worded(str(error), shape)}") from None
    _check_kept(sent, fields, what)
    return _formed(forms, f"{what}: ", fields)


def _check_kept(sent: object, fields: Any, where: str) -> None:
    """Refuse what a TypedDict within another has no name for, which converting drops."""
    if isinstance(sent, dict):
        for name, value in sent.items():
            if name not in fields:
                raise QueryError(f"{where}: there is no field {name!r}")
            _check_kept(value, fields[name], f"{where}.{name}")
    elif isinstance(sent, list):
        for place, (value, field) in enumerate(zip(sent, fields, strict=True)):
            _check_kept(value, field, f"{where}[{place}]")


def _worded(error: str, shape: Any) -> str:
    reason, _, place = error.partition(" - at `$.")
    place = place.removesuffix("`")
    if types := _EXPECTED.fullmatch(reason):
        reason = f"must be {types[1]}, not {types[2]}"
    elif value := _OF_NONE.fullmatch(reason):
        reason = f"must be one of {', '.join(map(repr, _choices(shape, place)))}, not {value[1]}"
    return f"{place} {reason}" if place else error


def _choices(hint: Any, place: str) -> list[Any]:
    """Return the values that may stand at a place within a TypedDict."""
    for name in re.findall("[a-z_]+", place):
        shapes = map(get_type_hints, filter(is_typeddict, _parts(hint)))
        hint = next(fields[name] for fields in shapes if name in fields)
    literals = [each for each in _parts(hint) if get_origin(each) is Literal]
    return [value for literal in literals for value in get_args(literal)]


def _parts(hint: Any) -> Iterator[Any]:
    """Yield a type and all that it is made of."""
    yield hint
    for each in get_args(hint):
        yield from _parts(each)


_AROUND: Final = {Required, NotRequired, Union, UnionType}
_Form: TypeAlias = Callable[[str, Any], object]
_EXPECTED: Final = re.compile("Expected `(.+)`, got `(.+)`")
_OF_NONE: Final = re.compile("Invalid enum value (.+)")
_NUMBER: Final = re.compile("[0-9]{1,20}")


@lru_cache(maxsize=256)
def _names(shape: Any) -> tuple[tuple[str, ...], dict[str, _Form]]:
    hints = get_type_hints(shape, include_extras=True)
    forms = {name: _form(hint) for name, hint in hints.items()}
    return tuple(hints), {name: form for name, form in forms.items() if form is not None}


def _form(hint: Any) -> _Form | None:
    """Return what makes of a field's value what is sent; ``None`` where that is the same."""
    origin, within = get_origin(hint), get_args(hint)
    form: _Form | None = None
    if origin is Annotated:
        form = hint.__metadata__[0]
    elif is_typeddict(hint) and (forms := _names(hint)[1]):
        form = partial(_formed_within, forms)
    elif origin is Sequence and (inner := _form(within[0])):
        form = partial(_each, inner)
    elif origin is Mapping and (inner := _form(within[1])):
        form = partial(_each_named, inner)
    elif origin in _AROUND:
        if {str, int} <= set(within):
            form = identifier
        elif {datetime, int} <= set(within):
            form = check_seconds
        else:
            form = next(filter(None, map(_form, within)), None)
    return form


def _formed(forms: Mapping[str, _Form], where: str, fields: dict[str, Any]) -> dict[str, Any]:
    for name in forms.keys() & fields.keys():
        if fields[name] is not None:
            fields[name] = forms[name](f"{where}{name}", fields[name])
    return fields


def _formed_within(
    forms: Mapping[str, _Form], where: str, fields: dict[str, Any]
) -> dict[str, Any]:
    return _formed(forms, f"{where}.", fields)


def _each(form: _Form, where: str, values: list[Any]) -> list[Any]:
    return [form(f"{where}[{place}]", value) for place, value in enumerate(values)]


def _each_named(form: _Form, where: str, values: dict[str, Any]) -> dict[str, Any]:
    return {name: form(f"{where}.{name}", value) for name, value in values.items()}


def mapping(name: str, value: Mapping[str, T]) -> Mapping[str, T]:
    """Return an argument that is a mapping.

    Raises:
        QueryError: It is none.
    """
    if not isinstance(value, Mapping):
        raise QueryError(f"{name} must be a mapping, not {type(value).__name__}")
    return value


def number(name: str, id: Id) -> int:
    """Return an id that goes into a body as a number, which the reference asks for in some.

    Raises:
        QueryError: It is none.
    """
    text = identifier(name, id)
    if not _NUMBER.fullmatch(text):
        raise QueryError(f"{name} must be a number, not {shown(text)}")
    return int(text)


def iso(name: str, seconds: int) -> str:
    """Return a moment as ISO 8601 has it, which the reference asks for in some fields."""
    return datetime.fromtimestamp(check_seconds(name, seconds), UTC).isoformat()


NumericId: TypeAlias = Annotated[str | int, number]
"""An id that is sent as a number."""

IsoMoment: TypeAlias = Annotated[datetime | int, iso]
"""A moment that is sent as ISO 8601 has it."""


def exactly_one(what: str, given: Mapping[str, Any], names: Sequence[str]) -> dict[str, str]:
    """Return the one identifier that is given.

    Raises:
        QueryError: None or several are given.
    """
    found = {n: identifier(n, given[n]) for n in names if given.get(n) is not None}
    if len(found) != 1:
        raise QueryError(f"{what}: give exactly one of {', '.join(names)}")
    return found
