"""Conversation attributes: ``intercom.conversation_attributes``.

Source: API reference 2.16, "Conversations attributes".
"""

from typing import Any, Final, Literal, TypeVar, Unpack, overload

from intercom_async.core.attached import sub
from intercom_async.core.inputs import Id, checked
from intercom_async.core.pages import Pages
from intercom_async.core.plain import text
from intercom_async.core.resource import Listing, ListOptions, Resource, Retrievable
from intercom_async.errors import QueryError
from intercom_async.models.conversation_attribute import (
    ConversationAttribute,
    ConversationAttributeChanges,
    NewConversationAttribute,
)

S = TypeVar("S")

_OF_ONE_TYPE: Final = {"multiline": "string", "options": "list", "reference": "relationship"}


class ConversationAttributeOptions(ListOptions, total=False):
    """What the list of conversation attributes can be asked with; else as ``ListOptions``.

    Attributes:
        include_archived: Whether archived ones are told, too.
    """

    include_archived: bool


class ListedValues(Resource):
    """The values an attribute can have: ``intercom.conversation_attributes.options``.

    What changes one answers with the attribute as it is now.
    """

    _since = "2.16"

    async def create(self, id: Id, *, label: str) -> ConversationAttribute:
        """Add a value to an attribute of the type ``list``."""
        path = "POST /conversations/attributes/{id}/options"
        body = {"label": text("label", label)}
        return await self._send(path, ConversationAttribute, id, body=body, named=id)

    async def update(self, id: Id, option_id: Id, *, label: str) -> ConversationAttribute:
        """Give a value another label."""
        path = "PUT /conversations/attributes/{id}/options/{option_id}"
        body = {"label": text("label", label)}
        return await self._send(path, ConversationAttribute, id, option_id, body=body, named=id)

    async def delete(self, id: Id, option_id: Id) -> ConversationAttribute:
        """Archive a value; conversations that have it keep it."""
        path = "DELETE /conversations/attributes/{id}/options/{option_id}"
        return await self._send(path, ConversationAttribute, id, option_id, named=id)


class ConversationAttributes(Listing[ConversationAttribute], Retrievable[ConversationAttribute]):
    """The workspace's own attributes of conversations (from version 2.16).

    Until version 2.15 ``data_attributes.list(model="conversation")`` has them.
    """

    _model = ConversationAttribute
    _all = "/conversations/attributes"
    _one = "/conversations/attributes/{id}"
    _options = ConversationAttributeOptions
    _since = "2.16"

    options: sub[ListedValues] = sub(ListedValues)

    @overload
    def list(
        self, **options: Unpack[ConversationAttributeOptions]
    ) -> Pages[ConversationAttribute]: ...
    @overload
    def list(
        self, *, type: type[S], **options: Unpack[ConversationAttributeOptions]
    ) -> Pages[S]: ...
    @overload
    def list(
        self, *, raw: Literal[True], **options: Unpack[ConversationAttributeOptions]
    ) -> Pages[bytes]: ...
    def list(self, *, type: Any = None, raw: bool = False, **options: Any) -> Pages[Any]:
        """Walk all attributes, or await them; see ``ConversationAttributeOptions``."""
        return self._list(type, raw, **options)

    async def create(self, **new: Unpack[NewConversationAttribute]) -> ConversationAttribute:
        """Create an attribute; see ``NewConversationAttribute``."""
        body = checked("create", NewConversationAttribute, new)
        for name in _OF_ONE_TYPE.keys() & body.keys():
            if body["data_type"] != _OF_ONE_TYPE[name]:
                raise QueryError(f"create: {name} is for the type {_OF_ONE_TYPE[name]} only")
        return await self._send("POST /conversations/attributes", ConversationAttribute, body=body)

    async def update(
        self, id: Id, **changes: Unpack[ConversationAttributeChanges]
    ) -> ConversationAttribute:
        """Change what is given of an attribute; see ``ConversationAttributeChanges``."""
        body = checked("update", ConversationAttributeChanges, changes)
        return await self._send(f"PUT {self._one}", ConversationAttribute, id, body=body)

    async def delete(self, id: Id) -> ConversationAttribute:
        """Archive an attribute, and return it."""
        return await self._send(f"DELETE {self._one}", ConversationAttribute, id)
