"""Options are checked when they are given."""

import math
import ssl
from collections.abc import AsyncIterator, Callable, Iterator
from functools import partial
from typing import Any, Final

import pytest

from intercom_async import AsyncIntercom, RetryPolicy, SessionPool, Timeouts, WindowLimiter
from intercom_async.errors import ConfigurationError
from intercom_async.net.events import RequestEvent


@pytest.mark.parametrize(
    "options",
    [{"connections": value} for value in (0, -1, 2.5, None, True, "5")]
    + [{"max_body": value} for value in (0, -1, None, 1.5, True)]
    + [
        {"proxy": value}
        for value in (
            5,
            "",
            "127.0.0.1:80",
            "localhost",
            "http://[::1",
            "socks5://h:1",
            "http://h:x",
        )
    ]
    + [{"ssl_context": value} for value in ("x", False, True, ssl.SSLContext)],
)
def test_options_are_checked_when_given(options: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError, match=next(iter(options))):
        SessionPool(**options)


ODD: Final[list[Any]] = [float("nan"), float("inf"), -float("inf"), -1, True, "5", b"5", [1]]


@pytest.mark.parametrize(
    ("made", "name", "more"),
    [
        (Timeouts, "attempt", [0, None]),
        (Timeouts, "total", [0]),
        (RetryPolicy, "max_attempts", [0, None, 2.0]),
        (RetryPolicy, "base", [None]),
        (RetryPolicy, "cap", [None]),
        (SessionPool, "connect_timeout", [0, None]),
        (SessionPool, "idle_after", [None]),
    ],
)
def test_no_number_is_refused(made: Callable[..., object], name: str, more: list[Any]) -> None:
    for value in ODD + more:
        with pytest.raises(ConfigurationError, match=name):
            made(**{name: value})


@pytest.mark.parametrize("hidden", ["secret", "se cret"])
def test_a_proxys_password_is_not_told(hidden: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        SessionPool(proxy=f"ftp://me:{hidden}@host")
    assert "cret" not in str(caught.value)


def test_options_that_are_right() -> None:
    RetryPolicy(base=0, cap=0)
    Timeouts(attempt=1, total=None)
    SessionPool(
        connections=1,
        max_body=1,
        connect_timeout=1,
        idle_after=0,
        proxy="http://me:x@127.0.0.1:8080",
        ssl_context=ssl.create_default_context(),
    )


async def _hook(event: RequestEvent) -> None:
    """Never awaited."""


class _Hook:
    async def __call__(self, event: RequestEvent) -> None:
        """Never awaited."""


def _generator(event: RequestEvent) -> Iterator[RequestEvent]:
    yield event


async def _async_generator(event: RequestEvent) -> AsyncIterator[RequestEvent]:
    yield event


@pytest.mark.parametrize(
    "hook",
    [_hook, partial(_hook), partial(partial(_hook)), _Hook(), _generator, _async_generator, 5],
)
def test_hooks_are_plain_functions(hook: Any) -> None:
    with pytest.raises(ConfigurationError, match="on_event"):
        AsyncIntercom(token="t", on_event=hook)
    with pytest.raises(ConfigurationError, match="on_event"):
        AsyncIntercom(token="t").with_options(on_event=hook)
    with pytest.raises(ConfigurationError, match="on_invalid"):
        AsyncIntercom(token="t").conversations.list(on_invalid=hook)


class _Awaited:
    """A limiter, but for what is async."""

    async def try_acquire(self, budget: float) -> bool:
        return bool(budget)

    async def acquire(self, budget: float) -> None: ...

    def record_response(self, *given: object) -> None: ...

    def release(self) -> None: ...


AWAITED: Any = _Awaited()


async def _makes(_workspace: str) -> WindowLimiter:
    return WindowLimiter()


async def test_limiters_and_what_makes_them_are_plain() -> None:
    with pytest.raises(ConfigurationError, match="limiter: try_acquire must be a plain function"):
        AsyncIntercom(token="t", limiter=AWAITED)
    with pytest.raises(ConfigurationError, match="limiters must be a function"):
        SessionPool(limiters=_makes)  # type: ignore[arg-type]  # what is to be refused
    async with AsyncIntercom(token="t", limiters=lambda _: AWAITED) as intercom:
        with pytest.raises(ConfigurationError, match="try_acquire must be a plain function"):
            await intercom.me()


@pytest.mark.parametrize("grace", [math.nan, -1, "1", None])
async def test_a_grace_that_is_no_time_closes_nothing(grace: Any) -> None:
    pool = SessionPool()
    with pytest.raises(ConfigurationError, match="grace must be"):
        await pool.aclose(grace=grace)
    assert repr(pool).startswith("<SessionPool new")
    await pool.aclose(grace=math.inf)
