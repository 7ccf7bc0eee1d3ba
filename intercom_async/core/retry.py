"""Whether a failed call is worth another try, and when."""

from typing import Final

import msgspec
from msgspec.structs import force_setattr

from intercom_async.core.checks import check_count, check_seconds, check_truth
from intercom_async.core.rate_window import LONGEST_WINDOW
from intercom_async.errors import (
    ConnectionFailed,
    DecodeError,
    RateLimited,
    RequestError,
    ServerError,
    StatusError,
    TimedOut,
)

_BAD_REQUEST: Final = 400
_REQUEST_TIMEOUT: Final = 408
_SCROLL_LASTS: Final = 60.0  # seconds after its last page


class RetryPolicy(msgspec.Struct, frozen=True):
    """How persistent a client is.

    Attributes:
        max_attempts: How often a call is sent at most, the first time included.
        base: Seconds; the first wait is random between 0 and this, and its upper end doubles
            with every try.
        cap: Seconds; no such wait is longer.
        repeat_upserts: Whether a write that the reference calls safe to repeat is sent again like
            a read. Each operation says so of itself, such as ``companies.create_or_update``.
    """

    max_attempts: int = 5
    base: float = 0.5
    cap: float = 30.0
    repeat_upserts: bool = False

    def __post_init__(self) -> None:
        """Refuse what is no policy."""
        attempts = check_count("retry: max_attempts", self.max_attempts)
        force_setattr(self, "max_attempts", attempts)
        for name in ("base", "cap"):
            seconds = check_seconds(f"retry: {name}", getattr(self, name), may_be_0=True)
            force_setattr(self, name, seconds)
        check_truth("retry: repeat_upserts", self.repeat_upserts)


def is_ambiguous(error: RequestError) -> bool:
    """Tell whether the server may have carried the request out in spite of the error."""
    if isinstance(error, ConnectionFailed | TimedOut):
        return error.sent
    if isinstance(error, StatusError):
        # Servers also redirect to the result of what they have done.
        redirected = error.status < _BAD_REQUEST
        return redirected or isinstance(error, ServerError) or error.status == _REQUEST_TIMEOUT
    return isinstance(error, DecodeError)


def wait_before_retry(
    error: RequestError,
    *,
    read: bool,
    repeatable: bool = False,
    attempt: int,
    policy: RetryPolicy,
    random: float,
) -> float | None:
    """Return the seconds to wait before trying again, or ``None`` to give up.

    Args:
        error: What the last try ended with.
        read: Whether asking twice does no harm; if not, an ambiguous failure is final.
        repeatable: Whether it is a write that the policy may treat as a read.
        attempt: How many tries there have been.
        policy: How persistent to be.
        random: A random number in [0, 1), which spreads waits out ("full jitter").
    """
    if attempt >= policy.max_attempts or not _may_pass(error):
        return None
    if not (read or (repeatable and policy.repeat_upserts)) and is_ambiguous(error):
        return None
    if _is_of_another_scroll(error):
        return _SCROLL_LASTS / 3 + random * policy.base
    backoff = random * min(policy.cap, policy.base * 2.0 ** min(attempt - 1, 60))
    asked = error.retry_after if isinstance(error, StatusError) else None
    if asked is not None and asked > LONGEST_WINDOW:
        return None  # to ask before would be in vain, and so long nobody expects to wait
    # The spread keeps those who were told the same moment from coming back all at once.
    return backoff if asked is None else asked + random * policy.base


def _is_of_another_scroll(error: RequestError) -> bool:
    """Tell whether another walks the companies, which ends or is forgotten within a minute."""
    return isinstance(error, StatusError) and error.code == "scroll_exists"


def _may_pass(error: RequestError) -> bool:
    if isinstance(error, StatusError):
        passing = isinstance(error, RateLimited | ServerError) or _is_of_another_scroll(error)
        return passing or error.status == _REQUEST_TIMEOUT
    if isinstance(error, DecodeError):
        return error.json_path is None  # no JSON, or cut short; a wrong shape stays wrong
    return True
