"""Contacts: ``intercom.contacts``.

Source: API reference 2.10, "Contacts" and what is attached to them; later versions as named.
"""

from typing import Any, Literal, TypedDict, TypeVar, Unpack, overload

from intercom_async.core.attached import sub
from intercom_async.core.inputs import Id, checked, mapping, number
from intercom_async.core.pages import Pages
from intercom_async.core.plain import identifier, text
from intercom_async.core.query import AnyQuery
from intercom_async.core.resource import (
    Listable,
    ListedUnder,
    Listing,
    PageOptions,
)
from intercom_async.core.scannable import Scannable
from intercom_async.core.versions import order
from intercom_async.models.company import Company
from intercom_async.models.contact import (
    Banner,
    Contact,
    ContactFields,
    ContactInput,
    ContactSort,
    ContactState,
    DismissedBanner,
    MergedContact,
)
from intercom_async.models.segment import Segment
from intercom_async.models.subscription_type import SubscriptionType
from intercom_async.models.tag import Tag
from intercom_async.resources.notes import NotesUnder

S = TypeVar("S")


class MergeHistoryOptions(PageOptions, total=False):
    """In which order to list what was merged; else as ``PageOptions``.

    Attributes:
        order: By the time of merging, the latest first (``"desc"``) or last.
    """

    order: Literal["asc", "desc"]


class ContactSearchOptions(PageOptions, total=False):
    """In which order a search gives contacts; else as ``PageOptions``.

    Attributes:
        sort: The order, documented from version 2.16.
    """

    sort: ContactSort | None


class ContactNotes(NotesUnder):
    """The notes on a contact: ``intercom.contacts.notes``."""

    _all = "/contacts/{id}/notes"


class ContactTags(ListedUnder[Tag]):
    """The tags of a contact: ``intercom.contacts.tags``."""

    _model = Tag
    _all = "/contacts/{id}/tags"

    async def add(self, id: Id, *, tag_id: Id) -> Tag:
        """Put a tag on a contact, and return the tag."""
        body = {"id": identifier("tag_id", tag_id)}
        return await self._send("POST /contacts/{id}/tags", Tag, id, body=body, named=tag_id)

    async def remove(self, id: Id, *, tag_id: Id) -> Tag:
        """Take a tag off a contact, and return the tag."""
        return await self._send("DELETE /contacts/{id}/tags/{tag_id}", Tag, id, tag_id)


class ContactCompanies(ListedUnder[Company]):
    """The companies that a contact belongs to: ``intercom.contacts.companies``."""

    _model = Company
    _all = "/contacts/{id}/companies"
    _key = "companies"
    _numbered = True

    async def attach(self, id: Id, *, company_id: Id) -> Company:
        """Make a contact belong to a company, by the id Intercom gave that."""
        body = {"id": identifier("company_id", company_id)}
        path = "POST /contacts/{id}/companies"
        return await self._send(path, Company, id, body=body, named=company_id)

    async def detach(self, id: Id, *, company_id: Id) -> Company:
        """Take a contact out of a company."""
        path = "DELETE /contacts/{id}/companies/{company_id}"
        return await self._send(path, Company, id, company_id)


class ContactSegments(ListedUnder[Segment]):
    """The segments that a contact is in: ``intercom.contacts.segments``."""

    _model = Segment
    _all = "/contacts/{id}/segments"


class ContactSubscriptions(ListedUnder[SubscriptionType]):
    """What a contact opted in to or out of: ``intercom.contacts.subscriptions``."""

    _model = SubscriptionType
    _all = "/contacts/{id}/subscriptions"

    async def add(
        self, id: Id, *, subscription_id: Id, consent_type: Literal["opt_in", "opt_out"]
    ) -> SubscriptionType:
        """Opt a contact in to a subscription type, or out of it."""
        fields = {
            "id": identifier("subscription_id", subscription_id),
            "consent_type": text("consent_type", consent_type),
        }
        path = "POST /contacts/{id}/subscriptions"
        return await self._send(path, SubscriptionType, id, body=fields, named=subscription_id)

    async def remove(self, id: Id, *, subscription_id: Id) -> SubscriptionType:
        """Undo what a contact was opted in to or out of."""
        path = "DELETE /contacts/{id}/subscriptions/{subscription_id}"
        return await self._send(path, SubscriptionType, id, subscription_id)


class ContactMergeHistory(Listing[MergedContact]):
    """What was merged into a user: ``intercom.contacts.merge_history`` (from 2.16)."""

    _model = MergedContact
    _all = "/contacts/{id}/merge_history"
    _per_page = _max_per_page = 150
    _options = MergeHistoryOptions
    _since = "2.16"

    @overload
    def list(self, id: Id, **page: Unpack[MergeHistoryOptions]) -> Pages[MergedContact]: ...
    @overload
    def list(self, id: Id, *, type: type[S], **page: Unpack[MergeHistoryOptions]) -> Pages[S]: ...
    @overload
    def list(
        self, id: Id, *, raw: Literal[True], **page: Unpack[MergeHistoryOptions]
    ) -> Pages[bytes]: ...
    def list(self, id: Id, *, type: Any = None, raw: bool = False, **page: Any) -> Pages[Any]:
        """Walk what was merged into the user of an id; see ``MergeHistoryOptions``."""
        return self._list(type, raw, id, **page)


class ContactBanners(ListedUnder[Banner]):
    """The banners a contact is shown: ``intercom.contacts.banners`` (from 2.16).

    Each list counts as a showing, so that it is tried again as a write is.
    """

    _model = Banner
    _all = "/contacts/{id}/banners"
    _since = "2.16"
    _read = False

    async def dismiss(self, id: Id, *, view_id: Id) -> DismissedBanner:
        """Close a banner for a contact. Safe to repeat."""
        path = "POST /contacts/{id}/banners/{view_id}/dismiss"
        return await self._send(path, DismissedBanner, id, view_id, repeatable=True)


class Contacts(Listable[Contact], Scannable[Contact]):
    """The users and leads of a workspace.

    Until version 2.16 a search compares dates by whole days of the workspace's time zone: ``>``
    begins with the next day, ``<`` ends before the day, and what ``where`` says of dates is meant
    so, too. The span of a ``scan`` is exact to the second all the same: it asks for the days
    around each window, about one too many, and leaves out what was created beyond.
    """

    _model = Contact
    _all = "/contacts"
    _one = "/contacts/{id}"
    _search = "/contacts/search"
    _fields = ContactFields
    _per_page_of_search = 150
    _by_day_until = "2.16"

    banners: sub[ContactBanners] = sub(ContactBanners)
    companies: sub[ContactCompanies] = sub(ContactCompanies)
    merge_history: sub[ContactMergeHistory] = sub(ContactMergeHistory)
    notes: sub[ContactNotes] = sub(ContactNotes)
    segments: sub[ContactSegments] = sub(ContactSegments)
    subscriptions: sub[ContactSubscriptions] = sub(ContactSubscriptions)
    tags: sub[ContactTags] = sub(ContactTags)

    @overload
    def search(
        self, query: AnyQuery[Contact], **page: Unpack[ContactSearchOptions]
    ) -> Pages[Contact]: ...
    @overload
    def search(
        self, query: AnyQuery[Contact], *, type: type[S], **page: Unpack[ContactSearchOptions]
    ) -> Pages[S]: ...
    @overload
    def search(
        self, query: AnyQuery[Contact], *, raw: Literal[True], **page: Unpack[ContactSearchOptions]
    ) -> Pages[bytes]: ...
    def search(
        self,
        query: AnyQuery[Contact],
        *,
        type: Any = None,
        raw: bool = False,
        sort: ContactSort | None = None,
        **page: Any,
    ) -> Pages[Any]:
        """Walk the contacts that match a query; see ``Searchable.search``.

        Args:
            query: An expression of ``ContactFields``, or the API's own JSON as a mapping.
            type: A struct (or any type msgspec decodes) of your own to decode into.
            raw: Give each contact as the API's own bytes, undecoded.
            sort: See ``ContactSearchOptions``.
            **page: Likewise.
        """
        order_ = None if sort is None else checked("sort", ContactSort, mapping("sort", sort))
        return self._searched(query, type, raw, order_, **page)

    async def find_by_external_id(self, external_id: Id) -> Contact:
        """Fetch the contact of an id that the workspace gave it (from version 2.13)."""
        path = "GET /contacts/find_by_external_id/{external_id}"
        return await self._send(path, Contact, external_id, named=None, since="2.13")

    async def create(self, **contact: Unpack[ContactInput]) -> Contact:
        """Create a user, by ``email`` or ``external_id``, or a lead, by ``role``.

        Raises:
            Conflict: There is one of that email address or external id.
        """
        return await self._send("POST /contacts", Contact, body=self._input("create", contact))

    async def update(self, id: Id, **changes: Unpack[ContactInput]) -> Contact:
        """Change what is given of a contact; ``None`` clears. See ``ContactInput``."""
        body = self._input("update", changes)
        return await self._send("PUT /contacts/{id}", Contact, id, body=body, nulls=True)

    async def merge(
        self, id: Id, *, into: Id, skip_duplicate_validation: bool | None = None
    ) -> Contact:
        """Merge a lead into a user, which is returned; the lead is gone.

        Args:
            id: The lead's id.
            into: The user's id.
            skip_duplicate_validation: Whether they need not be alike. Later than version 2.10.
        """
        fields = {
            "from": identifier("id", id),
            "into": identifier("into", into),
            **checked("merge", _Merge, {"skip_duplicate_validation": skip_duplicate_validation}),
        }
        return await self._send("POST /contacts/merge", Contact, body=fields, named=into)

    async def archive(self, id: Id) -> ContactState:
        """Archive a contact; ``unarchive`` brings it back."""
        return await self._send("POST /contacts/{id}/archive", ContactState, id, named=id)

    async def unarchive(self, id: Id) -> ContactState:
        """Bring an archived contact back."""
        return await self._send("POST /contacts/{id}/unarchive", ContactState, id, named=id)

    async def block(self, id: Id) -> ContactState:
        """Block a contact and archive its conversations (from version 2.13)."""
        path = "POST /contacts/{id}/block"
        return await self._send(path, ContactState, id, named=id, since="2.13")

    async def delete(self, id: Id) -> ContactState:
        """Delete a contact for good."""
        return await self._send("DELETE /contacts/{id}", ContactState, id)

    def _input(self, what: str, given: ContactInput) -> dict[str, object]:
        fields = checked(what, ContactInput, given)
        owner = fields.get("owner_id")
        if owner is not None and order(self._client.version) < order("2.16"):
            fields["owner_id"] = number(f"{what}: owner_id", owner)
        return fields


class _Merge(TypedDict):
    skip_duplicate_validation: bool | None
