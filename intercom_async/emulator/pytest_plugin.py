"""Fixtures for pytest that run emulators beside a test.

Name this module in the topmost ``conftest.py``::

    pytest_plugins = ["intercom_async.emulator.pytest_plugin"]
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any, TypeAlias

import pytest
from anyio.from_thread import start_blocking_portal

from intercom_async.emulator.fixtures import intercom_emulator
from intercom_async.emulator.server import Emulator

__all__ = ["MakeEmulator", "intercom_emulator", "intercom_emulators"]

MakeEmulator: TypeAlias = Callable[..., Emulator]
"""Starts another emulator; its arguments are those of ``Emulator``."""


@pytest.fixture
def intercom_emulators() -> Iterator[MakeEmulator]:
    """Run as many `Emulator` as a test asks for, a workspace each.

    Where the test names no ``seed`` and no ``token``, each has another, so that workspaces differ
    and a token that is sent to the wrong one is refused::

        def test_both(intercom_emulators):
            ours, theirs = intercom_emulators(), intercom_emulators(conversations=20)

    They run in a thread with an event loop of its own, and stop when the test ends.

    Yields:
        A function that starts one and returns it.
    """
    with start_blocking_portal() as portal, ExitStack() as running:
        started = 0

        def start(**arguments: Any) -> Emulator:
            nonlocal started
            started += 1
            given = {"seed": started, "token": f"emulator-token-{started}", **arguments}
            emulator = portal.wrap_async_context_manager(Emulator(**given))
            return running.enter_context(emulator)

        yield start
