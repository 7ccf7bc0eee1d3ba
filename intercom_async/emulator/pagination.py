"""Cuts pages out of ordered lists, and names places in them by cursors or by numbers.

Conversations are ordered by ``updated_at`` descending, then the numeric id descending. A cursor
names the last record handed out, so a walk goes on strictly after it whatever has been updated in
between.
"""

import base64
import binascii
from collections.abc import Callable
from typing import Any, Final, TypeAlias

import msgspec

from intercom_async.emulator.documents import MAX_PER_PAGE
from intercom_async.emulator.replies import ApiError, Reply
from intercom_async.emulator.stored import Key, StoredConversation, sort_key
from intercom_async.emulator.workspace import after

SortValue: TypeAlias = int | float | str | None
_DECODER = msgspec.json.Decoder(tuple[SortValue, str, int])
# A place before every conversation.
_BEFORE_ALL: Final = (1 << 53, "9" * 18)


def encode_place(value: SortValue, id: str, page: int) -> str:
    """Write a place in a list the way it stands in ``pages.next.starting_after``.

    Args:
        value: What the last record handed out is ordered by.
        id: Its id, or nothing for a place before all.
        page: The number of the page that starts after it.
    """
    text = msgspec.json.encode([value, id, page])
    # The plain alphabet holds "+", "/" and "=": a client that does not escape them is found out.
    return base64.b64encode(text).decode("ascii")


def decode_place(text: str) -> tuple[SortValue, str, int]:
    """Read a place back."""
    try:
        value, id_, page = _DECODER.decode(base64.b64decode(text, validate=True))
    except (binascii.Error, ValueError, msgspec.DecodeError):
        raise _broken() from None
    if page < 1:
        raise _broken()
    return value, id_, page


def decode_key(text: str) -> tuple[Key, int]:
    """Read the key of the last conversation handed out, and the number of the page to come."""
    updated_at, id_, page = decode_place(text)
    if updated_at is None and not id_:
        return sort_key(*_BEFORE_ALL), page
    if not (isinstance(updated_at, int) and id_.isascii() and id_.isdigit()):
        raise _broken()
    return sort_key(updated_at, id_), page


def _broken() -> ApiError:
    return ApiError(400, "parameter_invalid", "starting_after is not a valid cursor")


DEFAULT_PER_PAGE: Final = 20


def read_per_page(value: object, default: int = DEFAULT_PER_PAGE) -> int:
    """Check a page size."""
    if value is None:
        return default
    found = _whole(value)
    if found is None or found > MAX_PER_PAGE:
        raise ApiError(400, "parameter_invalid", f"per_page must be between 1 and {MAX_PER_PAGE}")
    return found


def read_page(value: object) -> int:
    """Check the number of a page."""
    found = 1 if value is None else _whole(value)
    if found is None:
        raise ApiError(400, "parameter_invalid", "page must be 1 or more")
    return found


def _whole(value: object) -> int | None:
    """Read a number from 1 on, or its digits."""
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value)
    is_whole = isinstance(value, int) and not isinstance(value, bool) and value >= 1
    return value if isinstance(value, int) and is_whole else None


def read_starting_after(value: object) -> str | None:
    """Check that a cursor is a text; None stands for the first page."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise ApiError(400, "parameter_invalid", "starting_after must be a string")
    if not value:
        raise ApiError(500, "server_error", "Server error")
    return value


def make_page(
    matches: list[StoredConversation],
    per_page: int,
    starting_after: str | None,
    *,
    key: str,
    encode: Callable[[StoredConversation], bytes],
) -> Reply:
    """Answer one page of a list of conversations."""
    begin, page = 0, 1
    if starting_after is not None:
        key_before, page = decode_key(starting_after)
        begin = after(matches, key_before)
    shown = matches[begin : begin + per_page]
    pages: dict[str, Any] = {
        "type": "pages",
        "page": page,
        "per_page": per_page,
        "total_pages": -(-len(matches) // per_page),
    }
    if begin + per_page < len(matches):
        following = encode_place(-shown[-1].key[0], shown[-1].id, page + 1)
        pages["next"] = {"per_page": per_page, "starting_after": following}
    head = {"type": "conversation.list", "pages": pages, "total_count": len(matches)}
    items = b",".join(map(encode, shown))
    return Reply(200, b'%s,"%s":[%s]}' % (msgspec.json.encode(head)[:-1], key.encode(), items))
