"""Of which records notifications tell."""

import json
from typing import Any

import pytest

from intercom_async.changes.hints import told_of
from intercom_async.webhooks import parse_notification

CONTACT = {"type": "contact", "id": "c"}


@pytest.mark.parametrize(
    ("topic", "item", "told"),
    [
        ("conversation.user.replied", {"type": "conversation", "id": 5}, {("conversations", "5")}),
        (
            "conversation.deleted",
            {"type": "conversation", "conversation_id": "5"},
            {("conversations", "5")},
        ),
        ("contact.user.updated", CONTACT, {("contacts", "c")}),
        (
            "contact.user.tag.created",
            {"type": "contact_tag", "contact": CONTACT},
            {("contacts", "c")},
        ),
        ("contact.merged", CONTACT | {"merged_from": {"id": "d"}}, {("contacts", "c")}),
        ("ticket.created", {"type": "ticket", "id": "t"}, {("tickets", "t")}),
        (
            "ticket.closed",
            {"type": "ticket_ticket_part", "ticket": {"type": "ticket", "id": "t"}},
            {("tickets", "t")},
        ),
        (
            "conversation.contact.attached",
            {"type": "x", "conversation": {"id": "5"}, "contact": CONTACT},
            {("conversations", "5"), ("contacts", "c")},
        ),
        (
            "conversation.read",
            {"type": "conversation", "id": "5", "state": []},
            {("conversations", "5")},
        ),
        ("company.created", {"type": "company", "id": "1"}, set()),
        ("ping", {"type": "ping"}, set()),
        ("unheard.of", None, set()),
    ],
)
def test_a_notification_tells_of_what_it_is_of_and_what_it_names(
    topic: str, item: Any, told: set[tuple[str, str]]
) -> None:
    body = json.dumps({"topic": topic, "data": {"item": item}}).encode()
    assert set(told_of(parse_notification(body))) == told
