"""The settings of a client and their checks."""

import hmac
import os
import warnings
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from inspect import isawaitable
from ipaddress import ip_address
from types import MappingProxyType
from typing import Any, Final, Literal, TypeAlias, TypeVar, cast
from urllib.parse import quote, urlsplit, urlunsplit

import msgspec
from msgspec.structs import force_setattr

from intercom_async.core import versions
from intercom_async.core.checks import check_seconds, is_deferred
from intercom_async.core.plain import number, shown, text
from intercom_async.core.retry import RetryPolicy
from intercom_async.errors import ConfigurationError, QueryError
from intercom_async.net.events import OnEvent
from intercom_async.net.limiter import Limiter

__all__ = ["Region", "Timeouts", "Token"]

Token: TypeAlias = str | Callable[[], str | Awaitable[str]]
Region: TypeAlias = Literal["us", "eu", "au"]

T = TypeVar("T")

_WRONG: Final = ConfigurationError
_OWN_HEADERS: Final = frozenset(
    {
        "accept",
        "accept-encoding",
        "authorization",
        "content-length",
        "content-type",
        "host",
        "intercom-version",
        "transfer-encoding",
        "user-agent",
    }
)
DEFAULT_VERSION: Final = "2.10"
BASE_URL_VARIABLE: Final = "INTERCOM_BASE_URL"
TOKEN_VARIABLE: Final = "INTERCOM_ACCESS_TOKEN"  # noqa: S105  # a variable's name
REGIONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "us": "https://api.intercom.io",
        "eu": "https://api.eu.intercom.io",
        "au": "https://api.au.intercom.io",
    }
)

_HOSTS: Final = frozenset(urlsplit(url).hostname for url in REGIONS.values())


class Timeouts(msgspec.Struct, frozen=True):
    """How long to wait, in seconds.

    Attributes:
        attempt: For one try: connecting, sending and reading the whole answer; for a file, until
            it begins, and for each piece. Searching 150 conversations a page can take 20 seconds.
        total: For a call with all its tries and waits, including those for the rate limit; for a
            file, until it begins. ``None`` limits each try alone.
    """

    attempt: float = 60.0
    total: float | None = None

    def __post_init__(self) -> None:
        """Check both."""
        force_setattr(self, "attempt", check_seconds("timeouts: attempt", self.attempt))
        if self.total is not None:
            force_setattr(self, "total", check_seconds("timeouts: total", self.total))


class Secret:
    """A token that reprs, logs, pickles and tracebacks with locals do not show.

    A token is wrapped before it is checked, so that no frame of an error holds it in a local.
    """

    __slots__ = ("_token",)

    def __init__(self, token: Token) -> None:
        self._token: Token = str.__str__(token) if isinstance(token, str) else token

    def __repr__(self) -> str:
        return "<token hidden>"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        if isinstance(self._token, str) and isinstance(other._token, str):
            return hmac.compare_digest(_bytes(self._token), _bytes(other._token))
        return self._token == other._token

    def __hash__(self) -> int:
        return hash(self._token)

    def __reduce__(self) -> str:
        raise TypeError("a token is not pickled; make the client where it is used")

    @property
    def is_callable(self) -> bool:
        """Whether the token comes from a callable."""
        return callable(self._token)

    @property
    def value(self) -> str | None:
        """The token; ``None`` if a callable gives it."""
        return self._token if isinstance(self._token, str) else None

    async def resolve(self) -> str:
        """Return the token, from the callable if there is one.

        Raises:
            ConfigurationError: The callable returned no token.
        """
        if isinstance(self._token, str):
            return self._token
        return Secret(await _await(self._token())).checked()

    def checked(self) -> str:
        """Return the token if it can stand in a header.

        Raises:
            ConfigurationError: It cannot.
        """
        problem = _problem(self._token)
        if problem is not None:
            raise ConfigurationError(problem)
        return cast("str", self._token)


async def _await(answer: str | Awaitable[str]) -> str:
    return await answer if isawaitable(answer) else answer


def _bytes(token: str) -> bytes:
    return token.encode("utf-8", "surrogatepass")


def _problem(token: object) -> str | None:
    if not isinstance(token, str):
        return (
            f"the access token must be a str or a callable giving one, not {type(token).__name__}"
        )
    if not token:
        return "the access token is empty"
    if not token.isascii() or not token.isprintable() or " " in token:
        return (
            "the access token holds blanks, line ends or other characters that no token has; "
            "was it read from a file without strip()?"
        )
    return None


class Settings(msgspec.Struct, frozen=True):
    """All settings of a client, except its connections.

    Attributes:
        secret: The access token.
        base_url: Scheme and host, without a slash at the end.
        version: What ``Intercom-Version`` says.
        timeouts: How long to wait.
        retry: How persistent to be.
        budget: The share of the rate window to use.
        limiter: Replaces the pool's limiter.
        headers: Headers to send besides the library's own.
        on_event: Called after every try.
    """

    secret: Secret
    base_url: str
    version: str = DEFAULT_VERSION
    timeouts: Timeouts = Timeouts()
    retry: RetryPolicy = RetryPolicy()
    budget: float = 1.0
    limiter: Limiter | None = None
    headers: tuple[tuple[str, str], ...] = ()
    on_event: OnEvent | None = None


def find_token(given: Secret | None) -> Secret:
    """Return the token given, or the one in the environment.

    Raises:
        ConfigurationError: There is none, or it cannot stand in a header.
    """
    if given is None:
        if TOKEN_VARIABLE not in os.environ:
            raise ConfigurationError(
                f"no access token: pass token=… or set the environment variable {TOKEN_VARIABLE}"
            )
        given = Secret(os.environ[TOKEN_VARIABLE])
    if not given.is_callable:
        given.checked()
    return given


def find_base_url(region: str | None, base_url: str | None) -> str:
    """Return the URL to which requests, and with them the token, are sent.

    A URL that code passes may name any host. One from the environment may name only Intercom's
    hosts and this machine, so that setting a variable does not reveal the token.

    Raises:
        ConfigurationError: Both were given, the region is unknown, or the URL is not safe.
    """
    if base_url is not None and region is not None:
        raise ConfigurationError("give region or base_url, not both")
    if base_url is not None:
        return _check_base_url("base_url", base_url)[0]
    variable = os.environ.get(BASE_URL_VARIABLE)
    if region is None and variable is not None:
        checked, host = _check_base_url(BASE_URL_VARIABLE, variable)
        if host not in _HOSTS and not is_loopback(host):
            raise ConfigurationError(
                f"{BASE_URL_VARIABLE} names {host!r}, which is neither Intercom's nor this "
                "machine; pass base_url=… where the token is to be sent there"
            )
        return checked
    url = REGIONS.get("us" if region is None else text("region", region, _WRONG).lower())
    if url is None:
        raise ConfigurationError(f"unknown region {shown(region)}; there are {', '.join(REGIONS)}")
    return url


def _check_base_url(name: str, base_url: str) -> tuple[str, str]:
    """Return a URL without a slash at its end, and its host."""
    base_url = text(name, base_url, _WRONG)
    # First, and without showing the URL: it may hold a password before an "@".
    if set("@?# \\") & set(base_url) or not base_url.isprintable() or not base_url.isascii():
        raise ConfigurationError(
            f"{name} must be a scheme, a host and perhaps a path in plain ASCII, no more"
        )
    try:
        parts = urlsplit(base_url)
        host, _ = parts.hostname, parts.port  # reading the port checks it
        (host or "").encode("idna")  # encoding the host checks it
    except ValueError as error:
        raise ConfigurationError(f"{name} {base_url!r} is no URL: {error}") from None
    if parts.scheme not in {"http", "https"} or not host:
        raise ConfigurationError(f"{name} {base_url!r} is no http or https URL")
    if parts.scheme == "http" and not is_loopback(host):
        raise ConfigurationError(
            f"{name} {base_url!r} would send the access token unencrypted; "
            "use https (plain http is for loopback only)"
        )
    return base_url.rstrip("/"), host


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def split_url(url: str) -> tuple[str, str]:
    """Return the scheme and host of a file's URL, and its path with the query.

    Raises:
        QueryError: It is no URL, or neither https nor of this machine. The message does not show
            it, since a signed URL grants access like a token.
    """
    with suppress(ValueError):
        parts = urlsplit(text("url", url))
        host = parts.hostname or ""
        safe = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))
        host.encode("idna")  # encoding the host checks it, and reading the port that
        plain = parts.netloc.isascii() and "@" not in parts.netloc and url.isprintable()
        if safe and host and parts.port != 0 and plain:
            rest = urlunsplit(("", "", parts.path or "/", parts.query, ""))
            return f"{parts.scheme}://{parts.netloc}", quote(rest, safe="/%?:@!$&'()*+,;=~")
    raise QueryError("url must be an https URL of a file, as an answer of the API gives it")


def check_proxy(proxy: object) -> None:
    """Check the URL of an HTTP proxy.

    Raises:
        ConfigurationError: It is none. The message does not show it, since it may hold a password.
    """
    if proxy is None:
        return
    with suppress(ValueError):
        parts = urlsplit(proxy) if isinstance(proxy, str) else None
        # Reading the port checks it.
        if parts and parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0:
            return
    raise ConfigurationError(
        "proxy must be a URL with scheme and host, such as 'http://127.0.0.1:8080'"
    )


def check_type(name: str, value: T, wanted: type[Any]) -> T:
    """Return an option if it has the right type.

    Raises:
        ConfigurationError: It has another.
    """
    if not isinstance(value, wanted):
        raise ConfigurationError(f"{name} must be {wanted.__name__}, not {type(value).__name__}")
    return value


def check_limiter(name: str, limiter: Limiter) -> Limiter:
    """Return a rate limiter whose methods are what the protocol says.

    Raises:
        ConfigurationError: It is none, or has async methods that are called and not awaited.
    """
    check_type(name, limiter, Limiter)
    for method in (limiter.try_acquire, limiter.record_response, limiter.release):
        if is_deferred(method):
            raise ConfigurationError(f"{name}: {method.__name__} must be a plain function")
    return limiter


def check_version(version: object) -> str:
    """Return a version if it can stand in a header.

    Raises:
        ConfigurationError: It cannot.
    """
    # 2.10 as a float would be 2.1.
    given = str.__str__(version) if isinstance(version, str) else ""
    if not all(part.isascii() and part.isalnum() for part in given.split(".")):
        raise ConfigurationError(
            f"version {shown(version)} is none; give a str such as {DEFAULT_VERSION!r}"
        )
    if given not in versions.KNOWN:
        warnings.warn(
            f"Intercom-Version {given} is not known to this library; it is sent all the same",
            UserWarning,
            stacklevel=3,
        )
    return given


def check_headers(
    headers: Mapping[str, str], earlier: Iterable[tuple[str, str]] = ()
) -> tuple[tuple[str, str], ...]:
    """Return the headers to send besides the library's own, the last of each name.

    Raises:
        ConfigurationError: One would replace what the library sends, or is no header.
    """
    if not isinstance(headers, Mapping):
        raise ConfigurationError(f"headers must be a mapping, not {type(headers).__name__}")
    by_name = {name.lower(): (name, value) for name, value in earlier}
    for given, content in headers.items():
        name = text("a header's name", given, _WRONG)
        value = text(f"the header {name!r}", content, _WRONG)
        if name.lower() in _OWN_HEADERS:
            raise ConfigurationError(f"the header {name} is the library's own to set")
        if not name.isascii() or not name.replace("-", "").isalnum() or not value.isprintable():
            raise ConfigurationError(f"{name!r} is no header that can be sent")
        by_name[name.lower()] = (name, value)
    return tuple(by_name.values())


def check_budget(budget: float) -> float:
    """Return a share of the rate window if it is in range.

    Raises:
        ConfigurationError: It is not.
    """
    share = number(budget)
    if share is None or not 0 < share <= 1:
        raise ConfigurationError(f"budget {shown(budget)} must be above 0 and at most 1")
    return share
