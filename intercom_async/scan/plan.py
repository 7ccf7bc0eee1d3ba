"""Splitting a span of creation times into windows of a handful of pages each."""

from collections.abc import Awaitable, Callable
from typing import Final, TypeAlias

import anyio
import msgspec
from msgspec.structs import replace

from intercom_async.core.codec import Page
from intercom_async.errors import IntercomError
from intercom_async.scan.groups import first
from intercom_async.scan.listed import belongs
from intercom_async.scan.windows import Window

_DAY: Final = 86_400
# Some pages a window: few enough to share the work out, many enough not to plan for ever.
TARGET: Final = 600
_MOST_PIECES: Final = 16

Count: TypeAlias = Callable[[Window], Awaitable[int | None]]
"""Asks the API how many conversations a window holds; ``None`` if that one question fails.

Raises:
    Uncountable: The API's totals mean nothing.
"""


class Uncountable(IntercomError):
    """The API's totals do not count what a search lists, so that they tell no window's size."""


class Planned(msgspec.Struct, frozen=True, order=True):
    """A window and how many conversations it was said to hold.

    Attributes:
        window: The window.
        expected: How many conversations the API counted in it; 0 if it could not be asked.
    """

    window: Window
    expected: int


Found: TypeAlias = Callable[[Planned], Awaitable[None]]
"""Told of a window that the plan holds."""


def counted(page: Page[bytes], window: Window) -> int:
    """Return how many conversations a window holds, by its first page of a single record.

    Raises:
        Uncountable: The page gives no total, or one that contradicts what it lists.
    """
    total = max(page.total_count or 0, 0)
    if not page.items and page.next is None:
        if total:
            raise Uncountable(f"the search counts {total:,} conversations where it lists none")
        return 0
    created = replace(window, updated=None)  # an index that is behind lists later updates
    if any(belongs(raw, created) is False for raw in page.items):
        raise Uncountable("the search lists conversations created at other times than asked")
    if not total:
        raise Uncountable("the search gives no total")
    return total


def pieces(window: Window, count: int, target: int = TARGET) -> int:
    """Return into how many windows to split one that holds ``count`` conversations."""
    if count <= target:
        return 1
    return min(-(-count // target), _MOST_PIECES, window.most_pieces)


async def plan(
    span: Window,
    count: Count,
    found: Found,
    *,
    target: int = TARGET,
    concurrency: int = 16,
) -> None:
    """Split a span into windows of at most ``target`` conversations, or of a single second.

    Each window costs at most one question: the last of several pieces holds what the others
    leave of the whole.

    Args:
        span: The span to split.
        count: Asks how many conversations a window holds.
        found: Told of each window that is not empty, as soon as it is known, in no order; also
            of those that cannot be counted: once they are a day or less where single questions
            fail, and whole where the API's totals mean nothing.
        target: How many conversations a window should hold at most.
        concurrency: How many questions to ask at a time.

    Raises:
        Exception: The first that ``count`` or ``found`` raised.
    """
    try:
        await _Planner(count, found, target, concurrency).plan(span)
    except ExceptionGroup as group:
        raise first(group) from None


class _Planner:
    def __init__(self, count: Count, found: Found, target: int, concurrency: int) -> None:
        self._count = count
        self._found = found
        self._target = target
        self._asking = anyio.CapacityLimiter(concurrency)

    async def plan(self, window: Window) -> None:
        try:
            held = await self._ask(window)
        except Uncountable:
            await self._found(Planned(window, 0))
        else:
            await self._split(window, held)

    async def _ask(self, window: Window) -> int | None:
        async with self._asking:
            return await self._count(window)

    async def _split(self, window: Window, held: int | None) -> None:
        if held is None:
            await self._split_blindly(window)
        elif (number := pieces(window, held, self._target)) > 1:
            await self._split_in(number, window, held)
        elif held:
            await self._found(Planned(window, held))

    async def _split_in(self, number: int, window: Window, held: int) -> None:
        counts: dict[Window, int | None] = {}
        try:
            counts = await self._counts(number, window, held)
        except* Uncountable:
            await self._found(Planned(window, held))
        async with anyio.create_task_group() as tasks:
            for piece, count in counts.items():
                tasks.start_soon(self._split, piece, count)

    async def _counts(self, number: int, window: Window, held: int) -> dict[Window, int | None]:
        """Count the pieces of a window: the last holds what the others leave of the whole."""
        *asked, last = window.split(number)
        counts: dict[Window, int | None] = {}

        async def learn(piece: Window) -> None:
            counts[piece] = await self._ask(piece)

        async with anyio.create_task_group() as learning:
            for piece in asked:
                learning.start_soon(learn, piece)
        told = list(counts.values())
        if told.count(held) > 1:
            # Totals may be cut off at a number, and then smaller windows tell theirs; or they
            # may be the same whatever is asked, even of no time at all.
            await self._ask(Window(window.end + 1, window.end))
        # Counts move while a workspace is in use: where they leave nothing, the last piece is
        # asked for, and not taken for empty.
        rest = held - sum(count for count in told if count is not None) if None not in told else 0
        counts[last] = rest if rest > 0 else await self._ask(last)
        return counts

    async def _split_blindly(self, window: Window) -> None:
        """Split what cannot be counted, since a record that spoils it spoils only one piece."""
        if window.seconds <= _DAY or window.most_pieces == 1:
            await self._found(Planned(window, 0))
            return
        async with anyio.create_task_group() as tasks:
            for piece in window.split(_MOST_PIECES):
                tasks.start_soon(self.plan, piece)
