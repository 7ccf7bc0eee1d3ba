"""What a walk needs to know of a record while it stays the API's own bytes."""

from math import floor
from typing import Final

import msgspec

from intercom_async.core import codec
from intercom_async.errors import DecodeError
from intercom_async.models import JSON
from intercom_async.scan.windows import Window


class Listed(msgspec.Struct, frozen=True, gc=False):
    """What identifies and dates a listed conversation.

    Attributes:
        id: The conversation's id, as sent.
        created_at: When it was created, in unix seconds, as sent.
        updated_at: When it was last updated, in unix seconds, as sent.
    """

    id: str | int
    created_at: JSON = None
    updated_at: JSON = None

    @property
    def created(self) -> int | None:
        """``created_at``, if it is a number that a moment can be."""
        at = self.created_at
        return at if type(at) is int and _LEAST <= at <= _MOST else _second(at)

    @property
    def updated(self) -> int | None:
        """``updated_at``, if it is a number that a moment can be."""
        at = self.updated_at
        return at if type(at) is int and _LEAST <= at <= _MOST else _second(at)


def _second(sent: JSON) -> int | None:
    """Return a moment in whole unix seconds that was not sent as an int."""
    if not isinstance(sent, float | str):
        return None
    try:
        second = floor(float(sent))
    except (ValueError, OverflowError):
        return None
    return second if _LEAST <= second <= _MOST else None


_LEAST: Final = -(2**63)
_MOST: Final = 2**63 - 1
_listed: Final = codec.one(Listed)


def listed(raw: bytes) -> Listed:
    """Read what identifies and dates a conversation.

    Raises:
        DecodeError: It has no id, or is no conversation.
    """
    read = _listed(raw)
    if isinstance(read.id, str) and "\0" in read.id:  # what lists ids would end there
        raise DecodeError("an id with a NUL character", body=raw, json_path="$.id")
    return read


def belongs(raw: bytes, window: Window) -> bool | None:
    """Tell whether a search of a window is to list a record, its bounds let in or not.

    ``None`` if the record does not tell.
    """
    try:
        read = listed(raw)
    except DecodeError:
        return None
    within = {_is_near(read.created, window)}
    if window.updated is not None:
        within.add(_is_near(read.updated, window.updated))
    if False in within:
        return False
    return None if None in within else True


def _is_near(moment: int | None, window: Window) -> bool | None:
    if moment is None:
        return None
    return window.start - window.margin <= moment <= window.end + window.margin
