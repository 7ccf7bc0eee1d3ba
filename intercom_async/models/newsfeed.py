"""Newsfeeds, in which news items appear."""

from typing import ClassVar

from intercom_async.models.base import Id, Record, Timestamp


class Newsfeed(Record, frozen=True):
    """A newsfeed.

    Attributes:
        id: The newsfeed's id.
        type: Always ``newsfeed``.
        name: Its name, for teammates.
        created_at: When it was created.
        updated_at: When it was last changed.

    Source: API reference 2.10, "News".
    """

    noun: ClassVar[str | None] = "newsfeed"

    id: Id
    type: str | None = None
    name: str | None = None
    created_at: Timestamp | None = None
    updated_at: Timestamp | None = None
