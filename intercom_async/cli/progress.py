"""An export's progress: a bar on a terminal, plain lines elsewhere, JSON for programs."""

import sys
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final, TypeVar

import anyio
import click
import msgspec

from intercom_async.cli.output import as_json, print_json, printable
from intercom_async.core.race import race
from intercom_async.export import Progress

T = TypeVar("T")

_WINDOW: Final = 10.0  # seconds that the API's rate limit covers
_SPAN: Final = 60.0  # seconds over which speeds are taken
_FRAME: Final = 0.2  # seconds between two pictures of the bar
_POLL: Final = 0.1  # seconds between two looks at the phase
_INTERVAL: Final = 30.0  # seconds between two lines


class Reading(msgspec.Struct, frozen=True):
    """How far an export is.

    Attributes:
        phase: What it is doing.
        written: How many records are kept.
        total: How many there are to keep; ``None`` before they are counted.
        fetched: How many this run has kept.
        requests: How many requests this run has sent.
        throttled: How many of them were answered with 429.
        requests_per_second: How fast it sends them at present.
        budget_per_second: How fast it may; ``None`` while the API has not said.
        seconds: How long this run has taken.
        seconds_left: How long the rest takes at the present speed; ``None`` if that is unknown.
        oldest_open: The start of the earliest window that is not walked to its end.
    """

    phase: str
    written: int
    total: int | None
    fetched: int
    requests: int
    throttled: int
    requests_per_second: float
    budget_per_second: float | None
    seconds: float
    seconds_left: float | None
    oldest_open: datetime | None


class Meter:
    """Reads an export's progress.

    Args:
        progress: The progress.
        budget: The share of the rate window that the export may use.
    """

    def __init__(self, progress: Progress, budget: float) -> None:
        self._progress = progress
        self._budget = budget
        self._samples: deque[tuple[float, int, int]] = deque([(0.0, 0, 0)])

    def read(self) -> Reading:
        """Take a reading."""
        progress = self._progress
        seconds = progress.seconds
        requests, fetched = self._rates((seconds, progress.requests, progress.fetched))
        total, allowance = progress.total, progress.allowance
        left = None if total is None else total - progress.written
        window = progress.oldest_open
        return Reading(
            phase=progress.phase,
            written=progress.written,
            total=None if total is None else max(total, progress.written),
            fetched=progress.fetched,
            requests=progress.requests,
            throttled=progress.throttled,
            requests_per_second=round(requests, 1),
            budget_per_second=None if allowance is None else allowance * self._budget / _WINDOW,
            seconds=round(seconds, 1),
            seconds_left=round(left / fetched, 1) if left and left > 0 and fetched else None,
            oldest_open=None if window is None else datetime.fromtimestamp(window.start, UTC),
        )

    def _rates(self, sample: tuple[float, int, int]) -> tuple[float, float]:
        """Return requests and records a second, over the last minute."""
        samples = self._samples
        samples.append(sample)
        while samples[1][0] < sample[0] - _SPAN:
            samples.popleft()
        (since, *before), (now, *after) = samples[0], sample
        if now <= since:
            return 0.0, 0.0
        requests, fetched = (b - a for a, b in zip(before, after, strict=True))
        return requests / (now - since), fetched / (now - since)


async def with_progress(meter: Meter, work: Callable[[], Awaitable[T]]) -> T:
    """Await an export while its progress is shown.

    Raises:
        OSError: The progress cannot be written; the export was ended, and kept what it had.
    """
    show: Callable[[Meter], Awaitable[None]] = print_lines
    if as_json():
        show = print_objects
    elif sys.stderr is not None and sys.stderr.isatty():
        show = show_bar
    return await race(work, partial(show, meter))


async def show_bar(meter: Meter) -> None:
    """Draw a bar and a line of figures below it on stderr, until cancelled."""
    from rich import console, live, progress, text  # noqa: PLC0415  # only a terminal needs rich

    bar = progress.Progress(
        progress.TextColumn("{task.description}"),
        progress.BarColumn(),
        progress.MofNCompleteColumn(),
        progress.TimeElapsedColumn(),
        progress.TextColumn("{task.fields[left]}"),
    )
    task = bar.add_task("", total=None, left="")

    def draw() -> console.Group:
        found = meter.read()
        left = "" if found.seconds_left is None else f"{_span(found.seconds_left)} left"
        bar.update(
            task, description=found.phase, total=found.total, completed=found.written, left=left
        )
        figures = ", ".join(_speeds(found))
        return console.Group(
            bar, text.Text(figures, style="dim", no_wrap=True, overflow="ellipsis")
        )

    stderr = console.Console(stderr=True)
    with live.Live(get_renderable=draw, console=stderr, auto_refresh=False) as picture:
        while True:
            picture.refresh()
            await anyio.sleep(_FRAME)


async def print_objects(meter: Meter, every: float = _INTERVAL) -> None:
    """Print a JSON object at each change of phase, and every so many seconds."""
    last = meter.read()
    print_json("progress", last)
    try:
        while True:
            await anyio.sleep(_POLL)
            reading = meter.read()
            if reading.phase != last.phase or reading.seconds - last.seconds >= every:
                last = reading
                print_json("progress", last)
    finally:
        reading = meter.read()
        if reading.phase != last.phase:
            print_json("progress", reading)


async def print_lines(meter: Meter, every: float = _INTERVAL) -> None:
    """Print a line every so many seconds."""
    while True:
        await anyio.sleep(every)
        click.echo(printable(_line(meter.read())), err=True)


def _line(reading: Reading) -> str:
    """Return a reading as a line for people."""
    of_total = "" if reading.total is None else f" of {reading.total:,}"
    parts = [f"{reading.phase}: {reading.written:,}{of_total} records", *_speeds(reading)]
    if reading.seconds_left is not None:
        parts.insert(1, f"{_span(reading.seconds_left)} left")
    return ", ".join(parts)


def _speeds(reading: Reading) -> list[str]:
    """Return speeds and the like, each as a few words."""
    budget = reading.budget_per_second
    of_budget = "" if budget is None else f" of {budget:,.1f}"
    texts = [
        f"{reading.requests_per_second:,.1f}{of_budget} requests/s",
        f"{reading.throttled:,} answered 429",
    ]
    if reading.oldest_open is not None:
        texts.append(f"oldest open window {reading.oldest_open:%Y-%m-%d}")
    return texts


def _span(seconds: float) -> str:
    """Return a time span as hours, minutes and seconds."""
    return str(timedelta(seconds=round(seconds)))
