"""What happens in a channel of a workspace's own."""

from typing import Literal, Required, TypedDict

from intercom_async.models.base import Id, Record


class CustomChannelNotification(Record, frozen=True):
    """The ids of what an event was about.

    Attributes:
        external_conversation_id: The conversation's id in the caller's application.
        conversation_id: The id Intercom gave it.
        external_contact_id: The contact's id in the caller's application.
        contact_id: The id Intercom gave it.
    """

    external_conversation_id: Id | None = None
    conversation_id: Id | None = None
    external_contact_id: Id | None = None
    contact_id: Id | None = None


class CustomChannelContact(TypedDict, total=False):
    """Whom an event is about.

    Attributes:
        type: Whether it is a user or a lead.
        external_id: The id it has in the caller's application.
        name: Its name, which a user must have.
        email: Its email address, which a user must have.
    """

    type: Required[Literal["user", "lead"]]
    external_id: Required[str]
    name: str
    email: str


class CustomChannelAttribute(TypedDict):
    """What a contact was asked for, and answered.

    Attributes:
        id: The attribute's id.
        value: The answer.
    """

    id: str
    value: str


class CustomChannelEvent(TypedDict):
    """An event, and whom and what it is about.

    Attributes:
        event_id: An id for the event.
        external_conversation_id: The conversation's id in the caller's application.
        contact: Whom it is about.
    """

    event_id: str | int
    external_conversation_id: str | int
    contact: CustomChannelContact


class CustomChannelMessage(CustomChannelEvent):
    """A message; else as ``CustomChannelEvent``.

    Attributes:
        body: The text.
    """

    body: str


class CustomChannelQuickReply(CustomChannelEvent):
    """A choice; else as ``CustomChannelEvent``.

    Attributes:
        quick_reply_option_id: What was chosen.
    """

    quick_reply_option_id: str | int


class CustomChannelAnswer(CustomChannelEvent):
    """An answer to what was asked for; else as ``CustomChannelEvent``.

    Attributes:
        attribute: What was asked for, and the answer.
    """

    attribute: CustomChannelAttribute
