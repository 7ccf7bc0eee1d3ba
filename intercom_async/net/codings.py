"""Bodies unpacked as they come, in the codings that their headers name (RFC 9110, 8.4.1).

aiohttp unpacks one coding of four, and takes gzip and zstd that are cut short for whole.
"""

import zlib
from collections.abc import Iterator, Mapping
from typing import Any, Final, cast

import aiohttp
from aiohttp import compression_utils, hdrs
from multidict import MultiMapping

from intercom_async.errors import DecodeError

_LIBRARIES: Final[Any] = compression_utils  # whichever are installed; it does not export all
_GZIP_OR_ZLIB: Final = 47  # zlib detects which
_RAW: Final = -15
_HEADERS: Final = {0x8, 0xF}  # lower half of the first byte of zlib's and gzip's headers
_PIECE: Final = 2**20  # bytes that are unpacked at once
_MEMBERS: Final = 100  # that a body may be made of (RFC 1952, 2.2)
_SAME_AS: Final[Mapping[str, str]] = {"x-gzip": "gzip", "x-deflate": "deflate"}
_KNOWN: Final = frozenset({"gzip", "deflate", "br", "zstd"})


class WronglyCoded(aiohttp.ClientPayloadError):
    """The body is not in the coding that it is said to be in, or that is not installed."""


def unpackers(headers: MultiMapping[str], max_body: int) -> "list[Unpacker]":
    """Return what unpacks a body, layer by layer.

    Words that name no coding, such as ``none`` and ``utf-8``, are sent by mistake, with a body as
    it is.
    """
    named = ",".join(headers.getall(hdrs.CONTENT_ENCODING, ())).lower().split(",")
    names = [_SAME_AS.get(name.strip(), name.strip()) for name in reversed(named)]
    return [Unpacker(name, max_body) for name in names if name in _KNOWN]


class Unpacker:
    """Unpacks a body piece by piece, of one or several members.

    Args:
        name: The coding.
        max_body: Bytes; a body that unpacks to more is refused.
    """

    def __init__(self, name: str, max_body: int) -> None:
        self._name = name
        self._max_body = max_body
        self._size = self._members = 0
        self._member: Any = None

    def unpack(self, packed: bytes) -> bytes:
        """Return what a piece unpacks to.

        Raises:
            DecodeError: It is larger than allowed.
            WronglyCoded: It is of another coding.
        """
        pieces: list[bytes] = []
        for piece in self._pieces(packed):
            self._size += len(piece)
            if self._size > self._max_body:
                raise too_large(self._max_body)
            pieces.append(piece)
        return b"".join(pieces)

    def end(self) -> None:
        """Check that the body is whole.

        Raises:
            aiohttp.ClientPayloadError: It was cut short.
        """
        if self._member is not None:
            raise aiohttp.ClientPayloadError

    def _pieces(self, packed: bytes) -> Iterator[bytes]:
        while packed:
            if self._member is None:
                self._member = self._next_member(packed)
            yield (piece := self._piece(packed))
            while len(piece) >= _PIECE and not self._member.eof:
                # zlib hands back what it has not read yet; the others keep it.
                yield (piece := self._piece(getattr(self._member, "unconsumed_tail", b"")))
            if not self._member.eof:
                return
            packed = self._member.unused_data
            self._member = None

    def _piece(self, packed: bytes) -> bytes:
        try:
            return cast("bytes", self._member.decompress(packed, _PIECE))
        except Exception:  # noqa: BLE001  # each library has its own
            raise self._wrong() from None

    def _next_member(self, packed: bytes) -> Any:
        self._members += 1
        if self._members > _MEMBERS:
            raise self._wrong()
        if self._name == "zstd" and _LIBRARIES.HAS_ZSTD:
            return _LIBRARIES.ZstdDecompressor()
        if self._name == "br" and _LIBRARIES.HAS_BROTLI:
            return _Brotli()
        if self._name in {"zstd", "br"}:
            raise WronglyCoded(f"the answer is in a coding that is not installed: {self._name}")
        # Some send deflate without the header of zlib, or below that of gzip.
        raw = self._name == "deflate" and packed[0] & 0xF not in _HEADERS
        return zlib.decompressobj(_RAW if raw else _GZIP_OR_ZLIB)

    def _wrong(self) -> WronglyCoded:
        return WronglyCoded(f"the answer is said to be {self._name}, and is not")


class _Brotli:
    """Brotli's decompressor, with the interface of the others."""

    unused_data = b""

    def __init__(self) -> None:
        self._inner = compression_utils.BrotliDecompressor()

    @property
    def eof(self) -> bool:
        return bool(self._inner._obj.is_finished())  # noqa: SLF001  # aiohttp hides it

    def decompress(self, packed: bytes, most: int) -> bytes:
        return self._inner.decompress_sync(packed, most)


def too_large(max_body: int) -> DecodeError:
    """Return the error of an answer that is larger than allowed."""
    return DecodeError(
        f"the answer is larger than the {max_body} bytes allowed (max_body)",
        body=b"",
        json_path="$",
    )
