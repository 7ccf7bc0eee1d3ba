"""An operation may be cut off anywhere: nothing is left of it, and the next call works."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from intercom_async import F
from intercom_async.emulator import Fault, FaultKind, Faults

Most = Callable[[int], int | None]


def test_a_call(sweep: Any, most: Most) -> None:
    async def scenario(bench: Any) -> None:
        await bench.sweep(bench.intercom.me, most=most(40))

    sweep(scenario)


def test_the_first_call_of_a_pool_and_one_over_a_new_connection(sweep: Any, most: Most) -> None:
    async def scenario(bench: Any) -> None:
        async def call() -> None:
            async with bench.intercom.with_options(headers={"Connection": "close"}) as other:
                await other.me()

        await bench.sweep(call, most=most(40))

    sweep(scenario)


@pytest.mark.long
def test_a_call_that_waits_for_the_rate_window(sweep: Any, most: Most) -> None:
    async def scenario(bench: Any) -> None:
        async def calls() -> None:
            async with asyncio.TaskGroup() as tasks:
                for _ in range(6):
                    tasks.create_task(bench.intercom.me())

        window = bench.limiter.inner.window
        window.delay = lambda *_: 0.0 if window.in_flight < 2 else 0.001
        await bench.sweep(calls, most=most(12))

    sweep(scenario)


@pytest.mark.long
def test_calls_that_wait_for_a_connection(sweep: Any, most: Most) -> None:
    async def scenario(bench: Any) -> None:
        async def calls() -> None:
            async with asyncio.TaskGroup() as tasks:
                for _ in range(12):
                    tasks.create_task(bench.intercom.me())

        await bench.sweep(calls, most=most(12))

    sweep(scenario, rate_limit=None)


def test_a_call_that_is_tried_again(sweep: Any, most: Most) -> None:
    async def scenario(bench: Any) -> None:
        bench.emulator.faults = Faults(
            script=[
                Fault(
                    kind=FaultKind.STATUS_503,
                    path="/conversations/{id}",
                    times=None,
                )
            ]
        )

        async def call() -> None:
            with pytest.raises(Exception, match="503"):
                await bench.intercom.conversations.retrieve("1")

        await bench.sweep(call, most=most(40))

    sweep(scenario)


def test_a_token_that_is_asked_for(sweep: Any, most: Most) -> None:
    async def scenario(bench: Any) -> None:
        async def token() -> str:
            await asyncio.sleep(0)
            return str(bench.emulator.token)

        other = type(bench.intercom)(
            base_url=bench.emulator.url, token=token, pool=bench.pool, limiter=bench.limiter
        )
        await bench.sweep(other.me, most=most(40))

    sweep(scenario)


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@pytest.mark.parametrize("how", ["chunks", "left early", "saved"])
def test_a_file(sweep: Any, most: Most, tmp_path: Path, how: str) -> None:
    async def scenario(bench: Any) -> None:
        async def fetch() -> None:
            file = bench.intercom.download(f"{bench.emulator.url}/me")
            if how == "saved":
                await file.save(tmp_path / "f")
                return
            async with file as chunks:
                if how == "chunks":
                    assert [chunk async for chunk in chunks]

        async def look() -> None:
            assert names(tmp_path) <= {"f"}

        await bench.sweep(fetch, most=most(40), after=look)

    sweep(scenario)


@pytest.mark.long
@pytest.mark.parametrize("how", ["records", "pages", "first page", "left early"])
def test_pages(sweep: Any, most: Most, how: str) -> None:
    async def scenario(bench: Any) -> None:
        def pages() -> Any:
            return bench.intercom.conversations.list(per_page=5)

        async def walk() -> None:
            if how == "records":
                assert len([each async for each in pages()]) == 12
            elif how == "pages":
                assert [len(page.items) async for page in pages().pages()] == [5, 5, 2]
            elif how == "first page":
                await pages()
            else:
                stream = pages().pages()
                try:
                    await anext(stream)
                finally:
                    await stream.aclose()

        # Without a block of its own, what is fetched ahead ends when the stream is forgotten.
        await bench.sweep(walk, most=most(14), at_once=how == "first page")

    sweep(scenario)


@pytest.mark.long
@pytest.mark.parametrize("ids", ["list", "walk"])
def test_retrieve_many(sweep: Any, most: Most, ids: str) -> None:
    async def scenario(bench: Any) -> None:
        async def walk() -> AsyncIterator[str]:
            try:
                async for each in bench.intercom.conversations.list(per_page=5):
                    yield each.id
            finally:
                ended.append(True)

        async def retrieve() -> None:
            began = len(ended)
            source = bench.emulator.workspace.ids() if ids == "list" else walk()
            many = bench.intercom.conversations.retrieve_many(source, concurrency=6)
            entered = False
            try:
                async with many as results:
                    entered = True
                    assert len([each async for each in results]) == 12
            finally:
                if ids == "walk" and entered and many._taken:
                    assert len(ended) == began + 1, "the walk was left open"

        ended: list[bool] = []
        await bench.sweep(retrieve, most=most(6), at_once=ids == "list")

    sweep(scenario)


@pytest.mark.long
@pytest.mark.parametrize("parts", [False, True], ids=["listed", "with parts"])
def test_scan(sweep: Any, most: Most, parts: bool) -> None:
    async def scenario(bench: Any) -> None:
        async def scan() -> None:
            scan = bench.intercom.conversations.scan(where=F.id != "0", parts=parts)
            async with scan as stream:
                assert len([each async for each in stream]) == 12

        await bench.sweep(scan, most=most(6))

    sweep(scenario)
