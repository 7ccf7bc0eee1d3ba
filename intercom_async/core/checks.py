"""Checks of the options that callers give: numbers and functions."""

from collections.abc import Callable
from functools import partial
from inspect import isasyncgenfunction, iscoroutine, iscoroutinefunction, isgeneratorfunction
from math import inf
from sys import float_info
from typing import TypeVar, cast

from intercom_async.core.plain import number, shown, whole
from intercom_async.errors import ConfigurationError, IntercomError

Hook = TypeVar("Hook", bound=Callable[..., object] | None)


def check_count(
    name: str,
    value: object,
    least: int = 1,
    most: float = inf,
    error: type[IntercomError] = ConfigurationError,
) -> int:
    """Return a whole number within bounds as an int.

    Raises:
        ConfigurationError: It is none, or another error as told.
    """
    count = whole(value)
    if count is None or not least <= count <= most:
        bounds = f"an int of at least {least}" if most == inf else f"from {least} to {most}, an int"
        raise error(f"{name} must be {bounds}, not {shown(value)}")
    return count


def check_seconds(name: str, value: object, *, may_be_0: bool = False) -> float:
    """Return a finite number of seconds.

    Raises:
        ConfigurationError: It is none.
    """
    seconds = number(value)
    if seconds is not None and (0 < seconds <= float_info.max or (may_be_0 and seconds == 0)):
        return seconds
    least = "0 or more" if may_be_0 else "above 0"
    raise ConfigurationError(f"{name} must be finite seconds, {least}, not {shown(value)}")


def check_truth(name: str, value: object, error: type[IntercomError] = ConfigurationError) -> None:
    """Refuse what is neither true nor false.

    Raises:
        ConfigurationError: It is neither, or another error as told.
    """
    if not isinstance(value, bool):
        raise error(f"{name} must be True or False, not {shown(value)}")


def is_deferred(function: object) -> bool:
    """Tell whether a call of a function is seen to begin what it does only later."""
    while isinstance(function, partial):
        function = function.func
    call = getattr(function, "__call__", None)  # noqa: B004  # to look at it, not to test for it
    return any(
        kind(each)
        for kind in (iscoroutinefunction, isasyncgenfunction, isgeneratorfunction)
        for each in (function, call)
    )


def check_hook(name: str, hook: Hook) -> Hook:
    """Return a hook that is called, and raises if its answer would have to be awaited.

    Raises:
        ConfigurationError: It cannot be called, or is seen to be async beforehand.
    """
    if hook is None:
        return hook
    wrong = f"{name} must be a plain function, not async: it is called and not awaited"
    if not callable(hook) or is_deferred(hook):
        raise ConfigurationError(wrong)

    def called(*given: object) -> None:
        answer = hook(*given)
        if iscoroutine(answer):  # of a lambda, say, which does not show beforehand
            answer.close()
            raise ConfigurationError(wrong)

    return cast("Hook", called)
