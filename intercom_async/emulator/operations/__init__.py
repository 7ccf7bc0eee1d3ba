"""The operations that change the workspace.

Each is a function of the workspace and a request. Those that answer with a conversation return
its id; the others return the JSON object they answer with.
"""

from intercom_async.emulator.operations.convert import convert
from intercom_async.emulator.operations.create import create
from intercom_async.emulator.operations.customers import attach, detach
from intercom_async.emulator.operations.delete import delete
from intercom_async.emulator.operations.manage import manage, run_assignment_rules
from intercom_async.emulator.operations.redact import redact
from intercom_async.emulator.operations.reply import reply
from intercom_async.emulator.operations.tags import tag, untag
from intercom_async.emulator.operations.update import update

__all__ = [
    "attach",
    "convert",
    "create",
    "delete",
    "detach",
    "manage",
    "redact",
    "reply",
    "run_assignment_rules",
    "tag",
    "untag",
    "update",
]
