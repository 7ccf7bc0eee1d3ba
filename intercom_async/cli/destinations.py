"""Where tables go: a folder, or what a URL names."""

import re
from collections.abc import Callable, Collection, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, Final, NamedTuple

from intercom_async.errors import ConfigurationError

__all__ = ["Destination", "destination"]

_URL: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+)://")


class Destination(NamedTuple):
    """What makes tables of an export.

    Attributes:
        module: Where it is; loaded when it is needed.
        function: Its name there. It takes the export's folder, where the tables go, and the options
            by name, and returns a struct with ``rows`` by table and ``left_out``.
        options: The options of the command that it takes.
    """

    module: str
    function: str
    options: Collection[str]

    def load(self) -> Callable[..., Any]:
        """Import the function."""
        found: Callable[..., Any] = getattr(import_module(self.module), self.function)
        return found


_FOLDER: Final = Destination(
    "intercom_async.export.tables", "convert", ("format", "overwrite", "schema")
)
_POSTGRESQL: Final = Destination("intercom_async.export.tables", "to_postgresql", ("schema",))
_BUCKET: Final = Destination("intercom_async.export.tables", "to_bucket", ())
_BY_SCHEME: Final[Mapping[str, Destination]] = {
    "postgresql": _POSTGRESQL,
    "postgres": _POSTGRESQL,  # libpq takes both
    **dict.fromkeys(("s3", "gs", "az", "file"), _BUCKET),
}


def destination(to: str) -> tuple[Destination, str | Path, str]:
    """Return what makes tables at a place, the place as it takes it, and what kind of place it is.

    Raises:
        ConfigurationError: It is a URL of a scheme that nothing is made at. The error names no
            more of the URL than that, since there may be a password in it.
    """
    found = _URL.match(to)
    if found is None:
        return _FOLDER, Path(to), "a folder"
    scheme = found[1].lower()
    if scheme not in _BY_SCHEME:
        known = ", ".join(("a folder", *(f"{each}://" for each in _BY_SCHEME)))
        raise ConfigurationError(f"--to takes {known}, not {scheme}://")
    return _BY_SCHEME[scheme], to, f"{scheme}://"
