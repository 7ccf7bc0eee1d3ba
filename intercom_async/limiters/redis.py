"""Rate windows that processes share over Redis or Valkey."""

import asyncio
import logging
import re
import time
from collections.abc import Callable
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import urlsplit

import msgspec

from intercom_async.core.checks import check_hook, check_seconds
from intercom_async.core.plain import number
from intercom_async.errors import ConfigurationError
from intercom_async.limiters.shared import Ask, Reply, SharedLimiter
from intercom_async.net.events import LimiterEvent

if TYPE_CHECKING:
    from redis.asyncio import Redis

__all__ = ["RedisLimiters"]

_LOGGER: Final = logging.getLogger("intercom_async")
_LIBRARY: Final = "intercom-async:"
_CONNECTIONS: Final = 8
_TRIES: Final = 2  # a connection may have been closed unnoticed
_REST: Final = 1.0  # seconds between two tries to reach it again
_SCRIPT: Final = files("intercom_async.limiters").joinpath("window.lua").read_text("utf-8")
_SCHEMES: Final = frozenset({"redis", "rediss"})
_DATABASE: Final = re.compile(r"/?\d*", re.ASCII)


def _log(event: LimiterEvent) -> None:
    _LOGGER.log(logging.INFO if event.is_shared else logging.WARNING, "%s", event)


class RedisLimiters:
    """Makes limiters by which any number of processes share each workspace's rate window::

        pool = SessionPool(limiters=RedisLimiters("redis://10.0.0.5"))
        intercom = AsyncIntercom(token=…, pool=pool)

    Budgets are priorities: a client with ``budget=0.9`` takes no turn beyond nine tenths of the
    window, whoever used them, so that clients with a whole one find room. Those that wait get equal
    parts, and a process that dies is forgotten after six seconds. The clocks of the machines do not
    matter.

    While Redis cannot be reached or is slow, no call fails or hangs: each process keeps to
    ``fallback`` of the window, times the client's budget, and returns to the others by itself. In
    Redis, a workspace is one key, ``intercom-async:`` and a digest of its base URL and token,
    which expires after ten minutes.

    Args:
        url: Where Redis or Valkey is: ``redis://``, ``rediss://`` or ``unix://``, with user and
            password if need be.
        fallback: The share of the window for this process while Redis is gone, above 0 and at
            most 1; a tenth suits up to ten processes.
        timeout: Seconds in which Redis must answer.
        on_event: Called when the sharing ends and when it is back, with a ``LimiterEvent``; logs to
            the logger ``intercom_async`` by default.

    Raises:
        ConfigurationError: redis-py is missing, the URL is none, or an argument makes no sense.
    """  # noqa: D415  # the first line leads into the example

    def __init__(
        self,
        url: str,
        *,
        fallback: float = 0.1,
        timeout: float = 0.25,
        on_event: Callable[[LimiterEvent], object] = _log,
    ) -> None:
        share = number(fallback)
        if share is None or not 0 < share <= 1:
            raise ConfigurationError(f"fallback {fallback!r} must be above 0 and at most 1")
        self._fallback = share
        self._timeout = check_seconds("timeout", timeout)
        self._on_event = check_hook("on_event", on_event)
        self._server, self._options = _parse(url)
        self._redis: Redis | None = None
        self._script: Any = None
        self._limiters = 0
        self._is_shared = True
        self._resting_until = 0.0

    def __repr__(self) -> str:
        """Show where windows are shared; never the password."""
        return f"<RedisLimiters {self._server} fallback={self._fallback}>"

    def __call__(self, workspace: str) -> SharedLimiter:
        """Make the limiter of a workspace, which a pool asks for."""
        self._limiters += 1
        return SharedLimiter(workspace, self._step, self._fallback, self._release)

    async def _release(self) -> None:
        self._limiters -= 1
        if not self._limiters and self._redis is not None:
            redis, self._redis = self._redis, None
            await redis.aclose()

    async def _step(self, workspace: str, make: Callable[[], Ask]) -> Reply | None:
        if not self._is_shared:
            if time.monotonic() < self._resting_until:
                return None
            self._resting_until = time.monotonic() + _REST  # one at a time looks whether it is back
        ask, failure = msgspec.json.encode(make()), ""
        for _ in range(_TRIES):
            failure, reply = await self._send(f"{_LIBRARY}{workspace}", ask)
            if reply is not None:
                self._note(is_shared=True)
                return reply
            if not self._is_shared:
                break
        self._resting_until = time.monotonic() + _REST
        self._note(is_shared=False, error=failure)
        return None

    async def _send(self, key: str, ask: bytes) -> tuple[str, Reply | None]:
        """Run the script, and return what went wrong or what it answered."""
        try:
            if self._redis is None:
                self._redis, self._script = _connect(self._options, self._timeout)
            # The client's own limits are for each step of a connection.
            async with asyncio.timeout(self._timeout):
                wait, reset, last, *gives = await self._script(keys=[key], args=[ask])
            return "", Reply(float(wait), float(reset), float(last), [int(each) for each in gives])
        except Exception as error:  # noqa: BLE001  # whatever it is, calls go on without
            return type(error).__name__, None

    def _note(self, *, is_shared: bool, error: str | None = None) -> None:
        if is_shared is self._is_shared:
            return
        self._is_shared = is_shared
        try:
            self._on_event(LimiterEvent(self._server, is_shared, error))
        except Exception:  # a broken hook must not fail the call
            _LOGGER.exception("on_event raised")


def _parse(url: str) -> tuple[str, dict[str, Any]]:
    """Return the URL as it may be shown, and what redis-py makes of it."""
    try:
        from redis.asyncio.connection import parse_url  # noqa: PLC0415  # an extra
    except ModuleNotFoundError:
        raise ConfigurationError(
            "RedisLimiters needs redis-py; install it with: pip install 'intercom-async[redis]'"
        ) from None
    try:
        parts = urlsplit(url)
        where = parts.netloc.rpartition("@")[2]
        # Else a password with "/", "?" or "#" in it would be taken for more than that.
        if (parts.scheme == "unix" and parts.path) or (
            parts.scheme in _SCHEMES
            and parts.hostname
            and not parts.fragment
            and _DATABASE.fullmatch(parts.path)
            and ("@" in parts.netloc or "@" not in parts.query)
        ):
            return f"{parts.scheme}://{where}{parts.path}", dict(parse_url(url))
    except (ValueError, TypeError, AttributeError):
        pass
    # The URL may hold a password.
    raise ConfigurationError(
        "the URL of Redis must be such as redis://127.0.0.1:6379/0, rediss://… or unix:///path"
    )


def _connect(options: dict[str, Any], timeout: float) -> "tuple[Redis, Any]":
    from redis.asyncio import BlockingConnectionPool, Redis  # noqa: PLC0415  # an extra
    from redis.asyncio.retry import Retry  # noqa: PLC0415
    from redis.backoff import NoBackoff  # noqa: PLC0415

    pool = BlockingConnectionPool(
        **{
            "max_connections": _CONNECTIONS,
            "timeout": timeout,
            "socket_timeout": timeout,
            "socket_connect_timeout": timeout,
            "retry": Retry(NoBackoff(), 0),
            **options,
        }
    )
    redis = Redis.from_pool(pool)  # closes the pool with it
    return redis, cast("Any", redis.register_script(_SCRIPT))
