"""Whole answers: ``await raw_response(intercom.conversations.retrieve, "1")``."""

from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator, Mapping
from copy import copy
from types import MethodType
from typing import Any, Generic, ParamSpec, Protocol, TypeVar, cast, overload, runtime_checkable

from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from intercom_async.core import wire
from intercom_async.core.call import Call, Reply
from intercom_async.core.codec import Page
from intercom_async.core.pages import Pages, Sender
from intercom_async.core.rate_window import RateHeaders, rate_headers
from intercom_async.core.resource import Resource
from intercom_async.errors import DecodeError, QueryError

__all__ = ["RawResponse", "raw_response"]

P = ParamSpec("P")
T = TypeVar("T")
R = TypeVar("R")


class Headers(Mapping[str, str]):
    """Headers by case-insensitive name; of a repeated one, the first."""

    def __init__(self, sent: Iterable[tuple[str, str]]) -> None:
        self._sent: dict[str, tuple[str, str]] = {}
        for name, value in sent:
            self._sent.setdefault(name.lower(), (name, value))

    def __getitem__(self, name: str, /) -> str:
        return self._sent[name.lower()][1]

    def __iter__(self) -> Iterator[str]:
        return (name for name, _ in self._sent.values())

    def __len__(self) -> int:
        return len(self._sent)

    def __repr__(self) -> str:
        return f"Headers({dict(self)})"


class RawResponse(Generic[T]):
    """One answer, and what it decodes to. It can be copied and pickled.

    Attributes:
        status: The HTTP status.
        headers: The headers, case-insensitive; of one that is repeated, the first.
        body: The body's bytes, decompressed.
    """

    def __init__(self, reply: Reply, call: Call[T]) -> None:
        self.status: int = reply.status
        self.headers: Mapping[str, str] = Headers(reply.headers.items())
        self.body: bytes = reply.body
        self._reply = Reply(self.status, self.headers, self.body)
        self._call = call
        self._value: T | UnsetType = UNSET

    def __repr__(self) -> str:
        return f"<RawResponse {self.status} request_id={self.request_id} {len(self.body)} bytes>"

    @property
    def request_id(self) -> str | None:
        """The API's id of the request, for its support."""
        return self._reply.request_id

    @property
    def window(self) -> RateHeaders:
        """The rate window in the headers."""
        return rate_headers(self.headers)

    def parse(self) -> T:
        """Return what the operation returns without ``raw_response``.

        Raises:
            DecodeError: The answer is not what the operation's reference promises.
        """
        if self._value is UNSET:
            try:
                self._value = wire.answer(self._call, self._reply)
            except DecodeError as error:
                error.may_have_been_applied = not self._call.read
                raise
        return self._value


@runtime_checkable
class Exchanger(Sender, Protocol):
    """What ``raw_response`` needs of a client."""

    async def exchange(self, call: Call[R]) -> tuple[Reply, R]:
        """Send a call and return the reply with its value."""
        ...


class _RawSender:
    """Sends a resource's calls and returns whole answers in place of values."""

    def __init__(self, client: Exchanger) -> None:
        self._client = client
        self.version: str = client.version

    async def send(self, call: Call[R]) -> R:
        # Decoded by parse(), so that an answer that cannot be decoded is returned too.
        undecoded = replace(call, decode=bytes)
        reply, _ = await self._client.exchange(undecoded)
        return cast("R", RawResponse(reply, call))


@overload
async def raw_response(
    method: Callable[P, Pages[T]], /, *args: P.args, **kwargs: P.kwargs
) -> RawResponse[Page[T]]: ...


@overload
async def raw_response(
    method: Callable[P, Awaitable[T]], /, *args: P.args, **kwargs: P.kwargs
) -> RawResponse[T]: ...


async def raw_response(
    method: Callable[P, Any], /, *args: P.args, **kwargs: P.kwargs
) -> RawResponse[Any]:
    """Call an operation and return its whole answer.

    ::

        raw = await raw_response(intercom.conversations.retrieve, "123")
        raw.status, raw.headers, raw.request_id, raw.window.remaining, raw.body, raw.parse()

    An error status raises as ever. Any other answer is returned, even one that cannot be
    decoded: its bytes are in ``body``, ``parse`` raises the ``DecodeError``, and it is not
    asked for again, as it may be without ``raw_response``.

    Args:
        method: An operation that is one request, such as ``intercom.conversations.retrieve``.
            ``list`` and ``search`` give the answer of their first page; its ``parse().next`` is
            the ``resume=`` of the next, and records that are invalid are in its ``invalid``.
        *args: What it is called with.
        **kwargs: What it is called with.

    Raises:
        QueryError: As the operation, and with ``limit=0``, for which there is no answer.
        StatusError: The API answered with an error status; the class tells which.
        RequestError: It failed, as the operation would.
        TypeError: ``method`` is no such operation; nothing was sent.
    """
    owner = method.__self__ if isinstance(method, MethodType) else None
    twin: Any
    if isinstance(owner, Resource):
        sender = _RawSender(cast("Exchanger", owner._client))  # noqa: SLF001
        twin = copy(owner)
        twin._client = sender  # noqa: SLF001
    elif isinstance(owner, Exchanger) and method.__name__ in {"me", "request"}:
        sender = _RawSender(owner)
        twin = copy(owner)
        twin.send = sender.send
    else:
        raise TypeError(f"{method!r} is no operation of the API")
    answer = cast("MethodType", method).__func__(twin, *args, **kwargs)
    if isinstance(answer, Pages):
        call = answer.first_call()
        if call is None:
            raise QueryError("with limit=0 there is no answer to return")
        answer = sender.send(call)
    if not isinstance(answer, Coroutine):
        raise TypeError(
            f"{method.__name__} is many requests, or a file; there is no one answer to return"
        )
    return cast("RawResponse[Any]", await answer)
