"""Faults that say something else in place of the operation's answer."""

from functools import partial
from typing import Final

from aiohttp import web

from intercom_async.emulator.faults.exchange import Exchange, Injector
from intercom_async.emulator.faults.kinds import FaultKind
from intercom_async.emulator.replies import ApiError, Reply, reply_error

_RATE_HEADERS: Final = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset")
_HTML: Final = "text/html"
_LIMIT: Final = "167"
_HOUR: Final = 3_600

_REFUSALS: Final = {
    FaultKind.STATUS_408: ApiError(408, "request_timeout", "Request timed out"),
    FaultKind.STATUS_500: ApiError(500, "server_error", "Server error"),
    FaultKind.STATUS_502: ApiError(502, "bad_gateway", "Bad gateway"),
    FaultKind.STATUS_503: ApiError(503, "service_unavailable", "Service unavailable"),
    FaultKind.STATUS_504: ApiError(504, "gateway_timeout", "Gateway timeout"),
    FaultKind.UNAUTHORIZED: ApiError(401, "unauthorized", "Access Token Invalid"),
    FaultKind.FORBIDDEN: ApiError(403, "forbidden", "You do not have access to this resource"),
}
_PAGES: Final = {
    FaultKind.HTML_404: (404, "404 Not Found"),
    FaultKind.HTML_502: (502, "502 Bad Gateway"),
    FaultKind.HTML_503: (503, "503 Service Temporarily Unavailable"),
    FaultKind.HTML_504: (504, "504 Gateway Time-out"),
}
# Where Reset stands: so many seconds after now, or this text. An hour is what no window lasts.
_RESETS: Final[dict[FaultKind, int | str]] = {
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


def _refuse(exchange: Exchange, error: ApiError) -> web.Response:
    if exchange.chosen.applied:
        exchange.carry_out()
    return exchange.respond(reply_error(error, exchange.headers["X-Request-Id"]))


def _html(exchange: Exchange, status: int, title: str) -> web.StreamResponse:
    if exchange.chosen.applied:
        exchange.carry_out()
    return exchange.respond(Reply(status, html_page(title), _HTML))


def _rate_limited(exchange: Exchange, reset: int | str | None) -> web.StreamResponse:
    error = ApiError(429, "rate_limit_exceeded", f"Exceeded rate limit of {_LIMIT} in 10_seconds")
    response = _refuse(exchange, error)
    for name in _RATE_HEADERS:
        response.headers.popall(name, None)
    if reset is not None:
        text = reset if isinstance(reset, str) else str(int(exchange.record.at) + reset)
        response.headers.update(zip(_RATE_HEADERS, (_LIMIT, "0", text), strict=True))
    return response


def _redirect(exchange: Exchange) -> web.StreamResponse:
    exchange.headers["Location"] = exchange.faults.redirect_to
    return exchange.respond(Reply(302, b"", _HTML))


INJECTORS: Final[dict[FaultKind, Injector]] = {
    **{kind: partial(_refuse, error=error) for kind, error in _REFUSALS.items()},
    **{
        kind: partial(_html, status=status, title=title) for kind, (status, title) in _PAGES.items()
    },
    **{kind: partial(_rate_limited, reset=reset) for kind, reset in _RESETS.items()},
    FaultKind.RATE_LIMITED_BARE: partial(_rate_limited, reset=None),
    FaultKind.REDIRECT: _redirect,
}
