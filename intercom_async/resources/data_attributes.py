"""Data attributes: ``intercom.data_attributes``.

Source: API reference 2.10, "Data attributes".
"""

from typing import Any, Literal, TypeVar, Unpack, overload

from intercom_async.core.inputs import Id, checked
from intercom_async.core.pages import Pages
from intercom_async.core.resource import Listing, ListOptions
from intercom_async.models.data_attribute import (
    DataAttribute,
    DataAttributeChanges,
    NewDataAttribute,
)

S = TypeVar("S")


class DataAttributeOptions(ListOptions, total=False):
    """What the list of data attributes can be narrowed by; else as ``ListOptions``.

    Attributes:
        model: What they describe; conversations until version 2.15.
        include_archived: Whether archived ones are told, too.
    """

    model: Literal["contact", "company", "conversation"]
    include_archived: bool


class DataAttributes(Listing[DataAttribute]):
    """The data attributes of a workspace, built in and its own."""

    _model = DataAttribute
    _all = "/data_attributes"
    _options = DataAttributeOptions

    @overload
    def list(self, **options: Unpack[DataAttributeOptions]) -> Pages[DataAttribute]: ...
    @overload
    def list(self, *, type: type[S], **options: Unpack[DataAttributeOptions]) -> Pages[S]: ...
    @overload
    def list(
        self, *, raw: Literal[True], **options: Unpack[DataAttributeOptions]
    ) -> Pages[bytes]: ...
    def list(self, *, type: Any = None, raw: bool = False, **options: Any) -> Pages[Any]:
        """Walk all attributes, or await them at once; see ``DataAttributeOptions``."""
        return self._list(type, raw, **options)

    async def create(self, **new: Unpack[NewDataAttribute]) -> DataAttribute:
        """Create a data attribute; see ``NewDataAttribute``."""
        body = checked("create", NewDataAttribute, new)
        return await self._send("POST /data_attributes", DataAttribute, body=body)

    async def update(self, id: Id, **changes: Unpack[DataAttributeChanges]) -> DataAttribute:
        """Change what is given of a data attribute; see ``DataAttributeChanges``."""
        body = checked("update", DataAttributeChanges, changes)
        return await self._send("PUT /data_attributes/{id}", DataAttribute, id, body=body)
