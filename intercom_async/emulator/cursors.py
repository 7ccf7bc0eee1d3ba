"""The cursor of list and search answers: where a walk stands in the order.

The order is ``updated_at`` descending, then the numeric id descending. A cursor names the last
record handed out, so a walk goes on strictly after it whatever has been updated in between.
"""

import base64
import binascii
from dataclasses import dataclass

import msgspec

from intercom_async.emulator.replies import ApiError


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
