"""Messages: ``intercom.messages``.

Source: API reference 2.10, "Messages"; 2.16 for WhatsApp.
"""

from typing import Any, Final, Literal, TypeVar, Unpack, overload

from intercom_async.core.attached import sub
from intercom_async.core.inputs import Id, checked, number
from intercom_async.core.pages import Pages
from intercom_async.core.plain import identifier
from intercom_async.core.resource import Listing, PageOptions, Resource
from intercom_async.errors import QueryError
from intercom_async.models.message import (
    Message,
    NewEmail,
    NewInAppMessage,
    NewWhatsAppMessage,
    WhatsAppMessageStatus,
    WhatsAppStatusEvent,
)

S = TypeVar("S")

_SHAPES: Final[dict[str, type[Any]]] = {
    "in_app": NewInAppMessage,
    "email": NewEmail,
    "whatsapp": NewWhatsAppMessage,
}


class StatusOptions(PageOptions):
    """Whose statuses to list; else as ``PageOptions``.

    Attributes:
        ruleset_id: The ruleset that the messages were sent by.
    """

    ruleset_id: Id


class WhatsAppStatuses(Listing[WhatsAppStatusEvent]):
    """How far WhatsApp messages have come: ``intercom.messages.whatsapp_statuses`` (from 2.16)."""

    _model = WhatsAppStatusEvent
    _all = "/messages/status"
    _key = "events"
    _options = StatusOptions
    _per_page = _max_per_page = 100
    _since = "2.16"

    @overload
    def list(self, **page: Unpack[StatusOptions]) -> Pages[WhatsAppStatusEvent]: ...
    @overload
    def list(self, *, type: type[S], **page: Unpack[StatusOptions]) -> Pages[S]: ...
    @overload
    def list(self, *, raw: Literal[True], **page: Unpack[StatusOptions]) -> Pages[bytes]: ...
    def list(self, *, type: Any = None, raw: bool = False, **page: Any) -> Pages[Any]:
        """Walk the statuses of a ruleset's messages; see ``StatusOptions``."""
        return self._list(type, raw, **page)

    async def retrieve(self, message_id: str) -> WhatsAppMessageStatus:
        """Fetch the status of one message, by the id WhatsApp gave it."""
        query = {"message_id": identifier("message_id", message_id)}
        return await self._send("GET /messages/whatsapp/status", WhatsAppMessageStatus, query=query)


class Messages(Resource):
    """What admins send to contacts."""

    whatsapp_statuses: sub[WhatsAppStatuses] = sub(WhatsAppStatuses)

    @overload
    async def create(self, **message: Unpack[NewInAppMessage]) -> Message: ...
    @overload
    async def create(self, **message: Unpack[NewEmail]) -> Message: ...
    @overload
    async def create(self, **message: Unpack[NewWhatsAppMessage]) -> Message: ...
    async def create(self, **message: Any) -> Message:
        """Send a message; see ``NewInAppMessage``, ``NewEmail`` and ``NewWhatsAppMessage``.

        A contact that was created seconds ago may not be found yet.
        """
        kind = message.get("message_type")
        if not isinstance(kind, str) or kind not in _SHAPES:
            raise QueryError(f"create: message_type must be one of {', '.join(_SHAPES)}")
        fields = checked("create", _SHAPES[kind], message)
        admin_id = number("create: admin_id", fields.pop("admin_id"))
        fields["from"] = {"type": "admin", "id": admin_id}
        since = "2.16" if kind == "whatsapp" else None
        return await self._send("POST /messages", Message, body=fields, since=since)
