"""What the tables of an export are made of: the lines of its streams, and of its state."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Final, Self

import msgspec

from intercom_async.export.store.report import MANIFEST
from intercom_async.export.tables.catalog import TABLES
from intercom_async.export.tables.lines import Batch, batches, shards, streams_in
from intercom_async.export.tables.schema import Table
from intercom_async.export.tables.state import LINES

_BATCH: Final = 2**20  # bytes of lines
_LINES: Final = 1024  # of the state at a time


class Sources(msgspec.Struct, frozen=True):
    """The lines of an export.

    Attributes:
        folder: The workspace's folder.
        files: The files of each stream, in the order to read them in.
    """

    folder: Path
    files: dict[str, list[Path]]

    @classmethod
    def of(cls, folder: Path) -> Self:
        """Look for what a workspace's folder holds.

        Raises:
            FileNotFoundError: It holds no stream.
        """
        return cls(folder, {stream: shards(folder, stream) for stream in streams_in(folder)})

    def all_files(self) -> list[Path]:
        """Return the files of all streams."""
        return [file for files in self.files.values() for file in files]

    def of_stream(self, stream: str) -> list[Path]:
        """Return the files of a stream.

        Raises:
            FileNotFoundError: The folder holds no such stream.
        """
        return self.files.get(stream) or shards(self.folder, stream)

    def tables(self) -> tuple[Table, ...]:
        """Return the tables that can be made."""
        there = {*self.files, *(LINES if (self.folder / MANIFEST).is_file() else ())}
        return tuple(table.name for table in TABLES.values() if table.source in there)

    def batches(self, source: str) -> Iterator[Batch]:
        """Read the lines of a stream or of the state, a little at a time.

        Raises:
            ExportCorrupted: What is read is not as it was written.
            OSError: It is not there, or cannot be read.
        """
        if source in LINES:
            lines = LINES[source](self.folder)
            while some := list(islice(lines, _LINES)):
                yield Batch(self.folder, 1, some)
        else:
            for file in self.of_stream(source):
                yield from batches(file, _BATCH)
