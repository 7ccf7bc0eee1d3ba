"""How far an export is: a bar on a terminal, plain lines elsewhere, JSON for programs."""

import sys
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Final, TypeVar

import anyio
import click

from intercom_async.cli.meter import Meter, Reading
from intercom_async.cli.running import beside
from intercom_async.cli.telling import as_json, printable, tell

T = TypeVar("T")

_LOOK: Final = 0.1  # seconds between two looks at the phase
_LINE: Final = 30.0  # seconds between two lines


async def shown(meter: Meter, work: Callable[[], Awaitable[T]]) -> T:
    """Await an export while its progress is shown.

    Raises:
        OSError: The progress cannot be written; the export was ended, and kept what it had.
    """
    if as_json():
        return await beside(lambda: tell_progress(meter), work)
    if sys.stderr is not None and sys.stderr.isatty():
        from intercom_async.cli.bar import show_bar  # noqa: PLC0415  # loads rich

        return await beside(lambda: show_bar(meter), work)
    return await beside(lambda: print_lines(meter), work)


async def tell_progress(meter: Meter, every: float = _LINE) -> None:
    """Print a JSON object at each change of phase, and every so many seconds."""
    told = meter.read()
    tell("progress", told)
    try:
        while True:
            await anyio.sleep(_LOOK)
            reading = meter.read()
            if reading.phase != told.phase or reading.seconds - told.seconds >= every:
                told = reading
                tell("progress", told)
    finally:
        reading = meter.read()
        if reading.phase != told.phase:
            tell("progress", reading)


async def print_lines(meter: Meter, every: float = _LINE) -> None:
    """Print a line every so many seconds."""
    while True:
        await anyio.sleep(every)
        click.echo(printable(line(meter.read())), err=True)


def line(reading: Reading) -> str:
    """Return a reading as a line for people."""
    of_total = "" if reading.total is None else f" of {reading.total:,}"
    parts = [f"{reading.phase}: {reading.written:,}{of_total} conversations", *speeds(reading)]
    if reading.seconds_left is not None:
        parts.insert(1, f"{span(reading.seconds_left)} left")
    return ", ".join(parts)


def speeds(reading: Reading) -> list[str]:
    """Return what people want to know beside the counts, in a few words each."""
    budget = reading.budget_per_second
    of_budget = "" if budget is None else f" of {budget:,.1f}"
    texts = [
        f"{reading.requests_per_second:,.1f}{of_budget} requests/s",
        f"{reading.throttled:,} answered 429",
    ]
    if reading.oldest_open is not None:
        texts.append(f"oldest open window {reading.oldest_open:%Y-%m-%d}")
    return texts


def span(seconds: float) -> str:
    """Return a time span as hours, minutes and seconds."""
    return str(timedelta(seconds=round(seconds)))
