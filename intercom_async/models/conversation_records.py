"""Records that belong to conversations and are listed by themselves.

Source: API reference 2.16, "Conversations".
"""

from datetime import datetime

from intercom_async.models.base import Id, ListOf, Record, Timestamp
from intercom_async.models.part import ConversationPart
from intercom_async.models.reference import TeammateReference


class DeletedConversation(Record, frozen=True):
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


class HandlingEvent(Record, frozen=True):
    """A teammate began or ceased to work on a conversation.

    Attributes:
        teammate: Who.
        type: ``resumed`` or ``paused``.
        timestamp: When.
        reason: Why.
    """

    teammate: TeammateReference | None = None
    type: str | None = None
    timestamp: datetime | None = None
    reason: str | None = None


class SideConversation(Record, frozen=True):
    """A thread of teammates beside a conversation.

    Attributes:
        side_conversation_id: Its id.
        conversation_parts: Its messages.
        total_count: How many messages it has.
    """

    side_conversation_id: Id | None = None
    conversation_parts: ListOf[ConversationPart] = []
    total_count: int | None = None
