"""Events of a channel of the workspace's own: ``intercom.custom_channel_events``.

Source: API reference 2.14, "Custom channel events".
"""

from collections.abc import Mapping
from typing import Any, Unpack

from intercom_async.core import versions
from intercom_async.core.inputs import checked
from intercom_async.core.resource import Resource
from intercom_async.models.custom_channel_event import (
    CustomChannelAnswer,
    CustomChannelEvent,
    CustomChannelMessage,
    CustomChannelNotification,
    CustomChannelQuickReply,
)


class CustomChannelEvents(Resource):
    """What happens in a channel of the workspace's own (versions 2.14 and 2.15 only).

    Intercom has withdrawn it from the reference; ``fin_agent`` is for much the same.
    """

    async def notify_new_conversation(
        self, **event: Unpack[CustomChannelEvent]
    ) -> CustomChannelNotification:
        """Tell of a new conversation; see ``CustomChannelEvent``."""
        return await self._notify("notify_new_conversation", CustomChannelEvent, event)

    async def notify_new_message(
        self, **event: Unpack[CustomChannelMessage]
    ) -> CustomChannelNotification:
        """Tell of a message of the contact's; see ``CustomChannelMessage``."""
        return await self._notify("notify_new_message", CustomChannelMessage, event)

    async def notify_quick_reply_selected(
        self, **event: Unpack[CustomChannelQuickReply]
    ) -> CustomChannelNotification:
        """Tell what the contact chose; see ``CustomChannelQuickReply``."""
        return await self._notify("notify_quick_reply_selected", CustomChannelQuickReply, event)

    async def notify_attribute_collected(
        self, **event: Unpack[CustomChannelAnswer]
    ) -> CustomChannelNotification:
        """Tell what the contact answered; see ``CustomChannelAnswer``."""
        return await self._notify("notify_attribute_collected", CustomChannelAnswer, event)

    async def _notify(
        self, what: str, shape: type[Any], event: Mapping[str, object]
    ) -> CustomChannelNotification:
        path, instead = f"POST /custom_channel_events/{what}", "see fin_agent"
        versions.require(self._client.version, path, since="2.14", until="2.15", instead=instead)
        body = checked(what, shape, event)
        return await self._send(path, CustomChannelNotification, body=body)
