"""What an export needs to know of a record while it keeps the API's own bytes."""

from collections.abc import Collection
from typing import Any, Final

import msgspec

from intercom_async.errors import DecodeError
from intercom_async.protocol import codec

MOST_PARTS: Final = 500
"""Parts of a conversation that the API gives, the newest."""
# As numbers: to look for bytes in bytes, Python first has an error made that they are no number.
LINE_FEED: Final = ord("\n")
_CARRIAGE_RETURN: Final = ord("\r")


class PartsHeld(msgspec.Struct, frozen=True):
    """How many parts of a conversation came.

    Attributes:
        held: How many the answer holds.
        expected: How many the conversation has, going by all that the answer says of it.
    """

    held: int = 0
    expected: int = 0

    @property
    def truncated(self) -> bool:
        """Whether there are more than the API gives."""
        return self.held < self.expected and self.held >= MOST_PARTS

    @property
    def missing(self) -> bool:
        """Whether parts that the API could have given did not come."""
        return self.held < min(self.expected, MOST_PARTS)


class _Parts(msgspec.Struct, frozen=True, gc=False):
    conversation_parts: list[msgspec.Raw] | None = None
    total_count: int | None = None


class _Statistics(msgspec.Struct, frozen=True, gc=False):
    count_conversation_parts: int | None = None


class _Retrieved(msgspec.Struct, frozen=True, gc=False):
    conversation_parts: _Parts | None = None
    statistics: _Statistics | None = None


_retrieved: Final = codec.one(_Retrieved)


def count_parts(raw: bytes) -> PartsHeld:
    """Compare the parts a retrieved conversation holds with what it says of them."""
    try:
        record = _retrieved(raw)
    except DecodeError:
        return PartsHeld()  # parts of another shape are kept as they are, uncounted
    parts, statistics = record.conversation_parts or _Parts(), record.statistics or _Statistics()
    counted = (statistics.count_conversation_parts or 1) - 1  # the first message counts as one
    return PartsHeld(len(parts.conversation_parts or ()), max(parts.total_count or 0, counted))


def compact(raw: bytes) -> bytes:
    """Return a record as one line: its own bytes, but for white space that would break it."""
    if LINE_FEED not in raw and _CARRIAGE_RETURN not in raw:
        return raw
    try:
        return msgspec.json.format(raw, indent=-1)
    except codec.NOT_JSON:  # half a surrogate pair; no line ends within a text of JSON
        return raw.translate(None, b"\r\n")


def redacted(raw: bytes, fields: Collection[str]) -> bytes:
    """Return a record as one line without some fields, wherever in it they stand.

    Numbers keep the form they came in; half a surrogate pair becomes a replacement character.

    Raises:
        DecodeError: It cannot be read to its depths.
    """
    try:
        return _encode(_without(_read(raw), fields))
    except codec.NOT_JSON as error:
        # Not with the bytes themselves, which hold what is to be left out.
        raise DecodeError(f"cannot be redacted: {error}", body=b"", json_path="$") from None


def _read(raw: bytes) -> Any:
    try:
        return _decode(raw)
    except msgspec.DecodeError:
        return _decode(codec.whole_pairs(raw))


def _without(value: Any, fields: Collection[str]) -> Any:
    if isinstance(value, dict):
        return {key: _without(held, fields) for key, held in value.items() if key not in fields}
    if isinstance(value, list):
        return [_without(held, fields) for held in value]
    return value


_encode: Final = msgspec.json.Encoder().encode
_decode: Final = msgspec.json.Decoder(float_hook=lambda number: msgspec.Raw(number.encode())).decode
