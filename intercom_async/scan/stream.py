"""The parallel walk as a stream of records: ``intercom.conversations.scan``."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Final, Self, TypeVar

import anyio
import msgspec
from anyio.abc import TaskGroup
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream

from intercom_async.core.checks import check_count, check_hook
from intercom_async.core.codec import Decode, Page
from intercom_async.core.usage import Usage
from intercom_async.errors import (
    DecodeError,
    Gone,
    IntercomError,
    NotFound,
    QueryError,
    RequestError,
)
from intercom_async.scan.plan import Count, PlannedWindow, plan, unwrap
from intercom_async.scan.record_header import read_header
from intercom_async.scan.walk import AdaptiveConcurrency, FetchPage, WindowWalker
from intercom_async.scan.windows import Window

__all__ = ["Scan"]

T = TypeVar("T")

Retrieve = Callable[[str], Awaitable[bytes]]
OnError = Callable[[str, IntercomError], object]

_WAITING_PAGES: Final = 4
_WAITING_WINDOWS: Final = 64
_RETRIEVALS: Final = 32


class Scan(AsyncIterator[T], Usage):
    """Records of many windows at once, in no order, to iterate in ``async with``::

        async with intercom.conversations.scan(created=(since, until)) as stream:
            async for conversation in stream:
                ...

    Leaving the block cancels the requests under way. At most a few pages are in memory, even if
    the consumer is slow.

    Attributes:
        deleted: Ids that were listed but deleted, or merged, before they were retrieved.

    Raises:
        RequestError: The API failed after all retries. Records delivered before are valid.
        DecodeError: A record could not be decoded and there is no ``on_error``.
    """  # noqa: D415  # the first line leads into the example

    _usage = (
        "a scan is had with 'async with …scan() as stream:', and in it "
        "'async for record in stream:'"
    )

    def __init__(
        self,
        source: "Source",
        span: Window,
        decode: Decode[T],
        *,
        concurrency: int,
        on_error: OnError | None,
    ) -> None:
        concurrency = check_count("concurrency", concurrency, error=QueryError)
        self.deleted: list[str] = []
        self._source = source
        self._span = span
        self._decode = decode
        self._concurrency = concurrency
        self._on_error = check_hook("on_error", on_error)
        self._walker = WindowWalker(
            source.fetch, self._report_unlistable, AdaptiveConcurrency(concurrency)
        )
        self._retrieving = anyio.CapacityLimiter(_RETRIEVALS)
        self._failure: Exception | None = None
        self._undated: set[str] = set()
        self._tasks: TaskGroup | None = None
        self._records: Iterator[T] = iter(())
        self._pages: MemoryObjectReceiveStream[list[T]] | None = None

    async def __aenter__(self) -> Self:
        if self._tasks is not None:
            raise RuntimeError("this scan was opened before; call scan again")
        send, self._pages = anyio.create_memory_object_stream[list[T]](_WAITING_PAGES)
        self._tasks = anyio.create_task_group()
        await self._tasks.__aenter__()
        self._tasks.start_soon(self._run, send)
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        if self._tasks is not None and self._pages is not None:
            self._pages.close()
            self._tasks.cancel_scope.cancel()
            # Not given the caller's exception, which the group would wrap.
            await self._tasks.__aexit__(None, None, None)

    async def __anext__(self) -> T:
        """Return the next record."""
        if self._pages is None:
            raise RuntimeError("iterate a scan inside 'async with … as stream'")
        while True:
            for record in self._records:
                return record
            try:
                self._records = iter(await self._pages.receive())
            except anyio.EndOfStream:
                if self._failure is not None:
                    raise self._failure from None
                raise StopAsyncIteration from None

    async def _run(self, send: MemoryObjectSendStream[list[T]]) -> None:
        with send:
            try:
                planned, windows = anyio.create_memory_object_stream[PlannedWindow](
                    _WAITING_WINDOWS
                )
                with planned, windows:
                    async with anyio.create_task_group() as tasks:
                        for _ in range(self._concurrency):
                            tasks.start_soon(self._walk, windows, send)
                        await plan(self._span, self._source.count, planned.send)
                        planned.close()
            except* IntercomError as group:
                self._failure = unwrap(group)

    async def _walk(
        self,
        windows: MemoryObjectReceiveStream[PlannedWindow],
        send: MemoryObjectSendStream[list[T]],
    ) -> None:
        async for found in windows:
            seen: set[str] = set()

            async def take(window: Window, page: Page[bytes], seen: set[str] = seen) -> None:
                records = await self._take(window, page, seen)
                if records:
                    await send.send(records)

            await self._walker.walk(found.window, take)

    async def _take(self, window: Window, page: Page[bytes], seen: set[str]) -> list[T]:
        found: dict[str, bytes] = {}
        for error in page.invalid:
            self._report("", error)
        for raw in page.items:
            try:
                record = read_header(raw)
            except DecodeError as error:
                self._report("", error)
                continue
            id, created = str(record.id), record.created
            known = self._undated if created is None else seen  # which may come in several windows
            # The query's bounds are further out than the window's.
            if id not in known and (created is None or created in window):
                known.add(id)
                found[id] = raw
        if self._source.retrieve is not None:
            found = await self._with_parts(found, self._source.retrieve)
        return list(self._decoded(found))

    async def _with_parts(self, found: dict[str, bytes], retrieve: Retrieve) -> dict[str, bytes]:
        whole = dict.fromkeys(found, b"")

        async def fetch(id: str) -> None:
            async with self._retrieving:
                try:
                    whole[id] = await retrieve(id)
                except (NotFound, Gone):
                    self.deleted.append(id)
                except RequestError as error:
                    self._report(id, error)

        async with anyio.create_task_group() as tasks:
            for id in found:
                tasks.start_soon(fetch, id)
        return {id: raw for id, raw in whole.items() if raw}

    def _decoded(self, found: dict[str, bytes]) -> Iterator[T]:
        for id, raw in found.items():
            try:
                yield self._decode(raw)
            except DecodeError as error:
                self._report(id, error)

    def _report_unlistable(self, _window: Window, error: IntercomError) -> None:
        self._report("", error)

    def _report(self, id: str, error: IntercomError) -> None:
        if self._on_error is None:
            raise error
        self._on_error(id, error)


class Source(msgspec.Struct, frozen=True):
    """The requests of a scan.

    Attributes:
        count: Asks how many conversations a window holds.
        fetch: Fetches a page of a window.
        retrieve: Fetches a record with what a search leaves out; ``None`` to leave it out.
    """

    count: Count
    fetch: FetchPage
    retrieve: Retrieve | None
