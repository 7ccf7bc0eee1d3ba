"""Fetching many records at once: bounded, as they come or in order, each a value or an error."""

from collections.abc import (
    AsyncGenerator,
    AsyncIterable,
    AsyncIterator,
    Awaitable,
    Callable,
    Iterable,
)
from types import TracebackType
from typing import Generic, Self, TypeAlias, TypeVar, cast

import anyio
import msgspec
from anyio.abc import TaskGroup

from intercom_async.errors import IntercomError, QueryError

__all__ = ["Ids", "Many", "Result"]

T = TypeVar("T")

Ids: TypeAlias = Iterable[str | int] | AsyncIterable[str | int]


class Result(msgspec.Struct, Generic[T], frozen=True):
    """What became of one id.

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


class Many(AsyncIterator[Result[T]]):
    """Results of many ids, to be iterated inside ``async with``::

        async with intercom.conversations.retrieve_many(ids) as results:
            async for result in results:
                print(result.id, result.value or result.error)

    At most ``2 * concurrency`` records are held at a time, however slow the consumer is.
    Leaving the block cancels what is under way.

    Raises:
        QueryError: ``concurrency`` is below 1, or ``ids`` is a single string.
        Exception: Whatever iterating ``ids`` raised, after the results before it; or what a
            token callable raised.
    """  # noqa: D415  # the first line leads into the example

    def __init__(
        self,
        ids: Ids,
        fetch: Callable[[str | int], Awaitable[T]],
        *,
        concurrency: int,
        ordered: bool,
    ) -> None:
        if concurrency < 1:
            raise QueryError(f"concurrency must be at least 1, not {concurrency}")
        if isinstance(ids, str | bytes):
            raise QueryError("ids must be several ids, not one string")
        self._ids = ids
        self._next_id = _next_of(ids)
        self._fetch = fetch
        self._concurrency = concurrency
        self._ordered = ordered
        self._tasks: TaskGroup | None = None
        self._taking = anyio.Lock(fast_acquire=True)
        self._taken = 0
        self._done = 0
        self._delivered = 0
        self._exhausted = False
        self._failure: Exception | None = None
        self._broken = False
        # By the order in which they are to be delivered: of asking, or of coming.
        self._ready: dict[int, Result[T]] = {}
        self._arrival: anyio.Event | None = None
        self._room: anyio.Event | None = None

    async def __aenter__(self) -> Self:
        if self._tasks is not None:
            raise RuntimeError("these results were opened before; call retrieve_many again")
        self._tasks = anyio.create_task_group()
        await self._tasks.__aenter__()
        for _ in range(self._concurrency):
            self._tasks.start_soon(self._work)
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._tasks is not None:
            self._tasks.cancel_scope.cancel()
            # The group is not told of the caller's exception, which it would wrap in a group.
            await self._tasks.__aexit__(None, None, None)
            if isinstance(self._ids, AsyncGenerator):
                await self._ids.aclose()  # which ends the walk it may be reading from

    async def __anext__(self) -> Result[T]:
        """Return the next result."""
        if self._tasks is None:
            raise RuntimeError("iterate results inside 'async with … as results'")
        while (result := self._ready.pop(self._delivered, None)) is None:
            if self._broken or (self._exhausted and self._delivered == self._taken):
                raise self._end()
            self._arrival = self._arrival or anyio.Event()
            await self._arrival.wait()
        self._delivered += 1
        if self._room is not None:
            self._room.set()
        return result

    def _end(self) -> Exception:
        failure, self._failure = self._failure, None
        return failure or StopAsyncIteration()

    async def _work(self) -> None:
        while (taken := await self._take()) is not None:
            index, id = taken  # the API's word
            try:
                result = Result(str(id), value=await self._fetch(id))
            except IntercomError as error:
                result = Result[T](str(id), error=error)
            except Exception as error:  # noqa: BLE001  # a token callable's, say: for the consumer
                self._exhausted, self._failure, self._broken = True, error, True
                self._announce()
                return
            self._ready[index if self._ordered else self._done] = result
            self._done += 1
            self._announce()

    async def _take(self) -> tuple[int, str | int] | None:
        async with self._taking:
            while self._taken - self._delivered >= 2 * self._concurrency:
                self._room = anyio.Event()
                await self._room.wait()
            if self._exhausted:
                return None
            try:
                id = await self._next_id()  # the API's word
            except StopAsyncIteration:
                self._exhausted = True
            except Exception as error:  # noqa: BLE001  # the consumer gets it
                self._exhausted, self._failure = True, error
            else:
                self._taken += 1
                return self._taken - 1, id
            self._announce()
            return None

    def _announce(self) -> None:
        arrival, self._arrival = self._arrival, None
        if arrival is not None:
            arrival.set()


def _next_of(ids: Ids) -> Callable[[], Awaitable[str | int]]:
    if isinstance(ids, AsyncIterable):
        return aiter(ids).__anext__
    iterator = iter(ids)

    async def next_id() -> str | int:
        try:
            return next(iterator)
        except StopIteration:
            raise StopAsyncIteration from None

    return next_id
