"""Companies, which contacts belong to."""

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar, TypedDict

from intercom_async.models.base import JSON, Id, ListOf, Record, Timestamp
from intercom_async.models.note import Note
from intercom_async.models.segment import Segment
from intercom_async.models.tag import Tag


class Plan(Record, frozen=True):
    """What a company pays for.

    Attributes:
        id: The plan's id.
        type: Always ``plan``.
        name: Its name.
    """

    id: Id | None = None
    type: str | None = None
    name: str | None = None


class Company(Record, frozen=True):
    """A company.

    Attributes:
        id: The id Intercom gave it.
        type: Always ``company``.
        company_id: The id the workspace gave it.
        app_id: The workspace's id.
        name: Its name.
        plan: What it pays for.
        created_at: When it was created.
        updated_at: When it was last changed.
        remote_created_at: When the workspace made it, by the workspace's own account.
        last_request_at: When one of its contacts was last seen.
        size: How many people work there.
        website: Its website.
        industry: Its industry.
        monthly_spend: What it pays a month.
        session_count: How many sessions its contacts have had.
        user_count: How many contacts belong to it.
        custom_attributes: The workspace's own attributes.
        tags: Its tags.
        segments: The segments it is in.
        notes: The notes on it. From version 2.16.

    Source: API reference 2.10, "Companies"; 2.16.
    """

    noun: ClassVar[str | None] = "company"

    id: Id
    type: str | None = None
    company_id: Id | None = None
    app_id: Id | None = None
    name: str | None = None
    plan: Plan | None = None
    created_at: Timestamp | None = None
    updated_at: Timestamp | None = None
    remote_created_at: Timestamp | None = None
    last_request_at: Timestamp | None = None
    size: int | None = None
    website: str | None = None
    industry: str | None = None
    monthly_spend: int | float | None = None
    session_count: int | None = None
    user_count: int | None = None
    custom_attributes: dict[str, JSON] | None = None
    tags: ListOf[Tag] = []
    segments: ListOf[Segment] = []
    notes: ListOf[Note] = []


class CompanyChanges(TypedDict, total=False):
    """What can be set of a company.

    Attributes:
        name: Its name.
        plan: The name of what it pays for.
        size: How many people work there.
        website: Its website.
        industry: Its industry.
        monthly_spend: What it pays a month; the API drops the fraction.
        custom_attributes: Attributes of the workspace's own, which must exist.
    """

    name: str
    plan: str
    size: int
    website: str
    industry: str
    monthly_spend: int
    custom_attributes: Mapping[str, JSON]


class NewCompany(CompanyChanges, total=False):
    """A company to create, or to change where there is one of its ``company_id``.

    Attributes:
        company_id: The id the workspace gives it, which never changes.
        remote_created_at: When the workspace made it.
        update_last_request_at: Whether it counts as seen now. Later than version 2.10.
    """

    company_id: str
    remote_created_at: datetime | int
    update_last_request_at: bool
