"""Limiters of one's own: made for each workspace, closed with their pool, and what if they fail."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

import pytest

from intercom_async import (
    AsyncIntercom,
    ConfigurationError,
    ConnectionFailed,
    Limiter,
    LimiterFailed,
    RetryPolicy,
    SessionPool,
    Unauthorized,
    WindowLimiter,
)
from intercom_async.emulator import Emulator
from tests.waiting import until

QUICK = RetryPolicy(base=0.001)


class Failing(WindowLimiter):
    """Fails so many times before it gives a turn."""

    def __init__(self, failures: int, error: type[Exception] = OSError, *, at_once: bool) -> None:
        super().__init__()
        self.left = failures
        self._error = error
        self._at_once = at_once

    def try_acquire(self, budget: float = 1.0) -> bool:
        if self._at_once:
            self._fail()
            return super().try_acquire(budget)
        return False

    async def acquire(self, budget: float = 1.0) -> None:
        self._fail()
        await super().acquire(budget)

    def _fail(self) -> None:
        if self.left:
            self.left -= 1
            raise self._error("no connection to 10.0.0.5")


class Closable(WindowLimiter):
    closed = 0

    async def aclose(self) -> None:
        self.closed += 1
        await asyncio.sleep(0)


class Factory:
    def __init__(self, make: Callable[[], Limiter] = Closable) -> None:
        self.made: dict[str, Limiter] = {}
        self._make = make

    def __call__(self, workspace: str) -> Limiter:
        limiter = self.made[workspace] = self._make()
        return limiter

    def closed(self) -> list[int]:
        return [limiter.closed for limiter in self.made.values() if isinstance(limiter, Closable)]


def client(emulator: Emulator, pool: SessionPool | None = None, **options: Any) -> AsyncIntercom:
    options = {"token": emulator.token, "retry": QUICK, **options}
    return AsyncIntercom(base_url=emulator.url, pool=pool, **options)


@pytest.mark.parametrize("at_once", [True, False])
async def test_a_write_is_repeated_where_the_limiter_failed(
    emulator: Emulator, at_once: bool
) -> None:
    limiter = Failing(3, at_once=at_once)
    async with client(emulator, limiter=limiter) as intercom:
        await intercom.tags.create(name="vip")
    assert limiter.left == 0
    assert [request.method for request in emulator.requests] == ["POST"]
    assert limiter.window.in_flight == 0


class Deaf(WindowLimiter):
    """Cannot take note of what became of its turns."""

    def record_response(self, *_: object) -> None:
        raise OSError("no connection to 10.0.0.5")

    def release(self) -> None:
        raise OSError("no connection to 10.0.0.5")


async def test_what_became_of_a_call_stands_where_the_limiter_cannot_note_it(
    emulator: Emulator, caplog: pytest.LogCaptureFixture
) -> None:
    async with client(emulator, limiter=Deaf()) as intercom:
        assert (await intercom.tags.create(name="new")).name == "new"
    assert "a rate limiter could not note an answer" in caplog.text


async def test_a_connection_comes_free_where_the_limiter_cannot_take_its_turn_back(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with SessionPool(connections=1) as pool:
        intercom = AsyncIntercom(
            token="t", base_url="http://127.0.0.1:1", retry=QUICK, pool=pool, limiter=Deaf()
        )
        with pytest.raises(ConnectionFailed):
            await intercom.me()
    assert caplog.text.count("a rate limiter could not take a turn back") == QUICK.max_attempts


@pytest.mark.parametrize("at_once", [True, False])
async def test_a_limiter_that_keeps_failing_ends_the_call_unsent(
    emulator: Emulator, at_once: bool
) -> None:
    limiter = Failing(99, at_once=at_once)
    async with client(emulator, limiter=limiter) as intercom:
        with pytest.raises(LimiterFailed, match="nothing was sent: OSError") as caught:
            await intercom.tags.create(name="vip")
    assert limiter.left == 99 - QUICK.max_attempts
    assert caught.value.attempts == 0
    assert not caught.value.may_have_been_applied
    assert isinstance(caught.value.__cause__, OSError)
    assert not emulator.requests


async def test_an_error_of_the_library_is_left_as_it_is(emulator: Emulator) -> None:
    for at_once in (True, False):
        limiter = Failing(1, ConfigurationError, at_once=at_once)
        async with client(emulator, limiter=limiter) as intercom:
            with pytest.raises(ConfigurationError, match=r"no connection to 10\.0\.0\.5"):
                await intercom.me()


async def test_each_workspace_gets_a_limiter_of_its_own_closed_with_the_pool(
    emulator: Emulator,
) -> None:
    make = Factory()
    async with SessionPool(limiters=make) as pool, Emulator(conversations=1, token="other") as two:
        for _ in range(2):
            await client(emulator, pool).me()
            await client(two, pool).me()
        assert len(make.made) == 2
        assert make.closed() == [0, 0]
    assert make.closed() == [1, 1]
    assert not any(emulator.token in name or "other" in name for name in make.made)


async def test_every_process_has_the_same_name_for_a_workspace(emulator: Emulator) -> None:
    first, second = Factory(), Factory()
    for make in (first, second):
        async with SessionPool(limiters=make) as pool:
            await client(emulator, pool).me()
    assert list(first.made) == list(second.made)


async def test_the_limiter_of_an_idle_workspace_is_closed(emulator: Emulator) -> None:
    make = Factory()
    async with SessionPool(limiters=make, idle_after=0) as pool:
        await client(emulator, pool).me()
        await asyncio.sleep(0.01)
        async with Emulator(conversations=1, token="another") as other:
            await client(other, pool).me()
        await until(lambda: make.closed() == [1, 0])
    assert make.closed() == [1, 1]


async def test_a_limiter_that_was_given_stays_open(emulator: Emulator) -> None:
    limiter = Closable()
    async with client(emulator, limiter=limiter) as intercom:
        await intercom.me()
    assert limiter.closed == 0


async def test_a_client_closes_what_its_own_pool_had_made(emulator: Emulator) -> None:
    make = Factory()
    async with client(emulator, limiters=make) as intercom:
        await intercom.me()
    assert make.closed() == [1]


async def test_a_limiter_that_cannot_be_closed_is_logged(
    emulator: Emulator, caplog: pytest.LogCaptureFixture
) -> None:
    class Stuck(Closable):
        async def aclose(self) -> None:
            raise OSError("no way")

    with caplog.at_level(logging.ERROR):
        async with SessionPool(limiters=Factory(Stuck)) as pool:
            await client(emulator, pool).me()
    assert "could not be closed" in caplog.text


async def test_one_limiter_for_two_workspaces_is_refused(emulator: Emulator) -> None:
    limiter = WindowLimiter()
    async with (
        client(emulator, limiter=limiter) as one,
        client(emulator, token="another-token", limiter=limiter) as other,
    ):
        await one.me()
        with pytest.raises(ConfigurationError, match="one limiter was given to clients of two"):
            await other.me()
        await one.me()
    assert len(emulator.requests) == 2


async def test_a_factory_that_makes_one_for_two_workspaces_is_refused(emulator: Emulator) -> None:
    only = WindowLimiter()
    async with SessionPool(limiters=lambda _: only) as pool:
        await client(emulator, pool).me()
        with pytest.raises(ConfigurationError, match="give each its own"):
            await client(emulator, pool, token="another-token").me()


async def test_a_token_that_changes_keeps_its_limiter(emulator: Emulator) -> None:
    tokens = iter([emulator.token, "the-next-token"])
    limiter = WindowLimiter()
    async with client(emulator, token=lambda: next(tokens), limiter=limiter) as intercom:
        await intercom.me()
        emulator.token = "the-next-token"
        await intercom.me()
    assert limiter.window.limit == emulator.rate_limit


async def test_a_file_elsewhere_has_no_window_to_share(emulator: Emulator) -> None:
    make = Factory()
    async with Emulator(conversations=1) as elsewhere, SessionPool(limiters=make) as pool:
        with pytest.raises(Unauthorized):  # as the token does not go there
            async with client(emulator, pool).download(f"{elsewhere.url}/attachments/1"):
                pass
        assert len(elsewhere.requests) == 1
    assert not make.made


async def test_a_factory_must_make_limiters(emulator: Emulator) -> None:
    with pytest.raises(ConfigurationError, match="limiters must be a function"):
        SessionPool(limiters="redis://127.0.0.1")  # type: ignore[arg-type]  # as some will try
    async with SessionPool(limiters=lambda _: None) as pool:  # type: ignore[arg-type,return-value]
        with pytest.raises(ConfigurationError, match="must be Limiter, not NoneType"):
            await client(emulator, pool).me()
    async with SessionPool() as pool:
        with pytest.raises(ConfigurationError, match="give limiters to the pool"):
            AsyncIntercom(token="t", pool=pool, limiters=lambda _: WindowLimiter())
