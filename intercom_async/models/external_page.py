"""External pages: what Fin knows from elsewhere."""

from typing import ClassVar, Literal, Required, TypedDict

from intercom_async.core.inputs import NumericId
from intercom_async.models.base import Id, Record, Timestamp


class ExternalPage(Record, frozen=True):
    """A page from elsewhere that Fin knows.

    Attributes:
        id: The page's id.
        type: Always ``external_page``.
        title: Its title.
        html: Its text, as HTML.
        url: Its address, to which Fin links.
        ai_agent_availability: Whether Fin uses it.
        ai_copilot_availability: Whether Copilot uses it.
        ai_sales_agent_availability: Whether the sales agent uses it.
        fin_availability: Whether Fin uses it; the other three are newer.
        locale: Its language, which is ``en``.
        source_id: The content import source it comes from.
        external_id: The id the workspace gave it, of which a source has one each.
        created_at: When it was created.
        updated_at: When it was last changed.
        last_ingested_at: When Fin last read it.

    Source: API reference 2.16, "AI Content".
    """

    noun: ClassVar[str | None] = "external_page"

    id: Id
    type: str | None = None
    title: str | None = None
    html: str | None = None
    url: str | None = None
    ai_agent_availability: bool | None = None
    ai_copilot_availability: bool | None = None
    ai_sales_agent_availability: bool | None = None
    fin_availability: bool | None = None
    locale: str | None = None
    source_id: Id | None = None
    external_id: Id | None = None
    created_at: Timestamp | None = None
    updated_at: Timestamp | None = None
    last_ingested_at: Timestamp | None = None


class ExternalPageText(TypedDict):
    """What must be given of any external page.

    Attributes:
        title: Its title.
        html: Its text, as HTML.
        locale: Its language, which is ``en``.
        source_id: The content import source it comes from.
    """

    title: str
    html: str
    locale: Literal["en"]
    source_id: NumericId


class NewExternalPage(ExternalPageText, total=False):
    """A page to create, or to change where its source has one of its ``external_id``.

    Attributes:
        external_id: The id the workspace gives it, of which a source has one each.
        url: Its address; without one Fin does not link to it.
        ai_agent_availability: Whether Fin uses it; not unless told.
        ai_copilot_availability: Whether Copilot uses it; not unless told.
    """

    external_id: Required[str | int]
    url: str
    ai_agent_availability: bool
    ai_copilot_availability: bool


class ExternalPageChanges(ExternalPageText, total=False):
    """What a page is changed to.

    Attributes:
        url: Its address.
        external_id: The id the workspace gives it.
        fin_availability: Whether Fin uses it, as it does unless told.
    """

    url: Required[str]
    external_id: str | int
    fin_availability: bool
