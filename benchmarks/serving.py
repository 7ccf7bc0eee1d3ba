"""Starting the fast server, and asking it what it counted."""

import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from benchmarks.ratewindow import Counted
from benchmarks.server import COUNTS


class Server(msgspec.Struct, frozen=True):
    """A running server."""

    url: str

    def windows(self) -> list[Counted]:
        """Return what came in each window of the rate limit."""
        with urllib.request.urlopen(self.url + COUNTS) as answer:  # noqa: S310  # our own
            return msgspec.json.decode(answer.read(), type=list[Counted])

    def requests(self) -> int:
        """Return how many requests came."""
        return sum(window.used + window.refused for window in self.windows())


class Bench(msgspec.Struct, frozen=True):
    """What a case is given to work with.

    Attributes:
        data: The file of generated data.
        scratch: A folder to write to.
    """

    data: Path
    scratch: Path

    @contextmanager
    def served(
        self,
        *,
        size: int = 15_000,
        parts: int = 20,
        latency: float = 0.0,
        limit: int | None = None,
        changed: int = 0,
    ) -> Iterator[Server]:
        """Serve a workspace.

        Args:
            size: How many conversations it has.
            parts: How many parts each has: 0, 20 or 500.
            latency: Seconds an answer takes.
            limit: Requests it allows in ten seconds; ``None`` for any number.
            changed: Every so manieth conversation was updated by now; 0 for none.
        """
        options = {"size": size, "parts": parts, "latency": latency, "changed": changed}
        if limit is not None:
            options["limit"] = limit
        arguments = [f"--{name}={value}" for name, value in options.items()]
        command = [sys.executable, "-m", "benchmarks.server", str(self.data), *arguments]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:  # noqa: S603
            try:
                assert server.stdout is not None  # noqa: S101  # piped
                yield Server(f"http://127.0.0.1:{int(server.stdout.readline())}")
            finally:
                server.kill()
