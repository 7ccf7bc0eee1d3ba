"""Notifications: what is sent when, how it is signed, and what becomes of it."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import pytest
from aiohttp import web
from aiohttp.test_utils import RawTestServer

from intercom_async.emulator import DEFAULT_WEBHOOK_SECRET, Emulator, webhooks
from tests.emulator.asking import START, Clock, session_to

Ask: TypeAlias = Callable[..., Awaitable[None]]


@dataclass
class Receiver:
    """Takes notifications in and answers with the statuses that a test lays out."""

    url: str = ""
    statuses: list[int] = field(default_factory=list[int])
    received: list[tuple[bytes, str]] = field(default_factory=list[tuple[bytes, str]])

    async def take(self, request: web.BaseRequest) -> web.Response:
        self.received.append((await request.read(), request.headers["X-Hub-Signature"]))
        headers = {"Location": self.url}
        return web.Response(status=self.statuses.pop(0) if self.statuses else 200, headers=headers)

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(body) for body, _ in self.received]


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    taken = Receiver()
    async with RawTestServer(taken.take) as server:
        taken.url = str(server.make_url("/hook"))
        yield taken


@asynccontextmanager
async def running(url: str, **arguments: Any) -> AsyncIterator[tuple[Emulator, Ask]]:
    arguments = dict[str, Any](clock=Clock(), conversations=3) | arguments
    async with (
        Emulator(webhook_url=url, **arguments) as emulator,
        session_to(emulator, version="2.10") as session,
    ):

        async def send(method: str, path: str, body: object = None) -> None:
            named = {} if method != "DELETE" else {"Intercom-Version": "2.13"}
            async with session.request(method, path, json=body, headers=named) as response:
                assert response.status == 200, await response.text()

        yield emulator, send


async def make(emulator: Emulator, send: Ask) -> str:
    sender = {"type": "user", "id": emulator.workspace.contacts[0]["id"]}
    await send("POST", "/conversations", {"from": sender, "body": "Hello"})
    return emulator.workspace.ids()[0]


async def test_a_notification_is_signed_and_complete(receiver: Receiver) -> None:
    async with running(receiver.url, webhook_secret="s3cret") as (emulator, send):
        id_ = await make(emulator, send)
        admin_id = emulator.workspace.admins[0]["id"]
        reply = {"type": "admin", "message_type": "comment", "admin_id": admin_id, "body": "Hi ü"}
        await send("POST", f"/conversations/{id_}/reply", reply)
        await emulator.settle()
        record = emulator.workspace.full_record(id_)
    for body, signature in receiver.received:
        expected = hmac.new(b"s3cret", body, hashlib.sha1).hexdigest()
        assert signature == f"sha1={expected}"
    created, replied = receiver.bodies
    assert created["topic"] == "conversation.user.created"
    assert created["data"]["item"]["conversation_parts"]["conversation_parts"] == []
    assert replied.pop("id").startswith("notif_")
    assert replied == {
        "type": "notification_event",
        "app_id": emulator.workspace.app["id_code"],
        "data": {"type": "notification_event_data", "item": record},
        "links": {},
        "topic": "conversation.admin.replied",
        "delivery_status": None,
        "delivery_attempts": 1,
        "delivered_at": 0,
        "first_sent_at": START,
        "created_at": START,
        "self": None,
    }
    assert [(d.topic, d.status, d.attempts) for d in emulator.deliveries] == [
        ("conversation.user.created", 200, 1),
        ("conversation.admin.replied", 200, 1),
    ]
    assert [delivery.body for delivery in emulator.deliveries] == [
        body for body, _ in receiver.received
    ]


async def test_the_secret_has_a_default(receiver: Receiver) -> None:
    async with running(receiver.url) as (emulator, send):
        await make(emulator, send)
    ((body, signature),) = receiver.received
    key = DEFAULT_WEBHOOK_SECRET.encode()
    assert signature == f"sha1={hmac.new(key, body, hashlib.sha1).hexdigest()}"


async def test_every_change_has_its_topic(receiver: Receiver) -> None:
    async with running(receiver.url) as (emulator, send):
        id_ = await make(emulator, send)
        workspace = emulator.workspace
        admin, contact, other = workspace.admins[0], workspace.contacts[0], workspace.contacts[1]
        by = {"admin_id": admin["id"]}
        wrote = {"type": "admin", **by, "body": "x"}
        assignment = {"message_type": "assignment", "type": "admin", "assignee_id": admin["id"]}
        user = {"type": "user", "intercom_user_id": contact["id"], "body": "x"}
        path = f"/conversations/{id_}"
        await send("PUT", path, {"read": True})
        await send("PUT", path, {"read": True})
        await send("POST", f"{path}/reply", user | {"message_type": "comment"})
        await send("POST", f"{path}/reply", wrote | {"message_type": "note"})
        await send("POST", f"{path}/parts", assignment | by)
        await send("POST", f"{path}/run_assignment_rules")
        await send("POST", f"{path}/parts", wrote | {"message_type": "close"})
        await send("POST", f"{path}/parts", by | {"message_type": "open"})
        snooze = by | {"message_type": "snoozed", "snoozed_until": START + 60}
        await send("POST", f"{path}/parts", snooze)
        await send("POST", f"{path}/parts", by | {"message_type": "open"})
        customer = {"customer": {"intercom_user_id": other["id"]}}
        await send("POST", f"{path}/customers", by | customer)
        await send("DELETE", f"{path}/customers/{other['id']}", by)
        await send("POST", f"{path}/tags", by | {"id": workspace.tags[0]["id"]})
        await send("DELETE", f"{path}/tags/{workspace.tags[0]['id']}", by)
        source = {"conversation_id": id_, "source_id": workspace.record(id_)["source"]["id"]}
        await send("POST", "/conversations/redact", {"type": "source"} | source)
        await send("POST", f"{path}/convert", {"ticket_type_id": 81})
        await send("DELETE", path)
        await emulator.settle()
    assert [body["topic"] for body in receiver.bodies] == [
        "conversation.user.created",
        "conversation.read",
        "conversation.user.replied",
        "conversation.admin.noted",
        "conversation.admin.assigned",
        "conversation.admin.assigned",
        "conversation.admin.closed",
        "conversation.admin.opened",
        "conversation.admin.snoozed",
        "conversation.admin.unsnoozed",
        "conversation.contact.attached",
        "conversation.contact.detached",
        "conversation_part.tag.created",
        "conversation_part.redacted",
        "ticket.created",
        "conversation.deleted",
    ]
    items = [body["data"]["item"] for body in receiver.bodies]
    assert [item["type"] for item in items[:-2]] == ["conversation"] * 14
    assert items[-2]["type"] == "ticket"
    assert items[-1] == {"type": "conversation", "id": id_, "conversation_id": id_}


async def test_only_the_new_parts_are_sent(receiver: Receiver) -> None:
    async with running(receiver.url) as (emulator, send):
        id_ = await make(emulator, send)
        admin_id = emulator.workspace.admins[0]["id"]
        note = {"type": "admin", "message_type": "note", "admin_id": admin_id}
        for body in ("one", "two"):
            await send("POST", f"/conversations/{id_}/reply", note | {"body": body})
    shown = receiver.bodies[-1]["data"]["item"]["conversation_parts"]
    assert [part["body"] for part in shown["conversation_parts"]] == ["<p>two</p>"]


async def test_waking_is_told(receiver: Receiver) -> None:
    clock = Clock()
    async with running(receiver.url, clock=clock) as (emulator, send):
        id_ = await make(emulator, send)
        body = {
            "message_type": "snoozed",
            "admin_id": emulator.workspace.admins[0]["id"],
            "snoozed_until": START + 60,
        }
        await send("POST", f"/conversations/{id_}/parts", body)
        clock.now += 100
        await send("GET", "/conversations")
    last = receiver.bodies[-1]
    assert (last["topic"], last["created_at"]) == ("conversation.admin.unsnoozed", START + 60)


async def test_items_are_in_the_emulators_version(receiver: Receiver) -> None:
    async with running(receiver.url, version="2.16") as (emulator, send):
        await make(emulator, send)
        truth = emulator.workspace.record(emulator.workspace.ids()[0])
    assert receiver.bodies[0]["data"]["item"]["priority"] == "none"
    assert truth["priority"] == "not_priority"


@pytest.mark.parametrize(
    ("statuses", "status", "attempts"),
    [([500], 200, 2), ([500, 503], 503, 2), ([404, 204], 204, 2), ([307], 200, 2), ([201], 201, 1)],
)
async def test_a_failure_is_retried_once(
    receiver: Receiver, statuses: list[int], status: int, attempts: int
) -> None:
    receiver.statuses = statuses
    async with running(receiver.url) as (emulator, send):
        await make(emulator, send)
    (delivery,) = emulator.deliveries
    assert (delivery.status, delivery.attempts) == (status, attempts)
    assert [body["delivery_attempts"] for body in receiver.bodies] == [1, 2][:attempts]
    assert len({body["id"] for body in receiver.bodies}) == 1
    assert delivery.body == receiver.received[-1][0]


async def test_nobody_there_is_no_error(unused_tcp_port: int) -> None:
    async with running(f"http://localhost:{unused_tcp_port}") as (emulator, send):
        await make(emulator, send)
        await emulator.settle()
        (delivery,) = emulator.deliveries
        assert (delivery.status, delivery.attempts) == (0, 2)


@pytest.fixture
async def silent_url(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[str]:
    """Runs a receiver that never answers, for emulators that have little patience."""

    async def hang(_: web.BaseRequest) -> web.Response:
        await asyncio.sleep(60)
        return web.Response()

    monkeypatch.setattr(webhooks, "_FAREWELL_SECONDS", 0.1)
    runner = web.ServerRunner(web.Server(hang, handler_cancellation=True), shutdown_timeout=0.05)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


async def test_the_emulator_does_not_wait_for_a_receiver_that_hangs(silent_url: str) -> None:
    loop = asyncio.get_running_loop()
    async with running(silent_url) as (emulator, send):
        await make(emulator, send)
        began = loop.time()
    assert loop.time() - began < 1
    assert emulator.deliveries[0].status == 0
    assert not [task for task in asyncio.all_tasks() if "Webhooks" in repr(task)]


async def test_what_a_slow_receiver_has_no_room_for_is_dropped(
    silent_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhooks, "_WAITING_AT_MOST", 2)
    async with running(silent_url) as (emulator, send):
        for _ in range(5):
            await make(emulator, send)
        assert [delivery.attempts for delivery in emulator.deliveries][1:] == [0] * 4


async def test_an_emulator_can_run_twice(receiver: Receiver) -> None:
    emulator = Emulator(conversations=1, webhook_url=receiver.url)
    body = {"from": {"type": "user", "id": emulator.workspace.contacts[0]["id"]}, "body": "x"}
    for _ in range(2):
        async with (
            emulator,
            session_to(emulator) as session,
            session.post("/conversations", json=body) as response,
        ):
            assert response.status == 200
    assert [delivery.status for delivery in emulator.deliveries] == [200, 200]


async def test_a_change_seen_in_another_thread_is_told(receiver: Receiver) -> None:
    clock = Clock()
    async with running(receiver.url, clock=clock) as (emulator, _):
        emulator.workspace.add(state="snoozed", snoozed_until=START + 1)
        clock.now += 1
        await asyncio.to_thread(emulator.workspace.ids)
        await emulator.settle()
        assert [delivery.status for delivery in emulator.deliveries] == [200]


async def test_changes_that_tests_make_are_not_told(receiver: Receiver) -> None:
    async with running(receiver.url) as (emulator, _):
        id_ = emulator.workspace.add()
        emulator.workspace.update(id_, title="x")
        emulator.workspace.delete(id_)
        await emulator.settle()
        assert not emulator.deliveries


async def test_a_stopped_emulator_tells_nobody(receiver: Receiver) -> None:
    clock = Clock()
    emulator = Emulator(conversations=0, clock=clock, webhook_url=receiver.url)
    emulator.workspace.add(state="snoozed", snoozed_until=START + 1)
    clock.now += 1
    assert emulator.workspace.ordered[0].record()["state"] == "open"
    assert not emulator.deliveries


async def test_without_a_url_nothing_is_kept() -> None:
    async with Emulator(conversations=0, clock=Clock()) as emulator:
        await emulator.settle()
        assert not emulator.deliveries


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "https://[::1]/x", "http://localhost:9/a"])
def test_loopback_urls_are_accepted(url: str) -> None:
    Emulator(conversations=0, webhook_url=url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "127.0.0.1",
        "http://",
        "http://example.com",
        "http://10.0.0.1",
        "http://localhost.example.com",
        "http://127.0.0.1@example.com",
        "ftp://127.0.0.1",
        "http://[",
    ],
)
def test_other_urls_are_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"loopback|Invalid"):
        Emulator(conversations=0, webhook_url=url)
