"""Splitting a span of creation times into windows of a few pages each."""

from collections.abc import Awaitable, Callable
from typing import Final, TypeAlias

import anyio
import msgspec
from msgspec.structs import replace

from intercom_async.core.codec import Page
from intercom_async.errors import IntercomError
from intercom_async.scan.record_header import belongs
from intercom_async.scan.windows import Window

_DAY: Final = 86_400
# Records a window: few enough to share the work out, enough to keep the plan short.
TARGET: Final = 600
_MOST_PIECES: Final = 16

Count: TypeAlias = Callable[[Window], Awaitable[int | None]]
"""Asks the API how many conversations a window holds; ``None`` if the request fails.

Raises:
    Uncountable: The API's totals are wrong.
"""


class Uncountable(IntercomError):
    """The API's totals contradict what its search lists, so they give no window's size."""


class PlannedWindow(msgspec.Struct, frozen=True, order=True):
    """A window and how many conversations the API counted in it.

    Attributes:
        window: The window.
        expected: The count; 0 if there is none.
    """

    window: Window
    expected: int


Found: TypeAlias = Callable[[PlannedWindow], Awaitable[None]]
"""Takes a window of the plan."""


def total_of(page: Page[bytes], window: Window) -> int:
    """Return how many conversations a window holds, by a first page of one record.

    Raises:
        Uncountable: The page gives no total, or one that contradicts what it lists.
    """
    total = max(page.total_count or 0, 0)
    if not page.items and page.next is None:
        if total:
            raise Uncountable(f"the search counts {total:,} conversations where it lists none")
        return 0
    created = replace(window, updated=None)  # a stale index may list later updates
    if any(belongs(raw, created) is False for raw in page.items):
        raise Uncountable("the search lists conversations created at other times than asked")
    if not total:
        raise Uncountable("the search gives no total")
    return total


def pieces(window: Window, count: int, target: int = TARGET) -> int:
    """Return how many windows to make of one that holds ``count`` conversations."""
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

    Each window costs at most one request. The last piece of a window needs none: its count is
    the whole minus the others.

    Args:
        span: The span to split.
        count: Asks how many conversations a window holds.
        found: Takes each window that is not empty as soon as it is known, in no order. Where a
            count fails, it takes pieces of a day or less; where totals are wrong, whole windows.
        target: How many conversations a window should hold at most.
        concurrency: How many requests to have under way.

    Raises:
        Exception: The first that ``count`` or ``found`` raised.
    """
    try:
        await _Planner(count, found, target, concurrency).plan(span)
    except ExceptionGroup as group:
        raise unwrap(group) from None


def unwrap(group: BaseExceptionGroup[Exception]) -> Exception:
    """Return the first error of a group, however deeply it is nested; callers see no groups."""
    error = group.exceptions[0]
    return unwrap(error) if isinstance(error, BaseExceptionGroup) else error


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
            await self._found(PlannedWindow(window, 0))
        else:
            await self._split(window, held)

    async def _ask(self, window: Window) -> int | None:
        async with self._asking:
            return await self._count(window)

    async def _split(self, window: Window, held: int | None) -> None:
        if held is None:
            await self._split_uncounted(window)
        elif (number := pieces(window, held, self._target)) > 1:
            await self._split_in(number, window, held)
        elif held:
            await self._found(PlannedWindow(window, held))

    async def _split_in(self, number: int, window: Window, held: int) -> None:
        counts: dict[Window, int | None] = {}
        try:
            counts = await self._counts(number, window, held)
        except* Uncountable:
            await self._found(PlannedWindow(window, held))
        async with anyio.create_task_group() as tasks:
            for piece, count in counts.items():
                tasks.start_soon(self._split, piece, count)

    async def _counts(self, number: int, window: Window, held: int) -> dict[Window, int | None]:
        """Count the pieces of a window, the last as the whole minus the others."""
        *asked, last = window.split(number)
        counts: dict[Window, int | None] = {}

        async def learn(piece: Window) -> None:
            counts[piece] = await self._ask(piece)

        async with anyio.create_task_group() as learning:
            for piece in asked:
                learning.start_soon(learn, piece)
        told = list(counts.values())
        # Counts change while a workspace is in use, so a difference of 0 or less proves nothing:
        # the last piece is counted too.
        rest = held - sum(count for count in told if count is not None) if None not in told else 0
        counts[last] = rest if rest > 0 else await self._ask(last)
        if list(counts.values()).count(held) > 1:
            # Either totals are capped, and smaller windows have true ones; or every answer has
            # the same total, which a window of no time shows.
            await self._ask(Window(window.end + 1, window.end))
        return counts

    async def _split_uncounted(self, window: Window) -> None:
        """Split a window whose count fails: a record that causes this spoils only one piece."""
        if window.seconds <= _DAY or window.most_pieces == 1:
            await self._found(PlannedWindow(window, 0))
            return
        async with anyio.create_task_group() as tasks:
            for piece in window.split(_MOST_PIECES):
                tasks.start_soon(self.plan, piece)
