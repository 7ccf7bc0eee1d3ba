"""Files that survive a power cut: nothing half-written under its final name, nothing followed.

Every :class:`OSError` from here has the filename, which calls on descriptors leave out.
"""

import errno
import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final

import msgspec

from intercom_async.export.store.errors import ExportCorrupted
from intercom_async.export.store.failpoints import OnStep

PARTIAL: Final = ".partial"
_PRIVATE_FILE: Final = 0o600
_PRIVATE_FOLDER: Final = 0o700
# Windows has neither links to refuse nor, without O_BINARY, bytes left as they are.
_ALWAYS: Final = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
_CAN_SYNC_FOLDERS: Final = hasattr(os, "O_DIRECTORY")


class Written(msgspec.Struct, frozen=True):
    """A file just written.

    Attributes:
        bytes: Its size.
        sha256: Its digest, in hexadecimal.
    """

    bytes: int
    sha256: str


@contextmanager
def named_errors(path: Path) -> Iterator[None]:
    """Give an ``OSError`` that names no file the name of this one."""
    try:
        yield
    except OSError as error:
        if error.filename is None:
            error.filename = str(path)
        raise


def open_private(path: Path, flags: int) -> int:
    """Open or create a file for its owner alone, and refuse a symlink in its place."""
    with named_errors(path):
        return os.open(path, flags | os.O_CREAT | _ALWAYS, _PRIVATE_FILE)


def refuse_link(path: Path) -> None:
    """Raise ``OSError`` with ``ELOOP`` if a symlink stands where a file is to be written."""
    if path.is_symlink():
        raise OSError(errno.ELOOP, "a symbolic link is in the way; remove it", str(path))


def make_folder(path: Path) -> None:
    """Make a folder for its owner alone, or take one that is there and no symlink."""
    refuse_link(path)
    if not path.is_dir():
        path.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
        sync_folder(path.parent)


def append(path: Path, offset: int, data: bytes, step: OnStep) -> None:
    """Write at the end of what is committed, and return when the disk has it.

    Args:
        path: The file; created if nothing is committed to it.
        offset: How many bytes of it are committed. What stands behind is torn, and goes.
        data: What to write there.
        step: Told before each step.

    Raises:
        ExportCorrupted: The file is shorter than what is committed.
        OSError: It could not be written; what is committed is as it was.
    """
    step("shard.append")
    with _closing(open_private(path, os.O_WRONLY), path) as descriptor:
        size = os.fstat(descriptor).st_size
        _expect(path, size, offset)
        if size > offset:
            os.ftruncate(descriptor, offset)
        os.lseek(descriptor, offset, os.SEEK_SET)
        _write_all(descriptor, data)
        step("shard.sync")
        os.fsync(descriptor)
    if not offset:
        sync_folder(path.parent)


def truncate(path: Path, committed: int, step: OnStep) -> None:
    """Cut a file back to what is committed.

    Raises:
        ExportCorrupted: It is missing or shorter than that.
    """
    size = size_of(path)
    if size is None:
        raise ExportCorrupted(path, f"missing, although {committed:,} bytes were committed")
    _expect(path, size, committed)
    if size > committed:
        step("shard.truncate")
        with _closing(open_private(path, os.O_WRONLY), path) as descriptor:
            os.ftruncate(descriptor, committed)
            os.fsync(descriptor)


def size_of(path: Path) -> int | None:
    """Return a file's size in bytes, a symlink's own if it is one, ``None`` if not there."""
    try:
        return path.lstat().st_size
    except FileNotFoundError:
        return None


def partial_of(path: Path) -> Path:
    """Return the name under which a file is written until it is whole."""
    return path.with_name(path.name + PARTIAL)


def write_partial(path: Path, chunks: Iterable[bytes]) -> Written:
    """Write the whole of a file under its temporary name and return when the disk has it.

    Raises:
        OSError: It could not be written; the temporary file is gone again.
    """
    partial = partial_of(path)
    descriptor = open_private(partial, os.O_WRONLY | os.O_TRUNC)
    try:
        with named_errors(partial), os.fdopen(descriptor, "wb", buffering=0) as file:
            written = _fill(file, chunks)
            os.fsync(file.fileno())
    except BaseException:
        with suppress(OSError):  # the first error is the one to tell
            partial.unlink()
        raise
    sync_folder(path.parent)  # else the name could be lost although a later commit counts on it
    return written


def rename(path: Path) -> None:
    """Give a file written under its temporary name its own."""
    refuse_link(path)
    partial_of(path).replace(path)
    sync_folder(path.parent)


def remove(path: Path) -> None:
    """Remove a file, if it is there."""
    path.unlink(missing_ok=True)
    sync_folder(path.parent)


def digest(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _expect(path: Path, size: int, committed: int) -> None:
    if size < committed:
        raise ExportCorrupted(
            path, f"{committed:,} bytes were committed, {size:,} are there", offset=size
        )


def _write_all(descriptor: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:  # a disk about to be full takes a part before it refuses
        rest = rest[os.write(descriptor, rest) :]


def _fill(file: BinaryIO, chunks: Iterable[bytes]) -> Written:
    sha256, size = hashlib.sha256(), 0
    for chunk in chunks:
        _write_all(file.fileno(), chunk)
        sha256.update(chunk)
        size += len(chunk)
    return Written(size, sha256.hexdigest())


def sync_folder(path: Path) -> None:
    """Bring the names in a folder to the disk."""
    if not _CAN_SYNC_FOLDERS:
        return
    with _closing(os.open(path, os.O_RDONLY), path) as descriptor:
        os.fsync(descriptor)


@contextmanager
def _closing(descriptor: int, path: Path) -> Iterator[int]:
    with named_errors(path):
        try:
            yield descriptor
        finally:
            os.close(descriptor)
