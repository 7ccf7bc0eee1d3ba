"""What is sent and to whom, and by which way through aiohttp."""

import asyncio
import functools
from contextlib import suppress
from typing import Any

import aiohttp
import msgspec
import pytest

from intercom_async import SessionPool
from intercom_async.core import codec
from intercom_async.core.call import Call
from intercom_async.errors import ConnectionFailed, StatusError
from intercom_async.net import fast_path
from tests.transport.answering import client
from tests.transport.scripted import (
    GOOD_BODY,
    HTML,
    READ,
    SEARCH,
    TOKEN,
    Server,
    assert_hides_token,
    closes,
    listening,
    response,
    running,
    sends,
    settings,
    status,
)


class TestSecrets:
    async def test_redirects_are_refused_and_nothing_goes_to_the_other_host(
        self, server: Server, pool: SessionPool
    ) -> None:
        async with running() as other:
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
        async with client(server.url, version="2.11") as intercom:
            await intercom.me()
        assert [request.headers["intercom-version"] for request in server.requests] == ["2.11"] * 2

    @pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
    async def test_a_write_without_a_body_says_so(
        self, server: Server, pool: SessionPool, method: str
    ) -> None:
        call = Call(method, "/t", "/t?a=b%20c", codec.raw_record, read=False)
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
        call = Call("POST", "/t", "/t", codec.raw_record, body=large, read=False)

        async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(response(HTML, status="413 Too Large"))
            await writer.drain()
            with suppress(OSError):
                await reader.read()
            writer.close()

        async with listening(refuse) as port:
            with pytest.raises(StatusError) as caught:
                await pool.send(call, settings(Server(port)))
        assert caught.value.status == 413
        assert await pool.send(READ, settings(server)) == GOOD_BODY


class TestWhoseWay:
    async def test_the_short_way_is_open_to_the_aiohttp_that_is_installed(self, way: str) -> None:
        assert (way == "direct") == fast_path.SUPPORTED
        async with aiohttp.ClientSession() as session:
            assert fast_path.session_is_unpatched(session)

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


async def test_it_is_told_that_a_newer_aiohttp_switches_the_fast_path_off(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", logger="intercom_async")
    for supported, told in ((True, []), (False, [aiohttp.__version__])):
        monkeypatch.setattr(fast_path, "SUPPORTED", supported)
        caplog.clear()
        async with SessionPool() as pool:
            pool._open()
            texts = [each.getMessage() for each in caplog.records if "fast path" in each.msg]
        assert [text.split()[1] for text in texts] == told
