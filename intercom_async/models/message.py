"""Messages: what admins send, and what starts a conversation."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal, Required, TypeAlias, TypedDict

from intercom_async.models.base import JSON, Id, Model, Record, Timestamp


class Message(Record, frozen=True):
    """A message, as sending one or creating a conversation answers with.

    Attributes:
        id: The message's id.
        type: ``user_message``, ``admin_message``, …
        created_at: When it was sent.
        subject: The subject, for email.
        body: The text, which may be HTML.
        message_type: ``inapp``, ``email``, ``facebook``, ``twitter``, …
        conversation_id: The id of the conversation it started.

    Source: API reference 2.10, "Messages"; 2.16.
    """

    id: Id
    type: str | None = None
    created_at: Timestamp | None = None
    subject: str | None = None
    body: str | None = None
    message_type: str | None = None
    conversation_id: Id | None = None


class WhatsAppError(Model, frozen=True):
    """Why a message was not delivered.

    Attributes:
        message: What went wrong.
        details: The same at length.
    """

    message: str | None = None
    details: str | None = None


class WhatsAppMessageStatus(Record, frozen=True):
    """How far a WhatsApp message has come.

    Attributes:
        conversation_id: The conversation it belongs to.
        status: ``sent``, ``delivered``, ``read`` or ``failed``.
        type: What sent it, such as ``broadcast_outbound``.
        created_at: When it was created.
        updated_at: When the status last changed.
        template_name: The template it was made of.
        message_id: The id WhatsApp gave it.
        error: Why it failed.

    Source: API reference 2.16, "Messages".
    """

    conversation_id: Id | None = None
    status: str | None = None
    type: str | None = None
    created_at: Timestamp | None = None
    updated_at: Timestamp | None = None
    template_name: str | None = None
    message_id: Id | None = None
    error: WhatsAppError | None = None


class WhatsAppStatusEvent(Record, frozen=True):
    """How far one message of a ruleset has come.

    Attributes:
        id: The event's id.
        conversation_id: The conversation the message belongs to.
        user_id: The contact it went to.
        status: ``sent``, ``delivered``, ``read`` or ``failed``.
        type: What sent it, such as ``broadcast_outbound``.
        created_at: When it was created.
        updated_at: When the status last changed.
        whatsapp_message_id: The id WhatsApp gave the message.
        template_name: The template it was made of.

    Source: API reference 2.16, "Messages".
    """

    id: Id
    conversation_id: Id | None = None
    user_id: Id | None = None
    status: str | None = None
    type: str | None = None
    created_at: Timestamp | None = None
    updated_at: Timestamp | None = None
    whatsapp_message_id: Id | None = None
    template_name: str | None = None


class Recipient(TypedDict):
    """A contact to send to.

    Attributes:
        type: What it is.
        id: The id Intercom gave it.
    """

    type: Literal["user", "lead"]
    id: str


Recipients: TypeAlias = Recipient | Sequence[Recipient]
"""One contact, or from version 2.14 several."""


class _NewMessage(TypedDict, total=False):
    admin_id: Required[str | int]
    to: Required[Recipients]
    cc: Recipients
    bcc: Recipients
    created_at: datetime | int
    create_conversation_without_contact_reply: bool


class NewInAppMessage(_NewMessage, total=False):
    """A message to send in the Messenger.

    Attributes:
        message_type: Always ``in_app``.
        body: The text, which may be HTML.
        admin_id: The admin who sends it.
        to: Whom it goes to.
        cc: Who gets a copy. Later than version 2.10, as ``bcc`` and ``created_at`` are.
        bcc: Who gets a copy unseen by the others.
        created_at: When it was sent; now, if it is left out.
        create_conversation_without_contact_reply: Whether it is a conversation in the inbox before
            the contact replies.
    """

    message_type: Required[Literal["in_app"]]
    body: Required[str]


class NewEmail(_NewMessage, total=False):
    """A message to send by email; else as ``NewInAppMessage``.

    Attributes:
        message_type: Always ``email``.
        subject: Its subject.
        body: The text, which may be HTML.
        template: Its style.
    """

    message_type: Required[Literal["email"]]
    subject: Required[str]
    body: Required[str]
    template: Required[Literal["plain", "personal"]]


class NewWhatsAppMessage(_NewMessage, total=False):
    """A message to send by WhatsApp, from version 2.16; else as ``NewInAppMessage``.

    Attributes:
        message_type: Always ``whatsapp``.
        template: The name of its template.
        components: What fills the template.
    """

    message_type: Required[Literal["whatsapp"]]
    template: Required[str]
    components: Required[Sequence[Mapping[str, JSON]]]
