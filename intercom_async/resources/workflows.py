"""Workflows: ``intercom.workflows``.

Source: API reference 2.15, "Workflows".
"""

from intercom_async.core.inputs import Id
from intercom_async.core.resource import Resource
from intercom_async.models.workflow import WorkflowExport


class Workflows(Resource):
    """The workflows of a workspace (from version 2.15)."""

    _since = "2.15"

    async def export(self, id: Id) -> WorkflowExport:
        """Fetch a workflow with its steps, targeting, attributes and rules."""
        return await self._send("GET /export/workflows/{id}", WorkflowExport, id)
