"""Answers of every shape and of none: pages, records, what is no JSON, and raw bytes."""

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intercom_async import DecodeError
from intercom_async.core import codec
from intercom_async.models import Conversation

RECORDED = json.loads(
    (Path(__file__).parent / "data" / "answers-2.10.json").read_text(encoding="utf-8")
)
LIST = next(a["body"] for a in RECORDED if a["operation"] == "get /conversations")

one = codec.record_decoder(Conversation)
page = codec.page_decoder(Conversation, "conversations")
raw_page = codec.page_decoder(bytes, "conversations")
DECODERS: dict[str, Callable[[bytes], object]] = {
    "one": one,
    "page": page,
    "raw one": codec.raw_record,
    "raw page": raw_page,
}
every_decoder = pytest.mark.parametrize("decode", DECODERS.values(), ids=DECODERS)


def listing(*records: bytes, rest: bytes = b"") -> bytes:
    return b'{"conversations":[' + b",".join(records) + b"]" + rest + b"}"


def next_of(pages: object) -> set[str | None]:
    body = json.dumps({"conversations": [], "pages": pages}).encode()
    return {page(body).next, raw_page(body).next}


# --- The envelope of a page -----------------------------------------------------------------


@pytest.mark.parametrize("key", ["conversations", "data"])
def test_the_list_under_either_name(key: str) -> None:
    body = json.dumps({"type": "x", key: [{"id": 1}, {"id": "2"}], "total_count": 7}).encode()
    decoded = page(body)
    assert [item.id for item in decoded.items] == ["1", "2"]
    assert (decoded.total_count, decoded.next, decoded.invalid) == (7, None, ())
    assert raw_page(body).items == [b'{"id": 1}', b'{"id": "2"}']


NESTED = {
    "data.articles": '{"type":"list","total_count":3,"data":{"articles":%s,"highlights":[]},'
    '"pages":{"page":1,"total_pages":2}}',
    "": "%s",
}


@pytest.mark.parametrize(("key", "around"), NESTED.items(), ids=["a path", "the whole answer"])
def test_the_list_elsewhere(key: str, around: str) -> None:
    decode = codec.page_decoder(Conversation, key, numbered=True)
    body = (around % '[{"id":1,"tags":[{"id":3}]},{"id":2}]').encode()
    expected = (3, "?page=2") if key else (None, None)
    for ids, page in (
        (["1", "2"], decode(body)),
        (["2"], decode(body.replace(b'"id":1', b'"id":[]'))),  # one that does not fit
        (["2"], decode(body.replace(b'"id":1', b'"id":01'))),  # one that is no JSON
        (["1", "2"], decode(body.replace(b'"id":3', b'"id":3,"name":"\\ud800"'))),
    ):
        assert [item.id for item in page.items] == ids
        assert (page.total_count, page.next) == expected
        assert len(page.invalid) == 2 - len(ids)
    assert codec.page_decoder(bytes, key)(body).items[1] == b'{"id":2}'
    for other in (b'{"articles":[]}', b'{"data":{}}', b'{"data":[]}', b"5"):
        with pytest.raises(DecodeError):
            decode(other)


def test_no_records() -> None:
    body = b'{"conversations":[],"pages":{"next":{"starting_after":"c"}}}'
    assert page(body) == codec.Page([], None, "c")


@pytest.mark.parametrize(
    ("pages", "cursor"),
    [
        (None, None),
        ({}, None),
        ({"type": "pages", "page": 1, "per_page": 20, "total_pages": 1}, None),
        ({"next": None}, None),
        ({"next": ""}, None),
        ({"next": {}}, None),
        ({"next": {"per_page": 20, "starting_after": None}}, None),
        ({"next": {"page": 2, "per_page": 20, "starting_after": "WzE2=="}}, "WzE2=="),
        ({"next": {"per_page": 20, "starting_after": "WzE2=="}}, "WzE2=="),
        ({"next": {"starting_after": 5}}, "5"),
        ({"next": {"starting_after": ""}}, None),
        ({"next": "https://api.intercom.io/conversations?per_page=5&starting_after=ab"}, "ab"),
        ({"next": "https://api.intercom.io/conversations?starting_after=a%2Bb%3D%3D#x"}, "a+b=="),
        ({"next": "/conversations?starting_after=ab&per_page=5"}, "ab"),
        ({"next": 5}, "5"),
        ({"next": "https://api.intercom.io/conversations?page=2"}, "?page=2"),
    ],
    ids=repr,
)
def test_next_cursor(pages: object, cursor: str | None) -> None:
    assert next_of(pages) == {cursor}


@pytest.mark.parametrize(
    "following",
    [
        "https://api.intercom.io/conversations",
        "https://api.intercom.io/conversations?starting_after=",
        "http://[",
        [],
        ["c"],
        1.5,
        True,
        {"starting_after": ["c"]},
        {"starting_after": {}},
        {"starting_after": False},
    ],
    ids=repr,
)
def test_a_next_page_that_cannot_be_asked_for_is_no_last_page(following: object) -> None:
    body = json.dumps({"conversations": [{"id": "1"}], "pages": {"next": following}}).encode()
    for decode in (page, raw_page):
        with pytest.raises(DecodeError) as raised:
            decode(body)
        assert (raised.value.json_path, raised.value.body) == ("$.pages.next", body)


@pytest.mark.parametrize(
    ("body", "path"),
    [
        (b"{}", "$"),
        (b'{"type":"error.list","errors":[]}', "$"),
        (b'{"conversations":null}', "$.conversations"),
        (b'{"conversations":{"id":"1"}}', "$.conversations"),
        (b'{"data":"x"}', "$.data"),
        (b"[]", "$"),
        (b"null", "$"),
        (b'"x"', "$"),
        (b"1", "$"),
    ],
    ids=repr,
)
def test_json_that_is_no_page(body: bytes, path: str) -> None:
    for decode in (page, raw_page):
        with pytest.raises(DecodeError) as raised:
            decode(body)
        assert (raised.value.json_path, raised.value.body) == (path, body)


# --- One malformed record costs itself alone -------------------------------------------------


@pytest.mark.parametrize(
    ("record", "path", "reason"),
    [
        (b"{}", "$", "missing required field `id`"),
        (b'{"id": null}', "$.id", "got `null`"),
        (b'{"id": "2", "open": [ 1 ]}', "$.open", "Expected `bool | null`, got `array`"),
        (
            b'{"id":"2","conversation_parts":{"conversation_parts":[{},{"author":4}]}}',
            "$.conversation_parts.conversation_parts[1].author",
            "got `int`",
        ),
        (b"null", "$", "got `null`"),
        (b'"x"', "$", "got `str`"),
        (b"[]", "$", "got `array`"),
        (b'{"id":"2","title":"\xff"}', None, "not JSON"),
    ],
    ids=[
        "no id",
        "null id",
        "bad type",
        "deep inside",
        "null",
        "string",
        "list",
        "invalid UTF-8",
    ],
)
def test_a_malformed_record_is_set_apart(record: bytes, path: str | None, reason: str) -> None:
    decoded = page(listing(b'{"id":"1"}', record, b'{"id":9}', rest=b',"total_count":3'))
    assert [item.id for item in decoded.items] == ["1", "9"]
    assert decoded.total_count == 3
    [error] = decoded.invalid
    assert (error.body, error.json_path) == (record, path)
    assert reason in error.reason
    with pytest.raises(DecodeError) as raised:
        one(record)
    assert (raised.value.body, raised.value.json_path) == (record, path)


def test_all_records_malformed() -> None:
    decoded = page(listing(b"{}", b"[]", rest=b',"pages":{"next":{"starting_after":"c"}}'))
    assert (decoded.items, decoded.next) == ([], "c")
    assert [error.body for error in decoded.invalid] == [b"{}", b"[]"]


def test_text_no_decoder_takes_matters_only_where_it_is_read() -> None:
    record = b'{"id":"2","unknown":"\xff"}'
    assert [item.id for item in page(listing(record)).items] == ["2"]


@pytest.mark.parametrize("character", ["é", "€", "😀"])
@pytest.mark.parametrize("before", range(4))
def test_text_of_raw_pages_is_read_a_little_at_a_time(character: str, before: int) -> None:
    begun = len(listing(b'{"id":"1","body":"'))
    filling = b"a" * (codec._AT_A_TIME - begun - before)  # so that a character is cut through
    record = b'{"id":"1","body":"%b%b"}' % (filling, 4 * character.encode())
    cut = record[:-3] + record[-2:]
    decoded = raw_page(listing(record, b'{"id":"2"}', cut, b'{"id":"3"}'))
    assert decoded.items == [record, b'{"id":"2"}', b'{"id":"3"}']
    assert [error.body for error in decoded.invalid] == [cut]
    assert raw_page(listing(record, record)) == codec.Page([record, record])


def test_half_a_surrogate_pair_reads_as_a_replacement_character() -> None:
    assert one(rb'{"id":"1","title":"a\ud800b"}').title == "a\N{REPLACEMENT CHARACTER}b"
    assert one(rb'{"id":"1","title":"\ud83d\ude00"}').title == "😀"
    half = rb'{"id":"1","title":"\ud800"}'
    assert codec.raw_record(half) == half
    body = rb'{"id":{},"title":"\ud800"}'
    with pytest.raises(DecodeError) as raised:
        one(body)
    assert (raised.value.body, raised.value.json_path) == (body, "$.id")


# --- What is no JSON -------------------------------------------------------------------------


@every_decoder
@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "an empty body"),
        (b" \r\n", "an empty body"),
        (b"<html><body>502 Bad Gateway</body></html>", "not JSON"),
        (b'{"id":"1","conversations":[]} {}', "not JSON"),
        (b'{"id":"1","conversations":[NaN]}', "not JSON"),
        (b'\xef\xbb\xbf{"id":"1","conversations":[]}', "not JSON"),
        (b'{"id":"1","conversations":[],"x":' + b"[" * 100_000, "nested too deeply"),
        (b'{"id":"1","conversations":[],"x":' + b'{"x":' * 100_000, "nested too deeply"),
    ],
    ids=["empty", "blank", "HTML", "two values", "NaN", "byte order mark", "lists", "objects"],
)
def test_no_json(decode: Callable[[bytes], object], body: bytes, reason: str) -> None:
    with pytest.raises(DecodeError, match=reason) as raised:
        decode(body)
    assert (raised.value.body, raised.value.json_path) == (body, None)
    assert len(str(raised.value)) < 500


@every_decoder
def test_cut_short_at_every_byte(decode: Callable[[bytes], object]) -> None:
    # One body for records and pages alike.
    body = json.dumps({**LIST, "id": "1"}).encode()
    decode(body)
    for end in range(len(body)):
        with pytest.raises(DecodeError) as raised:
            decode(body[:end])
        assert raised.value.json_path is None, end


MILLION = b"1" * 1_000_000


def test_a_number_of_a_million_digits_costs_its_record_alone() -> None:
    record = b'{"id":"2","custom_attributes":{"n":' + MILLION + b"}}"
    decoded = page(listing(b'{"id":"1"}', record))
    assert [item.id for item in decoded.items] == ["1"]
    assert [error.body for error in decoded.invalid] == [record]
    assert raw_page(listing(record)).items == [record]
    assert codec.raw_record(record) == record


@pytest.mark.parametrize(
    ("decode", "body"),
    [
        (one, b'{"id":' + MILLION + b"}"),
        (codec.raw_record, b'{"id":' + MILLION + b"}"),
        (page, b'{"conversations":[],"total_count":' + MILLION + b"}"),
        (page, b'{"conversations":[],"pages":{"next":' + MILLION + b"}}"),
        (page, b'{"conversations":[],"pages":1e' + MILLION + b"}"),
    ],
    ids=["id", "raw id", "total_count", "cursor", "exponent"],
)
def test_a_number_of_a_million_digits_is_refused(
    decode: Callable[[bytes], object], body: bytes
) -> None:
    with pytest.raises(DecodeError, match="out of range"):
        decode(body)


def test_of_duplicate_keys_the_last_counts() -> None:
    assert one(b'{"id":"1","title":"a","id":"2","title":"b"}') == Conversation(id="2", title="b")
    body = b'{"conversations":[{"id":"1"}],"total_count":1,"conversations":[],"total_count":0}'
    assert page(body) == codec.Page([], 0)
    assert raw_page(body) == codec.Page([], 0)


# --- Raw bytes -------------------------------------------------------------------------------

RAW = '{\n  "id" : 1,\t"tomorrow": {"b":1, "a": [ 1.0, 1e2 ]}, "id2":"\\u00e9 é"\n}'.encode()


def test_raw_one_is_the_answer_itself() -> None:
    assert codec.raw_record(RAW) is RAW
    assert codec.raw_record(b" " + RAW + b"\n") == b" " + RAW + b"\n"


def test_raw_records_keep_unknown_fields_and_inner_blanks() -> None:
    body = b'{ "conversations" : [ ' + RAW + b" ,\n" + RAW + b' ] , "pages": {"next":"" } }'
    decoded = raw_page(body)
    assert decoded.items == [RAW, RAW]
    assert decoded.invalid == ()


@pytest.mark.parametrize("body", [b"{}", b'{"id":null}', b'{"id":[]}', b"[]", b"null"], ids=repr)
def test_raw_one_without_an_id(body: bytes) -> None:
    with pytest.raises(DecodeError) as raised:
        codec.raw_record(body)
    assert raised.value.body == body
    assert raised.value.json_path in {"$", "$.id"}


# --- Other types -----------------------------------------------------------------------------


class Own(msgspec.Struct):
    """A caller's own struct."""

    state: str


@pytest.mark.parametrize(
    ("type_", "record", "value"),
    [
        (Own, b'{"state":"open"}', Own("open")),
        (dict, b'{"id":1}', {"id": 1}),
        (Any, b"[1]", [1]),
        (msgspec.Raw, b'{"id": 1}', msgspec.Raw(b'{"id": 1}')),
    ],
    ids=["struct", "dict", "anything", "raw"],
)
def test_any_type_msgspec_decodes(type_: Any, record: bytes, value: object) -> None:
    assert codec.record_decoder(type_)(record) == value
    assert codec.page_decoder(type_, "conversations")(listing(record)).items == [value]


def test_an_own_structs_records_are_set_apart_too() -> None:
    decoded = codec.page_decoder(Own, "conversations")(listing(b'{"state":"open"}', b'{"state":1}'))
    assert decoded.items == [Own("open")]
    assert [(e.body, e.json_path) for e in decoded.invalid] == [(b'{"state":1}', "$.state")]


def test_decoders_are_built_once() -> None:
    assert codec.record_decoder(Own) is codec.record_decoder(Own)
    assert codec.page_decoder(Own, "conversations") is codec.page_decoder(Own, "conversations")


# --- Whatever comes, only DecodeError comes out ----------------------------------------------

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from([*Conversation.__struct_fields__, "next", "starting_after", "data"])
            | st.text(max_size=4),
            inner,
            max_size=6,
        )
    ),
    max_leaves=20,
)


@settings(max_examples=300)
@given(st.binary(max_size=64) | st.text(alphabet='{}[]":,\\u0d8e1-.ntf "', max_size=40))
def test_any_bytes(body: bytes | str) -> None:
    whole = body if isinstance(body, bytes) else body.encode()
    for decode in DECODERS.values():
        for wrapped in (whole, listing(whole), b'{"id":"1","title":' + whole + b"}"):
            with suppress(DecodeError):
                decode(wrapped)


@pytest.mark.long
@settings(max_examples=300)
@given(value=json_values)
def test_any_json(value: object) -> None:
    body = json.dumps(value).encode()
    for decode in DECODERS.values():
        with suppress(DecodeError):
            decode(body)


@pytest.mark.long
@settings(max_examples=200)
@given(records=st.lists(json_values | st.fixed_dictionaries({"id": st.integers()}), max_size=4))
def test_no_record_is_lost(records: list[object]) -> None:
    body = json.dumps({"conversations": records}).encode()
    decoded = page(body)
    assert len(decoded.items) + len(decoded.invalid) == len(records)
    assert [json.loads(raw) for raw in raw_page(body).items] == records


@settings(max_examples=200)
@given(pages=json_values | st.fixed_dictionaries({"next": json_values}))
def test_any_pages(pages: object) -> None:
    body = json.dumps({"conversations": [], "pages": pages}).encode()
    with suppress(DecodeError):
        cursor = page(body).next
        assert cursor is None or (type(cursor) is str and cursor)


# --- Half a surrogate pair --------------------------------------------------------------


@pytest.mark.parametrize(
    "record",
    [
        rb'{"id":"2","title":"\ud800"}',
        rb'{"id":"2","title":"\uDC00x"}',
        rb'{"id":"2","title":"\ud83d\ud83d\ude00"}',
        rb'{"id":"2","unknown":"\ud800\u0041"}',
        rb'{"id":"2","\ud800":1}',
        rb'{"id":"2","title":"\\\ud800"}',
    ],
    ids=repr,
)
def test_half_a_surrogate_pair_costs_nothing(record: bytes) -> None:
    last = rb'{"id":"9","title":"\ud83d\ude00 \\ud800"}'
    body = listing(b'{"id":"1"}', b" " + record, last)
    decoded = page(body)
    assert [item.id for item in decoded.items] == ["1", "2", "9"]
    assert decoded.items[2].title == r"😀 \ud800"
    assert decoded.invalid == ()
    assert raw_page(body).items[:2] == [b'{"id":"1"}', record]


def test_a_next_page_without_a_cursor_is_an_error_not_an_end() -> None:
    body = listing(b'{"id":"1"}', rest=b',"pages":{"next":{"page":2,"per_page":20}}')
    with pytest.raises(DecodeError, match="without starting_after"):
        page(body)


BROKEN = [
    b'{"id":"2","title":"a\nb"}',
    b'{"id":"2","x":NaN}',
    b'{"id":"2","x":-Infinity}',
    b'{"id":"2","x":01}',
    b'{"id":"2","x":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    b'{"id":"2","x":{},,}',
    rb'{"id":"2","x":"\x"}',
    rb'{"id":"2","title":"\ud8"}',
    b'{"id":"2" "x":1}',
    b"{'id':2}",
]


@pytest.mark.parametrize("record", BROKEN, ids=lambda record: record[:24].decode())
@pytest.mark.parametrize("key", [b"conversations", b"data"])
def test_a_record_that_is_no_json_costs_only_itself(record: bytes, key: bytes) -> None:
    sound = [rb'{"id":"%d","title":"]}\"{["}' % id for id in range(3)]
    listed = b",".join([sound[0], sound[1], record, sound[2]])
    body = b'{"type":"x","%b":[%b],"total_count":4,"pages":{"next":{"starting_after":"c"}}}'
    decoded = page(body % (key, listed))
    assert [item.id for item in decoded.items] == ["0", "1", "2"]
    assert [error.body for error in decoded.invalid] == [record]
    assert (decoded.total_count, decoded.next) == (4, "c")
    raw = raw_page(body % (key, listed))
    assert [*raw.items, *(error.body for error in raw.invalid)] == [*sound, record]
    assert (raw.total_count, raw.next) == (4, "c")


@pytest.mark.parametrize("cut", range(1, 60))
def test_a_page_that_is_cut_short_is_no_page(cut: int) -> None:
    body = listing(b'{"id":"1","title":"a"}', b'{"id":"2","x":NaN}')
    with pytest.raises(DecodeError):
        raw_page(body[:-cut])


@given(st.none() | st.integers(-9, 2**40) | st.floats() | st.booleans() | st.text(max_size=5))
def test_a_total_is_a_whole_number_in_whichever_form(sent: Any) -> None:
    total = page(listing(b'{"id":"1"}', rest=b',"total_count":' + msgspec.json.encode(sent)))
    if isinstance(sent, bool | None):
        assert total.total_count is None
    elif isinstance(sent, int):
        assert total.total_count == sent
        text = page(listing(b'{"id":"1"}', rest=b',"total_count":"%d"' % sent))
        assert text.total_count == sent
    else:
        assert total.total_count is None or isinstance(total.total_count, int)


def test_an_odd_total_count_costs_nothing() -> None:
    assert page(listing(b'{"id":"1"}', rest=b',"total_count":"x"')).total_count is None


# The first second that no datetime can hold.
YEAR_10000 = 253_402_300_800


class Dated(msgspec.Struct):
    at: datetime


def test_a_moment_after_the_last_year_costs_no_record_but_one_that_needs_it() -> None:
    assert one(b'{"id":"1","created_at":%d}' % YEAR_10000).created_at is None
    with pytest.raises(DecodeError, match="out of range"):
        codec.record_decoder(Dated)(b'{"at":%d}' % YEAR_10000)


def test_bytes_that_are_no_text_are_refused() -> None:
    record = b'{"id":"1","x":"\xff"}'
    assert [error.body for error in raw_page(listing(record)).invalid] == [record]
    with pytest.raises(DecodeError, match="not JSON"):
        codec.raw_record(record)
    with pytest.raises(DecodeError, match="no text"):
        codec.text(b"\xff")
    assert codec.text("café".encode()) == "café"


def test_json_of_any_shape_may_be_nothing() -> None:
    assert codec.any_json(b" ") is None
    assert codec.any_json(b"[1]") == [1]
