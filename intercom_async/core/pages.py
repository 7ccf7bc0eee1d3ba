"""Streams of records and pages, which fetch the next page while the last is consumed."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Generator, Iterator
from typing import TYPE_CHECKING, Any, Generic, NoReturn, Protocol, Self, TypeVar

from intercom_async.core.call import Call
from intercom_async.core.checks import check_hook
from intercom_async.core.codec import Page
from intercom_async.core.page_cursor import CallAt, PageCursor
from intercom_async.core.usage import Usage
from intercom_async.errors import CursorLoopError, DecodeError, PoolError

__all__ = ["Pages"]

T = TypeVar("T")
R = TypeVar("R")


class Sender(Protocol):
    """What streams and resources need of a client."""

    @property
    def version(self) -> str:
        """The API version that is asked for."""
        ...

    async def send(self, call: Call[R]) -> R:
        """Send a call and return what it answers."""
        ...

    def spawn(self, coroutine: Coroutine[Any, Any, R]) -> asyncio.Task[R]:
        """Start a task that ends with the client at the latest."""
        ...


class Pages(Usage, Generic[T]):
    """The records a list or search gives, page after page.

    Three ways to use it::

        async for conversation in pages: ...            # every record
        async for page in pages.pages(): ...            # page by page; page.next can be saved
        first = await pages                             # the first page alone

    Each loop walks from the start (or from ``resume=``) anew. The next page is fetched while
    the last one is consumed; leaving the loop early cancels that.
    """

    _usage = (
        "every record is had with 'async for record in …list():', without await; "
        "'page = await …list()' gives the first page alone, whose records are in page.items"
    )

    def __init__(
        self,
        sender: Sender,
        call_at: CallAt[T],
        *,
        resume: str | None,
        limit: int | None,
        on_invalid: Callable[[DecodeError], object] | None,
    ) -> None:
        self._sender = sender
        self._call_at = call_at
        self._resume = resume
        self._limit = limit
        self._on_invalid = check_hook("on_invalid", on_invalid)
        self._walk()  # raises for a bad argument here, not where the loop begins

    if not TYPE_CHECKING:  # for checkers there are no such attributes at all

        def __getattr__(self, name: str) -> NoReturn:
            if name in Page.__struct_fields__:
                raise AttributeError(f"{name} is an attribute of a page: {self._usage}")
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def _walk(self) -> PageCursor[T]:
        return PageCursor(self._call_at, resume=self._resume, limit=self._limit)

    def __aiter__(self) -> "RecordStream[T]":
        return RecordStream(self.pages(), self._on_invalid)

    def pages(self) -> "PageStream[T]":
        """Walk page by page.

        The records that could not be decoded are in each page's ``invalid``; ``on_invalid`` is
        not called.
        """
        return PageStream(self._sender, self._walk())

    def __await__(self) -> Generator[Any, None, Page[T]]:
        return self._first().__await__()

    def first_call(self) -> Call[Page[T]] | None:
        """Return the call for the first page; ``None`` if the limit is 0."""
        return self._walk().next_call()

    async def _first(self) -> Page[T]:
        walk = self._walk()
        call = walk.next_call()
        return Page[T]([]) if call is None else walk.advance(await self._sender.send(call))


class PageStream(AsyncIterator[Page[T]], Usage):
    """An iterator over pages that keeps one page ahead of its consumer.

    Raises:
        RequestError: A page could not be fetched. Iterating again tries that page again.
        CursorLoopError: The API repeated a cursor; the pages before were delivered.
    """

    _usage = "pages are walked with 'async for page in …list().pages():', without await"

    def __init__(self, sender: Sender, walk: PageCursor[T]) -> None:
        self._sender = sender
        self._walk = walk
        self._ahead: asyncio.Task[Page[T]] | None = None
        self._busy = False

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Page[T]:
        """Return the next page and begin to fetch the one after it."""
        if self._busy:
            raise RuntimeError("this stream is being iterated by another task already")
        self._busy = True
        try:
            fetched = await self._fetched()
        finally:
            self._busy = False
        if fetched is None:
            raise StopAsyncIteration
        page = self._walk.advance(fetched)
        self._fetch_ahead()
        return page

    async def _fetched(self) -> Page[T] | None:
        if self._ahead is None:
            call = self._walk.next_call()
            if call is None:
                return None
            self._ahead = self._sender.spawn(self._sender.send(call))
        # A consumer that stops waiting gets this page when it asks again.
        task = self._ahead
        await asyncio.wait([task])
        self._ahead = None
        if task.cancelled():
            raise PoolError("the pool or the stream was closed while a page was being fetched")
        return task.result()

    def _fetch_ahead(self) -> None:
        try:
            call = self._walk.next_call()
        except CursorLoopError:
            return  # raised when the consumer asks for that page
        if call is not None:
            self._ahead = self._sender.spawn(self._sender.send(call))

    async def aclose(self) -> None:
        """Stop fetching ahead and wait until that has stopped."""
        task, self._ahead = self._ahead, None
        if task is not None:
            task.cancel()
            await asyncio.wait([task])

    def __del__(self) -> None:
        """Stop fetching ahead when a loop is left early and the stream forgotten."""
        if self._ahead is not None and not (loop := self._ahead.get_loop()).is_closed():
            loop.call_soon_threadsafe(self._ahead.cancel)  # garbage is collected in any thread


class RecordStream(AsyncIterator[T]):
    """An iterator over records.

    Raises:
        DecodeError: A record could not be decoded and there is no ``on_invalid``. It is raised
            after the sound records of its page; iterating again goes on after it.
        RequestError: A page could not be fetched. Iterating again tries that page again.
        CursorLoopError: The API repeated a cursor; the records before were delivered.
    """

    def __init__(
        self, pages: PageStream[T], on_invalid: Callable[[DecodeError], object] | None
    ) -> None:
        self._pages = pages
        self._on_invalid = on_invalid
        self._items: Iterator[T] = iter(())
        self._invalid: Iterator[DecodeError] = iter(())

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> T:
        """Return the next record."""
        while True:
            for item in self._items:
                return item
            for error in self._invalid:
                if self._on_invalid is None:
                    raise error
                self._on_invalid(error)
            page = await self._pages.__anext__()
            self._items = iter(page.items)
            self._invalid = iter(page.invalid)

    async def aclose(self) -> None:
        """Stop fetching ahead and wait until that has stopped."""
        await self._pages.aclose()
