"""Audiences: ``intercom.audiences``.

Source: API reference 2.16, "Audiences".
"""

from typing import Unpack

from intercom_async.core.inputs import Id, checked
from intercom_async.core.resource import Listable, Retrievable
from intercom_async.models.audience import Audience, AudienceChanges, NewAudience


class Audiences(Listable[Audience], Retrievable[Audience]):
    """The audiences of a workspace (from version 2.16)."""

    _model = Audience
    _all = "/audiences"
    _one = "/audiences/{id}"
    _numbered = True
    _per_page = _max_per_page = 50
    _since = "2.16"

    async def create(self, **new: Unpack[NewAudience]) -> Audience:
        """Create an audience; see ``NewAudience``."""
        body = checked("create", NewAudience, new)
        return await self._send("POST /audiences", Audience, body=body)

    async def update(self, id: Id, **changes: Unpack[AudienceChanges]) -> Audience:
        """Change what is given of an audience; see ``AudienceChanges``."""
        body = checked("update", AudienceChanges, changes)
        return await self._send("PUT /audiences/{id}", Audience, id, body=body)

    async def delete(self, id: Id) -> None:
        """Delete an audience."""
        await self._send("DELETE /audiences/{id}", type(None), id)
