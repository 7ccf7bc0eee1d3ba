"""Answers that name another conversation than was asked for."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final

import pytest

from intercom_async import AsyncIntercom, RetryPolicy, SessionPool, raw_response
from intercom_async.errors import ConnectionFailed
from tests.transport.answering import asked, client, conversation, http, server


@pytest.mark.parametrize("max_attempts", [1, 2, 5])
async def test_an_answer_to_another_request(pool: SessionPool, max_attempts: int) -> None:
    async def answer(writer: asyncio.StreamWriter, number: int, head: bytes) -> None:
        writer.write(http(conversation("other" if number == 1 else asked(head))))

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
        writer.write(http(conversation("merged"), status=status))

    async with server(answer) as url:
        assert (await client(url, pool).conversations.retrieve("7")).id == "merged"
    assert tries == 4


async def test_answers_that_name_ever_another_id(pool: SessionPool) -> None:
    tries = 0

    async def answer(writer: asyncio.StreamWriter, number: int, _: bytes) -> None:
        nonlocal tries
        tries += 1
        assert tries == number  # each over a connection of its own
        writer.write(http(conversation(f"other{tries}")))

    async with server(answer) as url:
        with pytest.raises(ConnectionFailed, match="another id"):
            await client(url, pool).conversations.retrieve("7")
    assert tries == 4


Write = Callable[[AsyncIntercom], Awaitable[object]]
WRITES: Final[list[Write]] = [
    lambda c: c.conversations.update("7", read=True),
    lambda c: c.conversations.close("7", admin_id="1"),
    lambda c: c.conversations.reply("7", body="x", admin_id="1"),
    lambda c: c.conversations.redact_part("7", "1"),
    lambda c: c.conversations.add_tag("1", tag_id="7", admin_id="1"),
    lambda c: c.conversations.remove_tag("1", tag_id=7, admin_id="1"),
    lambda c: c.conversations.delete("7"),
    lambda c: raw_response(c.conversations.update, 7, title="x"),
]


@pytest.mark.parametrize("write", WRITES)
async def test_a_write_answered_by_another_id_is_ambiguous(pool: SessionPool, write: Write) -> None:
    told: list[str] = ["7", "other"]

    async def answer(writer: asyncio.StreamWriter, _: int, _head: bytes) -> None:
        id = told.pop(0)
        writer.write(http(conversation(id, name="x", object="conversation", deleted=True)))

    async with server(answer) as url:
        intercom = client(url, pool, version="2.14")
        await write(intercom)
        with pytest.raises(ConnectionFailed, match="another id") as caught:
            await write(intercom)
    assert caught.value.may_have_been_applied
    assert caught.value.attempts == 1


@pytest.mark.parametrize(("id", "asks"), [(7, "7"), ("7", 7), (7, 7), ("merged", "7")])
async def test_answers_that_differ_rightly(pool: SessionPool, id: object, asks: Any) -> None:
    async def answer(writer: asyncio.StreamWriter, _: int, _head: bytes) -> None:
        writer.write(http(conversation(id)))

    async with server(answer) as url:
        assert (await client(url, pool).conversations.retrieve(asks)).id == str(id)
