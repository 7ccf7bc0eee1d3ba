"""Articles: ``intercom.articles``.

Source: API reference 2.10, "Articles"; 2.16 for drafts, versions and tags.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any, Literal, TypeVar, Unpack, overload

from msgspec.structs import force_setattr

from intercom_async.core import codec
from intercom_async.core.attached import sub
from intercom_async.core.codec import Decode, Page
from intercom_async.core.inputs import Id, checked
from intercom_async.core.pages import Pages
from intercom_async.core.resource import Listable, Listing, PageOptions, Retrievable
from intercom_async.errors import DecodeError
from intercom_async.models.article import Article, ArticleHighlights, ArticleVersion, FoundArticle
from intercom_async.models.article_inputs import ArticleChanges, NewArticle
from intercom_async.models.base import ListOf, Record
from intercom_async.models.deleted import Deleted
from intercom_async.resources.tagging import Taggable

S = TypeVar("S")


class ArticleOptions(PageOptions, total=False):
    """What a search of articles can be narrowed by; else as ``PageOptions``.

    Attributes:
        phrase: What stands in them.
        state: ``published``, ``draft`` or ``all``.
        help_center_id: The help center they are in.
        highlight: Whether to tell where the phrase stands.
    """

    phrase: str
    state: str
    help_center_id: str | int
    highlight: bool


class VersionOptions(PageOptions, total=False):
    """What the versions of an article can be narrowed by; else as ``PageOptions``.

    Attributes:
        locale: The language, such as ``en``.
    """

    locale: str


class ArticleDraft(Retrievable[Article]):
    """Changes of a published article that are not: ``intercom.articles.draft`` (from 2.16)."""

    _model = Article
    _one = "/articles/{id}/draft"
    _since = "2.16"

    async def stage(self, id: Id, **changes: Unpack[ArticleChanges]) -> Article:
        """Change what is given of the draft; see ``ArticleChanges``, of which only texts count."""
        body = checked("stage", ArticleChanges, changes)
        path = "PUT /articles/{id}/draft"
        return await self._send(path, Article, id, body=body, nulls=True, named=id)

    async def publish(self, id: Id, *, locales: Sequence[str] | None = None) -> Article:
        """Publish the draft; a workspace of several languages must say which, in ``locales``."""
        path = "POST /articles/{id}/draft/publish"
        return await self._send(path, Article, id, body={"locales": locales}, named=id)


class ArticleVersions(Listing[ArticleVersion]):
    """The versions of an article, newest first: ``intercom.articles.versions`` (from 2.16)."""

    _model = ArticleVersion
    _all = "/articles/{id}/versions"
    _options = VersionOptions
    _numbered = True
    _since = "2.16"

    @overload
    def list(self, id: Id, **page: Unpack[VersionOptions]) -> Pages[ArticleVersion]: ...
    @overload
    def list(self, id: Id, *, type: type[S], **page: Unpack[VersionOptions]) -> Pages[S]: ...
    @overload
    def list(
        self, id: Id, *, raw: Literal[True], **page: Unpack[VersionOptions]
    ) -> Pages[bytes]: ...
    def list(self, id: Id, *, type: Any = None, raw: bool = False, **page: Any) -> Pages[Any]:
        """Walk the versions of an article, without their texts; see ``VersionOptions``."""
        return self._list(type, raw, id, **page)

    async def retrieve(
        self, article_id: Id, id: Id, *, locale: str | None = None
    ) -> ArticleVersion:
        """Fetch one version with its text, in the default language if no ``locale`` is given."""
        path = "GET /articles/{article_id}/versions/{id}"
        return await self._send(path, ArticleVersion, article_id, id, query={"locale": locale})


class Articles(Listable[Article], Retrievable[Article], Taggable):
    """The articles of a workspace's help centers."""

    _model = Article
    _all = "/articles"
    _one = "/articles/{id}"
    _numbered = True
    _per_page = _max_per_page = None

    draft: sub[ArticleDraft] = sub(ArticleDraft)
    versions: sub[ArticleVersions] = sub(ArticleVersions)

    @overload
    def search(self, **page: Unpack[ArticleOptions]) -> Pages[FoundArticle]: ...
    @overload
    def search(self, *, type: type[S], **page: Unpack[ArticleOptions]) -> Pages[S]: ...
    @overload
    def search(self, *, raw: Literal[True], **page: Unpack[ArticleOptions]) -> Pages[bytes]: ...
    def search(self, *, type: Any = None, raw: bool = False, **page: Any) -> Pages[Any]:
        """Walk the articles in which a phrase stands; see ``ArticleOptions``."""
        return _Search(self._client)._list(type, raw, **page)  # noqa: SLF001

    async def create(self, **new: Unpack[NewArticle]) -> Article:
        """Create an article; see ``NewArticle``."""
        body = checked("create", NewArticle, new)
        return await self._send("POST /articles", Article, body=body)

    async def update(self, id: Id, **changes: Unpack[ArticleChanges]) -> Article:
        """Change what is given of an article; see ``ArticleChanges``."""
        body = checked("update", ArticleChanges, changes)
        return await self._send("PUT /articles/{id}", Article, id, body=body, nulls=True)

    async def delete(self, id: Id) -> Deleted:
        """Delete an article."""
        return await self._send("DELETE /articles/{id}", Deleted, id)


class _Search(Listing[FoundArticle]):
    _model = FoundArticle
    _all = "/articles/search"
    _key = "data.articles"
    _verb = "search"
    _options = ArticleOptions
    _numbered = True
    _since = "2.10"

    def _page(self, type: Any, *, raw: bool) -> Decode[Page[Any]]:
        page = super()._page(type, raw=raw)
        return page if raw or type is not None else partial(_highlighted, page)


class _Found(Record, frozen=True):
    highlights: ListOf[ArticleHighlights] = []


class _Answer(Record, frozen=True):
    data: _Found


def _highlighted(decode: Decode[Page[FoundArticle]], body: bytes) -> Page[FoundArticle]:
    page = decode(body)
    try:
        highlights = codec.record_decoder(_Answer)(body).data.highlights
    except DecodeError as error:  # which costs no article
        return Page(page.items, page.total_count, page.next, (*page.invalid, error))
    of = {each.article_id: each for each in highlights}
    for article in page.items:
        force_setattr(article, "highlights", of.get(article.id))
    return page
