"""Listing, searching and retrieving conversations.

Source: API reference 2.10, "Conversations".
"""

import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final, Literal, TypeAlias, TypeVar, overload

from intercom_async.errors import DecodeError, QueryError
from intercom_async.many import Ids, Many
from intercom_async.models import Conversation
from intercom_async.pages import Pages, Sender
from intercom_async.protocol import codec, wire
from intercom_async.protocol.call import Call
from intercom_async.protocol.checks import check_count
from intercom_async.protocol.codec import Decode, Page
from intercom_async.protocol.fields import MAX_PER_PAGE
from intercom_async.protocol.plain import identifier, unix_seconds
from intercom_async.protocol.query import Query, compile_query
from intercom_async.scan.plan import counted
from intercom_async.scan.stream import OnError, Scan, Source
from intercom_async.scan.windows import FIRST_SECOND, Window

__all__ = ["ConversationReads"]

T = TypeVar("T")

Span: TypeAlias = tuple[datetime | None, datetime | None]
OnInvalid = Callable[[DecodeError], object]

# Listing is quick however large the page. Searching 150 a page takes up to 18 seconds and at
# times fails where smaller pages succeed.
_LIST_PER_PAGE: Final = 150
_SEARCH_PER_PAGE: Final = 50


class ConversationReads:
    """The operations that change nothing, and are tried again when they fail."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    @overload
    def list(
        self,
        *,
        per_page: int = ...,
        resume: str | None = ...,
        limit: int | None = ...,
        on_invalid: OnInvalid | None = ...,
    ) -> Pages[Conversation]: ...

    @overload
    def list(
        self,
        *,
        type: type[T],
        per_page: int = ...,
        resume: str | None = ...,
        limit: int | None = ...,
        on_invalid: OnInvalid | None = ...,
    ) -> Pages[T]: ...

    @overload
    def list(
        self,
        *,
        raw: Literal[True],
        per_page: int = ...,
        resume: str | None = ...,
        limit: int | None = ...,
    ) -> Pages[bytes]: ...

    def list(
        self,
        *,
        per_page: int = _LIST_PER_PAGE,
        resume: str | None = None,
        limit: int | None = None,
        type: type[Any] = Conversation,
        raw: bool = False,
        on_invalid: OnInvalid | None = None,
    ) -> Pages[Any]:
        """Walk all conversations, the most recently updated first.

        A conversation that is updated while the walk goes on moves to the front, and if the
        walk had not come to it yet, the walk misses it. To have them all, list again what was
        updated since: ``search(F.updated_at >= started)``.

        Args:
            per_page: Conversations a page, 1 to 150.
            resume: The ``next`` of a page, to go on after it.
            limit: How many conversations to walk at most.
            type: A struct (or any type msgspec decodes) of your own to decode into.
            raw: Give each conversation as the API's own bytes, undecoded.
            on_invalid: Called with each record that cannot be decoded; without it, iterating
                raises the error.

        Returns:
            A stream to iterate, to take page by page, or to await for its first page. The
            parts of a conversation are only in ``retrieve``.

        Raises:
            QueryError: An argument the API would refuse. Nothing is sent by this method;
                iterating raises ``RequestError`` and ``CursorLoopError``.

        Source: API reference 2.10, "List all conversations".
        """
        per_page = check_count("per_page", per_page, 1, MAX_PER_PAGE, QueryError)
        decode = _decode_page(type, raw=raw)

        def call_at(cursor: str | None, left: int | None) -> Call[Page[Any]]:
            query = [("per_page", str(_at_most(per_page, left)))]
            if cursor is not None:
                query.append(("starting_after", cursor))
            return Call("GET", "/conversations", wire.url("/conversations", query), decode)

        return Pages(self._sender, call_at, resume=resume, limit=limit, on_invalid=on_invalid)

    @overload
    def search(
        self,
        query: Query | Mapping[str, Any],
        *,
        per_page: int = ...,
        resume: str | None = ...,
        limit: int | None = ...,
        on_invalid: OnInvalid | None = ...,
    ) -> Pages[Conversation]: ...

    @overload
    def search(
        self,
        query: Query | Mapping[str, Any],
        *,
        type: type[T],
        per_page: int = ...,
        resume: str | None = ...,
        limit: int | None = ...,
        on_invalid: OnInvalid | None = ...,
    ) -> Pages[T]: ...

    @overload
    def search(
        self,
        query: Query | Mapping[str, Any],
        *,
        raw: Literal[True],
        per_page: int = ...,
        resume: str | None = ...,
        limit: int | None = ...,
    ) -> Pages[bytes]: ...

    def search(
        self,
        query: Query | Mapping[str, Any],
        *,
        per_page: int = _SEARCH_PER_PAGE,
        resume: str | None = None,
        limit: int | None = None,
        type: type[Any] = Conversation,
        raw: bool = False,
        on_invalid: OnInvalid | None = None,
    ) -> Pages[Any]:
        """Walk the conversations that match a query.

        What ``list`` says of conversations updated meanwhile holds here too, and the search
        index lags behind by up to some minutes.

        Args:
            query: An expression of ``F``, or the API's own JSON as a mapping.
            per_page: Conversations a page, 1 to 150. Large pages of a search are slow.
            resume: The ``next`` of a page of the same search, to go on after it.
            limit: How many conversations to walk at most.
            type: A struct (or any type msgspec decodes) of your own to decode into.
            raw: Give each conversation as the API's own bytes, undecoded.
            on_invalid: Called with each record that cannot be decoded; without it, iterating
                raises the error.

        Returns:
            A stream to iterate, to take page by page, or to await for its first page. The
            parts of a conversation are only in ``retrieve``.

        Raises:
            QueryError: A query or argument the API would refuse. Nothing is sent by this
                method; iterating raises ``RequestError`` and ``CursorLoopError``.

        Source: API reference 2.10, "Search conversations".
        """
        per_page = check_count("per_page", per_page, 1, MAX_PER_PAGE, QueryError)
        compiled = compile_query(query)
        decode = _decode_page(type, raw=raw)

        def call_at(cursor: str | None, left: int | None) -> Call[Page[Any]]:
            return _search(compiled, cursor, _at_most(per_page, left), decode)

        return Pages(self._sender, call_at, resume=resume, limit=limit, on_invalid=on_invalid)

    @overload
    async def retrieve(
        self, id: str | int, *, display_as: Literal["plaintext"] | None = ...
    ) -> Conversation: ...

    @overload
    async def retrieve(
        self, id: str | int, *, type: type[T], display_as: Literal["plaintext"] | None = ...
    ) -> T: ...

    @overload
    async def retrieve(
        self, id: str | int, *, raw: Literal[True], display_as: Literal["plaintext"] | None = ...
    ) -> bytes: ...

    async def retrieve(
        self,
        id: str | int,
        *,
        display_as: Literal["plaintext"] | None = None,
        type: type[Any] = Conversation,
        raw: bool = False,
    ) -> Any:
        """Fetch one conversation with its parts, of which the API gives the newest 500.

        Args:
            id: The conversation's id.
            display_as: ``"plaintext"`` for bodies without HTML.
            type: A struct (or any type msgspec decodes) of your own to decode into.
            raw: Give the API's own bytes, undecoded.

        Raises:
            QueryError: The id cannot stand in a path; nothing was sent.
            NotFound: There is no such conversation, or it was deleted.
            RequestError: It could not be fetched; the class tells why.

        Source: API reference 2.10, "Retrieve a conversation".
        """
        return await self._sender.send(_retrieve(id, display_as, _decode_one(type, raw=raw)))

    @overload
    def retrieve_many(
        self,
        ids: Ids,
        *,
        concurrency: int = ...,
        ordered: bool = ...,
        display_as: Literal["plaintext"] | None = ...,
    ) -> Many[Conversation]: ...

    @overload
    def retrieve_many(
        self,
        ids: Ids,
        *,
        type: type[T],
        concurrency: int = ...,
        ordered: bool = ...,
        display_as: Literal["plaintext"] | None = ...,
    ) -> Many[T]: ...

    @overload
    def retrieve_many(
        self,
        ids: Ids,
        *,
        raw: Literal[True],
        concurrency: int = ...,
        ordered: bool = ...,
        display_as: Literal["plaintext"] | None = ...,
    ) -> Many[bytes]: ...

    def retrieve_many(
        self,
        ids: Ids,
        *,
        concurrency: int = 16,
        ordered: bool = False,
        display_as: Literal["plaintext"] | None = None,
        type: type[Any] = Conversation,
        raw: bool = False,
    ) -> Many[Any]:
        """Fetch many conversations with their parts, several at a time.

        Args:
            ids: The ids, from any iterable or async iterable, such as a generator over
                ``list()``. They are taken as results are consumed.
            concurrency: How many to fetch at a time.
            ordered: Deliver in the order of ``ids`` rather than as they come.
            display_as: ``"plaintext"`` for bodies without HTML.
            type: A struct (or any type msgspec decodes) of your own to decode into.
            raw: Give the API's own bytes, undecoded.

        Returns:
            Results to iterate inside ``async with``; each has the ``id`` and either a
            ``value`` or an ``error``, so that one that fails costs none of the others.

        Raises:
            QueryError: ``concurrency`` is below 1, or ``ids`` is a single string.

        Source: API reference 2.10, "Retrieve a conversation".
        """
        decode = _decode_one(type, raw=raw)

        async def fetch(id: str) -> Any:
            return await self._sender.send(_retrieve(id, display_as, decode))

        return Many(ids, fetch, concurrency=concurrency, ordered=ordered)

    @overload
    def scan(
        self,
        *,
        created: Span = ...,
        where: Query | None = ...,
        parts: bool = ...,
        concurrency: int = ...,
        on_error: OnError | None = ...,
    ) -> Scan[Conversation]: ...

    @overload
    def scan(
        self,
        *,
        type: type[T],
        created: Span = ...,
        where: Query | None = ...,
        parts: bool = ...,
        concurrency: int = ...,
        on_error: OnError | None = ...,
    ) -> Scan[T]: ...

    @overload
    def scan(
        self,
        *,
        raw: Literal[True],
        created: Span = ...,
        where: Query | None = ...,
        parts: bool = ...,
        concurrency: int = ...,
        on_error: OnError | None = ...,
    ) -> Scan[bytes]: ...

    def scan(
        self,
        *,
        created: Span = (None, None),
        where: Query | None = None,
        parts: bool = False,
        concurrency: int = 16,
        type: type[Any] = Conversation,
        raw: bool = False,
        on_error: OnError | None = None,
    ) -> Scan[Any]:
        """Walk a span of creation times in parallel, in no order.

        A cursor is walked page after page, a workspace need not be: the span is split into
        windows of a handful of pages, and these are walked side by side, as many as the API's
        latency and errors allow.

        What ``list`` says of conversations updated meanwhile holds for each window; here too,
        ``search(F.updated_at >= started)`` finds what was missed.

        Args:
            created: From when to when, as aware datetimes; both belong to the span. ``None`` for
                the beginning of Intercom and for now.
            where: Only conversations that match this, too.
            parts: Whether to retrieve each conversation with its parts.
            concurrency: How many windows to walk at a time, at most.
            type: A struct (or any type msgspec decodes) of your own to decode into.
            raw: Give each conversation as the API's own bytes, undecoded.
            on_error: Called with the id, if known, and the error of each conversation that
                cannot be had; without it, the error ends the scan.

        Returns:
            A stream to iterate inside ``async with``.

        Raises:
            QueryError: A datetime without a time zone, an empty span, or a query that together
                with a window's is more than the API takes. Nothing is sent before the block is
                entered.

        Source: API reference 2.10, "Search conversations" and "Retrieve a conversation".
        """
        span = _span(created)
        compile_query(_within(span, where))
        list_raw = codec.raw_page

        async def search(
            window: Window, cursor: str | None, per_page: int, _patient: bool = True
        ) -> Page[bytes]:
            query = compile_query(_within(window, where))
            return await self._sender.send(_search(query, cursor, per_page, list_raw))

        async def count(window: Window) -> int | None:
            return counted(await search(window, None, 1), window)

        async def retrieve(id: str) -> bytes:
            return await self._sender.send(_retrieve(id, None, codec.raw_one))

        source = Source(count, search, retrieve if parts else None)
        decode: Decode[Any] = bytes if raw else codec.one(type)
        return Scan(source, span, decode, concurrency=concurrency, on_error=on_error)


def _search(
    query: Mapping[str, Any], cursor: str | None, per_page: int, decode: Decode[T]
) -> Call[T]:
    path = "/conversations/search"
    pagination: dict[str, Any] = {"per_page": per_page}
    if cursor is not None:
        pagination["starting_after"] = cursor
    body = wire.encode({"query": query, "pagination": pagination})
    return Call("POST", path, path, decode, body=body)


def _span(created: Span) -> Window:
    try:
        since, until = created
    except (TypeError, ValueError):
        raise QueryError(f"created must be (since, until), not {created!r}") from None
    start = FIRST_SECOND if since is None else unix_seconds("created", since)
    end = int(time.time()) if until is None else unix_seconds("created", until)
    if start > end:
        raise QueryError(f"created: {since} is after {until}")
    return Window(start, end)


def _within(window: Window, where: Query | None) -> Query:
    if where is None:
        return window.query()
    if not isinstance(where, Query):
        raise QueryError(f"where must be an expression of F, not {type(where).__name__}")
    return window.query() & where


def _retrieve(id: str | int, display_as: str | None, decode: Decode[T]) -> Call[T]:
    path = f"/conversations/{wire.segment(id, 'conversation id')}"
    query = [] if display_as is None else [("display_as", display_as)]
    asked_id = identifier("id", id)
    return Call("GET", "/conversations/{id}", wire.url(path, query), decode, asked_id=asked_id)


def _decode_one(type_: type[Any], *, raw: bool) -> Decode[Any]:
    return codec.raw_one if raw else codec.one(type_)


def _decode_page(type_: type[Any], *, raw: bool) -> Decode[Page[Any]]:
    return codec.raw_page if raw else codec.page(type_)


def _at_most(per_page: int, left: int | None) -> int:
    return per_page if left is None else min(per_page, left)
