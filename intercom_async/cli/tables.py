"""``intercom-async tables``, which makes tables of an export."""

import re
import signal
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

import click
import msgspec
from click.core import ParameterSource

from intercom_async.cli.exits import Exit, exit_with, map_errors
from intercom_async.cli.folder import folder_argument
from intercom_async.cli.output import as_json, json_option, print_json, print_rows, printable
from intercom_async.errors import ConfigurationError
from intercom_async.export.files import find_export
from intercom_async.export.store import check_files

_URL: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+)://")


class _Maker(NamedTuple):
    """What makes tables of an export.

    Attributes:
        name: The function's name in ``export.tables``. It takes the export's folder, where the
            tables go, and the options by name, and returns a struct with ``rows`` by table and
            ``left_out``.
        options: The options of the command that it takes.
    """

    name: str
    options: Collection[str]


_FOLDER: Final = _Maker("convert", ("format", "overwrite", "schema"))
_POSTGRESQL: Final = _Maker("to_postgresql", ("schema",))
_BY_SCHEME: Final[Mapping[str, _Maker]] = {
    "postgresql": _POSTGRESQL,
    "postgres": _POSTGRESQL,  # libpq takes both
    **dict.fromkeys(("s3", "gs", "az", "file"), _Maker("to_bucket", ())),
}


def _describe(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        from intercom_async.export.tables import describe  # noqa: PLC0415  # loads all structs

        click.echo(describe())
        context.exit()


@click.command()
@folder_argument
@click.option(
    "--to",
    required=True,
    help="The folder, or s3://bucket/prefix, or postgresql://user@host/database, which are brought "
    "up to date.",
)
@click.option(
    "--format",
    type=click.Choice(["parquet", "csv", "duckdb", "ndjson"]),
    default="parquet",
    help="What to make in a folder.",
)
@click.option("--overwrite", is_flag=True, help="Replace what is in a folder.")
@click.option(
    "--schema",
    help="The schema of a database, by default intercom; or fivetran, to have in a DuckDB file "
    "what dbt_intercom takes.",
)
@click.option(
    "--describe",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_describe,
    help="Print what the tables are, their columns, keys and joins, and make none.",
)
@json_option
def tables(*, folder: Path, to: str, **options: Any) -> None:
    """Make tables of an export (also: convert).

    A table is made of each stream of the export, and of each list within its records. The export
    must be finished.

    Exit codes: 0 all is in them, 3 some records are too long and named, or the export is
    not fit, 2 wrong usage, 5 the database failed, 6 local disk.
    """
    with map_errors(lambda: "Nothing was converted."):
        maker, place, kind = _destination(to)
        for name in sorted(options.keys() - maker.options):
            source = click.get_current_context().get_parameter_source(name)
            if source is not ParameterSource.DEFAULT:
                raise ConfigurationError(f"--{name} is not for {kind}")
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
            given = {name: value for name, value in options.items() if value is not None}
            taken = {name: given[name] for name in maker.options if name in given}
            from intercom_async.export import tables as makers  # noqa: PLC0415  # loads all structs

            made = getattr(makers, maker.name)(folder, place, **taken)
        except FileExistsError as error:
            advice = "Choose another --to, or --overwrite."
            exit_with(
                Exit.USAGE, f"{error.filename or place} exists.", "Nothing was converted.", advice
            )
    _print(made)


def _destination(to: str) -> tuple[_Maker, str | Path, str]:
    """Return what makes tables at a place, the place as it takes it, and what kind of place it is.

    Raises:
        ConfigurationError: It is a URL of a scheme that nothing is made at. The error names no
            more of the URL than that, since there may be a password in it.
    """
    found = _URL.match(to)
    if found is None:
        return _FOLDER, Path(to), "a folder"
    scheme = found[1].lower()
    if scheme not in _BY_SCHEME:
        known = ", ".join(("a folder", *(f"{each}://" for each in _BY_SCHEME)))
        raise ConfigurationError(f"--to takes {known}, not {scheme}://")
    return _BY_SCHEME[scheme], to, f"{scheme}://"


def _print(made: Any) -> None:
    found = msgspec.structs.asdict(made)
    files = [str(file) for file in found.get("files", ())]
    if as_json():
        print_json("tables", found | ({"files": files} if files else {}))
    else:
        unit = "rows written" if "inserted" in found else "rows"  # a load writes what changed
        print_rows([(table, f"{rows:,} {unit}") for table, rows in made.rows.items()])
        for file in files:
            click.echo(printable(file))
    if made.left_out:
        exit_with(
            Exit.PARTIAL,
            f"too long to be converted: {', '.join(made.left_out)}",
            "These records are in no table; --format ndjson has them.",
        )
