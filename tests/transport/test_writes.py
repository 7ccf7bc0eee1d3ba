"""Writes to servers that misbehave: sent once, and what is told of whether they were applied."""

import pytest

from intercom_async import SessionPool
from intercom_async.core import codec
from intercom_async.core.call import Call
from intercom_async.errors import ConnectionFailed, RequestError, StatusError, TimedOut
from tests.services import free_port
from tests.transport.scripted import (
    FAILURES,
    GOOD_BODY,
    READ,
    WRITES,
    Act,
    Server,
    assert_hides_token,
    closes,
    resets,
    settings,
    stalls,
    status,
)


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
        call = Call("POST", "/t", "/t", codec.raw_record, body=b'{"a":1}', read=False)
        assert await pool.send(call, settings(server)) == GOOD_BODY
        assert [request.body for request in server.requests] == [b'{"a":1}'] * 2

    async def test_that_were_not_sent_were_not_applied(self, pool: SessionPool) -> None:
        call = Call("POST", "/t", "/t", codec.raw_record, body=b"{}", read=False)
        with pytest.raises(ConnectionFailed, match="cannot connect") as caught:
            await pool.send(call, settings(Server(free_port())))
        assert not caught.value.sent
        assert not caught.value.may_have_been_applied
        assert caught.value.attempts == 3
        assert_hides_token(caught.value)

    @pytest.mark.parametrize("line", ["400 Bad", "401 No", "404 Not Found", "422 No"])
    async def test_that_were_refused_were_not_applied(
        self, server: Server, pool: SessionPool, line: str
    ) -> None:
        server.script.append(status(line))
        call = Call("PUT", "/t", "/t", codec.raw_record, body=b"{}", read=False)
        with pytest.raises(StatusError) as caught:
            await pool.send(call, settings(server))
        assert not caught.value.may_have_been_applied
        assert len(server.requests) == 1
