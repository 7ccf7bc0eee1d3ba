"""What a walk reads of a record: its id and its times, in whichever form they were sent."""

import json
from math import floor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intercom_async import DecodeError
from intercom_async.scan.record_header import belongs, read_header, skim_header
from intercom_async.scan.windows import Window

moments = st.integers(0, 2**40)


def read(value: Any) -> int | None:
    record = read_header(json.dumps({"id": "1", "created_at": value, "updated_at": value}).encode())
    assert record.created == record.updated
    return record.updated


@given(moments)
def test_a_moment_is_read_as_a_number_or_a_text(moment: int) -> None:
    assert {read(form) for form in (moment, str(moment), float(moment), f" {moment}.0")} == {moment}


def test_a_date_with_a_time_zone_is_a_moment() -> None:
    assert read("1970-01-01T01:00:05.9+01:00") == read("1970-01-01T00:00:05Z") == 5


@given(moments, st.floats(0, 0.99))
def test_a_fraction_of_a_second_belongs_to_its_second(moment: int, fraction: float) -> None:
    sent = moment + fraction
    assert read(sent) == read(repr(sent)) == floor(sent)


@given(
    st.none()
    | st.booleans()
    | st.sampled_from(["", "x", "nan", "inf", "2023-01-01T00:00:00", "1e999", 2**63, -(2**70)])
    | st.lists(moments, max_size=2)
    | st.dictionaries(st.text(), moments, max_size=2)
)
def test_what_is_no_moment_is_none(sent: Any) -> None:
    assert read(sent) is None


@given(
    id=st.integers(0, 2**70) | st.from_regex(r"[0-9a-f-]*", fullmatch=True) | st.text(),
    times=st.tuples(*[st.integers(-5, 2**40) | st.floats(0, 2**40) | st.text() | st.none()] * 2),
    rest=st.fixed_dictionaries({}, optional={"a": st.text(), "source": st.just({"id": "9"})}),
    type=st.sampled_from([{}, {"type": "conversation"}, {"type": None}, {"type": {"id": "8"}}]),
    form=st.sampled_from(["compact", "turned", "spaced"]),
)
def test_a_header_that_is_skimmed_is_the_one_that_is_read(
    id: Any, times: Any, rest: Any, type: Any, form: str
) -> None:
    fields = type | {"id": id, "created_at": times[0], "updated_at": times[1]} | rest
    if form == "turned":
        fields = dict(reversed(fields.items()))
    separators = (", ", ": ") if form == "spaced" else (",", ":")
    raw = json.dumps(fields, separators=separators).encode()
    try:
        read = read_header(raw)
    except DecodeError:
        with pytest.raises(DecodeError):
            skim_header(raw)
    else:
        assert skim_header(raw) == read


def test_an_id_that_would_end_early_in_a_list_of_ids_is_refused() -> None:
    with pytest.raises(DecodeError, match="NUL"):
        read_header(rb'{"id":"1\u0000 2"}')


@pytest.mark.parametrize(
    ("record", "answers"),
    [
        (b'{"id":"1","created_at":100}', None),
        (b'{"id":"1","created_at":201.5,"updated_at":5}', True),
        (b'{"id":"1","created_at":"99","updated_at":"8"}', True),
        (b'{"id":"1","created_at":98}', False),
        (b'{"id":"1","created_at":"202"}', False),
        (b'{"id":"1","created_at":null}', None),
        (b'{"no":"id"}', None),
        (b'{"id":"1","created_at":100,"updated_at":5}', True),
        (b'{"id":"1","created_at":100,"updated_at":3}', False),
        (b'{"id":"1","created_at":null,"updated_at":9}', False),
    ],
)
def test_what_is_an_answer_to_a_window(record: bytes, answers: bool | None) -> None:
    assert belongs(record, Window(100, 200, Window(5, 7))) is answers
