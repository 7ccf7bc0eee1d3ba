"""Work done in a process of its own: whatever was loaded or held before is not measured with it.

``python -m benchmarks.child MODULE:FUNCTION JSON`` calls the function with the JSON object as its
arguments, and prints what it returns as JSON.
"""

import asyncio
import subprocess
import sys
from importlib import import_module
from typing import Any

import msgspec


def command(function: str, arguments: dict[str, Any]) -> list[str]:
    """Return the command that calls a coroutine function, named ``MODULE:FUNCTION``."""
    encoded = msgspec.json.encode(arguments).decode()
    return [sys.executable, "-m", "benchmarks.child", function, encoded]


class Child:
    """Such a process, under way from the moment it is made."""

    def __init__(self, function: str, **arguments: Any) -> None:
        self._process = subprocess.Popen(  # noqa: S603
            command(function, arguments), stdout=subprocess.PIPE
        )

    def result(self) -> Any:
        """Wait for it to end and return what it returned.

        Raises:
            ChildFailed: It failed; why stands on standard error.
        """
        printed, _ = self._process.communicate()
        if self._process.returncode:
            raise ChildFailed(f"exit status {self._process.returncode}")
        return msgspec.json.decode(printed)


class ChildFailed(Exception):
    """A measuring process failed."""


def in_child(function: str, **arguments: Any) -> Any:
    """Call a coroutine function in a process of its own and return what it returns."""
    return Child(function, **arguments).result()


def main() -> None:
    module, _, name = sys.argv[1].partition(":")
    function = getattr(import_module(module), name)
    result = asyncio.run(function(**msgspec.json.decode(sys.argv[2])))
    sys.stdout.write(msgspec.json.encode(result).decode())


if __name__ == "__main__":
    main()
