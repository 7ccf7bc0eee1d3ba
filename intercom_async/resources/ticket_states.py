"""Ticket states: ``intercom.ticket_states``.

Source: API reference 2.12, "Ticket states".
"""

from intercom_async.core.resource import ListableWhole
from intercom_async.models.ticket_state import TicketState


class TicketStates(ListableWhole[TicketState]):
    """How far tickets can come, in a workspace's own words (from version 2.12)."""

    _model = TicketState
    _all = "/ticket_states"
    _since = "2.12"
