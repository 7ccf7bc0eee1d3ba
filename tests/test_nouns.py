"""What the documents do not tell of nouns: how they are served, and what lists are asked."""

import inspect
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from intercom_async import AsyncIntercom, DecodeError, F, QueryError
from intercom_async.core import codec
from intercom_async.core.attached import lazy, sub
from intercom_async.core.call import Call
from intercom_async.models import Contact, ContactFields, Tag, TicketFields
from intercom_async.resources.contacts import Contacts


class Recorder(AsyncIntercom):
    """Answers with what it was given, one after the other."""

    def __init__(self, *answers: object, version: str = "2.10") -> None:
        super().__init__(token="a-token", version=version)
        self.answers = [json.dumps(answer).encode() for answer in answers]
        self.asked: list[Call[Any]] = []

    async def send(self, call: Call[Any]) -> Any:
        self.asked.append(call)
        return call.decode(self.answers.pop(0))

    def paths(self) -> list[str]:
        return [f"{call.method} {call.path}" for call in self.asked]


def test_a_list_that_is_cut_short_tells_how_many_there_are() -> None:
    tag = {"type": "tag", "id": 7, "url": "/tags/7"}
    sent = {"id": 5, "tags": {"data": [tag], "total_count": 12, "has_more": True}, "notes": None}
    contact = codec.record_decoder(Contact)(json.dumps(sent).encode())
    assert (contact.id, [each.id for each in contact.tags]) == ("5", ["7"])
    assert (contact.tags.total_count, contact.tags.has_more) == (12, True)
    assert (contact.notes, contact.notes.total_count, contact.notes.has_more) == ([], None, False)


@pytest.mark.parametrize(
    "answer",
    [{"id": "c"}, {"type": "list", "data": [{"id": "c"}, {"id": "d"}]}],
    ids=["a company", "a list"],
)
async def test_a_company_is_found_whichever_way_the_api_answers(answer: object) -> None:
    intercom = Recorder(answer)
    assert (await intercom.companies.find(company_id=7)).id == "c"
    assert intercom.paths() == ["GET /companies?company_id=7"]


async def test_no_company_is_an_error() -> None:
    with pytest.raises(DecodeError, match="empty list"):
        await Recorder({"type": "list", "data": []}).companies.find(name="x")
    for given in ({}, {"name": "x", "company_id": "y"}):
        with pytest.raises(QueryError, match="exactly one of name, company_id"):
            await Recorder().companies.find(**given)


async def test_a_scroll_goes_on_by_the_same_parameter_until_it_is_empty() -> None:
    pages = [["a", "b"], ["c"], []]
    intercom = Recorder(
        *({"data": [{"id": id} for id in ids], "scroll_param": "s&1"} for ids in pages)
    )
    assert [company.id async for company in intercom.companies.scroll()] == ["a", "b", "c"]
    following = "GET /companies/scroll?scroll_param=s%261"
    assert intercom.paths() == ["GET /companies/scroll", following, following]


async def test_all_companies_are_listed_by_number() -> None:
    intercom = Recorder(
        {"data": [{"id": "a"}], "pages": {"page": 1, "total_pages": 2}},
        {"data": [{"id": "b"}], "pages": {"page": 2, "total_pages": 2}},
    )
    assert [company.id async for company in intercom.companies.list(order="asc")] == ["a", "b"]
    assert intercom.paths() == [
        "POST /companies/list?order=asc&per_page=60",
        "POST /companies/list?order=asc&page=2&per_page=60",
    ]
    assert all(call.read for call in intercom.asked)


@pytest.mark.parametrize(("version", "sent"), [("2.10", 3), ("2.15", 3), ("2.16", "3")])
async def test_an_owner_is_sent_as_the_version_has_it(version: str, sent: object) -> None:
    intercom = Recorder({"id": "1"}, version=version)
    await intercom.contacts.update("1", owner_id="3")
    assert json.loads(intercom.asked[0].body or b"") == {"owner_id": sent}


def test_filters_of_another_noun_are_refused() -> None:
    intercom: Any = Recorder()
    with pytest.raises(QueryError, match="is a filter of conversations, not of contacts"):
        intercom.contacts.search(F.id == "1")
    with pytest.raises(QueryError, match="is a filter of contacts, not of conversations"):
        intercom.conversations.search((F.open == True) & (ContactFields.role == "lead"))  # noqa: E712


def test_contacts_are_searched_with_fewer_operators() -> None:
    with pytest.raises(QueryError, match=r"created_at .* does not take the operator '>='"):
        _ = ContactFields.created_at >= 5
    with pytest.raises(QueryError, match=r"tag_id .* it takes = !="):
        ContactFields.tag_id.is_in(["1"])
    with pytest.raises(QueryError, match=r"contacts have no searchable field 'nmae'; .* name"):
        _ = ContactFields.nmae  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("query", "value"),
    [
        (TicketFields["ticket_attribute.5"] == "x", "x"),
        (TicketFields["ticket_attribute.5"] >= 1.5, 1.5),
        (TicketFields["ticket_attribute.5"] < datetime.fromtimestamp(7, UTC), 7),
        (TicketFields["ticket_attribute.5"].is_in([True, "x"]), [True, "x"]),
    ],
    ids=["a text", "a number", "a moment", "a list"],
)
async def test_tickets_are_searched_by_their_attributes(query: Any, value: object) -> None:
    intercom = Recorder({"tickets": []})
    await intercom.tickets.search(query)
    sent = json.loads(intercom.asked[0].body or b"")["query"]
    assert (sent["field"], sent["value"]) == ("ticket_attribute.5", value)
    await Recorder({"tickets": []}).tickets.search(sent)  # as the API's own JSON, too


def test_each_noun_has_its_own_name_for_attributes_of_the_workspace() -> None:
    with pytest.raises(
        QueryError, match=r"tickets have no searchable field 'custom_attributes\.x'"
    ):
        TicketFields["custom_attributes.x"]
    with pytest.raises(
        QueryError, match=r"contacts have no searchable field 'ticket_attribute\.5'"
    ):
        ContactFields["ticket_attribute.5"]
    with pytest.raises(QueryError, match="no searchable field"):
        TicketFields["ticket_attribute."]
    assert ContactFields["custom_attributes.plan"].name == "custom_attributes.plan"


async def test_contacts_come_in_the_order_asked_for() -> None:
    intercom = Recorder({"data": [], "pages": {"next": {"starting_after": "x"}}}, {"data": []})
    found = intercom.contacts.search(ContactFields.role == "user", sort={"field": "created_at"})
    assert [contact async for contact in found] == []
    bodies = [json.loads(call.body or b"") for call in intercom.asked]
    assert [body["sort"] for body in bodies] == [{"field": "created_at"}] * 2
    odd: list[Any] = [{"order": "ascending"}, {"field": "x", "order": "desc"}, {"by": "x"}, "name"]
    for sort in odd:
        with pytest.raises(QueryError, match="sort"):
            intercom.contacts.search(ContactFields.role == "user", sort=sort)


def test_options_that_a_list_lacks_are_named() -> None:
    intercom: Any = Recorder()
    with pytest.raises(QueryError, match="list: there is no field 'per_page'"):
        intercom.tags.list(per_page=5)
    with pytest.raises(QueryError, match="did you mean include_count"):
        intercom.segments.list(include_counts=True)
    with pytest.raises(QueryError, match="idle_threshold must be int"):
        Recorder(version="2.16").teams.metrics.list("1", idle_threshold="soon")  # type: ignore[call-overload]


async def test_a_noun_is_made_once_a_client() -> None:
    intercom = Recorder()
    assert intercom.tags is intercom.tags
    assert intercom.with_options(max_attempts=1).tags is not intercom.tags
    assert codec.record_decoder(Tag) is codec.record_decoder(Tag)


async def test_activities_are_searched_by_numbers_in_the_body() -> None:
    intercom = Recorder(
        {"activity_logs": [{"id": "a"}], "pages": {"page": 1, "total_pages": 2}},
        {"activity_logs": [{"id": "b"}], "pages": {"page": 2, "total_pages": 2}},
        version="2.16",
    )
    after = datetime(2025, 1, 1, tzinfo=UTC)
    found = intercom.activity_logs.search(created_at_after=after, event_types=["role_change"])
    assert [entry.id async for entry in found] == ["a", "b"]
    asked = {"created_at_after": 1735689600, "event_types": ["role_change"], "per_page": 250}
    bodies = [json.loads(call.body or b"") for call in intercom.asked]
    assert bodies == [asked, asked | {"page": 2}]


async def test_the_next_activities_are_at_a_url() -> None:
    following = "https://api.intercom.io/admins/activity_logs?created_at_after=5&page=2"
    intercom = Recorder(
        {"activity_logs": [{"id": "a"}], "pages": {"next": following}}, {"activity_logs": []}
    )
    assert [entry.id async for entry in intercom.activity_logs.list(created_at_after=5)] == ["a"]
    assert intercom.paths() == [
        "GET /admins/activity_logs?created_at_after=5",
        "GET /admins/activity_logs?created_at_after=5&page=2",
    ]


@pytest.mark.parametrize("sent", [1735689600, "2025-01-01T00:00:00Z", "1735689600"])
async def test_a_call_s_times_come_either_way(sent: object) -> None:
    intercom = Recorder({"id": 1, "ended_at": sent, "answered_at": None}, version="2.16")
    call = await intercom.calls.retrieve("1")
    assert (call.id, call.ended_at) == ("1", datetime(2025, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize("ids", [[], range(21), "12", 5, [None]])
def test_calls_are_searched_by_some_conversations(ids: Any) -> None:
    with pytest.raises(QueryError, match="conversation_ids"):
        Recorder(version="2.16").calls.search(conversation_ids=ids)


async def test_messages_that_cannot_be_sent_are_refused() -> None:
    message: Any = {"message_type": "email", "admin_id": 1, "to": {"type": "user", "id": "c"}}
    intercom = Recorder()
    for wrong, told in (
        ({}, "subject"),
        ({"message_type": "fax"}, "in_app, email, whatsapp"),
        ({"message_type": "in_app", "body": "x", "admin_id": "me"}, "admin_id must be a number"),
        ({"message_type": "in_app", "body": "x", "to": "c"}, "to must be"),
        ({"message_type": "in_app", "body": "x", "subject": "s"}, "no field 'subject'"),
    ):
        with pytest.raises(QueryError, match=told):
            await intercom.messages.create(**message | wrong)
    with pytest.raises(QueryError, match="created_at_after"):
        intercom.activity_logs.list()  # type: ignore[call-overload]
    assert intercom.asked == []


def test_a_noun_of_the_class_can_be_looked_at() -> None:
    assert isinstance(AsyncIntercom.tags, lazy)  # as help() and documentation tools do


def test_what_belongs_to_a_noun_is_found_on_its_class() -> None:
    assert isinstance(inspect.getattr_static(Contacts, "notes"), sub)
    assert Contacts.notes is inspect.getattr_static(Contacts, "notes")
