"""Content import sources: ``intercom.content_import_sources``.

Source: API reference 2.16, "AI Content".
"""

from typing import Unpack

from intercom_async.core.inputs import Id, checked
from intercom_async.core.resource import Listable, Retrievable
from intercom_async.models.content_import_source import (
    ContentImportSource,
    ContentImportSourceChanges,
    NewContentImportSource,
)


class ContentImportSources(Listable[ContentImportSource], Retrievable[ContentImportSource]):
    """The sites that a workspace's external pages come from (from version 2.12)."""

    _model = ContentImportSource
    _all = "/ai/content_import_sources"
    _one = "/ai/content_import_sources/{source_id}"
    _numbered = True
    _per_page = _max_per_page = None
    _since = "2.12"

    async def create(self, **new: Unpack[NewContentImportSource]) -> ContentImportSource:
        """Create a source; see ``NewContentImportSource``."""
        body = checked("create", NewContentImportSource, new)
        return await self._send("POST /ai/content_import_sources", ContentImportSource, body=body)

    async def update(
        self, id: Id, **changes: Unpack[ContentImportSourceChanges]
    ) -> ContentImportSource:
        """Change what is given of a source; see ``ContentImportSourceChanges``."""
        body = checked("update", ContentImportSourceChanges, changes)
        path = "PUT /ai/content_import_sources/{source_id}"
        return await self._send(path, ContentImportSource, id, body=body, nulls=True)

    async def delete(self, id: Id) -> None:
        """Delete a source and all its external pages."""
        await self._send("DELETE /ai/content_import_sources/{source_id}", type(None), id)
