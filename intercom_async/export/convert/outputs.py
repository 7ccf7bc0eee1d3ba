"""Output files that take nobody's place unasked, and have their names when they are whole."""

import errno
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from intercom_async.export.convert.shards import naming

__all__ = ["check", "place", "refuse_link"]

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
        refuse_link(file)
        if file.resolve() in sources:
            raise FileExistsError(errno.EEXIST, "this is the export itself", str(file))
        if file.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(file))
        if file.exists() and not overwrite:
            raise FileExistsError(
                errno.EEXIST, "it is there already, and was not to be overwritten", str(file)
            )


def refuse_link(path: Path) -> None:
    """Raise ``OSError`` with ``ELOOP`` if a symbolic link stands where something is to go."""
    if path.is_symlink():
        raise OSError(errno.ELOOP, "a symbolic link stands where the output goes", str(path))


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
