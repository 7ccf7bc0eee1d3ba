"""Running a coroutine from the command line until it ends or a signal ends it."""

import signal
import sys
from collections.abc import Awaitable, Callable, Coroutine
from importlib.util import find_spec
from typing import Any, TypeVar

import anyio

T = TypeVar("T")


class Interrupted(Exception):
    """A signal asked the command to end; its work was cancelled.

    Attributes:
        signal: The signal.
    """

    def __init__(self, received: signal.Signals) -> None:
        super().__init__(received.name)
        self.signal = received


def run(main: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run a coroutine function in a new event loop, on uvloop where that is installed.

    Raises:
        Interrupted: SIGINT or SIGTERM came; the coroutine was cancelled and has ended.
    """
    if sys.platform == "win32":  # which cannot cancel the coroutine otherwise
        signal.signal(signal.SIGINT, signal.default_int_handler)
    options = {"use_uvloop": find_spec("uvloop") is not None}
    try:
        return anyio.run(_until_signal, main, backend_options=options)
    except KeyboardInterrupt:
        raise Interrupted(signal.SIGINT) from None


async def _until_signal(main: Callable[[], Awaitable[T]]) -> T:
    if sys.platform == "win32":  # which delivers KeyboardInterrupt instead
        return await main()
    return await race(_signal, main)


async def _signal() -> None:
    with anyio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals:
        async for number in signals:
            raise Interrupted(number)


async def race(other: Callable[[], Awaitable[object]], main: Callable[[], Awaitable[T]]) -> T:
    """Await ``main`` while ``other`` runs; the end of ``main`` or a failure of either ends both.

    Raises:
        Exception: What ``main`` raised, or else what ``other`` did.
    """
    errors: list[Exception] = []

    async def accompany() -> None:
        try:
            await other()
        except Exception as error:  # noqa: BLE001  # raised below, outside the task group
            errors.append(error)
            tasks.cancel_scope.cancel()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(accompany)
        try:
            return await main()
        except Exception as error:  # noqa: BLE001  # as above
            errors.insert(0, error)
        finally:
            tasks.cancel_scope.cancel()
    raise errors[0]
