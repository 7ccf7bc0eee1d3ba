"""Running a coroutine from the command line until it ends or a signal ends it."""

import signal
import sys
from collections.abc import Awaitable, Callable, Coroutine
from importlib.util import find_spec
from typing import Any, TypeVar

import anyio

from intercom_async.core.race import race

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
    return await race(main, _signal)


async def _signal() -> None:
    with anyio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals:
        async for number in signals:
            raise Interrupted(number)
