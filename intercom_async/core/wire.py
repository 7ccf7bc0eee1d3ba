"""Encoding a call's path and body; turning a reply into its value or error."""

import re
from collections.abc import Sequence
from typing import Any, Final, TypeVar, cast
from urllib.parse import parse_qsl, quote, urlencode

import msgspec

from intercom_async.core.call import Call, Reply, legible
from intercom_async.core.codec import Page, replace_lone_surrogates
from intercom_async.core.plain import identifier, plain, text
from intercom_async.core.rate_window import TOO_MANY_REQUESTS, rate_headers
from intercom_async.errors import (
    DecodeError,
    ErrorDetail,
    QueryError,
    StatusError,
    TooManyJobs,
    status_class,
)
from intercom_async.models.base import JSON

T = TypeVar("T")

_OK: Final = range(200, 300)


def segment(id: str | int, what: str = "id") -> str:  # the API's word
    """Escape an id for use in a path.

    Raises:
        QueryError: It is empty, or would lead to another path.
    """
    if type(id) is str and id.isalnum() and id.isascii():
        return id  # nearly every one
    given = identifier(what, id)
    if given in {".", ".."} or not given.isprintable() or set(given) & set("/\\"):
        raise QueryError(
            f"{what} {given!r} cannot stand in a path; give the id as the API gave it, "
            "without '/', '.' or '..'"
        )
    return quote(given, safe="")


def url(path: str, query: Sequence[tuple[str, str]]) -> str:
    """Return an escaped path with its query string.

    Raises:
        QueryError: Something in the query is no text, or half a surrogate pair.
    """
    given = [(text("a parameter", name), text(name, value)) for name, value in query]
    return f"{path}?{urlencode(given)}" if given else path


def relative(given: str, base_url: str) -> tuple[str, list[tuple[str, str]]]:
    """Return the path and the query of a path, or of a URL below the base URL.

    Raises:
        QueryError: It is neither, and might send the token to another host.
    """
    path, _, query = text("path", given).removeprefix(base_url).partition("?")
    if not path.startswith("/") or path.startswith("//") or set(path) & set("\\#"):
        raise QueryError(
            f"path must begin with one '/' and name no host but {base_url}, to which the token goes"
        )
    return quote(path, safe="/%:@!$&'()*+,;=~"), parse_qsl(query, keep_blank_values=True)


def encode(body: object, where: str = "$") -> bytes:
    """Encode a request's body as JSON; ``where`` is what errors call it.

    Raises:
        QueryError: It holds a value that JSON, or the API, cannot represent.
    """
    return _encode(plain(body, where))


_encode: Final = msgspec.json.Encoder().encode


def answer(call: Call[T], reply: Reply) -> T:
    """Return the value of a reply.

    Raises:
        StatusError: The API answered with an error status; the class tells which.
        DecodeError: The answer is not what the call expects.
    """
    value, _ = read(call, reply)
    if isinstance(value, DecodeError):
        raise value
    return cast("T", value)


def read(call: Call[Any], reply: Reply) -> tuple[Any, str | None]:
    """Return the value of a reply or its ``DecodeError``, and the id or type if it is another's.

    The second is ``None`` if the answer names the id and the type that were asked for, or none.

    Raises:
        StatusError: The API answered with an error status; the class tells which.
    """
    if reply.status not in _OK:
        raise _status_error(reply).about(call.method, call.template)
    try:
        value = call.decode(reply.body)
    except DecodeError as error:
        error.request_id = reply.request_id
        value = error.about(call.method, call.template)
        value.__traceback__ = None
    named = getattr(value, "type", None) == call.asked_type
    if named and getattr(value, "id", None) == call.asked_id:
        return value, None  # nearly every one
    return value, _other(call, reply, value)


class _Named(msgspec.Struct):
    id: JSON = None
    type: JSON = None


_NAMED: Final = msgspec.json.Decoder(_Named)
# The API sends both first, and to pass over a record with its parts takes longer than reading them.
_BEGINNING: Final = re.compile(rb'\{"type":"(?P<type>[a-z_.]+)","id":"(?P<id>[\w-]+)"[,}]')
# Types that an answer may name. Other words are ignored.
_TYPES: Final = frozenset(
    {
        "admin",
        "call",
        "company",
        "contact",
        "conversation",
        "data_attribute",
        "list",
        "segment",
        "tag",
        "team",
        "ticket",
    }
)


def _other(call: Call[Any], reply: Reply, value: object) -> str | None:
    if isinstance(value, Page):
        return _of_others(call, cast("Page[object]", value).items)
    id, type_ = getattr(value, "id", None), getattr(value, "type", None)
    if type_ is None or (id is None and call.asked_id is not None):
        named = _named(reply.body)
        id, type_ = named.id, named.type
    if call.asked_type is not None and isinstance(type_, str):
        kind = _kind(type_)
        if kind in _TYPES and kind != _kind(call.asked_type):
            return type_
    # The API may answer numbers in place of strings. Other values name no id.
    text = _text(id)
    return text if text and call.asked_id is not None and text != call.asked_id else None


def _named(body: bytes) -> _Named:
    beginning = _BEGINNING.match(body)
    if beginning is not None:
        return _Named(beginning["id"].decode(), beginning["type"].decode())
    try:
        return _NAMED.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _Named()  # a raw answer may be anything


def _kind(type_: str) -> str:
    return "list" if type_.endswith(".list") else type_


def _of_others(call: Call[Any], records: Sequence[object]) -> str | None:
    """Return the type that the first record of a page names, if it is another noun's."""
    wanted = (call.asked_type or "").removesuffix(".list")
    if not records or wanted not in _TYPES - {"list"}:
        return None
    first = records[0]
    type_ = _named(first).type if isinstance(first, bytes) else getattr(first, "type", None)
    return type_ if isinstance(type_, str) and type_ in _TYPES - {wanted} else None


_PENDING_JOBS: Final = re.compile(rb"pending [\w ]*jobs")


def refuses_jobs(reply: Reply) -> bool:
    """Tell whether a reply is a 429 about pending jobs, not about the rate window."""
    return reply.status == TOO_MANY_REQUESTS and _PENDING_JOBS.search(reply.body) is not None


class _ErrorList(msgspec.Struct):
    errors: JSON = None
    request_id: JSON = None


_ERROR_LIST: Final = msgspec.json.Decoder(_ErrorList)


def _status_error(reply: Reply) -> StatusError:
    try:
        listed = _ERROR_LIST.decode(replace_lone_surrogates(reply.body))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        listed = _ErrorList()  # a proxy's HTML page
    kind = TooManyJobs if refuses_jobs(reply) else status_class(reply.status)
    return kind(
        reply.status,
        errors=_details(listed.errors),
        request_id=_text(listed.request_id) or reply.request_id,
        body=reply.body,
        headers={name.lower(): legible(value) for name, value in reply.headers.items()},
        retry_after=rate_headers(reply.headers).wait,
    )


def _details(errors: JSON) -> tuple[ErrorDetail, ...]:
    # Entry by entry, so that an odd one does not hide the others.
    entries = errors if isinstance(errors, list) else []
    return tuple(
        ErrorDetail(*map(_text, map(entry.get, ErrorDetail.__struct_fields__)))
        for entry in entries
        if isinstance(entry, dict)
    )


def _text(value: JSON) -> str | None:
    return str(value) if isinstance(value, str | int) else None
