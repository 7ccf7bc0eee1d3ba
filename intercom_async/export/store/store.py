"""The store: what an export has so far, on disk, so that it survives being killed anywhere."""

import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any, Self

from intercom_async.export.store import disk
from intercom_async.export.store.database import STATE, Database, set_aside
from intercom_async.export.store.errors import ExportCorrupted, ExportMismatch
from intercom_async.export.store.failpoints import OnStep, no_step
from intercom_async.export.store.frames import SUFFIX
from intercom_async.export.store.lock import Lock
from intercom_async.export.store.outcomes import quarantine_lines
from intercom_async.export.store.report import (
    MANIFEST,
    read_manifest,
    write_manifest,
    write_quarantine,
)
from intercom_async.export.store.run import (
    Run,
    differences,
    is_finished,
    read_identity,
    run_of,
    runs,
    write_identity,
)
from intercom_async.export.store.schema import SCHEMA
from intercom_async.export.store.seal import check_seals, seal
from intercom_async.export.store.stream import StreamStore
from intercom_async.export.store.values import Identity, Manifest, StreamManifest


class Store:
    """One workspace's export on disk; open it with :meth:`open`.

    Its methods, and those of its parts, block until the disk has what they were given. It
    belongs to one caller at a time: call it from one worker thread, or from several one after
    another, never at once. Whatever raises :class:`OSError`, on a full disk for one, has changed
    nothing committed; the same call may be made again once there is room, in this process or
    another.

    Attributes:
        folder: The export's folder.
        identity: What was asked for.
    """

    def __init__(
        self,
        folder: Path,
        identity: Identity,
        database: Database,
        lock: Lock,
        *,
        step: OnStep,
        clock: Callable[[], float],
    ) -> None:
        self.folder: Path = folder
        self.identity: Identity = identity
        self._streams: dict[str, StreamStore] = {}
        self._database = database
        self._lock = lock
        self._step = step
        self._clock = clock

    @classmethod
    def open(
        cls,
        folder: Path,
        identity: Identity,
        *,
        on_step: OnStep | None = None,
        clock: Callable[[], float] = time.time,
    ) -> Self:
        """Begin an export in a folder, or go on with the one in it.

        What a killed run wrote but did not commit is taken away first. A shard that is damaged is
        repaired, and a state that is, or is gone, made anew from the manifest and the shards.

        Args:
            folder: The export's folder, made if need be.
            identity: What is asked for.
            on_step: Told before anything is done that outlasts the process.
            clock: Tells the time in unix seconds.

        Raises:
            ExportLocked: Another process exports to the folder.
            ExportMismatch: The folder's export was asked for differently; but of other creation
                times it may be, which a run adds or leaves out.
            ExportCorrupted: The state does not hold what was committed to it, and there is no
                manifest to make it anew from.
            OSError: The folder cannot be written, or a symlink is in the way.
        """
        step = on_step or no_step
        disk.make_folder(folder)
        lock = Lock(folder)
        with ExitStack() as undo:
            undo.callback(lock.release)
            opened = partial(cls._opened, folder, identity, lock, step=step, clock=clock)
            try:
                store = opened(cls._prepare)
            except ExportCorrupted as damage:
                if damage.path != folder / STATE or not (folder / MANIFEST).exists():
                    raise
                set_aside(damage.path)
                store = opened(partial(cls._rebuild, damage=damage))
            undo.pop_all()
        return store

    @classmethod
    def _opened(  # as open has them
        cls,
        folder: Path,
        identity: Identity,
        lock: Lock,
        prepare: Callable[[Self], None],
        *,
        step: OnStep,
        clock: Callable[[], float],
    ) -> Self:
        with ExitStack() as undo:
            database = Database.open(folder / STATE, step)
            undo.callback(database.close)
            store = cls(folder, identity, database, lock, step=step, clock=clock)
            prepare(store)
            undo.pop_all()
        return store

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the folder; what is committed stays."""
        self._database.close()
        self._lock.release()

    def streams(self) -> dict[str, StreamStore]:
        """Return the streams there are, by name."""
        return dict(self._streams)

    def begin(self, *names: str) -> None:
        """Begin a run of some streams, or go on with the one they are in.

        The manifest stays until the next finish replaces it.
        """
        now = int(self._clock())
        with self._database.transaction("begin.commit"):
            write_identity(self._database, self.identity)
            for name in names:
                if name not in self._streams:
                    run = run_of(self._database, name, self.identity, now)
                    self._streams[name] = self._stream(name, run)
                elif self._streams[name].run.phase == "finished":
                    self._streams[name].begin_update(now)

    def finish(
        self,
        results: Mapping[str, Mapping[str, Any]],
        *,
        name: str | None = None,
        timezone: str | None = None,
    ) -> Path:
        """Compare every shard with what was written, and finish by writing the manifest.

        Args:
            results: What was found when each stream of this run was checked against the API, by
                the stream's name; goes into the manifest and the summary, so JSON must be able to
                hold it. Where it says that not ``whole`` changes were seen, the next run looks
                for the same ones again.
            name: The workspace's name.
            timezone: The workspace's time zone.

        Returns:
            Where the manifest is.

        Raises:
            ValueError: The export was not compacted.
            ExportCorrupted: A shard is not as it was written.
        """
        before = self._results() | {name: dict(found) for name, found in results.items()}
        for left_midway in self._streams.keys() - results.keys():
            self._streams[left_midway].compact()
        files = [file for stream in self._streams.values() for file in stream.files()]
        files.append(write_quarantine(self.folder, quarantine_lines(self._database), self._step))
        manifest = Manifest(
            schema=SCHEMA,
            identity=self.identity,
            finished_at=int(self._clock()),
            streams={
                name: StreamManifest(
                    started_at=stream.run.started_at,
                    counts=stream.run.counts(),
                    result=before.get(name, {}),
                    windows=stream.plan.windows(),
                )
                for name, stream in self._streams.items()
            },
            files=files,
            name=name,
            timezone=timezone,
        )
        path = write_manifest(self.folder, manifest, self._step)
        with self._database.transaction("finish.commit"):
            for stream, found in results.items():
                self._streams[stream].run.finish(whole=bool(found.get("whole", True)))
            seal(self.folder, self._database)
        return path

    def _results(self) -> dict[str, dict[str, Any]]:
        """Return what the manifest says of the streams that this run is not about."""
        try:
            streams = read_manifest(self.folder).streams
        except (FileNotFoundError, ExportCorrupted):
            return {}
        return {name: dict(stream.result) for name, stream in streams.items()}

    def _stream(self, name: str, run: Run) -> StreamStore:
        return StreamStore(
            self._database, name, run, self.folder, step=self._step, clock=self._clock
        )

    def _prepare(self) -> None:
        if not self._database.schema:
            # A lost state must not cost the shards it told of.
            if any(self.folder.glob(f"*/*{SUFFIX}")):
                raise ExportCorrupted(
                    self.folder / STATE, "missing or empty, although there are shards"
                )
            with self._database.transaction("state.create"):
                self._database.create()
                write_identity(self._database, self.identity)
        different = differences(read_identity(self._database), self.identity)
        if different:
            raise ExportMismatch(self.folder, different)
        if is_finished(self._database):
            check_seals(self.folder, self._database)
        if self._database.schema < SCHEMA:
            with self._database.transaction("state.create"):
                self._database.upgrade()
        for name, run in runs(self._database).items():
            self._streams[name] = self._stream(name, run)
            self._streams[name].recover()

    def _rebuild(self, damage: ExportCorrupted) -> None:
        """Make the state anew from the manifest and the shards."""
        manifest = read_manifest(self.folder)
        different = differences(manifest.identity, self.identity)
        if different:
            raise ExportMismatch(self.folder, different)
        with self._database.transaction("state.create"):
            self._database.create()
            write_identity(self._database, self.identity)
            for name, told in manifest.streams.items():
                run = run_of(self._database, name, manifest.identity, told.started_at)
                self._streams[name] = self._stream(name, run)
                self._streams[name].rebuild(
                    told,
                    {file.name for file in manifest.files},
                    counts_parts=self.identity.counts_parts(name),
                )
        for stream in self._streams.values():
            stream.recover()
            stream.repairs.append(f"{STATE} {damage.reason}: made anew from manifest and shards")
