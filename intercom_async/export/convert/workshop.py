"""A folder of a conversion's own, in which its files become whole before they get their names.

A process that is killed leaves its folder behind, and the next conversion clears it away. Whose
process is still at work is told by a lock in the folder, which ends with the process.
"""

import errno
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from intercom_async.export.convert.outputs import refuse_link
from intercom_async.export.store.errors import Locked
from intercom_async.export.store.lock import Lock

__all__ = ["workshop"]

_PREFIX: Final = ".convert-"
_LOCK: Final = "convert.lock"
_PRIVATE_FOLDER: Final = 0o700
# Some shares know no locks. A folder there is made without one, and never cleared away.
_NO_LOCKS: Final = (errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP)


@contextmanager
def workshop(to: Path) -> Iterator[Path]:
    """Make a folder beside the outputs, for its owner alone, and remove it with what is in it.

    Nothing in it has an output's place. An ``OSError`` about a file in it names the output that
    the file was to become.

    Args:
        to: The folder of the outputs; made if it is not there.

    Raises:
        OSError: It cannot be made, or is a symbolic link.
    """
    refuse_link(to)
    to.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
    _clear(to)
    folder, lock = _made(to)
    try:
        yield folder
    except OSError as error:
        if error.filename is not None and Path(error.filename).parent == folder:
            error.filename = str(to / Path(error.filename).name)
        raise
    finally:
        if lock is not None:
            lock.release()  # before, since Windows removes no open file
        shutil.rmtree(folder, ignore_errors=True)


def _made(to: Path) -> tuple[Path, Lock | None]:
    while True:
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=to))
        try:
            lock = Lock(folder, _LOCK)
        except (Locked, FileNotFoundError):
            continue  # another conversion found it unlocked yet, and clears it away
        except OSError as error:
            if error.errno in _NO_LOCKS:
                (folder / _LOCK).unlink()
                return folder, None
            shutil.rmtree(folder, ignore_errors=True)
            raise
        if (folder / _LOCK).exists():
            return folder, lock
        lock.release()  # the other one was done before this had its lock


def _clear(to: Path) -> None:
    """Remove the folders of conversions that were killed."""
    for folder in to.glob(f"{_PREFIX}*"):
        if folder.is_symlink() or not (folder / _LOCK).is_file():
            continue
        with suppress(OSError, Locked):  # it is another user's, just gone, or in use
            lock = Lock(folder, _LOCK)
            try:
                shutil.rmtree(folder, ignore_errors=True)
            finally:
                lock.release()
            shutil.rmtree(folder, ignore_errors=True)  # Windows did not remove the open file
