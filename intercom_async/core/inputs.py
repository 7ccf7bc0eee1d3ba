"""What callers write, checked by the TypedDict that documents it before anything is sent."""

import re
from collections.abc import Hashable, Mapping, Sequence
from difflib import get_close_matches
from functools import lru_cache
from typing import Any, Final, TypeAlias, TypeVar, cast, get_args, get_type_hints

import msgspec

from intercom_async.core.plain import identifier, plain
from intercom_async.errors import QueryError

T = TypeVar("T")

Id: TypeAlias = str | int
"""An id as callers have it. In a body it is sent as a ``str``, as the reference asks."""


Params: TypeAlias = Mapping[str, str | int | bool | None]
"""Parameters of a query; what is ``None`` is left out."""


def param(name: str, value: str | int | bool) -> str:
    """Return a parameter of a query as it is sent.

    Raises:
        QueryError: It is none.
    """
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
    names, ids = _names(cast("Hashable", shape))
    for name in given:
        if name not in names:
            near = get_close_matches(name, names, n=1)
            hint = f"; did you mean {near[0]}?" if near else f"; there are {', '.join(names)}"
            raise QueryError(f"{what}: there is no field {name!r}{hint}")
    try:
        fields: dict[str, Any] = msgspec.convert(plain(given, what), shape)
    except msgspec.ValidationError as error:
        raise QueryError(f"{what}: {_worded(str(error))}") from None
    for name in ids & fields.keys():
        if fields[name] is not None:
            fields[name] = identifier(f"{what}: {name}", fields[name])
    return fields


def _worded(error: str) -> str:
    reason, _, place = error.partition(" - at `$.")
    types = _EXPECTED.fullmatch(reason)
    reason = f"must be {types[1]}, not {types[2]}" if types else f"has an {reason.lower()}"
    return f"{place[:-1]} {reason}" if place else error


_EXPECTED: Final = re.compile("Expected `(.+)`, got `(.+)`")


@lru_cache(maxsize=256)
def _names(shape: Any) -> tuple[tuple[str, ...], frozenset[str]]:
    hints = get_type_hints(shape)
    return tuple(hints), frozenset(
        name for name, hint in hints.items() if {str, int} <= set(get_args(hint))
    )


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
    if not text.isdecimal():
        raise QueryError(f"{name} must be a number, not {text!r}")
    return int(text)


def exactly_one(what: str, given: Mapping[str, Any], names: Sequence[str]) -> dict[str, str]:
    """Return the one identifier that is given.

    Raises:
        QueryError: None or several are given.
    """
    found = {n: identifier(n, given[n]) for n in names if given.get(n) is not None}
    if len(found) != 1:
        raise QueryError(f"{what}: give exactly one of {', '.join(names)}")
    return found
