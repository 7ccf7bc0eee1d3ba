"""Newsfeeds: ``intercom.newsfeeds``.

Source: API reference 2.10, "News".
"""

from intercom_async.core.attached import sub
from intercom_async.core.resource import Listable, ListedUnder, Retrievable
from intercom_async.models.news_item import NewsItem
from intercom_async.models.newsfeed import Newsfeed


class NewsfeedItems(ListedUnder[NewsItem]):
    """The news items that are live in a newsfeed: ``intercom.newsfeeds.items``."""

    _model = NewsItem
    _all = "/news/newsfeeds/{id}/items"


class Newsfeeds(Listable[Newsfeed], Retrievable[Newsfeed]):
    """The newsfeeds of a workspace."""

    _model = Newsfeed
    _all = "/news/newsfeeds"
    _one = "/news/newsfeeds/{id}"
    _per_page = _max_per_page = None
    items: sub[NewsfeedItems] = sub(NewsfeedItems)
