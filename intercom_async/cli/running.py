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
    options = {"use_uvloop": find_spec("uvloop") is not None}
    try:
        return anyio.run(_until_signal, main, backend_options=options)
    except KeyboardInterrupt:
        raise Interrupted(signal.SIGINT) from None


async def _until_signal(main: Callable[[], Awaitable[T]]) -> T:
    if sys.platform == "win32":  # which delivers KeyboardInterrupt instead
        return await main()
    results: list[T] = []
    failures: list[Exception] = []
    received: list[signal.Signals] = []

    async def work() -> None:
        try:
            results.append(await main())
        except Exception as error:  # noqa: BLE001  # raised below, outside the task group
            failures.append(error)
        tasks.cancel_scope.cancel()

    async with anyio.create_task_group() as tasks:
        with anyio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals:
            tasks.start_soon(work)
            async for number in signals:
                received.append(number)
                tasks.cancel_scope.cancel()
    if failures:
        raise failures[0]
    if results:
        return results[0]
    raise Interrupted(received[0])
