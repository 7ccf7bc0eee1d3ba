"""What is told of calls that end before their answer, and who waits for them."""

import asyncio

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from intercom_async import SessionPool
from intercom_async.errors import PoolError, TimedOut
from intercom_async.net.events import RequestEvent, log_events
from intercom_async.otel import trace_events
from tests.transport.answering import client, conversation, server
from tests.transport.scripted import response
from tests.waiting import cancel


async def test_a_cancelled_try_is_told(pool: SessionPool, caplog: pytest.LogCaptureFixture) -> None:
    arrived = asyncio.Event()

    async def answer(*_: object) -> None:
        arrived.set()
        await asyncio.Event().wait()

    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    events: list[RequestEvent] = []
    async with server(answer) as url:
        intercom = client(url, pool, on_event=events.append)
        for hook in (trace_events(provider.get_tracer("test")), log_events()):
            intercom = intercom.with_options(on_event=hook)
        task = asyncio.create_task(intercom.conversations.retrieve("1"))
        await arrived.wait()
        await cancel(task)
        assert [(event.attempt, event.error) for event in events] == [(1, "CancelledError")]
    (span,) = exporter.get_finished_spans()
    assert span.status.description == "CancelledError"
    assert [
        record.levelname for record in caplog.records if "CancelledError" in record.getMessage()
    ] == ["WARNING"]


async def test_a_call_cancelled_before_it_was_sent_is_no_try(pool: SessionPool) -> None:
    class Never:
        def try_acquire(self, _budget: float) -> bool:
            return False

        async def acquire(self, _budget: float) -> None:
            await asyncio.Event().wait()

        def record_response(self, *_: object) -> None:
            """Never called."""

        def release(self) -> None:
            """Never called."""

    events: list[RequestEvent] = []
    intercom = client("http://127.0.0.1:9", pool, on_event=events.append, limiter=Never())
    task = asyncio.create_task(intercom.conversations.retrieve("1"))
    await asyncio.sleep(0)
    await cancel(task)
    assert events == []


@pytest.mark.parametrize("cancelled", [False, True])
async def test_every_aclose_waits_for_the_end(cancelled: bool) -> None:
    arrived, go = asyncio.Event(), asyncio.Event()

    async def answer(writer: asyncio.StreamWriter, _: int, _head: bytes) -> None:
        arrived.set()
        await go.wait()
        writer.write(response(conversation("1")))

    async with server(answer) as url:
        pool = SessionPool()
        call = asyncio.create_task(client(url, pool).conversations.retrieve("1"))
        await arrived.wait()
        closing = [asyncio.create_task(pool.aclose()) for _ in range(3)]
        await asyncio.sleep(0.01)
        assert not any(task.done() for task in closing)
        if cancelled:
            closing[0].cancel()
        else:
            go.set()
        await asyncio.wait(closing[1:])
        assert pool.calls == 0
        await asyncio.wait([call, *closing])


async def test_the_end_of_a_wait_is_told_by_who_ended_it(monkeypatch: pytest.MonkeyPatch) -> None:
    arrived = asyncio.Event()

    async def answer(*_: object) -> None:
        arrived.set()
        await asyncio.Event().wait()

    async with server(answer) as url, SessionPool(connections=1) as pool:
        busy = asyncio.create_task(client(url, pool).conversations.retrieve("1"))
        await arrived.wait()
        # A clock behind that of the event loop, as that of uvloop may be by a millisecond.
        monkeypatch.setattr("intercom_async.net.pool._Deadline.left", property(lambda _: 0.01))
        with pytest.raises(TimedOut) as caught:
            await client(url, pool).with_options(timeout=0.01).conversations.retrieve("2")
        assert not isinstance(caught.value, PoolError)
        assert not caught.value.sent
        await cancel(busy)
