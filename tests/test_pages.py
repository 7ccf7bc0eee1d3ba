"""Streams: every record once, one page ahead, and nothing left running."""

import asyncio
from collections.abc import AsyncIterable, Coroutine
from contextlib import aclosing
from datetime import UTC, datetime
from typing import Any, TypeVar

import pytest

from intercom_async import (
    AsyncIntercom,
    Conversation,
    CursorLoopError,
    DecodeError,
    F,
    NotFound,
    Page,
    Pages,
    PoolError,
    QueryError,
    RetryPolicy,
    ServerError,
)
from intercom_async.core.call import Call
from intercom_async.core.pages import RecordStream
from intercom_async.emulator import Emulator, Fault, FaultKind, Faults

R = TypeVar("R")


class Script:
    """Answers calls with scripted pages and keeps what was asked."""

    version = "2.10"

    def __init__(self, *pages: Page[int] | Exception, repeat: bool = False) -> None:
        self.pages = list(pages)
        self.asked: list[tuple[str | None, int | None]] = []
        self.tasks: list[asyncio.Task[Any]] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.repeat = repeat

    def stream(
        self,
        *,
        resume: str | None = None,
        limit: int | None = None,
        on_invalid: Any = None,
    ) -> Pages[int]:
        return Pages(self, self._call_at, resume=resume, limit=limit, on_invalid=on_invalid)

    def _call_at(self, cursor: str | None, left: int | None) -> Call[Page[int]]:
        return Call("GET", f"{cursor}", f"{left}", lambda _: Page([]))

    async def send(self, call: Call[R]) -> R:
        cursor = None if call.template == "None" else call.template
        self.asked.append((cursor, None if call.path == "None" else int(call.path)))
        await self.gate.wait()
        page = self.pages[0] if self.repeat else self.pages.pop(0)
        if isinstance(page, Exception):
            raise page
        answer: Any = page
        return answer  # type: ignore[no-any-return]  # every call of this script asks for a page

    def spawn(self, coroutine: Coroutine[Any, Any, R]) -> asyncio.Task[R]:
        task = asyncio.get_running_loop().create_task(coroutine)
        self.tasks.append(task)
        return task


def invalid(body: bytes) -> DecodeError:
    return DecodeError("no id", body=body, json_path="$")


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_every_record_of_every_page_is_delivered_once_and_in_order() -> None:
    script = Script(Page([1, 2], next="a"), Page([3], next="b"), Page([4, 5]))
    assert [item async for item in script.stream()] == [1, 2, 3, 4, 5]
    assert script.asked == [(None, None), ("a", None), ("b", None)]


async def test_an_empty_page_with_a_cursor_goes_on() -> None:
    script = Script(Page([], next="a"), Page([], next="b"), Page([1]))
    assert [item async for item in script.stream()] == [1]


async def test_the_next_page_is_fetched_while_the_last_is_consumed() -> None:
    script = Script(Page([1], next="a"), Page([2], next="b"), Page([3]))
    pages = script.stream().pages()
    await anext(pages)
    await settle()
    assert [cursor for cursor, _ in script.asked] == [None, "a"]
    await anext(pages)
    await settle()
    assert [cursor for cursor, _ in script.asked] == [None, "a", "b"]


async def test_leaving_a_loop_early_cancels_the_page_being_fetched() -> None:
    script = Script(Page([1], next="a"), Page([2]))
    async for _ in script.stream():
        script.gate.clear()
        await settle()
        break
    await settle()
    *_, ahead = script.tasks
    assert ahead.cancelled()


async def test_closing_a_stream_waits_until_fetching_has_stopped() -> None:
    script = Script(Page([1], next="a"), Page([2]))
    async with aclosing(aiter(script.stream())) as stream:
        await anext(stream)
        script.gate.clear()
        await settle()
    *_, ahead = script.tasks
    assert ahead.cancelled()


async def test_a_consumer_who_gave_up_waiting_finds_the_page_when_it_asks_again() -> None:
    script = Script(Page([1], next="a"), Page([2], next="b"), Page([3]))
    pages = script.stream().pages()
    await anext(pages)
    script.gate.clear()
    waiting = asyncio.ensure_future(anext(pages))
    await settle()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    script.gate.set()
    assert (await anext(pages)).items == [2]
    assert [cursor for cursor, _ in script.asked][:2] == [None, "a"], "it was asked for once"


async def test_a_consumer_who_is_cancelled_and_gone_leaves_nothing_running() -> None:
    script = Script(Page([1], next="a"), Page([2]))

    async def consume() -> None:
        async for _ in script.stream():
            script.gate.clear()

    consumer = asyncio.create_task(consume())
    await settle()
    await settle()
    consumer.cancel()
    with pytest.raises(asyncio.CancelledError):
        await consumer
    del consumer
    await settle()
    assert all(task.done() for task in script.tasks)


async def test_awaiting_a_stream_gives_its_first_page_and_asks_for_no_other() -> None:
    script = Script(Page([1, 2], 7, "a"), Page([3]))
    page = await script.stream()
    await settle()
    assert (page.items, page.total_count, page.next) == ([1, 2], 7, "a")
    assert len(script.asked) == 1


async def test_each_loop_over_a_stream_starts_anew() -> None:
    script = Script(Page([1, 2]), repeat=True)
    stream = script.stream()
    assert [item async for item in stream] == [item async for item in stream] == [1, 2]


async def test_resume_begins_at_the_cursor() -> None:
    script = Script(Page([1]))
    assert [item async for item in script.stream(resume="saved")] == [1]
    assert script.asked == [("saved", None)]


@pytest.mark.parametrize("resume", ["", " ", "\n\t"], ids=["empty", "blank", "blanks"])
async def test_an_empty_cursor_is_refused_before_anything_is_sent(resume: str) -> None:
    script = Script()
    with pytest.raises(QueryError, match=r"resume must be a cursor.*it is empty"):
        script.stream(resume=resume)
    assert script.asked == []


async def test_limit_cuts_the_last_page_and_asks_for_no_more_than_needed() -> None:
    script = Script(Page([1, 2], next="a"), Page([3, 4], next="b"), Page([5]))
    assert [item async for item in script.stream(limit=3)] == [1, 2, 3]
    assert script.asked == [(None, 3), ("a", 1)]


async def test_a_limit_of_nothing_sends_nothing() -> None:
    script = Script()
    assert [item async for item in script.stream(limit=0)] == []
    assert (await script.stream(limit=0)).items == []


async def test_a_negative_limit_is_refused() -> None:
    with pytest.raises(QueryError, match=r"limit.*not -1"):
        Script().stream(limit=-1)


@pytest.mark.parametrize("resume", [None, "a"])
async def test_a_repeated_cursor_is_an_error_after_what_came_before(resume: str | None) -> None:
    script = Script(Page([1], next="a"), repeat=True)
    seen = []
    with pytest.raises(CursorLoopError) as caught:
        async for item in script.stream(resume=resume):
            seen.append(item)
            assert len(seen) < 10, "the loop must end"
    assert seen == ([1, 1] if resume is None else [1])
    assert caught.value.cursor == "a"


async def test_a_failed_page_is_tried_again_when_the_caller_goes_on() -> None:
    script = Script(Page([1], next="a"), ServerError(503), Page([2]))
    stream = aiter(script.stream())
    assert await anext(stream) == 1
    with pytest.raises(ServerError):
        await anext(stream)
    assert await anext(stream) == 2
    assert [cursor for cursor, _ in script.asked] == [None, "a", "a"]


async def test_a_page_that_failed_while_nobody_waited_is_not_reported_as_lost() -> None:
    script = Script(Page([1], next="a"), ServerError(503))
    async for _ in script.stream():
        await settle()
        break
    assert isinstance(script.tasks[-1].exception(), ServerError)


async def test_an_invalid_record_is_raised_after_the_sound_ones_and_the_walk_goes_on() -> None:
    script = Script(Page([1, 2], None, "a", (invalid(b"{}"),)), Page([3]))
    stream = aiter(script.stream())
    assert [await anext(stream), await anext(stream)] == [1, 2]
    with pytest.raises(DecodeError) as caught:
        await anext(stream)
    assert caught.value.body == b"{}"
    assert await anext(stream) == 3


async def test_on_invalid_is_told_of_each_invalid_record_and_the_loop_goes_on() -> None:
    script = Script(Page([1], None, "a", (invalid(b"x"), invalid(b"y"))), Page([2]))
    told: list[DecodeError] = []
    assert [item async for item in script.stream(on_invalid=told.append)] == [1, 2]
    assert [error.body for error in told] == [b"x", b"y"]


async def test_two_tasks_on_one_stream_are_refused() -> None:
    script = Script(Page([1]))
    script.gate.clear()
    pages = script.stream().pages()
    first = asyncio.ensure_future(anext(pages))
    await settle()
    with pytest.raises(RuntimeError, match="another task"):
        await anext(pages)
    script.gate.set()
    assert (await first).items == [1]


async def test_a_saved_cursor_goes_on_where_another_process_stopped(
    emulator: Emulator, intercom: AsyncIntercom
) -> None:
    first = await intercom.conversations.list(per_page=150)
    assert first.next is not None
    async with AsyncIntercom(base_url=emulator.url, token=emulator.token) as another:
        rest = [c.id async for c in another.conversations.list(per_page=150, resume=first.next)]
    assert [c.id for c in first.items] + rest == emulator.workspace.ids()


async def test_leaving_early_asks_for_at_most_one_page_more(
    emulator: Emulator, intercom: AsyncIntercom
) -> None:
    async for _ in intercom.conversations.list(per_page=10):
        break
    await intercom.me()
    lists = [request for request in emulator.requests if request.path == "/conversations"]
    assert len(lists) <= 2


async def test_closing_the_client_ends_a_stream_with_a_clear_error(emulator: Emulator) -> None:
    intercom = AsyncIntercom(base_url=emulator.url, token=emulator.token)
    stream: RecordStream[Any] = aiter(intercom.conversations.list(per_page=1))
    await anext(stream)
    emulator.latency = 5
    await intercom.aclose()
    with pytest.raises(PoolError, match="closed"):
        await anext(stream)


async def test_a_stream_reports_what_the_api_says(intercom: AsyncIntercom) -> None:
    with pytest.raises(NotFound, match=r"GET /conversations/\{id\}: 404 not_found"):
        await intercom.conversations.retrieve("1")


async def test_a_stream_closed_by_another_task_says_so(emulator: Emulator) -> None:
    async with AsyncIntercom(base_url=emulator.url, token=emulator.token) as intercom:
        stream = intercom.conversations.list().pages()
        waiting = asyncio.ensure_future(anext(stream))
        await asyncio.sleep(0)
        await stream.aclose()
        with pytest.raises(PoolError, match="the stream was closed"):
            await waiting
        assert (await anext(stream)).items


async def test_a_stream_that_was_not_begun_can_be_closed(intercom: AsyncIntercom) -> None:
    stream = aiter(intercom.conversations.list())
    await stream.aclose()
    assert [record.id async for record in aiter(stream)]


async def test_new_cursors_to_the_first_page_come_to_an_end() -> None:
    fault = Fault(kind=FaultKind.CURSOR_RESTARTS, path="/conversations", times=None)
    async with Emulator(conversations=40) as emulator:
        emulator.faults = Faults(script=[fault])
        async with AsyncIntercom(base_url=emulator.url, token=emulator.token) as intercom:
            with pytest.raises(CursorLoopError, match="repeated itself"):
                async for _ in intercom.conversations.list(per_page=10):
                    assert len(emulator.requests) < 20


async def test_answers_that_come_twice_cost_walks_side_by_side_no_page() -> None:
    async with (
        Emulator(conversations=300) as emulator,
        AsyncIntercom(
            base_url=emulator.url, token=emulator.token, retry=RetryPolicy(base=0.001)
        ) as intercom,
    ):
        emulator.faults = Faults(rate=0.5, kinds=[FaultKind.ANSWERED_TWICE])
        conversations = intercom.conversations
        everything = F.created_at > 0

        async def walk(records: AsyncIterable[Conversation]) -> list[str]:
            return sorted([record.id async for record in records])

        briefly = [conversations.search(everything, limit=5) for _ in range(20)]
        async with conversations.scan(created=(None, datetime.now(UTC))) as scan:
            walks: list[AsyncIterable[Conversation]] = [
                scan,
                conversations.list(per_page=10),
                conversations.search(everything, per_page=10),
                *briefly,
            ]
            found = await asyncio.gather(*map(walk, walks))
        ids = sorted(emulator.workspace.ids())
    assert found[:3] == [ids] * 3
    assert emulator.faults.injected.total() > 20
