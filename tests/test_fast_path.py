"""What seldom befalls a request: moments between two steps, which a server cannot bring about."""

from types import SimpleNamespace
from typing import Any
from unittest.mock import Mock

import aiohttp
import pytest
from aiohttp.connector import Connection

from intercom_async import (
    AsyncIntercom,
    ConfigurationError,
    PoolError,
    RetryPolicy,
    SessionPool,
    TimedOut,
)
from intercom_async.core import codec
from intercom_async.core.call import Call
from intercom_async.emulator import Emulator
from intercom_async.net import fast_path
from intercom_async.net.connector import Connector
from intercom_async.net.transport import Transport

ONCE = RetryPolicy(max_attempts=1)


async def test_a_connection_that_is_lost_before_it_is_used_costs_no_write(
    intercom: AsyncIntercom, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect = Connector.connect
    lost = 0

    async def connect_and_lose(self: Connector, *args: Any, **kwargs: Any) -> Connection:
        nonlocal lost
        connection = await connect(self, *args, **kwargs)
        if not lost:
            lost += 1
            connection.close()
        return connection

    monkeypatch.setattr(Connector, "connect", connect_and_lose)
    tag = await intercom.tags.create(name="once")
    assert tag.name == "once"
    assert lost == len(emulator.requests) == 1


async def test_no_connection_in_time_is_told_as_unsent(
    emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Connector, "connect", Mock(side_effect=TimeoutError))
    async with AsyncIntercom(base_url=emulator.url, token="t", retry=ONCE) as intercom:
        with pytest.raises(TimedOut) as caught:
            await intercom.tags.create(name="x")
    assert not caught.value.may_have_been_applied


async def test_an_answer_that_is_whole_as_the_time_ends_is_none(
    emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = fast_path.read_body

    async def read_until_the_end(*args: Any) -> bytes:
        body = await read(*args)
        transport = pool._transport
        assert transport is not None
        (exchange,) = transport._fast_path._under_way
        exchange.time_out()
        return body

    monkeypatch.setattr(fast_path, "read_body", read_until_the_end)
    async with SessionPool() as pool:
        intercom = AsyncIntercom(base_url=emulator.url, token="t", retry=ONCE, pool=pool)
        with pytest.raises(TimedOut):
            await intercom.me()


def test_the_end_of_an_exchange_without_a_connection_wakes_its_reader() -> None:
    lost: Any = SimpleNamespace(protocol=None)
    exchange = fast_path._Exchange(lost)
    exchange.content = reader = Mock()
    exchange.end()
    assert isinstance(reader.set_exception.call_args.args[0], aiohttp.ClientPayloadError)


async def test_nothing_is_sent_over_a_transport_that_is_closed() -> None:
    transport = Transport(
        connections=1, connect_timeout=1, max_body=1, proxy=None, ssl_context=None
    )
    await transport.close()
    call = Call("GET", "/me", "/me", codec.raw_record)
    with pytest.raises(PoolError, match="closed while the call waited"):
        await transport.exchange(call, "http://127.0.0.1:1", {}, 1)


async def test_an_aiohttp_that_would_send_twice_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[aiohttp.ClientSession] = []

    def without_the_switch(**options: Any) -> Any:
        made.append(aiohttp.ClientSession(**options))
        return SimpleNamespace(connector=made[0].connector)

    transport = "intercom_async.net.transport.aiohttp"
    names = {**vars(aiohttp), "ClientSession": without_the_switch}
    monkeypatch.setattr(transport, SimpleNamespace(**names))
    with pytest.raises(ConfigurationError, match="cannot be kept from sending twice"):
        async with SessionPool():
            pass
    await made[0].close()


async def test_a_token_that_times_out_is_no_timeout_of_ours(emulator: Emulator) -> None:
    async def ask_the_vault() -> str:
        raise TimeoutError("the vault")

    async with AsyncIntercom(base_url=emulator.url, token=ask_the_vault) as intercom:
        with pytest.raises(TimeoutError, match="the vault"):
            await intercom.me()
