"""Ticket types: ``intercom.ticket_types``.

Source: API reference 2.10, "Ticket types".
"""

from typing import Unpack

from intercom_async.core.inputs import Id, checked
from intercom_async.core.resource import ListableWhole, Retrievable
from intercom_async.models.ticket import TicketType
from intercom_async.models.ticket_inputs import NewTicketType, TicketTypeChanges


class TicketTypes(ListableWhole[TicketType], Retrievable[TicketType]):
    """The ticket types of a workspace."""

    _model = TicketType
    _all = "/ticket_types"
    _one = "/ticket_types/{id}"
    _since = "2.9"

    async def create(self, **new: Unpack[NewTicketType]) -> TicketType:
        """Create a ticket type; see ``NewTicketType``."""
        body = checked("create", NewTicketType, new)
        return await self._send("POST /ticket_types", TicketType, body=body)

    async def update(self, id: Id, **changes: Unpack[TicketTypeChanges]) -> TicketType:
        """Change what is given of a ticket type; see ``TicketTypeChanges``."""
        body = checked("update", TicketTypeChanges, changes)
        return await self._send("PUT /ticket_types/{id}", TicketType, id, body=body)


RESOURCE = TicketTypes
