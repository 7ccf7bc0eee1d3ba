"""Content snippets: pieces of text for Fin and Copilot."""

from collections.abc import Mapping, Sequence
from typing import ClassVar, Required

from intercom_async.models.availability import ContentAvailability
from intercom_async.models.base import JSON, Id, ListOf, Record, Timestamp


class ContentSnippet(Record, frozen=True):
    """A piece of text for Fin and Copilot.

    Attributes:
        id: The snippet's id.
        type: Always ``content_snippet``.
        title: Its title.
        locale: Its language.
        json_blocks: The text, block by block, as sent.
        body_markdown: The text, as Markdown.
        chatbot_availability: 1 if Fin uses it; ``ai_chatbot_availability`` is newer.
        copilot_availability: 1 if Copilot uses it; ``ai_copilot_availability`` is newer.
        ai_chatbot_availability: Whether Fin uses it.
        ai_copilot_availability: Whether Copilot uses it.
        ai_sales_agent_availability: Whether the sales agent uses it.
        created_at: When it was created.
        updated_at: When it was last changed.
        audience_ids: The audiences that Fin uses it for.

    Source: API reference 2.16, "Content snippets".
    """

    noun: ClassVar[str | None] = "content_snippet"

    id: Id
    type: str | None = None
    title: str | None = None
    locale: str | None = None
    json_blocks: JSON = None
    body_markdown: str | None = None
    chatbot_availability: int | None = None
    copilot_availability: int | None = None
    ai_chatbot_availability: bool | None = None
    ai_copilot_availability: bool | None = None
    ai_sales_agent_availability: bool | None = None
    created_at: Timestamp | None = None
    updated_at: Timestamp | None = None
    audience_ids: ListOf[Id] = []


class ContentSnippetChanges(ContentAvailability, total=False):
    """What can be changed of a snippet; the attributes as in ``NewContentSnippet``."""

    title: str
    json_blocks: Sequence[Mapping[str, JSON]]
    body_markdown: str
    locale: str


class NewContentSnippet(ContentAvailability, total=False):
    """A snippet to create, with ``json_blocks`` or ``body_markdown``.

    Attributes:
        title: Its title, of 255 characters at most.
        json_blocks: The text, block by block.
        body_markdown: The text as Markdown.
        locale: Its language, ``en`` if not given.
    """

    title: Required[str]
    json_blocks: Sequence[Mapping[str, JSON]]
    body_markdown: str
    locale: str
