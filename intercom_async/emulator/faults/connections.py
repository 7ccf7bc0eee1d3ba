"""Faults of the connection itself: it breaks, it stalls, it drips, it goes on unasked."""

import asyncio
import socket
import struct
import sys
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final, TypeAlias

from aiohttp import web

from intercom_async.emulator.faults.answers import cut_place
from intercom_async.emulator.faults.exchange import Exchange, Injector
from intercom_async.emulator.faults.kinds import FaultKind

# To close at once and with RST: linger, for no second.
_NO_LINGER: Final = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)
_LOOK_AGAIN_SECONDS: Final = 0.002
# RST makes the system drop what it has not passed on yet; so long it is given to do so.
_PASS_ON_SECONDS: Final = 0.02
_UNASKED: Final = b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

_Play: TypeAlias = Callable[[asyncio.Transport], Awaitable[None]]


class RawResponse(web.StreamResponse):
    """Writes to the connection by hand."""

    def __init__(self, play: _Play, status: int, *, keep: bool = False) -> None:
        super().__init__(status=status)
        self._play = play
        self._keep = keep

    @property
    def keep_alive(self) -> bool:
        """Whether the next request is read."""
        return self._keep

    async def prepare(self, request: web.BaseRequest) -> None:
        """Play, then tell aiohttp if the connection is gone."""
        if request.transport is not None:
            await self._play(request.transport)
        if not self._keep:
            raise ConnectionResetError("the connection was used up")

    async def write_eof(self, data: bytes = b"") -> None:
        """Write nothing: all has been written."""


def _refuse(exchange: Exchange) -> web.StreamResponse:
    async def play(transport: asyncio.Transport) -> None:
        await exchange.stop_listening(exchange.faults.refused_seconds)
        _reset(transport)

    return RawResponse(play, 0)


def _reset_before(exchange: Exchange) -> web.StreamResponse:
    if exchange.chosen.applied:
        exchange.carry_out()

    async def play(transport: asyncio.Transport) -> None:
        _reset(transport)

    return RawResponse(play, 0)


def _reset_in(exchange: Exchange) -> web.StreamResponse:
    head, body, status = _written(exchange)

    async def play(transport: asyncio.Transport) -> None:
        transport.write(head + body[: len(body) // 2])
        await _passed_on(transport)
        _reset(transport)

    return RawResponse(play, status)


def _and_then(
    exchange: Exchange, do: Callable[[asyncio.Transport, bytes], None], *, keep: bool = False
) -> web.StreamResponse:
    """Answer, and a moment later do something more with the connection."""
    head, body, status = _written(exchange)

    async def play(transport: asyncio.Transport) -> None:
        transport.write(head + body)
        await _passed_on(transport)
        do(transport, head + body)

    return RawResponse(play, status, keep=keep)


def _cut_length(exchange: Exchange) -> web.StreamResponse:
    head, body, status = _written(exchange)

    async def play(transport: asyncio.Transport) -> None:
        transport.write(head + body[: cut_place(exchange, body)])

    return RawResponse(play, status)


def _drip(exchange: Exchange) -> web.StreamResponse:
    head, body, status = _written(exchange, last=True)

    async def play(transport: asyncio.Transport) -> None:
        transport.write(head)
        for at in range(len(body)):
            await asyncio.sleep(exchange.faults.drip_seconds)
            transport.write(body[at : at + 1])

    return RawResponse(play, status)


def _stall(exchange: Exchange, share: float | None) -> web.StreamResponse:
    """Stall after a share of the body; None stalls before the headers."""
    head, body, status = _written(exchange, last=True)
    answer = head + body
    place = 0 if share is None else len(head) + int(share * len(body))

    async def play(transport: asyncio.Transport) -> None:
        transport.write(answer[:place])
        await asyncio.sleep(exchange.faults.stall_seconds)
        transport.write(answer[place:])

    return RawResponse(play, status)


def _written(exchange: Exchange, *, last: bool = False) -> tuple[bytes, bytes, int]:
    """Carry the operation out, and write its answer: head, body and status."""
    response = exchange.respond(exchange.carry_out())
    body = response.body
    assert isinstance(body, bytes)  # noqa: S101  # what the emulator answers with
    headers = {**response.headers, "Content-Length": str(len(body))}
    if last:
        headers["Connection"] = "close"
    lines = [f"HTTP/1.1 {response.status} {response.reason}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("utf-8"), body, response.status


async def _passed_on(transport: asyncio.Transport) -> None:
    # aiohttp's protocol alone is told when the buffer is empty.
    while transport.get_write_buffer_size() and not transport.is_closing():  # noqa: ASYNC110
        await asyncio.sleep(_LOOK_AGAIN_SECONDS)
    await asyncio.sleep(_PASS_ON_SECONDS)


def _reset(transport: asyncio.Transport) -> None:
    connection: socket.socket | None = transport.get_extra_info("socket")
    if connection is not None and not transport.is_closing():
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
    transport.abort()


INJECTORS: Final[dict[FaultKind, Injector]] = {
    FaultKind.CONNECTION_REFUSED: _refuse,
    FaultKind.RESET_BEFORE_ANSWER: _reset_before,
    FaultKind.RESET_IN_ANSWER: _reset_in,
    FaultKind.RESET_AFTER_ANSWER: partial(_and_then, do=lambda transport, _: _reset(transport)),
    FaultKind.CLOSED_AFTER_ANSWER: partial(_and_then, do=lambda transport, _: transport.close()),
    FaultKind.ANSWERED_TWICE: partial(
        _and_then, do=lambda transport, answer: transport.write(answer), keep=True
    ),
    FaultKind.UNASKED_408: partial(_and_then, do=lambda transport, _: transport.write(_UNASKED)),
    FaultKind.CUT_LENGTH: _cut_length,
    FaultKind.DRIP: _drip,
    FaultKind.STALL_BEFORE_ANSWER: partial(_stall, share=None),
    FaultKind.STALL_BEFORE_BODY: partial(_stall, share=0.0),
    FaultKind.STALL_IN_BODY: partial(_stall, share=0.5),
}
