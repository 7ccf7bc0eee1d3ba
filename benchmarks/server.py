"""A fast server of its own process: fixed pages and records, so that the client is measured."""

import asyncio
import sys
import time
from email.utils import formatdate
from urllib.parse import parse_qs, urlsplit

import msgspec

from intercom_async.emulator import Emulator
from intercom_async.models.base import ids_as_str

PER_PAGE = 150
_HEAD = (
    "HTTP/1.1 200 OK\r\n"
    "Content-Type: application/json; charset=utf-8\r\n"
    "Date: {date}\r\n"
    "X-RateLimit-Limit: 1000000\r\n"
    "X-RateLimit-Remaining: 999999\r\n"
    "X-RateLimit-Reset: {reset}\r\n"
    "X-Request-Id: 00000000-0000-4000-8000-000000000000\r\n"
    "Content-Length: {length}\r\n\r\n"
)


def bodies(pages: int) -> tuple[list[bytes], bytes]:
    """Make the pages of a walk, and one conversation with 20 parts, of seeded records."""
    workspace = Emulator(conversations=PER_PAGE).workspace
    # Ids of the type the structs name: a drifted one would stop the bare loop.
    records = [ids_as_str(workspace.record(id)) for id in workspace.ids()]
    made = []
    for number in range(1, pages + 1):
        following = {"next": {"per_page": PER_PAGE, "starting_after": f"{number}"}}
        page = {
            "type": "conversation.list",
            "pages": {"type": "pages", "page": number, "per_page": PER_PAGE}
            | (following if number < pages else {}),
            "total_count": pages * PER_PAGE,
            "conversations": records,
        }
        made.append(msgspec.json.encode(page))
    full = max(map(workspace.full_record, workspace.ids()), key=_parts)
    parts = full["conversation_parts"]
    parts["conversation_parts"] = parts["conversation_parts"][:20]
    parts["total_count"] = 20
    return made, msgspec.json.encode(ids_as_str(full))


def _parts(record: dict[str, dict[str, int]]) -> int:
    return record["conversation_parts"]["total_count"]


class _Connection(asyncio.Protocol):
    def __init__(self, pages: list[bytes], one: bytes) -> None:
        self._pages = pages
        self._one = one
        self._buffer = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101  # asyncio says so
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while b"\r\n\r\n" in self._buffer:
            head, _, self._buffer = self._buffer.partition(b"\r\n\r\n")
            self._answer(head.split(b" ", 2)[1].decode())

    def _answer(self, target: str) -> None:
        body = self._one
        if target.startswith("/conversations?"):
            after = parse_qs(urlsplit(target).query).get("starting_after", ["0"])[0]
            body = self._pages[int(after)]
        now = time.time()
        head = _HEAD.format(
            date=formatdate(now, usegmt=True), reset=(int(now) // 10 + 1) * 10, length=len(body)
        )
        assert self._transport is not None  # noqa: S101  # connected before data comes
        self._transport.write(head.encode() + body)


async def main(pages: int) -> None:
    """Serve until killed; the first line printed is the port."""
    made, one = bodies(pages)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Connection(made, one), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], len(made[0]), len(one), flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
