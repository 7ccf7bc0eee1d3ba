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
    """A listening socket and the connections it has accepted."""

    def __init__(self, runner: web.ServerRunner, host: str, port: int) -> None:
        self.port: int = port
        self._runner = runner
        self._host = host
        self._open: tuple[socket.socket, web.SockSite] | None = None
        self._pause: asyncio.Task[None] | None = None

    async def listen(self) -> None:
        """Begin to accept connections."""
        sock = socket.create_server((self._host, self.port), backlog=_BACKLOG)
        self.port = sock.getsockname()[1]
        site = web.SockSite(self._runner, sock, backlog=_BACKLOG)
        await site.start()
        self._open = sock, site

    async def pause(self, seconds: float) -> None:
        """Stop listening for a while, and leave the connections there are alone.

        It returns once connections are refused. A pause within a pause changes nothing.
        """
        refusing = asyncio.Event()
        if self._pause is None or self._pause.done():
            # A task of its own: whoever asked may leave before the pause is over.
            self._pause = asyncio.create_task(self._listen_later(seconds, refusing))
            await refusing.wait()

    async def close(self) -> None:
        """Stop listening, then close every connection, answered or not."""
        if self._pause is not None:
            self._pause.cancel()
            await asyncio.wait([self._pause])
        if self._open is not None:
            await self._accept_no_more(self._open[0])
        await self._runner.cleanup()

    async def _listen_later(self, seconds: float, refusing: asyncio.Event) -> None:
        if self._open is not None:
            (sock, site), self._open = self._open, None
            await self._accept_no_more(sock)
            await site.stop()
        refusing.set()
        await asyncio.sleep(seconds)
        await self.listen()

    async def _accept_no_more(self, sock: socket.socket) -> None:
        # Python 3.11 leaks a connection that is half accepted while its server closes. So no new
        # ones first; loops that have no readers do not have this trouble either.
        with contextlib.suppress(NotImplementedError):
            asyncio.get_running_loop().remove_reader(sock.fileno())
        for _ in range(_TURNS_TO_ACCEPT):
            await asyncio.sleep(0)


async def open_listener(serve: Serve, host: str, port: int) -> Listener:
    """Start to serve."""
    # A bare server: the emulator's own table routes faster, and refuses in the API's own shape.
    server = web.Server(serve, access_log=None, handler_cancellation=True)
    runner = web.ServerRunner(server, shutdown_timeout=_SHUTDOWN_SECONDS)
    listener = Listener(runner, host, port)
    await runner.setup()
    await listener.listen()
    return listener
