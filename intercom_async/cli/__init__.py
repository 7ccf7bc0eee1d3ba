"""The command ``intercom-async``."""

import sys

_INTERRUPTED = 130  # known here so that Ctrl-C is answered while the rest is loaded


def main() -> None:
    """Run the command, or say what to install for it."""
    try:
        from intercom_async.cli.app import run  # noqa: PLC0415  # an extra installs what it needs

        run()
    except KeyboardInterrupt:
        sys.exit(_INTERRUPTED)
    except ModuleNotFoundError as error:
        if error.name not in {"click", "rich", "backports", "backports.zstd"}:
            raise
        sys.exit(
            f"intercom-async: the command needs {error.name}; "
            "install it with: pip install 'intercom-async[cli]'"
        )
