"""Whatever headers say, the next request goes out at some moment within two minutes."""

from math import isfinite

from hypothesis import example, given
from hypothesis import strategies as st
from multidict import CIMultiDict

from intercom_async import RetryPolicy
from intercom_async.core import codec, retry, wire
from intercom_async.core.call import Call, Reply
from intercom_async.core.rate_window import RateWindow, rate_headers
from intercom_async.errors import RequestError

ODD = [
    "1e400",
    "-1e400",
    "nan",
    "inf",
    "²",
    "\uff11",
    "1_0",
    "0x10",
    "9" * 400,
    "9" * 5_000,
    "-1",
    "1e308",
    "1.7976931348623157e308",
    "Fri, 31 Dec 9999 23:59:59 GMT",
    "Fri, 31 Dec 9999 23:59:59 -2359",
    "Mon, 01 Jan 0001 00:00:00 +2359",
    "Mon, 01 Jan 0001 00:00:00 +9999",
    "Mon, 01 Jan 0001 00:00:00 +99999999999999999999",
    "Thu, 09 Oct 2025 08:53:20 GMT",
    "Thu, 09 Oct 99999999999999999999 08:53:20 GMT",
    "Thu, 09 Oct 2025 99:99:99 GMT",
    "1760000000",
    "1760000010",
    "0",
    "167",
    "",
]
texts = st.sampled_from(ODD) | st.text(max_size=30) | st.integers().map(str) | st.floats().map(str)
NAMES = ["Date", "Retry-After", "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"]
headers = st.dictionaries(st.sampled_from(NAMES), texts)
statuses = st.sampled_from([200, 429, 503])


@given(headers, statuses, st.integers(1, 10**6), st.floats(0, 1, exclude_max=True))
@example({"Retry-After": "1e308"}, 429, 1, 0.5)
def test_a_wait_before_a_retry_is_a_time(
    given_: dict[str, str], status: int, attempt: int, random: float
) -> None:
    call = Call("GET", "/", "/", codec.raw_one)
    try:
        wire.answer(call, Reply(status, CIMultiDict(given_), b""))
    except RequestError as error:
        policy = RetryPolicy(max_attempts=10**7)
        wait = retry.wait_before_retry(
            error, read=True, attempt=attempt, policy=policy, random=random
        )
        assert wait is None or 0 <= wait <= 150
    else:
        raise AssertionError("an empty body was taken")


@given(
    st.lists(
        st.tuples(headers, statuses, st.floats(0, 100), st.floats(0, 10), st.floats(-1e12, 1e12)),
        max_size=8,
    ),
    st.floats(0.01, 1),
)
def test_a_window_opens_again(
    answers: list[tuple[dict[str, str], int, float, float, float]], budget: float
) -> None:
    window, now = RateWindow(), 0.0
    for given_, status, passed, took, wall in answers:
        now += passed
        window.sent(now)
        sent, now = now, now + took
        window.record_response(status, rate_headers(CIMultiDict(given_)), sent, now, wall)
        repr(window)
    for _ in range(1_000):
        delay = window.delay(now, budget)
        assert isfinite(delay)
        assert 0 <= delay <= 300
        if not delay:
            return
        now += delay
    raise AssertionError("it never opens")
