"""Conversation parts: the messages, notes and events after the first message."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, TypeAlias

from msgspec.structs import force_setattr

from intercom_async.models.base import JSON, NUMBER, Id, Identified, Model, Timestamp, serve_ids
from intercom_async.models.reference import Author, Reference


class Attachment(Model, frozen=True):
    """A file that came with a message.

    Attributes:
        type: ``upload``, mostly.
        name: The file's name.
        url: Where to fetch it.
        content_type: Its media type.
        filesize: Its size in bytes.
        width: An image's width in pixels.
        height: An image's height in pixels.
    """

    type: str | None = None
    name: str | None = None
    url: str | None = None
    content_type: str | None = None
    filesize: int | None = None
    width: int | None = None
    height: int | None = None


class ConversationPart(Identified, frozen=True):
    """One message, note or event of a conversation.

    Attributes:
        type: Always ``conversation_part``.
        id: The part's id.
        part_type: ``comment``, ``note``, ``assignment``, ``close``, ``open``, ``snoozed``, and
            others that are added without a new version.
        body: The text, as HTML, or plain where ``display_as="plaintext"`` was asked for.
        created_at: When it was written.
        updated_at: When it was last changed.
        notified_at: When the contact was notified of it.
        assigned_to: Whom this part assigned the conversation to; ``None`` if it assigned
            nobody, or unassigned it.
        author: Who wrote it.
        attachments: The files that came with it.
        external_id: The id the workspace gave the part.
        redacted: Whether it was redacted.
        state: The state of the conversation when it was written. Later than version 2.10.
        tags: Its tags, as sent. Later than version 2.10.
        event_details: What happened, where it is an event, as sent. Later than version 2.10.
        app_package_code: The app that wrote it, if one did through the API. Later than version
            2.10.
        metadata: What the Messenger makes of it, as sent. Later than version 2.10.
        email_message_metadata: The email it came as, as sent. Later than version 2.10.
    """

    part_type: str | None = None
    body: str | None = None
    created_at: Timestamp | None = None
    updated_at: Timestamp | None = None
    notified_at: Timestamp | None = None
    assigned_to: Reference | None = None
    author: Author | None = None
    attachments: list[Attachment] | None = None
    external_id: Id | None = None
    redacted: bool | None = None
    state: str | None = None
    tags: JSON = None
    event_details: JSON = None
    app_package_code: str | None = None
    metadata: JSON = None
    email_message_metadata: JSON = None

    def __post_init__(self) -> None:
        """Serve numeric ids as ``str`` and ``{"type": "nobody_admin", "id": null}`` as nobody."""
        if type(self.id) is NUMBER or type(self.external_id) is NUMBER:
            serve_ids(self, "id", "external_id")
        if self.author is not None and type(self.author.id) is NUMBER:
            serve_ids(self.author)
        if self.assigned_to is not None:
            if self.assigned_to.id is None:
                force_setattr(self, "assigned_to", None)
            elif type(self.assigned_to.id) is NUMBER:
                serve_ids(self.assigned_to)


if TYPE_CHECKING:
    PartList: TypeAlias = list[ConversationPart]
else:
    PartList = list[ConversationPart] | None


class ConversationParts(Model, frozen=True):
    """The parts of a retrieved conversation: iterate it, index it, ask its length.

    Attributes:
        conversation_parts: The parts the API sent, the newest 500 at most.
        total_count: How many parts the conversation has.
    """

    conversation_parts: PartList = []
    total_count: int | None = None

    def __post_init__(self) -> None:
        """Serve null as an empty list."""
        parts: object = self.conversation_parts
        if parts is None:
            force_setattr(self, "conversation_parts", [])

    def __len__(self) -> int:
        return len(self.conversation_parts)

    def __iter__(self) -> Iterator[ConversationPart]:
        return iter(self.conversation_parts)

    def __getitem__(self, index: int) -> ConversationPart:
        return self.conversation_parts[index]
