"""What can be wrong with an export on disk, beside the disk itself.

A full or read-only disk and a symlink in the way stay :class:`OSError`, with the filename.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from intercom_async.errors import IntercomError


class ExportMismatch(IntercomError):
    """The folder holds an export that was asked for differently; nothing in it was touched.

    Attributes:
        folder: The folder.
        differences: What differs: a field's name to what the folder has and what was asked for.
    """

    def __init__(self, folder: Path, differences: Mapping[str, tuple[Any, Any]]) -> None:
        each = "; ".join(
            f"{field} is {there!r} there and {asked!r} here"
            for field, (there, asked) in differences.items()
        )
        super().__init__(
            f"{folder} holds another export: {each}. "
            "Repeat the options it was begun with to go on, or choose another folder"
        )
        self.folder = folder
        self.differences: dict[str, tuple[Any, Any]] = dict(differences)


class ExportLocked(IntercomError):
    """Another export is at work in the folder.

    Attributes:
        folder: The folder.
        pid: The process at work, if it left its number.
    """

    def __init__(self, folder: Path, pid: int | None) -> None:
        process = "another process" if pid is None else f"process {pid}"
        super().__init__(
            f"{process} is exporting to {folder}. Wait for it, or stop it and run this again"
        )
        self.folder = folder
        self.pid = pid


class ExportCorrupted(IntercomError):
    """A file that does not hold what was committed to it.

    Attributes:
        path: The file.
        offset: Where in the file the trouble begins, in bytes, if that is known.
        reason: What is wrong there.
    """

    def __init__(self, path: Path, reason: str, *, offset: int | None = None) -> None:
        where = "" if offset is None else f" at byte {offset:,}"
        super().__init__(
            f"{path}{where}: {reason}. "
            "Put back a copy of the file, or export again into an empty folder"
        )
        self.path = path
        self.offset = offset
        self.reason = reason
