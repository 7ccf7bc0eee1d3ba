"""One export: walk the conversations, fetch their parts beside the walk, write them down."""

import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import anyio
import msgspec
from msgspec.structs import astuple

from intercom_async.client import AsyncIntercom
from intercom_async.errors import DecodeError, NotFound, Unauthorized
from intercom_async.export.files import (
    LineFile,
    OtherExport,
    WrittenFile,
    locked,
    workspace_folder,
    write_json,
)
from intercom_async.export.records import count_parts, line
from intercom_async.many import Result
from intercom_async.pages import Pages
from intercom_async.protocol import codec
from intercom_async.protocol.fields import MAX_PER_PAGE
from intercom_async.protocol.query import Query
from intercom_async.scan.listed import Listed, listed
from intercom_async.search import F

__all__ = ["Export", "Options", "Progress", "Summary"]

_CONCURRENCY: Final = 32
_CONVERSATIONS: Final = "conversations.ndjson"
_QUARANTINE: Final = "quarantine.ndjson"
_SUMMARY: Final = "summary.json"
_SECOND: Final = timedelta(seconds=1)
# The server's clock may lag behind ours, and its search index behind the server.
_OVERLAP: Final = timedelta(minutes=5)


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


class _Earlier(msgspec.Struct, frozen=True):
    """What tells an export from others that would go to the same folder."""

    api_version: str
    since: datetime | None
    until: datetime | None
    with_parts: bool

    def described(self) -> str:
        span = f"created from {self.since or 'the beginning'} to {self.until or 'now'}"
        return f"{span}, {'with' if self.with_parts else 'without'} parts, API {self.api_version}"


_earlier: Final = codec.one(_Earlier)


class Failure(msgspec.Struct, frozen=True):
    """A conversation that could not be fetched, and why."""

    id: str
    error: str


class Progress(msgspec.Struct):
    """How far an export has come; read it while it runs.

    Attributes:
        total: How many conversations the API said there are; ``None`` before the first page.
        listed: How many were found so far.
        written: How many were written so far.
        parts: How many parts those hold.
        bytes: How many bytes were written.
        started: When it began, on ``time.monotonic()``.
    """

    total: int | None = None
    listed: int = 0
    written: int = 0
    parts: int = 0
    bytes: int = 0
    started: float = msgspec.field(default_factory=time.monotonic)

    @property
    def seconds(self) -> float:
        """How long it has been running."""
        return time.monotonic() - self.started


class Summary(msgspec.Struct, frozen=True):
    """What an export brought; written to ``summary.json``.

    Attributes:
        workspace: The workspace's id.
        api_version: The API version it was asked in.
        since: The earliest creation time asked for.
        until: The creation time before which was asked for.
        with_parts: Whether parts were asked for.
        started_at: When it began.
        finished_at: When it ended.
        conversations: How many conversations were written, each once.
        parts: How many parts they hold.
        files: The files.
        deleted: Ids listed but deleted before they were fetched.
        truncated: Ids of which the API gives only the newest 500 parts.
        parts_missing: Ids that came with fewer parts than they say they have.
        missing: How many conversations fewer came than the API had counted.
        failed: Conversations that could not be fetched, and why.
        quarantined: How many listed records had no id that could be read; they are in
            ``quarantine.ndjson``.
    """

    workspace: str
    api_version: str
    since: datetime | None
    until: datetime | None
    with_parts: bool
    started_at: datetime
    finished_at: datetime
    conversations: int
    parts: int
    files: list[WrittenFile]
    deleted: list[str]
    truncated: list[str]
    parts_missing: list[str]
    missing: int
    failed: list[Failure]
    quarantined: int

    @property
    def complete(self) -> bool:
        """Whether all that the API counted was written, with its parts, or is deleted."""
        return not (self.failed or self.quarantined or self.missing or self.parts_missing)


class Export:
    """Takes the conversations of one workspace out to a folder.

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
        self._seen: set[str] = set()
        self._deleted: list[str] = []
        self._truncated: list[str] = []
        self._parts_missing: list[str] = []
        self._failed: list[Failure] = []
        self._quarantined: dict[bytes, DecodeError] = {}  # by record, which may come twice

    def kept(self) -> str:
        """Say what is kept of an export that did not finish, as a sentence."""
        if not self.progress.written:
            return "Nothing was exported."
        return (
            f"{self.progress.written:,} conversations were written to "
            f"{self.folder / _CONVERSATIONS}.partial."
        )

    async def run(self) -> Summary:
        """Export to ``OUT/<workspace>/conversations.ndjson``, each conversation on one line.

        Walking a list misses conversations that are updated before the walk comes to them, so
        those updated since the start are looked up at the end.

        Raises:
            IntercomError: The workspace could not be walked.
            OtherExport: The folder holds an export of something else, or another export is
                writing there.
            OSError: A file could not be written.
        """
        started_at = datetime.now(UTC)
        me = await self._intercom.me()
        workspace = (me.app and me.app.id_code) or "workspace"
        self.folder = workspace_folder(self.folder, workspace)
        with locked(self.folder), LineFile(self.folder / _CONVERSATIONS) as file:
            self._check_earlier()
            await self._take(self._all(), file)
            await self._take(self._search(F.updated_at > started_at - _OVERLAP), file)
            written = await anyio.to_thread.run_sync(file.finish)
        summary = Summary(
            workspace=workspace,
            api_version=self._intercom.version,
            since=self._options.since,
            until=self._options.until,
            with_parts=self._options.parts,
            started_at=started_at,
            finished_at=datetime.now(UTC),
            conversations=self.progress.written,
            parts=self.progress.parts,
            files=[written],
            deleted=self._deleted,
            truncated=self._truncated,
            parts_missing=self._parts_missing,
            missing=self._missing(),
            failed=self._failed,
            quarantined=len(self._quarantined),
        )
        self._write_quarantine()
        write_json(self.folder / _SUMMARY, summary)
        return summary

    def _check_earlier(self) -> None:
        try:
            earlier = _earlier((self.folder / _SUMMARY).read_bytes())
        except (FileNotFoundError, DecodeError):
            return  # none, or none that could be told apart
        asked = _Earlier(self._intercom.version, *astuple(self._options))
        if earlier != asked:
            raise OtherExport(
                f"{self.folder} holds another export: {earlier.described()}. This one is "
                f"{asked.described()} and would take its place; choose another --out"
            )

    def _missing(self) -> int:
        came = self.progress.written + len(self._deleted) + len(self._failed)
        return max((self.progress.total or 0) - came - len(self._quarantined), 0)

    def _write_quarantine(self) -> None:
        if not self._quarantined:
            (self.folder / _QUARANTINE).unlink(missing_ok=True)  # of an earlier run
            return
        with LineFile(self.folder / _QUARANTINE) as file:
            for error in self._quarantined.values():
                record = error.body.decode("utf-8", "replace")
                reason = {"reason": error.reason, "json_path": error.json_path, "record": record}
                file.write(msgspec.json.encode(reason) + b"\n")
            file.finish()

    def _all(self) -> Pages[bytes]:
        if self._options.since is None and self._options.until is None:
            return self._intercom.conversations.list(per_page=MAX_PER_PAGE, raw=True)
        return self._search(None)

    def _search(self, query: Query | None) -> Pages[bytes]:
        # Whether ">" and "<" include their bound is not certain: ask for a second more on
        # either side and leave out what is too much.
        if self._options.since is not None:
            query = _both(query, F.created_at > self._options.since - _SECOND)
        if self._options.until is not None:
            query = _both(query, F.created_at < self._options.until + _SECOND)
        assert query is not None  # noqa: S101  # both callers see to it
        return self._intercom.conversations.search(query, raw=True)

    async def _take(self, pages: Pages[bytes], file: LineFile) -> None:
        if not self._options.parts:
            async for id, raw in self._new(pages):
                self._write(id, raw, file)
            return
        ids = (id async for id, _ in self._new(pages))
        many = self._intercom.conversations.retrieve_many(ids, raw=True, concurrency=_CONCURRENCY)
        async with many as results:
            async for result in results:
                self._settle(result, file)

    async def _new(self, pages: Pages[bytes]) -> AsyncIterator[tuple[str, bytes]]:
        async for page in pages.pages():
            if self.progress.total is None:
                self.progress.total = page.total_count
            for raw in page.items:
                try:
                    record = listed(raw)
                except DecodeError as error:
                    self._quarantined[raw] = error
                    continue
                id = str(record.id)
                if id not in self._seen and self._wanted(record):
                    self._seen.add(id)
                    self.progress.listed += 1
                    yield id, raw

    def _wanted(self, record: Listed) -> bool:
        if not isinstance(record.created_at, int | float):
            return True  # the API found it within the bounds, and nothing here says otherwise
        since, until = self._options.since, self._options.until
        return not (
            (since is not None and record.created_at < since.timestamp())
            or (until is not None and record.created_at >= until.timestamp())
        )

    def _settle(self, result: Result[bytes], file: LineFile) -> None:
        if result.value is not None:
            self._write(result.id, result.value, file)
        elif isinstance(result.error, NotFound):
            self._deleted.append(result.id)
        elif isinstance(result.error, Unauthorized):
            raise result.error  # the token was revoked: no other would fare better
        else:
            self._failed.append(Failure(result.id, str(result.error)))

    def _write(self, id: str, raw: bytes, file: LineFile) -> None:
        file.write(line(raw))
        self.progress.written += 1
        if self._options.parts:
            parts = count_parts(raw)
            self.progress.parts += parts.held
            if parts.truncated:
                self._truncated.append(id)
            elif parts.missing:
                self._parts_missing.append(id)
        self.progress.bytes = file.bytes


def _both(query: Query | None, other: Query) -> Query:
    return other if query is None else query & other
