"""Checks of the numbers that options are given as."""

from math import inf
from typing import Any

from intercom_async.errors import ConfigurationError


def check_count(name: str, value: object) -> None:
    """Refuse what is no whole number of at least 1.

    Raises:
        ConfigurationError: It is none.
    """
    if type(value) is not int or value < 1:
        raise ConfigurationError(f"{name} must be an int of at least 1, not {value!r}")


def check_seconds(name: str, value: Any, *, may_be_0: bool = False) -> None:
    """Refuse what is no finite number of seconds.

    Raises:
        ConfigurationError: It is none.
    """
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if is_number and (0 < value < inf or (may_be_0 and value == 0)):
        return
    least = "0 or more" if may_be_0 else "above 0"
    raise ConfigurationError(f"{name} must be finite seconds, {least}, not {value!r}")
