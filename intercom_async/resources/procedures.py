"""Procedures that wait for a human: ``intercom.procedures``.

Source: API reference Preview, "Procedures".
"""

from collections.abc import Mapping, Sequence
from typing import TypedDict

from intercom_async.core.inputs import Id, checked
from intercom_async.core.resource import Resource
from intercom_async.core.versions import PREVIEW
from intercom_async.models.base import JSON


class Procedures(Resource):
    """Procedures of Fin that wait for a human (in Preview only)."""

    _since = PREVIEW

    async def collect_agent_input(
        self,
        conversation_id: Id,
        *,
        step_id: Id,
        attribute_values: Mapping[str, JSON] | Sequence[Mapping[str, JSON]],
    ) -> None:
        """Answer what a procedure asked for by a ``procedure.hitl_notification.created`` webhook.

        Args:
            conversation_id: The conversation in which it waits.
            step_id: The step that the notification names.
            attribute_values: A value for each attribute that the notification asks for, sent as
                given.

        Raises:
            Conflict: The step does not wait any more.
        """
        fields = {"step_id": step_id, "attribute_values": attribute_values}
        body = checked("collect_agent_input", _AgentInput, fields)
        path = "POST /procedures/{conversation_id}/collect_agent_input"
        await self._send(path, type(None), conversation_id, body=body)


class _AgentInput(TypedDict):
    step_id: str | int
    attribute_values: dict[str, JSON] | list[dict[str, JSON]]
