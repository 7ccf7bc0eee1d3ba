"""Content of every kind: what a search finds, and what is done to many pieces at once."""

from collections.abc import Sequence
from typing import Literal, Required, TypedDict

from intercom_async.core.inputs import NumericId
from intercom_async.models.base import Id, ListOf, Model, Record


class ContentSearchArticleContent(Record, frozen=True):
    """An article in one language.

    Attributes:
        id: The id of the article's content in it.
        type: Always ``article_content``.
        title: The title.
        locale: The language.
    """

    id: Id
    type: str | None = None
    title: str | None = None
    locale: str | None = None


class ContentSearchResult(Record, frozen=True):
    """A piece of content that was found.

    Attributes:
        id: Its id.
        type: What it is: ``article``, ``internal_article``, ``content_snippet``,
            ``external_content`` or ``file_source_content``.
        title: Its title.
        contents: An article in each language.

    Source: API reference 2.16, "Content".
    """

    id: Id
    type: str | None = None
    title: str | None = None
    contents: ListOf[ContentSearchArticleContent] = []


class ContentBulkAction(Model, frozen=True):
    """What is going to be done to many pieces of content; nothing tells when it is.

    Attributes:
        type: Always ``content_bulk_action``.
        status: How far it has come: ``queued``.

    Source: API reference 2.16, "Content".
    """

    type: str | None = None
    status: str | None = None


class ContentReference(TypedDict):
    """A piece of content.

    Attributes:
        type: What it is.
        id: Its id.
    """

    type: Literal[
        "article",
        "article_content",
        "content_snippet",
        "external_content",
        "file_source_content",
        "internal_article",
    ]
    id: str | int


class AvailabilityChanges(TypedDict, total=False):
    """What uses content from now on; what is left out stays.

    Attributes:
        ai_agent: Whether Fin does.
        copilot: Whether Copilot does.
        sales_agent: Whether the sales agent does.
    """

    ai_agent: bool
    copilot: bool
    sales_agent: bool


class AudienceChanges(TypedDict, total=False):
    """The segments that content is for.

    Attributes:
        add_segment_ids: Those it is for from now on.
        remove_segment_ids: Those it is for no more.
        remove_all: Whether it is for none of those it was for.
    """

    add_segment_ids: Sequence[NumericId]
    remove_segment_ids: Sequence[NumericId]
    remove_all: bool


class TagChanges(TypedDict, total=False):
    """The tags of content, at most 100, of which one at least is given.

    Attributes:
        add_tag_ids: Those to put on it.
        remove_tag_ids: Those to take off.
    """

    add_tag_ids: Sequence[NumericId]
    remove_tag_ids: Sequence[NumericId]


class BulkAction(TypedDict, total=False):
    """What to do to which pieces of content."""

    action: Required[str]
    content_ids: Required[Sequence[ContentReference]]
    availability: AvailabilityChanges
    audience: AudienceChanges
    tags: TagChanges
