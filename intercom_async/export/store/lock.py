"""One export at a time in a folder, whoever starts it."""

import os
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO, Final

from intercom_async.export.store import disk
from intercom_async.export.store.errors import ExportLocked

_LONGEST_PID: Final = 20  # digits


class Lock:
    """A lock on a folder, which the system lifts when the process ends, however it ends.

    Args:
        folder: The folder.
        name: The name of the file that stays in it, with the process's number.

    Raises:
        ExportLocked: Another holds it.
    """

    def __init__(self, folder: Path, name: str = "state.lock") -> None:
        descriptor = disk.open_private(folder / name, os.O_RDWR)
        file = os.fdopen(descriptor, "r+b", buffering=0)
        with ExitStack() as undo:
            undo.enter_context(file)
            if not (_seize(descriptor) and _seize_folder(folder, undo)):
                raise ExportLocked(folder, _pid(file))
            file.truncate(0)
            file.seek(0)
            file.write(str(os.getpid()).encode())
            self._held = undo.pop_all()

    def release(self) -> None:
        """Let another take it; once more does nothing."""
        self._held.close()


def _seize_folder(folder: Path, held: ExitStack) -> bool:
    """Lock the folder itself, too: its file may be deleted while a run goes on."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:  # Windows opens no folders
        return True
    held.callback(os.close, descriptor)
    try:
        return _seize(descriptor)
    except OSError:  # some network disks lock no folders
        return True


if sys.platform == "win32":
    import msvcrt

    def _seize(descriptor: int) -> bool:
        # A locked byte cannot be read there; one far behind the number leaves that readable.
        os.lseek(descriptor, 2**30, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _seize(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def _pid(file: BinaryIO) -> int | None:
    file.seek(0)
    text = file.read(_LONGEST_PID)
    return int(text) if text.isdigit() else None
