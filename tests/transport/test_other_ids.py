"""Answers that name another id or type than was asked for."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final

import msgspec
import pytest

from intercom_async import AsyncIntercom, RetryPolicy, SessionPool, raw_response
from intercom_async.errors import ConnectionFailed, DecodeError
from tests.transport.answering import asked, client, conversation, server
from tests.transport.scripted import response


@pytest.mark.parametrize("max_attempts", [1, 2, 5])
async def test_an_answer_to_another_request(pool: SessionPool, max_attempts: int) -> None:
    async def answer(writer: asyncio.StreamWriter, number: int, head: bytes) -> None:
        writer.write(response(conversation("other" if number == 1 else asked(head))))

    retry = RetryPolicy(max_attempts=max_attempts, base=0)
    async with server(answer) as url:
        assert (await client(url, pool, retry=retry).conversations.retrieve("7")).id == "7"
    async with server(answer) as url:
        conversations = client(url, pool, retry=retry).conversations
        assert (await raw_response(conversations.retrieve, "7")).body == conversation("7")


async def test_a_read_has_its_second_try_when_the_others_are_used_up(pool: SessionPool) -> None:
    tries = 0

    async def answer(writer: asyncio.StreamWriter, _: int, _head: bytes) -> None:
        nonlocal tries
        tries += 1
        status = "503 Service Unavailable" if tries < 3 else "200 OK"
        writer.write(response(conversation("merged"), status=status))

    async with server(answer) as url:
        assert (await client(url, pool).conversations.retrieve("7")).id == "merged"
    assert tries == 4


async def test_answers_that_name_ever_another_id(pool: SessionPool) -> None:
    tries = 0

    async def answer(writer: asyncio.StreamWriter, number: int, _: bytes) -> None:
        nonlocal tries
        tries += 1
        assert tries == number  # each over a connection of its own
        writer.write(response(conversation(f"other{tries}")))

    async with server(answer) as url:
        with pytest.raises(ConnectionFailed, match="another id"):
            await client(url, pool).conversations.retrieve("7")
    assert tries == 4


LISTING: Final = {"type": "conversation.list", "conversations": []}
STRAY: Final = conversation("9")
# What is asked, the answer to it, and one to another request.
CONTACTS: Final = {"type": "list", "data": [{"type": "contact", "id": "1"}]}


def listing(type_: str) -> bytes:
    return msgspec.json.encode({"type": "list", "data": [{"type": type_, "id": "1"}]})


READS: Final[list[Any]] = [
    pytest.param(lambda c: c.me(), {"type": "admin", "id": "1"}, STRAY, id="me"),
    pytest.param(lambda c: c.me(), {"id": "1"}, conversation("1"), id="me of no type"),
    pytest.param(
        lambda c: c.me(), {"type": "app", "id": "1"}, msgspec.json.encode(LISTING), id="me by list"
    ),
    pytest.param(lambda c: raw_response(c.me), {"id": "1"}, STRAY, id="me raw"),
    pytest.param(lambda c: c.conversations.list(), LISTING, STRAY, id="list"),
    pytest.param(
        lambda c: c.conversations.list(raw=True), LISTING | {"type": "list"}, STRAY, id="list raw"
    ),
    pytest.param(lambda c: c.tags.list(), {"type": "list", "data": []}, STRAY, id="tags"),
    pytest.param(lambda c: c.contacts.list(), CONTACTS, listing("company"), id="another list"),
    pytest.param(
        lambda c: c.contacts.list(raw=True), CONTACTS, listing("tag"), id="another list raw"
    ),
    pytest.param(
        lambda c: c.tickets.search({"field": "state", "operator": "=", "value": "open"}),
        {"tickets": [{"id": "1"}]},
        listing("contact"),
        id="another search",
    ),
    pytest.param(
        lambda c: c.contacts.companies.list("1"), {"data": []}, listing("segment"), id="another of"
    ),
    pytest.param(
        lambda c: raw_response(c.conversations.list), {"data": []}, STRAY, id="list whole"
    ),
    pytest.param(
        lambda c: c.conversations.search({"field": "id", "operator": "=", "value": "1"}),
        LISTING,
        b'{"type":"admin","id":"1"}',
        id="search",
    ),
    pytest.param(
        lambda c: c.conversations.retrieve("7"),
        {"type": "conversation", "id": "7"},
        msgspec.json.encode(LISTING),
        id="retrieve",
    ),
    pytest.param(
        lambda c: c.tags.retrieve("7"), {"id": "7"}, conversation("7"), id="another noun's id"
    ),
    pytest.param(
        lambda c: c.conversations.retrieve("7", raw=True),
        {"type": "unheard of", "id": "7"},
        b'{"type":"admin","id":"7"}',
        id="retrieve raw",
    ),
    pytest.param(
        lambda c: c.conversations.retrieve("7", type=dict),
        {"id": "7"},
        b'{"type":"list","data":[]}',
        id="retrieve a type of the caller's",
    ),
]


@pytest.mark.long
@pytest.mark.parametrize(("read", "answered", "stray"), READS)
async def test_a_read_answered_by_another_type(
    pool: SessionPool,
    read: Callable[[AsyncIntercom], Awaitable[object]],
    answered: dict[str, Any],
    stray: bytes,
) -> None:
    used: list[int] = []

    async def answer(writer: asyncio.StreamWriter, number: int, _: bytes) -> None:
        used.append(number)
        writer.write(response(stray if number == 1 else msgspec.json.encode(answered)))

    once = RetryPolicy(max_attempts=1)
    async with server(answer) as url:
        got = await read(client(url, pool, retry=once))
        assert used == [1, 2]
        assert got == await read(client(url, pool, retry=once)) or "RawResponse" in repr(got)
    assert used == [1, 2, 2]


async def test_a_list_that_is_ever_answered_by_a_conversation(pool: SessionPool) -> None:
    tries = 0

    async def answer(writer: asyncio.StreamWriter, _: int, _head: bytes) -> None:
        nonlocal tries
        tries += 1
        writer.write(response(STRAY))

    async with server(answer) as url:
        with pytest.raises(DecodeError, match="no list 'conversations'"):
            await client(url, pool, retry=RetryPolicy(max_attempts=2, base=0)).conversations.list()
    assert tries > 1


Write = Callable[[AsyncIntercom], Awaitable[object]]
TAG: Final = {"type": "tag", "name": "x"}
MARKED: Final = {"type": "conversation"}
WRITES: Final[list[tuple[Write, dict[str, Any]]]] = [
    (lambda c: c.conversations.update("7", read=True), MARKED),
    (lambda c: c.conversations.close("7", admin_id="1"), MARKED),
    (lambda c: c.conversations.reply("7", body="x", admin_id="1"), MARKED),
    (lambda c: c.conversations.redact_part("7", "1"), MARKED),
    (lambda c: c.conversations.add_tag("1", tag_id="7", admin_id="1"), TAG),
    (lambda c: c.conversations.remove_tag("1", tag_id=7, admin_id="1"), TAG),
    (lambda c: c.conversations.delete("7"), {"object": "conversation", "deleted": True}),
    (lambda c: raw_response(c.conversations.update, 7, title="x"), MARKED),
    (lambda c: c.tags.create(name="x", id="7"), TAG),
]


@pytest.mark.parametrize(("write", "answered"), WRITES)
@pytest.mark.parametrize("stray", [{"id": "other"}, {"id": "7", "type": "admin"}], ids=repr)
async def test_a_write_answered_by_another_is_ambiguous(
    pool: SessionPool, write: Write, answered: dict[str, Any], stray: dict[str, Any]
) -> None:
    told: list[Any] = [{"id": "7"}, stray]

    async def answer(writer: asyncio.StreamWriter, _: int, _head: bytes) -> None:
        writer.write(response(msgspec.json.encode(answered | told.pop(0))))

    async with server(answer) as url:
        intercom = client(url, pool, version="2.14")
        await write(intercom)
        if "object" in answered and "type" in stray:
            return  # a deletion names what was deleted in another way
        with pytest.raises(ConnectionFailed, match="another id or type") as caught:
            await write(intercom)
    assert caught.value.may_have_been_applied
    assert caught.value.attempts == 1


@pytest.mark.parametrize(("id", "asks"), [(7, "7"), ("7", 7), (7, 7), ("merged", "7")])
async def test_answers_that_differ_rightly(pool: SessionPool, id: object, asks: Any) -> None:
    async def answer(writer: asyncio.StreamWriter, _: int, _head: bytes) -> None:
        writer.write(response(conversation(id)))

    async with server(answer) as url:
        assert (await client(url, pool).conversations.retrieve(asks)).id == str(id)
