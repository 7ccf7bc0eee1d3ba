"""What the command's exit codes mean, and which error leads to which."""

import errno
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import IntEnum
from typing import Final, NoReturn

from intercom_async.cli.output import as_json, print_error, print_json
from intercom_async.cli.runner import Interrupted
from intercom_async.errors import (
    ConfigurationError,
    Forbidden,
    IntercomError,
    QueryError,
    RequestError,
    Unauthorized,
)
from intercom_async.export import (
    ApiDown,
    LimitReached,
    MirrorLocked,
    MirrorMismatch,
    TooManyDeletions,
)
from intercom_async.export.store import ExportCorrupted, ExportLocked, ExportMismatch


class Exit(IntEnum):
    """The command's exit codes; 1 is a bug, and comes with a traceback."""

    COMPLETE = 0
    USAGE = 2
    PARTIAL = 3
    NOT_AUTHORISED = 4
    GAVE_UP = 5
    LOCAL_DISK = 6
    OTHER_EXPORT = 7
    LIMIT_REACHED = 8
    INTERRUPTED = 130
    NO_READER = 141
    TERMINATED = 143


_CORRECT: Final = "Correct that and run the command again; see --help."
_CHECK_ACCESS: Final = (
    "Check that the token is right and may read what is exported and that the region is the "
    "workspace's own, then run the same command again."
)
_AGAIN: Final = "Run the same command again."
_MEND: Final = "Mend that if it lasts, then run the same command again."
_GOES_ON: Final = "Run the same command again: it goes on from there."
_BELIEVE: Final = "If that is so, run the same command again with --allow-deletions."
_REMEDIES: Final = {
    **dict.fromkeys((errno.EMFILE, errno.ENFILE), "Allow more open files, with ulimit -n"),
    **dict.fromkeys(
        (errno.ENOSPC, errno.EDQUOT, errno.EFBIG), "Make room there, or choose another place"
    ),
    **dict.fromkeys(
        (errno.EACCES, errno.EPERM, errno.EROFS),
        "Allow this user to read and write there, or choose another place",
    ),
    **dict.fromkeys(
        (errno.EEXIST, errno.ENOTDIR, errno.EISDIR, errno.ELOOP),
        "Move away what stands there, or choose another place",
    ),
}

_OF_ERRORS: Final[dict[type, tuple[Exit, str]]] = {
    ConfigurationError: (Exit.USAGE, _CORRECT),
    QueryError: (Exit.USAGE, _CORRECT),
    Unauthorized: (Exit.NOT_AUTHORISED, _CHECK_ACCESS),
    Forbidden: (Exit.NOT_AUTHORISED, _CHECK_ACCESS),
    ExportLocked: (Exit.OTHER_EXPORT, ""),
    ExportMismatch: (Exit.OTHER_EXPORT, ""),
    MirrorLocked: (Exit.OTHER_EXPORT, ""),
    MirrorMismatch: (Exit.OTHER_EXPORT, ""),
    ExportCorrupted: (Exit.LOCAL_DISK, ""),
    TooManyDeletions: (Exit.PARTIAL, _BELIEVE),
    LimitReached: (Exit.LIMIT_REACHED, _GOES_ON),
    RequestError: (Exit.GAVE_UP, _AGAIN),
    ApiDown: (Exit.GAVE_UP, _AGAIN),
    IntercomError: (Exit.GAVE_UP, _MEND),
}


def outcome(error: IntercomError) -> tuple[Exit, str]:
    """Return the exit code of an error, and a sentence that says what to do, if there is one."""
    return next(_OF_ERRORS[kind] for kind in type(error).mro() if kind in _OF_ERRORS)


def verdict(error: IntercomError | OSError, kept: str) -> tuple[Exit, list[str]]:
    """Return the exit code of an error, and sentences: what went wrong, what is kept, what to do.

    Args:
        error: The error.
        kept: A sentence that says what is kept of the work so far.
    """
    if isinstance(error, IntercomError):  # some are an OSError too
        code, remedy = outcome(error)
        return code, [f"{error}".rstrip(".") + ".", kept, *filter(None, [remedy])]
    remedy = _REMEDIES.get(error.errno or 0, "See to it, or choose another place")
    where = "" if error.filename is None else f": {error.filename}"
    what = f"{error.strerror or type(error).__name__}{where}"
    return Exit.LOCAL_DISK, [what, kept, f"{remedy}, then run the command again."]


@contextmanager
def map_errors(kept: Callable[[], str]) -> Iterator[None]:
    """Turn errors into a message and an exit code.

    Args:
        kept: Returns a sentence that says what is kept of the work so far.
    """
    try:
        yield
    except BrokenPipeError:  # the reader of the output went away
        raise
    except Interrupted as interruption:
        exit_with(Exit(128 + interruption.signal), "interrupted.", kept(), _AGAIN)
    except (IntercomError, OSError) as error:
        code, sentences = verdict(error, kept())
        exit_with(code, *sentences)


def exit_with(code: Exit, *sentences: str) -> NoReturn:
    """Say what went wrong, what is kept and what to do, and exit with a code.

    The message goes to stderr, and as JSON to stdout too if that was asked for.
    """
    message = "\n".join(sentences)
    print_error(message)
    if as_json():
        print_json("error", {"code": code, "message": message})
    sys.exit(code)
