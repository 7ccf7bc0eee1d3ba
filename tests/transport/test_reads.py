"""Reads from servers that misbehave: what is recovered, and when they are given up."""

import asyncio
from typing import Any

import pytest

from intercom_async import RetryPolicy, SessionPool
from intercom_async.core import codec
from intercom_async.core.call import Call
from intercom_async.errors import DecodeError, RateLimited, RequestError, StatusError, TimedOut
from tests.transport.scripted import (
    FAILURES,
    GOOD,
    GOOD_BODY,
    READ,
    SEARCH,
    Act,
    Server,
    assert_hides_token,
    closes,
    drips,
    response,
    sends,
    sends_for_ever,
    settings,
    stalls,
    status,
)


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
        server.script.append(sends(b"HTTP/1.1 200 OK\r\n\r\n" + GOOD_BODY, then=closes))
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
        wrong = Call("GET", "/t", "/t", codec.record_decoder(dict[str, int]))
        with pytest.raises(DecodeError) as caught:
            await pool.send(wrong, settings(server))
        assert caught.value.json_path == "$[...]"
        assert len(server.requests) == 1


class TestRateLimited:
    @pytest.mark.long
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
        assert caught.value.retry_after == 3_600
        assert caught.value.retry_at is not None
        assert len(server.requests) == 1
