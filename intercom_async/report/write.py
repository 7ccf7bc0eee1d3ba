"""Reports as files: pages, their index, and all figures."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final, TypedDict, Unpack

import msgspec

from intercom_async.errors import ConfigurationError
from intercom_async.export.store.disk import make_folder, refuse_link, rename, write_partial
from intercom_async.report.figures import Figures
from intercom_async.report.page import render_index, render_page
from intercom_async.report.period import Moment
from intercom_async.report.trends import read_report

__all__ = ["Made", "PageOptions", "check_names", "write_index", "write_page"]

_INDEX: Final = "index"
_ELSEWHERE: Final = re.compile(r"[/\\\0]")


class PageOptions(TypedDict, total=False):
    """What a page shows; see ``read_report``.

    Attributes:
        since: When the period begins.
        until: The moment before which it ends.
        zone: The IANA name of the zone.
        office_hours: Office hours such as ``Mon-Fri 09:00-17:30``.
        redact: What to leave out: ``name``, in whose place ids stand, and ``remark``.
        memory_limit: How much memory DuckDB may take.
    """

    since: Moment | None
    until: Moment | None
    zone: str | None
    office_hours: str | None
    redact: frozenset[str]
    memory_limit: str


class Made(msgspec.Struct, frozen=True):
    """What became of a workspace's report.

    Attributes:
        workspace: The name it goes by.
        page: The page, if it was made.
        figures: The figures of the period, if the page was made.
        error: Why it was not made.
    """

    workspace: str
    page: Path | None = None
    figures: Figures | None = None
    error: Exception | None = None


def write_page(source: Path, page: Path, **options: Unpack[PageOptions]) -> Figures:
    """Write the page of an export, readable by its owner alone, and return its figures.

    A page that was there before stays until the new one is whole.

    Args:
        source: As of ``figures``.
        page: The file to write.
        options: What the page shows.

    Raises:
        ConfigurationError: As of ``figures``.
        ExportCorrupted: The export is not as it was written.
        OSError: Something cannot be read or written.
    """
    refuse_link(page)
    report = read_report(source, **options)
    _write(page, render_page(report).encode())
    return report.figures


def write_index(to: Path, made: Sequence[Made]) -> None:
    """Write ``index.html``, which leads to pages, and ``figures.json``, an array of their figures.

    Args:
        to: The folder that the pages are in.
        made: What became of each, in the order of the index.

    Raises:
        OSError: They cannot be written.
    """
    make_folder(to)
    held = [each.figures for each in made if each.figures is not None]
    _write(to / "figures.json", msgspec.json.encode(held) + b"\n")
    entries = [
        (
            each.workspace,
            None if each.page is None else each.page.name,
            None if each.error is None else str(each.error),
        )
        for each in made
    ]
    _write(to / f"{_INDEX}.html", render_index(entries).encode())


def check_names(names: Iterable[str]) -> None:
    """Check that pages of these names can lie in one folder.

    Raises:
        ConfigurationError: Two would be one file, one would be the index, or elsewhere.
    """
    taken = {_INDEX}
    for name in names:
        if _ELSEWHERE.search(name) or not name.strip("."):
            raise ConfigurationError(f"{name!r} is no name of a page: it would lead elsewhere")
        file = name.casefold()  # some disks tell no capital letters from small ones
        if file in taken:
            raise ConfigurationError(f"the page {name}.html would overwrite another of that name")
        taken.add(file)


def _write(file: Path, content: bytes) -> None:
    write_partial(file, [content])
    rename(file)
