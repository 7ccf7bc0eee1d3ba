"""Managing conversations: who deals with them, in which state they are, who takes part, tags.

Source: API reference 2.10, "Manage a conversation" and others; 2.0, "Assign a conversation".
"""

import warnings
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, overload

import msgspec

from intercom_async.errors import QueryError
from intercom_async.models import ContactReference, Conversation, Tag
from intercom_async.protocol import codec, versions, wire
from intercom_async.protocol.plain import identifier, text, unix_seconds
from intercom_async.resources.writer import Id, Writer, exactly_one, mapping, path

__all__ = ["ConversationManagement"]

_conversation = codec.one(Conversation)
_tag = codec.one(Tag)


class ConversationManagement(Writer):
    """The operations on who deals with a conversation, its state, its contacts and its tags."""

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
            "type": text("type", type),
            "admin_id": identifier("admin_id", admin_id),
            "assignee_id": identifier("assignee_id", assignee_id),
            "body": None if body is None else text("body", body),
        }
        return await self._post(id, "parts", _conversation, fields, asked_id=id)

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
            "admin_id": identifier("admin_id", admin_id),
            "body": None if body is None else text("body", body),
        }
        return await self._post(id, "parts", _conversation, fields, asked_id=id)

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
        fields = {"message_type": "open", "admin_id": identifier("admin_id", admin_id)}
        return await self._post(id, "parts", _conversation, fields, asked_id=id)

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
            "admin_id": identifier("admin_id", admin_id),
            "snoozed_until": unix_seconds("until", until),
        }
        return await self._post(id, "parts", _conversation, fields, asked_id=id)

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
        return await self._post(id, "run_assignment_rules", _conversation, None, asked_id=id)

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
        contact: dict[str, Any] = exactly_one(
            "attach_contact", intercom_user_id=intercom_user_id, user_id=user_id, email=email
        )
        if customer is not None:
            contact["customer"] = _identifier(customer)
        fields = {"admin_id": identifier("admin_id", admin_id), "customer": contact}
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
            "admin_id": identifier("admin_id", admin_id),
            "customer": None if customer is None else _identifier(customer),
        }
        return await self._write(
            "DELETE",
            "/conversations/{id}/customers/{contact_id}",
            f"{path(id)}/customers/{wire.segment(contact_id, 'contact id')}",
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
        return await self._post(
            id,
            "tags",
            _tag,
            {
                "id": identifier("tag_id", tag_id),
                "admin_id": identifier("admin_id", admin_id),
            },
            asked_id=tag_id,
        )

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
            f"{path(id)}/tags/{wire.segment(tag_id, 'tag id')}",
            _tag,
            {"admin_id": identifier("admin_id", admin_id)},
            asked_id=tag_id,
        )


class _Participants(msgspec.Struct):
    customers: list[ContactReference] | None = None


def _participants(body: bytes) -> list[ContactReference]:
    # The recorded answers hold a list of customers, the schema promises a conversation.
    customers = codec.one(_Participants)(body).customers
    return _conversation(body).contacts if customers is None else customers


def _identifier(customer: Mapping[str, str]) -> dict[str, str]:
    known = dict.fromkeys(("intercom_user_id", "user_id", "email"))
    if unknown := mapping("customer", customer).keys() - known.keys():
        raise QueryError(f"customer: {', '.join(map(repr, unknown))} names no contact")
    return exactly_one("customer", **{**known, **customer})
