"""Spans tell what became of every try, and nothing that is nobody's business."""

from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from intercom_async import RequestEvent
from intercom_async.otel import trace_events

SUCCESS = RequestEvent("GET", "/conversations/{id}", 1, 0.25, 200, 1024, 83, 42, "r-1")
FAILURE = RequestEvent("POST", "/conversations/search", 2, 1.5, error="TimedOut", retry_in=0.5)


def test_a_try_becomes_a_span() -> None:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    hook = trace_events(provider.get_tracer("test"))
    hook(SUCCESS)
    hook(FAILURE)
    good, bad = exporter.get_finished_spans()
    assert (good.name, good.kind) == ("GET /conversations/{id}", SpanKind.CLIENT)
    assert dict(good.attributes or {}) == {
        "http.request.method": "GET",
        "url.template": "/conversations/{id}",
        "http.request.resend_count": 0,
        "http.response.status_code": 200,
        "http.response.body.size": 1024,
        "intercom.request_id": "r-1",
        "intercom.rate_limit.remaining": 42,
    }
    assert good.start_time is not None
    assert good.end_time is not None
    assert good.end_time - good.start_time == 250_000_000
    assert good.status.status_code is StatusCode.UNSET
    assert (bad.status.status_code, bad.status.description) == (StatusCode.ERROR, "TimedOut")
    assert (bad.attributes or {})["error.type"] == "TimedOut"
    assert "http.response.status_code" not in (bad.attributes or {})


def test_without_a_tracer_the_global_provider_is_used() -> None:
    trace_events()(SUCCESS)
