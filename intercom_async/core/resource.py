"""What a noun can do: a resource sends operations, and each capability is one class.

A capability holds the overloads of its operations once: for the noun's model, for a struct of the
caller's own (``type=``) and for the API's own bytes (``raw=True``).
"""

from collections.abc import Callable, Coroutine, Mapping
from functools import partial
from math import inf
from types import NoneType
from typing import (
    Any,
    ClassVar,
    Final,
    Generic,
    Literal,
    TypeAlias,
    TypedDict,
    TypeVar,
    Unpack,
    cast,
    overload,
)

from msgspec import UNSET, UnsetType

from intercom_async.core import codec, versions
from intercom_async.core.call import Call
from intercom_async.core.checks import check_count
from intercom_async.core.codec import Decode, Page
from intercom_async.core.download import Download, Streamer
from intercom_async.core.fetch_many import Ids, Many
from intercom_async.core.fields import Fields
from intercom_async.core.form import Form
from intercom_async.core.inputs import Id, Params, checked
from intercom_async.core.operation import operation_of
from intercom_async.core.pages import Pages, Sender
from intercom_async.core.paginate import parameters
from intercom_async.core.query import AnyQuery
from intercom_async.errors import DecodeError, QueryError

T = TypeVar("T")
S = TypeVar("S")

OnInvalid: TypeAlias = Callable[[DecodeError], object]


class ListOptions(TypedDict, total=False):
    """What every list takes.

    Attributes:
        limit: How many records to walk at most.
        on_invalid: Called with each record that cannot be decoded; without it, iterating raises
            the error.
    """

    limit: int | None
    on_invalid: OnInvalid | None


class PageOptions(ListOptions, total=False):
    """What lists take that come in pages.

    Attributes:
        per_page: Records a page.
        resume: The ``next`` of a page, to go on after it.
    """

    per_page: int
    resume: str | None


class Resource:
    """A noun of the API reference, with its operations.

    Reads are tried again after failures that may pass. Writes are tried again only where it is
    certain that the first try was not carried out, since the API knows no idempotency key; those
    that say they are safe to repeat are tried again like reads by a client made with
    ``with_options(repeat_upserts=True)``.

    Every operation raises ``QueryError`` for what the API would refuse, ``ConfigurationError`` for
    what the client's API version does not have (nothing is sent in either case), ``NotFound`` for
    a record that is not there or was deleted, and other ``RequestError`` when it failed; for a
    write, ``may_have_been_applied`` tells whether to look before sending it again. Ids are ``str``
    or ``int``; moments are aware datetimes or unix seconds.
    """

    _since: ClassVar[str | None] = None

    def __init__(self, client: Sender) -> None:
        self._client = client

    def _require(self, operation: str, since: str | None = None) -> None:
        since = since or self._since
        if since is not None:
            versions.require(self._client.version, operation, since=since)

    def _send(
        self,
        operation: str,
        answer: type[T],
        /,
        *ids: Id,
        decode: Decode[Any] | None = None,
        query: Params | None = None,
        body: Mapping[str, object] | Form | None = None,
        nulls: bool = False,
        named: Id | UnsetType | None = UNSET,
        since: str | None = None,
        accept: str = "application/json",
        read: bool | None = None,
        repeatable: bool = False,
    ) -> Coroutine[Any, Any, T]:
        """Carry out an operation, named as in the reference: ``"POST /contacts/{id}/notes"``.

        Args:
            operation: The method and the path with its parameters.
            answer: What the answer decodes into; ``bytes`` for its own bytes, ``object`` for an
                answer that holds nothing.
            *ids: The path's parameters.
            decode: Makes ``answer`` of the body where that is not simply one record.
            query: The query's parameters; what is ``None`` is left out.
            body: The body's fields, of which what is ``None`` is left out; or a form.
            nulls: Whether ``None`` in the body is sent, to clear a field.
            named: The id that the answer is to name, if it names one; by default that of a path
                that ends with one.
            since: The first API version that has the operation; by default that of the noun.
            accept: The kind of content that is asked for.
            read: Whether asking twice does no harm; by default that is so of ``GET``.
            repeatable: Whether the reference says of a write that repeating it does no harm.
        """
        self._require(operation, since)
        if isinstance(body, Mapping) and not nulls:
            body = {k: v for k, v in body.items() if v is not None}
        call: Call[T] = operation_of(operation).call(
            ids,
            decode or codec.record_decoder(answer),
            query=query,
            body=body,
            named=named,
            noun=getattr(answer, "noun", None),
            accept=accept,
            read=read,
            repeatable=repeatable,
        )
        return self._client.send(call)

    def _download(
        self,
        operation: str,
        /,
        *ids: Id,
        query: Params | None = None,
        accept: str = "application/octet-stream",
    ) -> Download:
        """Return the file that an operation serves; nothing is sent yet."""
        self._require(operation)
        call: Call[None] = operation_of(operation).call(
            ids, codec.record_decoder(NoneType), query=query, named=None
        )
        return Download(cast("Streamer", self._client), call, accept=accept)

    def _pages(
        self,
        operation: str,
        decode: Decode[Page[Any]],
        *ids: Id,
        per_page: int | None = None,
        max_per_page: int | None = None,
        query: Params | None = None,
        body: Mapping[str, object] | None = None,
        numbered: bool = False,
        resume: str | None = None,
        limit: int | None = None,
        on_invalid: OnInvalid | None = None,
        read: bool = True,
    ) -> Pages[Any]:
        """Return the stream of a list.

        With ``body`` the page is asked for in its ``pagination``, or, where pages are ``numbered``,
        beside the other fields.
        """
        self._require(operation)
        size: int | None = None
        if per_page is not None or max_per_page is not None:
            size = check_count("per_page", per_page, 1, max_per_page or inf, QueryError)

        of = operation_of(operation)
        noun = getattr(getattr(self, "_model", None), "noun", None)
        listed = "list" if noun is None else f"{noun}.list"

        def call_at(cursor: str | None, left: int | None) -> Call[Page[Any]]:
            asked: dict[str, Any] = {} if cursor is None else parameters(cursor)
            if size is not None:
                asked["per_page"] = size if left is None else min(size, left)
            how: Any = {"named": None, "noun": listed, "read": read}
            if body is None:
                return of.call(ids, decode, query={**(query or {}), **asked}, **how)
            paged = {**body, **(_numbers(asked) if numbered else {"pagination": asked})}
            return of.call(ids, decode, query=query, body=paged, **how)

        return Pages(self._client, call_at, resume=resume, limit=limit, on_invalid=on_invalid)


class Retrievable(Resource, Generic[T]):
    """A noun of which one record is fetched by its id."""

    _model: type[T]
    _one: ClassVar[str]

    @overload
    async def retrieve(self, id: Id) -> T: ...
    @overload
    async def retrieve(self, id: Id, *, type: type[S]) -> S: ...
    @overload
    async def retrieve(self, id: Id, *, raw: Literal[True]) -> bytes: ...
    async def retrieve(self, id: Id, *, type: Any = None, raw: bool = False) -> Any:
        """Fetch one record.

        Args:
            id: The record's id.
            type: A struct (or any type msgspec decodes) of your own to decode into.
            raw: Give the API's own bytes, undecoded.
        """
        return await self._retrieve(id, type, raw=raw)

    @overload
    def retrieve_many(
        self, ids: Ids, *, concurrency: int = ..., ordered: bool = ...
    ) -> Many[T]: ...
    @overload
    def retrieve_many(
        self, ids: Ids, *, type: type[S], concurrency: int = ..., ordered: bool = ...
    ) -> Many[S]: ...
    @overload
    def retrieve_many(
        self, ids: Ids, *, raw: Literal[True], concurrency: int = ..., ordered: bool = ...
    ) -> Many[bytes]: ...
    def retrieve_many(
        self, ids: Ids, *, type: Any = None, raw: bool = False, **how: Any
    ) -> Many[Any]:
        """Fetch many records, several at a time.

        Args:
            ids: The ids, from any iterable or async iterable, such as a generator over ``list()``.
                They are taken as results are consumed.
            type: A struct (or any type msgspec decodes) of your own to decode into.
            raw: Give the API's own bytes, undecoded.
            **how: ``concurrency``, how many to fetch at a time, 16 by default; and ``ordered``,
                whether to deliver in the order of ``ids`` rather than as they come.

        Returns:
            Results to iterate inside ``async with``; each has the ``id`` and either a ``value``
            or an ``error``, so that one that fails costs none of the others.
        """
        return self._retrieve_many(ids, type, raw=raw, **how)

    def _retrieve(self, id: Id, type: Any, *, raw: bool, **query: Any) -> Coroutine[Any, Any, Any]:
        answer = bytes if raw else self._model if type is None else type
        operation = "GET " + self._one
        self._require(operation)
        call = operation_of(operation).call(
            (id,),
            codec.record_decoder(answer),
            query=query,
            named=id,
            noun=getattr(self._model, "noun", None),
        )
        return self._client.send(call)

    def _retrieve_many(
        self,
        ids: Ids,
        type: Any,
        *,
        raw: bool,
        concurrency: int = 16,
        ordered: bool = False,
        **query: Any,
    ) -> Many[Any]:
        fetch = partial(self._retrieve, type=type, raw=raw, **query)
        return Many(ids, fetch, concurrency=concurrency, ordered=ordered)


class Listing(Resource, Generic[T]):
    """A noun whose list can be narrowed, by what it declares in a ``list`` of its own.

    Its filters, and the numbers of its pages, go into the query, or with ``_in_body`` into the
    body.
    """

    _model: type[T]
    _all: ClassVar[str]
    _key: ClassVar[str] = "data"
    _method: ClassVar[str] = "GET"
    _numbered: ClassVar[bool] = False
    _per_page: ClassVar[int | None] = None
    _max_per_page: ClassVar[int | None] = None
    _in_body: ClassVar[bool] = False
    _options: ClassVar[type[Any]] = ListOptions
    _always: ClassVar[Params] = {}
    _read: ClassVar[bool] = True
    _verb: ClassVar[str] = "list"

    def _page(self, type: Any, *, raw: bool) -> Decode[Page[Any]]:
        wanted = bytes if raw else self._model if type is None else type
        return codec.page_decoder(wanted, self._key, numbered=self._numbered)

    def _list(self, type: Any, raw: bool, *ids: Id, **options: Any) -> Pages[Any]:
        """Return the stream of the list; options that do not say how to walk go into the query."""
        walk: dict[str, Any] = {"per_page": self._per_page, "max_per_page": self._max_per_page}
        walk["read"] = self._read
        taken = self._options.__annotations__.keys() & PageOptions.__annotations__.keys()
        walk |= {name: options.pop(name) for name in taken & options.keys()}
        asked = {**self._always, **checked(self._verb, self._options, options)}
        walk["body" if self._in_body else "query"] = asked
        return self._pages(
            f"{self._method} {self._all}",
            self._page(type, raw=raw),
            *ids,
            numbered=self._numbered,
            **walk,
        )


class Listable(Listing[T]):
    """A noun whose records are listed page by page."""

    _options = PageOptions
    _per_page: ClassVar[int | None] = 150
    _max_per_page: ClassVar[int | None] = 150

    @overload
    def list(self, **page: Unpack[PageOptions]) -> Pages[T]: ...
    @overload
    def list(self, *, type: type[S], **page: Unpack[PageOptions]) -> Pages[S]: ...
    @overload
    def list(self, *, raw: Literal[True], **page: Unpack[PageOptions]) -> Pages[bytes]: ...
    def list(self, *, type: Any = None, raw: bool = False, **page: Any) -> Pages[Any]:
        """Walk all records: a stream to iterate, to take page by page, or to await once.

        Args:
            type: A struct (or any type msgspec decodes) of your own to decode into.
            raw: Give each record as the API's own bytes, undecoded.
            **page: See ``PageOptions``.

        Raises:
            CursorLoopError: While iterating: the API repeated a cursor.
        """
        return self._list(type, raw, **page)


class ListableWhole(Listing[T]):
    """A noun whose records come in one answer."""

    @overload
    def list(self, **options: Unpack[ListOptions]) -> Pages[T]: ...
    @overload
    def list(self, *, type: type[S], **options: Unpack[ListOptions]) -> Pages[S]: ...
    @overload
    def list(self, *, raw: Literal[True], **options: Unpack[ListOptions]) -> Pages[bytes]: ...
    def list(self, *, type: Any = None, raw: bool = False, **options: Any) -> Pages[Any]:
        """Walk all records, or await them all at once.

        Args:
            type: A struct (or any type msgspec decodes) of your own to decode into.
            raw: Give each record as the API's own bytes, undecoded.
            **options: See ``ListOptions``.
        """
        return self._list(type, raw, **options)


class ListedUnder(Listing[T]):
    """Records that belong to one record of another noun: ``conversations.handling_events``."""

    _options = PageOptions

    @overload
    def list(self, id: Id, **page: Unpack[PageOptions]) -> Pages[T]: ...
    @overload
    def list(self, id: Id, *, type: type[S], **page: Unpack[PageOptions]) -> Pages[S]: ...
    @overload
    def list(self, id: Id, *, raw: Literal[True], **page: Unpack[PageOptions]) -> Pages[bytes]: ...
    def list(self, id: Id, *, type: Any = None, raw: bool = False, **page: Any) -> Pages[Any]:
        """Walk the records that belong to one; see ``Listable.list``.

        Args:
            id: The id of the record they belong to.
            type: A struct (or any type msgspec decodes) of your own to decode into.
            raw: Give each record as the API's own bytes, undecoded.
            **page: See ``PageOptions``.
        """
        return self._list(type, raw, id, **page)


class Searching(Listing[T]):
    """A noun whose search takes more than a query, by a ``search`` of its own."""

    _search: ClassVar[str]
    _fields: ClassVar[Fields[Any]]
    # Searching 150 a page takes up to 18 seconds, and at times fails where smaller pages succeed.
    _per_page_of_search: ClassVar[int] = 50
    _search_since: ClassVar[str | None] = None

    def _searched(
        self,
        query: AnyQuery[T],
        type: Any,
        raw: bool,
        sort: Mapping[str, str] | None = None,
        params: Params | None = None,
        **page: Unpack[PageOptions],
    ) -> Pages[Any]:
        """Return the stream of a search, in an order and with parameters of the query string."""
        self._require(f"POST {self._search}", self._search_since)
        options: dict[str, Any] = {"per_page": self._per_page_of_search, **page}
        asked = {"query": self._fields.compile(query)}
        return self._pages(
            f"POST {self._search}",
            self._page(type, raw=raw),
            query=params,
            body=asked if sort is None else {**asked, "sort": sort},
            max_per_page=MAX_PER_PAGE,
            **options,
        )


class Searchable(Searching[T]):
    """A noun that is searched with filters of its own fields."""

    @overload
    def search(self, query: AnyQuery[T], **page: Unpack[PageOptions]) -> Pages[T]: ...
    @overload
    def search(
        self, query: AnyQuery[T], *, type: type[S], **page: Unpack[PageOptions]
    ) -> Pages[S]: ...
    @overload
    def search(
        self, query: AnyQuery[T], *, raw: Literal[True], **page: Unpack[PageOptions]
    ) -> Pages[bytes]: ...
    def search(
        self, query: AnyQuery[T], *, type: Any = None, raw: bool = False, **page: Any
    ) -> Pages[Any]:
        """Walk the records that match a query, which is checked before anything is sent.

        What ``list`` says of records updated meanwhile holds here too, and the search index lags
        behind by up to some minutes.

        Args:
            query: An expression of the noun's fields, or the API's own JSON as a mapping.
            type: A struct (or any type msgspec decodes) of your own to decode into.
            raw: Give each record as the API's own bytes, undecoded.
            **page: See ``PageOptions``. Large pages of a search are slow.

        Raises:
            CursorLoopError: While iterating: the API repeated a cursor.
        """
        return self._searched(query, type, raw, **page)


def _numbers(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Return what asks for a page with numbers as a body has them."""
    return {
        name: int(value) if isinstance(value, str) and value.isdecimal() else value
        for name, value in asked.items()
    }


MAX_PER_PAGE: Final = 150
"""Records a page of contacts, conversations and tickets, at most."""
