"""Cuts pages out of an ordered list of conversations, and names places in it by cursors.

The order is ``updated_at`` descending, then the numeric id descending. A cursor names the last
record handed out, so a walk goes on strictly after it whatever has been updated in between.
"""

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from intercom_async.emulator.documents import MAX_PER_PAGE
from intercom_async.emulator.replies import ApiError, Reply
from intercom_async.emulator.stored import StoredConversation, sort_key
from intercom_async.emulator.workspace import after


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last record of a page, and the number of the page to come."""

    updated_at: int
    id: str
    page: int  # the number of the page that starts after it


_DECODER = msgspec.json.Decoder(tuple[int, str, int])


def encode_cursor(cursor: Cursor) -> str:
    """Write a cursor the way it stands in ``pages.next.starting_after``."""
    text = msgspec.json.encode([cursor.updated_at, cursor.id, cursor.page])
    # The plain alphabet holds "+", "/" and "=": a client that does not escape them is found out.
    return base64.b64encode(text).decode("ascii")


def decode_cursor(text: str) -> Cursor:
    """Read a cursor back."""
    try:
        updated_at, id_, page = _DECODER.decode(base64.b64decode(text, validate=True))
    except (binascii.Error, ValueError, msgspec.DecodeError):
        raise _broken() from None
    if not (id_.isascii() and id_.isdigit()) or page < 1:
        raise _broken()
    return Cursor(updated_at, id_, page)


def _broken() -> ApiError:
    return ApiError(400, "parameter_invalid", "starting_after is not a valid cursor")


DEFAULT_PER_PAGE: Final = 20


def read_per_page(value: object) -> int:
    """Check a page size."""
    if value is None:
        return DEFAULT_PER_PAGE
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MAX_PER_PAGE:
        raise ApiError(400, "parameter_invalid", f"per_page must be between 1 and {MAX_PER_PAGE}")
    return value


def read_starting_after(value: object) -> Cursor | None:
    """Check a cursor; None stands for the first page."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise ApiError(400, "parameter_invalid", "starting_after must be a string")
    if not value:
        raise ApiError(500, "server_error", "Server error")
    return decode_cursor(value)


def make_page(
    matches: list[StoredConversation],
    per_page: int,
    cursor: Cursor | None,
    *,
    key: str,
    encode: Callable[[StoredConversation], bytes],
) -> Reply:
    """Answer one page of a list."""
    begin = after(matches, sort_key(cursor.updated_at, cursor.id)) if cursor else 0
    shown = matches[begin : begin + per_page]
    page = cursor.page if cursor else 1
    pages: dict[str, Any] = {
        "type": "pages",
        "page": page,
        "per_page": per_page,
        "total_pages": -(-len(matches) // per_page),
    }
    if begin + per_page < len(matches):
        following = Cursor(-shown[-1].key[0], shown[-1].id, page + 1)
        pages["next"] = {"per_page": per_page, "starting_after": encode_cursor(following)}
    head = {"type": "conversation.list", "pages": pages, "total_count": len(matches)}
    items = b",".join(map(encode, shown))
    return Reply(200, b'%s,"%s":[%s]}' % (msgspec.json.encode(head)[:-1], key.encode(), items))
