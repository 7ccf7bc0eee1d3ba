"""What an export needs to know of a record while it keeps the API's own bytes."""

from typing import Final

import msgspec

from intercom_async.errors import DecodeError
from intercom_async.protocol import codec


class _Parts(msgspec.Struct, frozen=True, gc=False):
    conversation_parts: list[msgspec.Raw] | None = None
    total_count: int | None = None


class _Retrieved(msgspec.Struct, frozen=True, gc=False):
    conversation_parts: _Parts | None = None


_retrieved: Final = codec.one(_Retrieved)


def count_parts(raw: bytes) -> tuple[int, int]:
    """Return how many parts a retrieved conversation holds and how many it says there are."""
    try:
        parts = _retrieved(raw).conversation_parts
    except DecodeError:
        return 0, 0  # parts of another shape are kept as they are, uncounted
    if parts is None:
        return 0, 0
    held = len(parts.conversation_parts or ())
    return held, max(held, parts.total_count or 0)


def line(raw: bytes) -> bytes:
    """Return a record as one line: its own bytes, but for white space that would break it."""
    if b"\n" in raw or b"\r" in raw:
        raw = msgspec.json.format(raw, indent=-1)
    return raw + b"\n"
