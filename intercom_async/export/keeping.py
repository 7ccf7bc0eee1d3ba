"""From what is listed to what is kept: what is new, with its parts, without what is redacted."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Final, NamedTuple, TypeAlias, TypeVar

import anyio

from intercom_async.errors import (
    DecodeError,
    Forbidden,
    IntercomError,
    NotFound,
    QueryError,
    RequestError,
    StatusError,
    Unauthorized,
)
from intercom_async.export.api import Api
from intercom_async.export.options import LimitReached, Options
from intercom_async.export.progress import Progress
from intercom_async.export.records import PartsHeld, compact, count_parts, redacted
from intercom_async.export.store import Record, Store
from intercom_async.export.threads import in_thread
from intercom_async.many import Many, Result
from intercom_async.protocol.codec import Page
from intercom_async.scan.listed import Listed, listed
from intercom_async.scan.windows import Window

__all__ = ["Commit", "Keeper", "together"]

T = TypeVar("T")

Commit: TypeAlias = Callable[[Sequence[Record]], int]
"""Has the store commit records, and returns how many of them were new or newer."""

_RETRIEVALS: Final = 32
# What one page's conversations may take in memory before they are committed: 16 are walked.
_HELD: Final = 4 * 2**20
# So many conversations in a row that failed are no bad ones but an API that is down.
_HOPELESS: Final = 32


class Keeper:
    """Keeps conversations in the store of one export.

    Args:
        store: The store, in which nothing else is done than through here.
        api: Where to get whole conversations.
        options: What to keep of them.
        progress: Told of what was kept.
        clock: The time in unix seconds, not later than the server's.

    Attributes:
        store: As the argument.
        gone: Conversations found to be deleted by this run.
    """

    def __init__(
        self,
        store: Store,
        api: Api,
        options: Options,
        progress: Progress,
        clock: Callable[[], float],
    ) -> None:
        self.store: Store = store
        self.gone: set[str] = set()
        self._api = api
        self._options = options
        self._redact = frozenset(options.redact)
        self._progress = progress
        self._clock = clock
        self._disk = anyio.Lock()  # the store belongs to one caller at a time
        self._retrieving = anyio.CapacityLimiter(_RETRIEVALS)  # over all pages
        self._failed_in_a_row = 0
        self._reached: LimitReached | None = None

    def told(self, error: IntercomError) -> str:
        """Return what may be kept of an error: where fields are left out, nothing it quotes."""
        match error:
            case DecodeError() if self._redact:
                what = error.reason
            case StatusError() if self._redact:
                what = f"{error.status} {error.code or ''}".rstrip()
            case _:
                return str(error)
        return f"{error.method} {error.path}: {what}"

    async def do(self, step: Callable[[], T]) -> T:
        """Have the store do something, away from the event loop and one thing at a time."""
        async with self._disk:
            return await in_thread(step)

    async def keep(
        self, page: Page[bytes], asked: float, window: Window, some: Commit, last: Commit
    ) -> None:
        """Keep what is new among listed conversations, with their parts if asked for.

        Args:
            page: The conversations as listed.
            asked: When they were asked for, by the clock.
            window: What they were to be created in; others are left out.
            some: Commits some of them, where they are too large to be held all at once.
            last: Commits the rest, be there any or not.
        """
        for error in page.invalid:
            await self._quarantine(error.body, error, window=window)
        found = await self._listed(page.items, window)
        if self._options.parts:
            await self.retrieve(await self._new(found), some, last)
            return
        records: list[Record] = []
        for read, raw in found:
            try:
                records.append(self._record(read, raw, asked, _NO_PARTS))
            except DecodeError as error:
                await self._quarantine(raw, error, id=str(read.id))
        await self._commit(last, records)  # which leaves out what is known already

    async def retrieve(self, ids: Sequence[str], some: Commit, last: Commit) -> None:
        """Fetch conversations with their parts and keep them; see ``keep``."""
        records: list[Record] = []
        try:
            await self._retrieve(ids, some, records)
        except BaseException:
            with anyio.CancelScope(shield=True):
                await self._commit(some, records)  # so that it is not fetched again
            raise
        await self._commit(last, records)

    async def _retrieve(self, ids: Sequence[str], some: Commit, records: list[Record]) -> None:
        held = 0
        concurrency = max(1, min(_RETRIEVALS, len(ids)))
        async with Many(ids, self._whole, concurrency=concurrency, ordered=False) as results:
            async for result in results:
                record = await self._retrieved(result)
                if record is None:
                    continue
                records.append(record)
                held += len(record.line)
                if held > _HELD:
                    await self._commit(some, records)
                    records.clear()
                    held = 0
        if self._reached is not None:
            raise self._reached

    async def _commit(self, commit: Commit, records: list[Record]) -> None:
        def keep() -> tuple[int, int]:
            return commit(records), self.store.conversations

        new, self._progress.written = await self.do(keep)
        self._progress.fetched += new

    async def _listed(self, raws: Sequence[bytes], window: Window) -> list[tuple[Listed, bytes]]:
        found: list[tuple[Listed, bytes]] = []
        for raw in raws:
            try:
                read = listed(raw)
            except DecodeError as error:
                await self._quarantine(raw, error, window=window)
                continue
            created = read.created
            if created is None or created in window:
                found.append((read, raw))
        return found

    async def _new(self, found: Sequence[tuple[Listed, bytes]]) -> list[str]:
        updated = {str(read.id): read.updated for read, _ in found}
        known = await self.do(partial(self.store.known, list(updated)))
        return [id for id, at in updated.items() if id not in known or known[id] != at]

    async def _whole(self, id: str | int) -> "_Whole | None":
        async with self._retrieving:
            asked = self._clock()
            try:
                return _Whole(await self._api.retrieve(id), asked)
            except LimitReached as reached:  # those under way are still worth having
                self._reached = reached
                return None

    async def _retrieved(self, result: "Result[_Whole | None]") -> Record | None:
        if result.value is not None:
            self._failed_in_a_row = 0
            raw, asked = result.value
            try:
                return self._record(listed(raw), raw, asked, count_parts(raw))
            except DecodeError as error:
                await self._quarantine(raw, error, id=result.id)
                return None
        match result.error:
            case None:
                pass  # it was not asked for, since a limit had been reached
            case NotFound():
                self.gone.add(result.id)
                await self.do(partial(self.store.mark_deleted, result.id))
            case Unauthorized() | Forbidden():
                raise result.error  # the token was revoked: no other would fare better
            case RequestError() | QueryError():
                await self._failed(result.id, result.error)
            case _:
                raise result.error
        return None

    async def _failed(self, id: str, error: IntercomError) -> None:
        if isinstance(error, DecodeError):
            await self._quarantine(error.body, error, id=id)
        await self.do(partial(self.store.mark_failed, id, self.told(error)))
        self._failed_in_a_row += 1
        if self._failed_in_a_row > _HOPELESS:
            raise error

    def _record(self, read: Listed, raw: bytes, asked: float, parts: PartsHeld) -> Record:
        updated_at = read.updated
        return Record(
            str(read.id),
            read.created,
            updated_at,
            redacted(raw, self._redact) if self._redact else compact(raw),
            parts.held,
            parts.expected or None,
            parts.truncated,
            settled=updated_at is None or updated_at < int(asked),
        )

    async def _quarantine(
        self,
        raw: bytes,
        error: DecodeError,
        *,
        id: str | None = None,
        window: Window | None = None,
    ) -> None:
        put = partial(
            self.store.quarantine,
            raw,
            error.reason,
            error.json_path,
            id,
            window,
            withhold=bool(self._redact),
        )
        await self.do(put)


class _Whole(NamedTuple):
    """A conversation as it came, and when it had been asked for."""

    raw: bytes
    asked: float


_NO_PARTS: Final = PartsHeld()


async def together(steps: Sequence[Callable[[], Awaitable[None]]]) -> None:
    """Run steps side by side; the first error ends the others and is raised as it is.

    A limit reached ends no others: they come upon it themselves, with what they have under way.
    """
    failures: list[Exception] = []

    async def run(step: Callable[[], Awaitable[None]]) -> None:
        try:
            await step()
        except Exception as error:  # noqa: BLE001  # raised below, outside the task group
            failures.append(error)
            if not isinstance(error, LimitReached):
                tasks.cancel_scope.cancel()

    async with anyio.create_task_group() as tasks:
        for step in steps:
            tasks.start_soon(run, step)
    if failures:
        raise failures[-1]
