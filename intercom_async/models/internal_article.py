"""Internal articles, which teammates and Fin read."""

from typing import ClassVar, Required

from intercom_async.core.inputs import NumericId
from intercom_async.models.availability import ContentAvailability
from intercom_async.models.base import Id, ListOf, Record, Timestamp


class InternalArticle(Record, frozen=True):
    """An article that customers do not see.

    Attributes:
        id: The article's id.
        type: Always ``internal_article``.
        title: Its title.
        body: The text, as HTML.
        body_markdown: The text, as Markdown. From version 2.16.
        owner_id: Who is answerable for it.
        author_id: Who wrote it.
        created_at: When it was created.
        updated_at: When it was last changed.
        locale: Its language.
        audience_ids: The audiences that Fin uses it for. From version 2.16.
        ai_chatbot_availability: Whether Fin uses it. From version 2.16.
        ai_copilot_availability: Whether Copilot uses it. From version 2.16.
        ai_sales_agent_availability: Whether the sales agent uses it. From version 2.16.

    Source: API reference 2.16, "Internal articles".
    """

    noun: ClassVar[str | None] = "internal_article"

    id: Id
    type: str | None = None
    title: str | None = None
    body: str | None = None
    body_markdown: str | None = None
    owner_id: Id | None = None
    author_id: Id | None = None
    created_at: Timestamp | None = None
    updated_at: Timestamp | None = None
    locale: str | None = None
    audience_ids: ListOf[Id] = []
    ai_chatbot_availability: bool | None = None
    ai_copilot_availability: bool | None = None
    ai_sales_agent_availability: bool | None = None


class InternalArticleText(ContentAvailability, total=False):
    """The text of an internal article.

    Attributes:
        body: The text, as HTML.
        body_markdown: The text as Markdown, in place of ``body``. From version 2.16.
    """

    body: str
    body_markdown: str


class NewInternalArticle(InternalArticleText, total=False):
    """An internal article to create.

    Attributes:
        title: Its title.
        owner_id: The admin who is answerable for it.
        author_id: The admin who wrote it.
    """

    title: Required[str]
    owner_id: Required[NumericId]
    author_id: Required[NumericId]


class InternalArticleChanges(InternalArticleText, total=False):
    """What can be changed of an internal article; the attributes as in ``NewInternalArticle``."""

    title: str
    owner_id: NumericId
    author_id: NumericId
