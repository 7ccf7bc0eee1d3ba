"""Internal articles: ``intercom.internal_articles``.

Source: API reference 2.16, "Internal articles".
"""

from typing import Any, Literal, TypeVar, Unpack, overload

from intercom_async.core.inputs import Id, checked
from intercom_async.core.pages import Pages
from intercom_async.core.resource import Listable, Listing, PageOptions, Retrievable
from intercom_async.models.deleted import Deleted
from intercom_async.models.internal_article import (
    InternalArticle,
    InternalArticleChanges,
    NewInternalArticle,
)
from intercom_async.resources.tagging import Taggable

S = TypeVar("S")


class InternalArticleOptions(PageOptions, total=False):
    """What a search of internal articles can be narrowed by; else as ``PageOptions``.

    Attributes:
        folder_id: The folder they are in.
    """

    folder_id: str | int


class InternalArticles(Listable[InternalArticle], Retrievable[InternalArticle], Taggable):
    """The internal articles of a workspace (from version 2.13)."""

    _model = InternalArticle
    _all = "/internal_articles"
    _one = "/internal_articles/{id}"
    _per_page = _max_per_page = None
    _since = "2.13"

    @overload
    def search(self, **page: Unpack[InternalArticleOptions]) -> Pages[InternalArticle]: ...
    @overload
    def search(self, *, type: type[S], **page: Unpack[InternalArticleOptions]) -> Pages[S]: ...
    @overload
    def search(
        self, *, raw: Literal[True], **page: Unpack[InternalArticleOptions]
    ) -> Pages[bytes]: ...
    def search(self, *, type: Any = None, raw: bool = False, **page: Any) -> Pages[Any]:
        """Walk the internal articles of a folder; see ``InternalArticleOptions``."""
        return _Search(self._client)._list(type, raw, **page)  # noqa: SLF001

    async def create(self, **new: Unpack[NewInternalArticle]) -> InternalArticle:
        """Create an internal article; see ``NewInternalArticle``."""
        body = checked("create", NewInternalArticle, new)
        return await self._send("POST /internal_articles", InternalArticle, body=body)

    async def update(self, id: Id, **changes: Unpack[InternalArticleChanges]) -> InternalArticle:
        """Change what is given of an internal article; see ``InternalArticleChanges``."""
        body = checked("update", InternalArticleChanges, changes)
        path = "PUT /internal_articles/{id}"
        return await self._send(path, InternalArticle, id, body=body, nulls=True)

    async def delete(self, id: Id) -> Deleted:
        """Delete an internal article."""
        return await self._send("DELETE /internal_articles/{id}", Deleted, id)


class _Search(Listing[InternalArticle]):
    _model = InternalArticle
    _all = "/internal_articles/search"
    _key = "data.internal_articles"
    _verb = "search"
    _options = InternalArticleOptions
    _since = "2.13"
