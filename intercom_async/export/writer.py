"""From what is listed to what is kept: what is new, with its parts, without what is redacted."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import partial
from typing import Final, NamedTuple, ParamSpec, TypeAlias, TypeVar

import anyio
from msgspec.structs import replace

from intercom_async.core.codec import Page
from intercom_async.core.fetch_many import Many, Result
from intercom_async.errors import DecodeError, IntercomError, NotFound, QueryError, RequestError
from intercom_async.export.api import Api
from intercom_async.export.options import LimitReached, Options
from intercom_async.export.progress import StreamProgress
from intercom_async.export.records import (
    CONVERSATION_PARTS,
    CONVERSATIONS,
    NO_PARTS,
    VERSIONED,
    PartsHeld,
    compact,
    count_parts,
    header_reader,
    no_parts,
    redacted,
)
from intercom_async.export.store import Record, StreamStore
from intercom_async.export.threads import in_thread
from intercom_async.scan.record_header import RecordHeader
from intercom_async.scan.windows import EVERYTHING, Window

P = ParamSpec("P")
T = TypeVar("T")

Commit: TypeAlias = Callable[[Sequence[Record]], int]
"""Has the store commit records, and returns how many of them were new or newer."""

_RETRIEVALS: Final = 32
# What one page's conversations may take in memory before they are committed: 16 are walked.
_HELD: Final = 4 * 2**20
# So many conversations in a row that were not given, and then twice as many each time, raise the
# question whether the API gives any.
_DOUBTFUL: Final = 4
# A workspace that seems to have lost more than a twentieth, and more than a few, is not believed.
_MOST_DELETED: Final = 0.05
_FEW: Final = 50


class TooManyDeletions(IntercomError):
    """More of a stream is gone than is believed without ``Options.allow_deletions``."""

    def __init__(self, stream: str, gone: int, held: int) -> None:
        super().__init__(
            f"{gone:,} of the {held:,} {stream} kept are not in the workspace any more; none was "
            "taken out"
        )


class RecordWriter:
    """Keeps the records of a stream in the store of an export.

    Args:
        store: The stream's store, in which nothing else is done than through here.
        disk: Held while something is done in the store, which belongs to one caller at a time.
        api: Where to get whole records.
        options: What to keep of them.
        progress: Told of what was kept.
        clock: The time in unix seconds, not later than the server's.

    Attributes:
        store: As the argument.
        gone: Records that this run was told are deleted.
        completes: Whether listed records are fetched again, or more of them.
    """

    def __init__(  # noqa: PLR0917  # its parts, each made by the caller
        self,
        store: StreamStore,
        disk: anyio.Lock,
        api: Api,
        options: Options,
        progress: StreamProgress,
        clock: Callable[[], float],
    ) -> None:
        self.store: StreamStore = store
        self.gone: set[str] = set()
        of_conversations = store.name == CONVERSATIONS
        self._count_parts = count_parts if of_conversations and options.parts else no_parts
        self._leaves_parts_out = of_conversations and not options.parts
        self.completes: bool = api.stream.complete is not None and (
            options.parts or not of_conversations
        )
        self._versioned = store.name in VERSIONED
        self._read_header = header_reader(store.name, sound=True)
        self._line: Callable[[bytes], bytes] = compact  # makes of a record what is kept
        if options.redact:
            fields = frozenset(options.redact)
            self._line = partial(redacted, fields=fields, left_out=progress.left_out)
        self._reach = (options if api.stream.windowed else Options()).reach()
        self._api = api
        self._options = options
        self._withholds = bool(options.redact)
        self._progress = progress
        self._clock = clock
        self._disk = disk
        self._retrieving = anyio.CapacityLimiter(_RETRIEVALS)  # over all pages
        self._given: str | None = None
        self._not_given_in_a_row = 0
        self._doubtful = _DOUBTFUL
        self._odd: dict[str, str] = {}  # why what was given of these is not all there is
        self._to_retry: dict[str, _Listing] = {}
        # Given in this run, and fetched again by the next at the earliest.
        self._not_final: set[tuple[str, int | None]] = set()
        self._reached: LimitReached | None = None

    async def in_store(self, step: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Have the store do something, away from the event loop and one thing at a time."""
        async with self._disk:
            return await in_thread(step, *args, **kwargs)

    async def keep(
        self, page: Page[bytes], asked: float, window: Window, some: Commit, last: Commit
    ) -> "list[tuple[RecordHeader, bytes]]":
        """Keep what is new among listed records, whole where they were listed with less.

        Args:
            page: The records as listed.
            asked: When they were asked for, by the clock.
            window: What they were to be created in; others are left out.
            some: Commits some of them, where they are too large to be held all at once.
            last: Commits the rest, be there any or not.

        Returns:
            All of the page that belong to the window, with their headers.
        """
        for error in page.invalid:
            await self._quarantine(error.body, error, window=window)
        found = await self._listed(page.items, window)
        if self.completes:
            await self.retrieve(await self._new(found), some, last)
            return found
        records: list[Record] = []
        for read, raw in found:
            try:
                records.append(self._record(read, raw, asked, NO_PARTS))
            except DecodeError as error:
                await self._quarantine(raw, error, id=str(read.id))
        await self._commit(last, records)  # which leaves out what is known already
        return found

    async def retrieve(
        self, ids: Mapping[str, "_Listing | None"], some: Commit, last: Commit
    ) -> None:
        """Fetch whole records and keep them; see ``keep``.

        Args:
            ids: The records, each as it was listed, if it was.
            some: As for ``keep``.
            last: As for ``keep``.
        """
        records: list[Record] = []
        try:
            await self._retrieve(ids, some, records)
        except BaseException:
            with anyio.CancelScope(shield=True):
                await self._commit(some, records)  # so that it is not fetched again
            raise
        await self._commit(last, records)

    async def drop_gone(self) -> None:
        """Take the records out that this run was told are deleted, and not given since.

        Raises:
            TooManyDeletions: They are more than is believed without being told.
        """
        await self.drop(self.gone)

    async def drop(self, ids: Collection[str]) -> None:
        """Take records out that are deleted; see ``drop_gone``."""
        held = await self.in_store(self.store.ledger.known, ids)
        most = max(_FEW, self._progress.written * _MOST_DELETED)
        if len(held) > most and not self._options.allow_deletions:
            raise TooManyDeletions(self.store.name, len(held), self._progress.written)
        await self.in_store(self._drop, ids)

    def _drop(self, ids: Iterable[str]) -> None:
        for id in ids:
            self.store.mark_deleted(id, keep=self._options.keep_deleted)
        self._progress.written = self.store.run.records

    async def _retrieve(
        self, ids: Mapping[str, "_Listing | None"], some: Commit, records: list[Record]
    ) -> None:
        held = 0
        concurrency = max(1, min(_RETRIEVALS, len(ids)))
        async with Many(
            ids, partial(self._fetch, ids), concurrency=concurrency, ordered=False
        ) as results:
            async for result in results:
                listing = ids[result.id] or self._to_retry.get(result.id)
                record = await self._retrieved(result, listing)
                if listing is not None and (
                    record is None or record.id != result.id or self._is_poor(record)
                ):
                    self._to_retry[result.id] = listing
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

    def _is_poor(self, record: Record) -> bool:
        lacks_parts = record.parts < (record.parts_expected or 0) and not record.truncated
        return lacks_parts or record.id in self._odd

    async def _commit(self, commit: Commit, records: list[Record]) -> None:
        odd = self._odd and {
            each.id: self._odd.pop(each.id) for each in records if each.id in self._odd
        }

        def keep() -> tuple[int, int]:
            new = commit(records)
            for id, why in odd.items():
                self.store.outcomes.fail(id, why)
            return new, self.store.run.records

        new, self._progress.written = await self.in_store(keep)
        self._progress.fetched += new

    async def _listed(
        self, raws: Sequence[bytes], window: Window
    ) -> list[tuple[RecordHeader, bytes]]:
        found: list[tuple[RecordHeader, bytes]] = []
        versioned, read_header = self._versioned, self._read_header
        within = self._reach if window == EVERYTHING else window
        for raw in raws:
            try:
                kept = raw if versioned else self._line(raw)
                read = read_header(kept)
            except DecodeError as error:
                await self._quarantine(raw, error, window=window)
                continue
            created = read.created
            if created is None or created in within:
                found.append((read, kept))
        return found

    async def _new(self, found: Sequence[tuple[RecordHeader, bytes]]) -> dict[str, "_Listing"]:
        listings = {str(read.id): _Listing(read, raw) for read, raw in found}
        known = await self.in_store(self.store.ledger.known, list(listings))
        return {
            id: each
            for id, each in listings.items()
            if known.get(id) != each.read.updated or each.read.updated is None
            if (id, each.read.updated) not in self._not_final
        }

    async def _fetch(
        self, ids: Mapping[str, "_Listing | None"], id: str | int
    ) -> "_Fetched | None":
        listing = ids[str(id)]
        async with self._retrieving:
            asked = self._clock()
            try:
                raw = None if listing is None else listing.raw
                return _Fetched(await self._api.complete(str(id), raw), asked)
            except LimitReached as reached:  # those under way are still worth having
                self._reached = reached
                return None

    async def _retrieved(
        self, result: "Result[_Fetched | None]", listing: "_Listing | None"
    ) -> Record | None:
        raw = b""
        try:
            if result.value is not None:
                raw = result.value.raw
                self._given, self._not_given_in_a_row = result.id, 0
                self.gone.discard(result.id)
                record = self._fetched_record(result.id, *result.value, listing)
                if record.id != result.id:
                    await self._note_replaced(result.id, record.id, listing)
                return record
            if isinstance(result.error, QueryError) and listing is not None:
                raw = listing.raw
                self._odd[result.id] = str(result.error)  # such an id can be listed, not asked for
                return self._record(listing.read, raw, 0.0, self._count_parts(raw))
        except DecodeError as error:
            await self._quarantine(raw, error, id=result.id)
            return None
        match result.error:
            case None:
                return None  # it was not asked for, since a limit had been reached
            case QueryError():
                await self._failed(result.id, result.error)
                return None
            # Of the record, and in the API's own words, not in a proxy's.
            case NotFound(errors=(_, *_), path=path) if path.endswith("{id}"):
                self.gone.add(result.id)
            case RequestError():
                await self._failed(result.id, result.error)
            case _:
                raise result.error
        self._not_given_in_a_row += 1
        if self._not_given_in_a_row >= self._doubtful:
            await self._api.prove([self._given] if self._given else [], result.error)
            self._not_given_in_a_row, self._doubtful = 0, 2 * self._doubtful
        return None

    def _fetched_record(
        self, id: str, raw: bytes, asked: float, listing: "_Listing | None"
    ) -> Record:
        if cut := self._api.stream.cut(raw):
            self._odd[id] = f"the API does not give all of its {', '.join(cut)}"
            asked = 0.0  # so that it is fetched again
        if self._leaves_parts_out:  # which are retrieved all the same
            raw = redacted(raw, {CONVERSATION_PARTS})
        read, raw = self._read(raw)
        parts = self._count_parts(raw)
        if listing is None:  # nothing to hold it to: it is fetched again when it is listed
            return self._record(read, raw, 0.0, parts)
        told = self._count_parts(listing.raw).expected
        parts = replace(parts, expected=max(parts.expected, told))
        if self._versioned and (read.updated or 0) < (listing.read.updated or 0):
            self._odd[id] = "the version that the API gives is older than the one it lists"
            asked = 0.0
        record = self._record(read, raw, asked, parts)
        if not record.is_final_version:  # it is not fetched again before the next run
            self._not_final.add((id, record.updated_at))
        return record

    async def _note_replaced(self, id: str, by: str, listing: "_Listing | None") -> None:
        """Note that another record was given, into which this one was merged."""
        if listing is None:
            self.gone.add(id)
        else:
            why = f"it is listed, and record {by} is given in its place"
            await self.in_store(self.store.outcomes.fail, id, why)

    async def _failed(self, id: str, error: IntercomError) -> None:
        if isinstance(error, DecodeError):
            await self._quarantine(error.body, error, id=id)
        await self.in_store(self.store.outcomes.fail, id, str(error))

    def _record(self, read: RecordHeader, raw: bytes, asked: float, parts: PartsHeld) -> Record:
        updated_at = read.updated
        return Record(
            str(read.id),
            read.created,
            updated_at,
            self._line(raw),
            parts.held,
            parts.expected or None,
            parts.truncated,
            is_final_version=not self._versioned
            or (updated_at is not None and updated_at < int(asked)),
        )

    def _read(self, raw: bytes) -> tuple[RecordHeader, bytes]:
        """Read what a record is told by, and return it as what that is true of."""
        kept = raw if self._versioned else self._line(raw)
        return self._read_header(kept), kept

    async def _quarantine(
        self,
        raw: bytes,
        error: DecodeError,
        *,
        id: str | None = None,
        window: Window | None = None,
    ) -> None:
        await self.in_store(
            self.store.outcomes.quarantine,
            raw,
            error.reason,
            error.json_path,
            id,
            window,
            withhold=self._withholds,
        )


class _Listing(NamedTuple):
    """A record as it was listed."""

    read: RecordHeader
    raw: bytes


class _Fetched(NamedTuple):
    """A record as it came, and when it had been asked for."""

    raw: bytes
    asked: float
