"""A stateful emulator of the API, for tests and for trying things out.

`Emulator` serves a seeded workspace on a loopback socket, changes it as the API would, sends
notifications of what has changed, and keeps a record of the requests. Conversations, contacts,
companies, tickets, articles and what belongs to them are made by the seed; other nouns begin with
the examples of Intercom's documents, by which all other operations are answered too.
`Faults` lets things go wrong; `intercom_async.emulator.faults` names groups of them.
The fixtures for pytest are in `intercom_async.emulator.pytest_plugin`.
"""

from intercom_async.emulator.documents import search_document
from intercom_async.emulator.faults import Fault, FaultKind, Faults, Injection
from intercom_async.emulator.request_log import RequestRecord
from intercom_async.emulator.server import (
    DEFAULT_START,
    DEFAULT_TOKEN,
    DEFAULT_WEBHOOK_SECRET,
    Emulator,
)
from intercom_async.emulator.webhooks import Delivery
from intercom_async.emulator.workspace import Workspace

__all__ = [
    "DEFAULT_START",
    "DEFAULT_TOKEN",
    "DEFAULT_WEBHOOK_SECRET",
    "Delivery",
    "Emulator",
    "Fault",
    "FaultKind",
    "Faults",
    "Injection",
    "RequestRecord",
    "Workspace",
    "search_document",
]
