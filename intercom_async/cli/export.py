"""``intercom-async export`` and ``intercom-async plan``."""

import sys
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Final

import click
import msgspec

from intercom_async.cli import runner
from intercom_async.cli.exits import Exit, map_errors
from intercom_async.cli.options import exporting, parse_duration, workspace
from intercom_async.cli.output import as_json, cells, print_error, print_json, print_rows
from intercom_async.cli.progress import Meter, with_progress
from intercom_async.cli.summary import describe_missing, print_summary
from intercom_async.cli.workspaces import many
from intercom_async.client import AsyncIntercom
from intercom_async.export import Estimate, Export, Limits, Options, Summary, estimate

_AGAIN: Final = "Run the same command again: it fetches what is missing."
_MIRROR_AGAIN: Final = "Run the same command again: it brings the mirror up to date."


@click.command()
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="The folder."
)
@many
@workspace
@click.option(
    "--max-requests",
    type=click.IntRange(min=1),
    metavar="N",
    help="End after this many requests; the same command goes on from there.",
)
@click.option(
    "--max-duration",
    type=parse_duration,
    metavar="DURATION",
    help="End after this time, such as 90s, 15m or 2h; the same command goes on from there.",
)
@click.option(
    "--mirror",
    metavar="URL",
    help="Keep the folder under this URL too, such as s3://bucket/prefix, while it is made; go on "
    "from there where the folder is empty.",
)
@exporting
def export(
    *,
    intercom: AsyncIntercom,
    what: Options,
    budget: float,
    out: Path,
    max_requests: int | None,
    max_duration: float | None,
    mirror: str | None,
    quiet: bool,
) -> None:
    """Export a workspace: conversations with their parts, and other streams, an object a line.

    Exit codes: 0 complete, 2 wrong usage, 3 something is missing (the summary says what), 4 not
    authorised, 5 gave up on the server, 6 local disk, 7 the folder holds or is getting another
    export, 8 a limit of --max-requests or --max-duration was reached, 130 or 143 interrupted,
    141 the output's reader went away. After 5, 8, 130, 141 and 143 the same command goes on. Of
    several workspaces, the code is the worst of theirs.
    """
    job = Export(intercom, out, what, Limits(max_requests, max_duration), mirror=mirror)
    with map_errors(job.kept):
        work = partial(_export, intercom, job)
        shown = partial(with_progress, Meter(job.progress, budget), work)
        summary = runner.run(work if quiet else shown)
    behind = summary.mirror and summary.mirror.failure
    code = Exit.PARTIAL if behind or not summary.complete else Exit.COMPLETE
    if not quiet:
        print_summary(summary, job.folder, code)
    if not summary.complete:
        print_error(f"{describe_missing(summary, job.folder)}\n{_AGAIN}")
    if behind:
        print_error(f"{behind}.\nThe folder is whole, its mirror is behind. {_MIRROR_AGAIN}")
    sys.exit(code)


async def _export(intercom: AsyncIntercom, job: Export) -> Summary:
    async with intercom:
        return await job.run()


@click.command()
@workspace
def plan(*, intercom: AsyncIntercom, what: Options, budget: float) -> None:
    """Tell what an export would take: requests, time and disk. It fetches next to nothing."""
    with map_errors(lambda: "Nothing was exported."):
        found = runner.run(partial(_estimate, intercom, what))
    seconds = found.seconds / budget
    if as_json():
        told = {"requests": found.requests, "seconds": seconds, "bytes": found.bytes}
        print_json("plan", msgspec.structs.asdict(found) | told | {"budget": budget})
    else:
        print_rows(_rows(found, seconds, budget))


def _rows(found: Estimate, seconds: float, budget: float) -> list[tuple[str, str]]:
    rows = [("stream", cells("records", "requests", "MB", "in"))]
    for name, stream in found.streams.items():
        records = "not told" if stream.records is None else f"{stream.records:,}"
        how = f"{stream.windows:,} windows of creation time" if stream.windows else "one list"
        rows.append(
            (name, cells(records, f"{stream.requests:,}", f"{stream.bytes / 1e6:,.1f}", how))
        )
    rows += [
        ("requests", f"{found.requests:,}"),
        ("disk", f"about {found.bytes / 1e6:,.1f} MB, going by a sample of each"),
    ]
    if found.limit:
        span = timedelta(seconds=round(seconds))
        share = "" if budget == 1 else f"{budget:.0%} of "
        rows.append(("time", f"{span} at {share}{found.limit:,} requests in ten seconds"))
    return rows


async def _estimate(intercom: AsyncIntercom, what: Options) -> Estimate:
    async with intercom:
        return await estimate(intercom, what)
