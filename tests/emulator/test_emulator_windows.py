from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from intercom_async.emulator.windows import Windows


def test_the_window_is_aligned_and_refuses_beyond_its_limit() -> None:
    windows = Windows(10)
    seen = [windows.take(2, now) for now in (1001.0, 1009.9, 1009.99, 1010.0)]
    assert [each.remaining for each in seen] == [1, 0, 0, 1]
    assert [each.reset for each in seen] == [1010, 1010, 1010, 1020]
    assert [each.refused for each in seen] == [False, False, True, False]
    assert {each.limit for each in seen} == {2}


def test_the_limit_may_change_within_a_window() -> None:
    windows = Windows(10)
    assert windows.take(1, 5).refused is False
    assert windows.take(1, 5).refused is True
    grown = windows.take(5, 5)
    assert (grown.refused, grown.remaining) == (False, 3)
    shrunk = windows.take(1, 5)
    assert (shrunk.refused, shrunk.remaining) == (True, 0)


@given(
    st.integers(0, 20),
    st.integers(1, 60),
    st.lists(st.floats(0, 500, allow_nan=False), max_size=200).map(sorted),
)
def test_no_window_lets_more_through_than_its_limit(
    limit: int, seconds: int, times: list[float]
) -> None:
    windows = Windows(seconds)
    let_through: Counter[int] = Counter()
    for now in times:
        allowance = windows.take(limit, now)
        let_through[allowance.reset] += not allowance.refused
        assert now < allowance.reset <= now + seconds
        assert allowance.reset % seconds == 0
        assert allowance.remaining == limit - let_through[allowance.reset]
    assert all(count <= limit for count in let_through.values())
