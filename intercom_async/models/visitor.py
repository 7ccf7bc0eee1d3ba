"""Visitors: people on a website whom nobody knows yet."""

from collections.abc import Mapping
from typing import ClassVar, TypedDict

from intercom_async.models.base import JSON, Id, ListOf, Model, Record, Timestamp
from intercom_async.models.company import Company
from intercom_async.models.tag import Tag


class VisitorLocation(Model, frozen=True):
    """Where a visitor is.

    Attributes:
        type: Always ``location_data``.
        city_name: The city.
        continent_code: The continent's code.
        country_code: The country's code, of three letters.
        country_name: The country.
        postal_code: The postal code.
        region_name: The region.
        timezone: The time zone, such as ``Europe/Dublin``.
    """

    type: str | None = None
    city_name: str | None = None
    continent_code: str | None = None
    country_code: str | None = None
    country_name: str | None = None
    postal_code: str | None = None
    region_name: str | None = None
    timezone: str | None = None


class Visitor(Record, frozen=True):
    """Somebody on a website whom nobody knows yet.

    Attributes:
        id: The id Intercom gave it.
        type: Always ``visitor``.
        user_id: The id by which it is asked for, which Intercom made, too.
        anonymous: Whether nobody knows who it is.
        email: Its email address.
        phone: Its phone number.
        name: Its name.
        pseudonym: What it is called where it has no name.
        avatar: The picture, an object with its URL as ``image_url``, as sent.
        app_id: The workspace's id.
        companies: The companies it belongs to.
        location_data: Where it is.
        last_request_at: When it was last seen.
        created_at: When it was created.
        remote_created_at: When it was created, as the workspace has it.
        signed_up_at: When it signed up.
        updated_at: When it was last changed.
        session_count: How often it came.
        social_profiles: Where else it is found, as sent.
        owner_id: The admin who owns it.
        unsubscribed_from_emails: Whether it gets no emails.
        marked_email_as_spam: Whether it marked an email as spam.
        has_hard_bounced: Whether an email to it came back for good.
        tags: Its tags.
        segments: The segments it is in, as sent.
        custom_attributes: The workspace's own attributes.
        referrer: The page it came from.
        utm_campaign: The campaign it came by.
        utm_content: What in that it followed.
        utm_medium: The kind of that, such as ``email``.
        utm_source: Where that was.
        utm_term: The words it searched for.
        do_not_track: Whether it asked not to be tracked.

    Source: API reference 2.10, "Visitors".
    """

    noun: ClassVar[str | None] = "visitor"

    id: Id
    type: str | None = None
    user_id: Id | None = None
    anonymous: bool | None = None
    email: str | None = None
    phone: str | None = None
    name: str | None = None
    pseudonym: str | None = None
    avatar: JSON = None
    app_id: Id | None = None
    companies: ListOf[Company] = []
    location_data: VisitorLocation | None = None
    last_request_at: Timestamp | None = None
    created_at: Timestamp | None = None
    remote_created_at: Timestamp | None = None
    signed_up_at: Timestamp | None = None
    updated_at: Timestamp | None = None
    session_count: int | None = None
    social_profiles: ListOf[JSON] = []
    owner_id: Id | None = None
    unsubscribed_from_emails: bool | None = None
    marked_email_as_spam: bool | None = None
    has_hard_bounced: bool | None = None
    tags: ListOf[Tag] = []
    segments: ListOf[JSON] = []
    custom_attributes: dict[str, JSON] | None = None
    referrer: str | None = None
    utm_campaign: str | None = None
    utm_content: str | None = None
    utm_medium: str | None = None
    utm_source: str | None = None
    utm_term: str | None = None
    do_not_track: bool | None = None


class VisitorChanges(TypedDict, total=False):
    """What can be changed of the visitor that exactly one of ``id`` and ``user_id`` names.

    Attributes:
        id: The id Intercom gave it.
        user_id: The id by which it is asked for.
        name: Its name.
        custom_attributes: Attributes of the workspace's own.
    """

    id: str | int
    user_id: str | int
    name: str
    custom_attributes: Mapping[str, JSON]


class ConvertedTo(TypedDict, total=False):
    """The contact that a visitor becomes, by ``id``, ``user_id`` or both.

    Attributes:
        id: The id Intercom gave it.
        user_id: The id the workspace gives it.
        email: Its email address.
    """

    id: str
    user_id: str
    email: str


class ConvertedVisitor(TypedDict, total=False):
    """The visitor to convert, by one of these at least.

    Attributes:
        id: The id Intercom gave it.
        user_id: The id by which it is asked for.
        email: Its email address.
    """

    id: str
    user_id: str
    email: str
