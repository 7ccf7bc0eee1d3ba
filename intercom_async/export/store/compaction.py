"""Compaction: afterwards every record of a stream stands once, in the shard of its window.

A shard is replaced in four steps, and a run killed between any two goes on with the next:
the new file is whole under its temporary name; the state says what it will be; it gets the
shard's name; the state says it is.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Final

from intercom_async.errors import DecodeError
from intercom_async.export.records import header_reader
from intercom_async.export.store import disk, frames
from intercom_async.export.store.database import Database
from intercom_async.export.store.errors import ExportCorrupted
from intercom_async.export.store.failpoints import OnStep
from intercom_async.export.store.ledger import Ledger
from intercom_async.export.store.plan import Plan, window_at, window_name
from intercom_async.export.store.shards import Shard, Shards
from intercom_async.scan.windows import Window

_NONE: Final = object()
_BATCH_BYTES: Final = 2**24  # of lines held at once; many windows share each wait for the disk


class Compaction:
    """Rewrites shards.

    Args:
        database: The state.
        plan: The windows.
        ledger: What stands where.
        shards: The shards.
        step: Told before each step.
    """

    def __init__(
        self, database: Database, plan: Plan, ledger: Ledger, shards: Shards, step: OnStep
    ) -> None:
        self._database = database
        self._plan = plan
        self._ledger = ledger
        self._shards = shards
        self._step = step
        self._read_header = header_reader(shards.folder.name)

    def run(self) -> None:
        """Move records to the shards of their windows, then leave out what counts no more.

        Raises:
            ExportCorrupted: A shard does not hold what the state says.
            OSError: A shard could not be rewritten; what is committed is as it was.
        """
        windows = [state.window for state in self._plan.windows()]
        names = {window_name(window) for window in windows}
        for shard in self._shards.all():
            if windows and shard.name not in names:
                self._merge(shard, windows)
        for number in self._ledger.shards_with_superseded():
            shard = self._shards.get(number)
            rows = shard.rows - sum(self._ledger.superseded(number).values())
            self._rewrite(shard, rows, (line for _, line in self._current_rows(shard)))

    def finish_interrupted(self) -> None:
        """Finish the replacements of shards that a killed run had decided on."""
        shards = {shard.number: shard for shard in self._shards.all()}
        for number, size, rows, sha256 in self._database.rows(
            "SELECT shard, bytes, rows, sha256 FROM rewrites"
        ):
            if (shard := shards.get(number)) is None:
                continue  # of another stream
            if rows and not self._is_replaceable(shard, sha256):
                with self._database.transaction("rewrite.commit"):
                    self._database.run("DELETE FROM rewrites WHERE shard = ?", (number,))
            else:
                self._replace(shard, rows, disk.Written(size, sha256))

    def _is_replaceable(self, shard: Shard, sha256: str) -> bool:
        """Tell whether the new file is there, under either name; a tidy person may remove it."""
        path = self._shards.path(shard.name)
        return disk.partial_of(path).exists() or (path.exists() and disk.digest(path) == sha256)

    def _merge(self, shard: Shard, windows: list[Window]) -> None:
        batch: dict[str, bytes] = {}
        size = 0
        for id, line in self._current_rows(shard):
            batch[id] = line
            size += len(line)
            if size >= _BATCH_BYTES:
                self._move(shard, batch, windows)
                batch, size = {}, 0
        self._move(shard, batch, windows)

    def _move(self, shard: Shard, batch: dict[str, bytes], windows: list[Window]) -> None:
        targets: dict[str, list[str]] = {}
        for id, created_at in sorted(self._ledger.created(batch).items()):
            window = window_at(windows, created_at)
            if window is not None:
                targets.setdefault(window_name(window), []).append(id)
        if not targets:
            return
        extents = [
            self._shards.append(name, [batch[id] for id in ids]) for name, ids in targets.items()
        ]
        with self._database.transaction("merge.commit"):
            for extent, ids in zip(extents, targets.values(), strict=True):
                self._ledger.move(ids, shard.number, self._shards.commit(extent))

    def repair(self, shard: Shard) -> int:
        """Keep of a damaged shard what can be read and is as it was committed.

        Returns:
            How many records are lost, which count as never fetched.

        Raises:
            OSError: It could not be rewritten; what is committed is as it was.
        """
        path, versions = self._shards.path(shard.name), self._ledger.in_shard(shard.number)
        kept: dict[str, bytes] = {}
        with suppress(ExportCorrupted, FileNotFoundError, DecodeError):
            for line in frames.read_shard(path):
                read = self._read_header(line)
                if versions.get(str(read.id), _NONE) == read.updated:
                    kept[str(read.id)] = line

        def forget_lost() -> None:
            for id in versions.keys() - kept.keys():
                self._ledger.remove(id)
            self._plan.reopen(shard.name)

        self._rewrite(shard, len(kept), kept.values(), forget_lost)
        return len(versions) - len(kept)

    def _current_rows(self, shard: Shard) -> Iterator[tuple[str, bytes]]:
        """Read what counts of a shard: of each id what comes after its superseded copies."""
        path = self._shards.path(shard.name)
        left = Counter(self._ledger.superseded(shard.number))
        rows = 0
        for line in frames.read_shard(path):
            rows += 1
            id = self._id_in(shard, line)
            if left[id] > 0:
                left[id] -= 1
            else:
                yield id, line
        if rows != shard.rows or left.total():
            raise ExportCorrupted(
                path, f"its {rows:,} records are not the {shard.rows:,} committed"
            )

    def _rewrite(
        self,
        shard: Shard,
        rows: int,
        lines: Iterable[bytes],
        note: Callable[[], None] = lambda: None,
    ) -> None:
        """Replace a shard by some lines, and note what else changes in the same transaction."""
        written = disk.Written(0, "")
        if rows:
            self._step("rewrite.write")
            path = self._shards.path(shard.name)
            written = disk.write_partial(path, frames.frames_of(lines))
        with self._database.transaction("rewrite.intend"):
            note()
            self._database.run(
                "INSERT OR REPLACE INTO rewrites (shard, bytes, rows, sha256) VALUES (?, ?, ?, ?)",
                (shard.number, written.bytes, rows, written.sha256),
            )
        self._replace(shard, rows, written)

    def _replace(self, shard: Shard, rows: int, written: disk.Written) -> None:
        path = self._shards.path(shard.name)
        if not rows:
            self._step("rewrite.remove")
            disk.remove(path)
        elif disk.partial_of(path).exists():  # else it has the shard's name already
            self._step("rewrite.rename")
            disk.rename(path)
        with self._database.transaction("rewrite.commit"):
            if rows:
                self._shards.replace(shard.number, rows, written)
            else:
                self._shards.delete(shard.number)
            self._database.run("DELETE FROM superseded WHERE shard = ?", (shard.number,))
            self._database.run("DELETE FROM rewrites WHERE shard = ?", (shard.number,))

    def _id_in(self, shard: Shard, line: bytes) -> str:
        try:
            return str(self._read_header(line).id)
        except DecodeError as error:
            raise ExportCorrupted(
                self._shards.path(shard.name), f"a line is no record: {error}"
            ) from error
