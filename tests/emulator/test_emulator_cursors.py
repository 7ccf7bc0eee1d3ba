import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intercom_async.emulator.pagination import decode_key, encode_place
from intercom_async.emulator.replies import ApiError
from intercom_async.emulator.stored import sort_key

_PLACES = st.tuples(st.integers(0, 2**40), st.integers(0, 2**60).map(str), st.integers(1, 10**6))


@given(_PLACES)
def test_a_cursor_comes_back_as_it_was(place: tuple[int, str, int]) -> None:
    updated_at, id_, page = place
    assert decode_key(encode_place(*place)) == (sort_key(updated_at, id_), page)


@given(_PLACES)
def test_a_cursor_is_base64_of_sort_value_id_and_page(place: tuple[int, str, int]) -> None:
    assert json.loads(base64.b64decode(encode_place(*place))) == list(place)


@given(st.text(max_size=60))
def test_any_other_text_is_refused(text: str) -> None:
    with pytest.raises(ApiError) as caught:
        decode_key(text)
    assert (caught.value.status, caught.value.code) == (400, "parameter_invalid")


@pytest.mark.parametrize(
    "content", [[1, "2"], ["1", "2", 3], [1, 2, 3], [1, "x", 3], [1, "²", 3], [1, "2", 0], {}, None]
)
def test_json_of_another_shape_is_refused(content: object) -> None:
    text = base64.b64encode(json.dumps(content).encode()).decode()
    with pytest.raises(ApiError):
        decode_key(text)
