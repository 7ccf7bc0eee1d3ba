"""Companies: their operations, and how they look."""

from typing import Final

from intercom_async.emulator.bodies import Body
from intercom_async.emulator.collection import Collection, Noun
from intercom_async.emulator.operations import companies, notes

COMPANIES: Final = (
    Noun(
        "/companies",
        {
            "GET ": companies.find_or_list,
            "POST ": companies.save_company,
            "POST /list": companies.list_companies,
            "GET /scroll": companies.scroll_companies,
            "GET /{id}": Collection.retrieve,
            "PUT /{id}": companies.update_company,
            "DELETE /{id}": companies.delete_company,
            "GET /{id}/contacts": companies.list_contacts,
            "GET /{id}/segments": companies.list_segments,
            "GET /{id}/notes": notes.list_notes,
            "POST /{id}/notes": notes.create_note,
        },
        missing=("company_not_found", "Company Not Found"),
        show=companies.show_company,
        is_listed=companies.has_users,
        filters={"tag_id": companies.has_tag, "segment_id": companies.in_segment},
        writable={
            **dict.fromkeys(("name", "industry", "website"), Body.optional_text),
            "custom_attributes": Body.mapping,
            "monthly_spend": companies.read_spend,
            "plan": companies.read_plan,
            "remote_created_at": Body.second,
            "size": Body.second,
        },
    ),
)
