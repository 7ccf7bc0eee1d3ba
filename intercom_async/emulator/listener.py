"""The socket the emulator listens on: opened on the loopback interface, closed without a trace."""

import asyncio
import contextlib
import socket
from collections.abc import Awaitable, Callable
from typing import Final, TypeAlias

from aiohttp import web

Serve: TypeAlias = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]

_BACKLOG: Final = 1_024
_SHUTDOWN_SECONDS: Final = 0.05
# Turns of the event loop in which a connection that is being accepted becomes one that is open.
_TURNS_TO_ACCEPT: Final = 3


class Listener:
    """A listening socket and the connections it has accepted.

    Args:
        runner: Runs the server.
        sock: The socket it listens on.

    Attributes:
        port: The port of the socket.
    """

    def __init__(self, runner: web.ServerRunner, sock: socket.socket) -> None:
        self.port: int = sock.getsockname()[1]
        self._runner = runner
        self._socket = sock

    async def close(self) -> None:
        """Stops listening, then closes every connection, answered or not."""
        # Python 3.11 leaks a connection that is half accepted while its server closes. So no new
        # ones first; loops that have no readers do not have this trouble either.
        with contextlib.suppress(NotImplementedError):
            asyncio.get_running_loop().remove_reader(self._socket.fileno())
        for _ in range(_TURNS_TO_ACCEPT):
            await asyncio.sleep(0)
        await self._runner.cleanup()


async def open_listener(serve: Serve, host: str, port: int) -> Listener:
    """Starts to serve.

    Args:
        serve: Answers a request.
        host: The address to listen on.
        port: The port to listen on; 0 takes a free one.

    Raises:
        OSError: If the port is taken.
    """
    sock = socket.create_server((host, port), backlog=_BACKLOG)
    # A bare server: the emulator's own table routes faster, and refuses in the API's own shape.
    server = web.Server(serve, access_log=None, handler_cancellation=True)
    runner = web.ServerRunner(server, shutdown_timeout=_SHUTDOWN_SECONDS)
    await runner.setup()
    await web.SockSite(runner, sock, backlog=_BACKLOG).start()
    return Listener(runner, sock)
