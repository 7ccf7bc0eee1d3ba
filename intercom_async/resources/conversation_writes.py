"""Creating conversations, replying to them, and managing them.

Source: API reference 2.10, "Conversations"; 2.0, "Assign a conversation".
"""

import warnings
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, TypeAlias, TypeVar, overload

import msgspec
from msgspec import UNSET, UnsetType

from intercom_async.attachments import Attachable, check_urls, encode_files
from intercom_async.errors import QueryError
from intercom_async.models import (
    JSON,
    ContactReference,
    Conversation,
    Deleted,
    Message,
    Tag,
    Ticket,
)
from intercom_async.pages import Sender
from intercom_async.protocol import codec, versions, wire
from intercom_async.protocol.call import Call
from intercom_async.protocol.codec import Decode

__all__ = ["ConversationWrites"]

T = TypeVar("T")

Id: TypeAlias = str | int

_conversation = codec.one(Conversation)
_tag = codec.one(Tag)


class ConversationWrites:
    """The operations that change something, and are never carried out twice."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    async def create(
        self,
        *,
        from_: ContactReference | Mapping[str, str],
        body: str,
        subject: str | None = None,
        attachment_urls: Sequence[str] | None = None,
    ) -> Message:
        """Create a conversation that a contact starts.

        Args:
            from_: Who starts it: a contact, or a mapping with ``type`` (``lead``, ``user`` or
                ``contact``) and ``id``.
            body: The text, without HTML.
            subject: The subject, for email.
            attachment_urls: URLs of images to attach, ten at most.

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
            "body": body,
            "subject": subject,
            "attachment_urls": check_urls(attachment_urls),
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
        given = {"read": read, "title": title, "custom_attributes": custom_attributes}
        fields = {name: value for name, value in given.items() if value is not UNSET}
        if not fields:
            raise QueryError("update: give read=, title= or custom_attributes=")
        path = _path(id)
        query = [] if display_as is None else [("display_as", display_as)]
        call = Call(
            "PUT",
            "/conversations/{id}",
            wire.url(path, query),
            _conversation,
            body=wire.encode(fields),
            read=False,
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
        author = _exactly_one(
            "reply",
            admin_id=None if admin_id is None else str(admin_id),
            intercom_user_id=intercom_user_id,
            user_id=user_id,
            email=email,
        )
        if message_type == "note" and admin_id is None:
            raise QueryError("reply: a note is written by an admin; give admin_id=")
        fields = {
            "message_type": message_type,
            "type": "user" if admin_id is None else "admin",
            **author,
            "body": body,
            "created_at": None
            if created_at is None
            else wire.unix_seconds("created_at", created_at),
            "attachment_urls": check_urls(attachment_urls),
            "attachment_files": await encode_files(attachment_files),
        }
        return await self._post(id, "reply", _conversation, fields)

    async def assign(
        self,
        id: Id,
        *,
        admin_id: Id,
        assignee_id: Id,
        type: Literal["admin", "team"] = "admin",
        body: str | None = None,
    ) -> Conversation:
        """Assign a conversation to an admin or a team; it can have one of each.

        Args:
            id: The conversation's id.
            admin_id: The admin who assigns.
            assignee_id: The admin or team to assign to.
            type: Which of the two ``assignee_id`` is.
            body: A note for the teammates.

        Returns:
            The conversation as it is now. Version 2.0 says whom it is assigned to in
            ``assignee``.

        Raises:
            QueryError: The id cannot stand in a path; nothing was sent.
            NotFound: There is no such conversation, admin or team.
            RequestError: It failed; ``may_have_been_applied`` tells whether to look first.

        Source: API reference 2.10, "Manage a conversation"; 2.0, "Assign a conversation".
        """
        fields = {
            "message_type": "assignment",
            "type": type,
            "admin_id": str(admin_id),
            "assignee_id": str(assignee_id),
            "body": body,
        }
        return await self._post(id, "parts", _conversation, fields)

    async def unassign(
        self,
        id: Id,
        *,
        admin_id: Id,
        type: Literal["admin", "team"] = "admin",
        body: str | None = None,
    ) -> Conversation:
        """Take a conversation from the admin or the team it is assigned to.

        Args:
            id: The conversation's id.
            admin_id: The admin who does this.
            type: Whom to take it from.
            body: A note for the teammates.

        Returns:
            The conversation as it is now.

        Raises:
            QueryError: The id cannot stand in a path; nothing was sent.
            NotFound: There is no such conversation or admin.
            RequestError: It failed; ``may_have_been_applied`` tells whether to look first.

        Source: API reference 2.10, "Manage a conversation".
        """
        return await self.assign(id, admin_id=admin_id, assignee_id="0", type=type, body=body)

    async def close(self, id: Id, *, admin_id: Id, body: str | None = None) -> Conversation:
        """Close a conversation.

        Args:
            id: The conversation's id.
            admin_id: The admin who closes it.
            body: A last message, which the contact sees.

        Returns:
            The conversation as it is now.

        Raises:
            QueryError: The id cannot stand in a path; nothing was sent.
            NotFound: There is no such conversation or admin.
            RequestError: It failed; ``may_have_been_applied`` tells whether to look first.

        Source: API reference 2.10, "Manage a conversation".
        """
        fields = {
            "message_type": "close",
            "type": "admin",
            "admin_id": str(admin_id),
            "body": body,
        }
        return await self._post(id, "parts", _conversation, fields)

    async def open(self, id: Id, *, admin_id: Id) -> Conversation:
        """Open a conversation that is closed or snoozed.

        Args:
            id: The conversation's id.
            admin_id: The admin who opens it.

        Returns:
            The conversation as it is now.

        Raises:
            QueryError: The id cannot stand in a path; nothing was sent.
            NotFound: There is no such conversation or admin.
            RequestError: It failed; ``may_have_been_applied`` tells whether to look first.

        Source: API reference 2.10, "Manage a conversation".
        """
        fields = {"message_type": "open", "admin_id": str(admin_id)}
        return await self._post(id, "parts", _conversation, fields)

    async def snooze(self, id: Id, *, admin_id: Id, until: datetime | int) -> Conversation:
        """Close a conversation until a moment at which it opens by itself.

        Args:
            id: The conversation's id.
            admin_id: The admin who snoozes it.
            until: When it opens again: an aware datetime or unix seconds.

        Returns:
            The conversation as it is now.

        Raises:
            QueryError: ``until`` has no time zone, or the id cannot stand in a path; nothing
                was sent.
            NotFound: There is no such conversation or admin.
            RequestError: It failed; ``may_have_been_applied`` tells whether to look first.

        Source: API reference 2.10, "Manage a conversation".
        """
        fields = {
            "message_type": "snoozed",
            "admin_id": str(admin_id),
            "snoozed_until": wire.unix_seconds("until", until),
        }
        return await self._post(id, "parts", _conversation, fields)

    async def run_assignment_rules(self, id: Id) -> Conversation:
        """Let the workspace's assignment rules assign a conversation.

        Deprecated: the API drops it in version 2.12, and for all versions on 31 December 2026.
        Use ``assign``, or Workflows in Intercom.

        Args:
            id: The conversation's id.

        Returns:
            The conversation as it is now.

        Raises:
            ConfigurationError: The client asks for a version that dropped it.
            QueryError: The id cannot stand in a path; nothing was sent.
            NotFound: There is no such conversation.
            RequestError: It failed; ``may_have_been_applied`` tells whether to look first.

        Source: API reference 2.10, "Run assignment rules"; 2.0, "Assign a conversation".
        """
        versions.require(
            self._sender.version,
            "run_assignment_rules",
            until="2.11",
            instead="use assign, or Workflows in Intercom",
        )
        warnings.warn(
            "run_assignment_rules: Intercom removes it on 31 December 2026; use assign, or "
            "Workflows in Intercom",
            DeprecationWarning,
            stacklevel=2,
        )
        return await self._post(id, "run_assignment_rules", _conversation, None)

    @overload
    async def attach_contact(
        self,
        id: Id,
        *,
        admin_id: Id,
        intercom_user_id: str,
        customer: Mapping[str, str] | None = ...,
    ) -> list[ContactReference]: ...

    @overload
    async def attach_contact(
        self,
        id: Id,
        *,
        admin_id: Id,
        user_id: str,
        customer: Mapping[str, str] | None = ...,
    ) -> list[ContactReference]: ...

    @overload
    async def attach_contact(
        self,
        id: Id,
        *,
        admin_id: Id,
        email: str,
        customer: Mapping[str, str] | None = ...,
    ) -> list[ContactReference]: ...

    async def attach_contact(
        self,
        id: Id,
        *,
        admin_id: Id,
        intercom_user_id: str | None = None,
        user_id: str | None = None,
        email: str | None = None,
        customer: Mapping[str, str] | None = None,
    ) -> list[ContactReference]:
        """Add a contact to a conversation.

        Args:
            id: The conversation's id.
            admin_id: The admin who adds the contact.
            intercom_user_id: The contact, by the id Intercom gave.
            user_id: The contact, by the id the workspace gave.
            email: The contact, by email address; where there is none, the API makes a lead.
            customer: The contact on whose behalf this is done: one of the same three.

        Returns:
            The contacts who take part now.

        Raises:
            QueryError: Not exactly one of ``intercom_user_id``, ``user_id`` and ``email`` is
                given, or the id cannot stand in a path; nothing was sent.
            NotFound: There is no such conversation, contact or admin.
            RequestError: It failed; ``may_have_been_applied`` tells whether to look first.

        Source: API reference 2.10, "Attach a contact to a conversation".
        """
        contact: dict[str, Any] = _exactly_one(
            "attach_contact", intercom_user_id=intercom_user_id, user_id=user_id, email=email
        )
        if customer is not None:
            contact["customer"] = _identifier(customer)
        fields = {"admin_id": str(admin_id), "customer": contact}
        return await self._post(id, "customers", _participants, fields)

    async def detach_contact(
        self,
        id: Id,
        contact_id: Id,
        *,
        admin_id: Id,
        customer: Mapping[str, str] | None = None,
    ) -> list[ContactReference]:
        """Take a contact out of a group conversation.

        Args:
            id: The conversation's id.
            contact_id: The id Intercom gave the contact.
            admin_id: The admin who does this.
            customer: The contact once more, as one of ``intercom_user_id``, ``user_id`` and
                ``email``; the reference's examples send it, the API does not need it.

        Returns:
            The contacts who take part now.

        Raises:
            QueryError: An id cannot stand in a path, or ``customer`` holds something else;
                nothing was sent.
            NotFound: There is no such conversation or contact.
            UnprocessableEntity: It is the last contact.
            RequestError: It failed; ``may_have_been_applied`` tells whether to look first.

        Source: API reference 2.10, "Detach a contact from a group conversation".
        """
        fields = {
            "admin_id": str(admin_id),
            "customer": None if customer is None else _identifier(customer),
        }
        return await self._write(
            "DELETE",
            "/conversations/{id}/customers/{contact_id}",
            f"{_path(id)}/customers/{wire.segment(contact_id, 'contact id')}",
            _participants,
            fields,
        )

    async def add_tag(self, id: Id, *, tag_id: Id, admin_id: Id) -> Tag:
        """Put a tag on a conversation.

        Args:
            id: The conversation's id.
            tag_id: The tag's id.
            admin_id: The admin who does this.

        Returns:
            The tag.

        Raises:
            QueryError: The id cannot stand in a path; nothing was sent.
            NotFound: There is no such conversation or tag.
            RequestError: It failed; ``may_have_been_applied`` tells whether to look first.

        Source: API reference 2.10, "Add tag to a conversation".
        """
        return await self._post(id, "tags", _tag, {"id": str(tag_id), "admin_id": str(admin_id)})

    async def remove_tag(self, id: Id, *, tag_id: Id, admin_id: Id) -> Tag:
        """Take a tag off a conversation.

        Args:
            id: The conversation's id.
            tag_id: The tag's id.
            admin_id: The admin who does this.

        Returns:
            The tag.

        Raises:
            QueryError: An id cannot stand in a path; nothing was sent.
            NotFound: There is no such conversation, or the tag is not on it.
            RequestError: It failed; ``may_have_been_applied`` tells whether to look first.

        Source: API reference 2.10, "Remove tag from a conversation".
        """
        return await self._write(
            "DELETE",
            "/conversations/{id}/tags/{tag_id}",
            f"{_path(id)}/tags/{wire.segment(tag_id, 'tag id')}",
            _tag,
            {"admin_id": str(admin_id)},
        )

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
        return await self._redact("conversation_part", id, conversation_part_id=str(part_id))

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
        return await self._redact("source", id, source_id=str(source_id))

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
        fields = {"ticket_type_id": str(ticket_type_id), "attributes": attributes}
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
            "DELETE", "/conversations/{id}", _path(id), codec.one(Deleted), None
        )

    async def _redact(self, type_: str, id: Id, **fields: str) -> Conversation:
        path = "/conversations/redact"
        body = {"type": type_, "conversation_id": str(id), **fields}
        return await self._write("POST", path, path, _conversation, body)

    async def _post(
        self, id: Id, action: str, decode: Decode[T], fields: Mapping[str, Any] | None
    ) -> T:
        template = f"/conversations/{{id}}/{action}"
        return await self._write("POST", template, f"{_path(id)}/{action}", decode, fields)

    async def _write(
        self,
        method: str,
        template: str,
        path: str,
        decode: Decode[T],
        fields: Mapping[str, Any] | None,
    ) -> T:
        body = None
        if fields is not None:
            body = wire.encode({k: v for k, v in fields.items() if v is not None})
        return await self._sender.send(Call(method, template, path, decode, body=body, read=False))


class _Participants(msgspec.Struct):
    customers: list[ContactReference] | None = None


def _participants(body: bytes) -> list[ContactReference]:
    # The recorded answers hold a list of customers, the schema promises a conversation.
    customers = codec.one(_Participants)(body).customers
    return _conversation(body).contacts if customers is None else customers


def _path(id: Id) -> str:
    return f"/conversations/{wire.segment(id, 'conversation id')}"


def _contact(given: ContactReference | Mapping[str, str]) -> dict[str, str | None]:
    type_, id = (
        (given.type, given.id)
        if isinstance(given, ContactReference)
        else (given.get("type"), given.get("id"))
    )
    if type_ not in {"lead", "user", "contact"} or not id:
        raise QueryError(f"from_ must have an id and the type lead, user or contact, not {given!r}")
    return {"type": type_, "id": id}


def _identifier(customer: Mapping[str, str]) -> dict[str, str]:
    known = {name: customer.get(name) for name in ("intercom_user_id", "user_id", "email")}
    if unknown := customer.keys() - known.keys():
        raise QueryError(f"customer: {', '.join(map(repr, unknown))} names no contact")
    return _exactly_one("customer", **known)


def _exactly_one(what: str, **identifiers: str | None) -> dict[str, str]:
    given = {name: value for name, value in identifiers.items() if value is not None}
    if len(given) != 1:
        raise QueryError(f"{what}: give exactly one of {', '.join(identifiers)}")
    return given
