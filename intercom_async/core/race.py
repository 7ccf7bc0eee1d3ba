"""Work that others accompany, which end with it."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

import anyio

T = TypeVar("T")


async def race(main: Callable[[], Awaitable[T]], *others: Callable[[], Awaitable[object]]) -> T:
    """Await ``main`` while ``others`` run; its end or a failure of any of them ends them all.

    Raises:
        Exception: What ``main`` raised, or else what the first of the others did.
    """
    errors: list[Exception] = []

    async def accompany(other: Callable[[], Awaitable[object]]) -> None:
        try:
            await other()
        except Exception as error:  # noqa: BLE001  # raised below, outside the task group
            errors.append(error)
            tasks.cancel_scope.cancel()

    async with anyio.create_task_group() as tasks:
        for other in others:
            tasks.start_soon(accompany, other)
        try:
            return await main()
        except Exception as error:  # noqa: BLE001  # as above
            errors.insert(0, error)
        finally:
            tasks.cancel_scope.cancel()
    raise errors[0]
