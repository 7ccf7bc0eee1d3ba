"""A running emulator, a session that speaks to it, and short ways to ask and to change it."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
import pytest

from intercom_async import AsyncIntercom
from intercom_async.emulator import Emulator
from tests.emulator.asking import START, Ask, Clock, session_to


@pytest.fixture
async def emulator() -> AsyncIterator[Emulator]:
    async with Emulator() as running:
        yield running


@pytest.fixture
async def session(emulator: Emulator) -> AsyncIterator[aiohttp.ClientSession]:
    async with session_to(emulator) as opened:
        yield opened


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def small(clock: Clock) -> AsyncIterator[Emulator]:
    async with Emulator(conversations=30, clock=clock) as running:
        yield running


@pytest.fixture
async def small_session(small: Emulator) -> AsyncIterator[aiohttp.ClientSession]:
    async with session_to(small) as opened:
        yield opened


@pytest.fixture
async def intercom(small: Emulator) -> AsyncIterator[AsyncIntercom]:
    """A client of the small emulator, in the latest version."""
    async with AsyncIntercom(token=small.token, base_url=small.url, version="2.16") as client:
        yield client


@pytest.fixture
async def ask(small: Emulator) -> AsyncIterator[Ask]:
    """Sends a request to the small emulator: method, path, body, version."""
    async with session_to(small) as session:

        async def send(
            method: str, path: str, body: object = None, version: str | None = None
        ) -> tuple[int, Any]:
            named = {} if version is None else {"Intercom-Version": version}
            async with session.request(method, path, json=body, headers=named) as response:
                return response.status, await response.json()

        yield send


@pytest.fixture
def make(small: Emulator) -> Callable[..., str]:
    """Adds a conversation of the first contact, an hour old, with fields of the test's own."""

    def add(**fields: Any) -> str:
        contact = small.workspace.contacts[0]
        listed = {"type": "contact", "id": contact["id"], "external_id": contact["external_id"]}
        author = {name: contact[name] for name in ("type", "id", "name", "email")}
        source: dict[str, Any] = {
            "type": "conversation",
            "id": small.workspace.fresh_id(),
            "delivered_as": "customer_initiated",
            "subject": "",
            "body": "<p>Hello</p>",
            "author": author,
            "attachments": [],
            "url": None,
            "redacted": False,
        }
        blank: dict[str, Any] = {
            "created_at": START - 3_600,
            "updated_at": START - 3_600,
            "source": source,
            "contacts": {"type": "contact.list", "contacts": [listed]},
        }
        return small.workspace.add(**(blank | fields))

    return add
