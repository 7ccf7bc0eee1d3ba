"""Faults that replace the operation's answer, or spoil the whole of its body or headers."""

import gzip
import zlib
from collections.abc import Sequence
from email.utils import formatdate
from functools import cache, partial
from typing import Final

from aiohttp import web

from intercom_async.emulator.faults.exchange import Exchange, Injector
from intercom_async.emulator.faults.kinds import FaultKind
from intercom_async.emulator.replies import ApiError, Reply

_RESET: Final = "X-RateLimit-Reset"
_RATE_HEADERS: Final = ("X-RateLimit-Limit", "X-RateLimit-Remaining", _RESET)
_OK: Final = 200
_HTML: Final = "text/html"
_LIMIT: Final = "167"
_HOUR: Final = 3_600
_BLOCK: Final = b" " * (1 << 20)
_BLOCKS: Final = 80

_REFUSALS: Final = {
    FaultKind.STATUS_408: ApiError(408, "request_timeout", "Request timed out"),
    FaultKind.STATUS_500: ApiError(500, "server_error", "Server error"),
    FaultKind.STATUS_502: ApiError(502, "bad_gateway", "Bad gateway"),
    FaultKind.STATUS_503: ApiError(503, "service_unavailable", "Service unavailable"),
    FaultKind.STATUS_504: ApiError(504, "gateway_timeout", "Gateway timeout"),
    FaultKind.UNAUTHORIZED: ApiError(401, "unauthorized", "Access Token Invalid"),
    FaultKind.OTHER_VERSION: ApiError(400, "intercom_version_invalid", "Not in this version"),
    FaultKind.FORBIDDEN: ApiError(403, "forbidden", "You do not have access to this resource"),
}
_PAGES: Final = {
    FaultKind.HTML_404: (404, "404 Not Found"),
    FaultKind.HTML_502: (502, "502 Bad Gateway"),
    FaultKind.HTML_503: (503, "503 Service Temporarily Unavailable"),
    FaultKind.HTML_504: (504, "504 Gateway Time-out"),
}
# Where Reset stands: so many seconds after now, or this text. An hour is what no window lasts.
_RESETS: Final[dict[FaultKind, int | str | None]] = {
    FaultKind.RATE_LIMITED_BARE: None,
    FaultKind.RATE_LIMITED: 1,
    FaultKind.RATE_LIMITED_RESET_PAST: -60,
    FaultKind.RATE_LIMITED_RESET_HOUR: _HOUR,
    FaultKind.RATE_LIMITED_RESET_NEGATIVE: "-1",
    FaultKind.RATE_LIMITED_RESET_HUGE: "9" * 40,
    FaultKind.RATE_LIMITED_RESET_TEXT: "soon",
}


def html_page(title: str) -> bytes:
    """Make a web page such as a proxy's."""
    return f"<html><head><title>{title}</title></head><body>{title}</body></html>".encode()


def _instead(exchange: Exchange, reply: Reply) -> web.Response:
    if exchange.chosen.applied:
        exchange.carry_out()
    return exchange.respond(reply)


def _refuse(exchange: Exchange, error: ApiError) -> web.Response:
    return _instead(exchange, exchange.refusal(error))


def _rate_limited(exchange: Exchange, reset: int | str | None) -> web.Response:
    error = ApiError(429, "rate_limit_exceeded", f"Exceeded rate limit of {_LIMIT} in 10_seconds")
    response = _refuse(exchange, error)
    for name in _RATE_HEADERS:
        response.headers.popall(name, None)
    if reset is not None:
        text = reset if isinstance(reset, str) else str(int(exchange.record.at) + reset)
        response.headers.update(zip(_RATE_HEADERS, (_LIMIT, "0", text), strict=True))
    return response


def _redirect(exchange: Exchange) -> web.Response:
    exchange.headers["Location"] = exchange.faults.redirect_to
    return exchange.respond(Reply(302, b"", _HTML))


def _replaced(exchange: Exchange, reply: Reply) -> web.Response | None:
    return exchange.respond(reply) if exchange.carry_out().status == _OK else None


def _cut(exchange: Exchange) -> web.Response | None:
    reply = exchange.carry_out()
    return _replaced(exchange, Reply(_OK, reply.body[: cut_place(exchange, reply.body)]))


def _cut_gzip(exchange: Exchange) -> web.Response | None:
    reply = exchange.carry_out()
    if reply.status != _OK:
        return None
    packed = gzip.compress(reply.body, compresslevel=1)
    return _packed(exchange, packed[: cut_place(exchange, packed)])


def _bomb(exchange: Exchange) -> web.Response:
    exchange.carry_out()
    return _packed(exchange, _make_bomb())


def _with_headers(exchange: Exchange, lengths: Sequence[int]) -> web.Response:
    response = exchange.respond(exchange.carry_out())
    for line, length in enumerate(lengths):
        response.headers[f"X-More-{line}"] = "x" * length
    return response


def _by_old_name(exchange: Exchange) -> web.Response:
    reply = exchange.carry_out()
    return _packed(exchange, gzip.compress(reply.body, compresslevel=1), "x-gzip", reply.status)


def _undated(exchange: Exchange) -> web.Response:
    response = exchange.respond(exchange.carry_out())
    response.headers["Date"] = ""
    return response


def _misdated(exchange: Exchange, seconds: int | None) -> web.Response:
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
) -> web.Response:
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


_K = FaultKind
INJECTORS: Final[dict[FaultKind, Injector]] = {
    **{kind: partial(_refuse, error=error) for kind, error in _REFUSALS.items()},
    **{
        kind: partial(_instead, reply=Reply(status, html_page(title), _HTML))
        for kind, (status, title) in _PAGES.items()
    },
    **{kind: partial(_rate_limited, reset=reset) for kind, reset in _RESETS.items()},
    _K.REDIRECT: _redirect,
    _K.EMPTY_BODY: partial(_replaced, reply=Reply(_OK, b"")),
    _K.HTML_BODY: partial(_replaced, reply=Reply(_OK, html_page("Please wait"), _HTML)),
    _K.CUT_JSON: _cut,
    _K.CUT_GZIP: _cut_gzip,
    _K.GZIP_BOMB: _bomb,
    _K.HEADER_FLOOD: partial(_with_headers, lengths=[32 * 1_024] + 24 * [1_000]),
    _K.LONG_HEADER: partial(_with_headers, lengths=[8_300]),
    _K.MANY_HEADERS: partial(_with_headers, lengths=130 * [1]),
    _K.X_GZIP: _by_old_name,
    _K.CLOCK_AHEAD: partial(_misdated, seconds=_HOUR),
    _K.CLOCK_BEHIND: partial(_misdated, seconds=-_HOUR),
    _K.CLOCK_STEP: partial(_misdated, seconds=None),
    _K.CLOCK_UNTOLD: _undated,
}
