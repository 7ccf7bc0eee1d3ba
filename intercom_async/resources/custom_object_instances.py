"""Custom object instances: ``intercom.custom_object_instances``.

Source: API reference 2.16, "Custom Object Instances".
"""

from typing import Any, Literal, TypeVar, Unpack, overload

from intercom_async.core.inputs import Id, checked
from intercom_async.core.pages import Pages
from intercom_async.core.plain import identifier
from intercom_async.core.resource import Listing, PageOptions
from intercom_async.models.custom_object_instance import (
    CustomObjectInstance,
    NewCustomObjectInstance,
)
from intercom_async.models.deleted import Deleted

S = TypeVar("S")


class CustomObjectInstanceOptions(PageOptions, total=False):
    """What the list of instances can be narrowed by; else as ``PageOptions``.

    Attributes:
        references_contact_id: The contact they belong to.
        references_conversation_id: The conversation they belong to.
    """

    references_contact_id: str | int
    references_conversation_id: str | int


class CustomObjectInstances(Listing[CustomObjectInstance]):
    """The records of types that a workspace defined (from version 2.13).

    Each operation takes the identifier of such a type first, such as ``"Order"``.
    """

    _model = CustomObjectInstance
    _all = "/custom_object_instances/{custom_object_type_identifier}"
    _per_page = _max_per_page = 150
    _options = CustomObjectInstanceOptions
    _numbered = True
    _since = "2.13"

    @overload
    def list(
        self, type_identifier: str, **page: Unpack[CustomObjectInstanceOptions]
    ) -> Pages[CustomObjectInstance]: ...
    @overload
    def list(
        self, type_identifier: str, *, type: type[S], **page: Unpack[CustomObjectInstanceOptions]
    ) -> Pages[S]: ...
    @overload
    def list(
        self,
        type_identifier: str,
        *,
        raw: Literal[True],
        **page: Unpack[CustomObjectInstanceOptions],
    ) -> Pages[bytes]: ...
    def list(
        self, type_identifier: str, *, type: Any = None, raw: bool = False, **page: Any
    ) -> Pages[Any]:
        """Walk the instances of a type (from version 2.16); see ``CustomObjectInstanceOptions``."""
        self._require("custom_object_instances.list", "2.16")
        return self._list(type, raw, type_identifier, **page)

    async def retrieve(self, type_identifier: str, id: Id) -> CustomObjectInstance:
        """Fetch one instance, by the id Intercom gave it, or the workspace."""
        path = f"GET {self._all}/{{custom_object_instance_id}}"
        return await self._send(path, CustomObjectInstance, type_identifier, id, named=None)

    async def find_by_external_id(
        self, type_identifier: str, external_id: Id
    ) -> CustomObjectInstance:
        """Fetch the instance of an id that the workspace gave it."""
        query = {"external_id": identifier("external_id", external_id)}
        path, model = f"GET {self._all}", CustomObjectInstance
        return await self._send(path, model, type_identifier, query=query, named=None)

    async def create_or_update(
        self, type_identifier: str, **instance: Unpack[NewCustomObjectInstance]
    ) -> CustomObjectInstance:
        """Create an instance, or change the one of its ``external_id``.

        Safe to repeat where ``external_id`` is given. See ``NewCustomObjectInstance``; ``None``
        clears.
        """
        body = checked("create_or_update", NewCustomObjectInstance, instance)
        path, model, found = f"POST {self._all}", CustomObjectInstance, "external_id" in body
        return await self._send(
            path, model, type_identifier, body=body, nulls=True, named=None, repeatable=found
        )

    async def delete(self, type_identifier: str, id: Id) -> Deleted:
        """Delete an instance, by the id Intercom gave it."""
        path = f"DELETE {self._all}/{{custom_object_instance_id}}"
        return await self._send(path, Deleted, type_identifier, id)

    async def delete_by_external_id(self, type_identifier: str, external_id: Id) -> Deleted:
        """Delete an instance, by the id the workspace gave it."""
        query = {"external_id": identifier("external_id", external_id)}
        path = f"DELETE {self._all}"
        return await self._send(path, Deleted, type_identifier, query=query, named=None)
