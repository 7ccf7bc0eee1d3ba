"""The id and times of a record, read from its bytes without decoding the rest."""

import re
from contextlib import suppress
from datetime import datetime
from math import floor
from typing import Final

import msgspec

from intercom_async.core import codec
from intercom_async.errors import DecodeError
from intercom_async.models import JSON
from intercom_async.scan.windows import Window


class RecordHeader(msgspec.Struct, frozen=True, gc=False):
    """The id and times of a conversation in a list.

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
        """``created_at`` in whole unix seconds; ``None`` if it is no time."""
        at = self.created_at
        return at if type(at) is int and _LEAST <= at <= _MOST else _second(at)

    @property
    def updated(self) -> int | None:
        """``updated_at`` in whole unix seconds; ``None`` if it is no time."""
        at = self.updated_at
        return at if type(at) is int and _LEAST <= at <= _MOST else _second(at)


def _second(sent: JSON) -> int | None:
    """Return a time in whole unix seconds that was sent as a float or text."""
    if not isinstance(sent, float | str):
        return None
    try:
        second = floor(float(sent))
    except OverflowError:
        return None
    except ValueError:
        with suppress(ValueError, OverflowError):
            moment = datetime.fromisoformat(str(sent))
            return floor(moment.timestamp()) if moment.tzinfo is not None else None
        return None
    return second if _LEAST <= second <= _MOST else None


_LEAST: Final = -(2**63)
_MOST: Final = 2**63 - 1
# Plain ids and whole seconds alone; whatever else it may be, the decoder reads.
_BEGINNING: Final = re.compile(
    rb'\{(?:"type":"[a-z_.]+",)?"id":"([\w-]+)","created_at":([1-9]\d{,17}),'
    rb'"updated_at":([1-9]\d{,17})[,}]'
)
_decode_header: Final = codec.record_decoder(RecordHeader)


def read_header(raw: bytes) -> RecordHeader:
    """Read the id and times of a conversation.

    Raises:
        DecodeError: It has no id, or is no conversation.
    """
    read = _decode_header(raw)
    if isinstance(read.id, str) and "\0" in read.id:  # what lists ids would end there
        raise DecodeError("an id with a NUL character", body=raw, json_path="$.id")
    return read


def skim_header(raw: bytes) -> RecordHeader:
    """Read the id and times of a record that was found to be JSON, at its beginning if possible.

    The API sends them first, and to pass over the rest takes longer than all else that is read
    of a record in a list.

    Raises:
        DecodeError: It has no id.
    """
    beginning = _BEGINNING.match(raw)
    if beginning is None:
        return read_header(raw)
    id, created_at, updated_at = beginning.groups()
    return RecordHeader(id.decode(), int(created_at), int(updated_at))


def belongs(raw: bytes, window: Window) -> bool | None:
    """Tell whether a record is in a window, or within a second of its bounds.

    ``None`` if the record has no such time.
    """
    try:
        read = read_header(raw)
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
