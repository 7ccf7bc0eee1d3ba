"""Notifications: what is sent when something happened."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final, Generic, TypeVar, overload

import msgspec
from msgspec.structs import asdict

from intercom_async.core import codec
from intercom_async.core.codec import Decode
from intercom_async.errors import DecodeError, QueryError
from intercom_async.models import JSON, Model, Timestamp
from intercom_async.webhooks.items import FinEvent
from intercom_async.webhooks.topics import Item, model_of

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Notification(Model, Generic[T_co], frozen=True, kw_only=True):
    """A notification of any topic.

    Attributes:
        id: The notification's id, the same each time it is sent; not every topic has one.
        topic: What happened, such as ``conversation.user.replied`` or ``ping``.
        app_id: The workspace's id.
        created_at: When it happened.
        first_sent_at: When Intercom first sent the notification.
        delivery_attempts: How often Intercom has sent it.
        item: What it happened to: a ``Conversation``, a ``Contact``, …; as sent where its kind
            is not known, or it has not the shape it should have. What was deleted has no more
            than its id.
        invalid: Why an item of a known kind is served as sent; ``None`` for any other.
    """

    topic: str
    item: T_co
    id: str | None = None
    app_id: str | None = None
    created_at: Timestamp | None = None
    first_sent_at: Timestamp | None = None
    delivery_attempts: int | None = None
    invalid: DecodeError | None = None


class _Data(msgspec.Struct):
    item: msgspec.Raw = msgspec.Raw(b"null")


class _Envelope(msgspec.Struct):
    topic: str | None = None
    event_name: str | None = None
    id: JSON = None
    app_id: JSON = None
    created_at: JSON = None
    created_at_ms: JSON = None
    first_sent_at: JSON = None
    delivery_attempts: JSON = None
    data: _Data | None = None


_decode_envelope: Final = codec.record_decoder(_Envelope)
_decode_item: Final[Decode[JSON]] = codec.record_decoder(object)


@overload
def parse_notification(body: bytes) -> Notification[Item]: ...


@overload
def parse_notification(body: bytes, *, type: type[T]) -> Notification[T]: ...


def parse_notification(body: bytes, *, type: type[Any] | None = None) -> Notification[Any]:
    """Read a notification.

    Check its signature with ``verify_signature`` first.

    Args:
        body: The request's body.
        type: What the item decodes into, such as ``Conversation``, a struct of your own, or
            ``dict`` for what was sent; by default what ``TOPICS`` has for the topic.

    Raises:
        QueryError: ``body`` is no bytes, or ``type`` is none that msgspec decodes.
        DecodeError: It is no notification, or its item is not of the ``type`` asked for.

    An event of Fin's has ``event_name`` for its topic, and is its own item: a ``FinEvent``.
    """
    if not isinstance(body, bytes | bytearray | memoryview):
        raise QueryError(f"the body must be bytes, not {body.__class__.__name__}")
    envelope = _decode_envelope(bytes(body))
    fields = asdict(envelope)
    del fields["data"]
    event_name, created_at_ms = fields.pop("event_name"), fields.pop("created_at_ms")
    if envelope.topic is None:  # an event of Fin's, if any
        fields |= {"topic": event_name, "created_at": created_at_ms}
    fields = {name: _served(name, value) for name, value in fields.items()}
    if envelope.topic is not None:
        raw = b"null" if envelope.data is None else bytes(envelope.data.item)
    elif event_name is not None:
        raw = bytes(body)
    else:
        raise DecodeError("Object missing required field `topic`", body=bytes(body), json_path="$")
    sent = _decode_item(raw)
    raw = _with_id(sent, raw)
    if type is not None:
        return Notification(**fields, item=codec.record_decoder(type)(raw))
    model = FinEvent if envelope.topic is None else _model(envelope.topic, sent)
    item, invalid = _read_item(model, sent, raw)
    return Notification(**fields, item=item, invalid=invalid)


_TYPES: Final[Mapping[str, Any]] = {
    "created_at": Timestamp,
    "first_sent_at": Timestamp,
    "delivery_attempts": int,
}


def _served(name: str, value: JSON) -> Any:
    """Return a field of a notification; ``None`` for what it cannot be, which costs no other."""
    if name in {"id", "app_id"} and isinstance(value, int):
        return str(value)
    with suppress(ValueError):
        return msgspec.convert(value, _TYPES.get(name, str), strict=False)
    return None


def _with_id(sent: JSON, raw: bytes) -> bytes:
    """Return an item with its id where all have it, which a deleted conversation has elsewhere."""
    if isinstance(sent, dict) and sent.get("type") == "conversation" and "id" not in sent:
        with suppress(KeyError):
            return msgspec.json.encode(sent | {"id": sent["conversation_id"]})
    return raw


def _model(topic: str, sent: JSON) -> type[Model] | None:
    return model_of(topic, sent) if isinstance(sent, dict) else None


def _read_item(
    model: type[Model] | None, sent: JSON, raw: bytes
) -> tuple[JSON, DecodeError | None]:
    if model is None:
        return sent, None
    try:
        return codec.record_decoder(model)(raw), None
    except DecodeError as error:
        # Its traceback leads to what holds it, and no collector looks into notifications.
        return sent, error.with_traceback(None)
