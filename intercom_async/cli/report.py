"""``intercom-async report``: pages of exports' figures."""

import sys
from pathlib import Path
from typing import Any, Final

import click
import msgspec

from intercom_async.cli.exits import Exit, exit_with, map_errors
from intercom_async.cli.output import as_json, json_option, print_error, print_json, printable
from intercom_async.errors import ConfigurationError, IntercomError

_NOTHING: Final = "No page was made."
_PRIVATE: Final = 0o700
_MARKS: Final = ("manifest.json", "state.sqlite")


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
    help="The folder for a page of each export and an index.html.",
)
@click.option("--since", metavar="TIME", help="When the period begins, local to the zone.")
@click.option("--until", metavar="TIME", help="The time before which it ends, local to the zone.")
@click.option("--zone", default="UTC", help="The IANA name of the zone of days and hours.")
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
    **period: Any,
) -> None:
    """Make pages of the figures of finished exports.

    A page is one file that needs no network and runs no script. Without --since its tiles show the
    last 90 days. --json prints the figures.

    Exit codes: 0 all pages are made, 2 wrong usage, 3 some are not, and why, 6 local disk.
    """
    with map_errors(lambda: _NOTHING):
        if (out is None) == (to is None) and not (out is None and as_json()):
            raise ConfigurationError("give either --out or --to")
        first, *more = folders
        if out is not None and more:
            raise ConfigurationError("several exports need --to, a folder")
        period["redact"] = frozenset(redact)
        if to is None:
            _make(_workspace(first), out, period)
            return
        to.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
        failed = _make_all([each for folder in folders for each in _within(folder)], to, period)
    if failed:
        print_error(f"{failed} of the pages could not be made; index.html says why.")
        sys.exit(Exit.PARTIAL)


def _make(folder: Path, file: Path | None, period: dict[str, Any]) -> None:
    from intercom_async.report import read_report, render_page  # noqa: PLC0415  # loads DuckDB

    found = read_report(folder, **period)
    if file is not None:
        file.write_text(render_page(found), encoding="utf-8")
    if as_json():
        print_json("report", msgspec.to_builtins(found.figures))
    else:
        click.echo(printable(str(file)))


def _make_all(folders: list[Path], to: Path, period: dict[str, Any]) -> int:
    """Make a page of each export and the index, and return how many could not be made."""
    from intercom_async.report import render_index  # noqa: PLC0415  # loads DuckDB

    if len({folder.name for folder in folders}) < len(folders):
        raise ConfigurationError("two exports have folders of one name; their pages would be one")
    entries: list[tuple[str, str | None, str | None]] = []
    for folder in folders:
        page = f"{folder.name}.html"
        try:
            _make(folder, to / page, period)
        except (IntercomError, OSError) as error:
            print_error(f"{folder}: {error}")
            entries.append((folder.name, None, str(error)))
        else:
            entries.append((folder.name, page, None))
    (to / "index.html").write_text(render_index(entries), encoding="utf-8")
    return sum(error is not None for _, _, error in entries)


def _within(folder: Path) -> list[Path]:
    """Return the exports that a folder is or holds; itself if there are none."""
    folder = folder.resolve()
    if _is_export(folder):
        return [folder]
    return [each for each in sorted(folder.iterdir()) if each.is_dir() and _is_export(each)] or [
        folder
    ]


def _workspace(folder: Path) -> Path:
    found = _within(folder)
    if len(found) > 1:
        exit_with(Exit.USAGE, f"{folder} holds several exports: name one, or use --to.", _NOTHING)
    return found[0]


def _is_export(folder: Path) -> bool:
    return any((folder / mark).exists() for mark in _MARKS)
