"""What an export asks of the API: counted, and no more of it than the caller's limit allows."""

import re
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Final, NamedTuple, TypeVar

import anyio

from intercom_async.client import AsyncIntercom
from intercom_async.core.codec import Page
from intercom_async.core.rate_window import TOO_MANY_REQUESTS
from intercom_async.core.raw import raw_response
from intercom_async.core.resource import MAX_PER_PAGE
from intercom_async.errors import (
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
from intercom_async.export.options import LimitReached, Limits, Options
from intercom_async.export.progress import Progress
from intercom_async.models.conversation_fields import F
from intercom_async.net.events import RequestEvent
from intercom_async.scan.listed import listed
from intercom_async.scan.plan import counted
from intercom_async.scan.windows import EVERYTHING, Window

__all__ = ["Api", "ApiDown", "WorkspaceInfo"]

T = TypeVar("T")

# What one record may do to a count, as it does to a page.
_SPOILED: Final = (NotFound, ServerError, TimedOut, DecodeError)
# So many counts in a row that failed are no spoiled windows but a search that is down.
_HOPELESS: Final = 32
_SERVER_ERROR: Final = 500
_PATIENCE: Final = 180.0  # seconds in which an API that answers nobody may come back
_SAMPLE: Final = 8


class ApiDown(IntercomError):
    """The API answers nothing, or nothing of use, so that going on would only note failures."""


class WorkspaceInfo(NamedTuple):
    """What the API says before anything is exported.

    Attributes:
        workspace: The workspace's id; ``None`` if it has none.
        total: How many conversations the list tells; ``None`` if it does not.
        ahead: By how many seconds our clock is ahead of the server's, at most. A clock that is
            behind is not told of: then more is looked through for changes than need be, which
            does no harm.
    """

    workspace: str | None
    total: int | None
    ahead: float


class Api:
    """The questions of one export.

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
        self._intercom = intercom.with_options(on_event=self._note)
        self._hasty = self._intercom.with_options(max_attempts=1)
        self._progress = progress
        self._limits = limits
        self._withholds = bool(options.redact)
        self._under_way = 0
        self._uncounted = 0
        self._answered = -1.0
        self._looking = anyio.Lock()

    async def identify_workspace(self) -> WorkspaceInfo:
        """Ask whose token this is, how much there is, and how late it is there."""
        me = await self._ask(lambda: raw_response(self._intercom.me))
        try:
            page = await self.page(EVERYTHING, None, 1)
        except (StatusError, DecodeError):
            page = Page([])
        latest = me.window.date
        if latest is None:  # it is not earlier there than what was updated last
            latest = max((listed(raw).updated or 0 for raw in page.items), default=0)
        ahead = max(time.time() - latest, 0.0) if latest > 0 else 0.0
        app = me.parse().app
        return WorkspaceInfo(app.id_code if app else None, page.total_count, ahead)

    async def count(self, window: Window) -> int | None:
        """Return how many conversations a window holds; ``None`` if this question fails.

        Raises:
            Uncountable: The API's totals mean nothing.
        """
        try:
            number = counted(await self.page(window, None, 1), window)
        except _SPOILED:
            self._uncounted += 1
            if self._uncounted > _HOPELESS:
                raise
            return None
        self._uncounted = 0
        return number

    async def page(
        self, window: Window, cursor: str | None, per_page: int, *, patient: bool = True
    ) -> Page[bytes]:
        """Return a page of a window, or of the list for ``EVERYTHING``."""
        of = (self._intercom if patient else self._hasty).conversations

        async def first() -> Page[bytes]:
            if window == EVERYTHING:
                return await of.list(per_page=per_page, resume=cursor, raw=True)
            return await of.search(window.query(F), per_page=per_page, resume=cursor, raw=True)

        try:
            return await self._ask(first)
        except RateLimited:
            if patient:
                raise
        return await self.page(window, cursor, per_page)

    async def retrieve(self, id: str | int, *, patient: bool = True) -> bytes:
        """Return a conversation with its parts."""
        of = (self._intercom if patient else self._hasty).conversations
        return await self._ask(lambda: of.retrieve(id, raw=True))

    async def prove(self, known: Sequence[str], failure: IntercomError) -> None:
        """Find out, by conversations that are there, whether the API gives any at all.

        Args:
            known: Conversations that it gave before.
            failure: Why to doubt it.

        Raises:
            IntercomError: The failure: it gives none of them.
        """
        page: Page[bytes] = Page([])
        with suppress(RequestError):
            page = await self.page(EVERYTHING, None, MAX_PER_PAGE)
        for raw in page.items[:: max(len(page.items) // _SAMPLE, 1)]:
            with suppress(DecodeError):
                known = [*known, str(listed(raw).id)]
        for id in known:
            with suppress(RequestError, QueryError):
                await self.retrieve(id, patient=False)
                return
        raise failure

    async def _ask(self, question: Callable[[], Awaitable[T]]) -> T:
        self._check_limits()
        self._under_way += 1
        began = time.monotonic()
        try:
            return await question()
        except RequestError as error:
            failure = _without_quotes(error) if self._withholds else error
        finally:
            self._under_way -= 1
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

    def _check_limits(self) -> None:
        requests, seconds = self._limits.requests, self._limits.seconds
        if requests is not None and self._progress.requests + self._under_way >= requests:
            raise LimitReached(f"own limit of {requests:,} requests reached")
        if seconds is not None and self._progress.seconds >= seconds:
            raise LimitReached(f"own limit of {seconds:g} seconds reached")

    def _note(self, event: RequestEvent) -> None:
        self._progress.requests += 1
        self._progress.throttled += event.status == TOO_MANY_REQUESTS
        if event.status is not None and event.status < _SERVER_ERROR:
            self._answered = time.monotonic()
        if event.limit is not None:
            self._progress.allowance = event.limit


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
        error.body, error.json_path = b"", None
    return error
