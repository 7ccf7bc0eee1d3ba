"""What all operations that change something share."""

from collections.abc import Mapping
from typing import Any, TypeAlias, TypeVar

from intercom_async.errors import QueryError
from intercom_async.pages import Sender
from intercom_async.protocol import wire
from intercom_async.protocol.call import Call
from intercom_async.protocol.codec import Decode
from intercom_async.protocol.plain import identifier

T = TypeVar("T")

Id: TypeAlias = str | int


class Writer:
    """Sends operations that change something, which are never carried out twice."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    async def _post(
        self,
        id: Id,
        action: str,
        decode: Decode[T],
        fields: Mapping[str, Any] | None,
        *,
        asked_id: Id | None = None,
    ) -> T:
        template = f"/conversations/{{id}}/{action}"
        return await self._write(
            "POST", template, f"{path(id)}/{action}", decode, fields, asked_id=asked_id
        )

    async def _write(
        self,
        method: str,
        template: str,
        path: str,
        decode: Decode[T],
        fields: Mapping[str, Any] | None,
        *,
        asked_id: Id | None = None,
    ) -> T:
        body = None
        if fields is not None:
            body = wire.encode({k: v for k, v in fields.items() if v is not None})
        asked = None if asked_id is None else identifier("id", asked_id)
        call = Call(method, template, path, decode, body=body, read=False, asked_id=asked)
        return await self._sender.send(call)


def path(id: Id) -> str:
    """Return the path of a conversation."""
    return f"/conversations/{wire.segment(id, 'conversation id')}"


def mapping(name: str, value: Mapping[str, T]) -> Mapping[str, T]:
    """Return an argument that is a mapping.

    Raises:
        QueryError: It is none.
    """
    if not isinstance(value, Mapping):
        raise QueryError(f"{name} must be a mapping, not {type(value).__name__}")
    return value


def exactly_one(what: str, **identifiers: str | None) -> dict[str, str]:
    """Return the one identifier that is given.

    Raises:
        QueryError: None or several are given.
    """
    given = {
        name: identifier(name, value) for name, value in identifiers.items() if value is not None
    }
    if len(given) != 1:
        raise QueryError(f"{what}: give exactly one of {', '.join(identifiers)}")
    return given
