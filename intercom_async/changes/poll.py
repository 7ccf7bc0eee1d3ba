"""Asks the API what changed in one stream, and judges what it answers."""

import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from hashlib import blake2b
from math import floor
from typing import Any, Final, TypeAlias

import msgspec

from intercom_async.changes.known import OVERLAP, UNSURE, Kind, Known, Version
from intercom_async.client import AsyncIntercom
from intercom_async.core.codec import Page
from intercom_async.core.query import Query
from intercom_async.core.raw import RawResponse, raw_response
from intercom_async.core.scannable import Scannable
from intercom_async.core.versions import order
from intercom_async.errors import DecodeError, Gone, IntercomError, NotFound, RateLimited
from intercom_async.models import DeletedConversation
from intercom_async.scan.record_header import read_header
from intercom_async.scan.walk import AdaptiveConcurrency, WindowWalker
from intercom_async.scan.windows import FIRST_SECOND, LAST_SECOND, Window

__all__ = ["Batch", "Found", "Poller", "second_of"]

_SEARCHES: Final = 4
# A search by days lists about one too many, so that less would cost more than it helps.
_PIECE: Final = 3 * 86_400
_DELETED_SINCE: Final = "2.16"
_DIGEST: Final = 8  # bytes


class Found(msgspec.Struct, frozen=True):
    """A version that was met, with the record's own bytes.

    Attributes:
        version: The version.
        kind: What to hand it out as; ``None`` to remember it only.
        raw: The record.
    """

    version: Version
    kind: Kind | None
    raw: bytes = b""


class Batch(msgspec.Struct, frozen=True):
    """What came of a page, a poll or a hint.

    Attributes:
        stream: The stream.
        found: What was found, in order.
        errors: What could not be had.
        polled: The server's second at which a poll began that has ended with this.
    """

    stream: str
    found: list[Found] = []
    errors: list[Exception] = []
    polled: int | None = None


Send: TypeAlias = Callable[[Batch], Awaitable[None]]


class Poller:
    """Looks for changes of one stream.

    Args:
        intercom: The client.
        stream: The noun's name.
        known: What was found of it, ahead of what the consumer was handed out.
        send: Takes what is found.

    Raises:
        ConfigurationError: The client's API version cannot be asked for them.
    """

    def __init__(self, intercom: AsyncIntercom, stream: str, known: Known, send: Send) -> None:
        self._stream = stream
        self._known = known
        self._send = send
        self._noun: Scannable[Any] = getattr(intercom, stream)
        self._hasty: Scannable[Any] = getattr(intercom.with_options(max_attempts=1), stream)
        self._deleted = None
        if stream == "conversations" and order(intercom.version) >= order(_DELETED_SINCE):
            self._deleted = intercom.conversations.deleted
        self._walker = WindowWalker(self._page, self._note_stuck, AdaptiveConcurrency(_SEARCHES))
        self._began: int | None = None
        self._errors: list[Exception] = []
        self._unreadable: dict[str, int] = {}
        # Nothing is sent yet.
        self._noun._searched(self._query(self._window()), None, True)  # noqa: SLF001  # as below

    async def poll(self) -> bool:
        """Look for changes up to now, and tell whether there were any."""
        self._began = None
        deleted = await self._deletions()
        await self._deliver(deleted)
        any_found = bool(deleted)

        async def take(_: Window, page: Page[bytes]) -> None:
            nonlocal any_found
            any_found |= await self._take(page)

        while True:
            window = self._window()
            await self._walker.walk(window, take)
            await self._deliver([])
            began = self._known.bound if self._began is None else self._began
            last = window.updated.end if window.updated else LAST_SECOND
            await self._advance(min(began, last + 1 + OVERLAP))
            if last >= began:
                return any_found

    async def _advance(self, now: int) -> None:
        self._known.advance(now)
        horizon = self._known.bound - self._window().margin
        self._unreadable = {name: at for name, at in self._unreadable.items() if at >= horizon}
        await self._send(Batch(self._stream, polled=now))

    async def look(self, id: str, deleted_at: int | None) -> None:
        """Follow a hint to a record, at the time of its deletion if that is what it tells."""
        try:
            version, raw = await self._retrieve(id)
        except (NotFound, Gone):
            if deleted_at is None:
                return  # not there yet, or no more, which the poll tells if anything does
            if self._deleted is None:  # and nothing else tells of it, however late
                deleted_at = max(deleted_at, self._known.bound)
            version, raw = Version(id, None, deleted_at, deleted=True), b""
        await self._deliver(self._judged(version, raw))

    def _window(self) -> Window:
        """Return what to look through next: all there is, or of what is long ago a piece."""
        by_day = self._noun._by_day  # noqa: SLF001  # a resource's, of this package
        bound = self._known.bound
        updated = Window(bound, bound + _PIECE, by_day=by_day)
        return Window(FIRST_SECOND, LAST_SECOND, updated, by_day=by_day)

    def _query(self, window: Window) -> Query[Any]:
        return window.query(self._noun._fields)

    async def _page(
        self, window: Window, cursor: str | None, per_page: int, patient: bool
    ) -> Page[bytes]:
        search = (self._noun if patient else self._hasty)._searched  # noqa: SLF001  # as above
        sent = time.monotonic()
        try:
            answer: RawResponse[Page[bytes]] = await raw_response(
                search, self._query(window), None, True, per_page=per_page, resume=cursor
            )
        except RateLimited:
            if patient:
                raise
            return await self._page(window, cursor, per_page, True)
        page = answer.parse()
        if self._began is None:
            self._began = second_of(answer, sent)
        if self._began is None:  # then it is not earlier there than what was updated last
            with suppress(DecodeError):
                self._began = max(
                    (read_header(raw).updated or 0 for raw in page.items), default=None
                )
        return page

    async def _take(self, page: Page[bytes]) -> bool:
        """Deliver what of a page is new, and tell whether anything is."""
        for error in page.invalid:
            self._note_unreadable(error)
        found: list[Found] = []
        unsure: list[str] = []
        for raw in page.items:
            try:
                version = _version(raw, self._began or 0, by_search=True)
            except DecodeError as error:
                self._note_unreadable(error)
                continue
            if self._known.judge(version) == UNSURE:
                unsure.append(version.id)
            else:
                found += self._judged(version, raw)
        await self._deliver(found)
        for id in unsure:
            with suppress(NotFound, Gone):
                alone = self._judged(*await self._retrieve(id))
                await self._deliver(alone)
                found += alone
        return any(each.kind for each in found)

    async def _retrieve(self, id: str) -> tuple[Version, bytes]:
        sent = time.monotonic()
        answer: RawResponse[bytes] = await raw_response(self._noun.retrieve, id, raw=True)
        raw = answer.parse()
        return _version(raw, second_of(answer, sent) or 0, by_search=False), raw

    def _judged(self, version: Version, raw: bytes) -> list[Found]:
        """Note a version and return it, if there is anything new to it."""
        kind = self._known.judge(version)
        if kind == UNSURE or (kind is None and not self._known.settles(version)):
            return []
        self._known.note(version)
        return [Found(version, kind, raw)]

    async def _deletions(self) -> list[Found]:
        """Return what was deleted, in that order."""
        if self._deleted is None:
            return []
        gone: list[DeletedConversation] = []
        async for page in self._deleted.list(order="desc").pages():
            for error in page.invalid:
                self._note_unreadable(error)
            since = [each for each in page.items if _deleted_at(each) >= self._known.bound]
            gone += since
            if len(since) < len(page.items):
                break
        met = [Version(each.id, None, _deleted_at(each), deleted=True) for each in reversed(gone)]
        return [found for version in met for found in self._judged(version, b"")]

    async def _deliver(self, found: list[Found]) -> None:
        errors, self._errors = self._errors, []
        if found or errors:
            await self._send(Batch(self._stream, found, errors))

    def _note_stuck(self, _: Window, error: IntercomError) -> None:
        self._errors.append(error)

    def _note_unreadable(self, error: DecodeError) -> None:
        """Note a record that cannot be read to be told of, once as long as it is listed."""
        name = _digest(error.body)
        if name not in self._unreadable:
            self._errors.append(error)
            self._unreadable[name] = self._began or self._known.bound


def second_of(answer: RawResponse[Any], sent: float) -> int | None:
    """Return the server's second when a request was sent, or an earlier one; if it tells.

    Args:
        answer: The answer, which was dated after that, and before it was received just now.
        sent: When the request was sent, by the monotonic clock.
    """
    date = answer.window.date
    return None if date is None else floor(date - (time.monotonic() - sent))


def _version(raw: bytes, now: int, *, by_search: bool) -> Version:
    read = read_header(raw)
    if read.updated is None:
        raise DecodeError("a record without updated_at", body=raw, json_path="$.updated_at")
    return Version(
        str(read.id),
        read.created,
        read.updated,
        by_search,
        _digest(raw),
        settled=read.updated < now,
    )


def _digest(raw: bytes) -> str:
    return blake2b(raw, digest_size=_DIGEST).hexdigest()


def _deleted_at(record: DeletedConversation) -> int:
    return 0 if record.deleted_at is None else int(record.deleted_at.timestamp())
