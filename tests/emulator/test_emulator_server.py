import asyncio
import gzip
import socket
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from typing import Any
from uuid import UUID

import aiohttp
import pytest

from intercom_async.emulator import Emulator
from tests.emulator.asking import Clock, session_to

RATE_HEADERS = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset")


async def error_of(response: aiohttp.ClientResponse) -> dict[str, Any]:
    body = await response.json()
    assert body["type"] == "error.list"
    assert str(UUID(body["request_id"])) == response.headers["X-Request-Id"]
    assert list(body) == ["type", "request_id", "errors"]
    (error,) = body["errors"]
    assert isinstance(error, dict)
    return error


async def test_me(emulator: Emulator, session: aiohttp.ClientSession) -> None:
    async with session.get("/me") as response:
        me = await response.json()
    assert me["app"]["region"] == "US"
    admin = emulator.workspace.admins[0]
    for name in ("type", "id", "name", "email", "job_title", "away_mode_enabled", "team_ids"):
        assert me[name] == admin[name]
    assert me["avatar"] == {"type": "avatar", "image_url": admin["avatar"]}
    assert me["email_verified"] is True


@pytest.mark.parametrize("authorization", [None, "Bearer", "Bearer other", "Basic emulator-token"])
async def test_a_wrong_token_is_refused_without_rate_headers(
    emulator: Emulator, authorization: str | None
) -> None:
    headers = {"Authorization": authorization} if authorization else {}
    async with (
        aiohttp.ClientSession(emulator.url, headers=headers) as session,
        session.get("/conversations") as response,
    ):
        assert response.status == 401
        error = await error_of(response)
        assert error == {"code": "unauthorized", "message": "Access Token Invalid"}
        assert not any(name in response.headers for name in RATE_HEADERS)
    assert emulator.requests[-1].status == 401


@pytest.mark.parametrize(
    "path", ["/", "/nothing", "/conversations/", "/conversations/1/2", "/me/x"]
)
async def test_an_unknown_path_is_not_found(session: aiohttp.ClientSession, path: str) -> None:
    async with session.get(path) as response:
        assert response.status == 404
        error = await error_of(response)
        assert error == {"code": "not_found", "message": "Resource Not Found"}
        assert all(name in response.headers for name in RATE_HEADERS)


@pytest.mark.parametrize(
    ("method", "path"),
    [("DELETE", "/conversations"), ("PATCH", "/conversations/search"), ("POST", "/me")],
)
async def test_another_method_is_not_allowed(
    session: aiohttp.ClientSession, method: str, path: str
) -> None:
    async with session.request(method, path) as response:
        assert response.status == 405
        assert (await error_of(response))["code"] == "method_not_allowed"


async def test_what_every_answer_carries() -> None:
    clock = Clock(1_800_000_003.7)
    async with (
        Emulator(conversations=1, clock=clock, rate_limit=50) as emulator,
        session_to(emulator) as session,
    ):
        async with session.get("/me", headers={"Intercom-Version": "2.11"}) as response:
            assert response.status == 200
            first = response.headers
        async with session.get("/nothing") as response:
            second = response.headers
    assert [first[name] for name in RATE_HEADERS] == ["50", "49", "1800000010"]
    assert [second[name] for name in RATE_HEADERS] == ["50", "48", "1800000010"]
    assert parsedate_to_datetime(first["Date"]).timestamp() == 1_800_000_003
    assert (first["Intercom-Version"], second["Intercom-Version"]) == ("2.11", "2.10")
    assert UUID(first["X-Request-Id"]) != UUID(second["X-Request-Id"])
    assert first["Content-Type"] == "application/json; charset=utf-8"


async def test_the_rate_limit_refuses_until_the_window_ends() -> None:
    clock = Clock(1_000.0)
    async with (
        Emulator(conversations=1, clock=clock, rate_limit=2) as emulator,
        session_to(emulator) as session,
    ):
        statuses: list[int] = []
        for now in (1_000.0, 1_005.0, 1_009.9, 1_010.0):
            clock.now = now
            async with session.get("/me") as response:
                statuses.append(response.status)
                if response.status == 429:
                    error = await error_of(response)
                    assert error["code"] == "rate_limit_exceeded"
                    assert error["message"] == "Exceeded rate limit of 2 in 10_seconds"
                    assert [response.headers[n] for n in RATE_HEADERS] == ["2", "0", "1010"]
                    assert "Retry-After" not in response.headers
        assert statuses == [200, 200, 429, 200]
        assert [record.status for record in emulator.requests] == statuses
        emulator.rate_limit = None
        async with session.get("/me") as response:
            assert not any(name in response.headers for name in RATE_HEADERS)


async def test_a_refused_token_takes_nothing_from_the_window() -> None:
    async with (
        Emulator(conversations=1, clock=Clock(5), rate_limit=1) as emulator,
        session_to(emulator, token="other") as stranger,
        session_to(emulator) as session,
    ):
        async with stranger.get("/me") as response:
            assert response.status == 401
        async with session.get("/me") as response:
            assert response.status == 200


async def test_requests_are_recorded(emulator: Emulator, session: aiohttp.ClientSession) -> None:
    body = {"query": {"field": "open", "operator": "=", "value": True}}
    async with session.post("/conversations/search?x=1", json=body, headers={"X-Mine": "a"}) as r:
        assert r.status == 200
    async with session.get("/conversations/a%2Fb") as r:
        assert r.status == 404
    first, second = emulator.requests
    assert (first.method, first.path, first.query) == ("POST", "/conversations/search", {"x": "1"})
    assert (first.body, first.status) == (body, 200)
    assert first.headers["x-mine"] == "a"
    assert "authorization" not in first.headers
    assert 0 < first.seconds < 5
    assert first.at <= second.at
    assert (second.path, second.body, second.status) == ("/conversations/a%2Fb", None, 404)


async def test_latency_delays_every_answer(
    emulator: Emulator, session: aiohttp.ClientSession
) -> None:
    emulator.latency = 0.05
    async with session.get("/me") as response:
        assert response.status == 200
    assert emulator.requests[-1].seconds >= 0.05
    emulator.latency = 0
    async with session.get("/me") as response:
        assert response.status == 200
    assert emulator.requests[-1].seconds < 0.05


async def test_retrieve(emulator: Emulator, session: aiohttp.ClientSession) -> None:
    for id_ in emulator.workspace.ids()[::10]:
        truth = emulator.workspace.full_record(id_)
        truth["conversation_parts"]["conversation_parts"][:-500] = []
        async with session.get(f"/conversations/{id_}") as response:
            assert await response.json() == truth


async def test_retrieve_shows_the_newest_500_parts(
    emulator: Emulator, session: aiohttp.ClientSession
) -> None:
    def length(id: str) -> int:
        return len(emulator.workspace.full_record(id)["conversation_parts"]["conversation_parts"])

    longest = max(emulator.workspace.ids(), key=length)
    parts = emulator.workspace.full_record(longest)["conversation_parts"]["conversation_parts"]
    async with session.get(f"/conversations/{longest}") as response:
        listed = (await response.json())["conversation_parts"]
    assert listed["total_count"] == len(parts) > 500
    assert listed["conversation_parts"] == parts[-500:]


async def test_retrieve_as_plain_text(emulator: Emulator, session: aiohttp.ClientSession) -> None:
    parts: list[dict[str, Any]] = [
        {"id": "1", "body": "<p>a &amp; b</p>"},
        {"id": "2", "body": None},
    ]
    source = {"type": "email", "body": "<p>Hi<br>there</p>"}
    id_ = emulator.workspace.add(source=source, parts=parts)
    bare = emulator.workspace.add(source=None)
    async with session.get(f"/conversations/{id_}?display_as=plaintext") as response:
        answer = await response.json()
    assert answer["source"]["body"] == "Hi\nthere"
    bodies = [part["body"] for part in answer["conversation_parts"]["conversation_parts"]]
    assert bodies == ["a & b", None]
    async with session.get(f"/conversations/{bare}?display_as=plaintext") as response:
        assert (await response.json())["source"] is None


@pytest.mark.parametrize("id_", ["1", "x", "search", "a%2Fb"])
async def test_an_unknown_conversation_is_not_found(
    session: aiohttp.ClientSession, id_: str
) -> None:
    async with session.get(f"/conversations/{id_}") as response:
        assert response.status == 404
        assert (await error_of(response))["message"] == "Resource Not Found"


@pytest.mark.parametrize("per_page", ["0", "151", "-1", "many", "", "1.5"])
async def test_a_wrong_page_size_is_refused(session: aiohttp.ClientSession, per_page: str) -> None:
    async with session.get("/conversations", params={"per_page": per_page}) as response:
        assert response.status == 400
        assert (await error_of(response))["code"] == "parameter_invalid"


@pytest.mark.parametrize(("cursor", "status"), [("", 500), ("broken", 400), ("WzFd", 400)])
async def test_a_wrong_cursor_is_refused(
    session: aiohttp.ClientSession, cursor: str, status: int
) -> None:
    async with session.get("/conversations", params={"starting_after": cursor}) as response:
        assert response.status == status
        await error_of(response)


QUERY = {"field": "open", "operator": "=", "value": True}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"\xff", 400),
        (b"", 400),
        (b"[]", 400),
        (b"{}", 400),
        (b'{"query": ' + b"[" * 100_000, 400),
        ({"query": {**QUERY, "field": "colour"}}, 400),
        ({"query": QUERY, "pagination": []}, 200),
        ({"query": QUERY, "pagination": None}, 200),
        ({"query": QUERY, "pagination": "x"}, 400),
        ({"query": QUERY, "pagination": {"per_page": 151}}, 400),
        ({"query": QUERY, "pagination": {"per_page": True}}, 400),
        ({"query": QUERY, "pagination": {"starting_after": None}}, 200),
        ({"query": QUERY, "pagination": {"starting_after": 3}}, 400),
        ({"query": QUERY, "pagination": {"starting_after": ""}}, 500),
    ],
)
async def test_search_bodies(session: aiohttp.ClientSession, body: object, status: int) -> None:
    arguments: dict[str, Any] = {"data": body} if isinstance(body, bytes) else {"json": body}
    async with session.post("/conversations/search", **arguments) as response:
        assert response.status == status
        if status != 200:
            await error_of(response)


async def test_search_sees_changes(emulator: Emulator, session: aiohttp.ClientSession) -> None:
    async def found() -> list[str]:
        query = {"field": "state", "operator": "=", "value": "melted"}
        async with session.post("/conversations/search", json={"query": query}) as response:
            return [each["id"] for each in (await response.json())["conversations"]]

    id_ = emulator.workspace.ids()[5]
    assert await found() == []
    emulator.workspace.update(id_, state="melted")
    assert await found() == [id_]
    emulator.workspace.delete(id_)
    assert await found() == []


async def test_long_answers_can_be_compressed() -> None:
    async with (
        Emulator(conversations=30, compress=True) as emulator,
        session_to(emulator, auto_decompress=False) as session,
    ):
        async with session.get("/conversations", headers={"Accept-Encoding": "gzip"}) as response:
            assert response.headers["Content-Encoding"] == "gzip"
            packed = await response.read()
        async with session.get("/conversations", headers={"Accept-Encoding": "br"}) as response:
            assert "Content-Encoding" not in response.headers
            assert gzip.decompress(packed) == await response.read()
        async with session.get("/me", headers={"Accept-Encoding": "gzip"}) as response:
            assert "Content-Encoding" not in response.headers


async def test_the_emulator_stops_at_once_with_a_request_under_way() -> None:
    loop = asyncio.get_running_loop()
    async with Emulator(conversations=1, latency=60) as emulator:
        session = session_to(emulator)
        waiting = asyncio.create_task(session.post("/me"))
        await asyncio.sleep(0.1)
        assert [record.status for record in emulator.requests] == [0]
        began = loop.time()
    assert loop.time() - began < 1
    with pytest.raises(aiohttp.ClientError):
        await waiting
    await session.close()


async def test_a_client_that_leaves_is_recorded_without_a_status() -> None:
    async with Emulator(conversations=1, latency=60) as emulator, session_to(emulator) as session:
        with pytest.raises(asyncio.TimeoutError):
            await session.get("/me", timeout=aiohttp.ClientTimeout(0.05))
        assert [record.status for record in emulator.requests] == [0]


async def test_the_address_is_known_only_while_it_runs() -> None:
    emulator = Emulator(conversations=0)
    with pytest.raises(RuntimeError, match="not running"):
        _ = emulator.url
    async with emulator:
        assert emulator.url.startswith("http://127.0.0.1:")
    with pytest.raises(RuntimeError, match="not running"):
        _ = emulator.url


async def test_the_port_can_be_chosen(unused_tcp_port_factory: Callable[[], int]) -> None:
    port = unused_tcp_port_factory()
    async with Emulator(conversations=0, port=port) as emulator:
        assert emulator.url == f"http://127.0.0.1:{port}"
        with pytest.raises(OSError, match="ddress already in use"):
            await Emulator(conversations=0, port=port).__aenter__()
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0
