"""The files of an export and their lines: each line is one record of a stream.

A stream of a workspace's folder has one of two layouts: files of zstd frames in a folder of its
name, such as ``conversations/``, or one plain ``conversations.ndjson``.
"""

import errno
import io
from collections.abc import Generator, Iterator
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from intercom_async.export.records import CONVERSATIONS
from intercom_async.export.store.disk import named_errors
from intercom_async.export.store.errors import ExportCorrupted
from intercom_async.export.store.frames import SUFFIX
from intercom_async.export.store.zstd import ZstdError, ZstdFile
from intercom_async.export.streams import STREAMS

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

# Newer states of a record come after the window of its creation; some streams have no windows.
_PATTERNS: Final = (f"created=*{SUFFIX}", f"updates=*{SUFFIX}", f"all{SUFFIX}")
_CHUNK: Final = 2**17  # bytes to decompress at a time


class Batch(msgspec.Struct, frozen=True):
    """Some lines of a file.

    Attributes:
        file: The file.
        first: The number of the first of them, from 1.
        lines: The lines, without their ends; blank ones are among them.
    """

    file: Path
    first: int
    lines: list[bytes]

    def records(self) -> Iterator[tuple[int, bytes]]:
        """Return the lines that are not blank, each after its number."""
        for number, line in enumerate(self.lines, self.first):
            if line and not line.isspace():
                yield number, line


def shards(folder: str | PathLike[str], stream: str = CONVERSATIONS) -> list[Path]:
    """Return the files that hold a stream of a workspace, in the order to read them in.

    Args:
        folder: The workspace's folder of an export, ``OUT/<workspace>``.
        stream: The stream's name.

    Raises:
        FileNotFoundError: The folder holds no such stream.
    """
    folder = Path(folder)
    below = folder / stream
    if below.is_dir():
        return [file for pattern in _PATTERNS for file in sorted(below.glob(pattern))]
    plain = folder / f"{stream}.ndjson"
    if plain.is_file():
        return [plain]
    raise FileNotFoundError(
        errno.ENOENT, f"no {stream}/ and no {plain.name} in this workspace's folder", str(folder)
    )


def streams_in(folder: Path) -> tuple[str, ...]:
    """Return the streams that a workspace's folder holds.

    Raises:
        FileNotFoundError: It holds none.
    """
    found = tuple(
        name
        for name in STREAMS
        if (folder / name).is_dir() or (folder / f"{name}.ndjson").is_file()
    )
    if not found:
        shards(folder)  # says so
    return found


def batches(file: Path, size: int) -> Generator[Batch]:
    """Read a file batch by batch, so that little of it is in memory, however large it is.

    Args:
        file: A file of ``shards``.
        size: How many bytes of lines to take at a time; a longer line comes whole.

    Raises:
        ExportCorrupted: The file is cut short or was changed. The whole lines before that
            have been yielded.
        OSError: The file cannot be read.
    """
    batch, taken = Batch(file, 1, []), 0
    failure: Exception | None = None
    try:
        with named_errors(file), _open(file) as opened:
            for line in opened:
                batch.lines.append(line.removesuffix(b"\n"))
                taken += len(line)
                if taken >= size:
                    yield batch
                    batch, taken = Batch(file, batch.first + len(batch.lines), []), 0
    except (ZstdError, EOFError) as error:
        failure = error
    if batch.lines:
        yield batch
    if failure is not None:
        whole = batch.first + len(batch.lines) - 1
        raise ExportCorrupted(
            file, f"after {whole:,} whole lines: {str(failure).rstrip('.')}"
        ) from None


def _open(file: Path) -> io.BufferedReader:
    # Nothing was written to an empty file, which has no frame.
    if file.suffix != ".zst" or not file.stat().st_size:
        return file.open("rb")
    # ZstdFile reads frame after frame, and refuses one that is cut short.
    return io.BufferedReader(_OneReadAtATime(file), _CHUNK)


class _OneReadAtATime(ZstdFile):
    """Does not fill a buffer by several reads: if the last failed, all would be lost."""

    def readinto(self, b: "WriteableBuffer") -> int:
        return self.readinto1(b)
