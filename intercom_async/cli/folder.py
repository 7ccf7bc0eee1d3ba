"""``intercom-async tables``, ``status`` and ``verify``, which read an export's folder."""

import signal
import sys
from pathlib import Path
from typing import Any

import click
import msgspec

from intercom_async.cli.exits import Exit, exit_with, map_errors
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

_TABLE: int = 24  # characters

_folder = click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))


def _describe(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        from intercom_async.export.tables import describe  # noqa: PLC0415  # loads all structs

        click.echo(describe())
        context.exit()


@click.command()
@_folder
@click.option(
    "--to", type=click.Path(path_type=Path, file_okay=False), required=True, help="The folder."
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["parquet", "csv", "duckdb", "ndjson"]),
    default="parquet",
    help="What to make.",
)
@click.option(
    "--schema",
    type=click.Choice(["fivetran"]),
    help="Also make this schema, in the DuckDB file: Fivetran's, which dbt_intercom takes.",
)
@click.option("--overwrite", is_flag=True, help="Replace what is there.")
@click.option(
    "--describe",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_describe,
    help="Print what the tables are, their columns, keys and joins, and make none.",
)
@json_option
def tables(*, folder: Path, to: Path, format_: Any, schema: Any, overwrite: bool) -> None:
    """Make tables of an export (also: convert).

    A table is made of each stream of the export, and of each list within its records. The export
    must be finished.

    Exit codes: 0 all is in them, 3 some records are too long and named, or the export is
    not fit, 2 wrong usage, 6 local disk.
    """
    from intercom_async.export.tables import convert  # noqa: PLC0415  # loads DuckDB

    with map_errors(lambda: "Nothing was converted."):
        folder = find_export(folder)
        # A conversation whose parts the API never gave is converted without them.
        problems = [each for each in check_files(folder) if each.kind != "parts missing"]
        if problems:
            exit_with(
                Exit.PARTIAL,
                f"{folder} is not fit to convert: {problems[0].file}: {problems[0].text}.",
                "Nothing was converted.",
                f"'intercom-async verify {folder}' tells all that is wrong.",
            )
        # Raises on Ctrl-C, so that what is half made is removed.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            made = convert(folder, to, format_, schema=schema, overwrite=overwrite)
        except FileExistsError as error:
            advice = "Choose another --to, or --overwrite."
            exit_with(
                Exit.USAGE, f"{error.filename or to} exists.", "Nothing was converted.", advice
            )
    if as_json():
        print_json("tables", msgspec.structs.asdict(made) | {"files": [*map(str, made.files)]})
    else:
        print_rows([(table, f"{rows:,} rows") for table, rows in made.rows.items()], _TABLE)
        for file in made.files:
            click.echo(printable(str(file)))
    if made.left_out:
        exit_with(
            Exit.PARTIAL,
            f"too long to be converted: {', '.join(made.left_out)}",
            "These records are in no table; --format ndjson has them.",
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
@_folder
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
    print_rows(rows, _TABLE)
    for problem in found.problems:
        click.echo(printable(f"{problem.file}: {problem.text}"), err=True)


@click.command()
@_folder
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
