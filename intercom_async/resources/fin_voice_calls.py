"""Calls that Fin took: ``intercom.fin_voice_calls``.

Source: API reference 2.16, "Calls".
"""

from typing import Unpack

from intercom_async.core.inputs import Id, checked
from intercom_async.core.plain import text
from intercom_async.core.resource import ListedUnder, Retrievable
from intercom_async.models.fin_voice_call import FinVoiceCall, NewFinVoiceCall


class FinVoiceCalls(ListedUnder[FinVoiceCall], Retrievable[FinVoiceCall]):
    """The calls that Fin took (from version 2.15); ``list`` gives those of a conversation."""

    _model = FinVoiceCall
    _all = "/fin_voice/conversation/{id}"
    _one = "/fin_voice/collect/{id}"
    _key = ""
    _since = "2.15"

    async def register(self, **call: Unpack[NewFinVoiceCall]) -> FinVoiceCall:
        """Tell of a call that Fin is to take; see ``NewFinVoiceCall``.

        Raises:
            Conflict: The call is registered already.
        """
        body = checked("register", NewFinVoiceCall, call)
        return await self._send("POST /fin_voice/register", FinVoiceCall, body=body)

    async def find_by_external_id(self, external_id: Id) -> FinVoiceCall:
        """Fetch the call of an id that the telephone's provider gave it."""
        path = "GET /fin_voice/external_id/{external_id}"
        return await self._send(path, FinVoiceCall, external_id, named=None)

    async def find_by_phone_number(self, phone_number: str) -> FinVoiceCall:
        """Fetch the call from a number, such as ``+1234567890``."""
        path, number = "GET /fin_voice/phone_number/{phone_number}", "phone_number"
        return await self._send(path, FinVoiceCall, text(number, phone_number), named=None)
