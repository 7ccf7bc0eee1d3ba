"""Data events: ``intercom.data_events``.

Source: API reference 2.10, "Data events".
"""

from typing import Any, Final, Literal, TypedDict, TypeVar, Unpack, overload

from intercom_async.core.attached import sub
from intercom_async.core.inputs import Id, checked, exactly_one
from intercom_async.core.pages import Pages
from intercom_async.core.plain import identifier
from intercom_async.core.resource import Listing, ListOptions, PageOptions
from intercom_async.models.data_event import (
    DataEvent,
    DataEventSummary,
    NewDataEvent,
    NewDataEventSummary,
)

S = TypeVar("S")

_WHOSE: Final = ("user_id", "intercom_user_id", "email")


class EventsOf(TypedDict, total=False):
    """Whose events to list: exactly one of these.

    Attributes:
        user_id: The id the workspace gave the contact.
        intercom_user_id: The id Intercom gave the contact; only this names a lead.
        email: The contact's email address.
    """

    user_id: str | int
    intercom_user_id: str | int
    email: str


class EventOptions(PageOptions, EventsOf, total=False):
    """How to walk the list, and ``EventsOf``."""


class EventSummaryOptions(ListOptions, EventsOf, total=False):
    """How to walk the list, and ``EventsOf``."""


class DataEventSummaries(Listing[DataEventSummary]):
    """How often contacts did what: ``intercom.data_events.summaries``."""

    _model = DataEventSummary
    _all = "/events"
    _key = "events"
    _options = EventSummaryOptions
    _always = {"type": "user", "summary": True}

    @overload
    def list(self, **options: Unpack[EventSummaryOptions]) -> Pages[DataEventSummary]: ...
    @overload
    def list(self, *, type: type[S], **options: Unpack[EventSummaryOptions]) -> Pages[S]: ...
    @overload
    def list(
        self, *, raw: Literal[True], **options: Unpack[EventSummaryOptions]
    ) -> Pages[bytes]: ...
    def list(self, *, type: Any = None, raw: bool = False, **options: Any) -> Pages[Any]:
        """Tell how often a contact has done what, of all time; see ``EventsOf``."""
        exactly_one("list", options, _WHOSE)
        return self._list(type, raw, **options)

    async def create(self, *, user_id: Id, **summary: Unpack[NewDataEventSummary]) -> None:
        """Tell how often a contact, by the workspace's id, did something; answers nothing."""
        body = {
            "user_id": identifier("user_id", user_id),
            "event_summaries": checked("create", NewDataEventSummary, summary),
        }
        await self._send("POST /events/summaries", type(None), body=body)


class DataEvents(Listing[DataEvent]):
    """What contacts did. There is no list of a whole workspace's events."""

    _model = DataEvent
    _all = "/events"
    _key = "events"
    _options = EventOptions
    _always = {"type": "user"}

    summaries: sub[DataEventSummaries] = sub(DataEventSummaries)

    @overload
    def list(self, **options: Unpack[EventOptions]) -> Pages[DataEvent]: ...
    @overload
    def list(self, *, type: type[S], **options: Unpack[EventOptions]) -> Pages[S]: ...
    @overload
    def list(self, *, raw: Literal[True], **options: Unpack[EventOptions]) -> Pages[bytes]: ...
    def list(self, *, type: Any = None, raw: bool = False, **options: Any) -> Pages[Any]:
        """Walk what a contact did in the last 90 days; see ``EventsOf``."""
        exactly_one("list", options, _WHOSE)
        return self._list(type, raw, **options)

    async def create(self, **event: Unpack[NewDataEvent]) -> None:
        """Submit an event; answers nothing. See ``NewDataEvent``.

        Safe to repeat: by the reference the API tells a duplicate by its contact, name and second,
        and may ignore it.

        Raises:
            NotFound: There is no such contact.
        """
        exactly_one("create", event, ("id", "user_id", "email"))
        body = checked("create", NewDataEvent, event)
        await self._send("POST /events", type(None), body=body, repeatable=True)
