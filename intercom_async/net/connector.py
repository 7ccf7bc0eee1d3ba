"""aiohttp's connector, which looks at a kept connection before it is used again."""

import select
from typing import Final

import aiohttp
from aiohttp import hdrs
from aiohttp.client_proto import ResponseHandler
from aiohttp.client_reqrep import ClientRequest, ConnectionKey
from aiohttp.connector import Connection
from aiohttp.http import HttpProcessingError
from aiohttp.tracing import Trace

_CAN_POLL: Final = hasattr(select, "poll")


class NotConnected(aiohttp.ClientError):
    """A connection was not made, so that nothing was sent over it."""


class Request(aiohttp.ClientRequest):
    """A request over a connection that serves its workspace alone.

    Attributes:
        workspace: Its ``Authorization``, where the headers do not tell.
    """

    workspace: str | None = None

    @property
    def connection_key(self) -> ConnectionKey:
        """What the connections that may serve this request are kept under."""
        workspace = self.workspace or self.headers.get(hdrs.AUTHORIZATION)
        # The field is free: no headers are sent to proxies.
        return super().connection_key._replace(proxy_headers_hash=hash(workspace))


class Connector(aiohttp.TCPConnector):
    """Hands out kept connections on which nothing has come that nobody asked for.

    The event loop may have been too busy to read it: a second answer, a 408, or the end.
    """

    async def _get(self, key: ConnectionKey, traces: list[Trace]) -> Connection | None:
        while (connection := await super()._get(key, traces)) is not None:
            protocol = connection.protocol
            if protocol is not None and not protocol.should_close and not _is_readable(protocol):
                return connection
            connection.close()
        # aiohttp does not count idle connections; over many workspaces they would add up.
        if self._conns and len(self._acquired) + sum(map(len, self._conns.values())) >= self.limit:
            oldest = min(self._conns, key=lambda key: self._conns[key][0][1])
            self._conns[oldest].popleft()[0].close()
            if not self._conns[oldest]:
                del self._conns[oldest]
        return None

    def retire(self, workspace: str) -> None:
        """Close a workspace's connections: the idle ones now, the others after use."""
        for key in {*self._conns, *self._acquired_per_host}:
            if key.proxy_headers_hash == hash(workspace):
                for protocol, _ in self._conns.pop(key, ()):
                    protocol.close()
                for used in self._acquired_per_host.get(key, ()):
                    if isinstance(used, ResponseHandler):  # not one that is being made
                        used.force_close()

    async def _create_connection(
        self,
        req: ClientRequest,
        traces: list[Trace],
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109  # aiohttp's own signature
    ) -> ResponseHandler:
        try:
            return await super()._create_connection(req, traces, timeout)
        except (aiohttp.ClientConnectorError, aiohttp.ClientHttpProxyError, TimeoutError):
            raise
        except (aiohttp.ClientError, HttpProcessingError, OSError) as error:
            name = type(error).__name__
        # Raised out here, it does not drag along aiohttp's error, which may hold a password.
        raise NotConnected(f"the proxy made no tunnel ({name})" if req.proxy else name)


def _is_readable(protocol: ResponseHandler) -> bool:
    """Tell whether bytes, or the end, lie in a connection's socket.

    Below TLS, where whatever comes on an idle connection is reason enough to take another.
    """
    transport = protocol.transport
    socket = None if transport is None else transport.get_extra_info("socket")
    if socket is None:
        return False
    if not _CAN_POLL:
        return bool(select.select([socket], [], [], 0)[0])
    poll = select.poll()
    poll.register(socket.fileno(), select.POLLIN)
    return bool(poll.poll(0))
