"""``intercom-async follow``, which keeps an export current."""

from functools import partial
from itertools import count
from pathlib import Path
from typing import Final

import anyio
import click
from anyio import to_thread
from msgspec.structs import replace

from intercom_async.cli import runner
from intercom_async.cli.exits import Exit, map_errors, outcome
from intercom_async.cli.options import exporting, parse_duration, workspace
from intercom_async.cli.output import print_error
from intercom_async.cli.progress import Meter, with_progress
from intercom_async.cli.summary import describe_missing, print_summary
from intercom_async.client import AsyncIntercom
from intercom_async.errors import IntercomError
from intercom_async.export import Export, Options, Summary
from intercom_async.export.store import read_manifest

_GROWTH: Final = 1.5
_LONGEST: Final = 10  # times the shortest wait
# A sweep takes a request for every page of the workspace, however little has changed.
_SWEPT: Final = 100  # every so many runs


@click.command()
@click.argument("out", type=click.Path(path_type=Path, file_okay=False))
@workspace
@click.option(
    "--every",
    type=parse_duration,
    default="60s",
    metavar="DURATION",
    help="How long to wait between two runs; up to ten times as long while nothing changes.",
)
@exporting
def follow(
    *,
    intercom: AsyncIntercom,
    what: Options,
    budget: float,
    out: Path,
    every: float,
    quiet: bool,
) -> None:
    """Export a workspace to OUT, and keep the export current until stopped.

    It exports again and again, what has changed since; each time the export is finished, as that
    of the command export is. A summary is printed whenever something had changed. With --sweep
    auto, every hundredth run sweeps.

    Ctrl-C ends it, and the same command goes on. A server that fails is asked again later, once
    the first run is through; what else ends it, has the exit codes of the command export.
    """
    following = _Following(intercom, out, what, budget=budget, quiet=quiet)
    with map_errors(following.kept):
        runner.run(partial(_follow, intercom, following, every))


class _Following:
    """Runs of an export, one after another.

    Args:
        intercom: The client of the workspace.
        out: The export's folder.
        what: What to export.
        budget: The share of the rate window that is used.
        quiet: Whether to print nothing but errors.
    """

    def __init__(
        self, intercom: AsyncIntercom, out: Path, what: Options, *, budget: float, quiet: bool
    ) -> None:
        self._job = Export(intercom, out, what)
        self._again = partial(Export, intercom, out)
        self._what = what
        self._budget = budget
        self._quiet = quiet
        self._held: tuple[list[str], list[list[str]]] = [], []

    def kept(self) -> str:
        """Say what is kept, as a sentence."""
        return self._job.kept()

    async def first(self) -> None:
        """Export, or go on with what is there."""
        work = self._job.run
        shown = partial(with_progress, Meter(self._job.progress, self._budget), work)
        await self._report(await (work if self._quiet else shown)())

    async def repeat(self, every: float) -> None:
        """Bring the export up to date again and again, until cancelled."""
        seconds = every
        for number in count(1):
            await anyio.sleep(seconds)
            sweeps = self._what.sweep != "auto" or number % _SWEPT == 0
            what = self._what if sweeps else replace(self._what, sweep="never")
            self._job = self._again(what)
            changed = False
            try:
                changed = await self._report(await self._job.run())
            except IntercomError as error:
                if outcome(error)[0] is not Exit.GAVE_UP:
                    raise
                print_error(f"{error}\nIt is asked again later.")
            seconds = every if changed else min(seconds * _GROWTH, every * _LONGEST)

    async def _report(self, summary: Summary) -> bool:
        """Tell of a run if it changed anything, and whether it did."""
        # Lists whose records tell no version are fetched in each run, so that figures tell nothing.
        files = (await to_thread.run_sync(read_manifest, self._job.folder)).files
        held = [file.sha256 for file in files], [s.deleted for s in summary.streams.values()]
        changed, self._held = held != self._held, held
        if changed and not self._quiet:
            code = Exit.COMPLETE if summary.complete else Exit.PARTIAL
            print_summary(summary, self._job.folder, code)
        if changed and not summary.complete:
            missing = describe_missing(summary, self._job.folder)
            print_error(f"{missing}\nThe next run fetches what is missing.")
        return changed


async def _follow(intercom: AsyncIntercom, following: _Following, every: float) -> None:
    async with intercom:
        await following.first()
        await following.repeat(every)
