"""Raw answers: whatever came is there, and decoding is asked for."""

import json
import pickle
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from intercom_async import (
    AsyncIntercom,
    DecodeError,
    Page,
    RawResponse,
    RequestEvent,
    RetryPolicy,
    ServerError,
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

    async def answer(self, _request: web.Request) -> web.Response:
        self.asked += 1
        return web.Response(status=self.status, body=self.body, headers={"X-Request-Id": "req-odd"})


@pytest.fixture
def odd() -> Odd:
    return Odd()


@pytest.fixture
async def client(odd: Odd) -> AsyncIterator[AsyncIntercom]:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", odd.answer)
    async with (
        TestServer(app) as server,
        AsyncIntercom(
            base_url=str(server.make_url("")), token=TOKEN, retry=RetryPolicy(base=0)
        ) as intercom,
    ):
        yield intercom


async def ask(client: AsyncIntercom, how: str) -> RawResponse[Any]:
    raw = client.with_raw_response
    match how:
        case "retrieve":
            return await raw.conversations.retrieve("1")
        case "list":
            return await raw.conversations.list()
        case "search":
            return await raw.conversations.search({"field": "open", "operator": "=", "value": True})
        case "close":
            return await raw.conversations.close("1", admin_id="2")
        case "reply":
            return await raw.conversations.reply("1", admin_id="2", body="x")
        case _:
            return await raw.me()


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
    raw = intercom.with_raw_response.conversations
    id = emulator.workspace.ids()[0]
    one = await raw.retrieve(id, type=Mine)
    assert one.parse() == await intercom.conversations.retrieve(id, type=Mine)
    assert json.loads(one.body)["type"] == "conversation"
    listed: RawResponse[Page[Mine]] = await raw.list(type=Mine, per_page=3)
    assert listed.parse() == await intercom.conversations.list(type=Mine, per_page=3)
    query = {"field": "id", "operator": "=", "value": id}
    found = await raw.search(query, type=Mine)
    assert [item.id for item in found.parse().items] == [id]
    assert isinstance(found.parse().items[0], Mine)


async def test_one_decoding_serves_all_who_ask(emulator: Emulator, intercom: AsyncIntercom) -> None:
    raw = await intercom.with_raw_response.conversations.retrieve(emulator.workspace.ids()[0])
    assert isinstance(raw.parse(), Conversation)
    assert raw.parse() is raw.parse()


async def test_an_invalid_record_is_in_the_page(client: AsyncIntercom, odd: Odd) -> None:
    odd.body = b'{"conversations":[{"id":"1"},{"no":"id"}],"pages":null}'
    raw = await client.with_raw_response.conversations.list()
    page = raw.parse()
    assert [item.id for item in page.items] == ["1"]
    assert [error.body for error in page.invalid] == [b'{"no":"id"}']
