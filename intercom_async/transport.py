"""The one place that speaks aiohttp as a client: one request, one reply, one kind of error.

aiohttp takes longer to import than the rest of the library together, so this module is loaded
when a pool opens, not before.
"""

import ssl
from collections.abc import Mapping
from typing import Final

import aiohttp
import anyio
from yarl import URL

from intercom_async.errors import (
    ConfigurationError,
    ConnectionFailed,
    DecodeError,
    PoolError,
    RequestError,
    TimedOut,
)
from intercom_async.protocol.call import Reply

# Answers of 320 kB are usual: a larger buffer pauses the socket less often than aiohttp's own.
_READ_BUFFER: Final = 2**19
_CONNECT_SHARE: Final = 0.9
_USUAL: Final = 60.0  # seconds for an exchange, if nobody says otherwise


class Transport:
    """Sends single requests over one bounded set of connections.

    Args:
        connections: How many connections may be open at once; ``free`` counts those nobody uses,
            for callers to take turns by.
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
        self.free: anyio.Semaphore = anyio.Semaphore(connections, fast_acquire=True)
        self._connect_timeout = connect_timeout
        self._max_body = max_body
        self._timeout = self._timeout_within(_USUAL)
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=connections, ssl=True if ssl_context is None else ssl_context
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            proxy=proxy,
            read_bufsize=_READ_BUFFER,
        )
        # aiohttp sends PUT and DELETE again by itself where a kept connection broke. Whether
        # a call may be sent twice is decided in one place, and not here.
        if not hasattr(self._session, "_retry_connection"):
            raise ConfigurationError("this release of aiohttp cannot be kept from sending twice")
        self._session._retry_connection = False  # noqa: SLF001

    async def exchange(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes | None,
        seconds: float,
    ) -> Reply:
        """Send one request and read the whole answer.

        Args:
            method: The HTTP method.
            url: The whole URL, escaped.
            headers: Sent as they are.
            body: Sent as it is.
            seconds: How long connecting, sending and reading may take together.

        Raises:
            ConnectionFailed: No connection, or it broke before the whole answer was there.
            TimedOut: The whole answer was not there in time.
            DecodeError: The answer is larger than allowed.
            PoolError: The transport is closed.
        """
        if self._session.closed:
            raise PoolError("the pool was closed while the call waited for its turn")
        timeout = self._timeout
        if timeout.total != seconds:
            timeout = self._timeout = self._timeout_within(seconds)
        try:
            async with self._session.request(
                method,
                URL(url, encoded=True),
                headers=headers,
                data=body,
                allow_redirects=False,
                timeout=timeout,
            ) as response:
                content = await self._read(response)
                return Reply(response.status, response.headers, content)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            failure = _failure(error, seconds)
        # Raised out here, it does not drag along aiohttp's error, which holds the token.
        raise failure

    def _timeout_within(self, seconds: float) -> aiohttp.ClientTimeout:
        # Times out first, so that a write knows that there was no connection to be sent over.
        connect = min(self._connect_timeout, _CONNECT_SHARE * seconds)
        return aiohttp.ClientTimeout(total=seconds, connect=connect)

    async def _read(self, response: aiohttp.ClientResponse) -> bytes:
        length = response.content_length
        if "Content-Encoding" not in response.headers and length is not None:
            if length > self._max_body:
                raise self._too_large()
            return await response.read()
        # A small compressed answer may unpack to gigabytes, so count while unpacking.
        chunks: list[bytes] = []
        size = 0
        async for chunk in response.content.iter_any():
            size += len(chunk)
            if size > self._max_body:
                response.close()
                raise self._too_large()
            chunks.append(chunk)
        return b"".join(chunks)

    def _too_large(self) -> DecodeError:
        return DecodeError(
            f"the answer is larger than the {self._max_body} bytes allowed (max_body)",
            body=b"",
            json_path="$",
        )

    async def close(self) -> None:
        """Close all connections and wait until they are closed."""
        await self._session.close()


# The first that fits; "sent" where the request may have reached the server.
_FAILURES: Final[
    tuple[tuple[type[Exception], type[ConnectionFailed | TimedOut], bool, str], ...]
] = (
    (aiohttp.ConnectionTimeoutError, TimedOut, False, "no connection in time"),
    (aiohttp.ClientConnectorError, ConnectionFailed, False, "cannot connect: {error}"),
    (aiohttp.ClientHttpProxyError, ConnectionFailed, False, "the proxy refused: {error.status}"),
    (TimeoutError, TimedOut, True, "no whole answer within {seconds:.3g} s"),
    (aiohttp.ClientPayloadError, ConnectionFailed, True, "the answer was cut short"),
    (
        aiohttp.ServerDisconnectedError,
        ConnectionFailed,
        True,
        "the server closed the connection without a whole answer",
    ),
    (Exception, ConnectionFailed, True, "the connection failed: {error.__class__.__name__}"),
)


def _failure(error: Exception, seconds: float) -> RequestError:
    for kind, failure, sent, message in _FAILURES:
        if isinstance(error, kind):
            return failure(message.format(error=error, seconds=seconds), sent=sent)
    raise AssertionError  # the last row fits every exception
