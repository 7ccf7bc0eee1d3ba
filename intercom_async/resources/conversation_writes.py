"""Creating conversations, replying to them, redacting, converting and deleting them.

Source: API reference 2.10, "Conversations"; 2.13 for deleting.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal, overload

from msgspec import UNSET, UnsetType

from intercom_async.attachments import Attachable, check_urls, encode_files
from intercom_async.errors import QueryError
from intercom_async.models import (
    JSON,
    ContactReference,
    Conversation,
    Deleted,
    Message,
    Ticket,
)
from intercom_async.protocol import codec, versions, wire
from intercom_async.protocol.call import Call
from intercom_async.protocol.plain import identifier, text, unix_seconds
from intercom_async.resources.writer import Id, Writer, exactly_one, mapping, path

__all__ = ["ConversationWrites"]

_conversation = codec.one(Conversation)


class ConversationWrites(Writer):
    """The operations on what a conversation says."""

    async def create(
        self,
        *,
        from_: ContactReference | Mapping[str, str],
        body: str,
        subject: str | None = None,
        attachment_urls: Sequence[str] | None = None,
        created_at: datetime | int | None = None,
    ) -> Message:
        """Create a conversation that a contact starts.

        Args:
            from_: Who starts it: a contact, or a mapping with ``type`` (``lead``, ``user`` or
                ``contact``) and ``id``.
            body: The text, without HTML.
            subject: The subject, for email.
            attachment_urls: URLs of images to attach, ten at most.
            created_at: When it was written, if not now: an aware datetime or unix seconds. In
                the reference from version 2.11.

        Returns:
            The message; its ``conversation_id`` is the conversation's.

        Raises:
            QueryError: An argument the API would refuse; nothing was sent.
            NotFound: There is no such contact.
            RequestError: It failed; ``may_have_been_applied`` tells whether to look first.

        Source: API reference 2.10, "Create a conversation".
        """
        fields = {
            "from": _contact(from_),
            "body": text("body", body),
            "subject": None if subject is None else text("subject", subject),
            "attachment_urls": check_urls(attachment_urls),
            "created_at": None if created_at is None else unix_seconds("created_at", created_at),
        }
        return await self._write(
            "POST", "/conversations", "/conversations", codec.one(Message), fields
        )

    async def update(
        self,
        id: Id,
        *,
        read: bool | UnsetType = UNSET,
        title: str | UnsetType | None = UNSET,
        custom_attributes: Mapping[str, JSON] | UnsetType = UNSET,
        display_as: Literal["plaintext"] | None = None,
    ) -> Conversation:
        """Change a conversation.

        Args:
            id: The conversation's id.
            read: Whether it has been read.
            title: Its title. In the reference from version 2.13; earlier ones take it too.
            custom_attributes: Attributes of the workspace's own to set. In the reference from
                version 2.14; earlier ones take them too.
            display_as: ``"plaintext"`` for bodies without HTML in the answer.

        Returns:
            The conversation as it is now.

        Raises:
            QueryError: There is nothing to change, or the id cannot stand in a path.
            NotFound: There is no such conversation.
            RequestError: It failed; ``may_have_been_applied`` tells whether to look first.

        Source: API reference 2.10, "Update a conversation".
        """
        fields: dict[str, object] = {}
        if read is not UNSET:
            if not isinstance(read, bool):
                raise QueryError(f"read must be True or False, not {read!r}")
            fields["read"] = read
        if title is not UNSET:
            fields["title"] = None if title is None else text("title", title)
        if custom_attributes is not UNSET:
            fields["custom_attributes"] = mapping("custom_attributes", custom_attributes)
        if not fields:
            raise QueryError("update: give read=, title= or custom_attributes=")
        query = [] if display_as is None else [("display_as", display_as)]
        call = Call(
            "PUT",
            "/conversations/{id}",
            wire.url(path(id), query),
            _conversation,
            body=wire.encode(fields),
            read=False,
            asked_id=identifier("id", id),
        )
        return await self._sender.send(call)

    @overload
    async def reply(
        self,
        id: Id,
        *,
        body: str,
        admin_id: Id,
        message_type: Literal["comment", "note"] = ...,
        attachment_urls: Sequence[str] | None = ...,
        attachment_files: Sequence[Attachable] | None = ...,
        created_at: datetime | int | None = ...,
    ) -> Conversation: ...

    @overload
    async def reply(
        self,
        id: Id,
        *,
        body: str,
        intercom_user_id: str,
        attachment_urls: Sequence[str] | None = ...,
        attachment_files: Sequence[Attachable] | None = ...,
        created_at: datetime | int | None = ...,
    ) -> Conversation: ...

    @overload
    async def reply(
        self,
        id: Id,
        *,
        body: str,
        user_id: str,
        attachment_urls: Sequence[str] | None = ...,
        attachment_files: Sequence[Attachable] | None = ...,
        created_at: datetime | int | None = ...,
    ) -> Conversation: ...

    @overload
    async def reply(
        self,
        id: Id,
        *,
        body: str,
        email: str,
        attachment_urls: Sequence[str] | None = ...,
        attachment_files: Sequence[Attachable] | None = ...,
        created_at: datetime | int | None = ...,
    ) -> Conversation: ...

    async def reply(
        self,
        id: Id,
        *,
        body: str,
        admin_id: Id | None = None,
        intercom_user_id: str | None = None,
        user_id: str | None = None,
        email: str | None = None,
        message_type: Literal["comment", "note"] = "comment",
        attachment_urls: Sequence[str] | None = None,
        attachment_files: Sequence[Attachable] | None = None,
        created_at: datetime | int | None = None,
    ) -> Conversation:
        """Reply as an admin or as a contact, or leave a note.

        Args:
            id: The conversation's id, or ``"last"`` for the contact's latest conversation.
            body: The text. Notes take some HTML.
            admin_id: The admin who replies.
            intercom_user_id: The contact who replies, by the id Intercom gave.
            user_id: The contact who replies, by the id the workspace gave.
            email: The contact who replies, by email address.
            message_type: ``"comment"``, or ``"note"`` for what only teammates see.
            attachment_urls: URLs of images to attach, ten at most.
            attachment_files: Files to attach, ten at most: paths, or ``AttachmentFile``.
            created_at: When it was written, if not now: an aware datetime or unix seconds.

        Returns:
            The conversation as it is now.

        Raises:
            QueryError: Not exactly one of ``admin_id``, ``intercom_user_id``, ``user_id`` and
                ``email`` is given, or another argument the API would refuse; nothing was sent.
            OSError: A file to attach cannot be read; nothing was sent.
            NotFound: There is no such conversation, contact or admin.
            RequestError: It failed; ``may_have_been_applied`` tells whether to look first.

        Source: API reference 2.10, "Reply to a conversation".
        """
        author = exactly_one(
            "reply",
            admin_id=None if admin_id is None else identifier("admin_id", admin_id),
            intercom_user_id=intercom_user_id,
            user_id=user_id,
            email=email,
        )
        if message_type == "note" and admin_id is None:
            raise QueryError("reply: a note is written by an admin; give admin_id=")
        fields = {
            "message_type": text("message_type", message_type),
            "type": "user" if admin_id is None else "admin",
            **author,
            "body": text("body", body),
            "created_at": None if created_at is None else unix_seconds("created_at", created_at),
            "attachment_urls": check_urls(attachment_urls),
            "attachment_files": await encode_files(attachment_files),
        }
        asked_id = None if id == "last" else id  # the contact's latest, whichever it is
        return await self._post(id, "reply", _conversation, fields, asked_id=asked_id)

    async def redact_part(self, id: Id, part_id: Id) -> Conversation:
        """Remove the content of a conversation part for good.

        Args:
            id: The conversation's id.
            part_id: The part's id; the part must have a body.

        Returns:
            The conversation as it is now.

        Raises:
            NotFound: There is no such part, or it cannot be redacted.
            RequestError: It failed; ``may_have_been_applied`` tells whether to look first.

        Source: API reference 2.10, "Redact a conversation part".
        """
        return await self._redact(
            "conversation_part", id, conversation_part_id=identifier("part_id", part_id)
        )

    async def redact_source(self, id: Id, source_id: Id) -> Conversation:
        """Remove the content of the message that started a conversation for good.

        Args:
            id: The conversation's id.
            source_id: The id of the conversation's ``source``; a contact must have written it.

        Returns:
            The conversation as it is now.

        Raises:
            NotFound: There is no such message, or it cannot be redacted.
            RequestError: It failed; ``may_have_been_applied`` tells whether to look first.

        Source: API reference 2.10, "Redact a conversation part".
        """
        return await self._redact("source", id, source_id=identifier("source_id", source_id))

    async def convert(
        self, id: Id, *, ticket_type_id: Id, attributes: Mapping[str, JSON] | None = None
    ) -> Ticket:
        """Convert a conversation to a ticket.

        Args:
            id: The conversation's id.
            ticket_type_id: The id of a ticket type for customers.
            attributes: The ticket's fields by name; ``_default_title_`` and
                ``_default_description_`` are the built-in ones, and a list's value is the id
                of one of its items.

        Returns:
            The ticket.

        Raises:
            ConfigurationError: The client asks for a version before 2.10.
            QueryError: The id cannot stand in a path; nothing was sent.
            BadRequest: The ticket type is not for customers.
            NotFound: There is no such conversation or ticket type.
            RequestError: It failed; ``may_have_been_applied`` tells whether to look first.

        Source: API reference 2.10, "Convert a conversation to a ticket".
        """
        versions.require(self._sender.version, "convert", since="2.10")
        fields = {
            "ticket_type_id": identifier("ticket_type_id", ticket_type_id),
            "attributes": None if attributes is None else mapping("attributes", attributes),
        }
        return await self._post(id, "convert", codec.one(Ticket), fields)

    async def delete(self, id: Id) -> Deleted:
        """Delete a conversation for good.

        Args:
            id: The conversation's id.

        Raises:
            ConfigurationError: The client asks for a version before 2.13.
            QueryError: The id cannot stand in a path; nothing was sent.
            NotFound: There is no such conversation.
            RequestError: It failed; ``may_have_been_applied`` tells whether to look first.

        Source: API reference 2.13, "Delete a conversation".
        """
        versions.require(self._sender.version, "delete", since="2.13")
        return await self._write(
            "DELETE", "/conversations/{id}", path(id), codec.one(Deleted), None, asked_id=id
        )

    async def _redact(self, type_: str, id: Id, **fields: str) -> Conversation:
        redact = "/conversations/redact"
        body = {"type": type_, "conversation_id": identifier("id", id), **fields}
        return await self._write("POST", redact, redact, _conversation, body, asked_id=id)


def _contact(given: ContactReference | Mapping[str, str]) -> dict[str, str]:
    if isinstance(given, ContactReference):
        given = {"type": given.type or "", "id": given.id or ""}
    type_ = text("the type of from_", mapping("from_", given).get("type"))
    if type_ not in {"lead", "user", "contact"}:
        raise QueryError(f"from_ must have the type lead, user or contact, not {type_!r}")
    return {"type": type_, "id": identifier("the id of from_", given.get("id"))}
