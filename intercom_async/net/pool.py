"""The session pool: shared connections, and the retry loop."""

import asyncio
import random
import ssl
import time
import warnings
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from math import inf
from typing import TYPE_CHECKING, Any, Final, Self, TypeVar, cast

import anyio
from msgspec.structs import replace

from intercom_async.core import rate_window, retry, wire
from intercom_async.core.call import Call, OpenReply, Reply
from intercom_async.core.checks import check_count, check_seconds, is_deferred
from intercom_async.core.usage import Usage
from intercom_async.errors import (
    ConfigurationError,
    ConnectionFailed,
    DecodeError,
    PoolError,
    RequestError,
    StatusError,
    TimedOut,
)
from intercom_async.net.attempt import Attempt
from intercom_async.net.headers import ask_headers, own_headers
from intercom_async.net.limiter import Limiters
from intercom_async.net.sessions import Sessions
from intercom_async.net.settings import Settings, check_proxy

if TYPE_CHECKING:
    from intercom_async.net.transport import Transport

__all__ = ["SessionPool"]

T = TypeVar("T")
R = TypeVar("R")

_SHORTEST: Final = 0.001  # seconds; aiohttp takes 0 for no limit
_LARGE_BODY: Final = 2**16  # bytes, which take about 0.2 ms to decode
_OF_ANOTHER: Final = (
    "the answer names another id or type than was asked for, as if to another request"
)
_JOBS_REFUSED: Final = 409
_TO_END: Final = 1.0  # seconds for calls to notice that the pool was closed


class SessionPool(Usage):
    """One bounded set of connections for any number of workspaces.

    A client given no pool makes a private one. A process that serves many workspaces makes one
    pool and lends it to all its clients::

        async with SessionPool(connections=100) as pool:
            intercom = AsyncIntercom(token=…, pool=pool)

    A pool belongs to the event loop on which it is first used.

    Args:
        connections: How many connections may be open at once, over all workspaces.
        connect_timeout: Seconds to wait for a connection.
        max_body: Bytes; a larger answer is refused, however small it was on the wire.
        idle_after: Seconds without a call after which a workspace's rate limiter is dropped.
        limiters: Makes the rate limiter of each workspace, such as ``RedisLimiters`` for one that
            many processes share. What it makes, the pool closes.
        proxy: URL of an HTTP proxy.
        ssl_context: The TLS context, for a private certificate authority or a client
            certificate.

    Raises:
        ConfigurationError: An argument makes no sense.
    """

    _usage = "a pool is opened with 'async with SessionPool(…) as pool:'"
    # For a pool whose argument was refused, which is deleted, too.
    _transport: "Transport | None" = None
    _closed: bool = False

    def __init__(
        self,
        *,
        connections: int = 100,
        connect_timeout: float = 10.0,
        max_body: int = 64 * 2**20,
        idle_after: float = 300.0,
        limiters: Limiters | None = None,
        proxy: str | None = None,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        check_count("connections", connections)
        check_count("max_body", max_body)
        check_seconds("connect_timeout", connect_timeout)
        check_seconds("idle_after", idle_after, may_be_0=True)
        check_proxy(proxy)
        if limiters is not None and (not callable(limiters) or is_deferred(limiters)):
            raise ConfigurationError(
                "limiters must be a function that makes a workspace's limiter, and not async"
            )
        if ssl_context is not None and not isinstance(ssl_context, ssl.SSLContext):
            raise ConfigurationError(
                f"ssl_context must be an ssl.SSLContext, not {type(ssl_context).__name__}"
            )
        self._connections = connections
        self._connect_timeout = connect_timeout
        self._max_body = max_body
        self._proxy = proxy
        self._ssl_context = ssl_context
        self._sessions = Sessions(idle_after, limiters)
        self._tasks: set[asyncio.Task[Any]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._calls = 0
        self._idle: anyio.Event | None = None
        self._waits: set[asyncio.Timeout] = set()
        self._done = asyncio.Event()

    def __repr__(self) -> str:
        """Show the pool's state; never a token."""
        state = "closed" if self._closed else "new" if self._transport is None else "open"
        return (
            f"<SessionPool {state} connections={self._connections} "
            f"workspaces={len(self._sessions)} calls={self._calls}>"
        )

    def __reduce__(self) -> str:
        """Refuse: connections cannot be copied, and tokens must not be pickled."""
        raise TypeError("a pool is not pickled or copied; make one where it is used")

    def __del__(self) -> None:
        if self._transport is not None and not self._closed:
            warnings.warn(
                f"unclosed {self!r}: use 'async with AsyncIntercom(…) as intercom:' or "
                "'async with SessionPool(…) as pool:', or await their aclose()",
                ResourceWarning,
                stacklevel=2,
                source=self,
            )
            self._transport.drop()

    async def __aenter__(self) -> Self:
        self._open()
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self.aclose()

    @property
    def calls(self) -> int:
        """How many calls are under way, including those that wait for their turn."""
        return self._calls

    @property
    def workspaces(self) -> int:
        """How many workspaces have a rate limiter in the pool."""
        return len(self._sessions)

    async def aclose(self, *, grace: float = 30.0) -> None:
        """Refuse new calls, wait for those under way, then close the connections.

        Args:
            grace: Seconds to wait for calls under way; later ones end with an error.

        Raises:
            ConfigurationError: ``grace`` is no such number. Nothing was closed.
        """
        if grace != inf:
            check_seconds("grace", grace, may_be_0=True)
        if self._closed:
            await self._done.wait()
            return
        self._check_loop()
        self._closed = True
        for task in self._tasks:
            task.cancel()
        try:
            with anyio.move_on_after(grace):
                if self._tasks:
                    await asyncio.wait(self._tasks)
                await self._until_idle()
        finally:
            with anyio.CancelScope(shield=True):
                for limit in [limit for limit in self._waits if not limit.expired()]:
                    self._waits.remove(limit)  # tells the call that the pool ended its wait
                    limit.reschedule(0)
                if self._transport is not None:
                    await self._transport.close()
                with anyio.move_on_after(_TO_END):
                    await self._until_idle()
                await self._sessions.aclose(_TO_END)
            self._done.set()

    async def _until_idle(self) -> None:
        if self._calls:
            self._idle = anyio.Event()
            await self._idle.wait()

    def spawn(self, coroutine: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Start a task that the pool cancels when it closes, such as fetching a page ahead.

        A task group would have to be entered and left by the same task. Web frameworks and test
        fixtures open and close a client in different ones.
        """
        task = asyncio.get_running_loop().create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._forget)
        return task

    def _forget(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            task.exception()  # marks it as retrieved, if nobody awaits the task any more

    def send(self, call: Call[T], settings: Settings) -> Coroutine[Any, Any, T]:
        """Send a call, retry it where that helps, and return what it answers.

        Raises:
            RequestError: It failed for good; the class tells how.
            PoolError: The pool is closed, or belongs to another event loop.
            ConfigurationError: The token callable gave no token.
        """
        return self._exchange(call, settings, _value)

    def exchange(self, call: Call[T], settings: Settings) -> Coroutine[Any, Any, tuple[Reply, T]]:
        """Send a call as ``send`` does and return the reply together with its value."""
        return self._exchange(call, settings, _reply_and_value)

    @asynccontextmanager
    async def stream(self, call: Call[None], settings: Settings) -> AsyncIterator[OpenReply]:
        """Send a call as ``send`` does and hand out the reply with its body still to be read.

        Redirects are followed without the token. ``timeouts.attempt`` is for each piece of the
        body; once it has begun, nothing is sent again.
        """
        if call.origin is not None:  # has its own rate limit
            settings = replace(settings, base_url=call.origin, limiter=None)
        transport = self._open()
        opened = await self._exchange(call, settings, self._hand_out)
        try:
            yield opened
        finally:
            opened.close()
            transport.free.release()
            self._end_call()

    def _hand_out(self, reply: Reply, _value: None) -> OpenReply:
        self._calls += 1  # until its body is read
        return cast("OpenReply", reply)  # as every good answer to a streamed call is

    def _end_call(self) -> None:
        self._calls -= 1
        if self._idle is not None and not self._calls:
            self._idle.set()

    async def _exchange(
        self, call: Call[T], settings: Settings, result: Callable[[Reply, T], R]
    ) -> R:
        transport = self._open()
        deadline = _Deadline(settings.timeouts.total)
        attempt = tries = 0
        seen: str | None = None
        self._calls += 1
        try:
            while True:
                attempt += 1
                this = Attempt()
                try:
                    reply = await self._attempt(call, settings, transport, deadline, this)
                    if len(reply.body) > _LARGE_BODY:
                        await transport.decoding.acquire()
                    value, other = wire.read(call, reply)
                    # A merged record answers with another id, also over a fresh connection. So a
                    # read gets one extra try, and may return the same other id twice.
                    if other is not None and not (call.read and other == seen):
                        attempt -= seen is None
                        seen = other
                        transport.retire(this.authorization)
                        raise ConnectionFailed(_OF_ANOTHER, sent=True)  # noqa: TRY301  # as all are
                    if isinstance(value, DecodeError):
                        raise value  # noqa: TRY301  # as all are
                except RequestError as error:
                    tries += this.started_at is not None
                    error.attempts = tries
                    wait = self._wait_before_retry(error, call, settings, deadline, attempt)
                    this.emit(settings.on_event, call, tries, error=error, retry_in=wait)
                    if wait is None:
                        _annotate(error.about(call.method, call.template), call)
                        raise
                except BaseException as error:
                    this.emit(settings.on_event, call, tries + 1, error=error)
                    raise
                else:
                    if settings.on_event is not None:
                        this.emit(settings.on_event, call, tries + 1)
                    return result(reply, value)
                await self._wait(anyio.sleep(wait), deadline)
        finally:
            self._end_call()

    async def _attempt(
        self,
        call: Call[T],
        settings: Settings,
        transport: "Transport",
        deadline: "_Deadline",
        this: Attempt,
    ) -> Reply:
        # The token is not a local here: a traceback would show it.
        headers = own_headers(call, settings)
        if headers is None:
            headers = await self._wait(ask_headers(call, settings), deadline)
        this.authorization = headers.get("Authorization", "")
        session = self._sessions.of(settings, this.authorization, transport.free)
        session.calls += 1
        try:
            if session.try_turn(settings.budget):
                granted = this.started_at = time.monotonic()
            else:
                granted = await self._wait(session.turn(settings.budget), deadline)
                this.started_at = time.monotonic()
            seconds = deadline.at_most(settings.timeouts.attempt)
            exchange = transport.open if call.streamed else transport.exchange
            try:
                reply = await exchange(call, settings.base_url, headers, seconds)
                own = reply.redirect or reply
                window = rate_window.rate_headers(own.headers)
            except BaseException as error:
                session.release()
                transport.free.release()
                failure = transport.failure(error, seconds)
                if failure is None:
                    raise
            else:
                if not isinstance(reply, OpenReply):  # keeps its connection until it is read
                    transport.free.release()
                this.reply = reply
                # A 429 about jobs does not mean that the window is used up.
                status = _JOBS_REFUSED if wire.refuses_jobs(own) else own.status
                session.record_response(status, window, granted, time.monotonic())
                return reply
            # Raised here, the error has no __context__: aiohttp's holds the token.
            raise failure
        finally:
            session.calls -= 1
            session.last_used = time.monotonic()

    def _wait_before_retry(
        self,
        error: RequestError,
        call: Call[T],
        settings: Settings,
        deadline: "_Deadline",
        attempt: int,
    ) -> float | None:
        wait = retry.wait_before_retry(
            error,
            read=call.read,
            repeatable=call.repeatable,
            attempt=attempt,
            policy=settings.retry,
            random=random.random(),  # noqa: S311  # spreads retries, hides nothing
        )
        return None if wait is None or wait >= deadline.left or self._closed else wait

    async def _wait(self, step: Coroutine[Any, Any, T], deadline: "_Deadline") -> T:
        """Await a step before sending, until the deadline or until the pool is closed."""
        limit = asyncio.timeout(None if deadline.seconds is None else deadline.left)
        is_closed = False
        try:
            async with limit:
                self._waits.add(limit)
                try:
                    return await step
                finally:
                    is_closed = limit not in self._waits
                    self._waits.discard(limit)
        except TimeoutError:
            if not limit.expired():
                raise
        if is_closed:
            raise PoolError("the pool was closed while the call waited for its turn")
        raise TimedOut(f"not sent within {deadline.seconds:.3g} s (timeouts.total)", sent=False)

    def _open(self) -> "Transport":
        if self._closed:
            raise PoolError("the pool is closed; make a new client or pool")
        self._check_loop()
        if self._transport is None:
            from intercom_async.net.transport import Transport  # noqa: PLC0415  # loads aiohttp

            self._loop = asyncio.get_running_loop()
            self._transport = Transport(
                connections=self._connections,
                connect_timeout=self._connect_timeout,
                max_body=self._max_body,
                proxy=self._proxy,
                ssl_context=self._ssl_context,
            )
        return self._transport

    def _check_loop(self) -> None:
        if self._loop is not None and self._loop is not asyncio.get_running_loop():
            raise PoolError(
                "the pool belongs to another event loop; make a client or pool for each loop"
            )


def _value(_reply: Reply, value: T) -> T:
    return value


def _reply_and_value(reply: Reply, value: T) -> tuple[Reply, T]:
    return reply, value


def _annotate(error: RequestError, call: Call[T]) -> None:
    error.may_have_been_applied = not call.read and retry.is_ambiguous(error)
    if isinstance(error, StatusError) and error.retry_after is not None:
        with suppress(OverflowError):  # a huge Retry-After
            error.retry_at = datetime.now(UTC) + timedelta(seconds=error.retry_after)


class _Deadline:
    """The end of a call's total time."""

    __slots__ = ("_end", "seconds")

    def __init__(self, seconds: float | None) -> None:
        self.seconds = seconds
        self._end = None if seconds is None else time.monotonic() + seconds

    @property
    def left(self) -> float:
        return float("inf") if self._end is None else max(self._end - time.monotonic(), 0.0)

    def at_most(self, seconds: float) -> float:
        """Return ``seconds``, or the time left if that is less."""
        return seconds if self._end is None else min(seconds, max(self.left, _SHORTEST))
