"""What the peer's socket sees of the faults of a connection: it breaks, stalls, says too much."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from intercom_async.emulator import Emulator, Fault, FaultKind, Faults
from tests.waiting import until

K = FaultKind
LONG = 3_600.0


def once(kind: FaultKind, **more: Any) -> Faults:
    return Faults(script=[Fault(kind=kind)], **more)


@asynccontextmanager
async def asking(
    emulator: Emulator, path: str = "/me"
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """Sends a request over a plain socket."""
    port = int(emulator.url.rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 24)
    ask_on(writer, emulator, path)
    try:
        yield reader, writer
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


async def read_head(reader: asyncio.StreamReader) -> tuple[int, int]:
    """Reads the headers of an answer; returns its status and the length of its body."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    length = next(line for line in head.split("\r\n") if line.startswith("content-length"))
    return int(head.split()[1]), int(length.split()[1])


async def test_a_reset_before_the_answer(small: Emulator) -> None:
    small.faults = once(K.RESET_BEFORE_ANSWER)
    async with asking(small) as (reader, _):
        with pytest.raises(ConnectionResetError):
            await reader.read()
    assert small.requests[-1].status == 0


async def test_a_reset_in_the_answer(small: Emulator) -> None:
    small.faults = once(K.RESET_IN_ANSWER)
    async with asking(small) as (reader, _):
        status, length = await read_head(reader)
        assert (status, len(await reader.readexactly(length // 2))) == (200, length // 2)
        with pytest.raises(ConnectionResetError):
            await reader.read()


async def test_a_reset_after_the_answer(small: Emulator) -> None:
    small.faults = once(K.RESET_AFTER_ANSWER)
    async with asking(small, "/conversations?per_page=30") as (reader, _):
        status, length = await read_head(reader)
        assert (status, len(await reader.readexactly(length))) == (200, length)
        with pytest.raises(ConnectionResetError):
            await reader.read()


def ask_on(writer: asyncio.StreamWriter, emulator: Emulator, path: str) -> None:
    """Sends one more request over the same socket."""
    writer.write(
        f"GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {emulator.token}\r\n\r\n".encode()
    )


async def read_answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    status, length = await read_head(reader)
    return status, await reader.readexactly(length)


@pytest.mark.parametrize("path", ["/me", "/conversations?per_page=30", "/conversations/0"])
async def test_an_answer_comes_twice_and_the_connection_goes_on(small: Emulator, path: str) -> None:
    small.faults = once(K.ANSWERED_TWICE)
    async with asking(small, path) as (reader, writer):
        first = await read_answer(reader)
        assert first[0] == (404 if path.endswith("/0") else 200)
        ask_on(writer, small, "/conversations")
        assert await read_answer(reader) == first  # unasked, before what was asked for
        status, body = await read_answer(reader)
        assert (status, b"conversation.list" in body) == (200, True)
    assert [(record.path, record.status) for record in small.requests] == [
        (path.partition("?")[0], first[0]),
        ("/conversations", 200),
    ]


async def test_a_write_that_is_answered_twice_is_applied_once(
    small: Emulator, small_session: aiohttp.ClientSession
) -> None:
    id_ = small.workspace.ids()[0]
    small.faults = once(K.ANSWERED_TWICE)
    body = {
        "message_type": "note",
        "type": "admin",
        "admin_id": small.workspace.admins[0]["id"],
        "body": "<p>once only</p>",
    }
    async with small_session.post(f"/conversations/{id_}/reply", json=body) as response:
        assert response.status == 200
    parts = small.workspace.full_record(id_)["conversation_parts"]["conversation_parts"]
    assert [part["body"] for part in parts].count("<p>once only</p>") == 1
    assert small.faults.injected == {"answered_twice": 1}


async def test_an_unasked_408_takes_the_place_of_an_answer(small: Emulator) -> None:
    small.faults = once(K.UNASKED_408)
    async with asking(small) as (reader, writer):
        assert (await read_answer(reader))[0] == 200
        ask_on(writer, small, "/conversations")
        assert await read_answer(reader) == (408, b"")
        with contextlib.suppress(ConnectionResetError):  # of what was sent and never read
            assert await reader.read() == b""
    assert [record.path for record in small.requests] == ["/me"]  # the other was never read


async def test_a_connection_is_closed_in_order_after_the_answer(small: Emulator) -> None:
    small.faults = once(K.CLOSED_AFTER_ANSWER)
    async with asking(small, "/conversations?per_page=30") as (reader, _):
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        assert b"connection: close" not in head
        length = int(head.partition(b"content-length: ")[2].split()[0])
        assert len(await reader.readexactly(length)) == length
        assert await reader.read() == b""


async def test_connections_are_refused_and_those_there_are_stay(
    small: Emulator, small_session: aiohttp.ClientSession
) -> None:
    async with small_session.get("/me") as response:
        assert response.status == 200
    small.faults = once(K.CONNECTION_REFUSED, refused_seconds=LONG)
    async with asking(small) as (reader, _):
        with pytest.raises(ConnectionResetError):
            await reader.read()
    with pytest.raises(ConnectionRefusedError):
        async with asking(small):
            pass
    async with small_session.get("/me") as response:
        assert response.status == 200


async def test_connections_are_taken_again_at_the_same_port(small: Emulator) -> None:
    url = small.url
    for _ in range(2):
        small.faults = once(K.CONNECTION_REFUSED, refused_seconds=0.02)
        async with asking(small) as (reader, _):
            with pytest.raises(ConnectionResetError):
                await reader.read()
        await until(lambda: listens(small))
        async with asking(small) as (reader, _):
            assert (await read_head(reader))[0] == 200
    assert small.url == url


def listens(emulator: Emulator) -> bool:
    assert emulator._listener is not None
    return emulator._listener._open is not None


async def test_two_refusals_at_once_are_one_and_end_with_the_emulator() -> None:
    async with Emulator(conversations=1) as emulator:
        emulator.faults = Faults(
            rate=1, kinds=[K.CONNECTION_REFUSED], in_a_row=None, refused_seconds=LONG
        )
        async with asking(emulator) as (first, _), asking(emulator) as (second, _):
            for reader in (first, second):
                with pytest.raises(ConnectionResetError):
                    await reader.read()
        assert emulator.faults.injected == {"connection_refused": 2}


async def test_a_body_is_shorter_than_its_length_says(
    small: Emulator, small_session: aiohttp.ClientSession
) -> None:
    small.faults = once(K.CUT_LENGTH)
    async with asking(small) as (reader, _):
        status, length = await read_head(reader)
        rest = await reader.read()
        assert (status, 0 < len(rest) < length) == (200, True)
    small.faults = once(K.CUT_LENGTH)
    async with small_session.get("/me") as response:
        with pytest.raises(aiohttp.ClientPayloadError):
            await response.read()


async def test_bytes_drip(small: Emulator) -> None:
    small.faults = once(K.DRIP, drip_seconds=0.001)
    async with asking(small) as (reader, _):
        _, length = await read_head(reader)
        chunks = [chunk async for chunk in pieces(reader)]
    assert sum(map(len, chunks)) == length
    assert len(chunks) > length / 2


async def pieces(reader: asyncio.StreamReader) -> AsyncIterator[bytes]:
    while chunk := await reader.read(1 << 16):
        yield chunk


@pytest.mark.parametrize(
    "kind", [K.STALL_BEFORE_ANSWER, K.STALL_BEFORE_BODY, K.STALL_IN_BODY, K.DRIP]
)
async def test_what_is_slow_can_be_sat_out(
    small: Emulator, small_session: aiohttp.ClientSession, kind: FaultKind
) -> None:
    small.faults = once(kind, stall_seconds=0.05, drip_seconds=0.0)
    async with small_session.get("/me") as response:
        assert (await response.json())["type"] == "admin"


@pytest.mark.parametrize(
    ("kind", "share"), [(K.STALL_BEFORE_BODY, 0.0), (K.STALL_IN_BODY, 0.5), (K.DRIP, 0.0)]
)
async def test_a_stall_holds_the_rest_back(small: Emulator, kind: FaultKind, share: float) -> None:
    small.faults = once(kind, stall_seconds=LONG, drip_seconds=LONG)
    async with asking(small) as (reader, _):
        _, length = await read_head(reader)
        seen = int(share * length)
        assert len(await reader.readexactly(seen)) == seen
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(reader.read(1), 0.05)


async def test_a_stall_before_the_answer_shows_nothing(small: Emulator) -> None:
    small.faults = once(K.STALL_BEFORE_ANSWER, stall_seconds=LONG)
    async with asking(small) as (reader, _):
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(reader.read(1), 0.05)


@pytest.mark.parametrize(
    "kind", [K.STALL_BEFORE_ANSWER, K.STALL_BEFORE_BODY, K.STALL_IN_BODY, K.DRIP]
)
async def test_a_client_that_times_out_ends_what_is_slow(
    small: Emulator, small_session: aiohttp.ClientSession, kind: FaultKind
) -> None:
    small.faults = Faults(
        rate=1, kinds=[kind], in_a_row=None, stall_seconds=LONG, drip_seconds=LONG
    )
    idle = len(asyncio.all_tasks())
    for _ in range(3):
        with pytest.raises(TimeoutError):
            async with small_session.get(
                "/me", timeout=aiohttp.ClientTimeout(total=0.05)
            ) as response:
                await response.read()
    await until(lambda: len(asyncio.all_tasks()) <= idle)
    assert small.faults.injected == {kind.value: 3}


@pytest.mark.parametrize(
    "kind", [K.STALL_BEFORE_ANSWER, K.STALL_BEFORE_BODY, K.STALL_IN_BODY, K.DRIP]
)
async def test_closing_the_emulator_ends_what_is_slow(kind: FaultKind) -> None:
    async with contextlib.AsyncExitStack() as clients:
        async with Emulator(conversations=1) as emulator, asyncio.timeout(5):
            emulator.faults = once(kind, stall_seconds=LONG, drip_seconds=LONG)
            reader, _ = await clients.enter_async_context(asking(emulator))
            await until(lambda: bool(emulator.faults and emulator.faults.injected))
        with contextlib.suppress(ConnectionResetError):
            await asyncio.wait_for(reader.read(), 5)
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_a_broken_connection_leaves_the_others_alone(
    small: Emulator, small_session: aiohttp.ClientSession
) -> None:
    small.faults = Faults(script=[Fault(kind=K.RESET_IN_ANSWER, path="/conversations")])
    paths = ["/me", "/conversations", *(f"/conversations/{id_}" for id_ in small.workspace.ids())]

    async def ask(path: str) -> str:
        try:
            async with small_session.get(path) as response:
                await response.read()
                return str(response.status)
        except (aiohttp.ClientError, ConnectionError):
            return "broken"

    assert sorted(await asyncio.gather(*map(ask, paths))) == ["200"] * 31 + ["broken"]
