"""Webhooks: check that Intercom sent a notification, and read it.

Intercom sends a notification again until it is answered with 200, and may send one twice: keep the
ids of those you have dealt with, and answer a known one with 200 at once.

Source: "Webhooks" of Intercom's developer documentation; API reference 2.10 for the items.
"""

import hmac
from typing import Final

import msgspec
from msgspec.structs import asdict

from intercom_async.core import codec
from intercom_async.core.codec import Decode
from intercom_async.errors import QueryError, SignatureError
from intercom_async.models import JSON, Conversation, Model, Timestamp

__all__ = [
    "SIGNATURE_HEADER",
    "ConversationNotification",
    "Notification",
    "parse_notification",
    "verify_signature",
]

SIGNATURE_HEADER: Final = "X-Hub-Signature"
"""The header that carries a notification's signature."""


class Notification(Model, frozen=True, kw_only=True):
    """A notification of any topic.

    Attributes:
        id: The notification's id, the same each time it is sent; not every topic has one.
        topic: What happened, such as ``conversation.user.replied`` or ``ping``.
        app_id: The workspace's id.
        created_at: When it happened.
        first_sent_at: When Intercom first sent the notification.
        delivery_attempts: How often Intercom has sent it.
        item: What it happened to, as sent.
    """

    topic: str
    id: str | None = None
    app_id: str | None = None
    created_at: Timestamp | None = None
    first_sent_at: Timestamp | None = None
    delivery_attempts: int | None = None
    item: JSON = None


class ConversationNotification(Notification, frozen=True, kw_only=True):
    """A notification whose item is a conversation.

    Its topics are ``conversation.user.created``, ``.user.replied``, ``.admin.replied``,
    ``.admin.single.created``, ``.admin.noted``, ``.admin.assigned``, ``.admin.closed``,
    ``.admin.opened``, ``.admin.snoozed``, ``.admin.unsnoozed``, ``.read``, ``.rating.added``,
    ``.priority.updated``, ``.deleted`` and others to come.

    Attributes:
        conversation: The conversation. Some topics send no more of it than its id.
    """

    conversation: Conversation


def verify_signature(body: bytes, header: str | None, secret: str) -> None:
    """Check that a notification comes from Intercom and is as it was sent.

    Args:
        body: The request's body, byte for byte as it came in.
        header: What the request's ``X-Hub-Signature`` header says; ``None`` if there is none.
        secret: The client secret of the app, from Intercom's developer hub.

    Raises:
        SignatureError: The signature is missing or does not fit, the secret is empty, or one of
            them is of another type. Answer with 401 and do nothing else.
    """
    header = "" if header is None else header
    given = (("body", body, bytes), ("header", header, str), ("secret", secret, str))
    for name, value, wanted in given:
        if not isinstance(value, wanted):
            kind = type(value).__name__
            raise SignatureError(f"the {name} must be {wanted.__name__}, not {kind}")
    if not secret:
        raise SignatureError("the secret is empty, so no signature can be trusted")
    if not header:
        raise SignatureError(f"no {SIGNATURE_HEADER} header")
    # SHA-1 is what Intercom signs with; as an HMAC it is not known to be broken.
    expected = "sha1=" + hmac.new(_utf8(secret), body, "sha1").hexdigest()
    if not hmac.compare_digest(_utf8(header), expected.encode()):
        raise SignatureError("the signature does not fit the body")


def _utf8(text: str) -> bytes:
    return str.encode(text, "utf-8", "surrogatepass")  # whatever a server or environment made of it


class _Data(msgspec.Struct):
    item: msgspec.Raw = msgspec.Raw(b"null")


class _Envelope(msgspec.Struct):
    topic: str
    id: str | int | None = None
    app_id: str | int | None = None
    created_at: Timestamp | None = None
    first_sent_at: Timestamp | None = None
    delivery_attempts: int | None = None
    data: _Data | None = None


_decode_envelope: Final = codec.one(_Envelope)
_decode_item: Final[Decode[JSON]] = codec.one(object)
_decode_conversation: Final = codec.one(Conversation)


def parse_notification(body: bytes) -> Notification:
    """Read a notification.

    Check its signature with ``verify_signature`` first.

    Args:
        body: The request's body.

    Returns:
        A ``ConversationNotification`` where the item is a conversation, else a ``Notification``
        with the item as sent.

    Raises:
        QueryError: ``body`` is no bytes.
        DecodeError: It is no notification, or its conversation is malformed.
    """
    if not isinstance(body, bytes | bytearray | memoryview):
        raise QueryError(f"the body must be bytes, not {type(body).__name__}")
    envelope = _decode_envelope(bytes(body))
    fields = asdict(envelope)
    del fields["data"]
    for name in ("id", "app_id"):
        fields[name] = None if fields[name] is None else str(fields[name])
    raw = b"null" if envelope.data is None else bytes(envelope.data.item)
    item = _decode_item(raw)
    if isinstance(item, dict) and item.get("type") == "conversation":
        conversation = _decode_conversation(raw)
        return ConversationNotification(**fields, item=item, conversation=conversation)
    return Notification(**fields, item=item)
