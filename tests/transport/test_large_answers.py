"""Large answers: refused before they fill the memory, and decoded one at a time."""

import asyncio
import gzip
import tracemalloc
import zlib
from collections.abc import Callable

import pytest

from intercom_async import SessionPool
from intercom_async.core.call import Call
from intercom_async.errors import DecodeError
from tests.transport.scripted import (
    GOOD_BODY,
    READ,
    Server,
    assert_hides_token,
    response,
    sends,
    settings,
)


class TestLargeAnswers:
    @pytest.mark.parametrize(
        ("size", "pack", "encoding"),
        [
            pytest.param(2**25, gzip.compress, "gzip", id="gzip bomb"),
            pytest.param(2**25, zlib.compress, "deflate", id="deflate bomb"),
            pytest.param(2**20 + 1, bytes, "identity", id="one byte too many"),
        ],
    )
    async def test_are_refused_before_they_fill_the_memory(
        self,
        server: Server,
        pool: SessionPool,
        size: int,
        pack: Callable[[bytes], bytes],
        encoding: str,
    ) -> None:
        await pool.send(READ, settings(server))
        server.script.append(sends(response(pack(bytes(size)), f"Content-Encoding: {encoding}")))
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

    @pytest.mark.parametrize(
        "body",
        [b"no gzip", gzip.compress(gzip.compress(GOOD_BODY)[:-9])],
        ids=["no gzip", "cut short"],
    )
    async def test_what_does_not_unpack_is_asked_for_again(
        self, server: Server, pool: SessionPool, body: bytes
    ) -> None:
        server.script.append(sends(response(body, "Content-Encoding: x-gzip, x-gzip")))
        assert await pool.send(READ, settings(server)) == GOOD_BODY
        assert len(server.requests) == 2

    async def test_what_unpacks_to_too_much_is_refused(
        self, server: Server, pool: SessionPool
    ) -> None:
        packed = gzip.compress(gzip.compress(bytes(2**25)))
        server.script.append(sends(response(packed, "Content-Encoding: x-gzip, x-gzip")))
        with pytest.raises(DecodeError, match="larger than the 1048576 bytes"):
            await pool.send(READ, settings(server))
