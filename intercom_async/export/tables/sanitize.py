"""Lines that DuckDB can parse: broken characters are replaced."""

from pathlib import Path
from typing import Final

import msgspec

from intercom_async.core.codec import replace_lone_surrogates
from intercom_async.export.store.errors import ExportCorrupted
from intercom_async.export.tables.lines import Batch


class _Object(msgspec.Struct, gc=False):
    """Any JSON object: nothing of it is kept."""


_OBJECT: Final = msgspec.json.Decoder(_Object)
_MALFORMED: Final = (msgspec.DecodeError, UnicodeDecodeError)


def sanitize(batch: Batch) -> list[bytes]:
    """Return the lines of a batch that are not blank, each a JSON object in UTF-8.

    Half of a surrogate pair, which JSON's grammar allows, and bytes that are no UTF-8 are
    replaced; such a line keeps everything else.

    Raises:
        ExportCorrupted: A line is no JSON object, such as one of which a piece is missing.
    """
    return [_sanitize_line(line, batch.file, number) for number, line in batch.records()]


def _sanitize_line(line: bytes, file: Path, number: int) -> bytes:
    try:
        _check(line)
    except _MALFORMED as error:
        try:
            line = replace_lone_surrogates(line.decode("utf-8", "replace").encode())
            _check(line)
        except _MALFORMED:
            raise ExportCorrupted(file, f"line {number:,}: {error}") from None
    return line


def _check(line: bytes) -> None:
    line.decode()  # the decoder passes over strings without looking
    try:
        _OBJECT.decode(line)
    except RecursionError:
        return  # nested too deeply for the decoder, not for DuckDB
