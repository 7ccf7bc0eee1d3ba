"""Ticket types: ``intercom.ticket_types``.

Source: API reference 2.10, "Ticket types".
"""

from typing import Unpack

from intercom_async.core.attached import sub
from intercom_async.core.inputs import Id, checked
from intercom_async.core.resource import ListableWhole, Resource, Retrievable
from intercom_async.models.ticket import TicketType, TicketTypeAttribute
from intercom_async.models.ticket_inputs import (
    NewTicketType,
    NewTicketTypeAttribute,
    TicketTypeAttributeChanges,
    TicketTypeChanges,
)


class TicketTypeAttributes(Resource):
    """The fields that tickets of a type have, which the type tells."""

    _since = "2.9"

    async def create(self, id: Id, **new: Unpack[NewTicketTypeAttribute]) -> TicketTypeAttribute:
        """Give a ticket type another field; see ``NewTicketTypeAttribute``."""
        body = checked("create", NewTicketTypeAttribute, new)
        path = "POST /ticket_types/{id}/attributes"
        return await self._send(path, TicketTypeAttribute, id, body=body)

    async def update(
        self, id: Id, attribute_id: Id, **changes: Unpack[TicketTypeAttributeChanges]
    ) -> TicketTypeAttribute:
        """Change what is given of a field; see ``TicketTypeAttributeChanges``."""
        body = checked("update", TicketTypeAttributeChanges, changes)
        path = "PUT /ticket_types/{id}/attributes/{attribute_id}"
        return await self._send(path, TicketTypeAttribute, id, attribute_id, body=body)


class TicketTypes(ListableWhole[TicketType], Retrievable[TicketType]):
    """The ticket types of a workspace."""

    _model = TicketType
    _all = "/ticket_types"
    _one = "/ticket_types/{id}"
    _since = "2.9"

    attributes: sub[TicketTypeAttributes] = sub(TicketTypeAttributes)

    async def create(self, **new: Unpack[NewTicketType]) -> TicketType:
        """Create a ticket type; see ``NewTicketType``."""
        body = checked("create", NewTicketType, new)
        return await self._send("POST /ticket_types", TicketType, body=body)

    async def update(self, id: Id, **changes: Unpack[TicketTypeChanges]) -> TicketType:
        """Change what is given of a ticket type; see ``TicketTypeChanges``."""
        body = checked("update", TicketTypeChanges, changes)
        return await self._send("PUT /ticket_types/{id}", TicketType, id, body=body)
