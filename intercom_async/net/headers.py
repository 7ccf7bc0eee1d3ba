"""The headers of a call, with the token among them."""

import sys
from typing import Any, Final

from intercom_async._version import __version__
from intercom_async.core.call import Call
from intercom_async.net.settings import Settings

_USER_AGENT: Final = (
    f"intercom-async/{__version__} Python/{sys.version_info[0]}.{sys.version_info[1]}"
)


class _SecretStr(str):
    """A header that a traceback with locals does not show."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "<hidden>"

    def __reduce__(self) -> str:
        raise TypeError("a token is not pickled")


def own_headers(call: Call[Any], settings: Settings) -> dict[str, str] | None:
    """Return the headers of a call; ``None`` if a callable is to be asked for the token."""
    if call.origin is not None:
        return {"Accept": call.accept, "User-Agent": _USER_AGENT}
    token = settings.secret.value
    return None if token is None else _headers_with(token, call, settings)


async def ask_headers(call: Call[Any], settings: Settings) -> dict[str, str]:
    """Return the headers of a call, with the token that the callable gives.

    Raises:
        ConfigurationError: It gave no token.
    """
    return _headers_with(await settings.secret.resolve(), call, settings)


def _headers_with(token: str, call: Call[Any], settings: Settings) -> dict[str, str]:
    made = {
        "Authorization": _SecretStr(f"Bearer {token}"),
        "Accept": call.accept,
        "Intercom-Version": settings.version,
        "User-Agent": _USER_AGENT,
    }
    if call.body is not None:
        made["Content-Type"] = call.content_type
    made.update(settings.headers)
    return made
