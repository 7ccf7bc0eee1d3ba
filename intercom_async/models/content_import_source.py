"""Content import sources: where Fin's external pages come from."""

from collections.abc import Sequence
from typing import ClassVar, Literal, Required, TypedDict

from intercom_async.core.inputs import NumericId
from intercom_async.models.base import Id, ListOf, Record, Timestamp


class ContentImportSource(Record, frozen=True):
    """A site that external pages come from.

    Attributes:
        id: The source's id.
        type: Always ``content_import_source``.
        last_synced_at: When its pages were last fetched.
        sync_behavior: How they are kept up to date: ``api``, ``automatic`` or ``manual``.
        status: ``active`` or ``deactivated``.
        url: The address of the site.
        created_at: When it was created.
        updated_at: When it was last changed.
        audience_ids: The audiences that Fin uses it for. From version 2.15.

    Source: API reference 2.16, "AI Content".
    """

    noun: ClassVar[str | None] = "content_import_source"

    id: Id
    type: str | None = None
    last_synced_at: Timestamp | None = None
    sync_behavior: str | None = None
    status: str | None = None
    url: str | None = None
    created_at: Timestamp | None = None
    updated_at: Timestamp | None = None
    audience_ids: ListOf[Id] = []


class ContentImportSourceState(TypedDict, total=False):
    """What can be set of any content import source.

    Attributes:
        status: Whether it is in use.
        audience_ids: The audiences that Fin uses it for; empty for any. Later than version 2.14.
    """

    status: Literal["active", "deactivated"]
    audience_ids: Sequence[NumericId] | None


class NewContentImportSource(ContentImportSourceState, total=False):
    """A content import source to create.

    Attributes:
        sync_behavior: ``api``: its pages are written by ``external_pages``.
        url: The address of the site.
    """

    sync_behavior: Required[Literal["api"]]
    url: Required[str]


class ContentImportSourceChanges(ContentImportSourceState, total=False):
    """What can be changed of a content import source.

    Attributes:
        sync_behavior: How its pages are kept up to date, which cannot become ``api`` or cease to
            be.
        url: The address of the site, which can be changed where ``sync_behavior`` is ``api``.
        apply_audience_to_existing_content: Whether ``audience_ids`` hold for the pages it has
            already, too.
    """

    sync_behavior: Required[Literal["api", "automated", "manual"]]
    url: Required[str]
    apply_audience_to_existing_content: bool
