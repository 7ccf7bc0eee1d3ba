"""Articles of help centers, their drafts, versions and translations."""

from typing import ClassVar

from intercom_async.models.base import ByLocale, Id, ListOf, Model, Record, Timestamp
from intercom_async.models.tag import Tag


class ArticleStatistics(Model, frozen=True):
    """How an article is received; lists do not tell.

    Attributes:
        type: Always ``article_statistics``.
        views: How often it was seen.
        conversions: How many conversations were started from it.
        conversations: The same, as the reference's examples call it.
        reactions: How many readers reacted to it.
        happy_reaction_percentage: How many in a hundred of them were happy.
        neutral_reaction_percentage: How many were neither.
        sad_reaction_percentage: How many were sad.
        fin_involvements: In how many conversations Fin used it. Later than version 2.10.
        fin_resolutions: How many of these Fin resolved. Later than version 2.10.
        fin_resolution_rate: How many in a hundred those are. Later than version 2.10.
    """

    type: str | None = None
    views: int | None = None
    conversions: int | None = None
    conversations: int | None = None
    reactions: int | None = None
    happy_reaction_percentage: int | float | None = None
    neutral_reaction_percentage: int | float | None = None
    sad_reaction_percentage: int | float | None = None
    fin_involvements: int | None = None
    fin_resolutions: int | None = None
    fin_resolution_rate: int | float | None = None


class ArticleContent(Record, frozen=True):
    """What an article says in one language.

    Attributes:
        type: Always ``article_content``.
        title: Its title.
        description: What it is about.
        body: The text, as HTML.
        body_markdown: The text, as Markdown. Later than version 2.10.
        author_id: Who wrote it.
        state: ``published`` or ``draft``.
        created_at: When it was created.
        updated_at: When it was last changed.
        has_unpublished_changes: Whether it has a draft. Later than version 2.10.
        draft_updated_at: When the draft was last changed. Later than version 2.10.
        url: Where it can be read.
        audience_ids: The audiences that Fin uses it for. Later than version 2.10.
        ai_chatbot_availability: Whether Fin uses it. Later than version 2.10.
        ai_copilot_availability: Whether Copilot uses it. Later than version 2.10.
        ai_sales_agent_availability: Whether the sales agent uses it. Later than version 2.10.
        created_by_id: The admin who created it. Later than version 2.10.
        updated_by_id: The admin who changed it last. Later than version 2.10.
    """

    type: str | None = None
    title: str | None = None
    description: str | None = None
    body: str | None = None
    body_markdown: str | None = None
    author_id: Id | None = None
    state: str | None = None
    created_at: Timestamp | None = None
    updated_at: Timestamp | None = None
    has_unpublished_changes: bool | None = None
    draft_updated_at: Timestamp | None = None
    url: str | None = None
    audience_ids: ListOf[Id] = []
    ai_chatbot_availability: bool | None = None
    ai_copilot_availability: bool | None = None
    ai_sales_agent_availability: bool | None = None
    created_by_id: Id | None = None
    updated_by_id: Id | None = None


class Article(Record, frozen=True):
    """An article of a help center; what is told of its content is of the default language.

    Attributes:
        id: The article's id.
        type: Always ``article``.
        workspace_id: The workspace it belongs to.
        title: Its title.
        description: What it is about.
        body: The text, as HTML.
        body_markdown: The text, as Markdown. Later than version 2.10.
        author_id: Who wrote it.
        state: ``published`` or ``draft``.
        created_at: When it was created.
        updated_at: When it was last changed.
        has_unpublished_changes: Whether it has a draft. Later than version 2.10.
        draft_updated_at: When the draft was last changed. Later than version 2.10.
        url: Where it can be read.
        parent_id: The collection it is in. Until version 2.15; then ``parent_ids`` tells.
        parent_type: What that is: ``collection`` or ``section``. Until version 2.15.
        parent_ids: The collections it is in.
        default_locale: The default language of a help center that has several.
        translated_content: What it says in each language, of a help center that has several.
        statistics: How it is received; lists do not tell.
        tags: Its tags. From version 2.13.
        ai_chatbot_availability: Whether Fin uses it. Later than version 2.10.
        ai_copilot_availability: Whether Copilot uses it. Later than version 2.10.
        ai_sales_agent_availability: Whether the sales agent uses it. Later than version 2.10.
        created_by_id: The admin who created it. Later than version 2.10.
        updated_by_id: The admin who changed it last. Later than version 2.10.
        exclude_from_article_suggestions: Whether Fin does not suggest it. Later than version 2.10.
        help_center_audience: Who may read it, such as ``everyone`` or ``restricted``. Later than
            version 2.10.
        scheduled_publish_at: When it is going to be published. Later than version 2.10.
        scheduled_unpublish_at: When it is going to be withdrawn. Later than version 2.10.

    Source: API reference 2.10, "Articles"; 2.16.
    """

    noun: ClassVar[str | None] = "article"

    id: Id
    type: str | None = None
    workspace_id: Id | None = None
    title: str | None = None
    description: str | None = None
    body: str | None = None
    body_markdown: str | None = None
    author_id: Id | None = None
    state: str | None = None
    created_at: Timestamp | None = None
    updated_at: Timestamp | None = None
    has_unpublished_changes: bool | None = None
    draft_updated_at: Timestamp | None = None
    url: str | None = None
    parent_id: Id | None = None
    parent_type: str | None = None
    parent_ids: ListOf[Id] = []
    default_locale: str | None = None
    translated_content: ByLocale[ArticleContent] = {}
    statistics: ArticleStatistics | None = None
    tags: ListOf[Tag] = []
    ai_chatbot_availability: bool | None = None
    ai_copilot_availability: bool | None = None
    ai_sales_agent_availability: bool | None = None
    created_by_id: Id | None = None
    updated_by_id: Id | None = None
    exclude_from_article_suggestions: bool | None = None
    help_center_audience: str | None = None
    scheduled_publish_at: Timestamp | None = None
    scheduled_unpublish_at: Timestamp | None = None


class HighlightedText(Model, frozen=True):
    """A piece of a text in which a phrase was found.

    Attributes:
        type: ``highlight`` for the phrase, ``plain`` for what stands around it.
        text: The piece.
    """

    type: str | None = None
    text: str | None = None


class ArticleHighlights(Record, frozen=True):
    """Where in an article a phrase was found.

    Attributes:
        article_id: The article.
        highlighted_title: Its title, in pieces.
        highlighted_summary: Parts of its description and text, each in pieces.
    """

    article_id: Id | None = None
    highlighted_title: ListOf[HighlightedText] = []
    highlighted_summary: ListOf[list[HighlightedText]] = []


class FoundArticle(Article, frozen=True):
    """An article that a search found.

    Attributes:
        highlights: Where in it the phrase was found, if the search asked to highlight it.
    """

    highlights: ArticleHighlights | None = None


class ArticleVersion(Record, frozen=True):
    """An article as it was.

    Attributes:
        id: The version's id.
        type: Always ``article_version``.
        article_id: The article.
        title: The title it had.
        description: What it was about.
        body: The text it had, as HTML; lists do not tell.
        body_markdown: The text as Markdown; lists do not tell.
        author_id: Who wrote it.
        created_by_id: The admin who created the version.
        created_via: How it was created, such as ``web`` or ``api``.
        from_version_id: The version that was changed; ``None`` for the first.
        state: ``published`` for the one that can be read, ``draft`` for others.
        created_at: When it was created.
        updated_at: When it was last changed; lists do not tell.

    Source: API reference 2.16, "Articles".
    """

    noun: ClassVar[str | None] = "article_version"

    id: Id
    type: str | None = None
    article_id: Id | None = None
    title: str | None = None
    description: str | None = None
    body: str | None = None
    body_markdown: str | None = None
    author_id: Id | None = None
    created_by_id: Id | None = None
    created_via: str | None = None
    from_version_id: Id | None = None
    state: str | None = None
    created_at: Timestamp | None = None
    updated_at: Timestamp | None = None
