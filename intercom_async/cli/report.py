"""``intercom-async report``: pages of exports' figures."""

import sys
from datetime import datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from intercom_async.cli.exits import Exit, map_errors
from intercom_async.cli.options import parse_time
from intercom_async.cli.output import as_json, json_option, print_error, print_json, printable
from intercom_async.errors import ConfigurationError, IntercomError
from intercom_async.export.files import find_export, find_exports
from intercom_async.export.store.disk import make_folder

if TYPE_CHECKING:
    from intercom_async.report import Figures

_NOTHING: Final = "No page was made."


@click.command()
@click.argument(
    "folders",
    metavar="FOLDER...",
    nargs=-1,
    required=True,
    type=click.Path(path_type=Path, exists=True, file_okay=False),
)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="The page to write.")
@click.option(
    "--to",
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder for a page of each export, an index.html and a figures.json.",
)
@click.option(
    "--since",
    metavar="TIME",
    help="When the period begins, local to the zone: a date, 30d ago, yesterday.",
)
@click.option("--until", metavar="TIME", help="The time before which it ends, local to the zone.")
@click.option(
    "--zone", help="The IANA name of the zone of days and hours, if not the workspace's own."
)
@click.option("--office-hours", metavar="HOURS", help='Such as "Mon-Fri 09:00-17:30".')
@click.option(
    "--redact",
    type=click.Choice(["name", "remark"]),
    multiple=True,
    help="Leave these out of the page; ids stand for names.",
)
@json_option
def report(
    *,
    folders: tuple[Path, ...],
    out: Path | None,
    to: Path | None,
    redact: tuple[str, ...],
    **shown: Any,
) -> None:
    """Make pages of the figures of finished exports.

    A page is one file that needs no network and runs no script. Without --since its tiles show the
    last 90 days. --json prints the figures.

    Exit codes: 0 all pages are made, 2 wrong usage, 3 some are not, and why, 6 local disk.
    """
    from intercom_async.report.period import zone_of  # noqa: PLC0415  # loads all of report

    with map_errors(lambda: _NOTHING):
        if (out is None) == (to is None) and not (out is None and as_json()):
            raise ConfigurationError("give either --out or --to")
        if to is None and len(folders) > 1:
            raise ConfigurationError("several exports need --to, a folder")
        if shown["zone"] is not None:
            zone_of(shown["zone"])  # once, not for each export
        shown["redact"] = frozenset(redact)
        if to is None:
            _make(find_export(next(iter(folders))), out, shown)
            return
        failed = _make_all(folders, to, shown)
    if failed:
        print_error(f"{failed} of the pages could not be made; index.html says why.")
        sys.exit(Exit.PARTIAL)


def _parse(name: str, moment: str | None, zone: tzinfo) -> datetime | None:
    try:
        return None if moment is None else parse_time(moment, zone)
    except click.BadParameter as error:
        raise click.BadParameter(error.message, param_hint=f"--{name}") from None


def _make(folder: Path, page: Path | None, shown: dict[str, Any]) -> "Figures":
    from intercom_async.report import read_report, write_page  # noqa: PLC0415  # loads all of it
    from intercom_async.report.period import zone_of  # noqa: PLC0415
    from intercom_async.report.source import own_zone  # noqa: PLC0415

    zone = own_zone(folder) if shown["zone"] is None else zone_of(shown["zone"])
    moments = {name: _parse(name, shown[name], zone) for name in ("since", "until")}
    shown = {**shown, **moments}
    found = (
        read_report(folder, **shown).figures if page is None else write_page(folder, page, **shown)
    )
    if as_json():
        print_json("report", found)
    else:
        click.echo(printable(str(page)))
    return found


def _make_all(folders: tuple[Path, ...], to: Path, shown: dict[str, Any]) -> int:
    """Make a page of each export and the index, and return how many could not be made."""
    from intercom_async.report import Made, write_index  # noqa: PLC0415  # loads all of it
    from intercom_async.report.write import check_names  # noqa: PLC0415

    found = [each for folder in folders for each in _exports_in(folder.resolve())]
    check_names(folder.name for folder in found)
    make_folder(to)
    made: list[Made] = []
    for folder in found:
        page = to / f"{folder.name}.html"
        try:
            figures = _make(folder, page, shown)
        except (IntercomError, OSError) as error:
            print_error(f"{folder}: {error}")
            made.append(Made(folder.name, error=error))
        else:
            made.append(Made(folder.name, page, figures))
    write_index(to, made)
    return sum(each.error is not None for each in made)


def _exports_in(folder: Path) -> list[Path]:
    """Return the exports in a folder; itself if there are none, so that the index has it."""
    try:
        return find_exports(folder)
    except ConfigurationError:
        return [folder]
