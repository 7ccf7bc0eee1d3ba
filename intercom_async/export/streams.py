"""The streams of an export: a line for each noun that can be taken out of a workspace.

A stream that can be searched by ``created_at`` is walked in windows of it, side by side; any other
by its list. Of a list all records are read in each run, and those kept that came or changed.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from difflib import get_close_matches
from functools import partial
from operator import attrgetter
from typing import Any, Final, TypeAlias

import msgspec

from intercom_async.client import AsyncIntercom
from intercom_async.core import codec, versions
from intercom_async.core.fields import Fields
from intercom_async.core.pages import Pages
from intercom_async.core.resource import MAX_PER_PAGE
from intercom_async.errors import (
    BadRequest,
    ConfigurationError,
    Forbidden,
    NotFound,
    UnprocessableEntity,
)
from intercom_async.models.contact import ContactFields
from intercom_async.models.conversation_fields import F
from intercom_async.models.ticket_inputs import TicketFields
from intercom_async.scan.windows import FIRST_SECOND

Lister: TypeAlias = Callable[..., Pages[bytes]]
Completion: TypeAlias = Callable[[AsyncIntercom, str, bytes | None], Awaitable[bytes]]


class Stream(msgspec.Struct, frozen=True):
    """A noun that can be taken out.

    Attributes:
        name: Its name.
        fields: What it is searched by, if it can be searched for when records were created and
            updated.
        per_page: Records a page of its list at most; 0 if that comes in one answer.
        is_retrievable: Whether a record can be asked for, which tells if it is still there.
        complete: Makes a record whole that was listed with less than there is, given the client,
            its id, and the record as listed, if it was.
        cut: Names what a record still has less of than there is.
        by_windows: Whether what can be searched is walked in windows of creation time; else it is
            walked by its list, and searched for what changed since.
        noun: The client's attribute, if that is not the name.
        lists: The lists that together hold all of its records, if it is not one ``list``.
        deletions: The client's list of what was deleted, if versions have it.
        reach: How many records the list reaches at most; ``None`` if all.
        beyond: The method that reaches all, and cannot be gone on with after a pause.
        grows: Whether it only ever grows, the newest records first, so that a later run ends
            where it meets what it knows.
    """

    name: str
    fields: Fields[Any] | None = None
    per_page: int = 0
    is_retrievable: bool = False
    complete: Completion | None = None
    cut: Callable[[bytes], Sequence[str]] = lambda _: ()
    by_windows: bool = True
    noun: str = ""
    lists: Callable[[AsyncIntercom], Sequence[Lister]] | None = None
    deletions: str = ""
    reach: int | None = None
    beyond: str = ""
    grows: bool = False

    @property
    def windowed(self) -> bool:
        """Whether it is walked in windows of creation time."""
        return self.fields is not None and self.by_windows

    @property
    def is_numbered(self) -> bool:
        """Whether its list has numbered pages, which shift when a record moves or is deleted."""
        return self.fields is None and bool(self.per_page) and not self.grows

    def of(self, intercom: AsyncIntercom) -> Any:
        """Return the noun of a client."""
        return attrgetter(self.noun or self.name)(intercom)

    def listers(self, intercom: AsyncIntercom) -> Sequence[Lister]:
        """Return the lists of a client that together hold all records."""
        return [self.of(intercom).list] if self.lists is None else self.lists(intercom)

    def is_in(self, intercom: AsyncIntercom) -> bool:
        """Tell whether the client's API version has it."""
        try:
            for lister in self.listers(intercom):
                lister(raw=True)  # sends nothing yet
        except ConfigurationError:
            return False
        return True


async def _whole_conversation(intercom: AsyncIntercom, id: str, _: bytes | None) -> bytes:
    return await intercom.conversations.retrieve(id, raw=True)


async def _whole_contact(intercom: AsyncIntercom, id: str, listed: bytes | None) -> bytes:
    """Return a contact with the whole of those lists that hold the first ten only.

    A list that is refused, or gives fewer than that, stays as it was.
    """
    contacts: Any = intercom.contacts
    raw: bytes = await contacts.retrieve(id, raw=True) if listed is None else listed
    cut = _cut(raw)
    if not cut:
        return raw
    record = _fields(raw)
    for name, first in cut.items():
        try:
            items = await _all_of(contacts, id, name)
        except (BadRequest, Forbidden, NotFound, UnprocessableEntity):
            await contacts.retrieve(id, raw=True)  # which tells if the contact itself is gone
            continue
        if len(items) >= len(first.data):
            record[name] = _list_of(items)
    return msgspec.json.encode(record)


def _cut(raw: bytes) -> "dict[str, _List]":
    """Return those lists of a contact that do not hold all there is."""
    found = _inline(raw)
    lists = {name: getattr(found, name) for name in _CUT}
    return {name: inline for name, inline in lists.items() if inline and inline.has_more}


async def _all_of(contacts: Any, id: str, name: str) -> list[msgspec.Raw]:
    if name in _CONSENTS:  # one list of both, told apart by what their types ask for
        return await _chosen(contacts, id, _CONSENTS[name])
    return [msgspec.Raw(item) async for item in getattr(contacts, name).list(id, raw=True)]


async def _chosen(contacts: Any, id: str, consent: str) -> list[msgspec.Raw]:
    """Return the subscription types that a contact opted in to, or those that it opted out of."""
    listed = [item async for item in contacts.subscriptions.list(id, raw=True)]
    return [msgspec.Raw(item) for item in listed if _subscription(item).consent_type == consent]


def _list_of(items: list[msgspec.Raw]) -> msgspec.Raw:
    whole = {"type": "list", "data": items, "total_count": len(items), "has_more": False}
    return msgspec.Raw(msgspec.json.encode(whole))


async def _whole_call(intercom: AsyncIntercom, id: str, listed: bytes | None) -> bytes:
    """Return a call with its transcript, which the search alone gives."""
    raw: bytes = await intercom.calls.retrieve(id, raw=True) if listed is None else listed
    conversation = _call(raw).conversation_id
    if conversation is None:
        return raw
    found = intercom.calls.search(conversation_ids=[conversation], raw=True)
    async for call in found:
        if str(_call(call).id) == id:
            return msgspec.json.encode(_fields(call) | _fields(raw))
    return raw


class _Call(msgspec.Struct, gc=False):
    id: str | int
    conversation_id: str | int | None = None


class _List(msgspec.Struct, gc=False):
    has_more: Any = None
    data: list[msgspec.Raw] = []


class _Inline(msgspec.Struct, gc=False):
    tags: _List | None = None
    notes: _List | None = None
    companies: _List | None = None
    opted_in_subscription_types: _List | None = None
    opted_out_subscription_types: _List | None = None


class _Subscription(msgspec.Struct, gc=False):
    consent_type: Any = None


_CONSENTS: Final = {
    "opted_in_subscription_types": "opt_in",
    "opted_out_subscription_types": "opt_out",
}
_CUT: Final = ("tags", "notes", "companies", *_CONSENTS)
_subscription: Final = codec.record_decoder(_Subscription)
_call: Final = codec.record_decoder(_Call)
_inline: Final = codec.record_decoder(_Inline)
_fields: Final = codec.record_decoder(dict[str, msgspec.Raw])


def _all_tickets(intercom: AsyncIntercom) -> Sequence[Lister]:
    search: Any = intercom.tickets.search
    return [partial(search, TicketFields.created_at > 0)]


def _attributes(intercom: AsyncIntercom) -> Sequence[Lister]:
    of: Any = intercom.data_attributes.list
    models = ["contact", "company"]
    if versions.order(intercom.version) < versions.order("2.16"):
        models.append("conversation")
    return [partial(of, model=model, include_archived=True) for model in models]


def _activity_logs(intercom: AsyncIntercom) -> Sequence[Lister]:
    of: Any = intercom.activity_logs.list
    return [partial(of, created_at_after=FIRST_SECOND)]


_PAGE: Final = 50  # where the reference names no maximum
_STREAMS: Final = (
    Stream(
        "conversations",
        F,
        MAX_PER_PAGE,
        is_retrievable=True,
        complete=_whole_conversation,
        deletions="conversations.deleted",
    ),
    Stream(
        "contacts",
        ContactFields,
        MAX_PER_PAGE,
        is_retrievable=True,
        complete=_whole_contact,
        cut=lambda raw: [*_cut(raw)],
        by_windows=False,  # which would hold days of the workspace's zone, and match no count
    ),
    Stream("tickets", TicketFields, MAX_PER_PAGE, is_retrievable=True, lists=_all_tickets),
    Stream("companies", None, 60, is_retrievable=True, reach=10_000, beyond="scroll"),
    Stream("calls", None, 25, is_retrievable=True, complete=_whole_call),
    Stream("activity_logs", None, _PAGE, lists=_activity_logs, grows=True),
    Stream("conversation_deletions", None, 60, noun="conversations.deleted", grows=True),
    Stream("articles", None, _PAGE, is_retrievable=True),
    Stream("internal_articles", None, _PAGE, is_retrievable=True),
    Stream("external_pages", None, _PAGE, is_retrievable=True),
    Stream("content_snippets", None, _PAGE, is_retrievable=True),
    Stream("news_items", None, _PAGE, is_retrievable=True),
    Stream("newsfeeds", None, _PAGE),
    Stream("collections", None, _PAGE),
    Stream("help_centers"),
    Stream("content_import_sources", None, _PAGE),
    Stream("macros", None, MAX_PER_PAGE),
    Stream("audiences", None, _PAGE),
    Stream("data_connectors", None, _PAGE),
    Stream("admins"),
    Stream("teams"),
    Stream("tags"),
    Stream("segments"),
    Stream("data_attributes", lists=_attributes),
    Stream("conversation_attributes"),
    Stream("ticket_types"),
    Stream("ticket_states"),
    Stream("subscription_types"),
    Stream("away_status_reasons"),
    Stream("office_hours"),
    Stream("brands"),
    Stream("emails"),
)

STREAMS: Final[Mapping[str, Stream]] = {stream.name: stream for stream in _STREAMS}
"""All streams by name, the slowest first."""

DEFAULT: Final = ("conversations", "admins", "teams", "tags", "segments", "data_attributes")
"""Conversations, and what names whom and what they are about."""


def choose(names: Iterable[str]) -> tuple[str, ...]:
    """Return the streams that are named, in the order in which they are begun.

    Args:
        names: Their names, ``all`` for all, and a name after a minus for one to leave out.

    Raises:
        ConfigurationError: There is no such stream, or none is left.
    """
    chosen: set[str] = set()
    for name in (given := list(names)):
        bare = name.removeprefix("-")
        if bare not in STREAMS and name != "all":
            near = get_close_matches(bare, STREAMS) or STREAMS
            raise ConfigurationError(f"there is no stream {bare!r}; there are {', '.join(near)}")
        if bare != name:
            chosen = (chosen or set(DEFAULT)) - {bare}
        else:
            chosen |= set(STREAMS) if name == "all" else {name}
    if not chosen:
        raise ConfigurationError(f"streams: {', '.join(given) or 'none'} leaves none to export")
    return tuple(name for name in STREAMS if name in chosen)
