"""Splitting a span of creation times into windows of a handful of pages each."""

from collections.abc import Awaitable, Callable
from typing import Final, TypeAlias

import anyio
import msgspec

from intercom_async.scan.windows import Window

# Some pages a window: few enough to share the work out, many enough not to plan for ever.
TARGET: Final = 600
_MOST_PIECES: Final = 16

Count: TypeAlias = Callable[[Window], Awaitable[int]]
"""Asks the API how many conversations a window holds."""


class Planned(msgspec.Struct, frozen=True, order=True):
    """A window and how many conversations it was said to hold.

    Attributes:
        window: The window.
        expected: How many conversations the API counted in it.
    """

    window: Window
    expected: int


Found: TypeAlias = Callable[[Planned], Awaitable[None]]
"""Told of a window that the plan holds."""


def pieces(window: Window, count: int, target: int = TARGET) -> int:
    """Return into how many windows to split one that holds ``count`` conversations."""
    if count <= target:
        return 1
    return min(-(-count // target), _MOST_PIECES, window.seconds)


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
        found: Told of each window that is not empty, as soon as it is known, in no order.
        target: How many conversations a window should hold at most.
        concurrency: How many questions to ask at a time.
    """
    asking = anyio.CapacityLimiter(concurrency)

    async def ask(window: Window) -> int:
        async with asking:
            return await count(window)

    async def split(window: Window, held: int) -> None:
        number = pieces(window, held, target)
        if number == 1:
            if held:
                await found(Planned(window, held))
            return
        *asked, last = window.split(number)
        counts = dict.fromkeys(asked, 0)

        async def learn(piece: Window) -> None:
            counts[piece] = await ask(piece)
            tasks.start_soon(split, piece, counts[piece])

        async with anyio.create_task_group() as tasks:
            async with anyio.create_task_group() as learning:
                for piece in asked:
                    learning.start_soon(learn, piece)
            # Counts move while a workspace is in use: where they leave nothing, the last piece
            # is asked for, and not taken for empty.
            rest = held - sum(counts.values())
            await split(last, rest if rest > 0 else await ask(last))

    await split(span, await ask(span))
