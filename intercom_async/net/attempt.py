"""One try of a call, and what is told of it."""

import logging
import time
from typing import Any, Final

from intercom_async.core import rate_window
from intercom_async.core.call import Call, Reply
from intercom_async.net.events import OnEvent, RequestEvent

_LOGGER: Final = logging.getLogger("intercom_async")


class Attempt:
    """One try: its ``Authorization``, when it was sent, and its reply."""

    __slots__ = ("authorization", "reply", "started_at")

    def __init__(self) -> None:
        self.authorization: str = ""
        self.started_at: float | None = None
        self.reply: Reply | None = None

    def emit(
        self,
        on_event: OnEvent | None,
        call: Call[Any],
        attempt: int,
        *,
        error: BaseException | None = None,
        retry_in: float | None = None,
    ) -> None:
        """Tell a hook how it ended, if it was sent.

        Args:
            on_event: The hook.
            call: What was tried.
            attempt: Which try of it this was, from 1.
            error: What it ended with, if it failed.
            retry_in: Seconds until the next.
        """
        if on_event is None or self.started_at is None:
            return
        reply = self.reply
        window = None if reply is None else rate_window.rate_headers(reply.headers)
        event = RequestEvent(
            method=call.method,
            path=call.template,
            attempt=attempt,
            seconds=time.monotonic() - self.started_at,
            status=None if reply is None else reply.status,
            bytes=0 if reply is None else len(reply.body),
            limit=None if window is None else window.limit,
            remaining=None if window is None else window.remaining,
            request_id=None if reply is None else reply.request_id,
            error=None if error is None else type(error).__name__,
            retry_in=retry_in,
        )
        try:
            on_event(event)
        except Exception:  # a broken hook must not fail the call
            _LOGGER.exception("on_event raised")
