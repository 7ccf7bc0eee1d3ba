"""Companies: ``intercom.companies``.

Source: API reference 2.10, "Companies"; 2.15 and 2.16 for notes.
"""

from typing import Any, Literal, TypeVar, Unpack, overload

from intercom_async.core import codec
from intercom_async.core.attached import sub
from intercom_async.core.inputs import Id, checked
from intercom_async.core.pages import Pages
from intercom_async.core.resource import (
    Listable,
    ListedUnder,
    Listing,
    ListOptions,
    PageOptions,
    Retrievable,
)
from intercom_async.errors import DecodeError, QueryError
from intercom_async.models.company import Company, CompanyChanges, NewCompany
from intercom_async.models.contact import Contact
from intercom_async.models.deleted import Deleted
from intercom_async.models.segment import Segment
from intercom_async.resources.notes import NotesUnder

S = TypeVar("S")


class CompanyFilters(PageOptions, total=False):
    """Which companies to list: with a tag, or in a segment; else as ``PageOptions``.

    Attributes:
        tag_id: The tag.
        segment_id: The segment.
    """

    tag_id: str | int
    segment_id: str | int


class CompanyOrder(PageOptions, total=False):
    """In which order to list all companies; else as ``PageOptions``.

    Attributes:
        order: By when one of their contacts was last seen, the latest first (``"desc"``) or last.
    """

    order: Literal["asc", "desc"]


class CompanyOptions(CompanyFilters, CompanyOrder, total=False):
    """How to walk the list: ``CompanyFilters``, or without those ``CompanyOrder``."""


class CompanyContacts(ListedUnder[Contact]):
    """The contacts that belong to a company: ``intercom.companies.contacts``."""

    _model = Contact
    _all = "/companies/{id}/contacts"
    _numbered = True


class CompanySegments(ListedUnder[Segment]):
    """The segments that a company is in: ``intercom.companies.segments``."""

    _model = Segment
    _all = "/companies/{id}/segments"


class CompanyNotes(NotesUnder):
    """The notes on a company: ``intercom.companies.notes`` (from 2.15; to write from 2.16)."""

    _all = "/companies/{id}/notes"
    _since = "2.15"
    _create_since = "2.16"


class Companies(Listing[Company], Retrievable[Company]):
    """The companies of a workspace; those without contacts are in no list.

    ``list`` reaches 10,000 companies. ``scroll`` reaches all, one scroll of a workspace at a time,
    whoever does it; the API forgets one that is not gone on with within a minute.
    """

    _model = Company
    _all = "/companies"
    _one = "/companies/{id}"
    _numbered = True
    _per_page = _max_per_page = 60
    _options = CompanyFilters

    contacts: sub[CompanyContacts] = sub(CompanyContacts)
    notes: sub[CompanyNotes] = sub(CompanyNotes)
    segments: sub[CompanySegments] = sub(CompanySegments)

    @overload
    def list(self, **page: Unpack[CompanyOptions]) -> Pages[Company]: ...
    @overload
    def list(self, *, type: type[S], **page: Unpack[CompanyOptions]) -> Pages[S]: ...
    @overload
    def list(self, *, raw: Literal[True], **page: Unpack[CompanyOptions]) -> Pages[bytes]: ...
    def list(self, *, type: Any = None, raw: bool = False, **page: Any) -> Pages[Any]:
        """Walk the companies, in the order in which they were last seen; see ``CompanyOptions``."""
        if page.keys() & {"tag_id", "segment_id"}:
            return self._list(type, raw, **page)
        return _AllCompanies(self._client)._list(type, raw, **page)  # noqa: SLF001

    @overload
    def scroll(self, **options: Unpack[ListOptions]) -> Pages[Company]: ...
    @overload
    def scroll(self, *, type: type[S], **options: Unpack[ListOptions]) -> Pages[S]: ...
    @overload
    def scroll(self, *, raw: Literal[True], **options: Unpack[ListOptions]) -> Pages[bytes]: ...
    def scroll(self, *, type: Any = None, raw: bool = False, **options: Any) -> Pages[Any]:
        """Walk every company.

        Raises:
            BadRequest: While iterating: another scroll of the workspace is under way, and still
                is after a minute of waiting.
        """
        return _Scroll(self._client)._list(type, raw, **options)  # noqa: SLF001

    async def find(self, *, name: str | None = None, company_id: Id | None = None) -> Company:
        """Fetch the company of a name, or of the id the workspace gave it."""
        if (name is None) == (company_id is None):
            raise QueryError("find: give exactly one of name, company_id")
        query = {"name": name, "company_id": company_id}
        answer: type[Any] = object  # which names itself a company or a list
        found: Company = await self._send("GET /companies", answer, query=query, decode=_found)
        return found

    async def create_or_update(self, **company: Unpack[NewCompany]) -> Company:
        """Create a company, or change the one of its ``company_id``; see ``NewCompany``.

        Safe to repeat where ``company_id`` is given.
        """
        body = checked("create_or_update", NewCompany, company)
        found = "company_id" in body
        return await self._send("POST /companies", Company, body=body, repeatable=found)

    async def update(self, id: Id, **changes: Unpack[CompanyChanges]) -> Company:
        """Change what is given of a company; see ``CompanyChanges``."""
        body = checked("update", CompanyChanges, changes)
        return await self._send("PUT /companies/{id}", Company, id, body=body)

    async def delete(self, id: Id) -> Deleted:
        """Delete a company; its contacts stay."""
        return await self._send("DELETE /companies/{id}", Deleted, id)


def _found(body: bytes) -> Company:
    # The documents promise a list, the API answers with the company.
    try:
        listed = codec.page_decoder(Company)(body).items
    except DecodeError:
        return codec.record_decoder(Company)(body)
    if not listed:
        raise DecodeError("an empty list in place of a company", body=body, json_path="$.data")
    return listed[0]


class _AllCompanies(Listable[Company]):
    _model = Company
    _all = "/companies/list"
    _method = "POST"
    _options = CompanyOrder
    _numbered = True
    _per_page = _max_per_page = 60


class _Scroll(Listing[Company]):
    _model = Company
    _all = "/companies/scroll"
