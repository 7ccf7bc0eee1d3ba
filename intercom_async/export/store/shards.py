"""The shards and what is committed of them."""

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import msgspec

from intercom_async.export.store import disk
from intercom_async.export.store.database import Database
from intercom_async.export.store.errors import ExportCorrupted
from intercom_async.export.store.failpoints import OnStep
from intercom_async.export.store.frames import SUFFIX, count_rows, frame_of
from intercom_async.export.store.values import File

_UPDATES: Final = "updates="
_ALL: Final = "SELECT number, name, bytes, rows, sha256 FROM shards WHERE stream = ? ORDER BY name"
_ONE: Final = "SELECT number, name, bytes, rows, sha256 FROM shards WHERE number = ?"
# Each of a shard's records is in the ledger or superseded.
_UNACCOUNTED: Final = """
    SELECT name FROM shards
    LEFT JOIN (
        SELECT shard, count(*) AS current FROM ledger WHERE stream = :stream GROUP BY shard
    ) AS c
        ON c.shard = number
    LEFT JOIN (SELECT shard, sum(copies) AS old FROM superseded GROUP BY shard) AS s
        ON s.shard = number
    WHERE stream = :stream AND rows <> ifnull(current, 0) + ifnull(old, 0) ORDER BY name
"""
_EXTEND: Final = """
    INSERT INTO shards (stream, name, bytes, rows, sha256) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (stream, name) DO UPDATE
    SET bytes = excluded.bytes, rows = rows + excluded.rows, sha256 = excluded.sha256
    RETURNING number
"""


class Shard(msgspec.Struct, frozen=True):
    """A shard as committed.

    Attributes:
        number: What the ledger calls it.
        name: The name of its file.
        bytes: How many bytes of the file are committed.
        rows: How many records those hold, superseded ones included.
        sha256: Its digest, in hexadecimal; ``None`` if an earlier process began what this one
            went on with.
    """

    number: int
    name: str
    bytes: int
    rows: int
    sha256: str | None


class Extent(msgspec.Struct, frozen=True):
    """A frame that is on the disk, but not committed yet.

    Attributes:
        name: The name of the shard's file.
        end: Where the frame ends, in bytes from the beginning of the file.
        rows: How many records it holds.
        digest: That of the whole file, if all of it is known.
    """

    name: str
    end: int
    rows: int
    digest: "hashlib._Hash | None" = None


def updates_name(started_at: int) -> str:
    """Return the name of the file for what changed during a run, begun at a unix second."""
    return f"{_UPDATES}{started_at}{SUFFIX}"


class Shards:
    """The files and what the state says of them.

    Args:
        database: The state; whoever calls what changes it opens the transaction.
        stream: The stream's number in it.
        folder: The stream's folder.
        step: Told before each step.
    """

    def __init__(self, database: Database, stream: int, folder: Path, step: OnStep) -> None:
        self.folder: Path = folder
        self._database = database
        self._stream = stream
        self._step = step
        # Of files that this process began: how far it was taken, and the digest.
        self._digests: dict[str, tuple[int, hashlib._Hash]] = {}

    def all(self) -> list[Shard]:
        """Return every shard, by name."""
        return [Shard(*row) for row in self._database.rows(_ALL, (self._stream,))]

    def get(self, number: int) -> Shard:
        """Return one shard."""
        return Shard(*self._database.row(_ONE, (number,)))

    def path(self, name: str) -> Path:
        """Return where a shard's file is."""
        return self.folder / name

    def append(self, name: str, lines: Sequence[bytes]) -> Extent:
        """Append lines, given without their ends, as one frame; it counts once committed.

        Raises:
            ExportCorrupted: The file is shorter than what is committed.
            OSError: It could not be written; what is committed is as it was.
        """
        committed = self._database.rows(
            "SELECT bytes FROM shards WHERE stream = ? AND name = ?", (self._stream, name)
        )
        offset: int = committed[0][0] if committed else 0
        frame = frame_of(lines)
        disk.append(self.path(name), offset, frame, self._step)
        known = self._digests.pop(name, None) if offset else (0, hashlib.sha256())
        digest = known[1] if known is not None and known[0] == offset else None
        if digest is not None:
            digest.update(frame)
        return Extent(name, offset + len(frame), len(lines), digest)

    def commit(self, extent: Extent) -> int:
        """Count a frame in, and return its shard's number."""
        number: int
        name, end, sha256 = extent.name, extent.end, None
        if extent.digest is not None:
            self._digests[name], sha256 = (end, extent.digest), extent.digest.hexdigest()
        (number,) = self._database.row(_EXTEND, (self._stream, name, end, extent.rows, sha256))
        return number

    def replace(self, number: int, rows: int, written: disk.Written) -> None:
        """Note that a shard's file was replaced by another."""
        self._digests.clear()
        self._database.run(
            "UPDATE shards SET bytes = ?, rows = ?, sha256 = ? WHERE number = ?",
            (written.bytes, rows, written.sha256, number),
        )

    def delete(self, number: int) -> None:
        """Note that a shard's file is gone."""
        self._digests.clear()
        self._database.run("DELETE FROM shards WHERE number = ?", (number,))

    def files(self) -> list[File]:
        """Read all files, and return them with their digests.

        Raises:
            ExportCorrupted: A shard is not as it was written.
        """
        shards = [(each, _inspected(self.path(each.name), each)) for each in self.all()]
        with self._database.transaction("digest.commit"):
            self._database.run_many(
                "UPDATE shards SET sha256 = ? WHERE number = ?",
                [(sha256, shard.number) for shard, sha256 in shards if shard.sha256 is None],
            )
        return [
            File(f"{self.folder.name}/{shard.name}", sha256, shard.rows, shard.bytes)
            for shard, sha256 in shards
        ]

    def recover(self, *, uncommitted: Iterable[str]) -> None:
        """Take away what was written but never committed.

        Args:
            uncommitted: The shards that may have been begun.

        Raises:
            ExportCorrupted: A shard is shorter than what is committed to it, or holds more or
                fewer records than the state tells of.
        """
        for name in self._database.column(_UNACCOUNTED, {"stream": self._stream}):
            raise ExportCorrupted(self._database.path, f"does not tell of each record in {name}")
        shards = self.all()
        for shard in shards:
            disk.truncate(self.path(shard.name), shard.bytes, self._step)
        begun = set(uncommitted).difference(shard.name for shard in shards)
        present = {path.name for path in self.folder.iterdir()}
        partial = {name for name in present if name.endswith(disk.PARTIAL)}
        for name in sorted(present & begun | partial):
            self._step("orphan.remove")
            disk.remove(self.path(name))


def _inspected(path: Path, shard: Shard) -> str:
    if shard.sha256 is not None:  # nothing was written to it since that was taken
        if disk.digest(path) != shard.sha256:
            raise ExportCorrupted(path, f"has another SHA-256 than {shard.sha256}")
        return shard.sha256
    rows, size = count_rows(path), path.stat().st_size
    if (rows, size) != (shard.rows, shard.bytes):
        raise ExportCorrupted(
            path,
            f"{shard.rows:,} records in {shard.bytes:,} bytes were committed, "
            f"{rows:,} in {size:,} are there",
        )
    return disk.digest(path)
