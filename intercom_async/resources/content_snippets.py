"""Content snippets: ``intercom.content_snippets``.

Source: API reference 2.16, "Content snippets".
"""

from typing import Unpack

from intercom_async.core.inputs import Id, checked
from intercom_async.core.resource import Listable, Retrievable
from intercom_async.models.content_snippet import (
    ContentSnippet,
    ContentSnippetChanges,
    NewContentSnippet,
)
from intercom_async.resources.tagging import Taggable


class ContentSnippets(Listable[ContentSnippet], Retrievable[ContentSnippet], Taggable):
    """The content snippets of a workspace (from version 2.16)."""

    _model = ContentSnippet
    _all = "/content_snippets"
    _one = "/content_snippets/{id}"
    _numbered = True
    _per_page = _max_per_page = 50
    _since = "2.16"

    async def create(self, **new: Unpack[NewContentSnippet]) -> ContentSnippet:
        """Create a snippet; see ``NewContentSnippet``."""
        body = checked("create", NewContentSnippet, new)
        return await self._send("POST /content_snippets", ContentSnippet, body=body)

    async def update(self, id: Id, **changes: Unpack[ContentSnippetChanges]) -> ContentSnippet:
        """Change what is given of a snippet; see ``ContentSnippetChanges``."""
        body = checked("update", ContentSnippetChanges, changes)
        path = "PUT /content_snippets/{id}"
        return await self._send(path, ContentSnippet, id, body=body, nulls=True)

    async def delete(self, id: Id) -> None:
        """Delete a snippet.

        Raises:
            UnprocessableEntity: A procedure uses it.
        """
        await self._send("DELETE /content_snippets/{id}", type(None), id)
