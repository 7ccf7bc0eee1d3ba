"""Fetching many ids: bounded, each a value or an error, nothing left running."""

import asyncio
import gc
import weakref
from collections.abc import AsyncIterator, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intercom_async import AsyncIntercom, NotFound, QueryError
from intercom_async.core.fetch_many import Ids, Many
from intercom_async.emulator import Emulator


class Fetcher:
    """Fetches ids by handing them back, and counts how many it is fetching."""

    def __init__(self, missing: frozenset[str] = frozenset()) -> None:
        self.missing = missing
        self.now = 0
        self.most = 0
        self.total = 0

    async def __call__(self, id: str | int) -> str:
        self.now += 1
        self.total += 1
        self.most = max(self.most, self.now)
        try:
            await asyncio.sleep(0 if int(id) % 3 else 0.001)
        finally:
            self.now -= 1
        if str(id) in self.missing:
            raise NotFound(404)
        return f"record {id}"


def many(ids: Ids, fetch: Fetcher, *, concurrency: int = 4, ordered: bool = False) -> Many[str]:
    return Many(ids, fetch, concurrency=concurrency, ordered=ordered)


@given(
    count=st.integers(0, 40),
    concurrency=st.integers(1, 12),
    ordered=st.booleans(),
    missing=st.frozensets(st.integers(0, 39).map(str)),
)
@settings(max_examples=60)
def test_every_id_has_exactly_one_result(
    count: int, concurrency: int, ordered: bool, missing: frozenset[str]
) -> None:
    async def run() -> None:
        fetch = Fetcher(missing)
        ids = [str(n) for n in range(count)]
        async with many(ids, fetch, concurrency=concurrency, ordered=ordered) as results:
            got = [result async for result in results]
        assert sorted(r.id for r in got) == sorted(ids)
        assert {r.id for r in got if r.error} == missing & set(ids)
        assert all(r.value == f"record {r.id}" for r in got if not r.error)
        assert fetch.most <= concurrency
        if ordered:
            assert [r.id for r in got] == ids

    asyncio.run(run())


async def test_ids_may_come_from_an_async_iterator() -> None:
    async def ids() -> AsyncIterator[int]:
        for n in range(5):
            await asyncio.sleep(0)
            yield n

    async with many(ids(), Fetcher(), ordered=True) as results:
        assert [result.id async for result in results] == ["0", "1", "2", "3", "4"]


async def test_a_slow_consumer_holds_the_fetching_back() -> None:
    fetch = Fetcher()
    async with many(range(1000), fetch, concurrency=4) as results:
        await anext(results)
        await asyncio.sleep(0.02)
        assert fetch.total == 2 * 4 + 1


async def test_what_was_delivered_is_held_by_nobody_else() -> None:
    class Record:
        """Something that can be watched."""

    alive: weakref.WeakSet[Record] = weakref.WeakSet()
    gate = asyncio.Event()

    async def fetch(id: str | int) -> Record:  # as fetching is
        if int(id) >= 8:
            await gate.wait()
        alive.add(record := Record())
        return record

    async with Many(range(12), fetch, concurrency=4, ordered=False) as results:
        for _ in range(8):
            await anext(results)
        await asyncio.sleep(0)  # the workers wait for the next
        assert len(alive) == 0


async def test_unwrap_gives_the_value_or_raises_the_error() -> None:
    async with many(["1", "2"], Fetcher(frozenset({"2"})), ordered=True) as results:
        first, second = [result async for result in results]
    assert first.unwrap() == "record 1"
    with pytest.raises(NotFound):
        second.unwrap()


async def test_leaving_the_block_cancels_what_is_under_way() -> None:
    fetch = Fetcher()
    async with many(range(1000), fetch) as results:
        await anext(results)
    assert fetch.now == 0
    assert fetch.total < 20


async def test_the_callers_own_exception_comes_out_as_it_is() -> None:
    fetch = Fetcher()
    with pytest.raises(KeyError, match="mine"):
        async with many(range(100), fetch) as results:
            await anext(results)
            raise KeyError("mine")
    assert fetch.now == 0


async def test_cancelling_the_caller_ends_the_fetching() -> None:
    fetch = Fetcher()

    async def consume() -> None:
        async with many(range(1000), fetch) as results:
            async for _ in results:
                await asyncio.sleep(60)

    task = asyncio.create_task(consume())
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert fetch.now == 0


async def test_an_error_of_the_ids_comes_after_the_results_before_it() -> None:
    def ids() -> Iterator[str]:
        yield "1"
        yield "2"
        raise OSError("the list of ids broke off")

    got = []
    with pytest.raises(OSError, match="broke off"):
        async with many(ids(), Fetcher()) as results:
            async for result in results:
                got.append(result.id)  # noqa: PERF401  # a comprehension would lose them
    assert sorted(got) == ["1", "2"]


async def test_an_error_that_is_nobodys_result_comes_out_as_it_is() -> None:
    async def fetch(id: str | int) -> str:
        raise OSError(f"the vault of tokens is down for {id}")

    with pytest.raises(OSError, match="vault"):
        async with Many(["1", "2"], fetch, concurrency=2, ordered=False) as results:
            await anext(results)


async def test_leaving_the_block_ends_the_ids_too() -> None:
    ended = asyncio.Event()

    async def ids() -> AsyncIterator[int]:
        try:
            for n in range(1000):
                yield n
        finally:
            ended.set()

    async with many(ids(), Fetcher()) as results:
        await anext(results)
    assert ended.is_set()


async def test_the_walk_that_ids_come_from_is_let_go_before_garbage_is_collected() -> None:
    class Walk(AsyncIterator[int]):
        """A walk over pages, the next of which is on its way."""

        async def __anext__(self) -> int:
            waiting.set()
            await asyncio.Event().wait()
            raise StopAsyncIteration

    waiting = asyncio.Event()
    alive: weakref.WeakSet[Walk] = weakref.WeakSet()

    async def ids() -> AsyncIterator[int]:
        yield 1
        alive.add(walk := Walk())
        async for each in walk:
            yield each

    gc.disable()
    try:
        async with many(ids(), Fetcher()) as results:
            await anext(results)
            await waiting.wait()
        await asyncio.sleep(0)
        assert len(alive) == 0
    finally:
        gc.enable()


async def test_results_are_iterated_inside_their_block() -> None:
    results = many(["1"], Fetcher())
    with pytest.raises(RuntimeError, match="async with"):
        await anext(results)
    async with results:
        pass
    with pytest.raises(RuntimeError, match="again"):
        async with results:
            pass


@pytest.mark.parametrize(
    ("ids", "concurrency", "message"),
    [("123", 1, "one string"), (["1"], 0, "at least 1")],
    ids=["a single string", "no concurrency"],
)
async def test_bad_arguments_are_refused(ids: Ids, concurrency: int, message: str) -> None:
    with pytest.raises(QueryError, match=message):
        many(ids, Fetcher(), concurrency=concurrency)


@pytest.mark.long
async def test_many_conversations_are_retrieved_beside_the_walk_that_finds_them() -> None:
    async with (
        Emulator(conversations=300) as emulator,
        AsyncIntercom(base_url=emulator.url, token=emulator.token) as intercom,
    ):
        emulator.workspace.delete(gone := emulator.workspace.ids()[10])
        ids = emulator.workspace.ids()
        asked = [*ids[:100], gone, "../admins", *ids[100:]]
        async with intercom.conversations.retrieve_many(asked, ordered=True) as results:
            got = [result async for result in results]
        assert [result.id for result in got] == asked
        assert isinstance(got[100].error, NotFound)
        assert isinstance(got[101].error, QueryError)
        for result in got[:100]:
            truth = emulator.workspace.full_record(result.id)
            parts = truth["conversation_parts"]["conversation_parts"][-500:]
            assert [part.id for part in result.unwrap().conversation_parts or ()] == [
                str(part["id"]) for part in parts
            ]
        walk = (c.id async for c in intercom.conversations.list())
        async with intercom.conversations.retrieve_many(walk, raw=True) as raw_results:
            assert sorted([result.id async for result in raw_results]) == sorted(ids)
