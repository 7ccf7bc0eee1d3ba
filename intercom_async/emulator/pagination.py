"""Cuts pages out of an ordered list of conversations."""

from collections.abc import Callable
from typing import Any, Final

import msgspec

from intercom_async.emulator.cursors import Cursor, decode_cursor, encode_cursor
from intercom_async.emulator.fields import MAX_PER_PAGE
from intercom_async.emulator.replies import ApiError, Reply
from intercom_async.emulator.stored import StoredConversation, sort_key
from intercom_async.emulator.workspace import after

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
