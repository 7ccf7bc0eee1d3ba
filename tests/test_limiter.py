"""The limiter: first come, first served, and nothing leaks when a waiter leaves."""

import asyncio
import time

import pytest

from intercom_async import Limiter, RateHeaders, WindowLimiter
from tests.waiting import cancel


def headers(remaining: int, *, limit: int = 10, seconds: float = 5) -> RateHeaders:
    """An answer of a server whose clock is this machine's."""
    now = time.time()
    return RateHeaders(limit=limit, remaining=remaining, reset=now + seconds, date=now)


async def answer(limiter: WindowLimiter, told: RateHeaders, status: int = 200) -> None:
    await limiter.acquire()
    now = time.monotonic()
    limiter.record_response(status, told, now, now)


async def settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


def test_it_is_a_limiter() -> None:
    assert isinstance(WindowLimiter(), Limiter)


def test_repr() -> None:
    assert repr(WindowLimiter()).startswith("<WindowLimiter <RateWindow limit=None")


async def test_what_fits_the_window_does_not_wait() -> None:
    limiter = WindowLimiter()
    await answer(limiter, headers(9))
    async with asyncio.timeout(1):
        for _ in range(9):
            await limiter.acquire()
    assert limiter.window.in_flight == 9


async def test_turns_are_taken_in_the_order_of_asking() -> None:
    limiter, order = WindowLimiter(), list[int]()

    async def caller(number: int) -> None:
        await limiter.acquire()
        order.append(number)
        await asyncio.sleep(0)
        limiter.release()

    async with asyncio.timeout(20):
        await asyncio.gather(*(caller(number) for number in range(500)))
    assert order == list(range(500))
    assert limiter.window.in_flight == 0


async def test_a_newcomer_does_not_overtake() -> None:
    limiter, order = WindowLimiter(), list[str]()

    async def caller(name: str) -> None:
        await limiter.acquire()
        order.append(name)

    for _ in range(10):
        await limiter.acquire()
    waiting = asyncio.create_task(caller("first"))
    await settle()
    limiter.release()
    newcomer = asyncio.create_task(caller("second"))
    await settle()
    limiter.release()
    async with asyncio.timeout(5):
        await asyncio.gather(waiting, newcomer)
    assert order == ["first", "second"]


@pytest.mark.parametrize("freed_first", [False, True], ids=["waiting", "just let through"])
@pytest.mark.parametrize("leaving", [{0}, {1}, {0, 1}, {7}, {9}, {0, 4, 9}, set(range(9))])
async def test_waiters_that_are_cancelled_leave_nothing_behind(
    leaving: set[int], freed_first: bool
) -> None:
    limiter = WindowLimiter()
    for _ in range(10):
        await limiter.acquire()

    async def caller() -> None:
        await limiter.acquire()
        limiter.release()

    tasks = [asyncio.create_task(caller()) for _ in range(10)]
    await settle()
    if freed_first:
        limiter.release()
    for number in leaving:
        tasks[number].cancel()
    if not freed_first:
        await settle()
        limiter.release()
    async with asyncio.timeout(5):
        await asyncio.gather(*tasks, return_exceptions=True)
    assert {number for number, task in enumerate(tasks) if task.cancelled()} == leaving
    for _ in range(9):
        limiter.release()
    assert limiter.window.in_flight == 0


@pytest.mark.parametrize("steps", range(12))
async def test_a_waiter_may_be_cancelled_at_any_step(steps: int) -> None:
    limiter = WindowLimiter()
    for _ in range(10):
        await limiter.acquire()
    tasks = [asyncio.create_task(limiter.acquire()) for _ in range(3)]
    for step in range(steps):
        if step == 4:
            limiter.release()
        await asyncio.sleep(0)
    tasks[0].cancel()
    for _ in range(9 if steps > 4 else 10):
        limiter.release()
    async with asyncio.timeout(5):
        ended = await asyncio.gather(*tasks, return_exceptions=True)
    # Whoever was let through is counted, and nobody else.
    assert limiter.window.in_flight == ended.count(None) >= 2


async def test_a_used_up_window_opens_with_the_next_one() -> None:
    limiter = WindowLimiter()
    await answer(limiter, headers(0, limit=1, seconds=0.3))
    waiting = asyncio.create_task(limiter.acquire())
    await settle()
    assert not waiting.done()
    async with asyncio.timeout(5):
        await waiting


async def test_an_answer_from_the_next_window_opens_it_at_once() -> None:
    limiter = WindowLimiter()
    await limiter.acquire()
    sent = time.monotonic()
    await answer(limiter, headers(0, limit=2, seconds=60))
    waiting = [asyncio.create_task(limiter.acquire()) for _ in range(3)]
    await settle()
    assert not any(task.done() for task in waiting)
    limiter.record_response(200, headers(1, limit=2, seconds=70), sent, time.monotonic())
    await settle()
    assert [task.done() for task in waiting] == [True, False, False]
    await cancel(*waiting)
    assert limiter.window.in_flight == 1


async def test_a_budget_leaves_the_rest_of_the_window_to_others() -> None:
    limiter = WindowLimiter()
    await answer(limiter, headers(9, seconds=60))
    waiting = [asyncio.create_task(limiter.acquire(0.5)) for _ in range(9)]
    await settle()
    assert [task.done() for task in waiting] == [True] * 4 + [False] * 5
    whole = [asyncio.create_task(limiter.acquire(1.0)) for _ in range(9)]
    await settle()
    assert [task.done() for task in whole].count(True) == 5, "they do not queue behind the others"
    await cancel(*waiting, *whole)


async def test_a_429_holds_everyone_back() -> None:
    limiter = WindowLimiter()
    await answer(limiter, RateHeaders(retry_after=60), status=429)
    waiting = [asyncio.create_task(limiter.acquire()) for _ in range(5)]
    await settle()
    assert not any(task.done() for task in waiting)
    await cancel(*waiting)
    assert limiter.window.in_flight == 0


async def test_hungry_callers_fill_windows_and_stay_within_them() -> None:
    # The server is two lines: it counts, and answers what remains of a window of 0.2 s.
    limiter, begins, taken = WindowLimiter(), time.time(), dict[int, int]()

    async def caller() -> None:
        for _ in range(10):
            await limiter.acquire()
            sent, now = time.monotonic(), time.time()
            window = int((now - begins) / 0.2)
            taken[window] = taken.get(window, 0) + 1
            await asyncio.sleep(0)
            told = RateHeaders(50, max(50 - taken[window], 0), begins + (window + 1) * 0.2, now)
            limiter.record_response(200, told, sent, time.monotonic())

    async with asyncio.timeout(20):
        await asyncio.gather(*(caller() for _ in range(20)))
    assert sum(taken.values()) == 200
    assert max(taken.values()) <= 50
    assert limiter.window.in_flight == 0
