"""Service level agreements."""

from intercom_async.models.base import Model


class SlaApplied(Model, frozen=True):
    """The SLA applied to a conversation.

    Attributes:
        sla_name: The name a teammate gave the SLA.
        sla_status: ``hit``, ``missed``, ``cancelled`` (or ``canceled``), ``active``, …;
            ``None`` if the SLA was taken off the conversation by hand.
    """

    sla_name: str | None = None
    sla_status: str | None = None
