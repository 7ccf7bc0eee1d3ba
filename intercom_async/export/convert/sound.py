"""Lines that DuckDB can take: what is JSON but for a broken character is mended."""

from pathlib import Path
from typing import Final

import msgspec

from intercom_async.core.codec import replace_lone_surrogates
from intercom_async.export.convert.shards import Batch
from intercom_async.export.store.errors import Damaged

__all__ = ["sound_lines"]


class _Object(msgspec.Struct, gc=False):
    """Any JSON object: nothing of it is kept."""


_OBJECT: Final = msgspec.json.Decoder(_Object)
_UNSOUND: Final = (msgspec.DecodeError, UnicodeDecodeError)


def sound_lines(batch: Batch) -> list[bytes]:
    """Return the lines of a batch that are not blank, each a JSON object in UTF-8.

    Half of a surrogate pair, which JSON's grammar allows, and bytes that are no UTF-8 are
    replaced; such a line keeps everything else.

    Raises:
        Damaged: A line is no JSON object, such as one of which a piece is missing.
    """
    return [_sound(line, batch.file, number) for number, line in batch.records()]


def _sound(line: bytes, file: Path, number: int) -> bytes:
    try:
        _check(line)
    except _UNSOUND as error:
        try:
            line = _mended(line)
            _check(line)
        except _UNSOUND:
            raise Damaged(file, f"line {number:,}: {error}") from None
    return line


def _check(line: bytes) -> None:
    line.decode()  # the decoder passes over strings without looking
    try:
        _OBJECT.decode(line)
    except RecursionError:
        return  # nested too deeply for the decoder, not for DuckDB


def _mended(line: bytes) -> bytes:
    return replace_lone_surrogates(line.decode("utf-8", "replace").encode())
