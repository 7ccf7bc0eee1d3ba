"""A fast server in a process of its own, so that it is the client that is measured.

It checks nothing, and makes each body of templates that are encoded already. Beside the API it
answers ``/_counts`` with what it counted, a JSON array of windows.
"""

import argparse
import asyncio
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import msgspec

from benchmarks.data import PER_PAGE, load
from benchmarks.ratewindow import RateWindow
from benchmarks.workspace import ME, Workspace

COUNTS = "/_counts"
_COMMON = "Content-Type: application/json; charset=utf-8\r\nX-Request-Id: 0000-benchmark\r\n"
_REFUSED = msgspec.json.encode(
    {
        "type": "error.list",
        "errors": [{"code": "rate_limit_exceeded", "message": "Exceeded rate limit"}],
    }
)
_NO_TAGS = b'{"type":"list","data":[]}'
_LENGTH = b"content-length:"


class Answers:
    """Decides what to answer to a request."""

    def __init__(self, workspace: Workspace, window: RateWindow) -> None:
        self._workspace = workspace
        self._window = window

    def answer(self, target: str, body: bytes) -> bytes:
        if target == COUNTS:
            return _encode("200 OK", "", msgspec.json.encode(self._window.windows))
        allowed, headers = self._window.count()
        if not allowed:
            return _encode("429 Too Many Requests", headers, _REFUSED)
        return _encode("200 OK", headers, self._body(target, body))

    def _body(self, target: str, body: bytes) -> bytes:
        parts = urlsplit(target)
        if parts.path == "/me":
            return ME
        if parts.path == "/tags":  # by which tap-intercom tries its token
            return _NO_TAGS
        if parts.path == "/conversations/search":
            return self._workspace.search(body)
        if parts.path == "/conversations":
            query = dict(parse_qsl(parts.query))
            per_page = int(query.get("per_page", PER_PAGE))
            return self._workspace.page(query.get("starting_after", ""), per_page)
        return self._workspace.conversation(parts.path.rpartition("/")[2])


def _encode(status: str, headers: str, body: bytes) -> bytes:
    head = f"HTTP/1.1 {status}\r\n{headers}{_COMMON}Content-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


class Connection(asyncio.Protocol):
    """One connection; a request is answered so many seconds after it came."""

    def __init__(self, answer: Callable[[str, bytes], bytes], latency: float) -> None:
        self._answer = answer
        self._latency = latency
        self._buffer = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101  # asyncio says so
        self._transport = transport

    def connection_lost(self, _: Exception | None) -> None:
        self._transport = None

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n") + 4) > 3:  # noqa: PLR2004  # found
            head = self._buffer[:end]
            end_of_body = end + _length(head)
            if len(self._buffer) < end_of_body:
                return
            body, self._buffer = self._buffer[end:end_of_body], self._buffer[end_of_body:]
            self._take(head.split(b" ", 2)[1].decode(), body)

    def _take(self, target: str, body: bytes) -> None:
        if self._latency and target != COUNTS:
            asyncio.get_running_loop().call_later(self._latency, self._write, target, body)
        else:
            self._write(target, body)

    def _write(self, target: str, body: bytes) -> None:
        if self._transport is not None:
            self._transport.write(self._answer(target, body))


def _length(head: bytes) -> int:
    lines = head.lower().split(b"\r\n")
    return sum(int(line[len(_LENGTH) :]) for line in lines if line.startswith(_LENGTH))


async def main() -> None:
    """Serve until killed; the first line printed is the port."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--size", type=int, default=15_000)
    parser.add_argument("--parts", type=int, default=20)
    parser.add_argument("--latency", type=float, default=0.0, help="seconds an answer takes")
    parser.add_argument("--limit", type=int, help="requests in a window of 10 s")
    parser.add_argument("--changed", type=int, default=0, help="every so manieth was updated")
    given = parser.parse_args()
    window = RateWindow(given.limit)
    answers = Answers(Workspace(load(given.data), given.size, given.parts, given.changed), window)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: Connection(answers.answer, given.latency), "127.0.0.1", 0, backlog=1024
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
