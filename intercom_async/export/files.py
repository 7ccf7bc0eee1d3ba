"""Files that are whole or not there: written under a temporary name, renamed when finished."""

import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Final, Self

import msgspec

from intercom_async.errors import IntercomError

try:
    import fcntl
except ImportError:  # Windows has no such lock
    fcntl = None  # type: ignore[assignment]

_UNSAFE: Final = re.compile(r"[^A-Za-z0-9_-]")
_PRIVATE_FOLDER: Final = 0o700
_PRIVATE_FILE: Final = 0o600


class OtherExport(IntercomError):
    """The folder belongs to another export, finished or still running."""


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep other exports out of a folder while the block runs.

    Raises:
        OtherExport: Another export is writing there.
    """
    with _create(folder / ".lock") as file:
        if fcntl is not None:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise OtherExport(
                    f"another export is writing to {folder}; wait for it, or choose another --out"
                ) from None
        yield


class WrittenFile(msgspec.Struct, frozen=True):
    """A finished file.

    Attributes:
        name: Its name within the workspace's folder.
        lines: How many lines it has.
        bytes: Its size.
        sha256: Its digest, in hexadecimal.
    """

    name: str
    lines: int
    bytes: int
    sha256: str


def workspace_folder(out: Path, workspace: str) -> Path:
    """Make the folder of a workspace, readable by its owner alone.

    The workspace's id comes from the API, so nothing in it may lead elsewhere.
    """
    folder = out / (_UNSAFE.sub("_", workspace) or "workspace")
    folder.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
    return folder


class LineFile:
    """A file of lines that gets its name when it is finished.

    Until then it is ``NAME.partial`` and holds whole lines. Leaving the block without
    ``finish`` keeps it so.
    """

    def __init__(self, path: Path) -> None:
        self.path: Path = path
        self.partial: Path = path.with_name(f"{path.name}.partial")
        self.lines: int = 0
        self.bytes: int = 0
        self._digest = hashlib.sha256()
        self._file: BinaryIO | None = None

    def __enter__(self) -> Self:
        self._file = _create(self.partial)
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        file, self._file = self._file, None
        if file is not None:
            file.close()

    def write(self, line: bytes) -> None:
        """Append a line, its line end included."""
        if self._file is None:
            raise ValueError(f"{self.path.name} is not open")
        self._file.write(line)
        self._digest.update(line)
        self.lines += 1
        self.bytes += len(line)

    def finish(self) -> WrittenFile:
        """Bring the file to the disk and give it its name."""
        if self._file is None:
            raise ValueError(f"{self.path.name} is not open")
        _settle(self._file)
        self._file = None
        self.partial.replace(self.path)
        return WrittenFile(self.path.name, self.lines, self.bytes, self._digest.hexdigest())


def write_json(path: Path, value: Any) -> None:
    """Write a JSON file for people to read, whole or not at all."""
    partial = path.with_name(f"{path.name}.partial")
    file = _create(partial)
    file.write(msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n")
    _settle(file)
    partial.replace(path)


def _create(path: Path) -> BinaryIO:
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0)
    return os.fdopen(os.open(path, flags, _PRIVATE_FILE), "wb", buffering=2**18)


def _settle(file: BinaryIO) -> None:
    with file:
        file.flush()
        os.fsync(file.fileno())
