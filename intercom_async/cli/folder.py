"""``intercom-async convert``, ``status`` and ``verify``: what is done with an export's folder."""

import sys
from pathlib import Path
from typing import Any

import click

from intercom_async.cli.exits import Exit, explained, fail, printable
from intercom_async.export.store import check_files, read_status

_folder = click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))


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
    show_default=True,
    help="What to make.",
)
@click.option("--overwrite", is_flag=True, help="Replace what is there.")
def convert(*, folder: Path, to: Path, format_: Any, overwrite: bool) -> None:
    """Make tables of a finished export: conversations and conversation_parts."""
    from intercom_async.export.convert import convert as make  # noqa: PLC0415  # loads DuckDB

    problems = check_files(folder)
    if problems:
        fail(Exit.PARTIAL, f"{folder} is not fit to convert: {problems[0].text}")
    with explained(lambda: "Nothing was converted."):
        try:
            made = make(folder, to, format_, overwrite=overwrite)
        except FileExistsError as error:
            fail(Exit.USAGE, f"{error.filename or to} exists; choose another --to, or --overwrite")
    for table, rows in made.rows.items():
        click.echo(f"{table:<20} {rows:,} rows")
    for file in made.files:
        click.echo(printable(str(file)))


@click.command()
@_folder
def status(*, folder: Path) -> None:
    """Tell how far an export is, also while it runs."""
    with explained(lambda: "Nothing was changed."):
        found = read_status(folder)
    if found is None:
        fail(Exit.USAGE, f"{folder} holds no export")
    done = sum(window.done for window in found.windows)
    rows = [
        ("workspace", found.identity.workspace),
        ("phase", found.phase),
        ("windows", f"{done:,} of {len(found.windows):,} walked"),
        ("conversations", f"{found.counts.conversations:,}"),
        ("parts", f"{found.counts.parts:,}"),
        ("failed", f"{found.counts.failed:,}"),
    ]
    for label, text in rows:
        click.echo(f"{label:<14} {printable(text)}")


@click.command()
@_folder
def verify(*, folder: Path) -> None:
    """Check every file of a finished export against its manifest.

    Exit codes: 0 all is as it was written, 3 something is not, and what.
    """
    with explained(lambda: "Nothing was changed."):
        problems = check_files(folder)
    for problem in problems:
        click.echo(printable(f"{problem.file}: {problem.text}"), err=True)
    if problems:
        sys.exit(Exit.PARTIAL)
    click.echo("every file is as it was written")
