"""What a handler answers: a reply, or a refusal in the API's error shape."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer before the server adds its headers."""

    status: int
    body: bytes
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


class ApiError(Exception):
    """A request the API answers with an ``error.list``."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        field: str | None = None,
        *,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.field = field
        self.headers: Mapping[str, str] = headers or {}


def reply_json(value: Any, status: int = 200) -> Reply:
    """Encode a value as the JSON body of a reply."""
    return Reply(status, msgspec.json.encode(value))


def reply_error(error: ApiError, request_id: str) -> Reply:
    """Encode a refusal as the API's ``error.list``."""
    shown = {"code": error.code, "message": error.message}
    if error.field is not None:
        shown["field"] = error.field
    body = {"type": "error.list", "request_id": request_id, "errors": [shown]}
    return replace(reply_json(body, error.status), headers=error.headers)
