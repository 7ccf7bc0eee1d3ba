"""Admins: ``intercom.admins``.

Source: API reference 2.10, "Admins".
"""

from typing import Any, Literal, TypeVar, Unpack, overload

from intercom_async.core.inputs import Id, checked
from intercom_async.core.pages import Pages
from intercom_async.core.resource import Listing, ListOptions, Retrievable
from intercom_async.models.admin import Admin, AwayMode

S = TypeVar("S")


class AdminOptions(ListOptions, total=False):
    """What the list of admins can be asked with; else as ``ListOptions``.

    Attributes:
        display_avatar: Whether pictures are told.
    """

    display_avatar: bool


class Admins(Listing[Admin], Retrievable[Admin]):
    """The teammates of a workspace."""

    _model = Admin
    _all = "/admins"
    _one = "/admins/{id}"
    _key = "admins"
    _options = AdminOptions

    @overload
    def list(self, **options: Unpack[AdminOptions]) -> Pages[Admin]: ...
    @overload
    def list(self, *, type: type[S], **options: Unpack[AdminOptions]) -> Pages[S]: ...
    @overload
    def list(self, *, raw: Literal[True], **options: Unpack[AdminOptions]) -> Pages[bytes]: ...
    def list(self, *, type: Any = None, raw: bool = False, **options: Any) -> Pages[Any]:
        """Walk all admins, or await them all at once; see ``AdminOptions``."""
        return self._list(type, raw, **options)

    async def set_away(self, id: Id, **away: Unpack[AwayMode]) -> Admin:
        """Say whether an admin is away; see ``AwayMode``."""
        body = checked("set_away", AwayMode, away)
        since = "2.14" if "away_status_reason_id" in body else None
        return await self._send(
            "PUT /admins/{id}/away", Admin, id, body=body, named=id, since=since
        )
