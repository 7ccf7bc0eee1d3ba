"""Fetching many records concurrently; each result is a value or an error."""

import asyncio
from collections.abc import (
    AsyncGenerator,
    AsyncIterable,
    AsyncIterator,
    Awaitable,
    Callable,
    Iterable,
)
from typing import Generic, Self, TypeAlias, TypeVar, cast

import anyio
import msgspec
from anyio.abc import TaskGroup

from intercom_async.core.checks import check_count
from intercom_async.core.plain import identifier
from intercom_async.core.usage import Usage
from intercom_async.errors import IntercomError, QueryError

__all__ = ["Many", "Result"]

T = TypeVar("T")

Ids: TypeAlias = Iterable[str | int] | AsyncIterable[str | int]


class Result(msgspec.Struct, Generic[T], frozen=True):
    """The result for one id.

    Attributes:
        id: The id that was asked for.
        value: The record; ``None`` if there is an error.
        error: Why there is no record; ``None`` if there is one.
    """

    id: str
    value: T | None = None
    error: IntercomError | None = None

    def unwrap(self) -> T:
        """Return the record.

        Raises:
            IntercomError: The error, if there is no record.
        """
        if self.error is not None:
            raise self.error
        return cast("T", self.value)


class Many(AsyncIterator[Result[T]], Usage):
    """Results of many ids, to be iterated inside ``async with``::

        async with intercom.conversations.retrieve_many(ids) as results:
            async for result in results:
                print(result.id, result.value or result.error)

    At most ``2 * concurrency`` records are in memory, even if the consumer is slow. Leaving the
    block cancels the requests under way.

    Raises:
        QueryError: ``concurrency`` is below 1, or ``ids`` is a single string.
        Exception: Raised by iterating ``ids``, after the results before it; or by a token
            callable.
    """  # noqa: D415  # the first line leads into the example

    _usage = (
        "results are had with 'async with …retrieve_many(ids) as results:', and in it "
        "'async for result in results:'"
    )

    def __init__(
        self,
        ids: Ids,
        fetch: Callable[[str], Awaitable[T]],
        *,
        concurrency: int,
        ordered: bool,
    ) -> None:
        concurrency = check_count("concurrency", concurrency, error=QueryError)
        if isinstance(ids, str | bytes) or not isinstance(ids, Iterable | AsyncIterable):
            what = "string" if isinstance(ids, str) else type(ids).__name__
            raise QueryError(f"ids must be several ids, not one {what}")
        self._ids = ids
        self._iterator = aiter(ids) if isinstance(ids, AsyncIterable) else iter(ids)
        self._taking = asyncio.Lock()
        self._fetch = fetch
        self._concurrency = concurrency
        self._ordered = ordered
        self._tasks: TaskGroup | None = None
        self._room = asyncio.Semaphore(2 * concurrency)
        self._taken = 0
        self._done = 0
        self._delivered = 0
        self._exhausted = False
        self._failure: Exception | None = None
        self._broken = False
        # By the order of delivery: that of the ids, or that of arrival.
        self._ready: dict[int, Result[T]] = {}
        self._arrived = asyncio.Event()

    async def __aenter__(self) -> Self:
        if self._tasks is not None:
            raise RuntimeError("these results were opened before; call retrieve_many again")
        self._tasks = anyio.create_task_group()
        await self._tasks.__aenter__()
        for _ in range(self._concurrency):
            self._tasks.start_soon(self._work)
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        assert self._tasks is not None  # noqa: S101  # it was entered
        self._tasks.cancel_scope.cancel()
        try:
            # Not given the caller's exception, which the group would wrap.
            await self._tasks.__aexit__(None, None, None)
        finally:
            if isinstance(self._ids, AsyncGenerator):
                await self._ids.aclose()  # which ends a walk that it reads from

    async def __anext__(self) -> Result[T]:
        """Return the next result."""
        if self._tasks is None:
            raise RuntimeError("iterate results inside 'async with … as results'")
        while (result := self._ready.pop(self._delivered, None)) is None:
            if self._broken or (self._exhausted and self._delivered == self._taken):
                raise self._end()
            self._arrived.clear()
            await self._arrived.wait()
        self._delivered += 1
        self._room.release()
        return result

    def _end(self) -> Exception:
        failure, self._failure = self._failure, None
        return failure or StopAsyncIteration()

    async def _work(self) -> None:
        try:
            await self._fetch_all()
        except asyncio.CancelledError as error:
            # The task group keeps the error in a reference cycle. Its frames would keep alive the
            # walk that ids come from, and the page that it fetches ahead.
            error.__traceback__ = None
            raise

    async def _fetch_all(self) -> None:
        while (taken := await self._take()) is not None:
            index = self._taken
            self._taken += 1
            id = taken[0] if isinstance(taken[0], str) else type(taken[0]).__name__
            try:
                id = identifier("id", taken[0])  # the API's word
                # Not a local: it would stay in memory until the next record has come.
                self._deliver(index, Result(id, value=await self._fetch(id)))
            except IntercomError as error:
                self._deliver(index, Result(id, error=error))
            except Exception as error:  # noqa: BLE001  # a token callable's, say: for the consumer
                self._exhausted, self._failure, self._broken = True, error, True
                self._arrived.set()
                return

    def _deliver(self, index: int, result: Result[T]) -> None:
        self._ready[index if self._ordered else self._done] = result
        self._done += 1
        self._arrived.set()

    async def _take(self) -> tuple[str | int] | None:
        """Return the next id, once there is room for its record; ``None`` if there is none."""
        await self._room.acquire()
        try:
            if not self._exhausted:
                return (await self._next_id(),)
        except StopAsyncIteration:
            self._exhausted = True
        except Exception as error:  # noqa: BLE001  # the consumer gets it
            self._exhausted, self._failure = True, error
        self._room.release()  # wakes another worker, which then ends
        self._arrived.set()
        return None

    async def _next_id(self) -> str | int:
        if not isinstance(self._iterator, AsyncIterator):
            for id in self._iterator:  # the API's word
                return id
            raise StopAsyncIteration
        async with self._taking:  # an async generator cannot be asked again before it answers
            if self._exhausted:
                raise StopAsyncIteration
            return await anext(self._iterator)
