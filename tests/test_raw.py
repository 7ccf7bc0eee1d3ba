"""Raw answers: whatever came is there, and decoding is asked for."""

import copy
import json
import pickle
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest
from aiohttp import web
from aiohttp.test_utils import RawTestServer

from intercom_async import (
    AsyncIntercom,
    DecodeError,
    Page,
    RawResponse,
    RequestEvent,
    RetryPolicy,
    ServerError,
    raw_response,
)
from intercom_async.emulator import Emulator
from intercom_async.models import Conversation

HTML = b"<html><body>Are you a robot?</body></html>"
TOKEN = "dG9rOmEtcmF3LXRva2Vu"


class Mine(msgspec.Struct):
    id: str
    title: str | None = None


class Odd:
    """Answers everything with the same bytes, and counts."""

    def __init__(self) -> None:
        self.body = HTML
        self.status = 200
        self.asked = 0

    async def answer(self, _request: web.BaseRequest) -> web.Response:
        self.asked += 1
        return web.Response(status=self.status, body=self.body, headers={"X-Request-Id": "req-odd"})


@pytest.fixture
def odd() -> Odd:
    return Odd()


@pytest.fixture
async def client(odd: Odd) -> AsyncIterator[AsyncIntercom]:
    async with (
        RawTestServer(odd.answer) as server,
        AsyncIntercom(
            base_url=str(server.make_url("/")), token=TOKEN, retry=RetryPolicy(base=0)
        ) as intercom,
    ):
        yield intercom


async def ask(client: AsyncIntercom, how: str) -> RawResponse[Any]:
    c = client.conversations
    match how:
        case "retrieve":
            return await raw_response(c.retrieve, "1")
        case "list":
            return await raw_response(c.list)
        case "search":
            searched: RawResponse[Any] = await raw_response(
                c.search, {"field": "open", "operator": "=", "value": True}
            )
            return searched
        case "close":
            return await raw_response(c.close, "1", admin_id="2")
        case "reply":
            return await raw_response(c.reply, "1", admin_id="2", body="x")
        case _:
            return await raw_response(client.me)


READS = ["retrieve", "list", "search", "me"]
WRITES = ["close", "reply"]
UNDECODABLE = [HTML, b"", b'{"id":', b'{"id":[],"conversations":5}', b"\xff\xfe", b"[" * 100_000]


@pytest.mark.parametrize("how", READS + WRITES)
@pytest.mark.parametrize("body", UNDECODABLE, ids=lambda body: repr(body[:30]))
async def test_what_cannot_be_decoded_is_there_all_the_same(
    client: AsyncIntercom, odd: Odd, how: str, body: bytes
) -> None:
    odd.body = body
    raw = await ask(client, how)
    assert (raw.status, raw.body, raw.request_id, odd.asked) == (200, body, "req-odd", 1)
    with pytest.raises(DecodeError):
        raw.parse()
    with pytest.raises(DecodeError) as caught:
        raw.parse()
    error = caught.value
    assert error.body == body
    assert error.request_id == "req-odd"
    assert error.method in str(error)
    assert error.path
    assert error.may_have_been_applied is (how in WRITES)
    assert pickle.loads(pickle.dumps(error)).body == body  # noqa: S301  # our own


async def test_failures_are_tried_again_and_raised_as_ever(client: AsyncIntercom, odd: Odd) -> None:
    odd.status = 502
    with pytest.raises(ServerError) as caught:
        await ask(client, "retrieve")
    assert caught.value.body == HTML
    assert odd.asked == caught.value.attempts == 5


async def test_a_try_that_cannot_be_decoded_is_an_event_without_an_error(
    client: AsyncIntercom,
) -> None:
    events: list[RequestEvent] = []
    await ask(client.with_options(on_event=events.append), "retrieve")
    assert [(event.status, event.bytes, event.error) for event in events] == [
        (200, len(HTML), None)
    ]


async def test_records_come_as_the_type_asked_for(
    emulator: Emulator, intercom: AsyncIntercom
) -> None:
    c = intercom.conversations
    id = emulator.workspace.ids()[0]
    one = await raw_response(c.retrieve, id, type=Mine)
    assert one.parse() == await intercom.conversations.retrieve(id, type=Mine)
    assert json.loads(one.body)["type"] == "conversation"
    listed: RawResponse[Page[Mine]] = await raw_response(c.list, type=Mine, per_page=3)
    assert listed.parse() == await intercom.conversations.list(type=Mine, per_page=3)
    query = {"field": "id", "operator": "=", "value": id}
    found = await raw_response(c.search, query, type=Mine)
    assert [item.id for item in found.parse().items] == [id]
    assert isinstance(found.parse().items[0], Mine)


async def test_one_decoding_serves_all_who_ask(emulator: Emulator, intercom: AsyncIntercom) -> None:
    raw = await raw_response(intercom.conversations.retrieve, emulator.workspace.ids()[0])
    assert isinstance(raw.parse(), Conversation)
    assert raw.parse() is raw.parse()


async def test_an_invalid_record_is_in_the_page(client: AsyncIntercom, odd: Odd) -> None:
    odd.body = b'{"conversations":[{"id":"1"},{"no":"id"}],"pages":null}'
    raw = await raw_response(client.conversations.list)
    page = raw.parse()
    assert [item.id for item in page.items] == ["1"]
    assert [error.body for error in page.invalid] == [b'{"no":"id"}']


COPIES = [copy.copy, copy.deepcopy, lambda raw: pickle.loads(pickle.dumps(raw))]  # noqa: S301


@pytest.mark.parametrize("duplicate", COPIES, ids=["copy", "deepcopy", "pickle"])
@pytest.mark.parametrize("parsed", [False, True], ids=["fresh", "parsed"])
async def test_an_answer_can_be_copied_and_pickled(
    emulator: Emulator, intercom: AsyncIntercom, duplicate: Any, parsed: bool
) -> None:
    c, id = intercom.conversations, emulator.workspace.ids()[0]
    admin = str(emulator.workspace.admins[0]["id"])
    answers: list[RawResponse[Any]] = [
        await raw_response(c.retrieve, id),
        await raw_response(c.retrieve, id, type=Mine),
        await raw_response(c.retrieve, id, raw=True),
        await raw_response(c.list, per_page=3),
        await raw_response(c.list, per_page=3, type=Mine),
        await raw_response(c.list, per_page=3, raw=True),
        await raw_response(c.reply, id, admin_id=admin, body="Hello"),
        await raw_response(c.attach_contact, id, admin_id=admin, email="new@example.com"),
        await raw_response(intercom.me),
    ]
    for raw in answers:
        if parsed:
            raw.parse()
        twin = duplicate(raw)
        assert (twin.status, twin.body, dict(twin.headers)) == (
            raw.status,
            raw.body,
            dict(raw.headers),
        )
        assert twin.headers["x-REQUEST-id"] == twin.request_id == raw.request_id
        assert twin.window == raw.window
        assert twin.parse() == raw.parse()


@pytest.mark.parametrize("duplicate", COPIES, ids=["copy", "deepcopy", "pickle"])
@pytest.mark.parametrize("how", READS + WRITES)
async def test_a_copy_that_cannot_be_decoded_still_says_so(
    client: AsyncIntercom, how: str, duplicate: Any
) -> None:
    twin = duplicate(await ask(client, how))
    assert twin.body == HTML
    with pytest.raises(DecodeError) as caught:
        twin.parse()
    assert caught.value.may_have_been_applied is (how in WRITES)


async def test_headers_cannot_be_changed(client: AsyncIntercom) -> None:
    headers: Any = (await ask(client, "me")).headers
    with pytest.raises(TypeError):
        headers["X-Request-Id"] = "other"
    assert "x-absent" not in headers
    assert len(headers) == len(list(headers))


@pytest.mark.parametrize(
    "name",
    ["aclose", "with_options", "send", "conversations.scan", "conversations.retrieve_many"],
)
async def test_what_is_no_single_request_is_refused(
    client: AsyncIntercom, odd: Odd, name: str
) -> None:
    owner: Any = client
    for part in name.split("."):
        owner = getattr(owner, part)
    with pytest.raises(TypeError, match=r"no operation|many requests"):
        await raw_response(owner, *([["1"]] if name.endswith("many") else []))
    with pytest.raises(TypeError, match="no operation"):
        await raw_response(type(client).me, client)
    assert odd.asked == 0
