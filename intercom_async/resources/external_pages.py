"""External pages: ``intercom.external_pages``.

Source: API reference 2.16, "AI Content".
"""

from typing import Unpack

from intercom_async.core.inputs import Id, checked
from intercom_async.core.resource import Listable, Retrievable
from intercom_async.models.external_page import (
    ExternalPage,
    ExternalPageChanges,
    NewExternalPage,
)


class ExternalPages(Listable[ExternalPage], Retrievable[ExternalPage]):
    """The pages from elsewhere that Fin knows (from version 2.12)."""

    _model = ExternalPage
    _all = "/ai/external_pages"
    _one = "/ai/external_pages/{page_id}"
    _numbered = True
    _per_page = _max_per_page = None
    _since = "2.12"

    async def create_or_update(self, **page: Unpack[NewExternalPage]) -> ExternalPage:
        """Create a page, or change the one its source has of its ``external_id``.

        Safe to repeat. See ``NewExternalPage``.
        """
        body = checked("create_or_update", NewExternalPage, page)
        path = "POST /ai/external_pages"
        return await self._send(path, ExternalPage, body=body, repeatable=True)

    async def update(self, id: Id, **page: Unpack[ExternalPageChanges]) -> ExternalPage:
        """Change a page that was created here; see ``ExternalPageChanges``."""
        body = checked("update", ExternalPageChanges, page)
        return await self._send("PUT /ai/external_pages/{page_id}", ExternalPage, id, body=body)

    async def delete(self, id: Id) -> ExternalPage:
        """Delete a page, and return what it was; Fin uses it no more."""
        return await self._send("DELETE /ai/external_pages/{page_id}", ExternalPage, id)
