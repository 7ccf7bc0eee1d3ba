"""Ticket states: how far tickets have come, in a workspace's own words."""

from intercom_async.models.base import Id, ListOf, Record
from intercom_async.models.ticket import TicketType


class TicketState(Record, frozen=True):
    """How far a ticket has come.

    Attributes:
        id: The state's id.
        type: Always ``ticket_state``.
        category: ``submitted``, ``in_progress``, ``waiting_on_customer`` or ``resolved``.
        internal_label: What teammates read.
        external_label: What contacts read.
        archived: Whether it is archived.
        ticket_types: The ticket types that have it.

    Source: API reference 2.16, "Ticket states".
    """

    id: Id
    type: str | None = None
    category: str | None = None
    internal_label: str | None = None
    external_label: str | None = None
    archived: bool | None = None
    ticket_types: ListOf[TicketType] = []
