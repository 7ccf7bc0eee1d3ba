"""What is written to articles."""

from collections.abc import Mapping
from typing import Literal, Required, TypeAlias

from intercom_async.core.inputs import IsoMoment, NumericId
from intercom_async.models.availability import ContentAvailability

ArticleState: TypeAlias = Literal["published", "draft"]


class ArticleTranslation(ContentAvailability, total=False):
    """What an article says in one language.

    Attributes:
        title: Its title.
        description: What it is about.
        body: The text, as HTML.
        body_markdown: The text as Markdown, in place of ``body``. Later than version 2.10.
        author_id: Who wrote it.
        state: Whether it is published.
    """

    title: str
    description: str
    body: str
    body_markdown: str
    author_id: NumericId
    state: ArticleState


class ArticleText(ContentAvailability, total=False):
    """What can be set of any article; in a help center of several languages, in the default one.

    Attributes:
        description: What it is about.
        body: The text, as HTML.
        body_markdown: The text as Markdown, in place of ``body``. Later than version 2.10.
        state: Whether it is published.
        parent_type: What it goes into: a ``collection``, or a ``section``.
        translated_content: What it says in each language, by the language, such as ``en``.
        scheduled_publish_at: When it is going to be published, with the state ``published``;
            ``None`` for never. Later than version 2.10.
        scheduled_unpublish_at: When it is going to be withdrawn; ``None`` for never. Later than
            version 2.10.
    """

    description: str
    body: str
    body_markdown: str
    state: ArticleState
    parent_type: str
    translated_content: Mapping[str, ArticleTranslation]
    scheduled_publish_at: IsoMoment | None
    scheduled_unpublish_at: IsoMoment | None


class NewArticle(ArticleText, total=False):
    """An article to create, a draft if its ``state`` is not given.

    Attributes:
        title: Its title.
        author_id: The admin who wrote it.
        parent_id: The collection it goes into.
    """

    title: Required[str]
    author_id: Required[NumericId]
    parent_id: NumericId


class ArticleChanges(ArticleText, total=False):
    """What can be changed of an article; the attributes as in ``NewArticle``."""

    title: str
    author_id: NumericId
    parent_id: str | int
