"""Bytes to values: a decoder for one record and one for a page, built once per type."""

import re
from codecs import utf_8_decode
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache, partial
from types import NoneType
from typing import TYPE_CHECKING, Any, Final, Generic, NoReturn, TypeAlias, TypeVar, cast

import msgspec

from intercom_async.core.paginate import Envelope, following
from intercom_async.errors import DecodeError, QueryError
from intercom_async.models.base import JSON, Model, fitted

__all__ = ["Page"]

T = TypeVar("T")

Decode: TypeAlias = Callable[[bytes], T]

NOT_JSON: Final = (msgspec.DecodeError, ValueError, RecursionError)
"""Raised by decoding bytes that are not JSON, or not of the type."""


class Page(msgspec.Struct, Generic[T], frozen=True):
    """One page of a list or search.

    Attributes:
        items: The page's records; may be empty although more pages follow.
        total_count: How many records there were in all when the page was made. It moves while
            a workspace is in use.
        next: The cursor of the next page, to save for ``resume=``; ``None`` on the last page.
        invalid: Records that could not be decoded, each with its bytes and the reason.
    """

    items: list[T]
    total_count: int | None = None
    next: str | None = None
    invalid: tuple[DecodeError, ...] = ()

    if not TYPE_CHECKING:  # for checkers there are no such methods at all

        def _misused(self, *_: object) -> NoReturn:
            raise TypeError(
                "a page is no list, and one of several: its records are in page.items; "
                "every record is had with 'async for record in …list():', without await"
            )

        # A page has no truth either: one without records would be as true as any.
        __aiter__ = __getitem__ = __iter__ = __len__ = _misused


class _Record(msgspec.Struct, gc=False):
    id: str | int


def record_decoder(type_: type[T]) -> Decode[T]:
    """Return the function that decodes an answer which is one record; ``bytes`` for its own.

    Raises:
        QueryError: It is no type that msgspec decodes.
    """
    try:
        decode: Decode[T] = _cached_record_decoder(type_)
    except (TypeError, NameError) as error:
        raise QueryError(f"type must be a type that msgspec decodes: {error}") from None
    return decode


def page_decoder(type_: type[T], key: str = "data", *, numbered: bool = False) -> Decode[Page[T]]:
    """Return the function that decodes an answer which is a page of records.

    A record that does not fit ``type_`` costs itself alone: it goes to ``Page.invalid``.

    Args:
        type_: What a record decodes into; ``bytes`` for its own bytes.
        key: What the list is called, a path such as ``data.articles`` if it stands within
            something, or empty if the answer is the list; some versions call any list ``data``.
        numbered: Whether the list has numbered pages.

    Raises:
        QueryError: It is no type that msgspec decodes.
    """
    record_decoder(type_)
    decode: Decode[Page[T]] = _cached_page_decoder(type_, key, numbered)
    return decode


def any_json(body: bytes) -> JSON:
    """Decode an answer of unknown shape; an empty one is ``None``.

    Raises:
        DecodeError: It is no JSON.
    """
    return _cached_record_decoder(JSON)(body) if body.strip() else None


def text(body: bytes) -> str:
    """Decode an answer that is a text.

    Raises:
        DecodeError: It is no UTF-8.
    """
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise DecodeError(f"no text: {error}", body=body, json_path="$") from None


def raw_record(body: bytes) -> bytes:
    """Check that an answer is one whole record and return its own bytes.

    Raises:
        DecodeError: It is no JSON, or has no id.
    """
    _read_record(body)
    _check_text(body)
    return body


class _Pages:
    """Decodes the pages of one list.

    Args:
        key: What the list is called, or the path to it; empty if it is the whole answer.
        numbered: Whether its pages are numbered.
    """

    def __init__(self, key: str, *, numbered: bool) -> None:
        *self.around, last = key.split(".")
        self.keys: tuple[str, ...] = (last,) if self.around else tuple(dict.fromkeys((key, "data")))
        self.is_bare = not key
        self.depth = 1 if self.is_bare else len(self.around) + 2
        self.numbered = numbered
        self.raw: msgspec.json.Decoder[Any] = self.decoder(msgspec.Raw)

    def decoder(self, item: Any) -> msgspec.json.Decoder[Any]:
        """Return a decoder of pages of such records."""
        if self.is_bare:
            return msgspec.json.Decoder(list[item], strict=False)
        fields = [(key, list[item] | msgspec.UnsetType, msgspec.UNSET) for key in self.keys]
        for name in reversed(self.around):
            within: Any = msgspec.defstruct("Within", fields, kw_only=True, gc=False)
            fields = [(name, within | msgspec.UnsetType, msgspec.UNSET)]
        shape = msgspec.defstruct("Listing", fields, bases=(Envelope,), kw_only=True, gc=False)
        return msgspec.json.Decoder(shape, strict=False)

    def items(self, listing: Any, body: bytes) -> list[Any]:
        """Return the records of a page, whichever name their list has."""
        if self.is_bare:
            return cast("list[Any]", listing)
        for name in self.around:
            listing = getattr(listing, name, msgspec.UNSET)
        for key in self.keys:
            items: Any = getattr(listing, key, msgspec.UNSET)
            if items is not msgspec.UNSET:
                return cast("list[Any]", items)
        name = ".".join([*self.around, self.keys[0]])
        raise DecodeError(f"no list {name!r}", body=body, json_path="$")

    def page(
        self,
        listing: Any,
        items: list[T],
        body: bytes,
        invalid: tuple[DecodeError, ...] = (),
    ) -> Page[T]:
        """Return a page of records with what follows it."""
        envelope = _ALONE if self.is_bare else listing
        try:
            cursor = following(envelope, items or invalid, numbered=self.numbered)
        except ValueError as error:
            raise DecodeError(str(error), body=body, json_path="$.pages.next") from None
        return Page(items, _total(envelope.total_count), cursor, invalid)

    def record_by_record(self, body: bytes, decode_record: Decode[T]) -> Page[T]:
        """Decode a page of which some records cannot be decoded."""
        try:
            listing = self.raw.decode(body)
            records = [bytes(raw) for raw in self.items(listing, body)]
        except NOT_JSON as error:
            listing, records = self._mended(body, error)
        items, invalid = _decoded(records, decode_record)
        return self.page(listing, items, body, invalid)

    def raw_page(self, body: bytes) -> Page[bytes]:
        """Decode a page but not its records; one that is not UTF-8 becomes invalid alone."""
        try:
            listing = self.raw.decode(body)
        except NOT_JSON:
            return self.record_by_record(body, raw_record)
        records = [bytes(raw) for raw in self.items(listing, body)]
        if _is_text(body):
            return self.page(listing, records, body)
        items, invalid = _decoded(records, _checked)
        return self.page(listing, items, body, invalid)

    def _mended(self, body: bytes, error: Exception) -> tuple[Any, list[bytes]]:
        # Records are taken as sent, at the places where the mended page has them.
        sound = replace_lone_surrogates(body)
        try:
            listing = self.raw.decode(sound)
        except NOT_JSON:
            return self._cut_out(body, error)
        records: list[bytes] = []
        end = 0
        for raw in self.items(listing, body):
            start = sound.index(raw, end)
            end = start + len(bytes(raw))
            records.append(body[start:end])
        return listing, records

    def _cut_out(self, body: bytes, error: Exception) -> tuple[Any, list[bytes]]:
        """Find records by their brackets, so that one that is not JSON becomes invalid alone."""
        keys = [f'"{key}"'.encode() for key in self.keys]
        depth, at, key, in_list = 0, 0, keys[0], False
        records: list[bytes] = []
        rest: list[bytes] = []  # of the page, with a number in place of each record
        for token in _BRACKETS_AND_TEXTS.finditer(body):
            text = token[0]
            if text in b"[{":
                depth += 1
                in_list |= depth == self.depth and text == b"[" and key in keys
                if in_list and depth == self.depth + 1:
                    rest += body[at : token.start()], b"0"
                    at = token.start()
            elif text in b"]}":
                if in_list and depth == self.depth + 1:
                    records.append(body[at : token.end()])
                    at = token.end()
                in_list &= depth != self.depth
                depth -= 1
            elif depth == self.depth - 1:
                key = text
        try:
            return self.raw.decode(b"".join([*rest, body[at:]])), records
        except NOT_JSON:
            raise _undecodable(body, error) from None


def _is_text(body: bytes) -> bool:
    """Return whether bytes are UTF-8, by decoding a little at a time.

    One wide character makes a whole text wide, which for a page takes more memory than there is
    cache.
    """
    view, at = memoryview(body), 0
    try:
        while at < len(body):
            end = at + _AT_A_TIME
            at += utf_8_decode(view[at:end], "strict", end >= len(body))[1]
    except UnicodeDecodeError:
        return False
    return True


def _checked(record: bytes) -> bytes:
    _check_text(record)
    return record


def _check_text(body: bytes) -> None:
    """Refuse bytes that are not UTF-8; msgspec does not check what it does not decode."""
    if not body.isascii():
        try:
            body.decode()
        except UnicodeDecodeError as error:
            raise _undecodable(body, error) from None


class _Decoder(partial[T]):
    """A decoding function that pickles as the call that made it, and adds no frame."""

    made: tuple[Callable[..., Decode[Any]], tuple[object, ...]]

    def __reduce__(self) -> tuple[Callable[..., Decode[Any]], tuple[object, ...]]:
        return self.made


def _decoder(decode: Decode[T], make: Callable[..., Decode[T]], *how: object) -> Decode[T]:
    decoder = _Decoder(decode)
    decoder.made = make, how
    return decoder


@lru_cache(maxsize=256)  # a type made for each request would pile up otherwise
def _record_decoder(type_: Any) -> Decode[Any]:
    if type_ in _OTHERWISE:
        return _OTHERWISE[type_]
    # Lax: it makes datetimes of unix seconds, and takes numbers that come as strings.
    decoder = msgspec.json.Decoder(type_, strict=False)
    is_model = isinstance(type_, type) and issubclass(type_, Model)

    def decode(body: bytes) -> Any:
        try:
            return decoder.decode(body)
        except msgspec.ValidationError as error:
            if not is_model:
                raise _undecodable(body, error) from None
            return _fitted(body, type_)
        except NOT_JSON as error:
            sound = replace_lone_surrogates(body)
            if sound == body:
                if is_model and type(error) is ValueError:  # a timestamp of the year 10000
                    return _fitted(body, type_)
                raise _undecodable(body, error) from None
        try:
            return decode(sound)
        except DecodeError as error:
            error.body = body
            raise

    return _decoder(decode, _record_decoder, type_)


@lru_cache(maxsize=256)
def _page_decoder(type_: Any, key: str, numbered: bool) -> Decode[Page[Any]]:  # of a cache
    pages = _Pages(key, numbered=numbered)
    if type_ is bytes:
        return _decoder(pages.raw_page, _page_decoder, type_, key, numbered)
    decoder = pages.decoder(type_)
    decode_record = record_decoder(type_)

    def decode(body: bytes) -> Page[Any]:
        try:
            listing = decoder.decode(body)
        except NOT_JSON:
            return pages.record_by_record(body, decode_record)
        return pages.page(listing, pages.items(listing, body), body)

    return _decoder(decode, _page_decoder, type_, key, numbered)


def _fitted(body: bytes, type_: type[Model]) -> Model:
    try:
        sent = msgspec.json.decode(replace_lone_surrogates(body))
        value = fitted(sent, type_)
        return msgspec.convert(value, type_, strict=False)
    except (*NOT_JSON, msgspec.ValidationError) as error:
        raise _undecodable(body, error) from None


def _decoded(
    records: list[bytes], decode_record: Decode[T]
) -> tuple[list[T], tuple[DecodeError, ...]]:
    items: list[T] = []
    invalid: list[DecodeError] = []
    for record in records:
        try:
            items.append(decode_record(record))
        except DecodeError as error:
            invalid.append(error)
    return items, tuple(invalid)


def replace_lone_surrogates(body: bytes) -> bytes:
    """Return JSON of the same length with replacement characters for half surrogate pairs.

    JSON's grammar allows the escape of half a pair, which truncating a text may leave. msgspec
    does not.
    """
    return _HALF_PAIR.sub(_without_half_pair, body)


def _without_half_pair(escape: re.Match[bytes]) -> bytes:
    is_half = len(escape[0]) == len(rb"\ud800")
    return rb"\ufffd" if is_half else escape[0]


def _total(sent: JSON) -> int | None:
    if type(sent) is int or sent is None:
        return sent
    with suppress(TypeError, ValueError):
        if float(sent).is_integer() and not isinstance(sent, bool):
            return int(float(sent))
    return None


def _undecodable(body: bytes, error: Exception) -> DecodeError:
    if isinstance(error, msgspec.ValidationError):
        reason, _, json_path = str(error).partition(" - at `")
        return DecodeError(reason.strip(), body=body, json_path=json_path.rstrip("`") or "$")
    if isinstance(error, RecursionError):
        return DecodeError("JSON nested too deeply", body=body)
    if not isinstance(error, msgspec.DecodeError | UnicodeError):
        return DecodeError(str(error), body=body, json_path="$")  # a timestamp of the year 10000
    return DecodeError(f"not JSON: {error}" if body.strip() else "an empty body", body=body)


# A whole surrogate pair, half of one, or any other escape.
_HALF_PAIR: Final = re.compile(
    rb"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    rb"|\\u[dD][89a-fA-F][0-9a-fA-F]{2}|\\.",
    re.DOTALL,
)
_OTHERWISE: Final[dict[Any, Decode[Any]]] = {bytes: raw_record, NoneType: lambda _: None}
_BRACKETS_AND_TEXTS: Final = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[][{}]', re.DOTALL)
_ALONE: Final = Envelope()
_AT_A_TIME: Final = 1 << 15
# To checkers, not every type can be hashed.
_cached_record_decoder: Callable[[Any], Decode[Any]] = _record_decoder
_cached_page_decoder: Callable[[Any, str, bool], Decode[Page[Any]]] = _page_decoder
_read_record: Final = record_decoder(_Record)
