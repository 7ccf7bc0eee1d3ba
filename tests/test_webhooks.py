"""A notification is read only if Intercom signed it, and none is dropped for being new."""

import hashlib
import hmac
import json
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from intercom_async import DecodeError, QueryError, SignatureError, emulator
from intercom_async.models import Conversation
from intercom_async.webhooks import (
    BODY_SIGNATURE_HEADER,
    FIN_AGENT_SIGNATURE_HEADER,
    FinEvent,
    SignatureHeader,
    parse_notification,
    verify_signature,
)
from intercom_async.webhooks import sign as sign_as_intercom

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


CANVAS_BODY = b'{"workspace_id":"abc123","context":{}}'
CANVAS_SIGNATURE = hmac.new(SECRET.encode(), CANVAS_BODY, hashlib.sha256).hexdigest()


def test_a_request_of_canvas_kit_is_signed_in_another_header() -> None:
    verify_signature(CANVAS_BODY, CANVAS_SIGNATURE, SECRET, name=BODY_SIGNATURE_HEADER)


@pytest.mark.parametrize(
    ("header", "name"),
    [
        (CANVAS_SIGNATURE, "X-Hub-Signature"),
        (f"sha256={CANVAS_SIGNATURE}", "X-Body-Signature"),
        (CANVAS_SIGNATURE[:-1], "X-Body-Signature"),
        (sign(CANVAS_BODY), "X-Body-Signature"),
        (None, "X-Body-Signature"),
        (CANVAS_SIGNATURE, "X-Signature"),
    ],
)
def test_each_header_has_its_own_algorithm(header: str | None, name: Any) -> None:
    with pytest.raises(SignatureError):
        verify_signature(CANVAS_BODY, header, SECRET, name=name)


def test_what_is_missing_is_named() -> None:
    with pytest.raises(SignatureError, match="no X-Body-Signature header"):
        verify_signature(BODY, None, SECRET, name="X-Body-Signature")
    with pytest.raises(SignatureError, match="only as X-Hub-Signature, X-Body-Signature"):
        verify_signature(BODY, GOOD, SECRET, name="x-hub-signature")  # type: ignore[arg-type]


@given(body=st.binary(), secret=st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_what_is_signed_is_what_intercom_and_the_emulator_sign(body: bytes, secret: str) -> None:
    assert sign_as_intercom(body, secret) == sign(body, secret)
    assert sign_as_intercom(body, secret) == emulator.webhooks.sign(secret.encode(), body)
    name: SignatureHeader = "X-Body-Signature"
    verify_signature(body, sign_as_intercom(body, secret, name=name), secret, name=name)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [((BODY, ""), "empty"), (("text", SECRET), "body must be bytes"), ((BODY, 1), "secret must")],
)
def test_what_cannot_be_signed_is_refused(arguments: Any, said: str) -> None:
    with pytest.raises(SignatureError, match=said):
        sign_as_intercom(*arguments)


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
    assert (parsed.topic, parsed.id, parsed.app_id) == (topic, "notif_1", "abc123")
    assert isinstance(parsed.item, Conversation)
    assert (parsed.item.id, parsed.item.admin_assignee_id) == ("123", None)
    assert parsed.created_at == datetime.fromtimestamp(1_717_021_810, UTC)
    assert parsed.invalid is None


@pytest.mark.parametrize(
    ("topic", "item"),
    [
        ("something.new", [1, 2]),
        ("something.new", None),
        ("something.new", {"id": 1}),
        ("contact.created", {"type": "of a new kind", "id": "1"}),
        ("contact.created", {"type": ["odd"], "id": "1"}),
        ("contact.created", "1"),
    ],
)
def test_an_item_of_an_unknown_kind_is_kept_as_sent(topic: str, item: Any) -> None:
    parsed = parse_notification(notification(topic, item, unknown="field"))
    assert (parsed.topic, parsed.item, parsed.invalid) == (topic, item, None)


@pytest.mark.parametrize(
    "item",
    [{"type": "conversation"}, CONVERSATION | {"title": []}, CONVERSATION | {"id": None}],
    ids=["no id", "a wrong type", "a null for an id"],
)
def test_an_item_of_another_shape_is_kept_as_sent_and_reported(item: Any) -> None:
    parsed = parse_notification(notification("conversation.user.replied", item))
    assert (parsed.id, parsed.item) == ("notif_1", item)
    assert isinstance(parsed.invalid, DecodeError)
    assert parsed.invalid.__traceback__ is None


class Own(msgspec.Struct):
    state: str


def test_an_item_decodes_into_what_is_asked_for() -> None:
    body = notification("conversation.user.replied", CONVERSATION)
    assert parse_notification(body, type=Own).item == Own("open")
    assert parse_notification(body, type=dict).item == CONVERSATION
    with pytest.raises(DecodeError, match="state"):
        parse_notification(notification("x", CONVERSATION | {"state": 1}), type=Own)
    two_lists: Any = list[int] | set[int]
    with pytest.raises(QueryError, match="msgspec decodes"):
        parse_notification(body, type=two_lists)


def test_drifted_ids_and_null_data_cost_nothing() -> None:
    parsed = parse_notification(notification("conversation.user.replied", CONVERSATION, id=5))
    assert isinstance(parsed.item, Conversation)
    assert (parsed.id, parsed.item.id) == ("5", "123")
    assert parse_notification(b'{"topic":"ping","data":null,"app_id":7}').app_id == "7"


@pytest.mark.parametrize("odd", [10**12, "soon", [], {}, True])
@pytest.mark.parametrize("name", ["created_at", "first_sent_at", "delivery_attempts", "app_id"])
def test_a_field_that_cannot_be_costs_itself_only(name: str, odd: Any) -> None:
    usual = {"created_at": 1_700_000_000, "first_sent_at": 1_700_000_001, "app_id": "a"}
    body = notification("conversation.user.replied", CONVERSATION, **usual | {name: odd})
    parsed = parse_notification(body)
    assert isinstance(parsed.item, Conversation)
    left = usual.keys() - {name}
    whole = parse_notification(notification("x", CONVERSATION, **usual))
    assert [getattr(parsed, each) for each in left] == [getattr(whole, each) for each in left]


def test_a_notification_without_an_item() -> None:
    assert parse_notification(BODY).item is None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b"[]",
        b'{"id":"1"}',
        b'{"topic":"ping","data":[]}',
    ],
    ids=["empty", "no json", "a list", "no topic", "other data"],
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


FIN_REPLIED = {
    "event_name": "fin_replied",
    "conversation_id": 123456,
    "user_id": "7891",
    "message": {
        "id": "98765",
        "author": "fin",
        "body": "<p>Hi</p>",
        "timestamp_ms": "2025-01-24T09:01:00.456Z",
    },
    "status": "replying",
    "created_at_ms": "2025-01-24T10:00:00.123Z",
}
FIN_EVENTS: list[dict[str, Any]] = [
    FIN_REPLIED,
    {"event_name": "fin_status_updated", "status": "escalated", "reason": "Routed to team"},
    {"event_name": "fin_reply_chunk", "stream_id": "a1", "chunk_index": 3, "chunk_text": "You"},
    {"event_name": "csat_requested", "csat": {"options": [{"key": "good", "emoji": "😃"}]}},
    {"event_name": "fin_something_new", "else": [1]},
]


@pytest.mark.parametrize("event", FIN_EVENTS, ids=lambda event: str(event["event_name"]))
def test_an_event_of_fins_is_its_own_item(event: dict[str, Any]) -> None:
    notification = parse_notification(json.dumps(event).encode())
    assert notification.topic == event["event_name"]
    assert notification.invalid is None
    assert isinstance(notification.item, FinEvent)
    told = msgspec.to_builtins(notification.item)
    sent = {**event, "conversation_id": told["conversation_id"]}
    known = FinEvent.__struct_fields__
    assert {
        name: told[name] for name in sent.keys() & set(known) - {"message", "created_at_ms"}
    } == {name: sent[name] for name in sent.keys() & set(known) - {"message", "created_at_ms"}}


def test_a_reply_of_fins_tells_when_it_was_made() -> None:
    notification = parse_notification(json.dumps(FIN_REPLIED).encode(), type=FinEvent)
    event = notification.item
    assert (event.conversation_id, event.user_id) == ("123456", "7891")
    assert event.message is not None
    assert (event.message.id, event.message.body) == ("98765", "<p>Hi</p>")
    assert event.message.timestamp_ms == datetime(2025, 1, 24, 9, 1, 0, 456_000, UTC)
    assert notification.created_at == datetime(2025, 1, 24, 10, 0, 0, 123_000, UTC)


def test_an_event_of_fins_is_signed_in_a_header_of_its_own() -> None:
    made = "sha256=" + hmac.new(SECRET.encode(), BODY, hashlib.sha256).hexdigest()
    verify_signature(BODY, made, SECRET, name=FIN_AGENT_SIGNATURE_HEADER)
    for name in (BODY_SIGNATURE_HEADER, "X-Hub-Signature"):
        with pytest.raises(SignatureError):
            verify_signature(BODY, made, SECRET, name=name)
    for wrong in (made[7:], made[:-1], sign(BODY)):
        with pytest.raises(SignatureError):
            verify_signature(BODY, wrong, SECRET, name=FIN_AGENT_SIGNATURE_HEADER)
