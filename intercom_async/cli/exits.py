"""What the command's exit codes mean, and which error leads to which."""

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import IntEnum
from typing import Final, NoReturn

import click

from intercom_async.cli.running import Interrupted
from intercom_async.errors import (
    ConfigurationError,
    Forbidden,
    IntercomError,
    QueryError,
    Unauthorized,
)
from intercom_async.export.store import Damaged, Locked, StateOfAnotherRun


class Exit(IntEnum):
    """The command's exit codes; 1 is a bug, and comes with a traceback."""

    COMPLETE = 0
    USAGE = 2
    PARTIAL = 3
    NOT_AUTHORISED = 4
    GAVE_UP = 5
    LOCAL_DISK = 6
    OTHER_EXPORT = 7
    INTERRUPTED = 130
    TERMINATED = 143


_SIGNALS: Final = {signal.SIGINT: Exit.INTERRUPTED, signal.SIGTERM: Exit.TERMINATED}


@contextmanager
def explained(kept: Callable[[], str]) -> Iterator[None]:
    """Turn errors into a message and an exit code.

    Args:
        kept: Says, as a sentence, what is kept of the work so far.
    """
    try:
        yield
    except (ConfigurationError, QueryError) as error:
        fail(Exit.USAGE, str(error))
    except (Unauthorized, Forbidden) as error:
        fail(
            Exit.NOT_AUTHORISED,
            f"{error}\n{kept()}\nCheck that the token is right and may read conversations and that "
            "the region is the workspace's own, then run the same command again.",
        )
    except (Locked, StateOfAnotherRun) as error:
        fail(Exit.OTHER_EXPORT, str(error))
    except Damaged as error:
        fail(Exit.LOCAL_DISK, str(error))
    except IntercomError as error:
        fail(Exit.GAVE_UP, f"{error}\n{kept()}\nRun the same command again.")
    except Interrupted as interruption:
        fail(_SIGNALS[interruption.signal], f"interrupted. {kept()}\nRun the same command again.")
    except OSError as error:
        fail(
            Exit.LOCAL_DISK,
            f"{error.strerror}: {error.filename or 'writing the export'}\n{kept()}\n"
            "Make room or choose another --out, then run the same command again.",
        )


def fail(code: Exit, message: str) -> NoReturn:
    """Print a message without control characters and leave with an exit code."""
    click.echo(f"intercom-async: {printable(message)}", err=True)
    sys.exit(code)


def printable(text: str) -> str:
    """Return text with control characters, which could steer a terminal, replaced."""
    return "".join(c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in text)
