"""``intercom-async export`` and ``intercom-async plan``."""

import sys
from datetime import timedelta
from functools import partial
from pathlib import Path

import click

from intercom_async.cli import running
from intercom_async.cli.display import print_summary, showing
from intercom_async.cli.exits import Exit, explained
from intercom_async.cli.options import workspace
from intercom_async.client import AsyncIntercom
from intercom_async.export import Estimate, Export, Options, Summary, estimate


@click.command()
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="The folder."
)
@workspace
def export(*, intercom: AsyncIntercom, what: Options, out: Path) -> None:
    """Export a workspace's conversations with their parts, one JSON object a line.

    Exit codes: 0 complete, 2 wrong usage, 3 something is missing (the summary says what), 4 not
    authorised, 5 gave up on the server, 6 local disk, 7 the folder holds or is getting another
    export, 130 or 143 interrupted.
    """
    job = Export(intercom, out, what)
    with explained(job.kept):
        summary = running.run(partial(_export, intercom, job))
    print_summary(summary, job.folder)
    sys.exit(Exit.COMPLETE if summary.complete else Exit.PARTIAL)


async def _export(intercom: AsyncIntercom, job: Export) -> Summary:
    async with intercom, showing(job.progress):
        return await job.run()


@click.command()
@workspace
def plan(*, intercom: AsyncIntercom, what: Options) -> None:
    """Tell what an export would take: requests, time and disk. It fetches next to nothing."""
    with explained(lambda: "Nothing was exported."):
        found = running.run(partial(_estimate, intercom, what))
    rows = [
        ("conversations", f"{found.conversations:,}"),
        ("windows", f"{found.windows:,} of creation time"),
        ("requests", f"{found.requests:,}"),
        ("disk", f"about {found.bytes / 1e6:,.1f} MB, going by the most recently updated"),
    ]
    if found.limit:
        span = timedelta(seconds=round(found.seconds))
        rows.append(("time", f"{span} at {found.limit:,} requests in ten seconds"))
    for label, text in rows:
        click.echo(f"{label:<14} {text}")


async def _estimate(intercom: AsyncIntercom, what: Options) -> Estimate:
    async with intercom:
        return await estimate(intercom, what)
