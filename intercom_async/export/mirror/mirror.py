"""Rounds: what is new of a folder goes to the bucket, then one put makes it count."""

import hashlib
import os
import shutil
import sqlite3
import time
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO, Final, TypeVar
from uuid import uuid4

import anyio
import msgspec

from intercom_async.core.race import race
from intercom_async.errors import IntercomError
from intercom_async.export.mirror.bucket import (
    Bucket,
    MirrorFailed,
    MirrorLocked,
    MirrorMismatch,
    Taken,
)
from intercom_async.export.mirror.lease import LEASE, RENEWAL, Lease
from intercom_async.export.progress import Mirrored
from intercom_async.export.store import ExportCorrupted, disk
from intercom_async.export.store.database import STATE
from intercom_async.export.store.lock import Lock
from intercom_async.export.store.report import MANIFEST, QUARANTINE, SUMMARY
from intercom_async.export.threads import in_thread

T = TypeVar("T")

_INDEX: Final = "mirror.json"
_ROUNDS: Final = "rounds"
_REPORTS: Final = (QUARANTINE, SUMMARY, MANIFEST)  # the manifest last
_PAUSE: Final = 10.0  # seconds between rounds, at least
_SHARE: Final = (
    10  # a round takes at most about this part of the time, the less often if it is long
)
_TRIES: Final = 6  # of the last round, with pauses that double from a second
_AT_ONCE: Final = 8
_CHUNK: Final = 2**20
_SHARDS: Final = """
    SELECT streams.name || '/' || shards.name, bytes FROM shards
    JOIN streams ON streams.number = stream ORDER BY 1
"""


class _Object(msgspec.Struct, frozen=True):
    key: str
    bytes: int
    sha256: str


class _Index(msgspec.Struct, frozen=True):
    """What the mirror holds: a round's name, and the object of each file."""

    round: str
    files: dict[str, _Object]


class _Marker(msgspec.Struct, frozen=True):
    """In the folder: which rounds of the mirror it continues, and whose lease it had."""

    rounds: tuple[str, ...]
    lease: str


class _Moved(Exception):
    """A shard was replaced while the round was made; the next finds it in its place."""


class Mirror:
    """The copy of a folder in a bucket; its methods block.

    A round reads the state by SQLite's backup first and the shards after: they only grow, so that
    what the state tells of them is there. One that compaction replaces meanwhile is told by its
    inode, and the round is made again.

    Args:
        url: Where the workspaces' mirrors are.
        name: The workspace's name there.
        folder: The export's folder. If it holds no state, the mirror's is fetched into it.

    Raises:
        ConfigurationError: The URL cannot be a mirror's, or obstore is not installed.
        MirrorLocked: Another exporter keeps it.
        MirrorMismatch: The folder holds what the mirror was not made of.
        MirrorFailed: The bucket does not answer.
        ExportLocked: Another export is writing to the folder.
    """

    def __init__(self, url: str, name: str, folder: Path) -> None:
        self._bucket = Bucket(url, name)
        self._folder = folder
        self._marker = folder / _INDEX
        self._held: dict[str, tuple[int, _Object]] = {}  # with the inode it was read from
        self._failure: str | None = None
        self._is_lost = False
        self._is_settled = False
        marker = self._read_marker()
        Lock(folder).release()  # raises where one lives; else its lease is a dead one's
        self._id = uuid4().hex
        self._lease = Lease(self._bucket, self._id, None if marker is None else marker.lease)
        try:
            self._index, self._version = self._read_index()
            if (folder / STATE).exists():
                self._recognise(() if marker is None else marker.rounds)
            else:
                self._fetch()
            self._mark(self._index.round)
        except BaseException:
            with suppress(MirrorFailed):
                self._lease.release()
            raise

    async def accompany(self, work: Callable[[], Awaitable[T]]) -> T:
        """Return what the work returns that fills the folder, and keep the mirror beside it."""
        return await race(work, self._renew, self._keep)

    async def _keep(self) -> None:
        pause = _PAUSE
        while True:
            await anyio.sleep(pause)
            began = time.monotonic()
            await in_thread(self._try_round)
            pause = max(_PAUSE, (time.monotonic() - began) * _SHARE)

    async def _renew(self) -> None:
        while not self._is_lost:
            await anyio.sleep(RENEWAL)
            await in_thread(self._try_renewal)

    def _try_renewal(self) -> None:
        try:
            self._lease.renew()
        except MirrorLocked as error:
            self._lose(str(error))
        except MirrorFailed as error:
            self._failure = str(error)

    def _lose(self, why: str) -> None:
        self._is_lost, self._failure = True, why

    def _try_round(self) -> bool:
        """Make a round, or note why there is none; the export goes on all the same."""
        if self._is_lost:
            return True
        try:
            self._round()
        except _Moved:
            return False
        except Taken:
            self._lose(f"another export has taken {self._bucket.url} over")
        except (IntercomError, OSError, sqlite3.Error) as error:
            self._failure = str(error)
            return False
        else:
            self._failure = None
        return True

    def finish(self) -> Mirrored:
        """Bring the mirror to where the finished folder is, under the names of its files."""
        if self._last_round() and not self._is_lost:
            try:
                self._lease.renew()
                self._settle()
                self._is_settled = True
            except (Taken, MirrorLocked):
                self._lose(f"another export has taken {self._bucket.url} over")
            except MirrorFailed as error:
                self._failure = str(error)
        size = sum(each.bytes for each in self._index.files.values())
        return Mirrored(self._bucket.url, len(self._index.files), size, self._failure)

    def close(self) -> None:
        """Bring what is kept to the mirror, if that was not done, and let another have it."""
        if not self._is_settled and (self._folder / STATE).exists():
            self._try_round()
        with suppress(MirrorFailed):  # it expires
            self._lease.release()

    def _last_round(self) -> bool:
        for attempt in range(_TRIES):
            if self._try_round():
                return True
            time.sleep(2**attempt)
            self._try_renewal()
        return False

    def _round(self) -> None:
        name = uuid4().hex
        inodes = {path: path.stat().st_ino for path in self._folder.glob("*/*")}
        # Not where temporary files go, which may be memory.
        with _scratch(self._folder / ".mirror") as state:
            shards = self._snapshot(state)

            def put(each: tuple[str, int]) -> tuple[str, _Object]:
                path = self._folder / each[0]
                return each[0], self._put(name, each[0], path, each[1], inodes.get(path))

            with ThreadPoolExecutor(_AT_ONCE) as threads:
                files = dict(threads.map(put, shards))
            for report in _REPORTS:
                path = self._folder / report
                with suppress(FileNotFoundError):
                    inode = path.stat().st_ino
                    files[report] = self._put(name, report, path, path.stat().st_size, inode)
            files[STATE] = self._put(name, STATE, state, state.stat().st_size, None)
        if files != self._index.files:
            self._point_to(_Index(name, files))

    def _snapshot(self, to: Path) -> list[tuple[str, int]]:
        """Copy the state as of one moment, and return its shards with what is committed of them."""
        source = sqlite3.connect(f"{(self._folder / STATE).absolute().as_uri()}?mode=ro", uri=True)
        with closing(source), closing(sqlite3.connect(to)) as copy:
            source.backup(copy)
            if copy.execute("SELECT 1 FROM rewrites").fetchone():
                raise _Moved  # or may be any moment
            return copy.execute(_SHARDS).fetchall()

    def _put(self, made: str, name: str, path: Path, size: int, inode: int | None) -> _Object:
        """Upload what is committed of a file, unless the mirror has it."""
        try:
            with path.open("rb") as file:
                there = os.fstat(file.fileno())
                if inode not in {None, there.st_ino} or there.st_size < size:
                    raise _Moved
                held = self._held.get(name)
                # Reports are replaced, and inodes used again, so these are compared by content.
                if name in _REPORTS or name == STATE:
                    found = _Object("", size, _sha256(file, size))
                    if held and (held[1].bytes, held[1].sha256) == (size, found.sha256):
                        return held[1]
                elif held and (held[0], held[1].bytes) == (there.st_ino, size):
                    return held[1]
                file.seek(0)
                sha256 = hashlib.sha256()
                key = f"{_ROUNDS}/{made}/{name}"
                self._bucket.upload(key, _read(file, size, sha256))
        except FileNotFoundError:
            raise _Moved from None
        uploaded = _Object(key, size, sha256.hexdigest())
        self._held[name] = there.st_ino, uploaded
        return uploaded

    def _point_to(self, index: _Index) -> None:
        """Make another index count, then remove the objects that none names any more."""
        self._mark(self._index.round, index.round)  # the put may go through and we be killed
        self._bucket.replace(_INDEX, msgspec.json.encode(index), self._version)
        left = {each.key for each in self._index.files.values()}
        before = self._index.files
        self._index, self._version = self._read_index()
        if self._index.round != index.round:
            raise Taken
        self._mark(index.round)
        named = {each.key for each in index.files.values()}
        # What has a file's own name stays until the finish, for those who read the last export.
        self._bucket.delete(key for key in left - named if key not in before)

    def _settle(self) -> None:
        """Give objects the names of their files, the manifest last; then remove all others."""
        files = self._index.files
        moved = {name: each for name, each in files.items() if each.key != name}
        for name in sorted(moved, key=lambda name: name == MANIFEST):
            self._bucket.copy(files[name].key, name)
        settled = {name: msgspec.structs.replace(each, key=name) for name, each in files.items()}
        if moved:
            self._point_to(_Index(uuid4().hex, settled))
        keep = {*files, _INDEX, LEASE}
        self._bucket.delete(key for key in self._bucket.names() if key not in keep)

    def _fetch(self) -> None:
        """Write the mirror's files to the folder, the state last, which makes it an export."""
        files = self._index.files
        for name in sorted(files, key=lambda name: name == STATE):
            path = self._folder / name
            if path.relative_to(self._folder).parts[:-1]:
                disk.make_folder(path.parent)
            if name == STATE:
                self._mark(self._index.round)
            self._bucket.download(files[name].key, path)
            if disk.digest(path) != files[name].sha256:
                raise ExportCorrupted(path, "is not what was uploaded")
            self._held[name] = path.stat().st_ino, files[name]

    def _recognise(self, rounds: tuple[str, ...]) -> None:
        """Find which of the mirror's files the folder has, so that none is uploaded again.

        Raises:
            MirrorMismatch: The folder continues other rounds than the mirror's.
        """
        if self._index.round and self._index.round not in rounds:
            raise MirrorMismatch(
                f"{self._folder} and the mirror {self._bucket.url} have each gone on from other "
                "exports. Move the folder away to go on from the mirror, or choose another mirror"
            )
        for name, there in self._index.files.items():
            with suppress(FileNotFoundError), (self._folder / name).open("rb") as file:
                if _sha256(file, there.bytes) == there.sha256:
                    self._held[name] = os.fstat(file.fileno()).st_ino, there

    def _read_index(self) -> tuple[_Index, Any]:
        there = self._bucket.read(_INDEX)
        if there is None:
            return _Index("", {}), None
        try:
            index = msgspec.json.decode(there[0], type=_Index)
        except msgspec.DecodeError:
            raise MirrorFailed(f"{self._bucket.url}/{_INDEX} is no mirror's index") from None
        for name in index.files:  # what is fetched must not lead out of the folder
            if len(parts := name.split("/")) > 2 or any(each in {"", ".", ".."} for each in parts):  # noqa: PLR2004
                raise MirrorFailed(f"{self._bucket.url}/{_INDEX} names files outside the export")
        return index, there[1]

    def _read_marker(self) -> _Marker | None:
        with suppress(FileNotFoundError, msgspec.DecodeError):
            return msgspec.json.decode(self._marker.read_bytes(), type=_Marker)
        return None

    def _mark(self, *rounds: str) -> None:
        disk.write_partial(self._marker, [msgspec.json.encode(_Marker(rounds, self._id))])
        disk.rename(self._marker)


@contextmanager
def _scratch(folder: Path) -> Iterator[Path]:
    """Yield where to put a state; the folder goes afterwards, as one of a killed run does."""
    shutil.rmtree(folder, ignore_errors=True)
    disk.make_folder(folder)
    try:
        yield folder / STATE
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _read(file: BinaryIO, size: int, sha256: Any) -> Iterator[bytes]:
    while size > 0 and (chunk := file.read(min(size, _CHUNK))):
        sha256.update(chunk)
        size -= len(chunk)
        yield chunk


def _sha256(file: BinaryIO, size: int) -> str:
    sha256 = hashlib.sha256()
    for _ in _read(file, size, sha256):
        pass
    return sha256.hexdigest()
