"""Checks of the numbers that options are given as."""

from math import inf
from sys import float_info

from intercom_async.errors import ConfigurationError, IntercomError
from intercom_async.protocol.plain import number, whole


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
        raise error(f"{name} must be {bounds}, not {value!r}")
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
    raise ConfigurationError(f"{name} must be finite seconds, {least}, not {value!r}")
