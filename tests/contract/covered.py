"""What the contract covers, and what it leaves out, with the reasons."""

from typing import Final

_YET: Final = "not written yet"

COVERED: Final = frozenset(
    {
        "admins",
        "articles",
        "audiences",
        "away_status_reasons",
        "brands",
        "collections",
        "companies",
        "contacts",
        "content",
        "content_import_sources",
        "content_snippets",
        "conversations",
        "custom_object_instances",
        "data_attributes",
        "data_connectors",
        "emails",
        "external_pages",
        "help_center_redirects",
        "help_centers",
        "internal_articles",
        "ip_allowlist",
        "jobs",
        "macros",
        "news_items",
        "newsfeeds",
        "notes",
        "office_hours",
        "segments",
        "subscription_types",
        "tags",
        "teams",
        "ticket_states",
        "ticket_types",
        "tickets",
    }
)
"""Nouns whose every documented operation has a line in some table."""

MISSING: Final[dict[str, str]] = {}
"""Documented operations of covered nouns that the client lacks."""

UNMODELLED: Final[dict[str, str]] = {}
"""Documented properties, each after its schema, for which models have no field."""

_HISTORY: Final = "contacts.merge_history lists it"
_EARLIER: Final = "documented before 2.16 only, which a line cannot say"
_FOUND: Final = "companies.find sends it, and takes an answer that is no list, too"

UNSENT: Final = {
    "ListContactMergeHistory.order": _YET,
    "ListContacts.include_merge_history": _HISTORY,
    "MergeContact.include_merge_history": _HISTORY,
    "SearchContacts.include_merge_history": _HISTORY,
    "SearchContacts.sort": _YET,
    "ShowContact.include_merge_history": _HISTORY,
    "ShowContactByExternalId.include_merge_history": _HISTORY,
    "UpdateContact.include_merge_history": _HISTORY,
    "createNote.contact_id": "the path names it",
    "listCustomObjectInstances.external_id": "custom_object_instances.find_by_external_id sends it",
    "retrieveCompany.company_id": _FOUND,
    "retrieveCompany.name": _FOUND,
    "scrollOverAllCompanies.scroll_param": "a scroll cannot be resumed; a walk sends it by itself",
    "updateIpAllowlist.type": "what it is, which needs no telling",
    "updateTicket.assignment": _EARLIER,
    "updateTicket.state": _EARLIER,
    "searchConversations.include_monitors": _YET,
    "searchConversations.include_scorecards": _YET,
}
"""Documented parameters and fields of bodies, each after its operation, that no line sends."""

UNDOCUMENTED: Final = {
    "detachContactFromConversation.customer": "the documents' own examples send it",
}
"""Fields of bodies that are sent although no schema of the documents has them."""
