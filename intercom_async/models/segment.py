"""Segments: groups of people that match filters."""

from typing import ClassVar

from intercom_async.models.base import Id, Record, Timestamp


class Segment(Record, frozen=True):
    """A group of people that match filters.

    Attributes:
        id: The segment's id.
        type: Always ``segment``.
        name: Its name.
        created_at: When it was created.
        updated_at: When it was last changed.
        person_type: Of whom it is a group: ``contact`` or ``user``.
        count: How many belong to it, where that was asked for.

    Source: API reference 2.10, "Segments".
    """

    noun: ClassVar[str | None] = "segment"

    id: Id
    type: str | None = None
    name: str | None = None
    created_at: Timestamp | None = None
    updated_at: Timestamp | None = None
    person_type: str | None = None
    count: int | None = None
