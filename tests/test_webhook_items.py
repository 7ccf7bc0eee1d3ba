"""Each of the topics is typed, in the shapes that are known of its item."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intercom_async.models import (
    ActivityLog,
    Admin,
    Article,
    Audience,
    Call,
    Company,
    Contact,
    ContentImportSource,
    ContentSnippet,
    Conversation,
    DataEvent,
    Job,
    Ticket,
    Visitor,
)
from intercom_async.webhooks import (
    TOPICS,
    ApiRequest,
    AttachedContact,
    AudienceMembership,
    ContactTag,
    ContentStat,
    DataConnectorExecution,
    Item,
    Notification,
    Ping,
    ProcedureHitlNotification,
    Subscription,
    SurvivingContact,
    TicketChange,
    parse_notification,
)

AT = 1_768_018_294
MOMENT = datetime.fromtimestamp(AT, UTC)
ISO = "2026-01-10T04:11:34.000+00:00"
CONTACT = {"type": "contact", "id": "c1", "role": "lead", "created_at": ISO}
TICKET = {"type": "ticket", "id": 7, "ticket_id": "66", "ticket_state": {"category": "resolved"}}
# How many topics send it, and what: an item of each kind.
EXAMPLES: dict[type[Any], tuple[int, dict[str, Any]]] = {
    ActivityLog: (
        1,
        {
            "type": "admin_activity_log_event",
            "id": "a1",
            "performed_by": {"type": "admin", "id": "1", "email": "a@example.com", "ip": "::1"},
            "metadata": {"enabled": False},
            "activity_type": "message_deletion",
        },
    ),
    Admin: (5, {"type": "admin", "id": 1, "team_ids": [9], "away_status_reason": "lunch"}),
    ApiRequest: (
        1,
        {"type": "api.request.completed", "request_id": "r", "response": {"status": 200}},
    ),
    Article: (5, {"type": "article", "id": "1", "author_id": 5, "created_at": ISO}),
    AttachedContact: (6, {"contact": CONTACT, "company": {"type": "company", "id": "1"}}),
    Audience: (3, {"type": "audience", "id": "1", "deleted": True}),
    AudienceMembership: (
        2,
        {"type": "audience_membership", "audience_id": 3, "content": {"type": "x", "id": "4"}},
    ),
    Call: (4, {"type": "call", "id": "1", "started_at": AT, "ended_at": ISO}),
    Company: (3, {"type": "company", "id": "1", "deleted": True}),
    Contact: (10, CONTACT),
    ContentStat: (
        15,
        {
            "type": "content_stat.series",
            "created_at": ISO,
            "content_stat": {"id": 1, "content_id": 2, "tags": {"type": "list", "data": []}},
            "contact": CONTACT,
        },
    ),
    ContactTag: (
        4,
        {"type": "contact_tag", "tag": {"type": "tag", "id": "1"}, "contact": CONTACT},
    ),
    ContentImportSource: (3, {"type": "content_import_source", "id": 33, "audience_ids": [5]}),
    ContentSnippet: (3, {"type": "content_snippet", "id": "1"}),
    Conversation: (20, {"type": "conversation", "id": "1", "tags": {"tags": []}}),
    DataConnectorExecution: (
        1,
        {"type": "data_connector.execution", "id": "1", "http_status": 0, "completed_at": ISO},
    ),
    DataEvent: (1, {"type": "event", "event_name": "ordered", "user_id": 12, "created_at": AT}),
    Job: (1, {"type": "job", "id": "1", "status": "success"}),
    Ping: (1, {"type": "ping", "message": "hello"}),
    ProcedureHitlNotification: (
        1,
        {
            "type": "procedure.hitl_notification",
            "conversation_id": "1",
            "expires_at": AT,
            "assign_to": {"type": "team", "id": "8", "name": "Support"},
            "recent_messages": [{"type": "conversation_part", "id": "9"}],
        },
    ),
    Subscription: (
        4,
        {
            "type": "granular_subscribe",
            "contact": CONTACT,
            "subscription_types": {"type": "list", "data": [{"type": "subscription", "id": "2"}]},
        },
    ),
    SurvivingContact: (1, CONTACT | {"merged_from": {"type": "contact", "id": "c2"}}),
    Ticket: (3, TICKET),
    TicketChange: (9, {"type": "ticket_ticket_part", "ticket": TICKET, "ticket_part": {"id": "3"}}),
    Visitor: (1, {"type": "user", "id": "1", "pseudonym": "Pink Lightbulb", "signed_up_at": ISO}),
}


def parse(topic: str, item: Any) -> Notification[Item]:
    return parse_notification(json.dumps({"topic": topic, "data": {"item": item}}).encode())


def read(topic: str, item: Any) -> Any:
    parsed = parse(topic, item)
    assert parsed.invalid is None
    return parsed.item


@pytest.mark.parametrize(("topic", "model"), TOPICS.items())
def test_each_topic_is_typed(topic: str, model: type[Any]) -> None:
    _, item = EXAMPLES[model]
    assert type(read(topic, item)) is model


def test_there_are_all_topics_there_are() -> None:
    models = list(TOPICS.values())
    assert {model: models.count(model) for model in EXAMPLES} == {
        model: count for model, (count, _) in EXAMPLES.items()
    }
    assert len(TOPICS) == 108


def test_items_hold_what_was_sent() -> None:
    stat = read("content_stat.series", EXAMPLES[ContentStat][1])
    assert (stat.created_at, stat.content_stat.content_id) == (MOMENT, "2")
    assert (stat.contact.id, stat.contact.created_at) == ("c1", MOMENT)
    assert read("admin.logged_in", EXAMPLES[Admin][1]).id == "1"
    subscription = read("granular.subscribe", EXAMPLES[Subscription][1])
    assert [each.id for each in subscription.subscription_types] == ["2"]
    hitl = read("procedure.hitl_notification.created", EXAMPLES[ProcedureHitlNotification][1])
    assert (hitl.expires_at, hitl.assign_to.name) == (MOMENT, "Support")
    assert [part.id for part in hitl.recent_messages] == ["9"]
    assert read("contact.merged", EXAMPLES[SurvivingContact][1]).merged_from.id == "c2"
    assert read("content_import_source.created", EXAMPLES[ContentImportSource][1]).id == "33"


def test_a_contact_is_attached_to_what_is_not_as_the_api_answers_it() -> None:
    sent = {"model": {"id": 5}, "parts": []}
    item = read("conversation.contact.attached", {"conversation": sent, "contact": CONTACT})
    assert (item.conversation, item.contact.id) == (sent, "c1")
    ticket = {"type": "ticket", "id": 5, "ticket_type": "Tickets"}
    item = read("ticket.contact.detached", {"ticket": ticket, "contact": CONTACT})
    assert (item.ticket, item.contact.id) == (ticket, "c1")
    item = read("company.contact.attached", EXAMPLES[AttachedContact][1])
    assert item.company.id == "1"


@pytest.mark.parametrize("sent", [TICKET, {"ticket": TICKET}, {"type": "new", "ticket": TICKET}])
def test_a_closed_ticket_is_found_in_each_version(sent: Any) -> None:
    item = read("ticket.closed", sent)
    ticket = item if isinstance(item, Ticket) else item.ticket
    assert (ticket.id, ticket.ticket_id) == ("7", "66")


def test_a_deleted_conversation_has_its_id_elsewhere() -> None:
    item = {"type": "conversation", "conversation_id": 215}
    deleted = read("conversation.deleted", item)
    assert (type(deleted), deleted.id) == (Conversation, "215")
    body = json.dumps({"topic": "conversation.deleted", "data": {"item": item}}).encode()
    assert parse_notification(body, type=Conversation).item.id == "215"


def test_what_the_item_calls_itself_goes_before_the_topic() -> None:
    assert type(read("ticket.admin.replied", TICKET)) is Ticket
    assert type(read("conversation_part.tag.created", EXAMPLES[Conversation][1])) is Conversation
    assert type(read("of.a.new.topic", CONTACT)) is Contact
    assert type(read("content_stat.new", {"type": "content_stat.new"})) is ContentStat


NAMES = st.sampled_from(
    ["type", "id", "ticket", "contact", "conversation_id", "created_at", "tags"]
)
KINDS = st.sampled_from([item.get("type") for _, item in EXAMPLES.values()])
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
    | KINDS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=6,
)


@given(topic=st.sampled_from(sorted(TOPICS)) | st.text(), item=JSON)
def test_no_item_costs_a_notification(topic: str, item: Any) -> None:
    parsed = parse(topic, item)
    assert parsed.topic == topic
    if not isinstance(item, dict) or parsed.invalid:
        assert parsed.item == item
