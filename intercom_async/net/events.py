"""Events: one for every try of every call, for logs, metrics and traces.

An event holds no token, ids, query string or body.
"""

import logging
from collections.abc import Callable
from typing import TypeAlias

import msgspec

__all__ = ["LimiterEvent", "OnEvent", "RequestEvent", "log_events"]


class RequestEvent(msgspec.Struct, frozen=True):
    """The outcome of one try.

    Attributes:
        method: The HTTP method.
        path: The path template, such as ``/conversations/{id}``.
        attempt: Which try of the call it was, from 1.
        seconds: How long it took from sending to the end of the answer, without the wait for the
            rate limit.
        status: The answer's HTTP status; ``None`` if there was none.
        bytes: The size of the answer's body, decompressed; 0 for a file, which is read later.
        limit: Requests the rate window allows, as the answer said.
        remaining: Requests left in the rate window, as the answer said.
        request_id: The API's id of the request, for its support.
        error: The class of the error the try ended with, such as ``TimedOut``; ``None`` if it
            succeeded.
        retry_in: Seconds until the next try; ``None`` if there is none.
    """

    method: str
    path: str
    attempt: int
    seconds: float
    status: int | None = None
    bytes: int = 0
    limit: int | None = None
    remaining: int | None = None
    request_id: str | None = None
    error: str | None = None
    retry_in: float | None = None


class LimiterEvent(msgspec.Struct, frozen=True):
    """A shared limiter went its own way, or came back to the others.

    Attributes:
        server: What the limiter shares its windows over, such as ``redis://127.0.0.1:6379/0``;
            without the password.
        is_shared: Whether windows are shared again; if not, each process now keeps to its
            fallback's share of them.
        error: The class of the error that ended the sharing; ``None`` if it is back.
    """

    server: str
    is_shared: bool
    error: str | None = None

    def __str__(self) -> str:
        if self.is_shared:
            return f"{self.server} is back: rate windows are shared with other processes again"
        return (
            f"{self.server} does not answer ({self.error}): until it is back, this process keeps "
            "to a share of each rate window"
        )


OnEvent: TypeAlias = Callable[[RequestEvent], object]
"""Called after every try on the event loop; must be quick and raise nothing."""


def chain_hooks(first: OnEvent | None, second: OnEvent) -> OnEvent:
    """Return a hook that calls both, or the second if there is no first."""
    if first is None:
        return second

    def call_both(event: RequestEvent) -> None:
        first(event)
        second(event)

    return call_both


def log_events(logger: logging.Logger | None = None) -> OnEvent:
    """Return a hook that logs tries: failed ones as warnings, the others for debugging.

    Args:
        logger: Where to; the logger ``intercom_async`` by default.
    """
    to = logger or logging.getLogger("intercom_async")

    def log(event: RequestEvent) -> None:
        level = logging.DEBUG if event.error is None else logging.WARNING
        if not to.isEnabledFor(level):
            return
        again = "" if event.retry_in is None else f", again in {event.retry_in:.1f} s"
        to.log(
            level,
            "%s %s: %s in %.3f s (try %d, %d bytes, %s left in the window, request %s)%s",
            event.method,
            event.path,
            event.error or event.status,
            event.seconds,
            event.attempt,
            event.bytes,
            "?" if event.remaining is None else event.remaining,
            event.request_id,
            again,
        )

    return log
