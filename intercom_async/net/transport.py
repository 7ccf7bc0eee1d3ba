"""Sends single requests with aiohttp, over the fast path or its session.

aiohttp takes longer to import than the rest of the library, so the pool imports this module when
it opens.
"""

import asyncio
import logging
import ssl
from collections.abc import AsyncIterator, Coroutine, Mapping
from io import BytesIO
from math import inf
from typing import Any, Final
from urllib.parse import urljoin

import aiohttp
from aiohttp import hdrs
from aiohttp.http import HttpProcessingError
from yarl import URL

from intercom_async.core.call import Call, OpenReply, Reply
from intercom_async.errors import (
    ConfigurationError,
    ConnectionFailed,
    PoolError,
    QueryError,
    RequestError,
    TimedOut,
)
from intercom_async.net import fast_path
from intercom_async.net.codings import WronglyCoded
from intercom_async.net.connector import AnsweredTwice, Connector, NotConnected, Request
from intercom_async.net.decode_scheduler import DecodeScheduler
from intercom_async.net.fair_semaphore import FairSemaphore
from intercom_async.net.settings import split_url

_LOGGER: Final = logging.getLogger("intercom_async")
_MAX_INLINE_BODY: Final = 2**16  # bytes; a larger body is streamed
_CONNECT_SHARE: Final = 0.9
_BLOCK: Final = 2**19
_DEFAULT_TIMEOUT: Final = 60.0  # seconds
_MOST_REDIRECTS: Final = 5
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_TO_OTHERS: Final = ("Accept", "Accept-Encoding", "User-Agent")
_OK: Final = range(200, 300)


class Transport:
    """Sends single requests over one bounded set of connections.

    Args:
        connections: How many connections may be open at once. Callers take one from ``free``
            before they send, and a turn from ``decoding`` before they decode a large answer.
        connect_timeout: Seconds to wait for a connection, from the pool or the network.
        max_body: Bytes; a larger answer is refused, compressed or not.
        proxy: URL of an HTTP proxy.
        ssl_context: The TLS context, for a private certificate authority or a client
            certificate.
    """

    def __init__(
        self,
        *,
        connections: int,
        connect_timeout: float,
        max_body: int,
        proxy: str | None,
        ssl_context: ssl.SSLContext | None,
    ) -> None:
        self.free: FairSemaphore = FairSemaphore(connections)
        self.decoding: DecodeScheduler = DecodeScheduler(asyncio.get_running_loop())
        self._connect_timeout = connect_timeout
        self._max_body = max_body
        self._limits = self._limits_within(_DEFAULT_TIMEOUT)
        self._connector = connector = Connector(
            limit=connections, ssl=True if ssl_context is None else ssl_context
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            proxy=proxy,
            request_class=Request,
            **fast_path.READING,
        )
        _raise_mmap_threshold()
        self._fast_path = fast_path.FastPath(connector, max_body=max_body)
        self._may_be_fast = fast_path.SUPPORTED and proxy is None
        if not fast_path.SUPPORTED:
            _LOGGER.info(
                "aiohttp %s is newer than the fast path: requests go through its session, which "
                "takes twice the CPU",
                aiohttp.__version__,
            )
        # aiohttp itself resends PUT and DELETE when an idle connection broke. Only the pool decides
        # whether a call is sent twice.
        if not hasattr(self._session, "_retry_connection"):
            raise ConfigurationError("this release of aiohttp cannot be kept from sending twice")
        self._session._retry_connection = False  # noqa: SLF001

    def exchange(
        self, call: Call[Any], base_url: str, headers: Mapping[str, str], seconds: float
    ) -> Coroutine[Any, Any, Reply]:
        """Send a call and read the whole answer.

        Args:
            call: What to send.
            base_url: Scheme, host and perhaps a path, without a slash at the end.
            headers: Sent as they are.
            seconds: How long connecting, sending and reading may take together.

        Raises:
            Exception: One that ``failure`` makes a ``RequestError`` of.
            DecodeError: The answer is larger than allowed.
            PoolError: The transport is closed.
        """
        self._check_open()
        limits = self._limits
        if limits.total != seconds:
            limits = self._limits = self._limits_within(seconds)
        large = call.body is not None and len(call.body) > _MAX_INLINE_BODY
        if self._may_be_fast and not large and fast_path.session_is_unpatched(self._session):
            return self._fast_path.exchange(call, base_url, headers, seconds, limits)
        body = BytesIO(call.body or b"") if large else call.body
        return self._by_session(call, body, base_url, headers, limits)

    async def _by_session(
        self,
        call: Call[Any],
        body: bytes | BytesIO | None,
        base_url: str,
        headers: Mapping[str, str],
        limits: aiohttp.ClientTimeout,
    ) -> Reply:
        async with self._session.request(
            call.method,
            URL(base_url + call.path, encoded=True),
            headers=headers,
            skip_auto_headers=(hdrs.CONTENT_TYPE,),  # a body comes with its own
            data=body,
            allow_redirects=False,
            timeout=limits,
        ) as response:
            whole = await fast_path.read_body(response.headers, response.content, self._max_body)
            return Reply(response.status, response.headers, whole)

    async def open(
        self, call: Call[Any], base_url: str, headers: Mapping[str, str], seconds: float
    ) -> Reply:
        """Send a call as ``exchange`` does, but do not read the body of a good answer.

        Redirects are followed to https, or on this machine, without headers that identify the
        caller. ``seconds`` limits the time until a file begins, and the time of each piece.
        """
        self._check_open()
        limits = self._limits_within(seconds, sock_read=seconds)
        url = URL(base_url + call.path, encoded=True)
        sent = {**headers, "Accept-Encoding": "identity"}
        redirect: Reply | None = None
        left = _MOST_REDIRECTS
        async with asyncio.timeout(seconds):
            while True:
                response = await self._session.get(
                    url,
                    headers=sent,
                    allow_redirects=False,
                    timeout=limits,
                )
                opened = await self._opened(call, response, seconds, redirect)
                to = _other(response, local=base_url.startswith("http:")) if left else None
                if to is None:
                    return opened
                left -= 1
                redirect = redirect or opened
                url, sent = to, {name: sent[name] for name in _TO_OTHERS}

    async def _opened(
        self,
        call: Call[Any],
        response: aiohttp.ClientResponse,
        seconds: float,
        redirect: Reply | None,
    ) -> Reply:
        status, headers = response.status, response.headers
        if status in _OK:
            chunks = _Chunks(call, response.content, seconds)
            return OpenReply(status, headers, b"", redirect, chunks=chunks, close=response.close)
        async with response:
            whole = await fast_path.read_body(headers, response.content, self._max_body)
            return Reply(status, headers, whole, redirect)

    def _check_open(self) -> None:
        if self._session.closed:
            raise PoolError("the pool was closed while the call waited for its turn")

    def _limits_within(
        self, seconds: float, sock_read: float | None = None
    ) -> aiohttp.ClientTimeout:
        # Shorter than the total, so that a write that got no connection is known to be unsent.
        connect = min(self._connect_timeout, _CONNECT_SHARE * seconds)
        # ceil_threshold: not rounded up to whole seconds, which may exceed the time left.
        total = seconds if sock_read is None else None
        return aiohttp.ClientTimeout(
            total=total, connect=connect, sock_read=sock_read, ceil_threshold=inf
        )

    def failure(self, error: BaseException, seconds: float) -> RequestError | None:
        """Return the error that callers see for one of aiohttp; ``None`` if it is another's.

        Args:
            error: What ``exchange`` or ``open`` raised.
            seconds: The time that it was given.
        """
        return _failure(error, seconds) if isinstance(error, _ERRORS) else None

    def retire(self, workspace: str) -> None:
        """Close the connections of a workspace: idle ones now, the others after use."""
        self._connector.retire(workspace)

    async def close(self) -> None:
        """Close all connections and wait until they are closed."""
        self._fast_path.close()
        await self._session.close()

    def drop(self) -> None:
        """Close what can be closed without waiting, of a pool that was deleted unclosed."""
        self._session.detach()  # which would warn of itself
        self._connector._close()  # noqa: SLF001


class _Chunks(AsyncIterator[bytes]):
    """The body of an answer as it comes."""

    def __init__(self, call: Call[Any], content: aiohttp.StreamReader, seconds: float) -> None:
        self._call = call
        self._content = content
        self._seconds = seconds

    async def __anext__(self) -> bytes:
        try:
            chunk = await self._content.readany()
        except (*_ERRORS, RuntimeError) as error:  # RuntimeError: the pool was closed
            failure = _failure(error, self._seconds)
        else:
            if chunk:
                return chunk
            raise StopAsyncIteration
        raise failure.about(self._call.method, self._call.template)


def _other(response: aiohttp.ClientResponse, *, local: bool) -> URL | None:
    """Return the target of a redirect, if it is safe: a signed URL grants access like a token.

    Args:
        response: The answer.
        local: Whether this machine answered, which may redirect to itself without TLS.
    """
    location = response.headers.get(hdrs.LOCATION)
    if response.status not in _REDIRECTS or location is None or not location.isprintable():
        return None
    try:
        origin, path = split_url(urljoin(str(response.url), location))
    except (ValueError, QueryError):
        return None
    return URL(origin + path, encoded=True) if local or origin.startswith("https:") else None


def _raise_mmap_threshold() -> None:
    """Make glibc keep freed blocks of the size that event loops read into.

    Event loops read into blocks of 256 KiB. glibc maps and unmaps blocks of that size each time,
    which costs a fifth of a small exchange, until it has freed a larger block. Other C libraries
    are not affected.
    """
    bytes(_BLOCK)


_ERRORS: Final = (aiohttp.ClientError, HttpProcessingError, TimeoutError, OSError)
_NO_HTTP: Final = "the answer is no HTTP"
_TOO_LONG: Final = ("Got more than", "Too many headers")  # aiohttp's words
_TOO_LONG_ERROR: Final = (
    f"the answer has a header of more than {fast_path.MAX_HEADER} bytes, or more than "
    f"{fast_path.MAX_HEADERS} headers; see what adds them, such as a proxy"
)
# Kind, error, whether the request may have reached the server, message. The first row that fits.
_FAILURES: Final[
    tuple[tuple[type[Exception], type[ConnectionFailed | TimedOut], bool, str], ...]
] = (
    (aiohttp.ConnectionTimeoutError, TimedOut, False, "no connection in time"),
    (aiohttp.ClientConnectorError, ConnectionFailed, False, "cannot connect: {error}"),
    (aiohttp.ClientHttpProxyError, ConnectionFailed, False, "the proxy refused: {error.status}"),
    (NotConnected, ConnectionFailed, False, "cannot connect: {error}"),
    (AnsweredTwice, ConnectionFailed, True, "the answer to an earlier request came once more"),
    (TimeoutError, TimedOut, True, "no whole answer within {seconds:.3g} s"),
    (WronglyCoded, ConnectionFailed, True, "{error}"),
    (aiohttp.ClientPayloadError, ConnectionFailed, True, "the answer was cut short"),
    (HttpProcessingError, ConnectionFailed, True, _NO_HTTP),
    (aiohttp.ClientResponseError, ConnectionFailed, True, _NO_HTTP),
    (
        aiohttp.ServerDisconnectedError,
        ConnectionFailed,
        True,
        "the server closed the connection without a whole answer",
    ),
    (Exception, ConnectionFailed, True, "the connection failed: {error.__class__.__name__}"),
)


def _failure(error: Exception, seconds: float) -> RequestError:
    if any(words in str(error) for words in _TOO_LONG):
        return ConnectionFailed(_TOO_LONG_ERROR, sent=True)
    for kind, failure, sent, message in _FAILURES:
        if isinstance(error, kind):
            return failure(message.format(error=error, seconds=seconds), sent=sent)
    raise AssertionError  # the last row fits every exception
