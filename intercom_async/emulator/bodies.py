"""Reads request bodies; what does not fit is refused by the name of its field."""

import base64
import binascii
import math
import mimetypes
from collections.abc import Iterable
from typing import Any, Final, Self, cast
from urllib.parse import SplitResult, unquote, urlsplit

import msgspec

from intercom_async.emulator.documents import Record
from intercom_async.emulator.replies import ApiError


def parse(raw: bytes) -> tuple[Any, bool]:
    """Decode a body, and tell whether that was possible; no body is fine."""
    if not raw:
        return None, True
    try:
        return msgspec.json.decode(raw), True
    except (ValueError, RecursionError):
        return None, False


def read_object(value: object, what: str) -> dict[str, Any]:
    """Check that a value is a JSON object."""
    if not isinstance(value, dict):
        raise ApiError(400, "parameter_invalid", f"{what} must be an object")
    return cast("dict[str, Any]", value)


def missing(field: str, message: str | None = None) -> ApiError:
    """Make the refusal of a body that lacks a field."""
    return ApiError(
        400, "parameter_not_found", message or f"{field} is a required parameter", field
    )


def invalid(field: str, message: str) -> ApiError:
    """Make the refusal of a field whose value does not fit."""
    return ApiError(400, "parameter_invalid", f"{field} {message}", field)


class Body:
    """The fields of a JSON object that a client sent; null counts as absent.

    Every method raises `ApiError` with status 400 if the field is not what it reads.
    """

    def __init__(self, value: object, what: str = "the body") -> None:
        self._fields = read_object({} if value is None else value, what)

    def __contains__(self, name: str) -> bool:
        return self._fields.get(name) is not None

    def mentions(self, name: str) -> bool:
        """Tell whether a field is there, be it null."""
        return name in self._fields

    def value(self, name: str) -> Any:
        """Read any value, which must be there."""
        found = self._fields.get(name)
        if found is None:
            raise missing(name)
        return found

    def identifier(self, name: str) -> str:
        """Read an id: a string, or a number as many of the examples have it."""
        found = self.value(name)
        if isinstance(found, str) and found.strip():
            return found
        if isinstance(found, int) and not isinstance(found, bool):
            return str(found)
        raise invalid(name, "must be an id")

    def choice(self, name: str, accepted: Iterable[str]) -> str:
        """Read one of several words."""
        found = self.value(name)
        words = list(accepted)
        if found not in words:
            raise invalid(name, f"must be one of {', '.join(words)}")
        return str(found)

    def text(self, name: str) -> str:
        """Read a text that must not be blank."""
        found = self.optional_text(name)
        if found is None:
            raise missing(name)
        if not found.strip():
            raise invalid(name, "must not be blank")
        return found

    def optional_text(self, name: str) -> str | None:
        """Read a text that may be blank or absent."""
        found = self._fields.get(name)
        if found is not None and not isinstance(found, str):
            raise invalid(name, "must be a string")
        return found

    def flag(self, name: str) -> bool:
        """Read a boolean."""
        found = self.value(name)
        if not isinstance(found, bool):
            raise invalid(name, "must be a boolean")
        return found

    def second(self, name: str) -> int:
        """Read a time in unix seconds."""
        found = self.value(name)
        if not isinstance(found, int) or isinstance(found, bool) or found < 0:
            raise invalid(name, "must be a time in unix seconds")
        return found

    def entries(self, name: str, at_most: float = math.inf) -> list[Any]:
        """Read an array that may be absent, but not too long."""
        found = self._fields.get(name)
        if found is None:
            return []
        if not isinstance(found, list):
            raise invalid(name, "must be an array")
        listed: list[Any] = found
        if len(listed) > at_most:
            raise invalid(name, f"can hold {at_most} entries at most")
        return listed

    def inner(self, name: str) -> Self:
        """Read an object, which must be there."""
        found = self.value(name)
        if not isinstance(found, dict):
            raise invalid(name, "must be an object")
        return type(self)(cast("object", found), name)

    def mapping(self, name: str) -> dict[str, Any]:
        """Read an object of the client's own names; absent reads as empty."""
        found = self._fields.get(name)
        if found is None:
            return {}
        if not isinstance(found, dict):
            raise invalid(name, "must be an object")
        return cast("dict[str, Any]", found)

    def only_one(self, names: Iterable[str]) -> str:
        """Find which one of several fields is there."""
        accepted = list(names)
        present = [name for name in accepted if name in self]
        if not present:
            raise missing(accepted[0], f"one of {', '.join(accepted)} is required")
        if len(present) > 1:
            raise invalid(present[1], f"can not be given together with {present[0]}")
        return present[0]


_AT_MOST: Final = 10
_FALLBACK: Final = "application/octet-stream"


def read_attachments(body: Body) -> list[Record]:
    """Read ``attachment_urls`` and ``attachment_files``."""
    urls = body.entries("attachment_urls", _AT_MOST)
    files = body.entries("attachment_files", _AT_MOST)
    return [*map(_from_url, urls), *map(_from_file, files)]


def _from_url(url: object) -> Record:
    parts = _split(url)
    if parts is None or parts.scheme not in {"http", "https"} or not parts.netloc:
        raise invalid("attachment_urls", "must hold the addresses of files")
    name = unquote(parts.path.rpartition("/")[2]) or parts.netloc
    return _attachment(name, str(url), mimetypes.guess_type(name)[0] or _FALLBACK, 0)


def _split(url: object) -> SplitResult | None:
    try:
        return urlsplit(url) if isinstance(url, str) else None
    except ValueError:
        return None


def _from_file(value: object) -> Record:
    if not isinstance(value, dict):
        raise invalid("attachment_files", "must hold objects")
    file = Body(value, "attachment_files")
    name = file.text("name")
    try:
        data = base64.b64decode(file.text("data"), validate=True)
    except (binascii.Error, ValueError):
        raise invalid("attachment_files", "must hold data in base64") from None
    url = f"https://files.example.org/uploads/{name}"
    return _attachment(name, url, file.text("content_type"), len(data))


def _attachment(name: str, url: str, content_type: str, size: int) -> Record:
    return {
        "type": "upload",
        "name": name,
        "url": url,
        "content_type": content_type,
        "filesize": size,
        "width": None,
        "height": None,
    }
