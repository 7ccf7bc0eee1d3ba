"""The fast path: requests over aiohttp's connections and parser, without its session.

For every exchange a session makes a request and a response object with support for cookies,
redirects, authentication, tracing and streaming. This library needs none of that, and it is half
the cost of a small exchange. The fast path uses aiohttp's connector and parser.
"""

import asyncio
from collections.abc import Mapping
from types import FunctionType
from typing import Any, Final

import aiohttp
from aiohttp import client as aiohttp_client
from aiohttp import hdrs
from aiohttp.client_proto import ResponseHandler
from aiohttp.connector import Connection
from multidict import CIMultiDictProxy
from yarl import URL

from intercom_async.core.call import Call, Reply
from intercom_async.errors import ConnectionFailed
from intercom_async.net.codings import too_large, unpackers
from intercom_async.net.connector import Request

# The aiohttp internals used here may change; unknown releases go through ClientSession.
SUPPORTED: Final = aiohttp.__version__.startswith("3.14.")
MAX_HEADER: Final = 2**16  # bytes; some proxies add more than the 8,190 that aiohttp takes
MAX_HEADERS: Final = 2**11
READING: Final[dict[str, Any]] = {
    # Answers of 320 kB are usual; with aiohttp's smaller default the socket is paused more often.
    "read_bufsize": 2**19,
    "max_line_size": MAX_HEADER,
    "max_field_size": MAX_HEADER,
    "max_headers": MAX_HEADERS,
    "auto_decompress": False,
}
_LINE_END: Final = "\r\n"
_INFORMATIONAL: Final = range(100, 200)
_SWITCHING_PROTOCOLS: Final = 101


def session_is_unpatched(session: aiohttp.ClientSession) -> bool:
    """Tell whether requests may bypass the session.

    They may not if something observes the session: a mock such as aioresponses, a recorder, or
    tracing that patches aiohttp or has hooks in the session.
    """
    of = type(session)
    return (
        _is_aiohttps(of._request)  # noqa: SLF001  # which most of those replace
        and _is_aiohttps(of.request)
        and not session.trace_configs
    )


def _is_aiohttps(method: object) -> bool:
    return type(method) is FunctionType and method.__globals__ is vars(aiohttp_client)


class FastPath:
    """Exchanges requests for answers over the connections of a connector.

    Args:
        connector: Its connections are used, and left open.
        max_body: Bytes; a larger answer is refused, compressed or not.
    """

    def __init__(self, connector: aiohttp.BaseConnector, *, max_body: int) -> None:
        self._loop = asyncio.get_running_loop()
        self._connector = connector
        self._max_body = max_body
        self._origins: dict[str, _Origin] = {}
        self._under_way: set[_Exchange] = set()

    async def exchange(
        self,
        call: Call[Any],
        base_url: str,
        headers: Mapping[str, str],
        seconds: float,
        connecting: aiohttp.ClientTimeout,
    ) -> Reply:
        """Send a call and read the whole answer.

        Args:
            call: What to send. Its body is written at once, so it should be small.
            base_url: Scheme, host and perhaps a path, without a slash at the end.
            headers: Sent as they are, besides Host, Accept-Encoding and Content-Length.
            seconds: How long connecting, sending and reading may take together.
            connecting: How long connecting may take.

        Raises:
            ConnectionFailed: The connection broke before anything was sent.
            DecodeError: The answer is larger than allowed.
            aiohttp.ClientError: No connection, or it broke before the whole answer was there.
            aiohttp.http.HttpProcessingError: The answer is no HTTP.
            TimeoutError: The whole answer was not there in time.
        """
        origin = self._origins.get(base_url)
        if origin is None:
            origin = self._origins[base_url] = _Origin(base_url, self._loop)
        # The template is shared: the connector reads this before it waits.
        origin.template.workspace = headers.get("Authorization")
        started_at = self._loop.time()
        try:
            connection = await self._connector.connect(
                origin.template, traces=[], timeout=connecting
            )
        except TimeoutError:
            raise aiohttp.ConnectionTimeoutError from None
        exchange = _Exchange(connection)
        alarm = self._loop.call_at(started_at + seconds, exchange.time_out)
        self._under_way.add(exchange)
        try:
            protocol = _write(connection, origin, call, headers)
            while True:
                message, content = await protocol.read()
                if message.code not in _INFORMATIONAL or message.code == _SWITCHING_PROTOCOLS:
                    break
            exchange.content = content
            body = await read_body(message.headers, content, self._max_body)
        except BaseException as error:
            connection.close()
            if exchange.timed_out and isinstance(error, aiohttp.ClientError):
                raise TimeoutError from None
            raise
        finally:
            alarm.cancel()
            self._under_way.discard(exchange)
        connection.release()
        if exchange.timed_out:
            raise TimeoutError  # a body that ends with the connection may be incomplete
        return Reply(message.code, message.headers, body)

    def close(self) -> None:
        """End the exchanges under way."""
        for exchange in self._under_way:
            exchange.end()


def _write(
    connection: Connection, origin: "_Origin", call: Call[Any], headers: Mapping[str, str]
) -> ResponseHandler:
    """Write a request and return the protocol that reads its answer."""
    protocol = connection.protocol
    if protocol is None or protocol.transport is None:
        raise ConnectionFailed("the connection broke before anything was sent", sent=False)
    protocol.set_response_params(read_until_eof=True, **READING)
    # The request is bound to no local: a traceback with locals would show the token.
    protocol.transport.write(origin.request_for(call, headers))
    return protocol


class _Exchange:
    """One exchange, which a timeout or closing the pool ends by closing its connection.

    This costs less than ``asyncio.timeout``, which cancels and uncancels the task.
    """

    __slots__ = ("connection", "content", "timed_out")

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.content: aiohttp.StreamReader | None = None
        self.timed_out = False

    def time_out(self) -> None:
        self.timed_out = True
        self.end()

    def end(self) -> None:
        # Wakes the reader; a connection that is lost already does not do so again.
        if self.content is not None:
            self.content.set_exception(aiohttp.ClientPayloadError())
        protocol = self.connection.protocol
        if protocol is not None:
            protocol.set_exception(aiohttp.ServerDisconnectedError())
            if protocol.transport is not None:
                protocol.transport.abort()


class _Origin:
    """The parts that all requests to one base URL share."""

    def __init__(self, base_url: str, loop: asyncio.AbstractEventLoop) -> None:
        url = URL(base_url, encoded=True)
        # Tells the connector where to connect to. Its headers name the host and the compressions
        # that this installation can unpack.
        self.template = Request("GET", url, loop=loop)
        self._prefix = url.raw_path.rstrip("/")
        self._headers = "".join(
            f"{name}: {self.template.headers[name]}\r\n"
            for name in (hdrs.HOST, hdrs.ACCEPT_ENCODING)
        )

    def request_for(self, call: Call[Any], headers: Mapping[str, str]) -> bytes:
        """Return the bytes of a request."""
        body = call.body or b""
        length = f"Content-Length: {len(body)}\r\n" if body or call.method != "GET" else ""
        return (
            f"{call.method} {self._prefix}{call.path} HTTP/1.1\r\n{self._headers}{length}"
            f"{_LINE_END.join(map(': '.join, headers.items()))}\r\n\r\n"
        ).encode() + body


async def read_body(
    headers: CIMultiDictProxy[str], content: aiohttp.StreamReader, max_body: int
) -> bytes:
    """Read the whole body of an answer, unpacked.

    Raises:
        DecodeError: It is larger than allowed.
        aiohttp.ClientPayloadError: It was cut short, or is in another coding than it is said to be.
    """
    layers = unpackers(headers, max_body) if hdrs.CONTENT_ENCODING in headers else []
    length = headers.get(hdrs.CONTENT_LENGTH)
    if length is not None and int(length) > max_body:
        raise too_large(max_body)
    try:
        if length is not None and not layers:
            return await content.read()
        # A small packed answer may unpack to gigabytes, so its size is checked meanwhile.
        chunks: list[bytes] = []
        size = 0
        while chunk := await content.readany():
            for layer in layers:
                chunk = layer.unpack(chunk)  # through one after the other
            size += len(chunk)
            if size > max_body:
                raise too_large(max_body)
            chunks.append(chunk)
    except RuntimeError:  # raised where our side closed the connection
        raise aiohttp.ClientPayloadError from None
    for layer in layers:
        layer.end()
    return b"".join(chunks)
