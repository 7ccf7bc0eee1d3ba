"""The operations of articles and internal articles."""

from typing import Final

from tests.contract.judge import Calls, Contract, Since

CALLS: Final[Calls] = {
    "listArticles": lambda i: i.articles.list(),
    "listArticles: resumed": lambda i: i.articles.list(per_page=1, resume="?page=2"),
    "searchArticles": lambda i: i.articles.search(
        phrase="x", state="published", help_center_id=5, highlight=True
    ),
    "searchArticles: resumed": lambda i: i.articles.search(per_page=1, resume="?page=2"),
    "retrieveArticle": lambda i: i.articles.retrieve("1"),
    "createArticle": lambda i: i.articles.create(
        title="T",
        author_id="5",
        description="d",
        body="<p>x</p>",
        state="draft",
        parent_id=18,
        parent_type="collection",
        translated_content={"fr": {"title": "T", "body": "x", "author_id": 5, "state": "draft"}},
    ),
    "createArticle: later": Since(
        "2.16",
        lambda i: i.articles.create(
            title="T",
            author_id=5,
            body_markdown="# x",
            translated_content={"fr": {"body_markdown": "x", "ai_chatbot_availability": True}},
            audience_ids=[1],
            ai_chatbot_availability=True,
            ai_copilot_availability=True,
            ai_sales_agent_availability=False,
            scheduled_publish_at=1_900_000_000,
        ),
    ),
    "createArticle: for a while": Since(
        "2.16",
        lambda i: i.articles.create(title="T", author_id=5, scheduled_unpublish_at=1_900_000_000),
    ),
    "updateArticle": lambda i: i.articles.update(
        "1",
        title="T",
        author_id=5,
        description="d",
        body="<p>x</p>",
        state="published",
        parent_id=18,
        parent_type="collection",
        translated_content={"pt-BR": {"title": "T", "description": "d"}},
    ),
    "updateArticle: later": Since(
        "2.16",
        lambda i: i.articles.update(
            "1",
            body_markdown="# x",
            audience_ids=None,
            ai_chatbot_availability=True,
            ai_copilot_availability=True,
            ai_sales_agent_availability=False,
            scheduled_publish_at=None,
            scheduled_unpublish_at=1_900_000_000,
        ),
    ),
    "deleteArticle": lambda i: i.articles.delete("1"),
    "retrieveArticleDraft": lambda i: i.articles.draft.retrieve("1"),
    "stageArticleDraft": lambda i: i.articles.draft.stage(
        "1",
        title="T",
        author_id=5,
        description="d",
        body="<p>x</p>",
        state="published",
        parent_id=18,
        parent_type="collection",
        translated_content={"fr": {"title": "T"}},
    ),
    "stageArticleDraft: Markdown": lambda i: i.articles.draft.stage(
        "1",
        body_markdown="x",
        audience_ids=[1],
        ai_chatbot_availability=True,
        ai_copilot_availability=True,
        ai_sales_agent_availability=False,
        scheduled_publish_at=None,
        scheduled_unpublish_at=None,
    ),
    "publishArticleDraft": lambda i: i.articles.draft.publish("1"),
    "publishArticleDraft: locales": lambda i: i.articles.draft.publish("1", locales=["en", "fr"]),
    "listArticleVersions": lambda i: i.articles.versions.list("1", locale="en"),
    "listArticleVersions: resumed": lambda i: i.articles.versions.list(
        1, per_page=1, resume="?page=2"
    ),
    "retrieveArticleVersion": lambda i: i.articles.versions.retrieve("1", 2, locale="en"),
    "attachTagToArticle": lambda i: i.articles.add_tag("1", tag_id=2, admin_id=3),
    "detachTagFromArticle": lambda i: i.articles.remove_tag("1", tag_id="2"),
    "listInternalArticles": lambda i: i.internal_articles.list(),
    "listInternalArticles: resumed": lambda i: i.internal_articles.list(per_page=1, resume="x"),
    "searchInternalArticles": lambda i: i.internal_articles.search(folder_id=5),
    "searchInternalArticles: resumed": lambda i: i.internal_articles.search(per_page=1, resume="x"),
    "retrieveInternalArticle": lambda i: i.internal_articles.retrieve("1"),
    "createInternalArticle": lambda i: i.internal_articles.create(
        title="T", owner_id="5", author_id=6, body="x"
    ),
    "createInternalArticle: later": Since(
        "2.16",
        lambda i: i.internal_articles.create(
            title="T",
            owner_id=5,
            author_id=6,
            body_markdown="x",
            audience_ids=[1],
            ai_chatbot_availability=True,
            ai_copilot_availability=True,
            ai_sales_agent_availability=False,
        ),
    ),
    "updateInternalArticle": lambda i: i.internal_articles.update(
        "1", title="T", owner_id=5, author_id="6", body="x"
    ),
    "updateInternalArticle: later": Since(
        "2.16",
        lambda i: i.internal_articles.update(
            "1",
            body_markdown="x",
            audience_ids=None,
            ai_chatbot_availability=True,
            ai_copilot_availability=True,
            ai_sales_agent_availability=False,
        ),
    ),
    "deleteInternalArticle": lambda i: i.internal_articles.delete("1"),
    "attachTagToInternalArticle": lambda i: i.internal_articles.add_tag(
        "1", tag_id="2", admin_id="3"
    ),
    "detachTagFromInternalArticle": lambda i: i.internal_articles.remove_tag("1", tag_id=2),
}


class TestArticles(Contract):
    """Articles with their drafts and versions, and internal articles."""

    calls = CALLS
