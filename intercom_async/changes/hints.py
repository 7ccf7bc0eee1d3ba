"""Notifications as hints: of which records they tell that something happened to them."""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator
from typing import Any, Final, TypeAlias

from intercom_async.models import Contact, Conversation, Ticket
from intercom_async.webhooks import Notification

__all__ = ["Webhooks", "told_of", "unqueued"]

Webhooks: TypeAlias = AsyncIterable[Notification[Any]] | asyncio.Queue[Notification[Any]]

_STREAMS: Final = {
    "conversation": ("conversations", Conversation),
    "contact": ("contacts", Contact),
    "ticket": ("tickets", Ticket),
}


def told_of(notification: Notification[Any]) -> dict[tuple[str, str], None]:
    """Return the streams and ids of the records that a notification is of, or names."""
    item, found = notification.item, dict[tuple[str, str], None]()
    for noun, (stream, model) in _STREAMS.items():
        named = _of(item, noun)
        known = [each for each in (item, named) if isinstance(each, model)]
        sent = [each for each in (item, named) if isinstance(each, dict)]
        known += [each for each in sent if each is named or each.get("type") == noun]
        ids = (_of(each, "id") for each in known)
        found |= {(stream, str(id)): None for id in ids if isinstance(id, str | int)}
    return found


def _of(item: object, name: str) -> Any:
    return item.get(name) if isinstance(item, dict) else getattr(item, name, None)


async def unqueued(webhooks: Webhooks) -> AsyncIterator[Notification[Any]]:
    """Yield notifications as they come."""
    if isinstance(webhooks, asyncio.Queue):
        while True:
            yield await webhooks.get()
    async for notification in webhooks:
        yield notification
