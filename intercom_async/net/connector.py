"""aiohttp's connector, which checks an idle connection before it reuses it."""

import asyncio
import select
from functools import partial
from typing import Any, Final, cast

import aiohttp
from aiohttp import hdrs
from aiohttp.client_proto import ResponseHandler
from aiohttp.client_reqrep import ClientRequest, ConnectionKey
from aiohttp.http import HttpProcessingError, RawResponseMessage
from aiohttp.streams import StreamReader
from aiohttp.tracing import Trace
from aiohttp.typedefs import RawHeaders

_CAN_POLL: Final = hasattr(select, "poll")
_REQUEST_ID: Final = "X-Request-Id"


class NotConnected(aiohttp.ClientError):
    """No connection was made, so nothing was sent."""


class AnsweredTwice(aiohttp.ClientError):
    """The answer to an earlier request came once more, in the place of one to this request."""


class Request(aiohttp.ClientRequest):
    """A request whose connection serves one workspace only.

    Attributes:
        workspace: The ``Authorization``, if it is not in the headers.
    """

    workspace: str | None = None
    _key: ConnectionKey | None = None

    @property
    def connection_key(self) -> ConnectionKey:
        """The key of the connections that may serve this request."""
        workspace = hash(self.workspace or self.headers.get(hdrs.AUTHORIZATION))
        if self._key is None or self._key.proxy_headers_hash != workspace:
            # The field is unused otherwise: no headers are sent to proxies.
            self._key = super().connection_key._replace(proxy_headers_hash=workspace)
        return self._key


class Protocol(ResponseHandler):
    """One end of a connection.

    Attributes:
        workspace: The hash of the ``Authorization`` of all its requests.
    """

    workspace: int | None = None
    _poll: "select.poll | None" = None
    _last_head: RawHeaders | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to watch the socket."""
        super().connection_made(transport)
        socket = transport.get_extra_info("socket")
        if socket is not None and _CAN_POLL:
            self._poll = select.poll()
            self._poll.register(socket.fileno(), select.POLLIN)

    def is_connected(self) -> bool:
        """Tell whether an idle connection may be reused.

        It may not if bytes have arrived that answer nothing, such as a second answer or a 408, or
        if it was closed, even if the event loop has not read that yet. The socket is polled below
        TLS, where any bytes are a reason to take another connection.
        """
        transport = self.transport
        if transport is None or transport.is_closing() or self.should_close:
            return False
        return not (_is_readable(transport) if self._poll is None else self._poll.poll(0))

    def feed_data(self, data: tuple[RawResponseMessage, StreamReader], size: int = 0) -> None:
        """Take an answer in, unless it is the one before once more.

        No answer of a list tells which request it is to, but each has an ``X-Request-Id`` of its
        own. What follows on the connection cannot be told apart either.
        """
        message, _ = data
        head = message.raw_headers
        if head == self._last_head and _REQUEST_ID in message.headers:
            self.set_exception(AnsweredTwice())
            return
        self._last_head = head
        super().feed_data(data, size)


def _is_readable(transport: asyncio.Transport) -> bool:
    socket = transport.get_extra_info("socket")
    return socket is not None and bool(select.select([socket], [], [], 0)[0])


class Connector(aiohttp.TCPConnector):
    """Makes and keeps connections, none of them shared between workspaces."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        factory: Any = partial(Protocol, loop=self._loop)
        self._factory = factory

    def retire(self, workspace: str) -> None:
        """Close a workspace's connections: idle ones now, the others after use."""
        of = hash(workspace)
        for key in [key for key in self._conns if key.proxy_headers_hash == of]:
            for idle, _ in self._conns.pop(key):
                idle.close()
        for used in self._acquired:
            if isinstance(used, Protocol) and used.workspace == of:  # others are still connecting
                used.force_close()

    async def _create_connection(
        self,
        req: ClientRequest,
        traces: list[Trace],
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109  # aiohttp's own signature
    ) -> ResponseHandler:
        workspace = (
            req.connection_key.proxy_headers_hash
        )  # a template that other calls change meanwhile
        # aiohttp does not count idle connections, which would add up over many workspaces.
        if self._conns and len(self._acquired) + sum(map(len, self._conns.values())) > self.limit:
            oldest = min(self._conns, key=lambda key: self._conns[key][0][1])
            self._conns[oldest].popleft()[0].close()
            if not self._conns[oldest]:
                del self._conns[oldest]
        try:
            protocol = await super()._create_connection(req, traces, timeout)
        except (aiohttp.ClientConnectorError, aiohttp.ClientHttpProxyError, TimeoutError):
            raise
        except (aiohttp.ClientError, HttpProcessingError, OSError) as error:
            name = type(error).__name__
        else:
            cast("Protocol", protocol).workspace = workspace
            return protocol
        # Raised here, the error has no __context__: aiohttp's may hold a password.
        raise NotConnected(f"the proxy made no tunnel ({name})" if req.proxy else name)
