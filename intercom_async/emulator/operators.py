"""The tests that a filter's operator and value make of one field value."""

import re
from collections.abc import Callable
from functools import partial
from operator import eq, ge, gt, le, lt
from typing import Any, Final, TypeAlias, cast

from intercom_async.emulator.fields import FieldType
from intercom_async.emulator.replies import ApiError

Test: TypeAlias = Callable[[Any], bool]

_NUMBER = re.compile(r"-?\d{1,18}", re.ASCII)
_IDENTIFIER = re.compile(r"(^|[._])(id|ids|admin_d)$")


def field_test(field: str, type_: FieldType, operator: str, value: object, *, by_day: bool) -> Test:
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


def attribute_test(field: str, operator: str, value: object) -> Test:
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
    fitted = _FITS[type_](field, value)
    if fitted is None:
        raise _unfit(field)
    return fitted


def _fit_string(field: str, value: object) -> str | None:
    if isinstance(value, str):
        # The words of a body are kept in lower case.
        return value.lower() if field == "source.body" else value
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return str(value) if is_number and _IDENTIFIER.search(field) else None


def _fit_date(_: str, value: object) -> int | None:
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        return int(value)
    return _fit_integer(_, value)


def _fit_integer(_: str, value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _fit_boolean(_: str, value: object) -> bool | None:
    return value if isinstance(value, bool) else None


_FITS: Final[dict[FieldType, Callable[[str, object], str | int | bool | None]]] = {
    FieldType.STRING: _fit_string,
    FieldType.DATE: _fit_date,
    FieldType.INTEGER: _fit_integer,
    FieldType.BOOLEAN: _fit_boolean,
}


def _unfit(field: str) -> ApiError:
    return ApiError(400, "parameter_invalid", f"the value does not fit the type of {field}")
