"""One thing done with many, several at a time."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

import anyio

from intercom_async.export.options import LimitReached

T = TypeVar("T")


async def side_by_side(do: Callable[[T], Awaitable[None]], what: Sequence[T], at_once: int) -> None:
    """Do something with each; the first error ends the others and is raised as it is.

    A limit reached ends no others: they come upon it themselves, with what they have under way.
    """
    left = iter(what)
    failures: list[Exception] = []

    async def work() -> None:
        try:
            for each in left:
                await do(each)
        except Exception as error:  # noqa: BLE001  # raised below, outside the task group
            failures.append(error)
            if not isinstance(error, LimitReached):
                tasks.cancel_scope.cancel()

    async with anyio.create_task_group() as tasks:
        for _ in range(min(at_once, len(what))):
            tasks.start_soon(work)
    if failures:
        raise failures[-1]
