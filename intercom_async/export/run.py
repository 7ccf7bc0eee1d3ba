"""One export: who is asked, where it goes, and how far."""

import time
from functools import partial
from hashlib import pbkdf2_hmac
from pathlib import Path
from typing import Final

import anyio

from intercom_async.client import AsyncIntercom
from intercom_async.core.plain import unix_seconds
from intercom_async.export.api import Api
from intercom_async.export.engine import Engine
from intercom_async.export.files import workspace_folder
from intercom_async.export.options import LimitReached, Limits, Options
from intercom_async.export.progress import Progress, Summary
from intercom_async.export.store import Identity, Store
from intercom_async.export.threads import in_thread
from intercom_async.export.writer import RecordWriter

__all__ = ["Export"]

_NAMELESS: Final = b"intercom-async workspace"
_ROUNDS: Final = 600_000
_GRACE: Final = 30.0  # seconds in which requests under way may end


class Export:
    """Takes the conversations of one workspace out to a folder, or goes on doing so.

    Args:
        intercom: The client of the workspace.
        out: The folder under which the workspace gets its own.
        options: What to export.
        limits: How far to go.

    Attributes:
        progress: How far it has come.
        folder: The workspace's folder; ``out`` until the API has told which workspace it is.
    """

    def __init__(
        self, intercom: AsyncIntercom, out: Path, options: Options, limits: Limits | None = None
    ) -> None:
        self.progress: Progress = Progress(left_out=dict.fromkeys(options.redact, 0))
        self.folder: Path = out
        self._intercom = intercom
        self._out = out
        self._options = options
        self._limits = limits or Limits()
        self._api = Api(intercom, self.progress, self._limits, options)
        self._ahead = 0.0

    def kept(self) -> str:
        """Say what is kept of an export that did not finish, as a sentence."""
        if not self.progress.written:
            return "This run exported nothing; what earlier runs kept stays."
        return f"{self.progress.written:,} conversations are kept in {self.folder}."

    async def run(self) -> Summary:
        """Export to ``OUT/<workspace>/conversations/``, or go on where a run was interrupted.

        A finished export is brought up to date: only what changed since is fetched.

        Raises:
            IntercomError: The workspace could not be walked. What was kept is gone on from.
            LimitReached: A limit of the caller's own. What was kept is gone on from.
            ExportMismatch: The folder holds an export of something else.
            ExportLocked: Another export is writing to the folder.
            ExportCorrupted: The folder does not hold what was written to it.
            OSError: The disk. What was kept is gone on from.
        """
        seconds = self._limits.seconds
        with anyio.move_on_after(None if seconds is None else seconds + _GRACE):
            return await self._run()
        raise LimitReached(f"own limit of {seconds:g} seconds reached")

    async def _run(self) -> Summary:
        identified = await self._api.identify_workspace()
        self._ahead = identified.ahead
        workspace = identified.workspace or await _nameless(self._intercom)
        self.folder = workspace_folder(self._out, workspace)
        stores: list[Store] = []  # so that one is closed even if this is cancelled as it opens
        try:
            await in_thread(lambda: stores.append(self._open(workspace)))
            (store,) = stores
            writer = RecordWriter(store, self._api, self._options, self.progress, self._clock)
            engine = Engine(
                self._api,
                writer,
                self._options,
                self._limits,
                self.progress,
                self._clock,
                identified.total,
            )
            return await engine.run()
        finally:
            for store in stores:
                with anyio.CancelScope(shield=True):
                    await in_thread(store.close)

    def _open(self, workspace: str) -> Store:
        return Store.open(self.folder, self._identity(workspace), clock=self._clock)

    def _clock(self) -> float:
        return time.time() - self._ahead

    def _identity(self, workspace: str) -> Identity:
        since, until = self._options.since, self._options.until
        return Identity(
            workspace=workspace,
            api_version=self._api.version,
            since=None if since is None else unix_seconds("since", since),
            until=None if until is None else unix_seconds("until", until),
            parts=self._options.parts,
            redact=self._options.redact,
        )


async def _nameless(intercom: AsyncIntercom) -> str:
    """Return what tells workspaces without an id apart: a digest nobody gets the token from."""
    secret = await intercom._settings.secret.reveal()  # noqa: SLF001  # of this package
    digest = partial(pbkdf2_hmac, "sha256", secret.encode(), _NAMELESS, _ROUNDS)
    return f"workspace-{(await in_thread(digest)).hex()[:16]}"
