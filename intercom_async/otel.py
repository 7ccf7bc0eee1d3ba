"""Spans for OpenTelemetry: ``pip install 'intercom-async[otel]'``.

Names follow OpenTelemetry's semantic conventions for HTTP clients.
"""

import time
from typing import Final

from intercom_async._version import __version__
from intercom_async.extras import missing
from intercom_async.net.events import OnEvent, RequestEvent

try:
    from opentelemetry import trace
    from opentelemetry.trace import SpanKind, Status, StatusCode, Tracer
    from opentelemetry.util.types import AttributeValue
except ModuleNotFoundError as _error:
    raise missing(_error, "otel") from None

__all__ = ["trace_events"]

_NANOSECONDS: Final = 1_000_000_000


def trace_events(tracer: Tracer | None = None) -> OnEvent:
    """Return a hook that makes a span of every try, with no token, id, query or body in it.

    Args:
        tracer: Where to; by default a tracer of the global provider.
    """
    to = tracer or trace.get_tracer("intercom_async", __version__)

    def record(event: RequestEvent) -> None:
        end = time.time_ns()
        span = to.start_span(
            f"{event.method} {event.path}",
            kind=SpanKind.CLIENT,
            attributes=_attributes(event),
            start_time=end - int(event.seconds * _NANOSECONDS),
        )
        if event.error is not None:
            span.set_status(Status(StatusCode.ERROR, event.error))
        span.end(end)

    return record


def _attributes(event: RequestEvent) -> dict[str, AttributeValue]:
    attributes: dict[str, AttributeValue | None] = {
        "http.request.method": event.method,
        "url.template": event.path,
        "http.request.resend_count": event.attempt - 1,
        "http.response.status_code": event.status,
        "http.response.body.size": event.bytes,
        "error.type": event.error,
        "intercom.request_id": event.request_id,
        "intercom.rate_limit.remaining": event.remaining,
    }
    return {name: value for name, value in attributes.items() if value is not None}
