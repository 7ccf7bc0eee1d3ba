"""Faults that spoil the whole body or the headers of the operation's answer."""

import gzip
import zlib
from collections.abc import Sequence
from email.utils import formatdate
from functools import cache, partial
from typing import Final

from aiohttp import web

from intercom_async.emulator.faults.exchange import Exchange, Injector
from intercom_async.emulator.faults.kinds import FaultKind
from intercom_async.emulator.faults.statuses import html_page
from intercom_async.emulator.replies import Reply

_OK: Final = 200
_RESET: Final = "X-RateLimit-Reset"
_HOUR: Final = 3_600
_BLOCK: Final = b" " * (1 << 20)
_BLOCKS: Final = 80


def _emptied(exchange: Exchange) -> web.StreamResponse | None:
    reply = exchange.carry_out()
    return exchange.respond(Reply(_OK, b"")) if reply.status == _OK else None


def _webpage(exchange: Exchange) -> web.StreamResponse | None:
    reply = exchange.carry_out()
    if reply.status != _OK:
        return None
    return exchange.respond(Reply(_OK, html_page("Please wait"), "text/html"))


def _cut(exchange: Exchange) -> web.StreamResponse | None:
    reply = exchange.carry_out()
    if reply.status != _OK:
        return None
    return exchange.respond(Reply(_OK, reply.body[: cut_place(exchange, reply.body)]))


def _cut_gzip(exchange: Exchange) -> web.StreamResponse | None:
    reply = exchange.carry_out()
    if reply.status != _OK:
        return None
    packed = gzip.compress(reply.body, compresslevel=1)
    return _packed(exchange, packed[: cut_place(exchange, packed)])


def _bomb(exchange: Exchange) -> web.StreamResponse | None:
    exchange.carry_out()
    return _packed(exchange, _make_bomb())


def _with_headers(exchange: Exchange, lengths: Sequence[int]) -> web.StreamResponse | None:
    response = exchange.respond(exchange.carry_out())
    for line, length in enumerate(lengths):
        response.headers[f"X-More-{line}"] = "x" * length
    return response


def _by_old_name(exchange: Exchange) -> web.StreamResponse | None:
    reply = exchange.carry_out()
    return _packed(exchange, gzip.compress(reply.body, compresslevel=1), "x-gzip", reply.status)


def _undated(exchange: Exchange) -> web.StreamResponse:
    response = exchange.respond(exchange.carry_out())
    response.headers["Date"] = ""
    return response


def _misdated(exchange: Exchange, seconds: int | None) -> web.StreamResponse | None:
    """Shift the clock of one answer; None shifts it by any amount up to an hour."""
    if seconds is None:
        seconds = exchange.chosen.place % (2 * _HOUR + 1) - _HOUR
    response = exchange.respond(exchange.carry_out())
    response.headers["Date"] = formatdate(exchange.record.at + seconds, usegmt=True)
    if _RESET in response.headers:
        response.headers[_RESET] = str(int(response.headers[_RESET]) + seconds)
    return response


def cut_place(exchange: Exchange, body: bytes) -> int:
    """Choose where to cut a body: something is left, and something is missing."""
    return 1 + exchange.chosen.place % max(len(body) - 1, 1)


def _packed(
    exchange: Exchange, packed: bytes, coding: str = "gzip", status: int = _OK
) -> web.StreamResponse:
    # In this order: a compressing emulator would pack it once more.
    response = exchange.respond(Reply(status, b""))
    response.body = packed
    response.headers["Content-Encoding"] = coding
    return response


@cache
def _make_bomb() -> bytes:
    """Pack many blanks: one block is packed, then repeated, which takes no time."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    block = packer.compress(_BLOCK) + packer.flush(zlib.Z_FULL_FLUSH)
    checksum = 0
    for _ in range(_BLOCKS):
        checksum = zlib.crc32(_BLOCK, checksum)
    head = gzip.compress(b"", compresslevel=1, mtime=0)[:10]
    tail = checksum.to_bytes(4, "little") + (_BLOCKS * len(_BLOCK)).to_bytes(4, "little")
    return head + block * _BLOCKS + packer.flush() + tail


INJECTORS: Final[dict[FaultKind, Injector]] = {
    FaultKind.EMPTY_BODY: _emptied,
    FaultKind.HTML_BODY: _webpage,
    FaultKind.CUT_JSON: _cut,
    FaultKind.CUT_GZIP: _cut_gzip,
    FaultKind.GZIP_BOMB: _bomb,
    FaultKind.HEADER_FLOOD: partial(_with_headers, lengths=[32 * 1_024] + 24 * [1_000]),
    FaultKind.LONG_HEADER: partial(_with_headers, lengths=[8_300]),
    FaultKind.MANY_HEADERS: partial(_with_headers, lengths=130 * [1]),
    FaultKind.X_GZIP: _by_old_name,
    FaultKind.CLOCK_AHEAD: partial(_misdated, seconds=_HOUR),
    FaultKind.CLOCK_BEHIND: partial(_misdated, seconds=-_HOUR),
    FaultKind.CLOCK_STEP: partial(_misdated, seconds=None),
    FaultKind.CLOCK_UNTOLD: _undated,
}
