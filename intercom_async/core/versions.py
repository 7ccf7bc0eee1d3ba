"""API versions: which the library knows, and which operations they have."""

from typing import Final

from intercom_async.errors import ConfigurationError

PREVIEW: Final = "Preview"
"""The version with what is not in a numbered one yet, which was called "Unstable" before."""

KNOWN: Final = frozenset({PREVIEW, "Unstable", *(f"2.{minor}" for minor in range(17))})
"""The versions whose conversations this library was made for."""


def order(version: str) -> tuple[int, ...]:
    """Return a key that sorts versions; one that is no number, such as "Preview", comes last."""
    parts = version.split(".")
    return tuple(map(int, parts)) if all(map(str.isdigit, parts)) else (10**6,)


def require(
    version: str,
    operation: str,
    *,
    since: str | None = None,
    until: str | None = None,
    instead: str | None = None,
) -> None:
    """Check that a version has an operation.

    Args:
        version: The version a client asks for.
        operation: The operation's name.
        since: The first version that has it.
        until: The last version that has it.
        instead: What to do in versions that dropped it.

    Raises:
        ConfigurationError: It does not.
    """
    if since is not None and order(version) < order(since):
        raise ConfigurationError(
            f"{operation} came with API version {since}, and this client asks for {version}; "
            f'use AsyncIntercom(version="{since}")'
        )
    if until is not None and order(version) > order(until):
        raise ConfigurationError(
            f"{operation} is gone after API version {until}, and this client asks for {version}; "
            f"{instead}"
        )
