"""``intercom.request``: operations without a method, as safe as those with one."""

from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest

from intercom_async import (
    AsyncIntercom,
    DecodeError,
    NotFound,
    QueryError,
    ServerError,
    raw_response,
)
from tests.transport.scripted import QUICK, TOKEN, Server, response, running, sends, status


class Mine(msgspec.Struct):
    id: str


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with running() as started:
        yield started


@pytest.fixture
async def intercom(server: Server) -> AsyncIterator[AsyncIntercom]:
    async with AsyncIntercom(token=TOKEN, base_url=server.url, retry=QUICK) as intercom:
        yield intercom


async def test_what_is_sent(server: Server, intercom: AsyncIntercom) -> None:
    await intercom.request("GET", "/a b/ü?x=1&y=", query={"z": True, "n": 5, "left_out": None})
    await intercom.request("PUT", "/things/1", body={"name": None, "tags": ["a"]})
    await intercom.request("GET", f"{server.url}/things?page=2")
    await intercom.request("DELETE", "/things/1")
    assert [f"{request.method} {request.path}" for request in server.requests] == [
        "GET /a%20b/%C3%BC?x=1&y=&z=true&n=5",
        "PUT /things/1",
        "GET /things?page=2",
        "DELETE /things/1",
    ]
    assert server.requests[1].body == b'{"name":null,"tags":["a"]}'
    assert {request.headers["authorization"] for request in server.requests} == {f"Bearer {TOKEN}"}


@pytest.mark.parametrize(
    ("type_", "body", "value"),
    [
        (None, b'{"a":[1]}', {"a": [1]}),
        (None, b"", None),
        (None, b"[1]", [1]),
        (bytes, b"\xff\0", b"\xff\0"),
        (Mine, b'{"id":"1","b":2}', Mine("1")),
        (list[Mine], b'[{"id":"1"}]', [Mine("1")]),
    ],
)
async def test_what_comes_back(
    server: Server, intercom: AsyncIntercom, type_: Any, body: bytes, value: object
) -> None:
    server.script.append(sends(response(body)))
    assert await intercom.request("GET", "/a", type=type_) == value


async def test_it_fails_as_other_operations_do(server: Server, intercom: AsyncIntercom) -> None:
    server.script += [sends(response(b'{"id":5}'))] * 3
    with pytest.raises(DecodeError, match="GET /a"):
        await intercom.request("GET", "/a", type=Mine)
    server.script.clear()
    server.script.append(status("404 Not Found"))
    with pytest.raises(NotFound, match="GET /a: 404"):
        await intercom.request("GET", "/a?b=1")


async def test_only_reads_are_sent_again(server: Server, intercom: AsyncIntercom) -> None:
    server.script.append(status("503 Unavailable"))
    with pytest.raises(ServerError) as caught:
        await intercom.request("POST", "/search", body={})
    assert caught.value.may_have_been_applied
    for options in ({"method": "GET"}, {"method": "POST", "body": {}, "read": True}):
        server.script.append(status("503 Unavailable"))
        send: Any = intercom.request
        assert await send(path="/search", **options) == {"id": "1"}


async def test_the_whole_answer(server: Server, intercom: AsyncIntercom) -> None:
    server.script.append(sends(response(b'{"id":"7"}', "X-Request-Id: r")))
    raw = await raw_response(intercom.request, "GET", "/a", type=Mine)
    assert (raw.status, raw.request_id, raw.body) == (200, "r", b'{"id":"7"}')
    assert raw.parse() == Mine("7")


@pytest.mark.parametrize(
    ("method", "path", "options"),
    [
        ("get", "/a", {}),
        ("GET", 5, {}),
        ("GET", "/a", {"query": {"a": 1.5}}),
        ("POST", "/a", {"body": [1]}),
        ("POST", "/a", {"body": {"a": object()}}),
        ("GET", "/a", {"type": 5}),
        ("POST", "/a", {"read": "false"}),
    ],
)
async def test_what_cannot_be_sent_is_refused(
    server: Server, intercom: AsyncIntercom, method: Any, path: Any, options: Any
) -> None:
    with pytest.raises(QueryError):
        await intercom.request(method, path, **options)
    assert server.requests == []
