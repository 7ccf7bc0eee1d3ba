"""Changes of an emulated workspace, as they come."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

import anyio
import pytest

from intercom_async import (
    AsyncIntercom,
    Change,
    Changes,
    ConfigurationError,
    DecodeError,
    QueryError,
    Unauthorized,
)
from intercom_async.emulator import Emulator, Fault, FaultKind, Faults
from intercom_async.models import Contact, Conversation, Ticket
from intercom_async.webhooks import Notification, parse_notification

OFTEN: Final[Any] = {"first": 0.01, "longest": 0.01}
SELDOM: Final[Any] = {"first": 3600, "longest": 3600}


@asynccontextmanager
async def emulated(
    version: str = "2.10", **how: Any
) -> AsyncIterator[tuple[Emulator, AsyncIntercom]]:
    async with (
        Emulator(conversations=60, **how) as emulator,
        AsyncIntercom(base_url=emulator.url, token=emulator.token, version=version) as intercom,
        asyncio.timeout(60),
    ):
        yield emulator, intercom


async def take(changes: Changes[Any], number: int) -> list[Change[Any]]:
    return [await anext(changes) for _ in range(number)]


def notification(topic: str, item: dict[str, Any], at: int | None = None) -> Notification[Any]:
    body = {"topic": topic, "created_at": at, "data": {"item": item}}
    return parse_notification(json.dumps(body).encode())


async def test_what_changes_comes_once_with_its_kind() -> None:
    async with emulated() as (emulator, intercom), intercom.changes(**OFTEN) as changes:
        old, new = emulator.workspace.ids()[7], emulator.workspace.add(title="new")
        emulator.workspace.update(old, title="changed")
        contact = await intercom.contacts.create(role="user", email="a@example.com")
        found = {each.id: each for each in await take(changes, 3)}
        assert {id: each.kind for id, each in found.items()} == {
            old: "updated",
            new: "created",
            contact.id: "created",
        }
        assert isinstance(found[contact.id].record, Contact)
        conversation = found[old].record
        assert isinstance(conversation, Conversation)
        assert conversation.title == "changed"
        assert found[old].at == conversation.updated_at
        emulator.workspace.update(old, title="again")  # in the same second, as like as not
        (again,) = await take(changes, 1)
        assert (again.stream, again.kind, again.id) == ("conversations", "updated", old)


async def test_tickets_are_followed_and_bytes_are_handed_out() -> None:
    async with emulated("2.16") as (emulator, intercom):
        ticket = emulator.workspace.collections["tickets"][0]
        async with intercom.changes(["tickets"], **OFTEN) as changes:
            await intercom.tickets.update(ticket["id"], open=False)
            (change,) = await take(changes, 1)
        assert isinstance(change.record, Ticket)
        async with intercom.changes(["tickets"], raw=True, **OFTEN) as raw:
            await intercom.tickets.update(ticket["id"], open=True)
            record = (await anext(raw)).record
        assert json.loads(record or b"")["open"] is True


async def test_all_since_a_moment_comes_and_nothing_before() -> None:
    async with emulated(timezone="Asia/Tokyo") as (emulator, intercom):
        workspace, now = emulator.workspace, int(time.time())
        contacts = workspace.collections["contacts"]
        for number, contact in enumerate(contacts[:9]):  # the search compares whole days
            contact["updated_at"] = now - 60 * number
        expected = {(contact["id"], now - 60 * n) for n, contact in enumerate(contacts[:6])}
        for number, id in enumerate(workspace.ids()[:9]):
            workspace.update(id, updated_at=now - 60 * number)
            expected |= {(id, now - 60 * number)} if number < 6 else set()
        streams: Any = ["contacts", "conversations"]
        async with intercom.changes(streams, since=now - 300, **OFTEN) as changes:
            found = [(each.id, int(each.at.timestamp())) for each in await take(changes, 12)]
            assert sorted(found) == sorted(expected)
            last = workspace.add(title="last")
            assert (await anext(changes)).id == last  # and nothing else


async def test_what_the_index_shows_late_is_found() -> None:
    async with emulated() as (emulator, intercom), intercom.changes(**OFTEN) as changes:
        late = emulator.workspace.add(title="late")
        emulator.unindexed.add(late)
        soon = [emulator.workspace.add(title="soon") for _ in range(5)]
        assert {each.id for each in await take(changes, 5)} == set(soon)
        emulator.unindexed.clear()
        (change,) = await take(changes, 1)
        assert (change.id, change.kind) == (late, "created")


@pytest.mark.parametrize("ahead", [-3600, 3600], ids=["behind", "ahead"])
async def test_the_servers_clock_counts(ahead: int) -> None:
    async with (
        emulated(clock=lambda: time.time() + ahead) as (emulator, intercom),
        intercom.changes(["conversations"], **OFTEN) as changes,
    ):
        for _ in range(3):
            id = emulator.workspace.add(title="new")
            (change,) = await take(changes, 1)
            assert change.id == id


class Follower:
    """Keeps what it was handed out, but for parts, which searches do not list."""

    def __init__(self) -> None:
        self.versions: Counter[str] = Counter()
        self.last: dict[str, str] = {}

    def take(self, change: Change[bytes]) -> None:
        self.last[change.id] = version = self.version(json.loads(change.record or b""))
        self.versions[version] += 1

    @staticmethod
    def version(record: dict[str, Any]) -> str:
        return json.dumps(record | {"conversation_parts": None}, sort_keys=True)


async def test_nothing_is_missed_and_nothing_comes_twice_whenever_it_is_resumed() -> None:
    queue = asyncio.Queue[Notification[Any]]()
    async with emulated() as (emulator, intercom):
        workspace, follower, number = emulator.workspace, Follower(), 0
        ids, changed, cursor = workspace.ids(), set[str](), None

        def change() -> None:
            nonlocal number
            number += 1
            id = ids[number * 37 % 40] if number % 5 else workspace.add(title="new")
            workspace.update(id, title=f"change {number}")
            changed.add(id)
            if number % 3 == 0:
                queue.put_nowait(
                    notification("conversation.read", {"type": "conversation", "id": id})
                )
            if number % 4 == 0:
                emulator.unindexed.add(id)
            if number % 20 == 0:
                emulator.unindexed.clear()

        how: Any = OFTEN | {"raw": True, "webhooks": queue}
        for _ in range(6):
            async with intercom.changes(["conversations"], resume=cursor, **how) as changes:
                for turn in range(12):
                    change()
                    change()
                    follower.take(await anext(changes))
                    if turn % 2:
                        change()
                cursor = changes.cursor
            change()  # while nobody looks
        emulator.unindexed.clear()
        async with intercom.changes(["conversations"], resume=cursor, **how) as changes:
            while any(
                follower.last.get(id) != follower.version(workspace.record(id)) for id in changed
            ):
                follower.take(await anext(changes))
        assert set(follower.versions.values()) == {1}


async def test_no_more_is_remembered_than_the_index_may_be_behind() -> None:
    now = time.time()
    async with (
        emulated(clock=lambda: now) as (emulator, intercom),
        intercom.changes(["conversations"], **OFTEN) as changes,
    ):
        ids = [emulator.workspace.add(title="new") for _ in range(20)]
        await take(changes, 20)
        assert all(id in changes.cursor for id in ids)
        now += 600
        later = emulator.workspace.add(title="later")
        await take(changes, 1)
        while any(id in changes.cursor for id in ids):
            emulator.workspace.update(later, title=f"at {time.perf_counter()}")
            await take(changes, 1)
        assert later in changes.cursor


async def test_what_is_long_ago_is_looked_through_piece_by_piece() -> None:
    async with emulated() as (emulator, intercom):
        ids = emulator.workspace.ids()
        now, day = int(time.time()), 86_400
        for number, id in enumerate(ids):
            emulator.workspace.update(id, updated_at=now - number * day // 2)
        since, held = now - 29 * day, 0
        async with intercom.changes(["conversations"], since=since, **OFTEN) as changes:
            found = []
            for _ in range(59):
                found.append((await anext(changes)).id)
                held = max(held, sum(id in changes.cursor for id in ids))
            assert sorted(found) == sorted(ids[:59])
            assert held < 10


async def test_what_was_deleted_is_told_where_the_version_tells_it() -> None:
    async with emulated("2.16") as (emulator, intercom):
        workspace, now = emulator.workspace, int(time.time())
        gone = workspace.ids()[:3]
        deleted = workspace.collections["deleted"]
        deleted.insert(0, {"type": "conversation", "id": gone[0], "deleted_at": now - 4000})
        async with intercom.changes(["conversations"], since=now, **OFTEN) as changes:
            for id in gone[1:]:
                workspace.delete(id)
                deleted.insert(0, {"type": "conversation", "id": id, "deleted_at": now + 1})
            found = await take(changes, 2)
            assert [(each.kind, each.id, each.record) for each in found] == [
                ("deleted", id, None) for id in gone[1:]
            ]
            cursor = changes.cursor
        async with intercom.changes(["conversations"], resume=cursor, **OFTEN) as changes:
            new = workspace.add(title="new")
            assert (await anext(changes)).id == new


async def test_an_error_of_one_stream_ends_no_other() -> None:
    async with emulated() as (emulator, intercom), intercom.changes(**OFTEN) as changes:

        async def next_change() -> Change[Any]:
            while True:
                try:
                    return await anext(changes)
                except Unauthorized:
                    continue

        emulator.denied.add("tickets")
        with pytest.raises(Unauthorized):
            await anext(changes)
        id, ticket = emulator.workspace.add(), emulator.workspace.collections["tickets"][0]
        assert (await next_change()).id == id
        ticket["updated_at"] = int(time.time())
        emulator.denied.clear()
        assert (await next_change()).id == ticket["id"]


async def test_errors_are_told_if_that_is_asked_for() -> None:
    told: Counter[tuple[str, type[Exception]]] = Counter()

    def on_error(stream: str, error: Exception) -> None:
        told[stream, type(error)] += 1

    async with emulated() as (emulator, intercom):
        emulator.denied.add("tickets")
        async with intercom.changes(on_error=on_error, **OFTEN) as changes:
            emulator.workspace.add(title=5)  # which is no title
            for number in range(20):
                id = emulator.workspace.add(title=f"new {number}")
                assert (await anext(changes)).id == id
        assert told.pop(("tickets", Unauthorized)) > 0
        assert told == {("conversations", DecodeError): 1}


@pytest.mark.parametrize("kind", [FaultKind.POISON_RECORD, FaultKind.MISSING_ID])
async def test_a_record_that_spoils_its_page_costs_itself_alone(kind: FaultKind) -> None:
    told: list[str] = []
    how: Any = OFTEN | {"on_error": lambda stream, _: told.append(stream)}
    async with emulated() as (emulator, intercom):
        spoilt = emulator.workspace.ids()[3]
        spoil = Fault(kind=kind, path="/conversations/search", conversation_id=spoilt, times=None)
        emulator.faults = Faults(script=[spoil])
        async with intercom.changes(["conversations"], **how) as changes:
            emulator.workspace.update(spoilt, title="spoilt")
            for _ in range(4):
                sound = emulator.workspace.add()
                assert (await anext(changes)).id == sound
        assert set(told) == {"conversations"}
        assert kind is FaultKind.POISON_RECORD or len(told) == 1


async def test_a_server_that_does_not_tell_the_time_is_followed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for module in ("feed", "poll"):
        monkeypatch.setattr(f"intercom_async.changes.{module}.second_of", lambda *_: None)
    async with emulated() as (emulator, intercom), intercom.changes(**OFTEN) as changes:
        for number in range(5):
            id = emulator.workspace.add() if number < 3 else emulator.workspace.ids()[number]
            emulator.workspace.update(id, title=f"change {number}")
            assert (await anext(changes)).id == id


@pytest.mark.parametrize("queued", [True, False], ids=["queue", "stream"])
async def test_what_a_webhook_tells_of_comes_at_once_and_once(queued: bool) -> None:
    queue = asyncio.Queue[Notification[Any]]()
    send, receive = anyio.create_memory_object_stream[Notification[Any]](100)
    put = queue.put_nowait if queued else send.send_nowait
    webhooks: Any = queue if queued else receive
    with send, receive:
        async with emulated() as (emulator, intercom):
            workspace = emulator.workspace
            id = workspace.ids()[3]
            hint = notification("conversation.user.replied", {"type": "conversation", "id": id})
            async with intercom.changes(webhooks=webhooks, **SELDOM) as changes:
                workspace.update(id, title="told")
                emulator.unindexed.add(id)
                for _ in range(3):
                    put(hint)
                change = await anext(changes)
                assert (change.id, change.kind) == (id, "updated")
                assert isinstance(change.record, Conversation)
                assert change.record.title == "told"
                assert change.record.conversation_parts is not None
                cursor = changes.cursor
            emulator.unindexed.clear()
            async with intercom.changes(resume=cursor, webhooks=webhooks, **OFTEN) as changes:
                put(hint)
                other = workspace.add(title="of which no webhook tells")
                assert (await anext(changes)).id == other
                workspace.update(id, title="told again")
                put(hint)
                last = await anext(changes)
                assert (last.id, getattr(last.record, "title", None)) == (id, "told again")
                for _ in range(5):
                    other = workspace.add()
                    assert (await anext(changes)).id == other


async def test_a_webhook_tells_of_deletions() -> None:
    queue = asyncio.Queue[Notification[Any]]()
    async with emulated() as (emulator, intercom):
        id = emulator.workspace.ids()[3]
        item = {"type": "conversation", "conversation_id": id}
        async with intercom.changes(webhooks=queue, **SELDOM) as changes:
            queue.put_nowait(notification("conversation.deleted", item))  # which is not so
            emulator.workspace.update(id, title="still there")
            assert (await anext(changes)).kind == "updated"
            emulator.workspace.delete(id)
            contact = {"type": "contact", "id": "of nobody"}
            queue.put_nowait(notification("contact.user.updated", contact))
            at = int(time.time())
            for _ in range(2):
                queue.put_nowait(notification("conversation.deleted", item, at))
            change = await anext(changes)
            assert (change.kind, change.id, change.record) == ("deleted", id, None)
            new = emulator.workspace.add()
            item = {"type": "conversation", "id": new}
            queue.put_nowait(notification("conversation.user.created", item))
            assert (await anext(changes)).id == new


async def test_a_deletion_that_a_webhook_told_of_is_not_told_again() -> None:
    queue = asyncio.Queue[Notification[Any]]()
    async with emulated("2.16") as (emulator, intercom):
        workspace, at = emulator.workspace, int(time.time())
        gone, later = workspace.ids()[:2]
        async with intercom.changes(webhooks=queue, **OFTEN) as changes:
            workspace.delete(gone)
            item = {"type": "conversation", "conversation_id": gone}
            queue.put_nowait(notification("conversation.deleted", item, at))
            assert (await anext(changes)).id == gone
            workspace.delete(later)
            for id in (gone, later):
                record = {"type": "conversation", "id": id, "deleted_at": at + 1}
                workspace.collections["deleted"].insert(0, record)
            change = await anext(changes)
            assert (change.kind, change.id) == ("deleted", later)


async def test_webhooks_that_fail_are_told_and_polls_go_on() -> None:
    async def failing() -> AsyncIterator[Notification[Any]]:
        raise ValueError("no more webhooks")
        yield

    async with (
        emulated() as (emulator, intercom),
        intercom.changes(webhooks=failing(), **OFTEN) as changes,
    ):
        with pytest.raises(ValueError, match="no more webhooks"):
            await anext(changes)
        new = emulator.workspace.add()
        assert (await anext(changes)).id == new


async def test_what_makes_no_sense_is_refused_before_anything_is_sent() -> None:
    async with emulated() as (emulator, intercom):
        wrong: list[Any] = [
            {"streams": []},
            {"streams": ["tags"]},
            {"streams": 5},
            {"streams": [["contacts"]]},
            {"since": "yesterday"},
            {"resume": "no cursor"},
            {"resume": 5},
        ]
        for each in wrong:
            with pytest.raises(QueryError):
                intercom.changes(**each)
        for each in ({"first": 0}, {"longest": -1}, {"on_error": "print"}):
            with pytest.raises(ConfigurationError):
                intercom.changes(**each)
        with pytest.raises(ConfigurationError):
            intercom.with_options(version="2.5").changes(["tickets"])
        assert not emulator.requests


async def test_changes_are_iterated_in_their_block_which_is_entered_once() -> None:
    async with emulated() as (_, intercom):
        changes = intercom.changes(**OFTEN)
        with pytest.raises(RuntimeError, match="async with"):
            await anext(changes)
        async with changes:
            pass
        with pytest.raises(RuntimeError, match="async with"):
            await anext(changes)
        with pytest.raises(RuntimeError, match="opened before"):
            await changes.__aenter__()
