"""A pytest fixture that runs an emulator beside the test.

Import it into a ``conftest.py``::

    from intercom_async.emulator.fixtures import intercom_emulator
"""

from collections.abc import Iterator
from typing import Any

import pytest
from anyio.from_thread import start_blocking_portal

from intercom_async.emulator.server import Emulator


@pytest.fixture
def intercom_emulator(request: pytest.FixtureRequest) -> Iterator[Emulator]:
    """Run an `Emulator` in a thread with an event loop of its own.

    It is a plain fixture, so it serves sync tests, subprocesses and any async plugin. Arguments
    for the emulator come by indirect parametrisation::

        @pytest.mark.parametrize("intercom_emulator", [{"conversations": 20}], indirect=True)
        def test_export(intercom_emulator): ...

    Yields:
        The running emulator.
    """
    arguments: dict[str, Any] = getattr(request, "param", {})
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(Emulator(**arguments)) as emulator,
    ):
        yield emulator
