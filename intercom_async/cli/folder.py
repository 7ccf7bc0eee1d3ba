"""``intercom-async status`` and ``verify``, which read an export's folder."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import msgspec

from intercom_async.cli.exits import Exit, map_errors
from intercom_async.cli.output import (
    as_json,
    json_option,
    print_error,
    print_json,
    print_rows,
    printable,
)
from intercom_async.errors import ConfigurationError
from intercom_async.export.files import find_export
from intercom_async.export.store import StreamStatus, check_files, read_status

folder_argument: Callable[[Any], Any] = click.argument(
    "folder", type=click.Path(path_type=Path, exists=True, file_okay=False)
)


def _told(stream: StreamStatus) -> str:
    counts, done = stream.counts, sum(window.done for window in stream.windows)
    told = [stream.phase, f"{counts.records:,} records"]
    if stream.windows:
        told.append(f"{done:,} of {len(stream.windows):,} windows walked")
    if counts.parts:
        told.append(f"{counts.parts:,} parts")
    if counts.failed:
        told.append(f"{counts.failed:,} failed")
    return ", ".join(told)


@click.command()
@folder_argument
@json_option
def status(*, folder: Path) -> None:
    """Tell how far an export is, also while it runs."""
    with map_errors(lambda: "Nothing was changed."):
        folder = find_export(folder)
        found = read_status(folder)
        if found is None:
            raise ConfigurationError(f"{folder} holds no export yet")
    identity = found.identity
    if as_json():
        streams = {
            name: {
                "phase": stream.phase,
                "started_at": stream.started_at,
                "windows": len(stream.windows),
                "windows_walked": sum(window.done for window in stream.windows),
                "counts": stream.counts,
            }
            for name, stream in found.streams.items()
        }
        fields = {"finished": found.finished, "streams": streams, "problems": found.problems}
        print_json("status", msgspec.structs.asdict(identity) | fields)
        return
    rows = [("workspace", identity.workspace)]
    rows += [(name, _told(stream)) for name, stream in found.streams.items()]
    print_rows(rows)
    for problem in found.problems:
        click.echo(printable(f"{problem.file}: {problem.text}"), err=True)


@click.command()
@folder_argument
@json_option
def verify(*, folder: Path) -> None:
    """Check every file of a finished export against its manifest.

    Exit codes: 0 all is as it was written, 3 something is not, and what.
    """
    with map_errors(lambda: "Nothing was changed."):
        problems = check_files(find_export(folder))
    if as_json():
        print_json("verify", {"sound": not problems, "problems": problems})
    for problem in problems:
        click.echo(printable(f"{problem.file}: {problem.text}"), err=True)
    if problems:
        print_error(
            "Nothing was changed. Export again: what is damaged is put right, and what is lost is "
            "fetched anew."
        )
        sys.exit(Exit.PARTIAL)
    if not as_json():
        click.echo("every file is as it was written")
