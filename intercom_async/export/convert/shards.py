"""The files of an export, and the lines in them: each line is one conversation.

A workspace's folder holds its conversations in one of two layouts: many files of zstd frames
below ``conversations/``, or one plain ``conversations.ndjson``.
"""

import errno
import io
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import msgspec

from intercom_async.export.store.errors import Damaged
from intercom_async.export.store.zstd import ZstdError, ZstdFile

__all__ = ["Batch", "batches", "naming", "shards"]

_FOLDER: Final = "conversations"
# Newer states of a conversation stand after the windows in which they were created.
_PATTERNS: Final = ("created=*.ndjson.zst", "updates=*.ndjson.zst")
_PLAIN: Final = "conversations.ndjson"


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


def shards(folder: Path) -> list[Path]:
    """Return the files that hold a workspace's conversations, in the order to read them in.

    Raises:
        FileNotFoundError: The folder holds no export.
    """
    below = folder / _FOLDER
    if below.is_dir():
        return [file for pattern in _PATTERNS for file in sorted(below.glob(pattern))]
    plain = folder / _PLAIN
    if plain.is_file():
        return [plain]
    raise FileNotFoundError(
        errno.ENOENT, f"no {_FOLDER}/ and no {_PLAIN} in this workspace's folder", str(folder)
    )


def batches(file: Path, size: int) -> Generator[Batch]:
    """Read a file batch by batch, so that however large it is, little of it is in memory.

    Args:
        file: A file of ``shards``.
        size: How many bytes of lines to take at a time; a longer line comes whole.

    Raises:
        Damaged: The file is cut short or was changed. The whole lines before that
            have been yielded.
        OSError: The file cannot be read.
    """
    number = 1
    try:
        with naming(file):
            for lines in _lines(_blocks(file, size)):
                yield Batch(file, number, lines)
                number += len(lines)
    except (ZstdError, EOFError) as error:
        reason = f"after {number - 1:,} whole lines: {str(error).rstrip('.')}"
        raise Damaged(file, reason) from None


@contextmanager
def naming(file: Path) -> Iterator[None]:
    """Give an ``OSError`` of the block the file's name, which reading and writing leave out."""
    try:
        yield
    except OSError as error:
        if error.filename is None:
            error.filename = str(file)
        raise


def _blocks(file: Path, size: int) -> Iterator[bytes]:
    with _open(file) as opened:
        while block := opened.read(size):
            yield block


def _open(file: Path) -> io.BufferedIOBase:
    # A file without a single frame is one into which nothing was written.
    if file.suffix != ".zst" or not file.stat().st_size:
        return file.open("rb")
    return ZstdFile(file)  # reads frame after frame, and refuses one that is cut short


def _lines(blocks: Iterable[bytes]) -> Iterator[list[bytes]]:
    pieces: list[bytes] = []  # of a line that spans blocks
    for block in blocks:
        *whole, rest = block.split(b"\n")
        if not whole:
            pieces.append(rest)
            continue
        whole[0] = b"".join([*pieces, whole[0]])
        pieces = [rest]
        yield whole
    if last := b"".join(pieces):
        yield [last]
