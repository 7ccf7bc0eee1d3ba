"""Values of a caller's as JSON has them, of whichever types they came in."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from enum import Enum
from math import isfinite
from numbers import Real
from operator import index
from typing import Any, Final

from intercom_async.errors import IntercomError, QueryError

_LARGEST: Final = 2**63  # what a number in JSON can be counted on to hold
_FIRST: Final = -62_135_596_800  # of the year 1, in unix seconds
_LAST: Final = 253_402_300_799  # of the year 9999
_SHOWN: Final = 200  # characters


def shown(value: object) -> str:
    """Return a value as errors show it: cut short, and by its type alone if it has no text."""
    try:
        text = repr(value)
    except (RecursionError, ValueError):  # nested too deeply, or of thousands of digits
        return f"that {type(value).__name__}"
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def text(name: str, value: object, error: type[IntercomError] = QueryError) -> str:
    """Return a text argument as a str, of whichever subclass it is.

    Raises:
        QueryError: It is no str, or half a surrogate pair; or another error as told. Bytes, say,
            would arrive as base64.
    """
    if not isinstance(value, str):
        raise error(f"{name} must be a str, not {type(value).__name__}")
    given = str.__str__(value)  # a subclass may show itself as something else
    try:
        given.encode()
    except UnicodeEncodeError as wrong:
        raise error(f"{name}: a text that cannot be sent: {wrong}") from None
    return given


def identifier(name: str, value: object) -> str:
    """Return an id as the str that the reference asks for.

    Raises:
        QueryError: It is no id.
    """
    if type(value) is str and value.isalnum() and value.isascii():
        return value  # nearly every one
    if isinstance(value, str):
        id = text(name, value)  # the API's word
    elif (number := whole(value)) is None:
        raise QueryError(f"{name} must be an id, a str or int, not {type(value).__name__}")
    else:
        try:
            id = str(number)
        except ValueError as error:  # thousands of digits
            raise QueryError(f"{name}: {error}") from None
    if not id.strip():
        raise QueryError(f"{name} must be an id, not {id!r}")
    return id


def whole(value: Any) -> int | None:
    """Return a whole number of any type, such as numpy's, as an int; ``None`` for all else."""
    if isinstance(value, bool):
        return None
    try:
        return index(value)
    except TypeError:
        return None


def number(value: Any) -> float | None:
    """Return a finite number of any type as an int, or as a float if that alters it in nothing."""
    if (integer := whole(value)) is not None:
        return integer
    with suppress(OverflowError, TypeError):
        if isinstance(value, Real) and not isinstance(value, bool) and isfinite(value):
            return float(value) if float(value) == value else None
    return None


def unix_seconds(name: str, moment: object) -> int:
    """Return a moment in unix seconds, which is how the API counts.

    Raises:
        QueryError: It has no time zone, or is no moment, such as one in milliseconds.
    """
    if isinstance(moment, datetime):
        try:
            has_zone = moment.utcoffset() is not None
            moment = int(moment.timestamp())
        except (ValueError, TypeError, OverflowError):
            raise QueryError(f"{name}: {shown(moment)} is no moment") from None
        if not has_zone:
            raise QueryError(f"{name}: it has no time zone; give it one, such as UTC")
    seconds = whole(moment)
    if seconds is None:
        raise QueryError(f"{name} must be an aware datetime or unix seconds, not {shown(moment)}")
    return check_seconds(name, seconds)


def check_seconds(name: str, seconds: int) -> int:
    """Return unix seconds that a calendar has.

    Raises:
        QueryError: It has not, as with milliseconds.
    """
    if not _FIRST <= seconds <= _LAST:
        raise QueryError(
            f"{name}: {shown(seconds)} is not within the years 1 to 9999; the API counts unix "
            "seconds, not milliseconds"
        )
    return seconds


def plain(value: object, where: str) -> object:
    """Return a value of the built-in types that JSON has, all through.

    Subclasses of these are taken for what they are, other numbers if that alters them in nothing,
    members of an ``Enum`` for their values, and aware datetimes in unix seconds.

    Args:
        value: The value.
        where: Its place, as a JSON path.

    Raises:
        QueryError: JSON, or the API, has no form for it. The message says where it stands.
    """
    try:
        return _plain(value, where)
    except RecursionError:
        place = _too_deep(value, where)
        raise QueryError(f"{place} is nested too deeply, or holds itself") from None


def _too_deep(value: object, where: str, levels: int = 2) -> str:
    """Return the place of the field that is nested too deeply, some levels below at most."""
    within = value.items() if levels and isinstance(value, Mapping) else ()
    deep = ((key, item) for key, item in within if _is_too_deep(item))
    return next((_too_deep(item, f"{where}.{key}", levels - 1) for key, item in deep), where)


def _is_too_deep(value: object) -> bool:
    try:
        _plain(value, "")
    except RecursionError:
        return True
    return False


def _plain(value: object, where: str) -> object:  # noqa: PLR0911  # a return for each type
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return text(where, value)
    if isinstance(value, dict | Mapping):  # to ask for the abstract one takes ten times as long
        return {_key(key, where): _plain(item, f"{where}.{key}") for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item, f"{where}[{place}]") for place, item in enumerate(value)]
    if isinstance(value, Enum):
        return _plain(value.value, where)
    if isinstance(value, datetime):
        return unix_seconds(where, value)
    if (given := number(value)) is not None:
        if isinstance(given, int) and not -_LARGEST <= given < _LARGEST:
            raise QueryError(f"{where}: numbers have 64 bits at most")
        return given
    raise QueryError(f"{where}: there is no JSON for {_named(value)}")


def _key(key: object, where: str) -> str:
    if not isinstance(key, str):
        raise QueryError(f"{where}: names are str, not {type(key).__name__}")
    return text(where, key)


def _named(value: object) -> str:
    is_number = isinstance(value, Real)
    return f"the number {value}" if is_number else type(value).__name__
