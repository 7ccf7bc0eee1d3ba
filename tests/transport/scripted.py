"""A server that misbehaves by a script, calls to send it, and what must not be told of them."""

import asyncio
import gzip
import pickle
import ssl
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Final

import pytest

from intercom_async import RetryPolicy, Timeouts
from intercom_async.core import codec
from intercom_async.core.call import Call
from intercom_async.errors import ConnectionFailed, DecodeError, ServerError, StatusError
from intercom_async.net.settings import Secret, Settings

TOKEN: Final = "dG9rOnNlY3JldC10b2tlbg"
QUICK: Final = RetryPolicy(max_attempts=3, base=0.001, cap=0.01)

Act = Callable[[asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Request:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    head: bytes


async def read_request(reader: asyncio.StreamReader) -> Request:
    head = await reader.readuntil(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    method, path, _ = first.split(" ")
    pairs = (line.split(": ", 1) for line in lines if line)
    headers = {name.lower(): value for name, value in pairs}
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return Request(method, path, headers, body, head)


def response(body: bytes, *lines: str, status: str = "200 OK", length: int | None = None) -> bytes:
    length = len(body) if length is None else length
    head = [f"HTTP/1.1 {status}", f"Content-Length: {length}", *lines]
    return "\r\n".join([*head, "", ""]).encode("latin-1") + body


GOOD_BODY: Final = b'{"id":"1"}'
GOOD: Final = response(GOOD_BODY)
HTML: Final = b"<html><body>Bad gateway</body></html>"


def sends(data: bytes, *, then: Act | None = None) -> Act:
    async def act(writer: asyncio.StreamWriter) -> None:
        writer.write(data)
        await writer.drain()
        if then is not None:
            await then(writer)

    return act


WELL: Final = sends(GOOD)


async def closes(writer: asyncio.StreamWriter) -> None:
    writer.close()


async def resets(writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


async def stalls(_writer: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


async def drips_on(writer: asyncio.StreamWriter) -> None:
    while not writer.is_closing():
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.005)


drips: Final = sends(response(b"", length=10_000), then=drips_on)
sends_for_ever: Final = sends(
    b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + GOOD_BODY, then=drips_on
)


def status(line: str, *lines: str, body: bytes = HTML) -> Act:
    return sends(response(body, *lines, status=line))


@dataclass
class Server:
    """Answers each request with the next act of its script, and as usual when that is over."""

    port: int = 0
    script: deque[Act] = field(default_factory=deque)
    usual: Act = WELL
    requests: list[Request] = field(default_factory=list)
    connections: int = 0
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def heads(self) -> list[bytes]:
        return [request.head for request in self.requests]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        with suppress(OSError, asyncio.IncompleteReadError):
            while not writer.is_closing():
                self.requests.append(await read_request(reader))
                self.arrived.set()
                act = self.script.popleft() if self.script else self.usual
                await act(writer)
        writer.close()


Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Coroutine[Any, Any, None]]


@asynccontextmanager
async def listening(serve: Serve, context: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """Serve the connections to a port, which end with the block."""
    tasks: set[asyncio.Task[None]] = set()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(serve(reader, writer))
        tasks.add(task)
        task.add_done_callback(lambda _: writer.transport.abort())

    listener = await asyncio.start_server(accept, "127.0.0.1", 0, ssl=context)
    try:
        yield listener.sockets[0].getsockname()[1]
    finally:
        listener.close()
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
        await listener.wait_closed()


@asynccontextmanager
async def running(context: ssl.SSLContext | None = None) -> AsyncIterator[Server]:
    server = Server()
    async with listening(server.serve, context) as server.port:
        yield server


READ: Final = Call("GET", "/things/{id}", "/things/1", codec.raw_record)
SEARCH: Final = Call("POST", "/things/search", "/things/search", codec.raw_record, body=b"{}")
WRITES: Final = [
    pytest.param(
        Call(method, "/things/{id}", "/things/1", codec.raw_record, body=b"{}", read=False),
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
        sends(b"HTTP/1.1 200 OK\r\nContent-", then=closes),
        ConnectionFailed,
        id="closed within the headers",
    ),
    pytest.param(
        sends(response(GOOD_BODY, length=100), then=closes),
        ConnectionFailed,
        id="closed within the body",
    ),
    pytest.param(
        sends(response(GOOD_BODY, length=5), then=closes),
        (ConnectionFailed, DecodeError),
        id="length too short",
    ),
    pytest.param(
        sends(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\na\r\n" + GOOD_BODY,
            then=closes,
        ),
        ConnectionFailed,
        id="chunks cut short",
    ),
    pytest.param(
        sends(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n" + GOOD_BODY,
            then=closes,
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
        sends(b"220 smtp.example ESMTP\r\n\r\n", then=closes), ConnectionFailed, id="no HTTP"
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
