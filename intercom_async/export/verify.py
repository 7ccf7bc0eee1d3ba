"""Counting anew, window by window, what the API holds, and what of it is kept."""

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from intercom_async.export.side_by_side import side_by_side
from intercom_async.export.writer import RecordWriter
from intercom_async.scan.plan import Count as Ask
from intercom_async.scan.plan import Uncountable
from intercom_async.scan.windows import Window

_COUNTS_AT_A_TIME: Final = 16


class Count(msgspec.Struct, frozen=True, order=True):
    """A window counted anew.

    Attributes:
        window: The window.
        counted: How many conversations the API counts in it; ``None`` if it cannot say.
        held: How many of them are kept.
    """

    window: Window
    counted: int | None
    held: int

    @property
    def missing(self) -> int:
        """How many fewer are kept than counted; more are kept where some were deleted since."""
        return 0 if self.counted is None else max(self.counted - self.held, 0)

    @property
    def matches(self) -> bool:
        """Whether it was counted, and all that was counted is kept."""
        return self.counted is not None and not self.missing


class Verifier:
    """Counts windows and compares them with what is kept.

    Args:
        ask: Asks the API how many conversations a window holds.
        writer: What is kept.
    """

    def __init__(self, ask: Ask, writer: RecordWriter) -> None:
        self._ask = ask
        self._writer = writer
        self._inclusive: bool | None = None

    async def verify(self, span: Window, windows: Sequence[Window]) -> list[Count]:
        """Count each window, and what lies between them if the whole span holds more."""
        whole, *counts = await self.count([span, *windows])
        known = sum(each.counted or 0 for each in counts)
        if whole.counted is None or whole.counted > known:
            counts += await self.count(_between(span, windows))
        return counts

    async def count(self, windows: Sequence[Window]) -> list[Count]:
        """Count each of some windows."""
        counted: dict[Window, int | None] = {}

        async def count(window: Window) -> None:
            counted[window] = await self._count(window)

        await side_by_side(count, windows, _COUNTS_AT_A_TIME)
        held = await self._held(windows)
        counts = [Count(w, counted[w], number) for w, number in zip(windows, held, strict=True)]
        return [each if each.matches else await self._adjust_for_bounds(each) for each in counts]

    async def finds_seconds(self, span: Window) -> bool:
        """Tell whether the search finds what is kept by the second of its creation.

        Where it compares whole days, windows lack what was created, or changed, on the days of
        their bounds, and are counted without it.
        """
        store = self._writer.store
        second = await self._writer.in_store(store.ledger.latest_created, span)
        return second is None or bool(await self._count(Window(second, second)))

    async def _count(self, window: Window) -> int | None:
        try:
            return await self._ask(window)
        except Uncountable:
            return None

    async def _adjust_for_bounds(self, count: Count) -> Count:
        """Reckon with what the API may have let in of the seconds on either side."""
        window = count.window
        beside = [Window(second, second) for second in (window.start - 1, window.end + 1)]
        held = count.held
        for second, number in zip(beside, await self._held(beside), strict=True):
            if number and await self._bounds_are_inclusive(second.start):
                held += number
        return Count(window, count.counted, held)

    async def _held(self, windows: Sequence[Window]) -> list[int]:
        return await self._writer.in_store(self._writer.store.ledger.held, windows)

    async def _bounds_are_inclusive(self, second: int) -> bool:
        """Find out, once, whether ``>`` and ``<`` let their bound in, at a second that has some."""
        if self._inclusive is None:
            # Later than this second and earlier than the next: nothing, if bounds are left out.
            self._inclusive = bool(await self._count(Window(second + 1, second)))
        return self._inclusive


def _between(span: Window, windows: Iterable[Window]) -> list[Window]:
    """Return what of a span no window covers."""
    gaps, start = [], span.start
    for window in sorted(windows):
        if window.start > start:
            gaps.append(Window(start, min(window.start - 1, span.end)))
        start = max(start, window.end + 1)
    if start <= span.end:
        gaps.append(Window(start, span.end))
    return [gap for gap in gaps if gap.seconds > 0]
