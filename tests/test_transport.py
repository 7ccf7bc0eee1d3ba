"""Servers that misbehave: what is recovered, what is told, and what is never given away."""

import asyncio
import functools
import gzip
import pickle
import socket
import tracemalloc
import zlib
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

import aiohttp
import msgspec
import pytest

from intercom_async import AsyncIntercom, RetryPolicy, SessionPool, Timeouts, WindowLimiter, direct
from intercom_async.errors import (
    ConnectionFailed,
    DecodeError,
    RateLimited,
    RequestError,
    ServerError,
    StatusError,
    TimedOut,
)
from intercom_async.protocol import codec
from intercom_async.protocol.call import Call
from intercom_async.settings import Secret, Settings

pytestmark = pytest.mark.usefixtures("way")

TOKEN: Final = "dG9rOnNlY3JldC10b2tlbg"
QUICK: Final = RetryPolicy(max_attempts=3, base=0.001, cap=0.01)

Act = Callable[[asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Request:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Server:
    """Answers each request with the next act of its script, and well when the script is over."""

    port: int = 0
    script: deque[Act] = field(default_factory=deque)
    requests: list[Request] = field(default_factory=list)
    connections: int = 0
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        with suppress(OSError, asyncio.IncompleteReadError):
            while not writer.is_closing():
                self.requests.append(await _read(reader))
                self.arrived.set()
                act = self.script.popleft() if self.script else sends(GOOD)
                await act(writer)
        writer.close()


async def _read(reader: asyncio.StreamReader) -> Request:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    method, path, _ = head[0].split(" ")
    pairs = (line.split(": ", 1) for line in head[1:] if line)
    headers = {name.lower(): value for name, value in pairs}
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return Request(method, path, headers, body)


def response(body: bytes, *lines: str, status: str = "200 OK", length: int | None = None) -> bytes:
    length = len(body) if length is None else length
    head = [f"HTTP/1.1 {status}", f"Content-Length: {length}", *lines]
    return "\r\n".join([*head, "", ""]).encode("latin-1") + body


GOOD_BODY: Final = b'{"id":"1"}'
GOOD: Final = response(GOOD_BODY)
HTML: Final = b"<html><body>Bad gateway</body></html>"


def sends(data: bytes, *, then_close: bool = False) -> Act:
    async def act(writer: asyncio.StreamWriter) -> None:
        writer.write(data)
        await writer.drain()
        if then_close:
            writer.close()

    return act


async def closes(writer: asyncio.StreamWriter) -> None:
    writer.close()


async def resets(writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


async def stalls(_writer: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


async def drips(writer: asyncio.StreamWriter) -> None:
    writer.write(response(b"", length=10_000))
    while not writer.is_closing():
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.005)


async def sends_for_ever(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + GOOD_BODY)
    while not writer.is_closing():
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.005)


def status(line: str, *lines: str, body: bytes = HTML) -> Act:
    return sends(response(body, *lines, status=line))


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with _running() as running:
        yield running


class _running:  # noqa: N801  # used as a function
    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Server:
        self._server = Server()

        def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.ensure_future(self._server.serve(reader, writer))
            self._tasks.add(task)
            task.add_done_callback(lambda _: writer.transport.abort())

        self._listener = await asyncio.start_server(accept, "127.0.0.1", 0)
        self._server.port = self._listener.sockets[0].getsockname()[1]
        return self._server

    async def __aexit__(self, *_: object) -> None:
        self._listener.close()
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)
        await self._listener.wait_closed()


@pytest.fixture
async def pool() -> AsyncIterator[SessionPool]:
    async with SessionPool(max_body=2**20) as opened:
        yield opened


READ: Final = Call("GET", "/things/{id}", "/things/1", codec.raw_one)
SEARCH: Final = Call("POST", "/things/search", "/things/search", codec.raw_one, body=b"{}")
WRITES: Final = [
    pytest.param(
        Call(method, "/things/{id}", "/things/1", codec.raw_one, body=b"{}", read=False),
        id=method,
    )
    for method in ("POST", "PUT", "DELETE", "PATCH")
]


def settings(
    server: Server,
    *,
    attempt: float = 5.0,
    total: float | None = None,
    retry: RetryPolicy = QUICK,
    token: Any = TOKEN,
) -> Settings:
    return Settings(
        secret=Secret(token),
        base_url=server.url,
        timeouts=Timeouts(attempt=attempt, total=total),
        retry=retry,
    )


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        yield from _chain(error.__context__)
        error = error.__cause__


def assert_hides_token(error: BaseException) -> None:
    for link in _chain(error):
        told = [str(link), repr(link), repr(vars(link))]
        assert not any(TOKEN in text for text in told)
        trace = link.__traceback__
        while trace is not None:
            # What a traceback with locals would show of the library's and aiohttp's frames.
            if "/tests/" not in trace.tb_frame.f_code.co_filename:
                shown = [repr(value) for value in trace.tb_frame.f_locals.values()]
                assert not any(TOKEN in text for text in shown), trace.tb_frame
            trace = trace.tb_next
    assert TOKEN.encode() not in pickle.dumps(error)


# An act; the error if all tries end so; whether what was asked for may have been done.
FAILURES: Final = [
    pytest.param(closes, ConnectionFailed, id="closed before the answer"),
    pytest.param(resets, ConnectionFailed, id="reset before the answer"),
    pytest.param(
        sends(b"HTTP/1.1 200 OK\r\nContent-", then_close=True),
        ConnectionFailed,
        id="closed within the headers",
    ),
    pytest.param(
        sends(response(GOOD_BODY, length=100), then_close=True),
        ConnectionFailed,
        id="closed within the body",
    ),
    pytest.param(
        sends(response(GOOD_BODY, length=5), then_close=True),
        (ConnectionFailed, DecodeError),
        id="length too short",
    ),
    pytest.param(
        sends(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\na\r\n" + GOOD_BODY,
            then_close=True,
        ),
        ConnectionFailed,
        id="chunks cut short",
    ),
    pytest.param(
        sends(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n" + GOOD_BODY,
            then_close=True,
        ),
        ConnectionFailed,
        id="chunks of no size",
    ),
    pytest.param(
        sends(response(gzip.compress(GOOD_BODY * 99)[:-30], "Content-Encoding: gzip")),
        (ConnectionFailed, DecodeError),
        id="gzip cut short",
    ),
    pytest.param(
        sends(response(b"no gzip at all", "Content-Encoding: gzip")),
        ConnectionFailed,
        id="no gzip",
    ),
    pytest.param(
        sends(b"220 smtp.example ESMTP\r\n\r\n", then_close=True), ConnectionFailed, id="no HTTP"
    ),
    pytest.param(
        sends(
            response(GOOD_BODY, *[f"X-{n}: {'y' * 900}" for n in range(200)], "Z: " + "z" * 99999)
        ),
        ConnectionFailed,
        id="flood of headers",
    ),
    pytest.param(status("500 Oops"), ServerError, id="500"),
    pytest.param(status("502 Bad Gateway"), ServerError, id="502"),
    pytest.param(status("503 Unavailable"), ServerError, id="503"),
    pytest.param(status("504 Gateway Timeout"), ServerError, id="504"),
    pytest.param(status("408 Request Timeout"), StatusError, id="408"),
    pytest.param(sends(response(b"")), DecodeError, id="200 and empty"),
    pytest.param(sends(response(HTML)), DecodeError, id="200 and HTML"),
    pytest.param(sends(response(GOOD_BODY[:-1])), DecodeError, id="200 and cut short"),
]


class TestReads:
    @pytest.mark.parametrize("call", [READ, SEARCH], ids=["GET", "search"])
    @pytest.mark.parametrize(("act", "_error"), FAILURES)
    async def test_recover(
        self, server: Server, pool: SessionPool, call: Call[bytes], act: Act, _error: Any
    ) -> None:
        server.script += [act, act]
        assert await pool.send(call, settings(server)) == GOOD_BODY
        assert len(server.requests) == 3
        assert {request.method for request in server.requests} == {call.method}

    @pytest.mark.parametrize(("act", "kind"), FAILURES)
    async def test_give_up(
        self, server: Server, pool: SessionPool, act: Act, kind: type[RequestError]
    ) -> None:
        server.script += [act] * 3
        with pytest.raises(kind) as caught:
            await pool.send(READ, settings(server))
        error = caught.value
        assert len(server.requests) == error.attempts == 3
        assert str(error).startswith("GET /things/{id}: ")
        assert "(tried 3 times)" in str(error)
        assert not error.may_have_been_applied
        assert_hides_token(error)
        assert pool.calls == 0

    async def test_stalling_servers_are_given_up(self, server: Server, pool: SessionPool) -> None:
        for act in (stalls, drips):
            server.script.append(act)
            assert await pool.send(READ, settings(server, attempt=0.1)) == GOOD_BODY
        assert len(server.requests) == 4

    @pytest.mark.parametrize("act", [stalls, drips], ids=["stall", "drip"])
    async def test_a_try_has_a_time_limit(
        self, server: Server, pool: SessionPool, act: Act
    ) -> None:
        server.script += [act] * 3
        with pytest.raises(TimedOut, match=r"within 0\.05 s") as caught:
            await pool.send(READ, settings(server, attempt=0.05))
        assert caught.value.sent
        assert caught.value.attempts == 3
        assert_hides_token(caught.value)

    async def test_a_body_without_an_end_is_no_whole_answer(
        self, server: Server, pool: SessionPool
    ) -> None:
        server.script += [sends_for_ever] * 3
        with pytest.raises(TimedOut):
            await pool.send(READ, settings(server, attempt=0.05))

    async def test_a_body_may_end_with_its_connection(
        self, server: Server, pool: SessionPool
    ) -> None:
        server.script.append(sends(b"HTTP/1.1 200 OK\r\n\r\n" + GOOD_BODY, then_close=True))
        assert await pool.send(READ, settings(server)) == GOOD_BODY
        assert await pool.send(READ, settings(server)) == GOOD_BODY
        assert server.connections == 2

    async def test_chunks_that_go_bad_in_the_middle(
        self, server: Server, pool: SessionPool
    ) -> None:
        async def goes_bad(writer: asyncio.StreamWriter) -> None:
            head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
            await sends(head + b"5\r\nhello\r\n")(writer)
            await asyncio.sleep(0.05)
            await sends(b"ZZ\r\nxx\r\n")(writer)

        server.script.append(goes_bad)
        async with asyncio.timeout(5):
            assert await pool.send(READ, settings(server, attempt=0.3)) == GOOD_BODY
        assert len(server.requests) == 2

    @pytest.mark.parametrize("way", ["direct"], indirect=True)
    async def test_what_nobody_asked_for_answers_nobody(
        self, server: Server, pool: SessionPool
    ) -> None:
        async def twice(writer: asyncio.StreamWriter) -> None:
            await sends(GOOD)(writer)
            await asyncio.sleep(0.01)
            await sends(response(b'{"id":"stale"}', status="408 Timeout"))(writer)

        server.script.append(twice)
        for _ in range(3):
            assert await pool.send(READ, settings(server)) == GOOD_BODY
            await asyncio.sleep(0.05)
        assert (len(server.requests), server.connections) == (3, 2)

    async def test_informational_answers_are_passed_over(
        self, server: Server, pool: SessionPool
    ) -> None:
        hints = b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>\r\n\r\n"
        server.script.append(sends(b"HTTP/1.1 102 Processing\r\n\r\n" + hints + GOOD))
        assert await pool.send(READ, settings(server)) == GOOD_BODY
        assert await pool.send(READ, settings(server)) == GOOD_BODY
        assert server.connections == 1

    async def test_another_protocol_is_refused(self, server: Server, pool: SessionPool) -> None:
        switched = b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"
        server.script.append(sends(switched))
        with pytest.raises(StatusError) as caught:
            await pool.send(READ, settings(server))
        assert caught.value.status == 101
        assert await pool.send(READ, settings(server)) == GOOD_BODY
        assert server.connections == 2

    async def test_all_tries_together_have_a_time_limit(
        self, server: Server, pool: SessionPool
    ) -> None:
        server.script += [stalls] * 5
        many = RetryPolicy(max_attempts=1000, base=0.001)
        async with asyncio.timeout(5):
            with pytest.raises(TimedOut):
                await pool.send(READ, settings(server, total=0.2, retry=many))

    async def test_a_wrong_shape_is_not_asked_for_again(
        self, server: Server, pool: SessionPool
    ) -> None:
        server.script.append(sends(response(b'{"id":[]}')))
        wrong = Call("GET", "/t", "/t", codec.one(dict[str, int]))
        with pytest.raises(DecodeError) as caught:
            await pool.send(wrong, settings(server))
        assert caught.value.json_path == "$[...]"
        assert len(server.requests) == 1


class TestWrites:
    @pytest.mark.parametrize("call", WRITES)
    @pytest.mark.parametrize(("act", "kind"), FAILURES)
    async def test_are_not_sent_again_when_they_may_have_been_applied(
        self,
        server: Server,
        pool: SessionPool,
        call: Call[bytes],
        act: Act,
        kind: type[RequestError],
    ) -> None:
        server.script.append(act)
        with pytest.raises(kind) as caught:
            await pool.send(call, settings(server))
        assert len(server.requests) == caught.value.attempts == 1
        assert caught.value.may_have_been_applied
        assert "it may have been applied" in str(caught.value)
        assert_hides_token(caught.value)

    @pytest.mark.parametrize("call", WRITES)
    @pytest.mark.parametrize("act", [closes, resets], ids=["closed", "reset"])
    async def test_are_sent_once_on_a_connection_that_was_used_before(
        self, server: Server, pool: SessionPool, call: Call[bytes], act: Act
    ) -> None:
        # This is where an HTTP client likes to send again by itself.
        await pool.send(READ, settings(server))
        server.script.append(act)
        with pytest.raises(ConnectionFailed) as caught:
            await pool.send(call, settings(server))
        assert server.connections == 1
        assert [request.method for request in server.requests] == ["GET", call.method]
        assert caught.value.may_have_been_applied

    @pytest.mark.parametrize("call", WRITES)
    async def test_that_time_out_may_have_been_applied(
        self, server: Server, pool: SessionPool, call: Call[bytes]
    ) -> None:
        server.script.append(stalls)
        with pytest.raises(TimedOut) as caught:
            await pool.send(call, settings(server, attempt=0.1))
        assert len(server.requests) == 1
        assert caught.value.may_have_been_applied

    async def test_that_were_refused_for_the_rate_are_sent_again(
        self, server: Server, pool: SessionPool
    ) -> None:
        server.script.append(status("429 Too Many", "Retry-After: 0.01"))
        call = Call("POST", "/t", "/t", codec.raw_one, body=b'{"a":1}', read=False)
        assert await pool.send(call, settings(server)) == GOOD_BODY
        assert [request.body for request in server.requests] == [b'{"a":1}'] * 2

    async def test_that_were_not_sent_were_not_applied(self, pool: SessionPool) -> None:
        with socket.create_server(("127.0.0.1", 0)) as unused:
            port = unused.getsockname()[1]
        call = Call("POST", "/t", "/t", codec.raw_one, body=b"{}", read=False)
        with pytest.raises(ConnectionFailed, match="cannot connect") as caught:
            await pool.send(call, settings(Server(port)))
        assert not caught.value.sent
        assert not caught.value.may_have_been_applied
        assert caught.value.attempts == 3
        assert_hides_token(caught.value)

    @pytest.mark.parametrize("line", ["400 Bad", "401 No", "404 Not Found", "422 No"])
    async def test_that_were_refused_were_not_applied(
        self, server: Server, pool: SessionPool, line: str
    ) -> None:
        server.script.append(status(line))
        call = Call("PUT", "/t", "/t", codec.raw_one, body=b"{}", read=False)
        with pytest.raises(StatusError) as caught:
            await pool.send(call, settings(server))
        assert not caught.value.may_have_been_applied
        assert len(server.requests) == 1


class TestRateLimited:
    @pytest.mark.parametrize(
        "lines",
        [
            pytest.param(["Retry-After: 0.01"], id="retry-after"),
            pytest.param(["Retry-After: -7"], id="retry-after past"),
            pytest.param(
                [
                    "X-RateLimit-Limit: 5",
                    "X-RateLimit-Remaining: 0",
                    "X-RateLimit-Reset: 1760000000",
                    "Date: Thu, 09 Oct 2025 08:53:20 GMT",
                ],
                id="reset now",
            ),
            pytest.param([], id="nothing said"),
        ],
    )
    async def test_it_comes_back(self, server: Server, pool: SessionPool, lines: list[str]) -> None:
        server.script.append(status("429 Too Many Requests", *lines))
        assert await pool.send(READ, settings(server)) == GOOD_BODY

    async def test_an_hour_is_not_waited_for(self, server: Server, pool: SessionPool) -> None:
        server.script.append(status("429 Too Many Requests", "Retry-After: 3600"))
        async with asyncio.timeout(5):
            with pytest.raises(RateLimited) as caught:
                await pool.send(READ, settings(server, total=1))
        assert caught.value.retry_after == 120
        assert caught.value.retry_at is not None
        assert len(server.requests) == 1


class TestSecrets:
    async def test_redirects_are_refused_and_nothing_goes_to_the_other_host(
        self, server: Server, pool: SessionPool
    ) -> None:
        async with _running() as other:
            for line in ("301 Moved", "302 Found", "307 Temporary", "308 Permanent"):
                server.script.append(status(line, f"Location: {other.url}/things/1"))
                with pytest.raises(StatusError) as caught:
                    await pool.send(READ, settings(server))
                assert str(caught.value.status) == line[:3]
                assert_hides_token(caught.value)
            assert other.connections == 0
        assert len(server.requests) == 4

    async def test_cookies_are_not_sent_back(self, server: Server, pool: SessionPool) -> None:
        server.script.append(sends(response(GOOD_BODY, "Set-Cookie: who=me; Path=/")))
        for _ in range(2):
            await pool.send(READ, settings(server))
        assert not any("cookie" in request.headers for request in server.requests)

    async def test_what_is_sent(self, server: Server, pool: SessionPool) -> None:
        await pool.send(READ, settings(server))
        await pool.send(SEARCH, settings(server))
        for request in server.requests:
            assert request.headers["authorization"] == f"Bearer {TOKEN}"
            assert request.headers["intercom-version"] == "2.10"
            assert request.headers["accept"] == "application/json"
            assert request.headers["user-agent"].startswith("intercom-async/")
            assert request.headers["host"] == f"127.0.0.1:{server.port}"
            assert "gzip" in request.headers["accept-encoding"]
        assert "content-type" not in server.requests[0].headers
        assert "content-length" not in server.requests[0].headers
        assert server.requests[1].headers["content-type"] == "application/json"
        assert server.requests[1].body == b"{}"

    async def test_the_version_goes_with_every_request(self, server: Server) -> None:
        server.script += [closes, sends(response(b'{"type":"admin","id":"1"}'))]
        async with AsyncIntercom(
            token=TOKEN, base_url=server.url, version="2.11", retry=QUICK
        ) as intercom:
            await intercom.me()
        assert [request.headers["intercom-version"] for request in server.requests] == ["2.11"] * 2

    @pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
    async def test_a_write_without_a_body_says_so(
        self, server: Server, pool: SessionPool, method: str
    ) -> None:
        call = Call(method, "/t", "/t?a=b%20c", codec.raw_one, read=False)
        await pool.send(call, settings(server))
        (request,) = server.requests
        assert (request.method, request.path) == (method, "/t?a=b%20c")
        assert request.headers["content-length"] == "0"

    async def test_a_base_url_may_have_a_path(self, server: Server, pool: SessionPool) -> None:
        behind = msgspec.structs.replace(settings(server), base_url=f"{server.url}/proxied/api")
        await pool.send(READ, behind)
        assert [request.path for request in server.requests] == ["/proxied/api/things/1"]

    async def test_a_proxy_is_asked_for_the_whole_url(self, server: Server) -> None:
        to = msgspec.structs.replace(settings(server), base_url="http://localhost:1")
        async with SessionPool(proxy=server.url) as pool:
            assert await pool.send(READ, to) == GOOD_BODY
        assert [request.path for request in server.requests] == ["http://localhost:1/things/1"]

    async def test_an_answer_may_come_before_all_is_sent(
        self, server: Server, pool: SessionPool
    ) -> None:
        large = b'{"a":"%b"}' % (b"a" * 2**24)
        call = Call("POST", "/t", "/t", codec.raw_one, body=large, read=False)

        async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(response(HTML, status="413 Too Large"))
            await writer.drain()
            with suppress(OSError):
                await reader.read()
            writer.close()

        async with await asyncio.start_server(refuse, "127.0.0.1", 0) as refusing:
            there = Server(refusing.sockets[0].getsockname()[1])
            with pytest.raises(StatusError) as caught:
                await pool.send(call, settings(there))
        assert caught.value.status == 413
        assert await pool.send(READ, settings(server)) == GOOD_BODY


class TestWhoseWay:
    async def test_the_short_way_is_open_to_the_aiohttp_that_is_installed(self, way: str) -> None:
        assert (way == "direct") == direct.IS_KNOWN
        async with aiohttp.ClientSession() as session:
            assert direct.is_open(session)

    async def test_who_replaces_the_session_s_requests_sees_them(
        self, server: Server, pool: SessionPool, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # As mocks and tracing do it, which may come after the pool was opened.
        await pool.send(READ, settings(server))
        original = aiohttp.ClientSession._request
        seen: list[str] = []

        @functools.wraps(original)
        async def traced(self: Any, method: str, url: Any, **kwargs: Any) -> Any:
            seen.append(f"{method} {url.path}")
            return await original(self, method, url, **kwargs)

        monkeypatch.setattr(aiohttp.ClientSession, "_request", traced)
        await pool.send(READ, settings(server))
        await pool.send(SEARCH, settings(server))
        monkeypatch.undo()
        await pool.send(READ, settings(server))
        assert seen == ["GET /things/1", "POST /things/search"]
        assert len(server.requests) == 4

    async def test_who_replaces_what_the_session_is_asked_by_sees_it_too(
        self, server: Server, pool: SessionPool, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(*_: object, **__: object) -> None:
            raise aiohttp.ClientConnectionError

        monkeypatch.setattr(aiohttp.ClientSession, "request", refuse)
        with pytest.raises(ConnectionFailed):
            await pool.send(READ, settings(server))
        assert server.requests == []

    async def test_hooks_that_others_give_every_session_are_called(
        self, server: Server, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        seen: list[str] = []
        original = aiohttp.ClientSession.__init__

        async def note(_session: Any, _context: Any, params: Any) -> None:
            seen.append(params.url.path)

        def with_hooks(self: Any, *args: Any, **kwargs: Any) -> None:
            hooks = aiohttp.TraceConfig()
            hooks.on_request_start.append(note)
            original(self, *args, trace_configs=[hooks], **kwargs)

        monkeypatch.setattr(aiohttp.ClientSession, "__init__", with_hooks)
        async with SessionPool() as pool:
            await pool.send(READ, settings(server))
        assert seen == ["/things/1"]


@pytest.mark.parametrize("way", ["direct"], indirect=True)
@pytest.mark.parametrize("length", ["Content-Length: 100", "Transfer-Encoding: chunked"])
async def test_a_pool_that_is_closed_ends_what_is_being_read(server: Server, length: str) -> None:
    async def begins(writer: asyncio.StreamWriter) -> None:
        await sends(f"HTTP/1.1 200 OK\r\n{length}\r\n\r\n5\r\nhello\r\n".encode())(writer)
        await stalls(writer)

    server.script.append(begins)
    pool = SessionPool()
    task = asyncio.create_task(pool.send(READ, settings(server, attempt=60)))
    await server.arrived.wait()
    await asyncio.sleep(0.05)
    async with asyncio.timeout(5):
        await pool.aclose(grace=0.01)
        with pytest.raises(ConnectionFailed, match="cut short"):
            await task


class TestLargeAnswers:
    @pytest.mark.parametrize(
        ("body", "encoding"),
        [
            pytest.param(gzip.compress(bytes(2**26)), "gzip", id="gzip bomb"),
            pytest.param(zlib.compress(bytes(2**26)), "deflate", id="deflate bomb"),
            pytest.param(bytes(2**20 + 1), "identity", id="one byte too many"),
        ],
    )
    async def test_are_refused_before_they_fill_the_memory(
        self, server: Server, pool: SessionPool, body: bytes, encoding: str
    ) -> None:
        await pool.send(READ, settings(server))
        server.script.append(sends(response(body, f"Content-Encoding: {encoding}")))
        tracemalloc.start()
        try:
            with pytest.raises(DecodeError, match="larger than the 1048576 bytes") as caught:
                await pool.send(READ, settings(server))
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert peak < 2**24
        assert caught.value.attempts == 1
        assert_hides_token(caught.value)

    async def test_the_length_alone_is_enough_to_refuse(
        self, server: Server, pool: SessionPool
    ) -> None:
        server.script.append(sends(response(b"", length=2**40)))
        with pytest.raises(DecodeError, match="max_body"):
            await pool.send(READ, settings(server))

    async def test_chunks_without_a_length_are_counted(
        self, server: Server, pool: SessionPool
    ) -> None:
        chunk = b"%x\r\n%b\r\n" % (2**19, bytes(2**19))
        head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        server.script.append(sends(head + chunk * 4 + b"0\r\n\r\n"))
        with pytest.raises(DecodeError, match="max_body"):
            await pool.send(READ, settings(server))

    async def test_that_come_together_are_decoded_in_rounds_of_their_own(
        self, server: Server, rounds: Callable[[], int]
    ) -> None:
        decoded: list[int] = []
        together = asyncio.Barrier(8)

        async def sends_with_the_others(writer: asyncio.StreamWriter) -> None:
            await together.wait()
            await sends(response(b'{"id":"1","a":"%b"}' % (b"a" * 2**17)))(writer)

        server.script += [sends_with_the_others] * 8
        call = Call("GET", "/t", "/t", lambda _: decoded.append(rounds()))
        async with SessionPool() as pool:
            await asyncio.gather(*(pool.send(call, settings(server)) for _ in range(8)))
        assert len(set(decoded)) == 8

    @pytest.mark.parametrize(
        ("pack", "encoding"),
        [
            pytest.param(gzip.compress, "gzip", id="gzip"),
            pytest.param(zlib.compress, "deflate", id="deflate"),
            pytest.param(lambda body: zlib.compress(body)[2:-4], "deflate", id="raw deflate"),
        ],
    )
    async def test_what_fits_is_unpacked(
        self,
        server: Server,
        pool: SessionPool,
        pack: Callable[[bytes], bytes],
        encoding: str,
    ) -> None:
        body = b'{"id":"1","text":"%b"}' % (b"a" * (2**20 - 50))
        server.script.append(sends(response(pack(body), f"Content-Encoding: {encoding}")))
        assert await pool.send(READ, settings(server)) == body


@pytest.mark.parametrize("steps", range(45))
@pytest.mark.parametrize("call", [READ, WRITES[0].values[0]], ids=["read", "write"])
async def test_a_call_may_be_cancelled_at_any_step(
    server: Server, call: Call[bytes], steps: int
) -> None:
    async def token() -> str:
        await asyncio.sleep(0)
        return TOKEN

    server.script.append(closes if call.read else status("429 Too Many", "Retry-After: 0.001"))
    async with SessionPool(connections=1) as pool:
        given = settings(server, token=token)
        task = asyncio.create_task(pool.send(call, given))
        for _ in range(steps):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
        assert pool.calls == 0
        for session in pool._sessions.values():
            assert isinstance(session.limiter, WindowLimiter)
            assert session.limiter.window.in_flight == 0
        server.script.clear()
        async with asyncio.timeout(5):
            assert await pool.send(call, given) == GOOD_BODY
