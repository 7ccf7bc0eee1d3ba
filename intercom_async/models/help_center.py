"""Help centers, and the redirects of their addresses."""

from typing import ClassVar, Literal, TypedDict

from intercom_async.models.base import Id, ListOf, Record, Timestamp


class HelpCenter(Record, frozen=True):
    """A help center, which holds collections of articles.

    Attributes:
        id: The help center's id.
        workspace_id: The workspace it belongs to.
        created_at: When it was created.
        updated_at: When it was last changed.
        identifier: Its name in its address.
        website_turned_on: Whether it can be read.
        display_name: Its name, for teammates.
        url: Its address.
        custom_domain: Its domain, if it has one of its own.
        default: Whether it is the workspace's default one. Later than version 2.10.
        locales: The languages it has. Later than version 2.10.

    Source: API reference 2.10, "Help center"; 2.16.
    """

    id: Id
    workspace_id: Id | None = None
    created_at: Timestamp | None = None
    updated_at: Timestamp | None = None
    identifier: str | None = None
    website_turned_on: bool | None = None
    display_name: str | None = None
    url: str | None = None
    custom_domain: str | None = None
    default: bool | None = None
    locales: ListOf[str] = []


class HelpCenterRedirect(Record, frozen=True):
    """An address of a help center that leads to an article or a collection.

    Attributes:
        id: The redirect's id.
        type: Always ``help_center_redirect``.
        from_url: The address.
        locale: The language of what it leads to.
        help_center_id: The help center.
        target_type: What it leads to: ``article`` or ``collection``.
        target_id: The id of that.
        created_at: When it was created.
        updated_at: When it was last changed.

    Source: API reference 2.16, "Help center".
    """

    noun: ClassVar[str | None] = "help_center_redirect"

    id: Id
    type: str | None = None
    from_url: str | None = None
    locale: str | None = None
    help_center_id: Id | None = None
    target_type: str | None = None
    target_id: Id | None = None
    created_at: Timestamp | None = None
    updated_at: Timestamp | None = None


class NewHelpCenterRedirect(TypedDict):
    """A redirect to create.

    Attributes:
        from_url: The address, a whole one of the help center's.
        locale: The language of what it leads to, such as ``en``.
        target_type: What it leads to.
        target_id: The id of that.
    """

    from_url: str
    locale: str
    target_type: Literal["article", "collection"]
    target_id: str | int
