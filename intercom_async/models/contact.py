"""Contacts: the users and leads of a workspace."""

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar, Final, Literal, Required, TypedDict

from intercom_async.core.fields import Boolean, Date, Fields, Text
from intercom_async.models.base import (
    JSON,
    Id,
    ListOf,
    Model,
    PartialListOf,
    Record,
    Timestamp,
)
from intercom_async.models.reference import Reference


class Location(Model, frozen=True):
    """Where a contact is.

    Attributes:
        type: Always ``location``.
        country: The country.
        region: The region.
        city: The city.
        country_code: The country's code, of three letters.
        continent_code: The continent's code.
    """

    type: str | None = None
    country: str | None = None
    region: str | None = None
    city: str | None = None
    country_code: str | None = None
    continent_code: str | None = None


class SocialProfile(Model, frozen=True):
    """Where else a contact is found.

    Attributes:
        type: Always ``social_profile``.
        name: The network.
        url: The page.
    """

    type: str | None = None
    name: str | None = None
    url: str | None = None


class MergedContact(Record, frozen=True):
    """A contact that was merged into another.

    Attributes:
        type: Always ``merge_history``, or what the API calls it.
        source_contact_id: The id it had.
        source_contact_role: ``lead`` or ``user``.
        merged_at: When it was merged.

    Source: API reference 2.16, "Get contact merge history".
    """

    type: str | None = None
    source_contact_id: Id | None = None
    source_contact_role: str | None = None
    merged_at: Timestamp | None = None


class Contact(Record, frozen=True):
    """A user or a lead.

    Attributes:
        id: The id Intercom gave it.
        type: Always ``contact``.
        external_id: The id the workspace gave it.
        workspace_id: The workspace's id.
        role: ``user`` or ``lead``.
        email: Its email address.
        email_domain: The domain of that.
        phone: Its phone number.
        name: Its name.
        owner_id: The admin who owns it.
        has_hard_bounced: Whether an email to it came back for good.
        marked_email_as_spam: Whether it marked an email as spam.
        unsubscribed_from_emails: Whether it gets no emails.
        created_at: When it was created.
        updated_at: When it was last changed.
        signed_up_at: When it signed up.
        last_seen_at: When it was last seen.
        last_replied_at: When it last replied.
        last_contacted_at: When it was last written to.
        last_email_opened_at: When it last opened an email.
        last_email_clicked_at: When it last followed a link in an email.
        language_override: The language it was set to.
        browser: Its browser.
        browser_version: That browser's version.
        browser_language: That browser's language.
        os: Its operating system.
        android_app_name: The Android app it uses.
        android_app_version: That app's version.
        android_device: The device it runs on.
        android_os_version: The version of Android.
        android_sdk_version: The version of Intercom's SDK in it.
        android_last_seen_at: When it was last seen there.
        ios_app_name: The iOS app it uses.
        ios_app_version: That app's version.
        ios_device: The device it runs on.
        ios_os_version: The version of iOS.
        ios_sdk_version: The version of Intercom's SDK in it.
        ios_last_seen_at: When it was last seen there.
        custom_attributes: The workspace's own attributes.
        avatar: The picture: an URL, or an object with one as ``image_url``, as sent.
        tags: Its tags, ten at most; ``contacts.tags.list(id)`` has all.
        notes: The notes on it, ten at most; ``contacts.notes.list(id)`` has all.
        companies: The companies it belongs to, ten at most; ``contacts.companies.list(id)`` has
            all.
        location: Where it is.
        social_profiles: Where else it is found.
        enabled_push_messaging: Whether it gets push messages. Later than version 2.10.
        merge_history: What was merged into it, where that was asked for. From version 2.16.

    Source: API reference 2.10, "Contacts"; 2.16.
    """

    noun: ClassVar[str | None] = "contact"

    id: Id
    type: str | None = None
    external_id: Id | None = None
    workspace_id: Id | None = None
    role: str | None = None
    email: str | None = None
    email_domain: str | None = None
    phone: str | None = None
    name: str | None = None
    owner_id: Id | None = None
    has_hard_bounced: bool | None = None
    marked_email_as_spam: bool | None = None
    unsubscribed_from_emails: bool | None = None
    created_at: Timestamp | None = None
    updated_at: Timestamp | None = None
    signed_up_at: Timestamp | None = None
    last_seen_at: Timestamp | None = None
    last_replied_at: Timestamp | None = None
    last_contacted_at: Timestamp | None = None
    last_email_opened_at: Timestamp | None = None
    last_email_clicked_at: Timestamp | None = None
    language_override: str | None = None
    browser: str | None = None
    browser_version: str | None = None
    browser_language: str | None = None
    os: str | None = None
    android_app_name: str | None = None
    android_app_version: str | None = None
    android_device: str | None = None
    android_os_version: str | None = None
    android_sdk_version: str | None = None
    android_last_seen_at: Timestamp | None = None
    ios_app_name: str | None = None
    ios_app_version: str | None = None
    ios_device: str | None = None
    ios_os_version: str | None = None
    ios_sdk_version: str | None = None
    ios_last_seen_at: Timestamp | None = None
    custom_attributes: dict[str, JSON] | None = None
    avatar: JSON = None
    tags: PartialListOf[Reference] = []  # type: ignore[assignment]  # served as annotated
    notes: PartialListOf[Reference] = []  # type: ignore[assignment]  # served as annotated
    companies: PartialListOf[Reference] = []  # type: ignore[assignment]  # served as annotated
    location: Location | None = None
    social_profiles: ListOf[SocialProfile] = []
    enabled_push_messaging: bool | None = None
    merge_history: ListOf[MergedContact] = []


class ContactState(Record, frozen=True):
    """What became of a contact.

    Attributes:
        id: The id Intercom gave it.
        type: Always ``contact``.
        external_id: The id the workspace gave it.
        archived: Whether it is archived.
        deleted: Whether it was deleted.
        blocked: Whether it is blocked.
    """

    noun: ClassVar[str | None] = "contact"

    id: Id
    type: str | None = None
    external_id: Id | None = None
    archived: bool | None = None
    deleted: bool | None = None
    blocked: bool | None = None


class Banner(Record, frozen=True):
    """A banner that a contact is shown.

    Attributes:
        id: The banner's id.
        type: Always ``banner``.
        view_id: The id of this showing of it.
        title: Its title.
        body: Its text.
        style: How it looks.
        position: Where it is shown.
        show_dismiss_button: Whether it can be closed.
        action: What it leads to, as sent.
        client_targeting: On which pages it is shown, as sent.
        created_at: When it was created.

    Source: API reference 2.16, "List banners for a contact".
    """

    id: Id
    type: str | None = None
    view_id: Id | None = None
    title: str | None = None
    body: str | None = None
    style: str | None = None
    position: str | None = None
    show_dismiss_button: bool | None = None
    action: JSON = None
    client_targeting: JSON = None
    created_at: Timestamp | None = None


class DismissedBanner(Record, frozen=True):
    """A banner that was closed.

    Attributes:
        type: Always ``banner``.
        view_id: The id of the showing.
        dismissed: Whether it was closed.
    """

    type: str | None = None
    view_id: Id | None = None
    dismissed: bool | None = None


class ContactInput(TypedDict, total=False):
    """What can be set of a contact; ``None`` clears.

    Attributes:
        role: ``user`` or ``lead``.
        external_id: The id the workspace gives it.
        email: Its email address.
        email_verified: Whether that is verified. Later than version 2.10.
        phone: Its phone number.
        name: Its name.
        avatar: The URL of a picture.
        signed_up_at: When it signed up.
        last_seen_at: When it was last seen.
        owner_id: The admin who owns it; sent as a number until version 2.15, then as text.
        unsubscribed_from_emails: Whether it gets no emails.
        custom_attributes: Attributes of the workspace's own, which must exist.
    """

    role: Literal["user", "lead"]
    external_id: str
    email: str
    email_verified: bool | None
    phone: str | None
    name: str | None
    avatar: str | None
    signed_up_at: datetime | int | None
    last_seen_at: datetime | int | None
    owner_id: str | int | None
    unsubscribed_from_emails: bool | None
    custom_attributes: Mapping[str, JSON] | None


class ContactSort(TypedDict, total=False):
    """In which order a search gives contacts.

    Attributes:
        field: The field to go by, such as ``created_at``.
        order: ``descending`` where it is not said.
    """

    field: Required[str]
    order: Literal["ascending", "descending"]


_EQUAL: Final = ("=", "!=")
_BY_DAY: Final = ("=", ">", "<")


class _Location(Fields[Contact]):
    country: Text[Contact] = Text()
    region: Text[Contact] = Text()
    city: Text[Contact] = Text()


class _ContactFields(Fields[Contact], noun="contacts"):
    """What contacts are searched by; ``ContactFields["custom_attributes.plan"]`` by an attribute.

    Until version 2.16 the API compares dates by whole days.
    """

    id: Text[Contact] = Text()
    role: Text[Contact] = Text()
    name: Text[Contact] = Text()
    avatar: Text[Contact] = Text()
    owner_id: Text[Contact] = Text(keeps_numbers=True)
    email: Text[Contact] = Text()
    email_domain: Text[Contact] = Text()
    phone: Text[Contact] = Text()
    formatted_phone: Text[Contact] = Text()
    external_id: Text[Contact] = Text()
    created_at: Date[Contact] = Date(operators=_BY_DAY)
    signed_up_at: Date[Contact] = Date(operators=_BY_DAY)
    updated_at: Date[Contact] = Date(operators=_BY_DAY)
    last_seen_at: Date[Contact] = Date(operators=_BY_DAY)
    last_contacted_at: Date[Contact] = Date(operators=_BY_DAY)
    last_replied_at: Date[Contact] = Date(operators=_BY_DAY)
    last_email_opened_at: Date[Contact] = Date(operators=_BY_DAY)
    last_email_clicked_at: Date[Contact] = Date(operators=_BY_DAY)
    language_override: Text[Contact] = Text()
    browser: Text[Contact] = Text()
    browser_language: Text[Contact] = Text()
    os: Text[Contact] = Text()
    unsubscribed_from_emails: Boolean[Contact] = Boolean()
    marked_email_as_spam: Boolean[Contact] = Boolean()
    has_hard_bounced: Boolean[Contact] = Boolean()
    ios_last_seen_at: Date[Contact] = Date(operators=_BY_DAY)
    ios_app_version: Text[Contact] = Text()
    ios_device: Text[Contact] = Text()
    ios_app_device: Text[Contact] = Text()
    ios_os_version: Text[Contact] = Text()
    ios_app_name: Text[Contact] = Text()
    ios_sdk_version: Text[Contact] = Text()
    android_last_seen_at: Date[Contact] = Date(operators=_BY_DAY)
    android_app_version: Text[Contact] = Text()
    android_device: Text[Contact] = Text()
    android_app_name: Text[Contact] = Text()
    andoid_sdk_version: Text[Contact] = Text()  # the API's own spelling
    segment_id: Text[Contact] = Text()
    tag_id: Text[Contact] = Text(operators=_EQUAL)
    location: _Location = _Location()


ContactFields: Final = _ContactFields()
"""The searchable fields of a contact, to build filters with."""
