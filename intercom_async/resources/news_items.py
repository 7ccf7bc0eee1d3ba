"""News items: ``intercom.news_items``.

Source: API reference 2.10, "News".
"""

from typing import Unpack

from intercom_async.core.inputs import Id, checked
from intercom_async.core.resource import Listable, Retrievable
from intercom_async.models.deleted import Deleted
from intercom_async.models.news_item import NewNewsItem, NewsItem


class NewsItems(Listable[NewsItem], Retrievable[NewsItem]):
    """The news items of a workspace, drafts too."""

    _model = NewsItem
    _all = "/news/news_items"
    _one = "/news/news_items/{id}"
    _per_page = _max_per_page = None

    async def create(self, **new: Unpack[NewNewsItem]) -> NewsItem:
        """Create a news item; see ``NewNewsItem``."""
        body = checked("create", NewNewsItem, new)
        return await self._send("POST /news/news_items", NewsItem, body=body)

    async def update(self, id: Id, **item: Unpack[NewNewsItem]) -> NewsItem:
        """Change a news item; ``title`` and ``sender_id`` must be given; see ``NewNewsItem``."""
        body = checked("update", NewNewsItem, item)
        return await self._send("PUT /news/news_items/{id}", NewsItem, id, body=body)

    async def delete(self, id: Id) -> Deleted:
        """Delete a news item."""
        return await self._send("DELETE /news/news_items/{id}", Deleted, id)
