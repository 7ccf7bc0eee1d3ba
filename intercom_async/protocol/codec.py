"""Bytes to values: a decoder for one record and one for a page, built once per type."""

import re
from collections.abc import Callable, Hashable
from contextlib import suppress
from functools import lru_cache
from typing import Any, Final, Generic, TypeAlias, TypeVar, cast
from urllib.parse import parse_qs, urlsplit

import msgspec

from intercom_async.errors import DecodeError, QueryError
from intercom_async.models.base import JSON, Model, fitted
from intercom_async.models.conversation import Conversation
from intercom_async.protocol import drift

T = TypeVar("T")

Decode: TypeAlias = Callable[[bytes], T]

NOT_JSON: Final = (msgspec.DecodeError, ValueError, RecursionError)
"""What decoding raises where the bytes are no JSON, or not of the type."""


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


class _Listing(msgspec.Struct, Generic[T], gc=False):
    # Some versions name the list "data".
    conversations: list[T] | msgspec.UnsetType = msgspec.UNSET
    data: list[T] | msgspec.UnsetType = msgspec.UNSET
    total_count: JSON = None
    pages: JSON = None


class _Record(msgspec.Struct, gc=False):
    id: str | int


def one(type_: type[T]) -> Decode[T]:
    """Return the function that decodes an answer which is one record.

    Raises:
        QueryError: It is no type that msgspec decodes.
    """
    try:
        decode: Decode[T] = _one(cast("Hashable", type_))
    except (TypeError, NameError) as error:
        raise QueryError(f"type must be a type that msgspec decodes: {error}") from None
    return decode


def page(type_: type[T]) -> Decode[Page[T]]:
    """Return the function that decodes an answer which is a page of records.

    A record that does not fit ``type_`` costs itself alone: it goes to ``Page.invalid``.

    Raises:
        QueryError: It is no type that msgspec decodes.
    """
    one(type_)
    decode: Decode[Page[T]] = _page(cast("Hashable", type_))
    return decode


def raw_one(body: bytes) -> bytes:
    """Check that an answer is one whole record and return its own bytes.

    Raises:
        DecodeError: It is no JSON, or has no id.
    """
    _read_record(body)
    _check_text(body)
    return body


def raw_page(body: bytes) -> Page[bytes]:
    """Decode a page but not its records, which stay the API's own bytes.

    A record that is no UTF-8 costs itself alone: it goes to ``Page.invalid``.

    Raises:
        DecodeError: It is no JSON, or no page.
    """
    try:
        listing = _RAW_LISTING.decode(body)
    except NOT_JSON:
        return _page_record_by_record(body, raw_one)
    records = [bytes(raw) for raw in _items(listing, body)]
    if body.isascii():
        return _to_page(listing, records, body)
    # Record by record: most are ASCII even so, and a text as long as a page is dear to make.
    items, invalid = _decoded(records, _checked)
    return _to_page(listing, items, body, invalid)


def _checked(record: bytes) -> bytes:
    _check_text(record)
    return record


def _check_text(body: bytes) -> None:
    """Refuse bytes that are no UTF-8, which msgspec lets pass in what it does not decode."""
    if not body.isascii():
        try:
            body.decode()
        except UnicodeDecodeError as error:
            raise _undecodable(body, error) from None


class _Decoder(Generic[T]):
    """A decoding function that pickles as what made it."""

    def __init__(self, make: Callable[[Any], Decode[T]], type_: Any, decode: Decode[T]) -> None:
        self._made = make, (type_,)
        self._decode = decode

    def __call__(self, body: bytes) -> T:
        return self._decode(body)

    def __reduce__(self) -> tuple[Callable[[Any], Decode[T]], tuple[Any]]:
        return self._made


@lru_cache(maxsize=256)  # a type made for each request would pile up otherwise
def _one(type_: Any) -> Decode[Any]:
    # Lax: it makes datetimes of unix seconds, and takes numbers that come as strings.
    decoder = msgspec.json.Decoder(type_, strict=False)
    is_model = isinstance(type_, type) and issubclass(type_, Model)

    def decode(body: bytes) -> Any:
        try:
            return decoder.decode(body)
        except msgspec.ValidationError as error:
            if not is_model:
                raise _undecodable(body, error) from None
            if type_ is Conversation and _is_of_id(error):
                with suppress(*NOT_JSON):
                    conversation = decoder.decode(drift.quote_ids(body))
                    drift.put_back(_FREE_FORM.decode(body), conversation)
                    return conversation
            return _mend(body, type_)
        except NOT_JSON as error:
            sound = whole_pairs(body)
            if sound == body:
                if is_model and type(error) is ValueError:  # a timestamp of the year 10000
                    return _mend(body, type_)
                raise _undecodable(body, error) from None
        try:
            return decode(sound)
        except DecodeError as error:
            error.body = body
            raise

    return _Decoder(one, type_, decode)


@lru_cache(maxsize=256)
def _page(type_: Any) -> Decode[Page[Any]]:
    decoder = msgspec.json.Decoder(_Listing[type_], strict=False)
    decode_one = one(type_)

    def decode(body: bytes) -> Page[Any]:
        try:
            listing = decoder.decode(body)
        except NOT_JSON as error:
            if type_ is not Conversation or not _is_of_id(error):
                return _page_record_by_record(body, decode_one)
        else:
            return _to_page(listing, _items(listing, body), body)
        try:
            listing = decoder.decode(drift.quote_ids(body))
            free_form = _FREE_FORM_LISTING.decode(body)
        except NOT_JSON:
            return _page_record_by_record(body, decode_one)
        items = _items(listing, body)
        for sent, conversation in zip(_items(free_form, body), items, strict=True):
            drift.put_back(sent, conversation)
        return _to_page(listing, items, body)

    return _Decoder(page, type_, decode)


def _is_of_id(error: Exception) -> bool:
    return isinstance(error, msgspec.ValidationError) and str(error).endswith("id`")


def _mend(body: bytes, type_: type[Model]) -> Model:
    try:
        value = fitted(msgspec.json.decode(whole_pairs(body)), type_)
        return msgspec.convert(value, type_, strict=False)
    except (*NOT_JSON, msgspec.ValidationError) as error:
        raise _undecodable(body, error) from None


def _page_record_by_record(body: bytes, decode_one: Decode[T]) -> Page[T]:
    listing, records = _raw_listing(body)
    items, invalid = _decoded(records, decode_one)
    return _to_page(listing, items, body, invalid)


def _decoded(
    records: list[bytes], decode_one: Decode[T]
) -> tuple[list[T], tuple[DecodeError, ...]]:
    items: list[T] = []
    invalid: list[DecodeError] = []
    for record in records:
        try:
            items.append(decode_one(record))
        except DecodeError as error:
            invalid.append(error)
    return items, tuple(invalid)


def _raw_listing(body: bytes) -> tuple[_Listing[msgspec.Raw], list[bytes]]:
    try:
        listing = _RAW_LISTING.decode(body)
    except NOT_JSON as error:
        return _mended_listing(body, error)
    return listing, [bytes(raw) for raw in _items(listing, body)]


def _mended_listing(body: bytes, error: Exception) -> tuple[_Listing[msgspec.Raw], list[bytes]]:
    # Records are cut out as they were sent, at the places they have in what msgspec can read.
    sound = whole_pairs(body)
    try:
        listing = _RAW_LISTING.decode(sound)
    except NOT_JSON:
        return _cut_out(body, error)
    records: list[bytes] = []
    end = 0
    for raw in _items(listing, body):
        start = sound.index(raw, end)
        end = start + len(bytes(raw))
        records.append(body[start:end])
    return listing, records


def _cut_out(body: bytes, error: Exception) -> tuple[_Listing[msgspec.Raw], list[bytes]]:
    """Cut records out by their brackets, since one that is no JSON shall cost only itself."""
    depth, at, key, in_list = 0, 0, b"", False
    records: list[bytes] = []
    rest: list[bytes] = []  # of the page, with a number in place of each record
    for token in _BRACKETS_AND_TEXTS.finditer(body):
        text = token[0]
        if text in b"[{":
            depth += 1
            in_list |= depth == _LIST and text == b"[" and key in _LIST_KEYS
            if in_list and depth == _RECORD:
                rest += body[at : token.start()], b"0"
                at = token.start()
        elif text in b"]}":
            if in_list and depth == _RECORD:
                records.append(body[at : token.end()])
                at = token.end()
            in_list &= depth != _LIST
            depth -= 1
        elif depth == 1:
            key = text
    try:
        return _RAW_LISTING.decode(b"".join([*rest, body[at:]])), records
    except NOT_JSON:
        raise _undecodable(body, error) from None


def whole_pairs(body: bytes) -> bytes:
    """Return JSON of the same length with replacement characters for half surrogate pairs.

    JSON's grammar allows the escape of half a pair, which who cuts text may send; msgspec does
    not.
    """
    return _HALF_PAIR.sub(_without_half_pair, body)


def _without_half_pair(escape: re.Match[bytes]) -> bytes:
    is_half = len(escape[0]) == len(rb"\ud800")
    return rb"\ufffd" if is_half else escape[0]


def _items(listing: _Listing[T], body: bytes) -> list[T]:
    items = listing.data if listing.conversations is msgspec.UNSET else listing.conversations
    if items is msgspec.UNSET:
        raise DecodeError("no list of conversations", body=body, json_path="$")
    return items


def _to_page(
    listing: _Listing[Any], items: list[T], body: bytes, invalid: tuple[DecodeError, ...] = ()
) -> Page[T]:
    try:
        cursor = next_cursor(listing.pages)
    except ValueError as error:
        raise DecodeError(str(error), body=body, json_path="$.pages.next") from None
    return Page(items, _total(listing.total_count), cursor, invalid)


def _total(sent: JSON) -> int | None:
    if type(sent) is int or sent is None:
        return sent
    with suppress(TypeError, ValueError):
        if float(sent).is_integer() and not isinstance(sent, bool):
            return int(float(sent))
    return None


def next_cursor(pages: JSON) -> str | None:
    """Find the next page's cursor in any shape that ``pages`` has been seen in.

    ``pages.next`` is null, absent, an object with ``starting_after``, or a URL with it.

    Raises:
        ValueError: There is a next page but no way to ask for it.
    """
    following = pages.get("next") if isinstance(pages, dict) else None
    if isinstance(following, dict):
        if following and "starting_after" not in following:
            raise ValueError("the next page is named without starting_after")
        following = following.get("starting_after")
    elif isinstance(following, str) and following:
        cursors = parse_qs(urlsplit(following).query).get("starting_after")
        if not cursors:
            raise ValueError("the link to the next page holds no starting_after")
        return cursors[0]
    if following is None or following == "":
        return None
    if isinstance(following, str | int) and not isinstance(following, bool):
        return str(following)
    raise ValueError(f"the next page's cursor is a {type(following).__name__}")


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
_BRACKETS_AND_TEXTS: Final = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[][{}]', re.DOTALL)
_LIST, _RECORD = 2, 3  # levels deep
_LIST_KEYS: Final = (b'"conversations"', b'"data"')
_read_record: Final = one(_Record)
_RAW_LISTING: Final = msgspec.json.Decoder(_Listing[msgspec.Raw], strict=False)
_FREE_FORM: Final = msgspec.json.Decoder(drift.FreeForm)
_FREE_FORM_LISTING: Final = msgspec.json.Decoder(_Listing[drift.FreeForm])
