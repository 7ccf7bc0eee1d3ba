"""The IP allowlist: ``intercom.ip_allowlist``.

Source: API reference 2.16, "IP Allowlist".
"""

from typing import Unpack

from intercom_async.core.inputs import checked
from intercom_async.core.resource import Resource
from intercom_async.models.ip_allowlist import IpAllowlist, IpAllowlistChanges


class IpAllowlists(Resource):
    """From where a workspace can be reached (from version 2.14; not in the preview)."""

    _since = "2.14"

    async def retrieve(self) -> IpAllowlist:
        """Fetch the allowlist."""
        return await self._send("GET /ip_allowlist", IpAllowlist)

    async def update(self, **changes: Unpack[IpAllowlistChanges]) -> IpAllowlist:
        """Change what is given of the allowlist; see ``IpAllowlistChanges``.

        Raises:
            UnprocessableEntity: It would shut this machine out.
        """
        body = checked("update", IpAllowlistChanges, changes)
        return await self._send("PUT /ip_allowlist", IpAllowlist, body=body)
