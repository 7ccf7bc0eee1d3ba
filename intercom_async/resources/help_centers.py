"""Help centers: ``intercom.help_centers``.

Source: API reference 2.10, "Help center"; 2.16 for redirects.
"""

from typing import Final, Unpack

from intercom_async.core.attached import sub
from intercom_async.core.inputs import Id, checked
from intercom_async.core.resource import ListableWhole, ListedUnder, Retrievable
from intercom_async.models.deleted import Deleted
from intercom_async.models.help_center import HelpCenter, HelpCenterRedirect, NewHelpCenterRedirect

_REDIRECT: Final = "/help_center/help_centers/{help_center_id}/redirects/{id}"


class HelpCenterRedirects(ListedUnder[HelpCenterRedirect]):
    """The redirects of a help center: ``intercom.help_centers.redirects`` (from version 2.16)."""

    _model = HelpCenterRedirect
    _all = "/help_center/help_centers/{id}/redirects"
    _numbered = True
    _per_page = _max_per_page = 250
    _since = "2.16"

    async def create(self, id: Id, **new: Unpack[NewHelpCenterRedirect]) -> HelpCenterRedirect:
        """Have an address of a help center lead elsewhere; see ``NewHelpCenterRedirect``.

        Raises:
            Conflict: It does already.
        """
        body = checked("create", NewHelpCenterRedirect, new)
        return await self._send(f"POST {self._all}", HelpCenterRedirect, id, body=body)

    async def retrieve(self, help_center_id: Id, id: Id) -> HelpCenterRedirect:
        """Fetch one redirect."""
        path = f"GET {_REDIRECT}"
        return await self._send(path, HelpCenterRedirect, help_center_id, id)

    async def delete(self, help_center_id: Id, id: Id) -> Deleted:
        """Delete a redirect."""
        path = f"DELETE {_REDIRECT}"
        return await self._send(path, Deleted, help_center_id, id)


class HelpCenters(ListableWhole[HelpCenter], Retrievable[HelpCenter]):
    """The help centers of a workspace, which the API can only read."""

    _model = HelpCenter
    _all = "/help_center/help_centers"
    _one = "/help_center/help_centers/{id}"
    _numbered = True
    redirects: sub[HelpCenterRedirects] = sub(HelpCenterRedirects)
