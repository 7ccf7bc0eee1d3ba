"""Content of every kind: ``intercom.content``.

Source: API reference 2.16, "Content".
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, TypeAlias, TypeVar, Unpack, overload

from intercom_async.core.inputs import checked
from intercom_async.core.pages import Pages
from intercom_async.core.resource import Listing, PageOptions
from intercom_async.models.content import (
    AudienceChanges,
    AvailabilityChanges,
    BulkAction,
    ContentBulkAction,
    ContentReference,
    ContentSearchResult,
    TagChanges,
)

S = TypeVar("S")

_Switch: TypeAlias = Literal["on", "off"]


class ContentOptions(PageOptions, total=False):
    """What a search of content can be narrowed by; else as ``PageOptions``.

    Attributes:
        query: What stands in its title or text; without it the newest is found.
        states: Whether it is published.
        locales: Its languages, such as ``en``.
        tag_ids: Its tags, together with ``tag_operator``.
        tag_operator: Whether it bears one of ``tag_ids`` (``IN``) or none (``NIN``).
        any_tag_ids: Tags of which it bears one.
        folder_ids: The folders it is in, together with ``folder_entity_type``.
        folder_entity_type: What these are.
        content_types: What it is.
        copilot_state: Whether Copilot uses it.
        fin_service_state: Whether Fin uses it for service.
        fin_sales_state: Whether Fin uses it for sales.
        created_by_ids: The admins who created it.
        last_updated_by_ids: The admins who changed it last.
        created_at_after: When it was created at the earliest.
        created_at_before: When it was created at the latest.
        updated_at_after: When it was last changed at the earliest.
        updated_at_before: When it was last changed at the latest.
    """

    query: str
    states: Sequence[Literal["published", "draft"]]
    locales: Sequence[str]
    tag_ids: Sequence[str | int]
    tag_operator: Literal["IN", "NIN"]
    any_tag_ids: Sequence[str | int]
    folder_ids: Sequence[str | int]
    folder_entity_type: Literal["folder"]
    content_types: Sequence[
        Literal["snippet", "external_content", "file_source_content", "internal_article", "article"]
    ]
    copilot_state: _Switch
    fin_service_state: _Switch
    fin_sales_state: _Switch
    created_by_ids: Sequence[str | int]
    last_updated_by_ids: Sequence[str | int]
    created_at_after: datetime | int
    created_at_before: datetime | int
    updated_at_after: datetime | int
    updated_at_before: datetime | int


class Content(Listing[ContentSearchResult]):
    """The content of a workspace, of every kind (from version 2.16).

    What is done to many pieces at once, 1,000 at most, is done later, and nothing tells when. Those
    of a kind that an action is not for are passed over.
    """

    _model = ContentSearchResult
    _all = "/content/search"
    _per_page = _max_per_page = 50
    _verb = "search"
    _options = ContentOptions
    _since = "2.16"

    @overload
    def search(self, **page: Unpack[ContentOptions]) -> Pages[ContentSearchResult]: ...
    @overload
    def search(self, *, type: type[S], **page: Unpack[ContentOptions]) -> Pages[S]: ...
    @overload
    def search(self, *, raw: Literal[True], **page: Unpack[ContentOptions]) -> Pages[bytes]: ...
    def search(self, *, type: Any = None, raw: bool = False, **page: Any) -> Pages[Any]:
        """Walk the content that matches; see ``ContentOptions``."""
        return self._list(type, raw, **page)

    async def publish(self, content_ids: Sequence[ContentReference]) -> ContentBulkAction:
        """Publish what articles say in a language: pieces of the type ``article_content``."""
        return await self._act("publish", content_ids)

    async def unpublish(self, content_ids: Sequence[ContentReference]) -> ContentBulkAction:
        """Withdraw what ``publish`` publishes."""
        return await self._act("unpublish", content_ids)

    async def delete(self, content_ids: Sequence[ContentReference]) -> ContentBulkAction:
        """Delete content for good, but ``external_content`` and what comes from other systems."""
        return await self._act("delete", content_ids)

    async def set_availability(
        self,
        content_ids: Sequence[ContentReference],
        **availability: Unpack[AvailabilityChanges],
    ) -> ContentBulkAction:
        """Say what uses content; see ``AvailabilityChanges``."""
        return await self._act("set_availability", content_ids, availability=availability)

    async def set_audience(
        self, content_ids: Sequence[ContentReference], **audience: Unpack[AudienceChanges]
    ) -> ContentBulkAction:
        """Say which segments content is for; see ``AudienceChanges``."""
        return await self._act("set_audience", content_ids, audience=audience)

    async def update_tags(
        self, content_ids: Sequence[ContentReference], **tags: Unpack[TagChanges]
    ) -> ContentBulkAction:
        """Put tags on content, on whole articles too, or take them off; see ``TagChanges``."""
        return await self._act("update_tags", content_ids, tags=tags)

    async def _act(
        self,
        action: str,
        content_ids: Sequence[ContentReference],
        **how: Mapping[str, object],
    ) -> ContentBulkAction:
        fields = {"action": action, "content_ids": content_ids, **how}
        body = checked(action, BulkAction, fields)
        return await self._send("POST /content/bulk_actions", ContentBulkAction, body=body)
