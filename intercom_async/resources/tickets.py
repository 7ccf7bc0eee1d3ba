"""Tickets: ``intercom.tickets``.

Source: API reference 2.10, "Tickets"; later versions as named.
"""

from collections.abc import Mapping
from typing import Any, Unpack, overload

from intercom_async.core.inputs import Id, checked, mapping
from intercom_async.core.plain import identifier
from intercom_async.core.resource import Searchable
from intercom_async.core.scannable import Scannable
from intercom_async.models.base import JSON
from intercom_async.models.conversation import Conversation
from intercom_async.models.conversation_inputs import EmailReply, IntercomUserReply, UserReply
from intercom_async.models.deleted import Deleted
from intercom_async.models.job import Job
from intercom_async.models.tag import Tag
from intercom_async.models.ticket import Ticket, TicketPart
from intercom_async.models.ticket_inputs import (
    AnyTicketReply,
    NewTicket,
    TicketAdminReply,
    TicketChanges,
    TicketFields,
)
from intercom_async.resources.replying import reply_fields


class Tickets(Searchable[Ticket], Scannable[Ticket]):
    """The tickets of a workspace, which have no list; ``scan`` walks all of them.

    What changes a ticket answers with it as it is now, unless said otherwise.
    """

    _model = Ticket
    _one = "/tickets/{id}"
    _search = "/tickets/search"
    _key = "tickets"
    _fields = TicketFields
    _since = "2.9"
    _search_since = "2.10"

    async def create(self, **new: Unpack[NewTicket]) -> Ticket:
        """Create a ticket; see ``NewTicket``."""
        body = checked("create", NewTicket, new)
        return await self._send("POST /tickets", Ticket, body=body)

    async def enqueue(self, **new: Unpack[NewTicket]) -> Job:
        """Have a ticket created; ``jobs.retrieve`` tells when it is (from version 2.14)."""
        body = checked("enqueue", NewTicket, new)
        return await self._send("POST /tickets/enqueue", Job, body=body, since="2.14")

    async def update(self, id: Id, **changes: Unpack[TicketChanges]) -> Ticket:
        """Change what is given of a ticket; see ``TicketChanges``."""
        body = checked("update", TicketChanges, changes)
        return await self._send("PUT /tickets/{id}", Ticket, id, body=body)

    async def change_type(
        self,
        id: Id,
        *,
        ticket_type_id: Id,
        ticket_state_id: Id,
        ticket_attributes: Mapping[str, JSON] | None = None,
    ) -> Ticket:
        """Make a ticket one of another type (from version 2.16)."""
        fields: dict[str, object] = {
            "ticket_type_id": identifier("ticket_type_id", ticket_type_id),
            "ticket_state_id": identifier("ticket_state_id", ticket_state_id),
        }
        if ticket_attributes is not None:
            fields["ticket_attributes"] = mapping("ticket_attributes", ticket_attributes)
        path = "POST /tickets/{id}/change_type"
        return await self._send(path, Ticket, id, body=fields, named=id, since="2.16")

    @overload
    async def reply(self, id: Id, **reply: Unpack[TicketAdminReply]) -> TicketPart: ...
    @overload
    async def reply(self, id: Id, **reply: Unpack[IntercomUserReply]) -> TicketPart: ...
    @overload
    async def reply(self, id: Id, **reply: Unpack[UserReply]) -> TicketPart: ...
    @overload
    async def reply(self, id: Id, **reply: Unpack[EmailReply]) -> TicketPart: ...
    async def reply(self, id: Id, **reply: Any) -> TicketPart:
        """Reply as an admin or as a contact, or leave a note, and return what was written.

        Raises:
            OSError: A file to attach cannot be read; nothing was sent.
        """
        body = await reply_fields(AnyTicketReply, reply)
        return await self._send("POST /tickets/{id}/reply", TicketPart, id, body=body)

    async def add_tag(self, id: Id, *, tag_id: Id, admin_id: Id) -> Tag:
        """Put a tag on a ticket, and return the tag."""
        fields = {"id": identifier("tag_id", tag_id), "admin_id": identifier("admin_id", admin_id)}
        path = "POST /tickets/{id}/tags"
        return await self._send(path, Tag, id, body=fields, named=tag_id, since="2.10")

    async def remove_tag(self, id: Id, *, tag_id: Id, admin_id: Id) -> Tag:
        """Take a tag off a ticket, and return the tag."""
        path = "DELETE /tickets/{id}/tags/{tag_id}"
        fields = {"admin_id": identifier("admin_id", admin_id)}
        return await self._send(path, Tag, id, tag_id, body=fields, since="2.10")

    async def link_conversation(self, id: Id, *, conversation_id: Id) -> Conversation:
        """Link a conversation to a tracker ticket, and return it (from version 2.16)."""
        fields = {"conversation_id": identifier("conversation_id", conversation_id)}
        path = "POST /tickets/{id}/linked_conversations"
        return await self._send(path, Conversation, id, body=fields, since="2.16")

    async def unlink_conversation(self, id: Id, *, conversation_id: Id) -> Conversation:
        """Undo ``link_conversation``, and return the conversation (from version 2.16)."""
        path = "DELETE /tickets/{id}/linked_conversations/{conversation_id}"
        return await self._send(path, Conversation, id, conversation_id, named=None, since="2.16")

    async def delete(self, id: Id) -> Deleted:
        """Delete a ticket for good (from version 2.13)."""
        return await self._send("DELETE /tickets/{id}", Deleted, id, since="2.13")
