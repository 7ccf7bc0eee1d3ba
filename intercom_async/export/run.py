"""One export: who is asked, where it goes, and how far."""

import time
from datetime import UTC, datetime
from functools import partial
from hashlib import pbkdf2_hmac
from os import PathLike
from pathlib import Path
from typing import Any, Final

import anyio
import msgspec

from intercom_async.client import AsyncIntercom
from intercom_async.errors import IntercomError, RateLimited, ServerError, StatusError
from intercom_async.export.api import Api, Asker
from intercom_async.export.engine import Engine
from intercom_async.export.files import workspace_folder, workspace_name
from intercom_async.export.mirror import Mirror
from intercom_async.export.options import LimitReached, Limits, Options
from intercom_async.export.progress import Progress, StreamProgress, StreamSummary, Summary
from intercom_async.export.side_by_side import side_by_side
from intercom_async.export.store import Identity, Store
from intercom_async.export.streams import STREAMS, Stream
from intercom_async.export.threads import in_thread
from intercom_async.export.writer import RecordWriter
from intercom_async.models import App

_NAMELESS: Final = b"intercom-async workspace"
_ROUNDS: Final = 600_000
_GRACE: Final = 30.0  # seconds in which requests under way may end


class Export:
    """Takes one workspace out to a folder, or goes on doing so.

    Args:
        intercom: The client of the workspace.
        out: The folder under which the workspace gets its own; or that one, to go on there.
        options: What to export; by default what the command exports.
        limits: How far to go; by default to the end.
        mirror: A URL under which the workspace's folder is kept too while the export runs, such as
            ``s3://bucket/prefix``. A machine whose folder is empty goes on from there. Where it
            cannot be kept the export goes on, and the summary tells.

    Attributes:
        progress: How far it has come.
        folder: The workspace's folder; ``out`` until the API has told which workspace it is.
    """

    def __init__(
        self,
        intercom: AsyncIntercom,
        out: str | PathLike[str],
        options: Options | None = None,
        limits: Limits | None = None,
        *,
        mirror: str | None = None,
    ) -> None:
        self.progress: Progress = Progress()
        self.folder: Path = Path(out)
        self._intercom = intercom
        self._out = self.folder
        self._options = options = options or Options()
        self._limits = limits or Limits()
        self._asker = Asker(intercom, self.progress, self._limits, options)
        self._ahead = 0.0
        self._mirror = mirror
        self._skipped: dict[str, IntercomError] = {}

    def kept(self) -> str:
        """Say what is kept of an export that did not finish, as a sentence."""
        if not self.progress.written:
            return "This run exported nothing; what earlier runs kept stays."
        return f"{self.progress.written:,} records are kept in {self.folder}."

    async def run(self) -> Summary:
        """Export to the workspace's folder, or go on where a run was interrupted.

        A finished export is brought up to date: only what changed since is fetched. A stream that
        the API refuses is left out, and named in the summary.

        Raises:
            IntercomError: The workspace could not be walked. What was kept is gone on from.
            LimitReached: A limit of the caller's own. What was kept is gone on from.
            ExportMismatch: The folder holds an export of something else.
            ExportLocked: Another export is writing to the folder.
            MirrorLocked: Another exporter keeps the mirror.
            MirrorMismatch: The mirror is of another export than the folder.
            MirrorFailed: The mirror could not be looked at when the run began.
            ExportCorrupted: The folder does not hold what was written to it.
            OSError: The disk. What was kept is gone on from.
        """
        seconds = self._limits.seconds
        with anyio.move_on_after(None if seconds is None else seconds + _GRACE):
            return await self._run()
        raise LimitReached(f"own limit of {seconds:g} seconds reached")

    async def _run(self) -> Summary:
        app, self._ahead = await self._asker.identify_workspace()
        workspace = app.id_code or await _nameless(self._intercom)
        self.folder = await in_thread(workspace_folder, self._out, workspace)
        stores: list[Store] = []  # so that one is closed even if this is cancelled as it opens
        mirrors: list[Mirror] = []
        try:
            if self._mirror is not None:
                name = workspace_name(workspace)
                make = partial(Mirror, self._mirror, name, self.folder)
                await in_thread(lambda: mirrors.append(make()))
            await in_thread(lambda: stores.append(self._open(workspace)))
            (store,) = stores
            work = partial(self._export, store, app)
            for mirror in mirrors:
                summary = await mirror.accompany(work)
                mirrored = await in_thread(mirror.finish)
                return msgspec.structs.replace(summary, mirror=mirrored)
            return await work()
        finally:
            closed = (*(mirror.close for mirror in mirrors), *(store.close for store in stores))
            for close in closed:
                with anyio.CancelScope(shield=True):
                    await in_thread(close)

    async def _export(self, store: Store, app: App) -> Summary:
        streams = [STREAMS[name] for name in self._options.streams]
        streams = [stream for stream in streams if stream.is_in(self._intercom)]
        disk = anyio.Lock()
        summaries: dict[str, StreamSummary] = {}

        async def export(stream: Stream) -> None:
            summaries[stream.name] = await self._stream(store, disk, stream)

        await in_thread(store.begin, *(stream.name for stream in streams))
        for stream in streams:
            left_out = dict.fromkeys(self._options.redact, 0)
            self.progress.streams[stream.name] = StreamProgress(left_out=left_out)
        await side_by_side(export, streams, len(streams))
        if summaries.keys() == self._skipped.keys():
            raise next(iter(self._skipped.values()))
        results = {name: _result(summary, self._options) for name, summary in summaries.items()}
        await in_thread(store.finish, results, name=app.name, timezone=app.timezone)
        return Summary(
            workspace=store.identity.workspace,
            api_version=store.identity.api_version,
            seconds=self.progress.seconds,
            requests=self.progress.requests,
            throttled=self.progress.throttled,
            streams={stream.name: summaries[stream.name] for stream in streams},
        )

    async def _stream(self, store: Store, disk: anyio.Lock, stream: Stream) -> StreamSummary:
        progress = self.progress.streams[stream.name]
        api = Api(self._asker, stream, progress)
        kept = store.streams()[stream.name]
        writer = RecordWriter(kept, disk, api, self._options, progress, self._clock)
        try:
            engine = Engine(api, writer, self._options, self._limits, progress, self._clock)
            with self._asker.walking(stream):
                return await engine.run()
        except StatusError as error:
            if isinstance(error, RateLimited | ServerError):
                raise
            await self._asker.check_token()  # else it may do nothing any more
            self._skipped[stream.name] = error
            await writer.in_store(kept.compact)
            return StreamSummary(
                how="windows" if stream.windowed else "list",
                seconds=progress.seconds,
                fetched=progress.fetched,
                requests=progress.requests,
                throttled=progress.throttled,
                as_of=(await writer.in_store(kept.run.state)).previous_started_at or 0,
                counts=await writer.in_store(kept.run.counts),
                skipped=str(error),
            )
        finally:
            progress.phase = "finished"

    def _clock(self) -> float:
        return time.time() - self._ahead

    def _open(self, workspace: str) -> Store:
        since, until = self._options.bounds()
        identity = Identity(
            workspace=workspace,
            api_version=self._intercom.version,
            since=since,
            until=until,
            parts=self._options.parts,
            redact=self._options.redact,
        )
        return Store.open(self.folder, identity, clock=self._clock)


async def _nameless(intercom: AsyncIntercom) -> str:
    """Return what tells workspaces without an id apart: a digest nobody gets the token from."""
    secret = await intercom._settings.secret.resolve()  # noqa: SLF001  # of this package
    digest = partial(pbkdf2_hmac, "sha256", secret.encode(), _NAMELESS, _ROUNDS)
    return f"workspace-{(await in_thread(digest)).hex()[:16]}"


def _result(summary: StreamSummary, options: Options) -> dict[str, Any]:
    """Return what the manifest is to say of a stream."""
    short = summary.missing or summary.uncounted or (summary.listed or 0) > summary.counted
    unknown = not summary.listed and summary.how == "windows"
    # Else the next run looks through the same span of changes again.
    whole = summary.swept or options.is_limited or not (short or unknown)
    found = msgspec.structs.asdict(summary)
    del found["counts"]
    return {
        "whole": bool(whole and summary.skipped is None),
        "complete": summary.complete,
        "verified_at": datetime.now(UTC),
        **found,
    }
