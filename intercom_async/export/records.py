"""What an export needs to know of a record while it keeps the API's own bytes."""

from collections.abc import Callable, Collection, MutableMapping
from hashlib import blake2b
from typing import Any, Final

import msgspec

from intercom_async.core import codec
from intercom_async.errors import DecodeError
from intercom_async.scan.record_header import RecordHeader, read_header, skim_header

CONVERSATIONS: Final = "conversations"
CONVERSATION_PARTS: Final = "conversation_parts"
VERSIONED: Final = frozenset({"conversations", "contacts", "tickets", "calls"})
"""Streams whose ``updated_at`` tells each version; of others a version is told by its content."""

MOST_PARTS: Final = 500
"""Parts of a conversation that the API gives, the newest."""
# As numbers: to look for bytes in bytes, Python first has an error made that they are no number.
LINE_FEED: Final = ord("\n")
_CARRIAGE_RETURN: Final = ord("\r")


class _Named(msgspec.Struct, frozen=True, gc=False):
    # Built-in attributes have no id.
    id: str | int | None = None
    model: str | None = None
    full_name: str | None = None
    created_at: Any = None


_named: Final = codec.record_decoder(_Named)


def header_reader(stream: str, *, sound: bool = False) -> Callable[[bytes], RecordHeader]:
    """Return what reads the header of a record of a stream, as it is kept.

    Args:
        stream: The stream's name.
        sound: Whether the records were found to be JSON, as those of an answer were.
    """
    if stream not in VERSIONED:
        return _read_content
    return skim_header if sound else read_header


def _read_content(line: bytes) -> RecordHeader:
    """Read a header whose version is told by the content."""
    read = _named(line)
    id = read.id
    if id is None:
        if read.full_name is None:
            return read_header(line)  # which says what is wrong
        id = f"{read.model}.{read.full_name}"
    version = int.from_bytes(blake2b(line, digest_size=8).digest()) >> 1
    return RecordHeader(id, read.created_at, version)


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


_retrieved: Final = codec.record_decoder(_Retrieved)
NO_PARTS: Final = PartsHeld()


def count_parts(raw: bytes) -> PartsHeld:
    """Compare the parts a retrieved conversation holds with what it says of them."""
    try:
        record = _retrieved(raw)
    except DecodeError:
        return NO_PARTS  # parts of another shape are kept as they are, uncounted
    parts, statistics = record.conversation_parts or _Parts(), record.statistics or _Statistics()
    counted = (statistics.count_conversation_parts or 1) - 1  # the first message counts as one
    return PartsHeld(len(parts.conversation_parts or ()), max(parts.total_count or 0, counted))


def no_parts(_: bytes) -> PartsHeld:
    """Count the parts of what has none."""
    return NO_PARTS


def compact(raw: bytes) -> bytes:
    """Return a record as one line: its own bytes, but for white space that would break it."""
    if LINE_FEED not in raw and _CARRIAGE_RETURN not in raw:
        return raw
    try:
        return msgspec.json.format(raw, indent=-1)
    except codec.NOT_JSON:  # half a surrogate pair; no line ends within a text of JSON
        return raw.translate(None, b"\r\n")


def redacted(
    raw: bytes, fields: Collection[str], left_out: MutableMapping[str, int] | None = None
) -> bytes:
    """Return a record as one line without some fields, wherever in it they stand.

    Numbers keep the form they came in; half a surrogate pair becomes a replacement character.

    Args:
        raw: The record.
        fields: The fields, as ``Options.redact`` has them.
        left_out: To be told how often each of them was left out.

    Raises:
        DecodeError: It cannot be read to its depths.
    """
    endings = {field: f".{field.removeprefix('*.')}" for field in fields}
    all_of_them = tuple(endings.values())

    def leaves_out(path: str) -> bool:
        if not path.endswith(all_of_them):
            return False
        if left_out is not None:
            for field, ending in endings.items():
                if path.endswith(ending):
                    left_out[field] = left_out.get(field, 0) + 1
        return True

    def without(value: Any, path: str) -> Any:
        if isinstance(value, dict):
            paths = {key: f"{path}.{key.casefold()}" for key in value}
            return {
                key: without(held, paths[key])
                for key, held in value.items()
                if not leaves_out(paths[key])
            }
        if isinstance(value, list):
            return [without(held, path) for held in value]
        return value

    try:
        return _encode(without(_read(raw), ""))
    except codec.NOT_JSON as error:
        # Not with the bytes themselves, which hold what is to be left out.
        raise DecodeError(f"cannot be redacted: {error}", body=b"", json_path="$") from None


def _read(raw: bytes) -> Any:
    try:
        return _decode(raw)
    except msgspec.DecodeError:
        return _decode(codec.replace_lone_surrogates(raw))


_encode: Final = msgspec.json.Encoder().encode
_decode: Final = msgspec.json.Decoder(float_hook=lambda number: msgspec.Raw(number.encode())).decode
