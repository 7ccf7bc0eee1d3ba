"""Answers as they came: status, headers and body, and what they decode to."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from datetime import datetime
from functools import wraps
from typing import (
    Any,
    Concatenate,
    Generic,
    Literal,
    ParamSpec,
    Protocol,
    Required,
    TypeAlias,
    TypedDict,
    TypeVar,
    Unpack,
    cast,
    overload,
)

from msgspec import UNSET, UnsetType

from intercom_async.attachments import Attachable
from intercom_async.errors import DecodeError, QueryError
from intercom_async.models import ContactReference, Conversation, Me
from intercom_async.pages import Pages
from intercom_async.protocol import codec, wire
from intercom_async.protocol.call import Call, Reply
from intercom_async.protocol.codec import Page
from intercom_async.protocol.limits import RateHeaders, rate_headers
from intercom_async.protocol.query import Query
from intercom_async.resources.conversations import Conversations

__all__ = ["RawConversations", "RawIntercom", "RawResponse"]

P = ParamSpec("P")
T = TypeVar("T")
R = TypeVar("R")

_Contacts: TypeAlias = list[ContactReference]  # where "list" is a method


class RawResponse(Generic[T]):
    """One answer, and what it decodes to.

    Attributes:
        status: The HTTP status.
        headers: The headers, case-insensitive.
        body: The body's bytes, decompressed; whatever they are.
    """

    def __init__(self, reply: Reply, call: Call[T]) -> None:
        self.status: int = reply.status
        self.headers: Mapping[str, str] = reply.headers
        self.body: bytes = reply.body
        self._reply = reply
        self._call = call
        self._value: T | UnsetType = UNSET

    def __repr__(self) -> str:
        return f"<RawResponse {self.status} request_id={self.request_id} {len(self.body)} bytes>"

    @property
    def request_id(self) -> str | None:
        """The API's id of the request, for its support."""
        return self.headers.get("X-Request-Id")

    @property
    def window(self) -> RateHeaders:
        """What the headers say of the rate window."""
        return rate_headers(self.headers)

    def parse(self) -> T:
        """Return what the operation returns without ``with_raw_response``.

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


class Exchanger(Protocol):
    """What raw answers need of a client."""

    @property
    def version(self) -> str:
        """The API version that is asked for."""
        ...

    async def exchange(self, call: Call[R]) -> tuple[Reply, R]:
        """Send a call and return the reply with its value."""
        ...

    def spawn(self, coroutine: Coroutine[Any, Any, R]) -> asyncio.Task[R]:
        """Start a task that ends with the client at the latest."""
        ...


class _RawSender:
    """Gives resources the whole answer where they look for its value, which they hand on."""

    def __init__(self, client: Exchanger) -> None:
        self.client: Exchanger = client

    def spawn(self, coroutine: Coroutine[Any, Any, R]) -> asyncio.Task[R]:
        return self.client.spawn(coroutine)

    @property
    def version(self) -> str:
        return self.client.version

    async def send(self, call: Call[R]) -> R:
        return cast("R", await _exchange(self.client, call))


async def _exchange(client: Exchanger, call: Call[R]) -> RawResponse[R]:
    # Decoded only when asked for, so that what cannot be decoded is returned too.
    undecoded = Call(call.method, call.template, call.path, _as_it_is, call.body, call.read)
    reply, _ = await client.exchange(undecoded)
    return RawResponse(reply, call)


def _as_it_is(body: bytes) -> bytes:
    return body


def _raw(
    method: Callable[Concatenate[Any, P], Awaitable[T]],
) -> Callable[
    [Callable[..., None]], Callable[Concatenate["RawConversations", P], Awaitable[RawResponse[T]]]
]:
    """Give a method the signature of one of ``Conversations``, returning the raw answer."""

    def decorate(
        named: Callable[..., None],
    ) -> Callable[Concatenate["RawConversations", P], Awaitable[RawResponse[T]]]:
        @wraps(named)
        async def send(
            self: "RawConversations", /, *args: P.args, **kwargs: P.kwargs
        ) -> RawResponse[T]:
            answer = await method(self.conversations, *args, **kwargs)
            return cast("RawResponse[T]", answer)  # which the sender put in the value's place

        return send

    return decorate


class ListArguments(TypedDict, total=False):
    """What ``list`` and ``search`` take; records that are invalid are in the page."""

    per_page: int
    resume: str | None
    limit: int | None


class _ReplyArguments(TypedDict, total=False):
    body: Required[str]
    attachment_urls: Sequence[str] | None
    attachment_files: Sequence[Attachable] | None
    created_at: datetime | int | None


class AdminReply(_ReplyArguments, total=False):
    """What ``reply`` takes of an admin."""

    admin_id: Required[str | int]
    message_type: Literal["comment", "note"]


class IntercomUserReply(_ReplyArguments):
    """What ``reply`` takes of a contact named by the id Intercom gave."""

    intercom_user_id: str


class UserReply(_ReplyArguments):
    """What ``reply`` takes of a contact named by the id the workspace gave."""

    user_id: str


class EmailReply(_ReplyArguments):
    """What ``reply`` takes of a contact named by email address."""

    email: str


class _AttachArguments(TypedDict, total=False):
    admin_id: Required[str | int]
    customer: Mapping[str, str] | None


class IntercomUserAttached(_AttachArguments):
    """What ``attach_contact`` takes of a contact named by the id Intercom gave."""

    intercom_user_id: str


class UserAttached(_AttachArguments):
    """What ``attach_contact`` takes of a contact named by the id the workspace gave."""

    user_id: str


class EmailAttached(_AttachArguments):
    """What ``attach_contact`` takes of a contact named by email address."""

    email: str


class RawConversations:
    """The operations of ``Conversations``, each returning its answer as it came.

    ``list`` and ``search`` return the answer of their first page; its ``parse().next`` is the
    ``resume=`` of the next.
    """

    def __init__(self, client: Exchanger) -> None:
        self.sender: _RawSender = _RawSender(client)
        self.conversations: Conversations = Conversations(self.sender)

    @_raw(Conversations.create)
    def create(self) -> None:
        """See ``Conversations.create``."""

    @_raw(Conversations.update)
    def update(self) -> None:
        """See ``Conversations.update``."""

    @_raw(Conversations.assign)
    def assign(self) -> None:
        """See ``Conversations.assign``."""

    @_raw(Conversations.unassign)
    def unassign(self) -> None:
        """See ``Conversations.unassign``."""

    @_raw(Conversations.close)
    def close(self) -> None:
        """See ``Conversations.close``."""

    @_raw(Conversations.open)
    def open(self) -> None:
        """See ``Conversations.open``."""

    @_raw(Conversations.snooze)
    def snooze(self) -> None:
        """See ``Conversations.snooze``."""

    @_raw(Conversations.run_assignment_rules)
    def run_assignment_rules(self) -> None:
        """See ``Conversations.run_assignment_rules``."""

    @_raw(Conversations.detach_contact)
    def detach_contact(self) -> None:
        """See ``Conversations.detach_contact``."""

    @_raw(Conversations.add_tag)
    def add_tag(self) -> None:
        """See ``Conversations.add_tag``."""

    @_raw(Conversations.remove_tag)
    def remove_tag(self) -> None:
        """See ``Conversations.remove_tag``."""

    @_raw(Conversations.redact_part)
    def redact_part(self) -> None:
        """See ``Conversations.redact_part``."""

    @_raw(Conversations.redact_source)
    def redact_source(self) -> None:
        """See ``Conversations.redact_source``."""

    @_raw(Conversations.convert)
    def convert(self) -> None:
        """See ``Conversations.convert``."""

    @_raw(Conversations.delete)
    def delete(self) -> None:
        """See ``Conversations.delete``."""

    # A decorator sees but the first of several overloads, so these are written out. None takes
    # raw=True: body is the API's own bytes, whatever type says.

    @overload
    async def list(self, **arguments: Unpack[ListArguments]) -> RawResponse[Page[Conversation]]: ...

    @overload
    async def list(
        self, *, type: type[T], **arguments: Unpack[ListArguments]
    ) -> RawResponse[Page[T]]: ...

    async def list(
        self, *, type: type[Any] = Conversation, **arguments: Unpack[ListArguments]
    ) -> RawResponse[Page[Any]]:
        """See ``Conversations.list``."""
        return await self._first(self.conversations.list(type=type, **arguments))

    @overload
    async def search(
        self, query: Query | Mapping[str, Any], **arguments: Unpack[ListArguments]
    ) -> RawResponse[Page[Conversation]]: ...

    @overload
    async def search(
        self,
        query: Query | Mapping[str, Any],
        *,
        type: type[T],
        **arguments: Unpack[ListArguments],
    ) -> RawResponse[Page[T]]: ...

    async def search(
        self,
        query: Query | Mapping[str, Any],
        *,
        type: type[Any] = Conversation,
        **arguments: Unpack[ListArguments],
    ) -> RawResponse[Page[Any]]:
        """See ``Conversations.search``."""
        return await self._first(self.conversations.search(query, type=type, **arguments))

    async def _first(self, pages: Pages[R]) -> RawResponse[Page[R]]:
        call = pages.first_call()
        if call is None:
            raise QueryError("with limit=0 there is no answer to return")
        return await _exchange(self.sender.client, call)

    @overload
    async def retrieve(
        self, id: str | int, *, display_as: Literal["plaintext"] | None = ...
    ) -> RawResponse[Conversation]: ...

    @overload
    async def retrieve(
        self, id: str | int, *, type: type[T], display_as: Literal["plaintext"] | None = ...
    ) -> RawResponse[T]: ...

    async def retrieve(
        self,
        id: str | int,
        *,
        type: type[Any] = Conversation,
        display_as: Literal["plaintext"] | None = None,
    ) -> RawResponse[Any]:
        """See ``Conversations.retrieve``."""
        answer = await self.conversations.retrieve(id, type=type, display_as=display_as)
        return cast("RawResponse[Any]", answer)  # which the sender put in the value's place

    @overload
    async def reply(
        self, id: str | int, **arguments: Unpack[AdminReply]
    ) -> RawResponse[Conversation]: ...

    @overload
    async def reply(
        self, id: str | int, **arguments: Unpack[IntercomUserReply]
    ) -> RawResponse[Conversation]: ...

    @overload
    async def reply(
        self, id: str | int, **arguments: Unpack[UserReply]
    ) -> RawResponse[Conversation]: ...

    @overload
    async def reply(
        self, id: str | int, **arguments: Unpack[EmailReply]
    ) -> RawResponse[Conversation]: ...

    async def reply(self, id: str | int, **arguments: Any) -> RawResponse[Conversation]:
        """See ``Conversations.reply``."""
        reply: Any = self.conversations.reply
        return cast("RawResponse[Conversation]", await reply(id, **arguments))

    @overload
    async def attach_contact(
        self, id: str | int, **arguments: Unpack[IntercomUserAttached]
    ) -> RawResponse[_Contacts]: ...

    @overload
    async def attach_contact(
        self, id: str | int, **arguments: Unpack[UserAttached]
    ) -> RawResponse[_Contacts]: ...

    @overload
    async def attach_contact(
        self, id: str | int, **arguments: Unpack[EmailAttached]
    ) -> RawResponse[_Contacts]: ...

    async def attach_contact(self, id: str | int, **arguments: Any) -> RawResponse[_Contacts]:
        """See ``Conversations.attach_contact``."""
        attach_contact: Any = self.conversations.attach_contact
        return cast("RawResponse[_Contacts]", await attach_contact(id, **arguments))


class RawIntercom:
    """A client whose operations return answers as they came: ``intercom.with_raw_response``.

    Attributes:
        conversations: The workspace's conversations.
    """

    def __init__(self, client: Exchanger) -> None:
        self._client = client
        self.conversations: RawConversations = RawConversations(client)

    async def me(self) -> RawResponse[Me]:
        """Tell whose token this is; see ``AsyncIntercom.me``."""
        return await _exchange(self._client, Call("GET", "/me", "/me", codec.one(Me)))
