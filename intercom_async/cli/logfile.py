"""``--log-file``: a line for every try of every request."""

import logging
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from pathlib import Path

from intercom_async.cli.output import print_error, printable
from intercom_async.export.store import disk
from intercom_async.net.events import OnEvent, log_events


@contextmanager
def log_tries(path: Path | None) -> Iterator[OnEvent | None]:
    """Open a log for its owner alone, to append to, and give the hook that writes it.

    It holds method, path template, status, time and request id of each try: no token, no ids of
    conversations, nothing of their contents.

    Raises:
        OSError: It cannot be written, or a symlink is in the way.
    """
    if path is None:
        yield None
        return
    handler = _Handler(path, encoding="utf-8")
    handler.setFormatter(_Line())
    logger = logging.getLogger(__name__)
    logger.setLevel(logging.DEBUG)
    logger.propagate = False  # only the command writes to the terminal
    logger.addHandler(handler)
    try:
        yield log_events(logger)
    finally:
        logger.removeHandler(handler)
        with suppress(OSError):  # already reported
            handler.close()


class _Handler(logging.FileHandler):
    _failed = False

    def _open(self) -> TextIOWrapper:
        descriptor = disk.open_private(Path(self.baseFilename), os.O_WRONLY | os.O_APPEND)
        return os.fdopen(descriptor, "a", encoding=self.encoding)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: ARG002, N802  # logging's
        """Say once that the log has gaps: an export of hours is worth more than its log."""
        if not self._failed:
            self._failed = True
            print_error(f"{self.baseFilename} cannot be written; it will lack lines")


class _Line(logging.Formatter):
    def __init__(self) -> None:
        super().__init__("%(asctime)s.%(msecs)03dZ %(levelname)s %(message)s", "%Y-%m-%dT%H:%M:%S")
        self.converter = time.gmtime

    def format(self, record: logging.LogRecord) -> str:
        # The server chooses the request id, which may hold line ends or worse.
        return printable(super().format(record)).replace("\n", " ")
