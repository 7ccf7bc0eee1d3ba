"""How a conversation goes from one state to another."""

from typing import Final

from intercom_async.emulator import tallies
from intercom_async.emulator.documents import Record
from intercom_async.emulator.drafts import Draft

_UNSNOOZED: Final = "conversation.admin.unsnoozed"


def reopen(draft: Draft) -> None:
    """Makes a conversation open that is closed or snoozed."""
    draft.record |= {"state": "open", "open": True, "snoozed_until": None}
    tallies.count_reopen(draft.record)


def reopen_by_admin(draft: Draft, admin: Record) -> None:
    """Makes a conversation open on behalf of a teammate."""
    snoozed = draft.record["state"] == "snoozed"
    reopen(draft)
    draft.add_part("open", admin)
    draft.announce(_UNSNOOZED if snoozed else "conversation.admin.opened")


def close(draft: Draft, admin: Record, body: str | None) -> None:
    """Closes a conversation on behalf of a teammate."""
    # Nobody waits for an answer in a conversation that is over.
    draft.record |= {
        "state": "closed",
        "open": False,
        "snoozed_until": None,
        "waiting_since": None,
    }
    tallies.count_close(draft.record, draft.now, admin["id"])
    draft.add_part("close", admin, body=body)
    draft.announce("conversation.admin.closed")


def snooze(draft: Draft, admin: Record, until: int) -> None:
    """Puts a conversation to sleep until a second to come."""
    draft.record |= {"state": "snoozed", "open": True, "snoozed_until": until}
    draft.add_part("snoozed", admin)
    draft.announce("conversation.admin.snoozed")


def wake(draft: Draft, bot: Record) -> None:
    """Opens a conversation whose sleep is over."""
    reopen(draft)
    draft.add_part("timer_unsnooze", bot)
    draft.announce(_UNSNOOZED)
