"""A notification is read only if Intercom signed it, and none is dropped for being new."""

import hashlib
import hmac
import json
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intercom_async import DecodeError, SignatureError
from intercom_async.webhooks import (
    ConversationNotification,
    Notification,
    parse_notification,
    verify_signature,
)

SECRET = "a-client-secret"
BODY = b'{"type":"notification_event","topic":"ping"}'


def sign(body: bytes, secret: str = SECRET) -> str:
    return "sha1=" + hmac.new(secret.encode(), body, hashlib.sha1).hexdigest()


@given(body=st.binary(), secret=st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_a_right_signature_passes(body: bytes, secret: str) -> None:
    verify_signature(body, sign(body, secret), secret)


GOOD = sign(BODY)
BAD_HEADERS = {
    "missing": None,
    "empty": "",
    "of another secret": sign(BODY, "another"),
    "truncated": GOOD[:-1],
    "lengthened": GOOD + "0",
    "upper case": "sha1=" + GOOD[5:].upper(),
    "without its name": GOOD[5:],
    "of another name": "sha256=" + GOOD[5:],
    "padded": f" {GOOD}",
    "not ascii": GOOD[:-1] + "é",
    "half a surrogate": GOOD[:-1] + "\ud800",
}


@pytest.mark.parametrize("header", BAD_HEADERS.values(), ids=BAD_HEADERS)
def test_a_wrong_signature_is_refused(header: str | None) -> None:
    with pytest.raises(SignatureError):
        verify_signature(BODY, header, SECRET)


@pytest.mark.parametrize("place", range(len(BODY)))
def test_any_changed_byte_is_refused(place: int) -> None:
    changed = bytearray(BODY)
    changed[place] ^= 1
    with pytest.raises(SignatureError):
        verify_signature(bytes(changed), GOOD, SECRET)


def test_an_empty_secret_trusts_nothing() -> None:
    with pytest.raises(SignatureError, match="empty"):
        verify_signature(BODY, sign(BODY, ""), "")


def test_signatures_are_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[tuple[bytes, bytes]] = []

    def compare(given: bytes, expected: bytes) -> bool:
        compared.append((given, expected))
        return False

    monkeypatch.setattr(hmac, "compare_digest", compare)
    with pytest.raises(SignatureError):
        verify_signature(BODY, GOOD, SECRET)
    assert compared == [(GOOD.encode(), GOOD.encode())]


def test_the_secret_and_the_right_signature_are_not_told() -> None:
    with pytest.raises(SignatureError) as caught:
        verify_signature(BODY, "sha1=0", SECRET)
    assert SECRET not in str(caught.value)
    assert GOOD[5:] not in str(caught.value)


def notification(topic: str, item: Any, **more: Any) -> bytes:
    event = {
        "type": "notification_event",
        "app_id": "abc123",
        "data": {"type": "notification_event_data", "item": item},
        "links": {},
        "id": "notif_1",
        "topic": topic,
        "delivery_attempts": 1,
        "first_sent_at": 1_717_021_811,
        "created_at": 1_717_021_810,
    }
    return json.dumps(event | more).encode()


CONVERSATION = {"type": "conversation", "id": "123", "state": "open", "admin_assignee_id": 0}


@pytest.mark.parametrize(
    "topic", ["conversation.user.replied", "conversation.admin.closed", "conversation.new.topic"]
)
def test_a_notification_of_a_conversation_is_typed(topic: str) -> None:
    parsed = parse_notification(notification(topic, CONVERSATION))
    assert isinstance(parsed, ConversationNotification)
    assert (parsed.topic, parsed.id, parsed.app_id) == (topic, "notif_1", "abc123")
    assert (parsed.conversation.id, parsed.conversation.admin_assignee_id) == ("123", None)
    assert parsed.created_at == datetime.fromtimestamp(1_717_021_810, UTC)
    assert parsed.item == CONVERSATION


@pytest.mark.parametrize(
    ("topic", "item"),
    [
        ("ping", {"type": "ping", "message": "something something interzen"}),
        ("contact.created", {"type": "contact", "id": "1"}),
        ("something.new", [1, 2]),
        ("something.new", None),
    ],
    ids=["ping", "contact", "a list", "nothing"],
)
def test_any_other_notification_is_kept_as_sent(topic: str, item: Any) -> None:
    parsed = parse_notification(notification(topic, item, unknown="field"))
    assert type(parsed) is Notification
    assert (parsed.topic, parsed.item) == (topic, item)


def test_drifted_ids_and_null_data_cost_nothing() -> None:
    parsed = parse_notification(notification("conversation.user.replied", CONVERSATION, id=5))
    assert isinstance(parsed, ConversationNotification)
    assert (parsed.id, parsed.conversation.id) == ("5", "123")
    assert parse_notification(b'{"topic":"ping","data":null,"app_id":7}').app_id == "7"


def test_a_notification_without_an_item() -> None:
    assert parse_notification(BODY).item is None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b"[]",
        b'{"id":"1"}',
        notification("conversation.user.replied", {"type": "conversation"}),
        notification("conversation.user.replied", CONVERSATION | {"title": []}),
    ],
    ids=["empty", "no json", "a list", "no topic", "no id", "a wrong type"],
)
def test_what_is_no_notification_is_a_decode_error(body: bytes) -> None:
    with pytest.raises(DecodeError):
        parse_notification(body)


@given(st.binary(), st.binary())
def test_only_decode_errors_come_out(body: bytes, item: bytes) -> None:
    with pytest.raises(DecodeError):
        parse_notification(body)
    with suppress(DecodeError):
        parse_notification(b'{"topic":"x","data":{"item":"' + item + b'"}}')
