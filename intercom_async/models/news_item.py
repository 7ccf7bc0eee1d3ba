"""News items: what a workspace announces in its newsfeeds."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar, Literal, Required, TypedDict

from intercom_async.core.inputs import NumericId
from intercom_async.models.base import Id, ListOf, Record, Timestamp


class NewsfeedAssignment(Record, frozen=True):
    """Where a news item is announced.

    Attributes:
        newsfeed_id: The newsfeed.
        published_at: When it appears there.
    """

    newsfeed_id: Id | None = None
    published_at: Timestamp | None = None


class NewsItem(Record, frozen=True):
    """A piece of news.

    Attributes:
        id: The news item's id.
        type: Always ``news-item``.
        workspace_id: The workspace it belongs to.
        title: Its title.
        body: The text, which may be HTML.
        sender_id: The admin who announces it.
        state: ``draft`` or ``live``.
        newsfeed_assignments: Where it is announced.
        labels: What it is labelled with.
        cover_image_url: The address of its picture.
        reactions: The emoji that readers may react with.
        deliver_silently: Whether readers are not notified of it.
        created_at: When it was created.
        updated_at: When it was last changed.

    Source: API reference 2.10, "News".
    """

    noun: ClassVar[str | None] = "news-item"

    id: Id
    type: str | None = None
    workspace_id: Id | None = None
    title: str | None = None
    body: str | None = None
    sender_id: Id | None = None
    state: str | None = None
    newsfeed_assignments: ListOf[NewsfeedAssignment] = []
    labels: ListOf[str | None] = []
    cover_image_url: str | None = None
    reactions: ListOf[str | None] = []
    deliver_silently: bool | None = None
    created_at: Timestamp | None = None
    updated_at: Timestamp | None = None


class NewsfeedAssignmentInput(TypedDict, total=False):
    """Where to announce a news item.

    Attributes:
        newsfeed_id: The newsfeed.
        published_at: When it appeared there, if not now; never later. A draft has none.
    """

    newsfeed_id: Required[NumericId]
    published_at: datetime | int


class NewNewsItem(TypedDict, total=False):
    """A news item to create, or as one is to be.

    Attributes:
        title: Its title.
        sender_id: The admin who announces it.
        body: The text, which may be HTML.
        state: Whether readers see it.
        deliver_silently: Whether readers are not notified of it.
        labels: What it is labelled with.
        reactions: The emoji that readers may react with, in their order.
        newsfeed_assignments: Where it is announced.
    """

    title: Required[str]
    sender_id: Required[NumericId]
    body: str
    state: Literal["draft", "live"]
    deliver_silently: bool
    labels: Sequence[str]
    reactions: Sequence[str | None]
    newsfeed_assignments: Sequence[NewsfeedAssignmentInput]
