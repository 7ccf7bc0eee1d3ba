"""Intercom's own client takes each list and search of the emulator for the API's.

It comes with the group ``bench``; where that is not installed, these tests are skipped.
"""

import inspect
from collections.abc import Awaitable, Callable
from importlib import import_module
from typing import Any, Final

import pytest

from intercom_async.emulator import Emulator

intercom = pytest.importorskip("intercom.client", reason="python-intercom is in the group bench")
httpx = pytest.importorskip("httpx")  # which comes with it

_VERSION: Final = {"Intercom-Version": "2.14"}
_AFTER: Final = {"field": "created_at", "operator": ">", "value": "1"}


def _query() -> Any:
    return import_module("intercom.types").SingleFilterSearchRequest(**_AFTER)


# Given the client, and the ids of a contact, a company and a conversation.
CALLS: Final[dict[str, Callable[..., Any]]] = {
    "admins": lambda i, *_: i.admins.list(),
    "activity logs": lambda i, *_: i.admins.list_all_activity_logs(created_at_after="1"),
    "import sources": lambda i, *_: i.ai_content.list_content_import_sources(),
    "external pages": lambda i, *_: i.ai_content.list_external_pages(),
    "articles": lambda i, *_: i.articles.list(),
    "articles by phrase": lambda i, *_: i.articles.search(phrase="a"),
    "away reasons": lambda i, *_: i.away_status_reasons.list_away_status_reasons(),
    "calls": lambda i, *_: i.calls.list_calls(),
    "calls of conversations": lambda i, _, __, id: i.calls.list_calls_with_transcripts(
        conversation_ids=[id]
    ),
    "companies": lambda i, *_: i.companies.list(),
    "contacts of a company": lambda i, _, id, __: i.companies.list_attached_contacts(id),
    "segments of a company": lambda i, _, id, __: i.companies.list_attached_segments(id),
    "contacts": lambda i, *_: i.contacts.list(),
    "contacts by query": lambda i, *_: i.contacts.search(query=_query()),
    "companies of a contact": lambda i, id, *_: i.contacts.list_attached_companies(id),
    "segments of a contact": lambda i, id, *_: i.contacts.list_attached_segments(id),
    "subscriptions of a contact": lambda i, id, *_: i.contacts.list_attached_subscriptions(id),
    "tags of a contact": lambda i, id, *_: i.contacts.list_attached_tags(id),
    "conversations": lambda i, *_: i.conversations.list(),
    "conversations by query": lambda i, *_: i.conversations.search(query=_query()),
    "data attributes": lambda i, *_: i.data_attributes.list(),
    "events": lambda i, *_: i.events.list(type="user", user_id="1"),
    "help centers": lambda i, *_: i.help_centers.list(),
    "internal articles": lambda i, *_: i.internal_articles.list_internal_articles(),
    "internal articles by folder": lambda i, *_: i.internal_articles.search_internal_articles(),
    "notes of a contact": lambda i, id, *_: i.notes.list(id),
    "segments": lambda i, *_: i.segments.list(),
    "subscription types": lambda i, *_: i.subscription_types.list(),
    "tags": lambda i, *_: i.tags.list(),
    "teams": lambda i, *_: i.teams.list(),
    "ticket states": lambda i, *_: i.ticket_states.list_ticket_states(),
    "ticket types": lambda i, *_: i.ticket_types.list(),
    "tickets by query": lambda i, *_: i.tickets.search(query=_query()),
}


@pytest.mark.filterwarnings("ignore")  # the client's own
@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
async def test_it_takes_the_answer(call: Callable[..., Awaitable[Any] | Any]) -> None:
    async with Emulator(conversations=40) as emulator, httpx.AsyncClient() as connections:
        client = intercom.AsyncIntercom(
            token=emulator.token,
            base_url=emulator.url,
            headers=_VERSION,
            httpx_client=connections,
        )
        workspace = emulator.workspace
        contact, company = (
            workspace.collections[noun][0]["id"] for noun in ("contacts", "companies")
        )
        answer = call(client, contact, company, workspace.ids()[0])
        if inspect.isawaitable(answer):
            answer = await answer
        assert answer is not None
        if hasattr(answer, "__aiter__"):  # not to its end, which its pager does not always find
            # None where it looks under the schema's key, and the examples have another.
            assert all(item.id for item in answer.items or ())
