"""The operations of contacts, companies, notes and subscription types."""

from typing import Final

from intercom_async.models.contact import ContactFields as C
from tests.contract.judge import Calls, Contract, Since

CALLS: Final[Calls] = {
    "ListContacts": lambda i: i.contacts.list(),
    "ListContacts: resumed": lambda i: i.contacts.list(per_page=1, resume="x"),
    "SearchContacts": lambda i: i.contacts.search((C.created_at > 1) & (C.role == "lead")),
    "SearchContacts: tagged": lambda i: i.contacts.search(C.tag_id == 1, per_page=1, resume="x"),
    "SearchContacts: attribute": lambda i: i.contacts.search(C["custom_attributes.plan"] == "pro"),
    "SearchContacts: sorted": Since(
        "2.16",
        lambda i: i.contacts.search(
            C.role == "user", sort={"field": "created_at", "order": "ascending"}
        ),
    ),
    "ShowContact": lambda i: i.contacts.retrieve("5f"),
    "ShowContactByExternalId": lambda i: i.contacts.find_by_external_id("u-1"),
    "CreateContact": lambda i: i.contacts.create(
        role="user", email="a@example.com", external_id="u", owner_id=3, signed_up_at=7
    ),
    "CreateContact: all": lambda i: i.contacts.create(
        email="a@example.com",
        name="Ada",
        phone="+353",
        avatar="https://example.com/a.png",
        last_seen_at=8,
        unsubscribed_from_emails=False,
        custom_attributes={"a": 1},
    ),
    "CreateContact: verified": Since(
        "2.16", lambda i: i.contacts.create(email="a@example.com", email_verified=True)
    ),
    "UpdateContact": lambda i: i.contacts.update("5f", name=None, custom_attributes={"a": "x"}),
    "UpdateContact: all": lambda i: i.contacts.update(
        "5f",
        role="user",
        email="a@example.com",
        external_id="u",
        phone=None,
        avatar=None,
        signed_up_at=1,
        last_seen_at=2,
        owner_id="3",
        unsubscribed_from_emails=True,
    ),
    "UpdateContact: verified": Since(
        "2.16", lambda i: i.contacts.update("5f", email_verified=True)
    ),
    "DeleteContact": lambda i: i.contacts.delete("5f"),
    "MergeContact": lambda i: i.contacts.merge("5e", into="5f"),
    "MergeContact: others": Since(
        "2.16", lambda i: i.contacts.merge("5e", into="5f", skip_duplicate_validation=True)
    ),
    "ListContactMergeHistory": lambda i: i.contacts.merge_history.list(
        "5f", order="asc", per_page=5
    ),
    "ListContactMergeHistory: resumed": lambda i: i.contacts.merge_history.list(
        "5f", resume="?cursor=x"
    ),
    "ArchiveContact": lambda i: i.contacts.archive("5f"),
    "UnarchiveContact": lambda i: i.contacts.unarchive("5f"),
    "BlockContact": lambda i: i.contacts.block("5f"),
    "listContactBanners": lambda i: i.contacts.banners.list("5f"),
    "dismissContactBanner": lambda i: i.contacts.banners.dismiss("5f", view_id="v"),
    "listNotes": lambda i: i.contacts.notes.list("5f"),
    "createNote": lambda i: i.contacts.notes.create("5f", body="x", admin_id=3),
    "listTagsForAContact": lambda i: i.contacts.tags.list("5f"),
    "attachTagToContact": lambda i: i.contacts.tags.add("5f", tag_id=3),
    "detachTagFromContact": lambda i: i.contacts.tags.remove("5f", tag_id=3),
    "listCompaniesForAContact": lambda i: i.contacts.companies.list("5f"),
    "attachContactToACompany": lambda i: i.contacts.companies.attach("5f", company_id="6f"),
    "detachContactFromACompany": lambda i: i.contacts.companies.detach("5f", company_id="6f"),
    "listSegmentsForAContact": lambda i: i.contacts.segments.list("5f"),
    "listSubscriptionsForAContact": lambda i: i.contacts.subscriptions.list("5f"),
    "attachSubscriptionTypeToContact": lambda i: i.contacts.subscriptions.add(
        "5f", subscription_id=3, consent_type="opt_in"
    ),
    "detachSubscriptionTypeToContact": lambda i: i.contacts.subscriptions.remove(
        "5f", subscription_id=3
    ),
    "retrieveNote": lambda i: i.notes.retrieve("1"),
    "listSubscriptionTypes": lambda i: i.subscription_types.list(),
    "listAllCompanies": lambda i: i.companies.list(order="asc"),
    "retrieveCompany": lambda i: i.companies.list(tag_id="1", per_page=15),
    "retrieveCompany: segment": lambda i: i.companies.list(segment_id="1", resume="?page=2"),
    "scrollOverAllCompanies": lambda i: i.companies.scroll(),
    "RetrieveACompanyById": lambda i: i.companies.retrieve("1"),
    "createOrUpdateCompany": lambda i: i.companies.create_or_update(
        name="x",
        company_id="y",
        plan="p",
        size=3,
        website="https://example.com",
        industry="i",
        monthly_spend=5,
        remote_created_at=7,
        custom_attributes={"a": "b"},
    ),
    "createOrUpdateCompany: seen": Since(
        "2.16", lambda i: i.companies.create_or_update(company_id="y", update_last_request_at=True)
    ),
    "UpdateCompany": Since(
        "2.16",  # earlier documents have no body for it
        lambda i: i.companies.update(
            "1",
            name="x",
            plan="p",
            size=1,
            website="w",
            industry="i",
            monthly_spend=2,
            custom_attributes={"a": "b"},
        ),
    ),
    "deleteCompany": lambda i: i.companies.delete("1"),
    "ListAttachedContacts": lambda i: i.companies.contacts.list("1"),
    "ListAttachedSegmentsForCompanies": lambda i: i.companies.segments.list("1"),
    "listCompanyNotes": lambda i: i.companies.notes.list("1"),
    "createCompanyNote": lambda i: i.companies.notes.create("1", body="x", admin_id="2"),
}


class TestContacts(Contract):
    """Contacts, companies and what is attached to them, by the documents."""

    calls = CALLS
