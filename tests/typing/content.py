"""What type checkers make of articles and other content; see ``overloads.py``."""
# pyright: reportUnnecessaryTypeIgnoreComment=true

from datetime import UTC, datetime
from typing import assert_type

from intercom_async import AsyncIntercom, Pages
from intercom_async.models import (
    Article,
    ArticleContent,
    ArticleVersion,
    ContentBulkAction,
    ContentSearchResult,
    FoundArticle,
    HelpCenterRedirect,
    NewsItem,
)


async def content(intercom: AsyncIntercom) -> None:
    article = await intercom.articles.create(title="T", author_id="5")
    assert_type(article, Article)
    assert_type(article.author_id, str | None)
    assert_type(article.parent_ids, list[str])
    assert_type(article.translated_content, dict[str, ArticleContent])
    assert_type(intercom.articles.search(phrase="x"), Pages[FoundArticle])
    assert_type(intercom.articles.search(phrase="x", raw=True), Pages[bytes])
    assert_type(intercom.articles.search(type=Article), Pages[Article])
    assert_type(intercom.articles.versions.list("1", locale="en"), Pages[ArticleVersion])
    assert_type(await intercom.articles.draft.retrieve(1), Article)
    assert_type(intercom.newsfeeds.items.list(1), Pages[NewsItem])
    assert_type(await intercom.help_centers.redirects.retrieve(1, "2"), HelpCenterRedirect)
    assert_type(intercom.content.search(states=["draft"]), Pages[ContentSearchResult])
    deleted = await intercom.content.delete([{"type": "content_snippet", "id": 5}])
    assert_type(deleted, ContentBulkAction)
    moment = datetime(2030, 1, 1, tzinfo=UTC)
    await intercom.articles.update("1", scheduled_publish_at=moment)
    await intercom.articles.update("1", translated_content={"fr": {"title": "T"}})

    await intercom.articles.create(title="T")  # type: ignore[call-arg]
    await intercom.articles.update("1", titel="T")  # type: ignore[call-arg]
    await intercom.articles.update("1", state="live")  # type: ignore[arg-type]
    intercom.articles.search(phrse="x")  # type: ignore[call-overload]
    intercom.content.search(states=["live"])  # type: ignore[list-item]
    await intercom.content.update_tags([], tags=[1])  # type: ignore[call-arg]
