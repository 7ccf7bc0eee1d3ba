"""A noun that is walked in parallel, by windows of the time its records were created at."""

import time
from collections.abc import Coroutine
from datetime import datetime
from typing import Any, ClassVar, Literal, TypeAlias, TypedDict, TypeVar, Unpack, overload

from intercom_async.core import codec
from intercom_async.core.codec import Page
from intercom_async.core.inputs import Id
from intercom_async.core.plain import shown, unix_seconds
from intercom_async.core.query import Query
from intercom_async.core.resource import Retrievable, Searching
from intercom_async.core.versions import order
from intercom_async.errors import QueryError
from intercom_async.scan.plan import total_of
from intercom_async.scan.stream import OnError, Scan, Source
from intercom_async.scan.windows import FIRST_SECOND, Window

T = TypeVar("T")
S = TypeVar("S")

Span: TypeAlias = tuple[datetime | None, datetime | None]


class ScanOptions(TypedDict, total=False):
    """How to scan.

    Attributes:
        created: From when to when, as aware datetimes; both belong to the span. ``None`` for the
            beginning of Intercom and for now.
        parts: Whether to retrieve each record, for what a search leaves out of it.
        concurrency: How many windows to walk at a time, at most; 16 by default.
        on_error: Called with the id, if known, and the error of each record that cannot be had;
            without it, the error ends the scan.
    """

    created: Span
    parts: bool
    concurrency: int
    on_error: OnError | None


class Scannable(Searching[T], Retrievable[T]):
    """A noun with a ``created_at`` that never changes, and a search to look for it by."""

    _by_day_until: ClassVar[str | None] = None
    """The last version in which a search compares dates by whole days."""

    @overload
    def scan(self, *, where: Query[T] | None = ..., **how: Unpack[ScanOptions]) -> Scan[T]: ...
    @overload
    def scan(
        self, *, type: type[S], where: Query[T] | None = ..., **how: Unpack[ScanOptions]
    ) -> Scan[S]: ...
    @overload
    def scan(
        self, *, raw: Literal[True], where: Query[T] | None = ..., **how: Unpack[ScanOptions]
    ) -> Scan[bytes]: ...
    def scan(
        self,
        *,
        type: Any = None,
        raw: bool = False,
        where: Query[T] | None = None,
        **how: Unpack[ScanOptions],
    ) -> Scan[Any]:
        """Walk a span of creation times in parallel, in no order.

        A cursor is walked page after page, a workspace need not be: the span is split into
        windows of a handful of pages, and these are walked side by side, as many as the API's
        latency and errors allow.

        A record that is updated while its window is walked may be missed;
        ``search(….updated_at >= started)`` finds it.

        Args:
            type: A struct (or any type msgspec decodes) of your own to decode into.
            raw: Give each record as the API's own bytes, undecoded.
            where: Only records that match this, too.
            **how: See ``ScanOptions``.

        Returns:
            A stream to iterate inside ``async with``.

        Raises:
            QueryError: A datetime without a time zone, an empty span, or a query that together
                with a window's is more than the API takes. Nothing is sent before the block is
                entered.
        """
        span = _span(how.get("created", (None, None)), by_day=self._by_day)
        self._fields.compile(self._within(span, where))

        async def search(
            window: Window, cursor: str | None, per_page: int, _patient: bool = True
        ) -> Page[bytes]:
            query = self._within(window, where)
            return await self._searched(query, None, True, per_page=per_page, resume=cursor)

        async def count(window: Window) -> int | None:
            return total_of(await search(window, None, 1), window)

        def retrieve(id: Id) -> Coroutine[Any, Any, bytes]:
            return self._retrieve(id, None, raw=True)

        return Scan(
            Source(count, search, retrieve if how.get("parts") else None),
            span,
            bytes if raw else codec.record_decoder(self._model if type is None else type),
            concurrency=how.get("concurrency", 16),
            on_error=how.get("on_error"),
        )

    @property
    def _by_day(self) -> bool:
        """Whether a search compares dates by whole days in the client's version."""
        until = self._by_day_until
        return until is not None and order(self._client.version) <= order(until)

    def _within(self, window: Window, where: Query[T] | None) -> Query[T]:
        query = window.query(self._fields)
        if where is not None and not isinstance(where, Query):
            raise QueryError(f"where must be an expression of fields, not {type(where).__name__}")
        return query if where is None else query & where


def _span(created: Span, *, by_day: bool) -> Window:
    try:
        since, until = created
    except (TypeError, ValueError):
        raise QueryError(f"created must be (since, until), not {shown(created)}") from None
    start = FIRST_SECOND if since is None else unix_seconds("created", since)
    end = int(time.time()) if until is None else unix_seconds("created", until)
    if start > end:
        raise QueryError(f"created: {since} is after {until}")
    return Window(start, end, by_day=by_day)
