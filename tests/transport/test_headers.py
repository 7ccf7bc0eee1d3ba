"""Headers, of requests and of answers."""

import asyncio
import gzip
import re
import zlib
from collections.abc import Callable

import brotli
import pytest
from aiohttp import compression_utils

from intercom_async import SessionPool
from intercom_async.errors import ConnectionFailed
from intercom_async.export.store.zstd import compress_frame
from tests.transport.answering import client, conversation, server
from tests.transport.scripted import listening, response


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
        ("gzip, identity, gzip", lambda body: gzip.compress(gzip.compress(body))),
        ("gzip\r\nContent-Encoding: gzip", lambda body: gzip.compress(gzip.compress(body))),
        ("gzip", lambda body: gzip.compress(body[:9]) + gzip.compress(body[9:])),
        ("x-gzip", lambda body: gzip.compress(body[:9]) + gzip.compress(body[9:])),
        ("deflate", lambda body: zlib.compress(body)[2:-4]),
        ("x-deflate, x-gzip", lambda body: gzip.compress(zlib.compress(body)[2:-4])),
        ("deflate", gzip.compress),
        ("gzip", zlib.compress),
        ("zstd", compress_frame),
        ("zstd", lambda body: compress_frame(body[:9]) + compress_frame(body[9:])),
        ("zstd, gzip", lambda body: gzip.compress(compress_frame(body))),
        ("gzip, zstd", lambda body: compress_frame(gzip.compress(body))),
        ("br", brotli.compress),
        ("br, gzip", lambda body: gzip.compress(brotli.compress(body))),
        ("none", bytes),
        ("utf-8", bytes),
        ("", bytes),
    ],
)
async def test_content_codings(
    pool: SessionPool, coding: str, pack: Callable[[bytes], bytes]
) -> None:
    async def answer(writer: asyncio.StreamWriter, _: int, _head: bytes) -> None:
        writer.write(response(pack(conversation("1")), f"Content-Encoding: {coding}"))

    async with server(answer) as url:
        assert (await client(url, pool).conversations.retrieve("1")).id == "1"


@pytest.mark.parametrize(
    ("coding", "pack"),
    [
        ("gzip", gzip.compress),
        ("x-gzip, gzip", lambda body: gzip.compress(gzip.compress(body))),
        ("deflate", zlib.compress),
        ("zstd", compress_frame),
        ("br", brotli.compress),
    ],
)
@pytest.mark.parametrize("left", [0.5, -1])
async def test_a_packed_body_that_is_cut_short_is_none(
    pool: SessionPool, coding: str, pack: Callable[[bytes], bytes], left: float
) -> None:
    body = "".join(map(str, range(9999))).encode()
    packed = pack(body)
    bodies = [packed[: int(left if left < 0 else left * len(packed))], packed]

    async def answer(writer: asyncio.StreamWriter, _: int, _head: bytes) -> None:
        writer.write(response(bodies.pop(0), f"Content-Encoding: {coding}"))

    async with server(answer) as url:
        assert await client(url, pool).request("GET", "/me", type=bytes) == body
    assert bodies == []


@pytest.mark.parametrize("coding", ["br", "zstd"])
async def test_a_coding_that_is_not_installed_is_named(
    pool: SessionPool, coding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compression_utils, "HAS_BROTLI", False)
    monkeypatch.setattr(compression_utils, "HAS_ZSTD", False)

    async def answer(writer: asyncio.StreamWriter, _: int, _head: bytes) -> None:
        writer.write(response(b"packed", f"Content-Encoding: {coding}"))

    async with server(answer) as url:
        with pytest.raises(ConnectionFailed, match=f"a coding that is not installed: {coding}"):
            await client(url, pool).me()


async def test_a_body_that_is_of_no_coding_is_told_as_that(pool: SessionPool) -> None:
    async def answer(writer: asyncio.StreamWriter, _: int, _head: bytes) -> None:
        writer.write(response(conversation("1"), "Content-Encoding: gzip"))

    async with server(answer) as url:
        with pytest.raises(ConnectionFailed, match="is said to be gzip, and is not"):
            await client(url, pool).conversations.retrieve("1")


async def test_a_body_of_endless_members_is_none(pool: SessionPool) -> None:
    async def answer(writer: asyncio.StreamWriter, _: int, _head: bytes) -> None:
        members = gzip.compress(b"") * 1000 + gzip.compress(conversation("1"))
        writer.write(response(members, "Content-Encoding: x-gzip"))

    async with server(answer) as url:
        with pytest.raises(ConnectionFailed):
            await client(url, pool).conversations.retrieve("1")


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
        writer.write(response(conversation("1"), *lines))

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
        writer.write(response(conversation("1")))

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
        writer.write(response(conversation("1")))

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

    async with listening(proxy) as port, SessionPool(proxy=f"http://127.0.0.1:{port}") as pool:
        with pytest.raises(ConnectionFailed, match="cannot connect") as caught:
            await client("https://localhost:9", pool).conversations.close("1", admin_id="1")
    assert not caught.value.sent
    assert not caught.value.may_have_been_applied
    assert caught.value.attempts == 3
