"""The staging folder, in which outputs become whole before they get their names.

A process that is killed leaves its folder behind, and the next conversion removes it. A lock in
the folder, which ends with its process, tells that the folder is in use.
"""

import errno
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from intercom_async.export.store.disk import make_folder, named_errors, refuse_link, sync_folder
from intercom_async.export.store.errors import ExportLocked
from intercom_async.export.store.lock import Lock

_PREFIX: Final = ".convert-"
_LOCK: Final = "convert.lock"
_PRIVATE_FILE: Final = 0o600
# Some network shares have no locks. A folder there has none, and is never removed by another.
_NO_LOCKS: Final = (errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP)


@contextmanager
def staging(to: Path) -> Iterator[Path]:
    """Make a folder beside the outputs, for its owner alone, and remove it in the end.

    An ``OSError`` about a file in it names the output that the file was to become.

    Args:
        to: The folder of the outputs; made if it is not there.

    Raises:
        OSError: It cannot be made, or is a symbolic link.
    """
    make_folder(to)
    _clear(to)
    folder, lock = _make_locked(to)
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


def check_outputs(files: Iterable[Path], inputs: Iterable[Path], *, overwrite: bool) -> None:
    """Check that the outputs may be written.

    Raises:
        FileExistsError: One is there and may not be overwritten, or is a file of the export
            itself.
        OSError: One is a symbolic link or a folder.
    """
    sources = {source.resolve() for source in inputs}
    for file in files:
        refuse_link(file)
        if file.resolve() in sources:
            raise FileExistsError(errno.EEXIST, "this is the export itself", str(file))
        if file.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(file))
        if file.exists() and not overwrite:
            raise FileExistsError(
                errno.EEXIST, "it is there already, and was not to be overwritten", str(file)
            )


def publish(made: Path, file: Path) -> None:
    """Bring a file to the disk, for its owner alone, and give it its name.

    Raises:
        OSError: It cannot be done; a file that had the name before has it still.
    """
    with named_errors(file), made.open("rb+") as opened:
        made.chmod(_PRIVATE_FILE)
        os.fsync(opened.fileno())
    made.replace(file)
    sync_folder(file.parent)


def _make_locked(to: Path) -> tuple[Path, Lock | None]:
    while True:
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=to))
        try:
            lock = Lock(folder, _LOCK)
        except (ExportLocked, FileNotFoundError):
            continue  # another conversion found it not locked yet, and removes it
        except OSError as error:
            if error.errno in _NO_LOCKS:
                (folder / _LOCK).unlink()
                return folder, None
            shutil.rmtree(folder, ignore_errors=True)
            raise
        if (folder / _LOCK).exists():
            return folder, lock
        lock.release()  # the other removed it before this had its lock


def _clear(to: Path) -> None:
    """Remove the folders of conversions that were killed."""
    for folder in to.glob(f"{_PREFIX}*"):
        if folder.is_symlink() or not (folder / _LOCK).is_file():
            continue
        with suppress(OSError, ExportLocked):  # it is another user's, just removed, or in use
            lock = Lock(folder, _LOCK)
            try:
                shutil.rmtree(folder, ignore_errors=True)
            finally:
                lock.release()
            shutil.rmtree(folder, ignore_errors=True)  # Windows did not remove the open file
