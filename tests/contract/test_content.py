"""The operations of news, of content snippets, and of content of every kind."""

from typing import Final

from intercom_async.models.content import ContentReference
from tests.contract.judge import Calls, Contract

_CONTENT: Final[list[ContentReference]] = [
    {"type": "article_content", "id": "1"},
    {"type": "content_snippet", "id": 2},
]
CALLS: Final[Calls] = {
    "listNewsItems": lambda i: i.news_items.list(),
    "listNewsItems: resumed": lambda i: i.news_items.list(per_page=1, resume="x"),
    "retrieveNewsItem": lambda i: i.news_items.retrieve("1"),
    "createNewsItem": lambda i: i.news_items.create(
        title="T",
        sender_id=5,
        body="x",
        state="live",
        deliver_silently=True,
        labels=["New"],
        reactions=["😆", None],
        newsfeed_assignments=[{"newsfeed_id": 53, "published_at": 1664638214}],
    ),
    "updateNewsItem": lambda i: i.news_items.update(
        "1",
        title="T",
        sender_id="5",
        body="x",
        state="draft",
        deliver_silently=False,
        labels=[],
        reactions=[],
        newsfeed_assignments=[{"newsfeed_id": 53}],
    ),
    "deleteNewsItem": lambda i: i.news_items.delete("1"),
    "listNewsfeeds": lambda i: i.newsfeeds.list(),
    "listNewsfeeds: resumed": lambda i: i.newsfeeds.list(per_page=1, resume="x"),
    "retrieveNewsfeed": lambda i: i.newsfeeds.retrieve("1"),
    "listLiveNewsfeedItems": lambda i: i.newsfeeds.items.list("1"),
    "listLiveNewsfeedItems: resumed": lambda i: i.newsfeeds.items.list(1, per_page=1, resume="x"),
    "listContentSnippets": lambda i: i.content_snippets.list(),
    "listContentSnippets: resumed": lambda i: i.content_snippets.list(
        per_page=50, resume="?page=2"
    ),
    "getContentSnippet": lambda i: i.content_snippets.retrieve("1"),
    "createContentSnippet": lambda i: i.content_snippets.create(
        title="T",
        json_blocks=[{"type": "paragraph", "text": "x"}],
        locale="en",
        audience_ids=[1],
        ai_chatbot_availability=True,
        ai_copilot_availability=True,
        ai_sales_agent_availability=False,
    ),
    "createContentSnippet: Markdown": lambda i: i.content_snippets.create(
        title="T", body_markdown="x"
    ),
    "updateContentSnippet": lambda i: i.content_snippets.update(
        "1",
        title="T",
        json_blocks=[{"type": "paragraph", "text": "x"}],
        locale="en",
        audience_ids=None,
        ai_chatbot_availability=True,
        ai_copilot_availability=True,
        ai_sales_agent_availability=False,
    ),
    "updateContentSnippet: Markdown": lambda i: i.content_snippets.update("1", body_markdown="x"),
    "deleteContentSnippet": lambda i: i.content_snippets.delete("1"),
    "attachTagToContentSnippet": lambda i: i.content_snippets.add_tag("1", tag_id=2),
    "attachTagToContentSnippet: by an admin": lambda i: i.content_snippets.add_tag(
        "1", tag_id=2, admin_id=3
    ),
    "detachTagFromContentSnippet": lambda i: i.content_snippets.remove_tag("1", tag_id=2),
    "searchContent": lambda i: i.content.search(),
    "searchContent: narrowed": lambda i: i.content.search(
        query="x",
        states=["published", "draft"],
        locales=["en", "fr"],
        tag_ids=[1, "2"],
        tag_operator="NIN",
        any_tag_ids=[3],
        folder_ids=[4],
        folder_entity_type="folder",
        content_types=["article", "snippet"],
        copilot_state="on",
        fin_service_state="off",
        fin_sales_state="off",
        created_by_ids=[5],
        last_updated_by_ids=["6"],
        created_at_after=1,
        created_at_before=2,
        updated_at_after=3,
        updated_at_before=4,
        per_page=50,
    ),
    "bulkContentActions: publish": lambda i: i.content.publish(_CONTENT),
    "bulkContentActions: unpublish": lambda i: i.content.unpublish(_CONTENT),
    "bulkContentActions: delete": lambda i: i.content.delete(_CONTENT),
    "bulkContentActions: availability": lambda i: i.content.set_availability(
        _CONTENT, ai_agent=True, copilot=False, sales_agent=False
    ),
    "bulkContentActions: audience": lambda i: i.content.set_audience(
        _CONTENT, add_segment_ids=[1], remove_segment_ids=[2], remove_all=False
    ),
    "bulkContentActions: tags": lambda i: i.content.update_tags(
        _CONTENT, add_tag_ids=["1"], remove_tag_ids=[2]
    ),
}


class TestContent(Contract):
    """News items, newsfeeds, content snippets, and content of every kind."""

    calls = CALLS
