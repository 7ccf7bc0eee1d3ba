"""Output files that are whole or not there: made in a folder of their own, then moved out of it."""

import errno
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from intercom_async.export.convert.shards import naming

__all__ = ["check", "place", "workshop"]

_PRIVATE_FOLDER: Final = 0o700
_PRIVATE_FILE: Final = 0o600


def check(files: Iterable[Path], inputs: Iterable[Path], *, overwrite: bool) -> None:
    """Check that files may be written.

    Raises:
        FileExistsError: One is there and may not be overwritten, or is a file of the export
            itself.
        OSError: One is a symbolic link or a folder.
    """
    sources = {source.resolve() for source in inputs}
    for file in files:
        if file.is_symlink():
            raise OSError(errno.ELOOP, "a symbolic link stands where the output goes", str(file))
        if file.resolve() in sources:
            raise FileExistsError(errno.EEXIST, "this is the export itself", str(file))
        if file.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(file))
        if file.exists() and not overwrite:
            raise FileExistsError(
                errno.EEXIST, "it is there already, and was not to be overwritten", str(file)
            )


@contextmanager
def workshop(to: Path) -> Iterator[Path]:
    """Make a folder beside the outputs, for its owner alone, and remove it with what is in it.

    Only a process that is killed leaves it behind; nothing in it has an output's place. An
    ``OSError`` about a file in it names the output that the file was to become.
    """
    to.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=".convert-", dir=to))
    try:
        yield folder
    except OSError as error:
        if error.filename is not None and Path(error.filename).parent == folder:
            error.filename = str(to / Path(error.filename).name)
        raise
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def place(made: Path, file: Path) -> None:
    """Bring a file to the disk, for its owner alone, and give it its name.

    Raises:
        OSError: It could not be; what had the name before has it still.
    """
    with naming(file), made.open("rb+") as opened:
        made.chmod(_PRIVATE_FILE)
        os.fsync(opened.fileno())
    made.replace(file)
    _sync_folder(file.parent)


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # where a folder cannot be opened
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
