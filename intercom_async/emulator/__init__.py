"""A stateful emulator of the conversations API, for tests and for trying things out.

`Emulator` serves seeded conversations on a loopback socket and keeps a record of the requests.
The pytest fixture is in `intercom_async.emulator.fixtures`.
"""

from intercom_async.emulator.documents import search_document
from intercom_async.emulator.server import DEFAULT_START, DEFAULT_TOKEN, Emulator
from intercom_async.emulator.traffic import RequestRecord
from intercom_async.emulator.workspace import Workspace

__all__ = [
    "DEFAULT_START",
    "DEFAULT_TOKEN",
    "Emulator",
    "RequestRecord",
    "Workspace",
    "search_document",
]
