"""What an export asks of the API: counted, and no more of it than the caller's limit allows."""

import time
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from intercom_async.client import AsyncIntercom
from intercom_async.errors import DecodeError, NotFound, ServerError, TimedOut
from intercom_async.events import RequestEvent
from intercom_async.export.options import LimitReached, Limits
from intercom_async.export.progress import Progress
from intercom_async.protocol.codec import Page
from intercom_async.protocol.limits import TOO_MANY_REQUESTS
from intercom_async.scan.plan import counted
from intercom_async.scan.windows import Window

__all__ = ["Api"]

T = TypeVar("T")

# What one record may do to a count, as it does to a page.
_SPOILED: Final = (NotFound, ServerError, TimedOut, DecodeError)
# So many counts in a row that failed are no spoiled windows but an API that is down.
_HOPELESS: Final = 32


class Api:
    """The questions of one export.

    Args:
        intercom: The client of the workspace.
        progress: Told of every request.
        limits: How far to go; beyond them, what is asked raises ``LimitReached``.
    """

    def __init__(self, intercom: AsyncIntercom, progress: Progress, limits: Limits) -> None:
        self.version: str = intercom.version
        self._intercom = intercom.with_options(on_event=self._note)
        self._progress = progress
        self._limits = limits
        self._under_way = 0
        self._uncounted = 0

    async def introduce(self) -> tuple[str, float]:
        """Return the workspace's id, and by how many seconds our clock is ahead of the server's.

        A clock that is behind is not told of: then more is looked through for changes than need
        be, which does no harm.
        """
        me = await self._ask(self._intercom.with_raw_response.me)
        app, date = me.parse().app, me.window.date
        ahead = 0.0 if date is None else max(time.time() - date, 0.0)
        return (app and app.id_code) or "workspace", ahead

    async def count(self, window: Window) -> int | None:
        """Return how many conversations a window holds; ``None`` if the API cannot say."""
        try:
            number = counted(await self.page(window, None, 1))
        except _SPOILED:
            self._uncounted += 1
            if self._uncounted > _HOPELESS:
                raise
            return None
        self._uncounted = 0
        return number

    async def page(self, window: Window, cursor: str | None, per_page: int) -> Page[bytes]:
        """Return a page of a window."""

        async def search() -> Page[bytes]:
            search = self._intercom.conversations.search
            return await search(window.query(), per_page=per_page, resume=cursor, raw=True)

        return await self._ask(search)

    async def retrieve(self, id: str | int) -> bytes:
        """Return a conversation with its parts."""
        return await self._ask(lambda: self._intercom.conversations.retrieve(id, raw=True))

    async def _ask(self, question: Callable[[], Awaitable[T]]) -> T:
        self._check_limits()
        self._under_way += 1
        try:
            return await question()
        finally:
            self._under_way -= 1

    def _check_limits(self) -> None:
        requests, seconds = self._limits.requests, self._limits.seconds
        if requests is not None and self._progress.requests + self._under_way >= requests:
            raise LimitReached(f"own limit of {requests:,} requests reached")
        if seconds is not None and self._progress.seconds >= seconds:
            raise LimitReached(f"own limit of {seconds:g} seconds reached")

    def _note(self, event: RequestEvent) -> None:
        self._progress.requests += 1
        self._progress.throttled += event.status == TOO_MANY_REQUESTS
        if event.limit is not None:
            self._progress.allowance = event.limit
