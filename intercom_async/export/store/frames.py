"""Reading shards: zstd frames one after another, each whole lines, each with a checksum."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, Final

from intercom_async.export.records import CONVERSATIONS
from intercom_async.export.store.errors import ExportCorrupted
from intercom_async.export.store.zstd import MAGIC, ZstdDecompressor, ZstdError, compress_frame

SUFFIX: Final = ".ndjson.zst"
_CHUNK: Final = 2**18
_FULL_FRAME: Final = 2**20  # bytes of lines; small frames compress worse


def read_lines(folder: Path, stream: str = CONVERSATIONS) -> Iterator[bytes]:
    """Read every record of a stream of an export, shard by shard.

    As long as the export is not finished, versions that newer ones replaced are among them.

    Args:
        folder: The workspace's folder.
        stream: The stream's name.

    Raises:
        ExportCorrupted: A shard is not as it was written.
        OSError: A shard cannot be read.
    """
    for path in sorted((folder / stream).glob(f"*{SUFFIX}")):
        yield from read_shard(path)


def read_shard(path: Path) -> Iterator[bytes]:
    """Read the records of a shard, each as one line without its end.

    Raises:
        ExportCorrupted: A frame is cut, changed, or something stands between frames. That whole
            frames are missing at the end only the manifest can tell.
        OSError: It cannot be read.
    """
    for content in read_frames(path):
        yield from content[:-1].split(b"\n")


def read_frames(path: Path) -> Iterator[bytes]:
    """Read the frames of a shard, each as whole lines with their ends.

    Raises:
        ExportCorrupted: As :func:`read_shard`.
        OSError: It cannot be read.
    """
    with path.open("rb") as file:
        offset, pending = 0, file.read(_CHUNK)
        while pending:
            content, size, pending = _frame(path, file, offset, pending)
            if not content.endswith(b"\n"):
                raise ExportCorrupted(path, "a frame does not end with a line", offset=offset)
            yield content
            offset += size
            pending = pending or file.read(_CHUNK)


def count_rows(path: Path) -> int:
    """Read a shard to its end, checking every frame, and return how many lines it has.

    Raises:
        ExportCorrupted: As :func:`read_shard`.
        OSError: It cannot be read.
    """
    return sum(map(_lines, read_frames(path)))


def _lines(content: bytes) -> int:
    # Lines are long: from one end to the next is quicker than to count looking at each byte.
    count = end = 0
    while end := content.find(b"\n", end) + 1:
        count += 1
    return count


def frames_of(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Compress lines, given without their ends, into frames of a good size."""
    pending: list[bytes] = []
    size = 0
    for line in lines:
        pending.append(line)
        size += len(line) + 1
        if size >= _FULL_FRAME:
            yield frame_of(pending)
            pending, size = [], 0
    if pending:
        yield frame_of(pending)


def frame_of(lines: Sequence[bytes]) -> bytes:
    """Compress lines, given without their ends, into one frame."""
    return compress_frame(b"\n".join([*lines, b""]))


def _frame(path: Path, file: BinaryIO, offset: int, data: bytes) -> tuple[bytes, int, bytes]:
    """Decompress the frame that begins with some data.

    Returns:
        Its content, its size on disk, and what was read behind it.
    """
    if len(data) < len(MAGIC):
        data += file.read(_CHUNK)
    if not data.startswith(MAGIC):
        raise ExportCorrupted(path, "no frame begins here", offset=offset)
    decompressor, contents, taken = ZstdDecompressor(), [], 0
    while not decompressor.eof:
        if not data:
            raise ExportCorrupted(path, "the frame that begins here is cut off", offset=offset)
        taken += len(data)
        try:
            contents.append(decompressor.decompress(data))
        except ZstdError as error:
            raise ExportCorrupted(
                path, f"the frame that begins here is damaged: {error}", offset=offset
            ) from error
        if not decompressor.eof:
            data = file.read(_CHUNK)
    rest = decompressor.unused_data
    return b"".join(contents), taken - len(rest), rest
