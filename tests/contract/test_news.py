"""The operations of news items and newsfeeds."""

from typing import Final

from tests.contract.judge import Calls, Contract

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
}


class TestNews(Contract):
    """News items and newsfeeds."""

    calls = CALLS
