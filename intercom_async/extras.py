"""What extras of this package install, and what is said where one is missing."""

from importlib import import_module
from typing import Any

from intercom_async.errors import ConfigurationError


def extra(name: str, of: str = "export") -> Any:
    """Import what an extra of this package installs.

    Raises:
        ConfigurationError: It is not installed.
    """
    try:
        return import_module(name)
    except ImportError as error:
        raise ConfigurationError(str(missing(error, of))) from None


def missing(error: ImportError, of: str) -> ModuleNotFoundError:
    """Return the error for a module that cannot be imported without an extra."""
    return ModuleNotFoundError(
        f"this needs {error.name} ({error}); install it with: pip install 'intercom-async[{of}]'",
        name=error.name,
    )
