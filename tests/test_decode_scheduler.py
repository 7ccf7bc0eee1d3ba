"""Heavy steps take turns: one a round of the event loop, in the order of asking."""

import asyncio
from collections.abc import Callable
from itertools import pairwise

from intercom_async.net.decode_scheduler import DecodeScheduler


async def test_one_a_round_in_the_order_of_asking(rounds: Callable[[], int]) -> None:
    turns = DecodeScheduler(asyncio.get_running_loop())
    taken: list[tuple[int, int]] = []

    async def step(number: int) -> None:
        await turns.acquire()
        taken.append((number, rounds()))

    await asyncio.gather(*map(step, range(5)))
    assert [number for number, _ in taken] == [0, 1, 2, 3, 4]
    assert all(before < after for (_, before), (_, after) in pairwise(taken))


async def test_nobody_waits_where_nobody_else_is(rounds: Callable[[], int]) -> None:
    turns = DecodeScheduler(asyncio.get_running_loop())
    for _ in range(3):
        before = rounds()
        await turns.acquire()
        assert rounds() == before
        await asyncio.sleep(0.001)


async def test_who_is_cancelled_costs_nobody_a_turn() -> None:
    turns = DecodeScheduler(asyncio.get_running_loop())
    taken: list[int] = []

    async def step(number: int) -> None:
        await turns.acquire()
        taken.append(number)

    tasks = [asyncio.create_task(step(number)) for number in range(6)]
    await asyncio.sleep(0)
    for number in (1, 2, 4):
        tasks[number].cancel()
    await asyncio.wait(tasks, timeout=5)
    assert taken == [0, 3, 5]
    await asyncio.wait_for(step(6), 5)
