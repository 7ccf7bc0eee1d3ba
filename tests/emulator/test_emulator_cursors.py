import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intercom_async.emulator.pagination import Cursor, decode_cursor, encode_cursor
from intercom_async.emulator.replies import ApiError

_CURSORS = st.builds(
    Cursor,
    updated_at=st.integers(0, 2**40),
    id=st.integers(0, 2**60).map(str),
    page=st.integers(1, 10**6),
)


@given(_CURSORS)
def test_a_cursor_comes_back_as_it_was(cursor: Cursor) -> None:
    assert decode_cursor(encode_cursor(cursor)) == cursor


@given(_CURSORS)
def test_a_cursor_is_base64_of_sort_value_id_and_page(cursor: Cursor) -> None:
    decoded = json.loads(base64.b64decode(encode_cursor(cursor)))
    assert decoded == [cursor.updated_at, cursor.id, cursor.page]


@given(st.text(max_size=60))
def test_any_other_text_is_refused(text: str) -> None:
    with pytest.raises(ApiError) as caught:
        decode_cursor(text)
    assert (caught.value.status, caught.value.code) == (400, "parameter_invalid")


@pytest.mark.parametrize(
    "content", [[1, "2"], ["1", "2", 3], [1, 2, 3], [1, "x", 3], [1, "²", 3], [1, "2", 0], {}, None]
)
def test_json_of_another_shape_is_refused(content: object) -> None:
    text = base64.b64encode(json.dumps(content).encode()).decode()
    with pytest.raises(ApiError):
        decode_cursor(text)
