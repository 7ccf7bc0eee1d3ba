"""Records that belong to conversations and are listed by themselves.

Source: API reference 2.16, "Conversations".
"""

from datetime import datetime

from intercom_async.models.base import JSON, Id, Model, Timestamp
from intercom_async.models.reference import Reference


class DeletedConversation(Model, frozen=True):
    """A conversation that was deleted.

    Attributes:
        id: The conversation's id.
        type: Always ``conversation``.
        deleted_at: When it was deleted.
        metrics_retained: Whether reports go on counting it.
    """

    id: Id
    type: str | None = None
    deleted_at: Timestamp | None = None
    metrics_retained: bool | None = None


class HandlingEvent(Model, frozen=True):
    """A teammate began or ceased to work on a conversation.

    Attributes:
        teammate: Who.
        type: ``resumed`` or ``paused``.
        timestamp: When.
        reason: Why.
    """

    teammate: Reference | None = None
    type: str | None = None
    timestamp: datetime | None = None
    reason: str | None = None


class SideConversation(Model, frozen=True):
    """A thread of teammates beside a conversation.

    Attributes:
        id: The id of the side conversation.
        type: Always ``side_conversation``.
        conversation_id: The conversation it belongs to.
        parts: Its messages, as sent.
    """

    id: Id
    type: str | None = None
    conversation_id: Id | None = None
    parts: JSON = None
