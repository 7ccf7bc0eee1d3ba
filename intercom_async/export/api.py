"""What an export asks of the API: counted, and no more of it than the caller's limit allows."""

import re
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from math import ceil, inf
from operator import attrgetter
from typing import Any, Final, TypeVar

import anyio
from msgspec.structs import replace

from intercom_async.client import AsyncIntercom
from intercom_async.core.codec import Page
from intercom_async.core.pages import Pages
from intercom_async.core.rate_window import TOO_MANY_REQUESTS
from intercom_async.core.raw import raw_response
from intercom_async.core.resource import MAX_PER_PAGE
from intercom_async.errors import (
    BadRequest,
    ConfigurationError,
    ConnectionFailed,
    DecodeError,
    ErrorDetail,
    IntercomError,
    NotFound,
    QueryError,
    RateLimited,
    RequestError,
    ServerError,
    StatusError,
    TimedOut,
)
from intercom_async.export.beyond import BEYOND, Beyond
from intercom_async.export.numbered import page_at, sized
from intercom_async.export.options import LimitReached, Limits, Options
from intercom_async.export.progress import Progress, StreamProgress
from intercom_async.export.streams import Stream
from intercom_async.models import App, DeletedConversation
from intercom_async.net.events import RequestEvent
from intercom_async.scan.plan import total_of
from intercom_async.scan.record_header import read_header
from intercom_async.scan.windows import EVERYTHING, Window

T = TypeVar("T")

# What one record may do to a count, as it does to a page.
_SPOILED: Final = (NotFound, ServerError, TimedOut, DecodeError)
# So many counts in a row that failed are no spoiled windows but a search that is down.
_MAX_CONSECUTIVE_FAILURES: Final = 32
_SERVER_ERROR: Final = 500
_PATIENCE: Final = 180.0  # seconds in which an API that answers nobody may come back
_SAMPLE: Final = 8
_WINDOW: Final = 10.0  # seconds in which the API counts requests
_SHARES: Final = 32  # what rate windows are divided into between lists and windows
_FOR_WINDOWS: Final = 8  # of them at least
_QUICKEST: Final = 0.001  # seconds, so that there is a number of pages in a window
_OF: Final = "#"  # in a cursor, after the number of the list that it belongs to


class ApiDown(IntercomError):
    """The API answers nothing, or nothing of use, so that going on would only note failures."""


class Asker:
    """Asks the questions of one export, counts them, and ends where its limits do.

    Args:
        intercom: The client of the workspace.
        progress: Told of every request.
        limits: How far to go; beyond them, what is asked raises ``LimitReached``.
        options: What to export. Where fields are left out, so is what errors quote of answers.
    """

    def __init__(
        self, intercom: AsyncIntercom, progress: Progress, limits: Limits, options: Options
    ) -> None:
        self.version: str = intercom.version
        self._intercom = intercom
        self._progress = progress
        self._limits = limits
        self._withholds = bool(options.redact)
        self._under_way = 0
        self._idle = anyio.Event()  # set, and another, whenever nothing is under way any more
        self._answered = -1.0
        self._looking = anyio.Lock()
        self._budget: float = intercom._settings.budget  # noqa: SLF001  # of this package
        self._lists: dict[str, float] = {}  # seconds that a page of each takes

    def client(
        self, progress: StreamProgress, stream: str = "", share: int = _SHARES
    ) -> AsyncIntercom:
        """Return the client, with its requests counted for a stream.

        Args:
            progress: Told of them.
            stream: The stream's name.
            share: How many 32nds of the rate window it may use.
        """
        hook = partial(self._note, progress, stream)
        return self._intercom.with_options(on_event=hook, budget=self._budget * share / _SHARES)

    @contextmanager
    def walking(self, stream: Stream) -> Iterator[None]:
        """Leave the requests to a list that it can send one after another, while it is walked.

        Windows are walked side by side, and would use each rate window up in its first seconds. A
        list has to wait for each of its pages, and would stand still until the next window.
        """
        if not stream.windowed:
            self._lists[stream.name] = inf
        try:
            yield
        finally:
            self._lists.pop(stream.name, None)

    def share_for_windows(self) -> int:
        """Return how many 32nds of the rate window lists that are walked now leave to windows."""
        limit = (self._progress.allowance or 0) * self._budget
        needed = sum(_WINDOW / seconds for seconds in self._lists.values())
        if not limit or not needed:
            return _SHARES
        return max(_SHARES - ceil(needed / limit * _SHARES), _FOR_WINDOWS)

    async def identify_workspace(self) -> tuple[App, float]:
        """Ask whose token this is, and how late it is there.

        Returns:
            The workspace, and by how many seconds our clock is ahead of the
            server's, at most. A clock that is behind is not told of: then more is looked through
            for changes than need be, which does no harm.
        """
        intercom = self.client(self._progress.own)
        me = await self.ask(lambda: raw_response(intercom.me))
        latest = me.window.date
        if latest is None:  # it is not earlier there than what was updated last
            page: Page[bytes] = Page([])
            with suppress(StatusError, DecodeError):
                page = await self.ask(lambda: intercom.conversations.list(per_page=1, raw=True))
            latest = max((read_header(raw).updated or 0 for raw in page.items), default=0)
        ahead = max(time.time() - latest, 0.0) if latest > 0 else 0.0
        return me.parse().app or App(), ahead

    async def check_token(self) -> None:
        """See that the token is still one.

        Raises:
            Unauthorized: It is none.
        """
        await self.ask(self.client(self._progress.own).me)

    async def ask(self, question: Callable[[], Awaitable[T]]) -> T:
        """Return the answer to a question."""
        await self._check_limits()
        self._under_way += 1
        began = time.monotonic()
        try:
            return await question()
        except RequestError as error:
            failure = _without_quotes(error) if self._withholds else error
        finally:
            self._under_way -= 1
            if not self._under_way:
                self._idle.set()
                self._idle = anyio.Event()
        if isinstance(failure, ConnectionFailed | TimedOut | ServerError):
            await self._look(began)
        raise failure

    async def _look(self, began: float) -> None:
        """Wait for an API that has answered nobody since a question was begun.

        Raises:
            ApiDown: It does not come back.
        """
        async with self._looking:
            if self._answered >= began or self._answered < 0:
                return
            patient = self._intercom.with_options(timeout=_PATIENCE, max_attempts=12)
            try:
                await patient.me()
            except (ConnectionFailed, TimedOut, ServerError) as error:
                raise ApiDown(f"the API answers nothing any more: {error}") from None

    async def _check_limits(self) -> None:
        requests, seconds = self._limits.requests, self._limits.seconds
        if requests is not None and self._progress.requests + self._under_way >= requests:
            reached = f"{requests:,} requests"
        elif seconds is not None and self._progress.seconds >= seconds:
            reached = f"{seconds:g} seconds"
        else:
            return
        while self._under_way:  # an error would cancel what is still worth having
            await self._idle.wait()
        raise LimitReached(f"own limit of {reached} reached")

    def _note(self, progress: StreamProgress, stream: str, event: RequestEvent) -> None:
        progress.requests += 1
        if stream in self._lists:
            self._lists[stream] = max(event.seconds, _QUICKEST)
        progress.throttled += event.status == TOO_MANY_REQUESTS
        if event.status is not None and event.status < _SERVER_ERROR:
            self._answered = time.monotonic()
        if event.limit is not None:
            self._progress.allowance = event.limit


class Api:
    """What an export asks about one stream.

    Args:
        asker: Asks it.
        stream: The stream.
        progress: Told of every request.
    """

    def __init__(self, asker: Asker, stream: Stream, progress: StreamProgress) -> None:
        self.stream: Stream = stream
        self._ask = asker.ask
        self._asker = asker
        self._progress = progress
        self._clients: dict[int, tuple[AsyncIntercom, AsyncIntercom]] = {}
        self._uncounted = 0
        self._beyond: Beyond | None = None

    def _client(self, *, patient: bool = True) -> AsyncIntercom:
        """Return the client with its share of the rate window, or one that tries once."""
        share = self._asker.share_for_windows() if self.stream.windowed else _SHARES
        if share not in self._clients:
            client = self._asker.client(self._progress, self.stream.name, share)
            self._clients[share] = client, client.with_options(max_attempts=1)
        return self._clients[share][not patient]

    def as_compared(self, window: Window) -> Window:
        """Return a window as the API compares dates: some nouns by whole days, in some versions."""
        if not getattr(self.stream.of(self._client()), "_by_day", False):
            return window
        updated = window.updated and replace(window.updated, by_day=True)
        return replace(window, by_day=True, updated=updated)

    async def total(self) -> int | None:
        """Return how many records the list tells of; ``None`` if it does not."""
        try:
            return (await self.page(EVERYTHING, None, 1)).total_count
        except (StatusError, DecodeError):
            return None

    async def count(self, window: Window) -> int | None:
        """Return how many records a window holds; ``None`` if this question fails.

        Raises:
            Uncountable: The API's totals mean nothing.
        """
        try:
            number = total_of(await self.page(window, None, 1), window)
        except _SPOILED:
            self._uncounted += 1
            if self._uncounted > _MAX_CONSECUTIVE_FAILURES:
                raise
            return None
        self._uncounted = 0
        return number

    async def page(
        self, window: Window, cursor: str | None, per_page: int, *, patient: bool = True
    ) -> Page[bytes]:
        """Return a page of a window, or of the list for ``EVERYTHING``."""
        of = self._client(patient=patient)

        async def first() -> Page[bytes]:
            if window == EVERYTHING:
                return await self._listed(of, cursor, per_page)
            assert self.stream.fields is not None  # noqa: S101  # else there are no windows
            query, search = window.query(self.stream.fields), self.stream.of(of).search
            found: Page[bytes] = await search(query, per_page=per_page, resume=cursor, raw=True)
            return found

        try:
            return await self._ask(first)
        except RateLimited:
            if patient:
                raise
        return await self.page(window, cursor, per_page)

    async def _listed(self, of: AsyncIntercom, cursor: str | None, per_page: int) -> Page[bytes]:
        """Return a page of the lists, one after another, as if they were one."""
        if self._beyond is not None and cursor is not None and cursor.startswith(BEYOND):
            return await self._beyond.page()
        stream = self.stream
        lists, number, inner = stream.listers(of), 0, cursor
        if len(lists) > 1 and cursor is not None:
            which, _, inner = cursor.partition(_OF)
            number = int(which)
        paging: dict[str, Any] = {}
        if stream.per_page:
            place, size = page_at(inner or None, min(per_page, stream.per_page), stream.per_page)
            paging = {"per_page": size, "resume": place}
        page = await self._reached(of, lists[number](raw=True, **paging), cursor)
        page = replace(page, next=sized(page.next, paging.get("per_page", 0)))
        if len(lists) == 1:
            return page
        following = None if page.next is None else f"{number}{_OF}{page.next}"
        if following is None and number + 1 < len(lists):
            following = f"{number + 1}{_OF}"
        return replace(page, next=following, total_count=None)

    async def _reached(
        self, of: AsyncIntercom, listed: Pages[bytes], cursor: str | None
    ) -> Page[bytes]:
        """Return a page of a list or, if that does not reach all, the first of one that does."""
        stream, total = self.stream, None
        if stream.reach is None:
            return await listed
        try:
            page = await listed
        except BadRequest:
            if cursor is None:
                raise  # else it ended at its reach, and had not told that there is more
        else:
            total = page.total_count
            if cursor is not None or (total or 0) < stream.reach:
                return page
        pages = getattr(stream.of(of), stream.beyond)(raw=True)
        self._beyond = Beyond(pages, stream.of(of).list(raw=True), total)
        return await self._beyond.page()

    async def deleted_since(self, second: int) -> list[str]:
        """Return what the API tells was deleted since a unix second, the latest first.

        Nothing where the version does not have that, or the token may not read it.
        """
        ids: list[str] = []
        if not self.stream.deletions:
            return ids
        of: Any = attrgetter(self.stream.deletions)(self._client())
        page: Page[DeletedConversation] = Page([], next="")
        with suppress(ConfigurationError, StatusError):
            while page.next is not None:
                page = await self._ask(partial(of.list, resume=page.next or None))
                ids += [each.id for each in page.items]
                moments = [each.deleted_at.timestamp() for each in page.items if each.deleted_at]
                if moments and min(moments) < second:
                    break
        return ids

    async def retrieve(self, id: str | int, *, patient: bool = True) -> bytes:
        """Return one record."""
        of = self.stream.of(self._client(patient=patient))
        found: bytes = await self._ask(lambda: of.retrieve(id, raw=True))
        return found

    async def complete(self, id: str, listed: bytes | None) -> bytes:
        """Return the whole of a record that was listed with less, if it was."""
        complete = self.stream.complete
        if complete is None:
            return await self.retrieve(id)
        return await self._ask(lambda: complete(self._client(), id, listed))

    async def prove(self, known: Sequence[str], failure: IntercomError) -> None:
        """Find out, by records that are there, whether the API gives any at all.

        Args:
            known: Records that it gave before.
            failure: Why to doubt it.

        Raises:
            IntercomError: The failure: it gives none of them.
        """
        page: Page[bytes] = Page([])
        with suppress(RequestError):
            page = await self.page(EVERYTHING, None, MAX_PER_PAGE)
        for raw in page.items[:: max(len(page.items) // _SAMPLE, 1)]:
            with suppress(DecodeError):
                known = [*known, str(read_header(raw).id)]
        for id in known:
            with suppress(RequestError, QueryError):
                await self.retrieve(id, patient=False)
                return
        raise failure


_CODE: Final = re.compile("[a-z]+(_[a-z]+)+")


def _without_quotes(error: RequestError) -> RequestError:
    """Take out of an error whatever it quotes of the answer, all but a code of the API's."""
    if isinstance(error, StatusError):
        code = error.code if error.code and _CODE.fullmatch(error.code) else None
        error.args = (f"{error.status} {code or ''}".rstrip(),)
        error.errors = (ErrorDetail(code),) if error.errors else ()
        error.code, error.body, error.headers = code, b"", {}
    if isinstance(error, DecodeError):
        error.args = (error.reason,)
        error.body = b""
    return error
