"""Files: chunk by chunk or to a path, from the API or where it redirects to, and never whole."""

import asyncio
import gzip
import tracemalloc
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from intercom_async import (
    AsyncIntercom,
    Chunks,
    ConnectionFailed,
    Forbidden,
    NotFound,
    PoolError,
    QueryError,
    RateHeaders,
    RequestError,
    SessionPool,
    StatusError,
    TimedOut,
    Timeouts,
    TooManyJobs,
    raw_response,
)
from tests.transport.answering import client
from tests.transport.scripted import (
    TOKEN,
    Act,
    Server,
    assert_hides_token,
    closes,
    drips_on,
    response,
    running,
    sends,
    stalls,
    status,
)

FILE = bytes(range(256)) * 1000
BROKEN = sends(response(FILE[:1000], length=len(FILE)), then=closes)
PENDING = b"""{"type":"error.list","errors":[{"code":"rate_limit_exceeded",
"message":"Exceeded rate limit of 1 pending message data export jobs"}]}"""


@pytest.fixture
async def intercom(server: Server, pool: SessionPool) -> AsyncIntercom:
    return client(server.url, pool)


@pytest.fixture
async def other() -> AsyncIterator[Server]:
    async with running() as started:
        yield started


async def whole(intercom: AsyncIntercom, url: str) -> bytes:
    async with intercom.download(url) as chunks:
        return b"".join([chunk async for chunk in chunks])


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def moved(url: str) -> Act:
    return status("302 Found", f"Location: {url}")


async def test_a_file_comes_as_it_was_sent(server: Server, intercom: AsyncIntercom) -> None:
    packed = gzip.compress(FILE)
    server.script.append(sends(response(packed, "Content-Encoding: gzip", "X-Request-Id: r")))
    async with intercom.download(f"{server.url}/files/1?a=%2F") as chunks:
        assert chunks.size == len(packed)
        assert chunks.headers["x-request-id"] == "r"
        assert b"".join([chunk async for chunk in chunks]) == packed
    (request,) = server.requests
    assert (request.method, request.path) == ("GET", "/files/1?a=%2F")
    assert request.headers["accept-encoding"] == "identity"
    assert request.headers["authorization"] == f"Bearer {TOKEN}"


async def test_a_file_is_saved(server: Server, intercom: AsyncIntercom, tmp_path: Path) -> None:
    server.script.append(sends(response(FILE)))
    to = tmp_path / f"{'a' * 251}.wav"
    to.write_text("what was there")
    assert await intercom.download(f"{server.url}/f").save(str(to)) == to
    assert to.read_bytes() == FILE
    assert to.stat().st_mode & 0o077 == 0
    assert names(tmp_path) == [to.name]


async def test_a_file_that_breaks_off_is_begun_again(
    server: Server, intercom: AsyncIntercom, tmp_path: Path
) -> None:
    server.script += [BROKEN, BROKEN, sends(response(FILE))]
    await intercom.download(f"{server.url}/f").save(tmp_path / "f")
    assert (tmp_path / "f").read_bytes() == FILE


async def test_what_cannot_be_had_leaves_nothing(
    server: Server, intercom: AsyncIntercom, tmp_path: Path
) -> None:
    (tmp_path / "f").write_text("what was there")
    server.script += [BROKEN] * 3
    with pytest.raises(ConnectionFailed, match="GET /f: the answer was cut short") as caught:
        await intercom.download(f"{server.url}/f").save(tmp_path / "f")
    assert_hides_token(caught.value)
    assert len(server.requests) == 3
    assert names(tmp_path) == ["f"]
    assert (tmp_path / "f").read_text() == "what was there"
    with pytest.raises(FileNotFoundError):
        await intercom.download(f"{server.url}/f").save(tmp_path / "nowhere" / "f")


async def test_failures_before_it_begins_are_tried_again(
    server: Server, intercom: AsyncIntercom
) -> None:
    server.script += [closes, status("503 Unavailable"), sends(response(FILE))]
    assert await whole(intercom, f"{server.url}/f") == FILE
    server.script.append(status("404 Not Found"))
    with pytest.raises(NotFound, match="GET /f: 404"):
        await whole(intercom, f"{server.url}/f")
    assert len(server.requests) == 4


async def test_a_redirect_is_followed_without_the_token(
    server: Server, other: Server, intercom: AsyncIntercom
) -> None:
    server.script.append(moved(f"{other.url}/signed?X-Sig=a%2Fb%3D"))
    other.script += [moved("/further"), sends(response(FILE))]
    traced = intercom.with_options(headers={"X-Trace": "mine"}, version="2.16")
    async with traced.calls.download_recording("1") as chunks:
        assert b"".join([chunk async for chunk in chunks]) == FILE
    assert server.requests[0].path == "/calls/1/recording"
    assert [request.path for request in other.requests] == ["/signed?X-Sig=a%2Fb%3D", "/further"]
    for request in other.requests:
        assert request.headers.keys() == {"host", "accept", "accept-encoding", "user-agent"}


async def test_what_the_other_host_refuses_is_an_error(
    server: Server, other: Server, intercom: AsyncIntercom
) -> None:
    server.script.append(moved(f"{other.url}/signed"))
    other.script.append(status("403 Forbidden", body=b"<Error>AccessDenied</Error>"))
    with pytest.raises(Forbidden, match="AccessDenied"):
        await whole(intercom, f"{server.url}/f")


@pytest.mark.parametrize(
    "to",
    [
        "http://example.test/f",
        "ftp://127.0.0.1/f",
        "https://a:b@127.0.0.1/f",
        "http://[",
        "https://127.0.0.1:99999/f",
        "https://ü.test/f",
        "https://a..b/f",
        "/a\x01b",
        "/a\tb",
    ],
)
async def test_a_redirect_that_is_not_safe_is_not_followed(
    server: Server, intercom: AsyncIntercom, to: str
) -> None:
    server.script.append(moved(to))
    with pytest.raises(StatusError) as caught:
        await whole(intercom, f"{server.url}/f")
    assert caught.value.status == 302


async def test_a_redirect_that_is_not_escaped_is_followed_escaped(
    server: Server, intercom: AsyncIntercom
) -> None:
    server.script += [moved('/a "b"%20c?d=e f'), sends(response(FILE))]
    assert await whole(intercom, f"{server.url}/f") == FILE
    assert server.requests[1].path == "/a%20%22b%22%20c?d=e%20f"


async def test_redirects_in_a_circle_end(server: Server, intercom: AsyncIntercom) -> None:
    server.script += [moved(f"{server.url}/f")] * 9
    with pytest.raises(StatusError):
        await whole(intercom, f"{server.url}/f")
    assert len(server.requests) == 6


async def test_a_file_of_another_host_is_asked_for_without_the_token(
    server: Server, other: Server, intercom: AsyncIntercom
) -> None:
    other.script.append(sends(response(FILE)))
    assert await whole(intercom, f"{other.url}/a b.png?sig=%2F") == FILE
    (request,) = other.requests
    assert request.path == "/a%20b.png?sig=%2F"
    assert request.headers.keys() == {"host", "accept", "accept-encoding", "user-agent"}
    other.script.append(status("404 Not Found"))
    with pytest.raises(NotFound) as caught:
        await whole(intercom, f"{other.url}/a?secret")
    assert "secret" not in str(caught.value)
    assert server.requests == []


@pytest.mark.parametrize(
    "url",
    [
        "http://example.test/f",
        "/f",
        "file:///f",
        "https://u:p@h/f",
        "https://ü.test/f",
        "https://a..b/f",
        f"https://{'a' * 64}.test/f",
        "https://",
        "",
        5,
        "a\n",
    ],
)
def test_what_is_no_url_of_a_file_is_refused(url: Any) -> None:
    with pytest.raises(QueryError, match="https URL of a file"):
        AsyncIntercom(token=TOKEN).download(url)


async def test_a_file_larger_than_any_answer_takes_little_memory(
    server: Server, intercom: AsyncIntercom, tmp_path: Path
) -> None:
    pieces = 64

    async def act(writer: Any) -> None:
        writer.write(response(b"", length=pieces * 2**20))
        for _ in range(pieces):
            writer.write(bytes(2**20))
            await writer.drain()

    server.script.append(act)
    tracemalloc.start()
    try:
        await intercom.download(f"{server.url}/f").save(tmp_path / "f")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (tmp_path / "f").stat().st_size == pieces * 2**20
    assert peak < pieces * 2**20 / 4


async def test_a_file_that_is_left_gives_its_connection_up(server: Server) -> None:
    async with SessionPool(connections=1) as pool:
        intercom = client(server.url, pool)
        for _ in range(2):
            server.script.append(sends(response(FILE, length=10**9)))
            async with intercom.download(f"{server.url}/f") as chunks:
                assert await anext(chunks)
                assert pool.calls == 1
        assert pool.calls == 0
        server.script.append(sends(response(b'{"type":"admin","id":"1"}')))
        assert (await intercom.me()).id == "1"


@pytest.mark.parametrize(
    "act",
    [
        pytest.param(stalls, id="before it begins"),
        pytest.param(sends(response(FILE[:9], length=99), then=stalls), id="within"),
        pytest.param(
            sends(response(b"", status="404 Not Found", length=10**6), then=drips_on),
            id="within an error",
        ),
    ],
)
async def test_a_file_that_stalls_times_out(server: Server, pool: SessionPool, act: Act) -> None:
    server.script += [act] * 5
    intercom = client(server.url, pool, timeouts=Timeouts(attempt=0.05))
    with pytest.raises(TimedOut, match="GET /f"):
        await whole(intercom, f"{server.url}/f")


@pytest.mark.long
async def test_a_file_ends_with_its_pool(server: Server) -> None:
    pool = SessionPool()
    intercom = client(server.url, pool)
    server.script.append(sends(response(FILE, length=10**9)))
    async with intercom.download(f"{server.url}/f") as chunks:
        await anext(chunks)
        await pool.aclose(grace=0)
        with pytest.raises(RequestError):
            [chunk async for chunk in chunks]
    with pytest.raises(PoolError):
        await whole(intercom, f"{server.url}/f")


async def test_a_download_is_one_at_a_time_and_no_whole_answer(
    server: Server, intercom: AsyncIntercom, pool: SessionPool
) -> None:
    file = intercom.download(f"{server.url}/f")
    async with file:
        with pytest.raises(RuntimeError, match="under way"):
            await file.__aenter__()
    both = await asyncio.gather(file.__aenter__(), file.__aenter__(), return_exceptions=True)
    assert [type(each) for each in both] == [Chunks, RuntimeError]
    await file.__aexit__(None, None, None)
    assert pool.calls == 0
    make: Any = intercom.download
    with pytest.raises(TypeError):
        await raw_response(make, f"{server.url}/f")


class Statuses:
    """A limiter that keeps what it is told."""

    def __init__(self) -> None:
        self.seen: list[int] = []

    def try_acquire(self, _budget: float = 1.0) -> bool:
        return True

    async def acquire(self, _budget: float = 1.0) -> None: ...

    def record_response(
        self, status: int, _headers: RateHeaders, _sent: float, _received: float
    ) -> None:
        self.seen.append(status)

    def release(self) -> None: ...


async def test_another_host_s_limits_are_not_the_api_s(
    server: Server, other: Server, pool: SessionPool
) -> None:
    limiter = Statuses()
    intercom = client(server.url, pool, limiter=limiter)
    server.script += [moved(f"{other.url}/f")] * 2
    other.script += [status("429 Too Many Requests"), sends(response(FILE))]
    assert await whole(intercom, f"{server.url}/f") == FILE
    assert limiter.seen == [302, 302]
    assert await whole(intercom, f"{other.url}/f")
    assert limiter.seen == [302, 302]


async def test_pending_jobs_are_no_rate_limit(server: Server, pool: SessionPool) -> None:
    limiter = Statuses()
    intercom = client(server.url, pool, limiter=limiter)
    server.script.append(status("429 Too Many Requests", body=PENDING))
    with pytest.raises(TooManyJobs, match="1 pending message data export jobs"):
        await intercom.me()
    assert len(server.requests) == 1
    assert limiter.seen == [409]
