"""Connections that are kept: looked at before use, of one workspace, granted in turn."""

import asyncio
import gzip
import re
import ssl
import threading
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Any, Final

import msgspec
import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from intercom_async import AsyncIntercom, RetryPolicy, SessionPool, Timeouts, raw_response
from intercom_async.errors import (
    ConfigurationError,
    ConnectionFailed,
    PoolError,
    TimedOut,
)
from intercom_async.events import RequestEvent, log_events
from intercom_async.otel import trace_events
from intercom_async.pool import _Session
from intercom_async.turns import FairTurns

QUICK: Final = RetryPolicy(max_attempts=3, base=0.001, cap=0.01)
Answer = Callable[[asyncio.StreamWriter, int, bytes], Awaitable[None]]


@asynccontextmanager
async def server(answer: Answer) -> AsyncIterator[str]:
    connections = 0
    writers: list[asyncio.StreamWriter] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        number = connections
        writers.append(writer)
        try:
            while not writer.is_closing():
                head = await reader.readuntil(b"\r\n\r\n")
                length = re.search(rb"(?i)content-length: (\d+)", head)
                await reader.readexactly(int(length[1]) if length else 0)
                await answer(writer, number, head)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    listener = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}"
    finally:
        listener.close()
        for writer in writers:
            writer.close()


def asked(head: bytes) -> str:
    found = re.match(rb"\S+ /conversations/([^/? ]+)", head)
    return found[1].decode() if found else "1"


def conversation(id: object, **fields: Any) -> bytes:
    return msgspec.json.encode({"type": "conversation", "id": id, **fields})


def http(body: bytes, *lines: str, status: str = "200 OK") -> bytes:
    head = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *lines]
    return ("\r\n".join(head) + "\r\n\r\n").encode() + body


def client(url: str, pool: SessionPool, **options: Any) -> AsyncIntercom:
    return AsyncIntercom(
        **(dict[str, Any](token="t", retry=QUICK) | options), base_url=url, pool=pool
    )


def go_by_session(pool: SessionPool) -> None:
    assert pool._transport is not None
    pool._transport._may_be_direct = False


@pytest.fixture(params=["direct", "session"])
async def pool(request: pytest.FixtureRequest) -> AsyncIterator[SessionPool]:
    async with SessionPool() as opened:
        if request.param == "session":
            go_by_session(opened)
        yield opened


@pytest.mark.parametrize("kind", ["answer", "408", "end"])
async def test_a_kept_connection_is_looked_at_before_it_is_used(
    pool: SessionPool, kind: str
) -> None:
    came = threading.Event()
    url: list[str] = []
    up = threading.Event()
    end = threading.Event()
    seen: list[tuple[int, str]] = []

    async def answer(writer: asyncio.StreamWriter, number: int, head: bytes) -> None:
        seen.append((number, asked(head)))
        writer.write(http(conversation(asked(head))))
        if number > 1:
            return
        await writer.drain()
        await asyncio.sleep(0.02)
        if kind == "answer":
            writer.write(http(conversation(asked(head))))
        elif kind == "408":
            writer.write(http(b"", "Connection: close", status="408 Request Timeout"))
        if kind != "answer":
            writer.close()
        await asyncio.sleep(0.02)
        came.set()

    async def run() -> None:
        async with server(answer) as at:
            url.append(at)
            up.set()
            await asyncio.to_thread(end.wait)

    thread = threading.Thread(target=asyncio.run, args=(run(),))
    thread.start()
    try:
        up.wait(10)
        conversations = client(url[0], pool).conversations
        await conversations.retrieve("A")
        came.wait(10)  # the event loop reads nothing meanwhile
        assert (await conversations.close("B", admin_id="1")).id == "B"
        assert seen == [(1, "A"), (2, "B")]
    finally:
        end.set()
        thread.join()


async def test_idle_connections_belong_to_a_workspace(pool: SessionPool) -> None:
    tokens: dict[int, set[bytes]] = {}

    async def answer(writer: asyncio.StreamWriter, number: int, head: bytes) -> None:
        tokens.setdefault(number, set()).update(re.findall(rb"Bearer (\w+)", head))
        writer.write(http(conversation(asked(head))))

    async with server(answer) as url:
        for _ in range(3):
            for token in ("a", "b", "c"):
                await client(url, pool, token=token).conversations.retrieve("1")
    assert sorted(map(sorted, tokens.values())) == [[b"a"], [b"b"], [b"c"]]


async def test_idle_connections_count() -> None:
    most = 0

    async def answer(writer: asyncio.StreamWriter, _: int, head: bytes) -> None:
        nonlocal most
        most = max(most, len(connector._acquired) + sum(map(len, connector._conns.values())))
        writer.write(http(conversation(asked(head))))

    async with server(answer) as url, SessionPool(connections=3) as pool:
        assert pool._transport is not None
        connector = pool._transport._connector
        for token in range(20):
            await client(url, pool, token=f"t{token}").conversations.retrieve("1")
    assert most <= 3


@pytest.mark.parametrize("max_attempts", [1, 2, 5])
async def test_an_answer_to_another_request(pool: SessionPool, max_attempts: int) -> None:
    async def answer(writer: asyncio.StreamWriter, number: int, head: bytes) -> None:
        writer.write(http(conversation("other" if number == 1 else asked(head))))

    retry = RetryPolicy(max_attempts=max_attempts, base=0)
    async with server(answer) as url:
        assert (await client(url, pool, retry=retry).conversations.retrieve("7")).id == "7"
    async with server(answer) as url:
        conversations = client(url, pool, retry=retry).conversations
        assert (await raw_response(conversations.retrieve, "7")).body == conversation("7")


async def test_a_read_has_its_second_try_when_the_others_are_used_up(pool: SessionPool) -> None:
    tries = 0

    async def answer(writer: asyncio.StreamWriter, _: int, _head: bytes) -> None:
        nonlocal tries
        tries += 1
        status = "503 Service Unavailable" if tries < 3 else "200 OK"
        writer.write(http(conversation("merged"), status=status))

    async with server(answer) as url:
        assert (await client(url, pool).conversations.retrieve("7")).id == "merged"
    assert tries == 4


async def test_answers_that_name_ever_another_id(pool: SessionPool) -> None:
    tries = 0

    async def answer(writer: asyncio.StreamWriter, number: int, _: bytes) -> None:
        nonlocal tries
        tries += 1
        assert tries == number  # each over a connection of its own
        writer.write(http(conversation(f"other{tries}")))

    async with server(answer) as url:
        with pytest.raises(ConnectionFailed, match="another id"):
            await client(url, pool).conversations.retrieve("7")
    assert tries == 4


Write = Callable[[AsyncIntercom], Awaitable[object]]
WRITES: Final[list[Write]] = [
    lambda c: c.conversations.update("7", read=True),
    lambda c: c.conversations.close("7", admin_id="1"),
    lambda c: c.conversations.reply("7", body="x", admin_id="1"),
    lambda c: c.conversations.redact_part("7", "1"),
    lambda c: c.conversations.add_tag("1", tag_id="7", admin_id="1"),
    lambda c: c.conversations.remove_tag("1", tag_id=7, admin_id="1"),
    lambda c: c.conversations.delete("7"),
    lambda c: raw_response(c.conversations.update, 7, title="x"),
]


@pytest.mark.parametrize("write", WRITES)
async def test_a_write_answered_by_another_id_is_ambiguous(pool: SessionPool, write: Write) -> None:
    told: list[str] = ["7", "other"]

    async def answer(writer: asyncio.StreamWriter, _: int, _head: bytes) -> None:
        id = told.pop(0)
        writer.write(http(conversation(id, name="x", object="conversation", deleted=True)))

    async with server(answer) as url:
        intercom = client(url, pool, version="2.14")
        await write(intercom)
        with pytest.raises(ConnectionFailed, match="another id") as caught:
            await write(intercom)
    assert caught.value.may_have_been_applied
    assert caught.value.attempts == 1


async def test_only_the_connections_of_that_workspace_are_closed(pool: SessionPool) -> None:
    seen: list[tuple[str, int]] = []
    in_use, go = asyncio.Event(), asyncio.Event()

    async def answer(writer: asyncio.StreamWriter, number: int, head: bytes) -> None:
        token = re.findall(rb"Bearer (\w+)", head)[0].decode()
        seen.append((token, number))
        if asked(head) == "slow":
            in_use.set()
            await go.wait()
        is_wrong = asked(head) == "7" and number == 2
        writer.write(http(conversation("other" if is_wrong else asked(head))))

    async with server(answer) as url:
        a, b = (client(url, pool, token=token).conversations for token in "ab")
        await b.retrieve("1")
        await a.retrieve("1")
        slow = asyncio.create_task(a.retrieve("slow"))
        await in_use.wait()
        assert (await a.retrieve("7")).id == "7"
        go.set()
        await slow
        await a.retrieve("1")
        await b.retrieve("1")
    used = {token: [number for who, number in seen if who == token] for token in "ab"}
    assert used["b"] == [1, 1]
    wrong, fresh = 2, max(used["a"])
    assert used["a"][-1] == fresh
    assert wrong not in used["a"][used["a"].index(fresh) :]


@pytest.mark.parametrize(("id", "asks"), [(7, "7"), ("7", 7), (7, 7), ("merged", "7")])
async def test_answers_that_differ_rightly(pool: SessionPool, id: object, asks: Any) -> None:
    async def answer(writer: asyncio.StreamWriter, _: int, _head: bytes) -> None:
        writer.write(http(conversation(id)))

    async with server(answer) as url:
        assert (await client(url, pool).conversations.retrieve(asks)).id == str(id)


@pytest.mark.parametrize(
    ("coding", "pack"),
    [
        ("x-gzip", gzip.compress),
        ("X-GZip", gzip.compress),
        ("GZIP", gzip.compress),
        ("x-deflate", zlib.compress),
        ("identity", bytes),
        ("identity, x-gzip", gzip.compress),
        ("deflate, gzip", lambda body: gzip.compress(zlib.compress(body))),
    ],
)
async def test_content_codings(
    pool: SessionPool, coding: str, pack: Callable[[bytes], bytes]
) -> None:
    async def answer(writer: asyncio.StreamWriter, _: int, _head: bytes) -> None:
        writer.write(http(pack(conversation("1")), f"Content-Encoding: {coding}"))

    async with server(answer) as url:
        assert (await client(url, pool).conversations.retrieve("1")).id == "1"


@pytest.mark.parametrize(
    ("lines", "is_read"),
    [
        (["X-Long: " + "a" * 9000], True),
        ([f"X-{n}: a" for n in range(200)], True),
        (["X-Long: " + "a" * 90_000], False),
        ([f"X-{n}: a" for n in range(3000)], False),
    ],
)
async def test_long_headers(pool: SessionPool, lines: list[str], is_read: bool) -> None:
    tries = 0

    async def answer(writer: asyncio.StreamWriter, _: int, _head: bytes) -> None:
        nonlocal tries
        tries += 1
        writer.write(http(conversation("1"), *lines))

    async with server(answer) as url:
        call = client(url, pool).conversations.retrieve("1")
        if is_read:
            assert (await call).id == "1"
        else:
            with pytest.raises(ConnectionFailed, match="more than 65536 bytes"):
                await call
    assert tries == (1 if is_read else 3)


async def test_the_last_of_a_header_counts(pool: SessionPool) -> None:
    heads: list[bytes] = []

    async def answer(writer: asyncio.StreamWriter, _: int, head: bytes) -> None:
        heads.append(head)
        writer.write(http(conversation("1")))

    async with server(answer) as url:
        intercom = client(url, pool)
        for headers in ({"X-Tenant": "a", "X-TENANT": "b"}, {"x-b": "c"}, {"x-tenant": "d"}):
            intercom = intercom.with_options(headers=headers)
        await intercom.conversations.retrieve("1")
    assert re.findall(rb"(?i)x-tenant: (\w)", heads[0]) == [b"d"]


async def test_no_content_type_without_a_body(pool: SessionPool) -> None:
    heads: list[bytes] = []

    async def answer(writer: asyncio.StreamWriter, _: int, head: bytes) -> None:
        heads.append(head.lower())
        writer.write(http(conversation("1")))

    async with server(answer) as url:
        with pytest.deprecated_call():
            await client(url, pool).conversations.run_assignment_rules("1")
    assert b"content-type" not in heads[0]


@pytest.mark.parametrize("says", [b"", b"SSH-2.0-x\r\n\r\n"])
async def test_a_proxy_that_makes_no_tunnel(says: bytes) -> None:
    async def proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(says)
        writer.close()

    listener = await asyncio.start_server(proxy, "127.0.0.1", 0)
    at = f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}"
    async with SessionPool(proxy=at) as pool:
        with pytest.raises(ConnectionFailed, match="cannot connect") as caught:
            await client("https://localhost:9", pool).conversations.close("1", admin_id="1")
    listener.close()
    assert not caught.value.sent
    assert not caught.value.may_have_been_applied
    assert caught.value.attempts == 3


@pytest.mark.parametrize(
    "options",
    [{"connections": value} for value in (0, -1, 2.5, None, True, "5")]
    + [{"max_body": value} for value in (0, -1, None, 1.5, True)]
    + [
        {name: value}
        for name in ("connect_timeout", "idle_after")
        for value in (-1, None, float("nan"), float("inf"), True, "5")
    ]
    + [
        {"proxy": value}
        for value in (
            5,
            "",
            "127.0.0.1:80",
            "localhost",
            "http://[::1",
            "socks5://h:1",
            "http://h:x",
        )
    ]
    + [{"ssl_context": value} for value in ("x", False, True, ssl.SSLContext)],
)
def test_options_are_checked_when_given(options: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError, match=next(iter(options))):
        SessionPool(**options)


ODD: Final[list[Any]] = [float("nan"), float("inf"), -float("inf"), -1, True, "5", b"5", [1]]


@pytest.mark.parametrize(
    ("made", "name", "more"),
    [
        (Timeouts, "attempt", [0, None]),
        (Timeouts, "total", [0]),
        (RetryPolicy, "max_attempts", [0, None, 2.0]),
        (RetryPolicy, "base", [None]),
        (RetryPolicy, "cap", [None]),
        (SessionPool, "connect_timeout", [0]),
        (SessionPool, "idle_after", []),
    ],
)
def test_no_number_is_refused(made: Callable[..., object], name: str, more: list[Any]) -> None:
    for value in ODD + more:
        with pytest.raises(ConfigurationError, match=name):
            made(**{name: value})


@pytest.mark.parametrize("hidden", ["secret", "se cret"])
def test_a_proxys_password_is_not_told(hidden: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        SessionPool(proxy=f"ftp://me:{hidden}@host")
    assert "cret" not in str(caught.value)


def test_options_that_are_right() -> None:
    RetryPolicy(base=0, cap=0)
    Timeouts(attempt=1, total=None)
    SessionPool(
        connections=1,
        max_body=1,
        connect_timeout=1,
        idle_after=0,
        proxy="http://me:x@127.0.0.1:8080",
        ssl_context=ssl.create_default_context(),
    )


async def _hook(event: RequestEvent) -> None:
    """Never awaited."""


class _Hook:
    async def __call__(self, event: RequestEvent) -> None:
        """Never awaited."""


@pytest.mark.parametrize("hook", [_hook, partial(_hook), partial(partial(_hook)), _Hook(), 5])
def test_hooks_are_plain_functions(hook: Any) -> None:
    with pytest.raises(ConfigurationError, match="on_event"):
        AsyncIntercom(token="t", on_event=hook)
    with pytest.raises(ConfigurationError, match="on_event"):
        AsyncIntercom(token="t").with_options(on_event=hook)
    with pytest.raises(ConfigurationError, match="on_invalid"):
        AsyncIntercom(token="t").conversations.list(on_invalid=hook)


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
        task.cancel()
        await asyncio.wait([task])
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

        def answered(self, *_: object) -> None:
            """Never called."""

        def lost(self) -> None:
            """Never called."""

    events: list[RequestEvent] = []
    intercom = client("http://127.0.0.1:9", pool, on_event=events.append, limiter=Never())
    task = asyncio.create_task(intercom.conversations.retrieve("1"))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])
    assert events == []


async def test_a_workspace_that_hangs_keeps_no_other_waiting() -> None:
    hung: list[asyncio.StreamWriter] = []
    full = asyncio.Event()
    order: list[str] = []

    async def answer(writer: asyncio.StreamWriter, _: int, head: bytes) -> None:
        if asked(head) != "hang":
            window = ("X-RateLimit-Limit: 1000", "X-RateLimit-Remaining: 999")
            writer.write(http(conversation(asked(head)), *window))
            return
        hung.append(writer)
        if len(hung) == 20:
            full.set()
        await asyncio.Event().wait()

    async def call(intercom: AsyncIntercom, id: str) -> None:
        with suppress(ConnectionFailed):
            await intercom.conversations.retrieve(id)
        order.append(id)

    async with server(answer) as url, SessionPool(connections=20) as pool:
        once = RetryPolicy(max_attempts=1)
        hanging = client(url, pool, token="hanging", retry=once)
        await hanging.conversations.retrieve("1")  # of which it learns how much it may ask
        tasks = [asyncio.create_task(call(hanging, "hang")) for _ in range(60)]
        await full.wait()
        healthy = asyncio.create_task(call(client(url, pool, token="healthy"), "1"))
        await asyncio.sleep(0)
        for writer in hung[:2]:  # the place of one goes to the next of its workspace
            writer.close()
        await healthy
        assert order == ["hang", "hang", "1"]
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


async def test_places_are_granted_in_turn_by_owner() -> None:
    turns = FairTurns(1)
    await turns.acquire("x")
    order: list[str] = []

    async def take(owner: str) -> None:
        await turns.acquire(owner)
        order.append(owner)
        turns.release()

    tasks = [asyncio.create_task(take(owner)) for owner in "aaaaabbc"]
    await asyncio.sleep(0)
    tasks[0].cancel()
    await asyncio.sleep(0)
    turns.release()
    await asyncio.wait(tasks)
    assert "".join(order) == "abcabaa"
    assert turns.value == 1


@pytest.mark.parametrize("cancelled", [False, True])
async def test_every_aclose_waits_for_the_end(cancelled: bool) -> None:
    arrived, go = asyncio.Event(), asyncio.Event()

    async def answer(writer: asyncio.StreamWriter, _: int, _head: bytes) -> None:
        arrived.set()
        await go.wait()
        writer.write(http(conversation("1")))

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
        monkeypatch.setattr("intercom_async.pool._Deadline.left", property(lambda _: 0.01))
        with pytest.raises(TimedOut) as caught:
            await client(url, pool).with_options(timeout=0.01).conversations.retrieve("2")
        assert not isinstance(caught.value, PoolError)
        assert not caught.value.sent
        busy.cancel()
        await asyncio.wait([busy])


@pytest.mark.parametrize("idle_after", [0, 300])
async def test_a_new_token_looks_at_few_sessions(
    idle_after: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = 0

    class Watched(_Session):
        @property
        def last_used(self) -> float:
            nonlocal looks
            looks += 1
            return self._last_used

        @last_used.setter
        def last_used(self, moment: float) -> None:
            self._last_used = moment

    async def answer(writer: asyncio.StreamWriter, _: int, head: bytes) -> None:
        writer.write(http(conversation(asked(head))))

    monkeypatch.setattr("intercom_async.pool._Session", Watched)
    async with server(answer) as url, SessionPool(idle_after=idle_after) as pool:
        for token in range(50):
            await client(url, pool, token=f"t{token}").conversations.retrieve("1")
        assert pool.workspaces == (50 if idle_after else 1)
    assert looks <= 2 * 50


async def test_sessions_in_use_are_looked_at_once(pool: SessionPool) -> None:
    arrived = asyncio.Event()
    hung = 0

    async def answer(writer: asyncio.StreamWriter, _: int, head: bytes) -> None:
        nonlocal hung
        if asked(head) != "hang":
            writer.write(http(conversation(asked(head))))
            return
        hung += 1
        if hung == 20:
            arrived.set()
        await asyncio.Event().wait()

    pool._idle_after = 0
    async with server(answer) as url:
        calls = [
            asyncio.create_task(client(url, pool, token=f"h{n}").conversations.retrieve("hang"))
            for n in range(20)
        ]
        await arrived.wait()
        for token in range(60):  # as many as there are hanging, and again
            await client(url, pool, token=f"t{token}").conversations.retrieve("1")
        assert pool.workspaces < 20 + 30
        for call in calls:
            call.cancel()
        await asyncio.wait(calls)
