"""Which failures are worth another try, which may have been applied, and how long to wait."""

from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intercom_async.core.call import Reply
from intercom_async.core.rate_window import rate_headers
from intercom_async.core.retry import RetryPolicy, is_ambiguous, wait_before_retry
from intercom_async.errors import (
    ConnectionFailed,
    DecodeError,
    RequestError,
    StatusError,
    TimedOut,
    status_class,
)

POLICY: Final = RetryPolicy(max_attempts=3, base=1.0, cap=8.0)
DATE: Final = "Thu, 09 Oct 2025 08:53:20 GMT"


def status(code: int) -> StatusError:
    return status_class(code)(code)


def retried(error: RequestError, *, read: bool, attempt: int = 1) -> bool:
    wait = wait_before_retry(error, read=read, attempt=attempt, policy=POLICY, random=0.5)
    return wait is not None


# The error; whether the server may have acted; whether a read, a write is sent again.
TABLE: Final = [
    pytest.param(ConnectionFailed("refused", sent=False), False, True, True, id="not connected"),
    pytest.param(ConnectionFailed("broken", sent=True), True, True, False, id="broken"),
    pytest.param(TimedOut("connect", sent=False), False, True, True, id="connect timed out"),
    pytest.param(TimedOut("answer", sent=True), True, True, False, id="answer timed out"),
    pytest.param(DecodeError("no JSON", body=b"<html>"), True, True, False, id="no JSON"),
    pytest.param(
        DecodeError("wrong type", body=b"[]", json_path="$"), True, False, False, id="wrong shape"
    ),
    pytest.param(status(302), True, False, False, id="302"),
    pytest.param(status(400), False, False, False, id="400"),
    pytest.param(status(401), False, False, False, id="401"),
    pytest.param(status(402), False, False, False, id="402"),
    pytest.param(status(403), False, False, False, id="403"),
    pytest.param(status(404), False, False, False, id="404"),
    pytest.param(status(405), False, False, False, id="405"),
    pytest.param(status(408), True, True, False, id="408"),
    pytest.param(status(409), False, False, False, id="409"),
    pytest.param(status(410), False, False, False, id="410"),
    pytest.param(status(422), False, False, False, id="422"),
    pytest.param(status(429), False, True, True, id="429"),
    pytest.param(status(500), True, True, False, id="500"),
    pytest.param(status(502), True, True, False, id="502"),
    pytest.param(status(503), True, True, False, id="503"),
    pytest.param(status(504), True, True, False, id="504"),
    pytest.param(status(599), True, True, False, id="599"),
    pytest.param(status(999), True, True, False, id="999, which is none"),
]


@pytest.mark.parametrize(("error", "ambiguous", "read", "write"), TABLE)
def test_what_is_sent_again(error: RequestError, ambiguous: bool, read: bool, write: bool) -> None:
    assert is_ambiguous(error) is ambiguous
    for attempt in (1, 2):
        assert retried(error, read=True, attempt=attempt) is read
        assert retried(error, read=False, attempt=attempt) is write
    for attempt in (3, 4, 1000):
        assert not retried(error, read=True, attempt=attempt)
        assert not retried(error, read=False, attempt=attempt)


def test_a_single_attempt_is_never_repeated() -> None:
    once = RetryPolicy(max_attempts=1)
    error = ConnectionFailed("refused", sent=False)
    assert wait_before_retry(error, read=True, attempt=1, policy=once, random=0.0) is None


@given(
    attempt=st.integers(1, 10_000),
    base=st.floats(0.001, 100),
    cap=st.floats(0.001, 100),
    random=st.floats(0, 1, exclude_max=True),
)
def test_waits_are_spread_over_all_of_a_doubling_interval(
    attempt: int, base: float, cap: float, random: float
) -> None:
    policy = RetryPolicy(max_attempts=20_000, base=base, cap=cap)
    wait = wait_before_retry(status(503), read=True, attempt=attempt, policy=policy, random=random)
    assert wait is not None
    longest = min(cap, base * 2 ** min(attempt - 1, 1000))
    assert 0 <= wait <= longest
    assert wait == random * longest


@pytest.mark.parametrize(
    ("headers", "shortest", "longest"),
    [
        pytest.param({}, 0, 1, id="nothing said"),
        pytest.param({"Retry-After": "7"}, 7, 8, id="retry-after"),
        pytest.param({"Retry-After": "0"}, 0, 1, id="retry-after now"),
        pytest.param({"Retry-After": "-5"}, 0, 1, id="retry-after past"),
        pytest.param({"Retry-After": "120"}, 120, 121, id="retry-after longest"),
        pytest.param({"Retry-After": "soon"}, 0, 1, id="retry-after junk"),
        pytest.param(
            {"Retry-After": "Thu, 09 Oct 2025 08:53:25 GMT", "Date": DATE},
            5,
            6,
            id="retry-after a moment",
        ),
        # This machine's clock has no part in it: the date is of 2025.
        pytest.param({"X-RateLimit-Reset": "1760000009", "Date": DATE}, 9, 10, id="reset"),
        pytest.param({"X-RateLimit-Reset": "1759990000", "Date": DATE}, 0, 1, id="reset past"),
        pytest.param({"X-RateLimit-Reset": "1760990000", "Date": DATE}, 0, 1, id="reset far off"),
        pytest.param({"X-RateLimit-Reset": "1760000009"}, 0, 1, id="reset without date"),
    ],
)
def test_what_the_server_asks_for_goes_before_backoff(
    headers: dict[str, str], shortest: float, longest: float
) -> None:
    reply = Reply(429, headers, b"")
    error = status_class(429)(429, retry_after=rate_headers(reply.headers).wait)
    waits = [
        wait_before_retry(error, read=False, attempt=1, policy=POLICY, random=random)
        for random in (0.0, 0.25, 0.999)
    ]
    assert waits[0] == shortest
    assert all(wait is not None and shortest <= wait < longest for wait in waits)
    assert len(set(waits)) == 3  # nobody comes back at the same moment


@pytest.mark.parametrize("asked", ["121", "3600", "1e9", "1e300"])
@pytest.mark.parametrize("status", [429, 503])
def test_nobody_waits_longer_than_a_window_can_last(asked: str, status: int) -> None:
    wait = rate_headers({"Retry-After": asked}).wait
    error = status_class(status)(status, retry_after=wait)
    assert error.retry_after == float(asked)
    assert wait_before_retry(error, read=True, attempt=1, policy=POLICY, random=0.0) is None


def test_another_scroll_is_waited_for_as_long_as_it_lasts() -> None:
    error = status(400)
    error.code = "scroll_exists"
    policy = RetryPolicy()
    waits = [
        wait_before_retry(error, read=True, attempt=attempt, policy=policy, random=0)
        for attempt in range(1, policy.max_attempts)
    ]
    assert sum(wait or 0 for wait in waits) > 60
    assert not retried(status(400), read=True)
