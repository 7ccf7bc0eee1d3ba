"""Answers that the emulator does not give: one odd record must cost nothing but itself."""

import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from intercom_async import AsyncIntercom, RetryPolicy, StatusError
from intercom_async.export import Export, StreamSummary
from intercom_async.export.store import read_lines
from tests.export.one_stream import only

AT = 1_700_000_000
SECRET = b"Anna"  # early in what an error shows of an answer


def record(id: int, more: bytes = b"") -> bytes:
    return b'{"type":"conversation","id":"%d","created_at":%d,"updated_at":%d%b}' % (
        id,
        AT,
        AT,
        more,
    )


class Api:
    """Lists records that are all created in one second, and has each of them by itself."""

    url = ""

    def __init__(self) -> None:
        self.listed = {1: record(1), 2: record(2)}
        self.whole: dict[int, bytes] = {}
        self.total = 2
        self.refused: dict[int, int] = {}  # with which status
        self.spoil: Callable[[bytes], bytes] = bytes

    async def me(self, _request: web.Request) -> web.Response:
        return web.json_response({"type": "admin", "id": "1", "app": {"id_code": "ws"}})

    async def search(self, request: web.Request) -> web.Response:
        found = _matches((await request.json())["query"])
        records = b",".join(self.listed.values()) if found else b""
        page = b'{"conversations":[%b],"total_count":%d,"pages":{"next":null}}'
        return self._answer(self.spoil(page % (records, self.total if found else 0)))

    async def retrieve(self, request: web.Request) -> web.Response:
        id = int(request.match_info["id"])
        if id in self.refused:
            said = b'{"errors":[{"code":"no_room","message":"no room for %b"}]}' % SECRET
            return web.Response(status=self.refused[id], body=said)
        return self._answer(self.whole.get(id, self.listed[id]))

    def _answer(self, body: bytes) -> web.Response:
        return web.Response(body=body, content_type="application/json")

    async def export(self, folder: Path, **options: Any) -> StreamSummary:
        retry = RetryPolicy(max_attempts=1)
        async with AsyncIntercom(base_url=self.url, token="t", retry=retry) as intercom:
            job = Export(intercom, folder, only(**options))
            return (await job.run()).streams["conversations"]


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _matches(query: dict[str, Any]) -> bool:
    if isinstance(query["value"], list):
        return all(_matches(each) for each in query["value"])
    bound: int = query["value"]
    return bound < AT if query["operator"] == ">" else bound > AT


@pytest.fixture
async def api() -> AsyncIterator[Api]:
    api = Api()
    app = web.Application()
    app.router.add_get("/me", api.me)
    app.router.add_post("/conversations/search", api.search)
    app.router.add_get("/conversations/{id}", api.retrieve)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    api.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield api
    await runner.cleanup()


@pytest.mark.parametrize("parts", [False, True], ids=["listed", "with parts"])
@pytest.mark.parametrize("redact", [(), ("email",)], ids=["", "redacted"])
@pytest.mark.parametrize(
    "odd",
    [
        b',"updated_at":9223372036854775808',
        b',"updated_at":-100000000000000000000000',
        b',"title":"half \\ud83d of a pair"',
        b',\r\n"title":"half \\ud83d of a pair on lines\\n"',
    ],
    ids=["beyond 64 bits", "far below", "half a pair", "half a pair on lines"],
)
async def test_one_odd_record_is_kept_like_any_other(
    api: Api, tmp_path: Path, odd: bytes, redact: tuple[str, ...], parts: bool
) -> None:
    api.listed[2] = record(2, odd)
    summary = await api.export(tmp_path, parts=parts, redact=redact)
    assert (summary.counts.records, summary.counts.quarantined, summary.missing) == (2, 0, 0)
    kept = {json.loads(line)["id"]: line for line in read_lines(tmp_path / "ws")}
    whole = odd.replace(b"\\ud83d", "\N{REPLACEMENT CHARACTER}".encode()) if redact else odd
    assert whole.replace(b"\r\n", b"") in kept["2"]
    again = await api.export(tmp_path, parts=parts, redact=redact)
    assert again.counts == summary.counts


@pytest.mark.parametrize(
    "spoiled", ["page", "conversation", "text", "key", "400", "401", "403", "404", "500"]
)
async def test_what_is_left_out_stands_in_no_file_where_answers_are_spoiled(
    api: Api, tmp_path: Path, spoiled: str
) -> None:
    said = b'{"source":{"body":"%b"},' % SECRET + record(2)[1:]
    if spoiled == "page":
        api.listed = {2: said}
        api.spoil = lambda page: page[:-1] if SECRET in page else page
    elif spoiled == "conversation":
        api.whole[2] = said[:-1]
    elif spoiled == "text":
        api.whole[2] = said.replace(SECRET, SECRET + b"\xff")
    elif spoiled == "key":
        api.whole[2] = b'{"body":{"%b":[{}]},"id":[{"body":"%b"}]}' % (SECRET, SECRET)
    else:
        api.refused = {2: int(spoiled)}
    summary = await api.export(tmp_path, parts=spoiled != "page", redact=("body",))
    assert summary.counts.failed + summary.counts.quarantined + summary.counts.deleted
    assert SECRET.decode() not in repr(summary)
    files = contents(tmp_path)
    assert not [name for name, content in files.items() if SECRET in content]
    why = b"{id}: %b no_room" % spoiled.encode() if spoiled.isdigit() else b""
    assert spoiled == "404" or any(why in content for content in files.values())


@pytest.mark.parametrize("status", [400, 401, 403, 422, 500])
async def test_what_is_left_out_is_not_quoted_where_a_run_ends(
    api: Api, tmp_path: Path, status: int
) -> None:
    api.refused = dict.fromkeys(range(1, 9), status)
    api.listed = {id: record(id) for id in api.refused}
    api.total = len(api.listed)
    with pytest.raises(StatusError) as raised:
        await api.export(tmp_path, redact=("body",))
    assert SECRET.decode() not in f"{raised.value!s} {raised.value!r} {vars(raised.value)}"
    assert not [name for name, said in contents(tmp_path).items() if SECRET in said]


async def test_a_failure_is_settled_by_the_version_that_stands(api: Api, tmp_path: Path) -> None:
    api.total = 3  # one is counted and never listed
    api.listed[2] = record(
        2, b',"statistics":{"count_conversation_parts":9}'
    )  # and has none of them
    seen = []
    for refused in (dict[int, int](), {2: 500}, dict[int, int]()):
        api.refused = refused
        summary = await api.export(tmp_path)
        seen.append((summary.missing, list(summary.failed)))
    assert seen == [(1, []), (1, ["2"]), (1, [])]
