"""What of a stream differs from what was loaded of it before.

A file of an export whose digest is the same holds the same records, so it is not read. Of the
others each line is told by a digest of its own, and only lines that are new are made rows of.
"""

import tempfile
from collections.abc import Iterator, Mapping
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from typing import IO, Final, NamedTuple

from intercom_async.errors import DecodeError
from intercom_async.export.records import header_reader
from intercom_async.export.store.errors import ExportCorrupted
from intercom_async.export.tables.lines import Batch, batches
from intercom_async.export.tables.sources import Sources

_BATCH: Final = 2**20  # bytes of lines
_IN_MEMORY: Final = 2**26  # bytes of new lines; more of them go to a temporary file
_LINES: Final = 1024
_DIGEST: Final = 16  # bytes


class Noted(NamedTuple):
    """A record that a file holds now.

    Attributes:
        id: Its id.
        digest: What tells this content of it from another.
        file: The name of the file.
        is_new: Whether it is not as it was loaded before.
    """

    id: str
    digest: bytes
    file: str
    is_new: bool


class Delta(Sources, frozen=True):
    """The sources of an export where one stream has only the lines that are new.

    Attributes:
        stream: The stream.
        changed: Those of its files that changed.
        held: The ids of records that were loaded before, by their digests.
        salt: What the rows depend on beside the lines; another one makes each line new.
        spool: Where the lines are put that are new; all lines of the files are, if nothing is held.
    """

    stream: str
    changed: list[Path]
    held: Mapping[bytes, str]
    salt: bytes
    spool: IO[bytes] | None

    @classmethod
    def between(
        cls,
        sources: Sources,
        stream: str,
        changed: list[Path],
        held: Mapping[bytes, str],
        salt: bytes,
    ) -> "Delta":
        """Compare what files of a stream hold with what was loaded before."""
        spool = tempfile.SpooledTemporaryFile(_IN_MEMORY) if held else None  # noqa: SIM115  # see close
        return cls(sources.folder, sources.files, stream, changed, held, salt, spool)

    def close(self) -> None:
        """Drop the lines that are new."""
        if self.spool is not None:
            self.spool.close()

    def notes(self) -> Iterator[Noted]:
        """Read the files once, and tell of each record.

        Raises:
            ExportCorrupted: A file is not as it was written.
            OSError: A file cannot be read.
        """
        read_header = header_reader(self.stream)
        held, spool = self.held, self.spool
        for file in self.changed:
            for batch in batches(file, _BATCH):
                for number, line in batch.records():
                    digest = blake2b(line, digest_size=_DIGEST, key=self.salt).digest()
                    if (known := held.get(digest)) is not None:
                        yield Noted(known, digest, file.name, is_new=False)
                        continue
                    try:
                        id = str(read_header(line).id)
                    except DecodeError as error:
                        raise ExportCorrupted(file, f"line {number:,}: {error.reason}") from None
                    if spool is not None:
                        spool.write(line + b"\n")
                    yield Noted(id, digest, file.name, is_new=True)

    def batches(self, source: str) -> Iterator[Batch]:
        """Read the lines that are new, of another stream all; see ``Sources``."""
        if source != self.stream:
            yield from super().batches(source)
        elif self.spool is None:
            for file in self.changed:
                yield from batches(file, _BATCH)
        else:
            self.spool.seek(0)
            first = 1
            while lines := list(islice(self.spool, _LINES)):
                yield Batch(self.folder, first, [line[:-1] for line in lines])
                first += len(lines)
