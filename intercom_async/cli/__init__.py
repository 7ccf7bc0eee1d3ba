"""The command ``intercom-async``."""

import os
import signal
import sys
from typing import Final, NoReturn

_INTERRUPTED: Final = 130
_STDERR: Final = 2


def main() -> None:
    """Run the command, or say what to install for it."""
    # A KeyboardInterrupt would be lost in a callback of an import or a destructor.
    signal.signal(signal.SIGINT, _leave)
    try:
        from intercom_async.cli.app import run  # noqa: PLC0415  # an extra installs what it needs

        run()
    except ModuleNotFoundError as error:
        if error.name not in {"click", "rich", "backports", "backports.zstd"}:
            raise
        sys.exit(
            f"intercom-async: the command needs {error.name}; "
            "install it with: pip install 'intercom-async[cli]'"
        )


def _leave(*_: object) -> NoReturn:
    try:
        os.write(_STDERR, b"intercom-async: interrupted\n")
    finally:
        os._exit(_INTERRUPTED)
