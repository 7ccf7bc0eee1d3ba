"""An export's progress on a terminal."""

from collections.abc import Iterable
from typing import Final

import anyio
from rich.console import Console, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar
from rich.text import Text

from intercom_async.cli.display import span, speeds
from intercom_async.cli.meter import Meter

_FRAME: Final = 0.2  # seconds between two pictures


async def show_bar(meter: Meter) -> None:
    """Draw a bar with a line of figures below it on stderr, until cancelled."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[left]}"),
    )
    with _Picture(*columns, console=Console(stderr=True)) as picture:
        task = picture.add_task("", total=None, left="")
        try:
            while True:
                picture.draw(task, meter)
                await anyio.sleep(_FRAME)
        finally:
            picture.draw(task, meter)


class _Picture(Bar):
    _below = ""

    def get_renderables(self) -> Iterable[RenderableType]:
        yield from super().get_renderables()
        yield Text(self._below, style="dim", no_wrap=True, overflow="ellipsis")

    def draw(self, task: int, meter: Meter) -> None:
        reading = meter.read()
        left = reading.seconds_left
        self._below = ", ".join(speeds(reading))
        self.update(
            task,  # type: ignore[arg-type]  # rich keeps the type of its ids to itself
            description=reading.phase,
            total=reading.total,
            completed=reading.written,
            left="" if left is None else f"{span(left)} left",
        )
