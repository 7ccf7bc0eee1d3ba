"""Starting the fast server, and asking it what it counted."""

import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from benchmarks import data
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
        text_ids: That of the same data without ids that are numbers.
        scratch: A folder to write to.
    """

    data: Path
    text_ids: Path
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
        numeric_ids: bool = True,
    ) -> Iterator[Server]:
        """Serve a workspace.

        Args:
            size: How many conversations it has.
            parts: How many parts each has: 0, 20 or 500.
            latency: Seconds an answer takes.
            limit: Requests it allows in ten seconds; ``None`` for any number.
            changed: Every so manieth conversation was updated by now; 0 for none.
            numeric_ids: Whether ids are numbers where the API sends numbers.
        """
        options = {"size": size, "parts": parts, "latency": latency, "changed": changed}
        if limit is not None:
            options["limit"] = limit
        arguments = [f"--{name}={value}" for name, value in options.items()]
        file = self.data if numeric_ids else self.text_ids
        command = [sys.executable, "-m", "benchmarks.server", str(file), *arguments]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:  # noqa: S603
            try:
                assert server.stdout is not None  # noqa: S101  # piped
                yield Server(f"http://127.0.0.1:{int(server.stdout.readline())}")
            finally:
                server.kill()


@contextmanager
def prepared() -> Iterator[Bench]:
    """Generate the data, for as long as something is measured."""
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as folder:
        bench = Bench(Path(folder) / "data", Path(folder) / "text-ids", Path(folder))
        data.save(bench.data)
        data.save(bench.text_ids, numeric_ids=False)
        yield bench
