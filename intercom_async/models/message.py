"""The message that starts a conversation."""

from intercom_async.models.base import Model, Timestamp


class Message(Model, frozen=True):
    """A message, as creating a conversation answers with.

    Attributes:
        id: The message's id.
        type: ``user_message``, ``admin_message``, …
        created_at: When it was sent.
        subject: The subject, for email.
        body: The text, which may be HTML.
        message_type: ``inapp``, ``email``, ``facebook``, ``twitter``, …
        conversation_id: The id of the conversation it started.
    """

    id: str
    type: str | None = None
    created_at: Timestamp | None = None
    subject: str | None = None
    body: str | None = None
    message_type: str | None = None
    conversation_id: str | None = None
