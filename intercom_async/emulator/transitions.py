"""How a conversation goes from one state to another."""

from typing import Final

from intercom_async.emulator import statistics
from intercom_async.emulator.documents import Record
from intercom_async.emulator.edits import Edit

_UNSNOOZED: Final = "conversation.admin.unsnoozed"


def reopen(edit: Edit) -> None:
    """Make a conversation open that is closed or snoozed."""
    edit.record |= {"state": "open", "open": True, "snoozed_until": None}
    statistics.count_reopen(edit.record)


def reopen_by_admin(edit: Edit, admin: Record) -> None:
    """Make a conversation open on behalf of a teammate."""
    snoozed = edit.record["state"] == "snoozed"
    reopen(edit)
    edit.add_part("open", admin)
    edit.announce(_UNSNOOZED if snoozed else "conversation.admin.opened")


def close(edit: Edit, admin: Record, body: str | None) -> None:
    """Close a conversation on behalf of a teammate."""
    # Nobody waits for an answer in a conversation that is over.
    edit.record |= {
        "state": "closed",
        "open": False,
        "snoozed_until": None,
        "waiting_since": None,
    }
    statistics.count_close(edit.record, edit.now, admin["id"])
    edit.add_part("close", admin, body=body)
    edit.announce("conversation.admin.closed")


def snooze(edit: Edit, admin: Record, until: int) -> None:
    """Put a conversation to sleep until a second to come."""
    edit.record |= {"state": "snoozed", "open": True, "snoozed_until": until}
    edit.add_part("snoozed", admin)
    edit.announce("conversation.admin.snoozed")


def wake(edit: Edit, bot: Record) -> None:
    """Open a conversation whose sleep is over."""
    reopen(edit)
    edit.add_part("timer_unsnooze", bot)
    edit.announce(_UNSNOOZED)
