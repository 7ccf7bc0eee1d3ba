"""Phone switches: ``intercom.phone_switch``.

Source: API reference 2.10, "Switch".
"""

from collections.abc import Mapping

from intercom_async.core.inputs import mapping
from intercom_async.core.plain import text
from intercom_async.core.resource import Resource
from intercom_async.models.base import JSON
from intercom_async.models.phone_switch import PhoneSwitch


class PhoneSwitches(Resource):
    """Text messages that lead callers to the Messenger."""

    async def create(
        self, *, phone: str, custom_attributes: Mapping[str, JSON] | None = None
    ) -> PhoneSwitch:
        """Send a text message to a phone, its number in E.164 format.

        The conversation that follows is given the attributes.
        """
        fields: dict[str, object] = {"phone": text("phone", phone)}
        if custom_attributes is not None:
            fields["custom_attributes"] = mapping("custom_attributes", custom_attributes)
        return await self._send("POST /phone_call_redirects", PhoneSwitch, body=fields)
