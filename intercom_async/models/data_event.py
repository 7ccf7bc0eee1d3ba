"""Data events: what contacts did."""

from collections.abc import Mapping
from datetime import datetime
from typing import Required, TypedDict

from intercom_async.models.base import JSON, Id, Model, Record, Timestamp


class DataEvent(Record, frozen=True):
    """Something that a contact did.

    Attributes:
        id: The id of the contact, or of the event.
        type: Always ``event``.
        event_name: What was done, such as ``invited-friend``.
        created_at: When it was done.
        user_id: The id the workspace gave the contact.
        intercom_user_id: The id Intercom gave the contact.
        email: The contact's email address.
        metadata: What is told besides, as sent.

    Source: API reference 2.10, "Data events".
    """

    id: Id | None = None
    type: str | None = None
    event_name: str | None = None
    created_at: Timestamp | None = None
    user_id: Id | None = None
    intercom_user_id: Id | None = None
    email: str | None = None
    metadata: JSON = None


class DataEventSummary(Model, frozen=True):
    """How often a contact did something.

    Attributes:
        name: What was done.
        first: When it was first done, in ISO 8601 as sent.
        last: When it was last done, likewise.
        count: How often it was done.
        description: What it means.

    Source: API reference 2.10, "List all data events".
    """

    name: str | None = None
    first: str | None = None
    last: str | None = None
    count: int | None = None
    description: str | None = None


class NewDataEvent(TypedDict, total=False):
    """An event to submit, with exactly one of ``id``, ``user_id`` and ``email``.

    Attributes:
        event_name: What was done, best as verb and noun: ``invited-friend``.
        created_at: When it was done. With the contact and the name, to the second, it tells events
            apart.
        id: The id Intercom gave the contact; only this names a lead.
        user_id: The id the workspace gave the contact.
        email: The contact's email address.
        metadata: What is to be told besides: of ten names at most, the API ignores the others.
    """

    event_name: Required[str]
    created_at: Required[datetime | int]
    id: str | int
    user_id: str | int
    email: str
    metadata: Mapping[str, JSON]


class NewDataEventSummary(TypedDict):
    """How often a contact did something, and when.

    Attributes:
        event_name: What was done.
        count: How often.
        first: When it was first done.
        last: When it was last done.
    """

    event_name: str
    count: int
    first: datetime | int
    last: datetime | int
