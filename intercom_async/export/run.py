"""One export: plan windows, walk them side by side, fetch what changed meanwhile, verify."""

import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar

import anyio
import msgspec

from intercom_async.client import AsyncIntercom
from intercom_async.errors import (
    DecodeError,
    NotFound,
    QueryError,
    RequestError,
    Unauthorized,
)
from intercom_async.export.files import workspace_folder
from intercom_async.export.records import PartsHeld, compact, count_parts
from intercom_async.export.store import Counts, Identity, Record, Store, WindowState
from intercom_async.protocol.codec import Page
from intercom_async.protocol.fields import MAX_PER_PAGE
from intercom_async.protocol.query import Query
from intercom_async.protocol.wire import unix_seconds
from intercom_async.scan.listed import Listed, listed
from intercom_async.scan.plan import Planned, plan
from intercom_async.scan.walk import Pace, Walker
from intercom_async.scan.windows import FIRST_SECOND, Window
from intercom_async.search import F

__all__ = ["Export", "Options", "Progress", "Summary"]

T = TypeVar("T")

_WALKS: Final = 16
_RETRIEVALS: Final = 32
# The server's clock may lag behind ours, and its search index minutes behind the server.
_OVERLAP: Final = 300
_DRAINS: Final = 5


class Options(msgspec.Struct, frozen=True):
    """What to export.

    Attributes:
        since: Only conversations created at this aware datetime or later.
        until: Only conversations created before this aware datetime.
        parts: Whether to fetch the parts of each conversation, one request each.
    """

    since: datetime | None = None
    until: datetime | None = None
    parts: bool = True

    def span(self, now: int) -> Window:
        """Return the creation times asked for, up to ``now`` in unix seconds."""
        start = FIRST_SECOND if self.since is None else unix_seconds("since", self.since)
        end = now if self.until is None else unix_seconds("until", self.until) - 1
        return Window(start, max(start, end))


class Progress(msgspec.Struct):
    """How far an export has come; read it while it runs.

    Attributes:
        total: How many conversations the API said there are; ``None`` before the plan.
        written: How many are kept so far, those of interrupted runs included.
        fetched: How many this run has kept.
        started: When this run began, on ``time.monotonic()``.
    """

    total: int | None = None
    written: int = 0
    fetched: int = 0
    started: float = msgspec.field(default_factory=time.monotonic)

    @property
    def seconds(self) -> float:
        """How long it has been running."""
        return time.monotonic() - self.started


class Summary(msgspec.Struct, frozen=True):
    """What an export holds.

    Attributes:
        workspace: The workspace's id.
        api_version: The API version it was asked in.
        seconds: How long this run took.
        fetched: How many conversations this run fetched.
        counts: What the export holds.
        deleted: Ids that were found to be deleted.
        truncated: Ids of which the API gives only the newest 500 parts.
        parts_missing: Ids that came with fewer parts than they say they have.
        failed: Ids that could not be fetched, and why.
        missing: How many conversations fewer are held than the API counts.
    """

    workspace: str
    api_version: str
    seconds: float
    fetched: int
    counts: Counts
    deleted: list[str]
    truncated: list[str]
    parts_missing: list[str]
    failed: dict[str, str]
    missing: int

    @property
    def complete(self) -> bool:
        """Whether all that the API counts is held, with its parts."""
        quarantined = self.counts.quarantined
        return not (self.failed or quarantined or self.missing or self.parts_missing)


class Export:
    """Takes the conversations of one workspace out to a folder, or goes on doing so.

    Args:
        intercom: The client of the workspace.
        out: The folder under which the workspace gets its own.
        options: What to export.

    Attributes:
        progress: How far it has come.
        folder: The workspace's folder; ``out`` until the API has told which workspace it is.
    """

    def __init__(self, intercom: AsyncIntercom, out: Path, options: Options) -> None:
        self.progress: Progress = Progress()
        self.folder: Path = out
        self._intercom = intercom
        self._options = options
        self._disk = anyio.CapacityLimiter(1)  # the store belongs to one caller at a time
        self._retrieving = anyio.CapacityLimiter(_RETRIEVALS)
        self._stuck: list[tuple[Window, RequestError]] = []

    def kept(self) -> str:
        """Say what is kept of an export that did not finish, as a sentence."""
        if not self.progress.written:
            return "Nothing was exported."
        return f"{self.progress.written:,} conversations are kept in {self.folder}."

    async def run(self) -> Summary:
        """Export to ``OUT/<workspace>/conversations/``, or go on where a run was interrupted.

        A finished export is brought up to date: only what changed since is fetched.

        Raises:
            IntercomError: The workspace could not be walked. What was kept is gone on from.
            StateOfAnotherRun: The folder holds an export of something else.
            Locked: Another export is writing to the folder.
            Damaged: The folder does not hold what was written to it.
            OSError: The disk. What was kept is gone on from.
        """
        me = await self._intercom.me()
        workspace = (me.app and me.app.id_code) or "workspace"
        self.folder = workspace_folder(self.folder, workspace)
        store = await self._do(partial(Store.open, self.folder, self._identity(workspace)))
        try:
            await self._phases(store)
            return await self._finish(store, workspace)
        finally:
            with anyio.CancelScope(shield=True):
                await self._do(store.close)

    def _identity(self, workspace: str) -> Identity:
        since, until = self._options.since, self._options.until
        return Identity(
            workspace=workspace,
            api_version=self._intercom.version,
            since=None if since is None else unix_seconds("since", since),
            until=None if until is None else unix_seconds("until", until),
            parts=self._options.parts,
            redact=(),
        )

    async def _do(self, step: Callable[[], T]) -> T:
        """Have the store do something, away from the event loop and one thing at a time."""
        return await anyio.to_thread.run_sync(step, limiter=self._disk)

    async def _phases(self, store: Store) -> None:
        if store.phase == "finished":
            await self._do(store.begin_update)
        if store.phase == "new":
            await self._plan(store)
        await self._count(store)
        if store.phase == "planned":
            await self._walk(store)
            await self._advance(store, "walked")
        if store.phase == "walked":
            await self._drain(store)
            await self._advance(store, "drained")

    async def _advance(self, store: Store, phase: Any) -> None:
        await self._do(partial(setattr, store, "phase", phase))

    # Planning and walking

    async def _plan(self, store: Store) -> None:
        planned: list[Planned] = []

        async def found(window: Planned) -> None:
            planned.append(window)

        await plan(self._options.span(store.started_at), self._ask, found)
        windows = [(each.window, each.expected) for each in sorted(planned)]
        await self._do(partial(store.plan, windows))

    async def _ask(self, window: Window) -> int:
        page = await self._intercom.conversations.search(window.query(), per_page=1, raw=True)
        return page.total_count or 0

    async def _count(self, store: Store) -> None:
        windows = await self._do(store.windows)
        self.progress.total = sum(window.expected for window in windows)
        self.progress.written = (await self._do(store.counts)).conversations

    async def _walk(self, store: Store) -> None:
        left = iter([window for window in await self._do(store.windows) if not window.done])
        walker = Walker(self._fetch, lambda *stuck: self._stuck.append(stuck), Pace(_WALKS))

        async def work() -> None:
            for state in left:
                await self._walk_window(store, walker, state)

        await _together([work] * _WALKS)
        for window, error in self._stuck:
            await self._do(partial(store.quarantine, window.name.encode(), str(error)))

    async def _walk_window(self, store: Store, walker: Walker, state: WindowState) -> None:
        whole, ended = state.window, False

        async def take(window: Window, page: Page[bytes]) -> None:
            nonlocal ended
            records = await self._records(store, page.items, window)
            if window == whole:
                ended = page.next is None
                commit = partial(store.commit_page, whole, records, page.next)
            else:  # a piece of a window that could not be walked in one
                commit = partial(store.commit_update, records)
            self._progressed(await self._do(commit))

        await walker.walk(whole, take, state.cursor)
        if not ended:
            await self._do(partial(store.commit_page, whole, [], None))

    async def _fetch(self, window: Window, cursor: str | None, per_page: int) -> Page[bytes]:
        search = self._intercom.conversations.search
        return await search(window.query(), per_page=per_page, resume=cursor, raw=True)

    def _progressed(self, kept: int) -> None:
        self.progress.fetched += kept
        self.progress.written += kept

    # Fetching what changed meanwhile

    async def _drain(self, store: Store) -> None:
        previous = store.previous_started_at
        since = (store.started_at if previous is None else previous) - _OVERLAP
        for _ in range(_DRAINS):
            begun = int(time.time())
            if not await self._drain_once(store, since):
                return
            since = begun - _OVERLAP

    async def _drain_once(self, store: Store, since: int) -> int:
        span = self._options.span(int(time.time()) + _OVERLAP)
        changed: Query = F.updated_at > since
        if self._options.since is not None or self._options.until is not None:
            changed = changed & span.query()
        drained = 0
        pages = self._intercom.conversations.search(changed, per_page=MAX_PER_PAGE, raw=True)
        async for page in pages.pages():
            records = await self._records(store, page.items, span)
            kept = await self._do(partial(store.commit_update, records))
            drained += kept
            self.progress.fetched += kept
        self.progress.written = (await self._do(store.counts)).conversations
        return drained

    # From what was listed to what is kept

    async def _records(self, store: Store, raws: Sequence[bytes], window: Window) -> list[Record]:
        """Return what is new among listed conversations, with their parts if asked for."""
        found: dict[str, tuple[Listed, bytes]] = {}
        for raw in raws:
            try:
                record = listed(raw)
            except DecodeError as error:
                await self._do(partial(store.quarantine, raw, error.reason, error.json_path))
                continue
            created = record.created_at
            if not isinstance(created, int) or created in window:
                found[str(record.id)] = (record, raw)
        known = await self._do(partial(store.known, list(found)))
        new = {
            id: raw
            for id, (record, raw) in found.items()
            if id not in known or known[id] != record.updated_at
        }
        if not self._options.parts:
            return [_record(id, raw, PartsHeld()) for id, raw in new.items()]
        return await self._with_parts(store, list(new))

    async def _with_parts(self, store: Store, ids: list[str]) -> list[Record]:
        records: dict[str, Record | None] = dict.fromkeys(ids)

        async def fetch(id: str) -> None:
            async with self._retrieving:
                try:
                    raw = await self._intercom.conversations.retrieve(id, raw=True)
                    records[id] = _record(id, raw, count_parts(raw))
                except NotFound:
                    await self._do(partial(store.mark_deleted, id))
                except Unauthorized:
                    raise  # the token was revoked: no other would fare better
                except (RequestError, QueryError) as error:
                    await self._do(partial(store.mark_failed, id, str(error)))

        await _together([partial(fetch, id) for id in ids])
        return [record for record in records.values() if record is not None]

    # Verifying and finishing

    async def _finish(self, store: Store, workspace: str) -> Summary:
        missing, result = await self._verify(store)
        await self._do(store.compact)
        await self._do(partial(store.finish, result))
        return Summary(
            workspace=workspace,
            api_version=self._intercom.version,
            seconds=self.progress.seconds,
            fetched=self.progress.fetched,
            counts=await self._do(store.counts),
            deleted=await self._do(store.deleted),
            truncated=await self._do(store.truncated),
            parts_missing=await self._do(store.parts_missing),
            failed=await self._do(store.failed),
            missing=missing,
        )

    async def _verify(self, store: Store) -> tuple[int, dict[str, Any]]:
        """Count anew what there was at the start, and what of it is held."""
        span = self._options.span(store.started_at)
        counted = await self._ask(span)
        # A second more on either side, in case the API's bounds let themselves in.
        held = await self._do(partial(store.count_created, span.start - 1, span.end + 1))
        failed = len(await self._do(store.failed))
        missing = max(counted - held - failed, 0)
        return missing, {
            "verified_at": datetime.now(UTC),
            "counted": counted,
            "held": held,
            "missing": missing,
        }


def _record(id: str, raw: bytes, parts: PartsHeld) -> Record:
    record = listed(raw)
    return Record(
        id=id,
        created_at=_seconds(record.created_at),
        updated_at=_seconds(record.updated_at),
        line=compact(raw),
        parts=parts.held,
        parts_expected=parts.expected or None,
        truncated=parts.truncated,
    )


def _seconds(value: object) -> int | None:
    return value if isinstance(value, int) else None


async def _together(steps: Sequence[Callable[[], Awaitable[None]]]) -> None:
    """Run steps side by side; the first error ends the others and is raised as it is."""
    failures: list[Exception] = []

    async def run(step: Callable[[], Awaitable[None]]) -> None:
        try:
            await step()
        except Exception as error:  # noqa: BLE001  # raised below, outside the task group
            failures.append(error)
            tasks.cancel_scope.cancel()

    async with anyio.create_task_group() as tasks:
        for step in steps:
            tasks.start_soon(run, step)
    if failures:
        raise failures[0]
