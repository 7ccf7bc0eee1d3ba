"""The message that started a conversation."""

from intercom_async.models.base import Identified
from intercom_async.models.part import Attachment
from intercom_async.models.reference import Author


class Source(Identified, frozen=True):
    """The message that started a conversation.

    Attributes:
        type: The channel: ``conversation``, ``email``, ``facebook``, ``instagram``,
            ``phone_call``, ``phone_switch``, ``push``, ``sms``, ``twitter``, ``whatsapp``, …
        id: The message's id.
        delivered_as: Who began: ``customer_initiated``, ``admin_initiated``,
            ``operator_initiated``, ``campaigns_initiated``, ``automated``, …
        subject: The subject, for email.
        body: The text, as HTML, or plain where ``display_as="plaintext"`` was asked for.
        author: Who wrote it.
        attachments: The files that came with it.
        url: The page on which the conversation was started.
        redacted: Whether the message was redacted.
    """

    delivered_as: str | None = None
    subject: str | None = None
    body: str | None = None
    author: Author | None = None
    attachments: list[Attachment] | None = None
    url: str | None = None
    redacted: bool | None = None
