"""Collections of articles: ``intercom.collections``.

Source: API reference 2.10, "Help center".
"""

from typing import Unpack

from intercom_async.core.inputs import Id, checked
from intercom_async.core.resource import Listable, Retrievable
from intercom_async.models.collection import Collection, CollectionChanges, NewCollection
from intercom_async.models.deleted import Deleted


class Collections(Listable[Collection], Retrievable[Collection]):
    """The collections of a workspace's help centers, those within others too."""

    _model = Collection
    _all = "/help_center/collections"
    _one = "/help_center/collections/{id}"
    _numbered = True
    _per_page = _max_per_page = None

    async def create(self, **new: Unpack[NewCollection]) -> Collection:
        """Create a collection; see ``NewCollection``."""
        body = checked("create", NewCollection, new)
        return await self._send("POST /help_center/collections", Collection, body=body)

    async def update(self, id: Id, **changes: Unpack[CollectionChanges]) -> Collection:
        """Change what is given of a collection; see ``CollectionChanges``."""
        body = checked("update", CollectionChanges, changes)
        path = "PUT /help_center/collections/{id}"
        return await self._send(path, Collection, id, body=body, nulls=True)

    async def delete(self, id: Id) -> Deleted:
        """Delete a collection."""
        return await self._send("DELETE /help_center/collections/{id}", Deleted, id)
