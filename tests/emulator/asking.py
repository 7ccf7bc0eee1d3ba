"""What tests ask an emulator by, and the clock that it goes by."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

import aiohttp

from intercom_async.emulator import Emulator

Ask: TypeAlias = Callable[..., Awaitable[tuple[int, Any]]]
"""Asks for an answer by method, path, body and version, and returns its status and JSON."""

Make: TypeAlias = Callable[..., str]
"""Adds a conversation and returns its id."""

START = 1_800_000_000
EVERY = [f"2.{minor}" for minor in range(10, 17)]


def only_error(answer: dict[str, Any]) -> tuple[str, str | None]:
    """Return the code and the field of the only error that an answer tells."""
    (error,) = answer["errors"]
    return error["code"], error.get("field")


class Clock:
    """The emulator's clock, moved by hand."""

    def __init__(self, now: float = START) -> None:
        self.now = float(now)

    def __call__(self) -> float:
        return self.now


def session_to(
    emulator: Emulator, *, token: str | None = None, version: str | None = None, **options: Any
) -> aiohttp.ClientSession:
    headers = {"Authorization": f"Bearer {token or emulator.token}"}
    if version is not None:
        headers["Intercom-Version"] = version
    return aiohttp.ClientSession(emulator.url, headers=headers, **options)
