"""How far an export is: a bar on a terminal, plain lines elsewhere, a summary at the end."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Final

import anyio
import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.progress import Progress as Bar

from intercom_async.cli.exits import printable
from intercom_async.export import Progress, Summary

_FRAME: Final = 0.2  # seconds between two pictures of the bar
_LINE: Final = 30.0  # seconds between two lines where there is no terminal
_NAMED_AT_MOST: Final = 5


@asynccontextmanager
async def showing(progress: Progress) -> AsyncIterator[None]:
    """Show an export's progress while the block runs."""
    show = _show_bar if sys.stderr.isatty() else _print_lines
    task = asyncio.create_task(show(progress))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


async def _show_bar(progress: Progress) -> None:
    columns = (
        TextColumn("exporting"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("conversations"),
        TextColumn("{task.fields[rate]}/s"),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    with Bar(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("", total=None, rate="0")
        try:
            while True:
                _draw(bar, task, progress)
                await anyio.sleep(_FRAME)
        finally:
            _draw(bar, task, progress)


def _draw(bar: Bar, task: object, progress: Progress) -> None:
    bar.update(
        task,  # type: ignore[arg-type]  # rich keeps the type of its ids to itself
        total=_expected(progress),
        completed=progress.written,
        rate=f"{_rate(progress):,.0f}",
    )


async def _print_lines(progress: Progress) -> None:
    while True:
        await anyio.sleep(_LINE)
        expected = _expected(progress)
        of_total = "" if expected is None else f" of {expected:,}"
        rate = _rate(progress)
        left = ""
        if expected is not None and rate:
            left = f", {_span((expected - progress.written) / rate)} left"
        click.echo(f"{progress.written:,}{of_total} conversations, {rate:,.0f}/s{left}", err=True)


def _expected(progress: Progress) -> int | None:
    return None if progress.total is None else max(progress.total, progress.written)


def _rate(progress: Progress) -> float:
    return progress.fetched / progress.seconds if progress.seconds else 0.0


def _span(seconds: float) -> str:
    return str(timedelta(seconds=round(seconds)))


def print_summary(summary: Summary, folder: Path) -> None:
    """Print what an export holds."""
    counts = summary.counts
    rows = [
        ("workspace", f"{summary.workspace} (API {summary.api_version})"),
        ("conversations", f"{counts.conversations:,}, each once; {summary.fetched:,} fetched now"),
        ("parts", f"{counts.parts:,}"),
    ]
    if summary.deleted:
        rows.append(("deleted", f"{len(summary.deleted):,} while the export ran"))
    if summary.truncated:
        rows.append(
            ("cut short", f"{len(summary.truncated):,}: the API gives the newest 500 parts")
        )
    if counts.quarantined:
        rows.append(("unreadable", f"{counts.quarantined:,} records, see quarantine.ndjson"))
    if summary.missing:
        rows.append(("missing", f"{summary.missing:,} fewer are held than the API counts"))
    if summary.parts_missing:
        rows.append(("parts missing", _some(summary.parts_missing)))
    if summary.failed:
        rows.append(("failed", _some(list(summary.failed))))
    rate = summary.fetched / max(summary.seconds, 0.001)
    rows.append(("time", f"{summary.seconds:,.1f} s, {rate:,.0f} conversations a second"))
    rows.append(("folder", f"{folder}, {counts.bytes / 1e6:,.1f} MB"))
    for label, text in rows:
        click.echo(f"{label:<14} {printable(text)}")


def _some(ids: list[str]) -> str:
    more = len(ids) - _NAMED_AT_MOST
    named = ", ".join(ids[:_NAMED_AT_MOST])
    return f"{len(ids):,}: {named}" + (f" and {more:,} more, see summary.json" if more > 0 else "")
