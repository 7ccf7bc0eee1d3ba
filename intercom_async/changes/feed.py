"""The changes of several streams as one stream, to be iterated."""

import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final, Generic, Literal, Self, TypeAlias, TypedDict, TypeVar

import anyio
import msgspec
from anyio.abc import TaskGroup
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream

from intercom_async.changes.hints import Webhooks, told_of, unqueued
from intercom_async.changes.known import Kind, Known, load, save
from intercom_async.changes.poll import Batch, Found, Poller, second_of
from intercom_async.client import AsyncIntercom
from intercom_async.core import codec
from intercom_async.core.checks import check_hook, check_seconds
from intercom_async.core.codec import Decode
from intercom_async.core.plain import shown, text, unix_seconds
from intercom_async.core.raw import raw_response
from intercom_async.core.usage import Usage
from intercom_async.errors import DecodeError, IntercomError, QueryError
from intercom_async.models import Contact, Conversation, Ticket
from intercom_async.webhooks import Notification

__all__ = ["Change", "Changes", "ChangesOptions", "OnError", "StreamName"]

T = TypeVar("T")

StreamName: TypeAlias = Literal["conversations", "contacts", "tickets"]
OnError: TypeAlias = Callable[[str, Exception], object]

_MODELS: Final[Mapping[str, type[Any]]] = {
    "conversations": Conversation,
    "contacts": Contact,
    "tickets": Ticket,
}
_WAITING_BATCHES: Final = 4
_HINTS: Final = 8
_GROWTH: Final = 1.5
_NOW: Final = -1  # until the server has told the time
_WEBHOOKS: Final = "webhooks"
_DELETED: Final = ".deleted"


class Change(msgspec.Struct, Generic[T], frozen=True):
    """One version of a record, or its end.

    Attributes:
        stream: The noun's name, such as ``conversations``.
        kind: ``created`` where the record came since the last poll, ``updated`` or ``deleted``.
        id: The record's id.
        at: When it was updated or deleted.
        record: The record as it was when it was asked for; ``None`` if it was deleted. A
            conversation has its parts only if a webhook told of it.
    """

    stream: str
    kind: Kind
    id: str
    at: datetime
    record: T | None


class ChangesOptions(TypedDict, total=False):
    """Where to begin with changes, and how to look for them.

    Attributes:
        since: Only what was updated at this moment, an aware datetime or unix seconds, or later;
            by default from now on.
        resume: The ``cursor`` of an earlier walk, to go on after what that handed out. Streams
            that it had not begin at ``since``.
        webhooks: Notifications, from a queue or any async iterable. What they tell of is retrieved
            at once; what they do not tell of is found all the same, and nothing comes twice.
        first: Seconds between two polls of a stream while it changes, 5 by default. They grow
            while it does not.
        longest: Seconds that they grow to at most, 60 by default.
        on_error: Called with the stream's name and the error for whatever could not be had;
            without it, iterating raises the error.
    """

    since: datetime | int | None
    resume: str | None
    webhooks: Webhooks | None
    first: float
    longest: float
    on_error: OnError | None


class Changes(AsyncIterator[Change[T]], Usage):
    """Changes as they come, without end, to be iterated in ``async with``::

        async with intercom.changes(["conversations"], resume=cursor) as changes:
            async for change in changes:
                print(change.kind, change.id, change.record)
                cursor = changes.cursor

    Each version of a record comes once. Of versions that follow each other sooner than polls do,
    the last comes; of one record they come in their order, of several in any. A search index may
    be behind by some minutes, so each poll asks for the last five again; what is remembered of
    them is all that is held, besides a few pages that wait. Leaving the block cancels what is
    under way.

    Deletions are told of conversations from version 2.16 on, and where webhooks tell of them.

    Raises:
        RequestError: A stream could not be asked. The others go on, and so does this one after a
            while: iterate again.
        DecodeError: A record could not be decoded; iterating again goes on after it.
    """  # noqa: D415  # the first line leads into the example

    _usage = (
        "changes are had with 'async with intercom.changes() as changes:', and in it "
        "'async for change in changes:'"
    )

    def __init__(
        self,
        intercom: AsyncIntercom,
        streams: Iterable[StreamName],
        *,
        raw: bool = False,
        since: datetime | int | None = None,
        resume: str | None = None,
        webhooks: Webhooks | None = None,
        first: float = 5.0,
        longest: float = 60.0,
        on_error: OnError | None = None,
    ) -> None:
        names = _names(streams)
        kept = {} if resume is None else load(text("resume", resume))
        bound = _NOW if since is None else unix_seconds("since", since)
        self._kept = {name: kept.get(name, Known(bound)) for name in names}
        ahead = load(save(self._kept))  # of what the consumer was handed out
        self._pollers = {name: Poller(intercom, name, ahead[name], self._put) for name in names}
        self._ahead = ahead
        self._first = check_seconds("first", first)
        self._longest = check_seconds("longest", longest)
        self._on_error = check_hook("on_error", on_error)
        self._webhooks = webhooks
        self._intercom = intercom
        self._decoders: dict[str, Decode[Any]] = {
            name: codec.record_decoder(bytes if raw else _MODELS[name]) for name in names
        }
        self._hinting = anyio.Semaphore(_HINTS)
        self._tasks: TaskGroup | None = None
        self._send: MemoryObjectSendStream[Batch] | None = None
        self._batches: MemoryObjectReceiveStream[Batch] | None = None
        self._batch = Batch("")
        self._found: Iterator[Found] = iter(())
        self._errors: Iterator[Exception] = iter(())

    @property
    def cursor(self) -> str:
        """Where to go on after the change that was handed out last, for ``resume=``.

        It grows with what was updated in the last minutes; store it as often as is worth it.
        """
        return save(self._kept)

    async def __aenter__(self) -> Self:
        if self._tasks is not None:
            raise RuntimeError("these changes were opened before; call changes again")
        await self._begin()
        self._send, self._batches = anyio.create_memory_object_stream[Batch](_WAITING_BATCHES)
        self._tasks = anyio.create_task_group()
        await self._tasks.__aenter__()
        for name, poller in self._pollers.items():
            self._tasks.start_soon(self._follow, name, poller)
        if self._webhooks is not None:
            self._tasks.start_soon(self._listen, self._tasks, self._webhooks)
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        if self._tasks is not None and self._send is not None and self._batches is not None:
            self._tasks.cancel_scope.cancel()
            try:
                # The group is not told of the caller's exception, which it would wrap in a group.
                await self._tasks.__aexit__(None, None, None)
            finally:
                self._send.close()
                self._batches.close()
                self._batches = None

    async def __anext__(self) -> Change[T]:
        """Return the next change."""
        if self._batches is None:
            raise RuntimeError("iterate changes inside 'async with … as changes'")
        while True:
            name = self._batch.stream
            for found in self._found:
                self._kept[name].note(found.version)
                if (change := self._change(found)) is not None:
                    return change
            for error in self._errors:
                self._tell(error)
            if self._batch.polled is not None:
                self._kept[name].advance(self._batch.polled)
            self._batch = await self._batches.receive()
            self._found, self._errors = iter(self._batch.found), iter(self._batch.errors)

    def _change(self, found: Found) -> Change[T] | None:
        version, kind, name = found.version, found.kind, self._batch.stream
        if kind is None:
            return None
        try:
            record = None if version.deleted else self._decoders[name](found.raw)
        except DecodeError as error:
            self._tell(error)
            return None
        at = datetime.fromtimestamp(version.updated_at, UTC)
        return Change(name, kind, version.id, at, record)

    def _tell(self, error: Exception) -> None:
        if self._on_error is None:
            raise error
        self._on_error(self._batch.stream, error)

    async def _begin(self) -> None:
        """Let streams that have no beginning begin now, by the server's clock."""
        new = [name for name, known in self._kept.items() if known.bound == _NOW]
        if new:
            sent = time.monotonic()
            now = second_of(await raw_response(self._intercom.me), sent)
            for name in new:
                self._kept[name].bound = self._ahead[name].bound = now or int(time.time())

    async def _follow(self, name: str, poller: Poller) -> None:
        """Poll a stream again and again."""
        seconds = self._first
        while True:
            any_found = False
            try:
                any_found = await poller.poll()
            except Exception as error:  # noqa: BLE001  # for the consumer, who may go on
                await self._put(Batch(name, errors=[error]))
            seconds = self._first if any_found else min(seconds * _GROWTH, self._longest)
            await anyio.sleep(seconds)

    async def _listen(self, tasks: TaskGroup, webhooks: Webhooks) -> None:
        """Look at once for what notifications tell of, some of it at a time."""
        try:
            async for notification in unqueued(webhooks):
                for name, id in told_of(notification):
                    if name in self._pollers:
                        await self._hinting.acquire()
                        tasks.start_soon(self._look, name, id, _deleted_at(notification))
        except Exception as error:  # noqa: BLE001  # the caller's own
            await self._put(Batch(_WEBHOOKS, errors=[error]))

    async def _look(self, name: str, id: str, deleted_at: int | None) -> None:
        try:
            await self._pollers[name].look(id, deleted_at)
        except IntercomError:
            pass  # it is left to the poll, which tells what is wrong
        except Exception as error:  # noqa: BLE001  # a token callable's, say
            await self._put(Batch(name, errors=[error]))
        finally:
            self._hinting.release()

    async def _put(self, batch: Batch) -> None:
        assert self._send is not None  # noqa: S101  # as long as there are tasks
        await self._send.send(batch)


def _names(streams: Iterable[StreamName]) -> list[str]:
    if not isinstance(streams, Iterable):
        raise QueryError(f"streams must be several names, not {shown(streams)}")
    names = list(dict.fromkeys(text("the name of a stream", name) for name in streams))
    for name in names:
        if name not in _MODELS:
            raise QueryError(f"streams must be some of {', '.join(_MODELS)}, not {name!r}")
    if not names:
        raise QueryError("streams: there is none to look for changes of")
    return names


def _deleted_at(notification: Notification[Any]) -> int | None:
    """Return when what a notification is of was deleted, if that is what it tells."""
    if not notification.topic.endswith(_DELETED):
        return None
    at = notification.created_at
    return int(time.time()) if at is None else int(at.timestamp())
