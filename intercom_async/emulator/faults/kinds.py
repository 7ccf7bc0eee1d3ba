"""The kinds of faults, and groups of them to name in one word."""

from enum import StrEnum
from typing import Final


class FaultKind(StrEnum):
    """What can go wrong with one request.

    Attributes:
        CONNECTION_REFUSED: The connection is reset without an answer, and the emulator stops
            listening for ``refused_seconds``: whoever connects meanwhile is refused by the
            system. The request itself has arrived, so it cannot be refused any more.
        RESET_BEFORE_ANSWER: The connection is reset (RST) without an answer.
        RESET_IN_ANSWER: It is reset after the headers and half of the body.
        RESET_AFTER_ANSWER: It is reset a moment after the whole answer, which names no end of
            the connection: the next request on it fails.
        CLOSED_AFTER_ANSWER: The same with an orderly end (FIN).
        ANSWERED_TWICE: The answer, and a moment later the same once more, unasked: who has sent
            the next request on the connection meanwhile is answered that first.
        UNASKED_408: A 408 a moment after the whole answer, then the end of the connection: who
            has sent the next request on it meanwhile is answered that.
        OTHER_ANSWER: A retrieval is answered with another record; by chance once for each.
        STATUS_408: Request timeout, in the API's error shape; as all ``STATUS_``.
        STATUS_500: Server error.
        STATUS_502: Bad gateway.
        STATUS_503: Service unavailable.
        STATUS_504: Gateway timeout.
        HTML_502: Bad gateway, as the page of a proxy; as all ``HTML_``.
        HTML_503: Service unavailable.
        HTML_504: Gateway timeout.
        RATE_LIMITED: 429 with rate headers that say to come back in a second.
        RATE_LIMITED_BARE: 429 without rate headers.
        RATE_LIMITED_RESET_PAST: 429 whose Reset has passed.
        RATE_LIMITED_RESET_HOUR: 429 whose Reset lies an hour ahead.
        RATE_LIMITED_RESET_NEGATIVE: 429 whose Reset is below zero.
        RATE_LIMITED_RESET_HUGE: 429 whose Reset has forty digits.
        RATE_LIMITED_RESET_TEXT: 429 whose Reset is no number.
        UNAUTHORIZED: 401, as if the token had been withdrawn; script it for a while.
        FORBIDDEN: 403, as if the token had no right to what is asked for.
        OTHER_VERSION: 400, as if another version had what is asked for.
        HTML_404: Not found, as the page of a proxy that knows no such place.
        EMPTY_BODY: 200 without a body.
        HTML_BODY: 200 with a web page.
        CUT_JSON: JSON cut short; ``Content-Length`` is that of what is sent.
        CUT_LENGTH: JSON cut short; ``Content-Length`` is that of the whole, the connection ends.
        CUT_GZIP: gzip cut short, with the ``Content-Length`` of what is sent.
        GZIP_BOMB: Some kilobytes of gzip that unpack to 80 MiB of blanks.
        HEADER_FLOOD: The answer, below 64 kB of headers, one of them 32 kB long.
        LONG_HEADER: The answer, below a header of 8,300 bytes.
        MANY_HEADERS: The answer, below 130 headers more than usual.
        X_GZIP: The answer as gzip, by the old name ``Content-Encoding: x-gzip``.
        REDIRECT: 302 to ``redirect_to``.
        DEEP_NESTING: A record with a field that is nested 100,000 deep.
        LONG_NUMBER: A record with a number of a million digits.
        DRIP: Headers, then a byte of the body every ``drip_seconds``.
        STALL_BEFORE_ANSWER: Nothing for ``stall_seconds``, then the answer.
        STALL_BEFORE_BODY: Headers, nothing for ``stall_seconds``, then the body.
        STALL_IN_BODY: Half of the body, nothing for ``stall_seconds``, then the rest.
        MISSING_ID: A record without an id.
        OBJECT_ID: A record whose id is an object.
        INVALID_UTF8: A record with a text that is no UTF-8.
        NOT_A_NUMBER: A record with a number that is ``NaN``, which is no JSON.
        CONTROL_CHARACTER: A record with a text that holds a bare line break, which is no JSON.
        STALE_RECORD: A record as it was a minute before its latest update.
        PARTS_ABSENT: A conversation without its parts, and without a word of how many it has.
        POISON_RECORD: A record that makes every page of a search with it a 404, until it is
            unpoisoned.
        CURSOR_REPEATS: A page whose next cursor is the one it was asked with.
        CURSOR_EXPIRED: 400 for a cursor.
        CURSOR_GONE: 404 for a cursor; a scroll is forgotten.
        CURSOR_CONFLICT: 409 for a cursor.
        CURSOR_UNPROCESSABLE: 422 for a cursor.
        CURSOR_RESTARTS: A page whose next cursor is new, and leads to the first page.
        EMPTY_PAGE: A page without records whose next cursor leads to the records.
        TOTAL_LOW: A page whose ``total_count`` is half of the truth.
        TOTAL_HIGH: A page whose ``total_count`` is twice the truth and one.
        TOTAL_ABSENT: A page without ``total_count``.
        TOTAL_TEXT: A page whose ``total_count`` is a text.
        TOTAL_CAPPED: A page whose ``total_count`` is 10,000.
        LONE_SURROGATE: A record with a text that ends in half a surrogate pair, as an escape.
        DUPLICATE_KEYS: A record that names some of its fields twice, with the same values.
        RETYPED_IDS: A record whose references are numbers where they were texts, and texts where
            they were numbers.
        CLOCK_AHEAD: ``Date`` and Reset are an hour ahead.
        CLOCK_BEHIND: ``Date`` and Reset are an hour behind.
        CLOCK_STEP: ``Date`` and Reset are off by up to an hour, by another amount every time.
        CLOCK_UNTOLD: ``Date`` is empty.
        DELETED_MEANWHILE: A record is deleted just before a page is made.
        UPDATED_MEANWHILE: A record is updated just before a page is made.
        CREATED_MEANWHILE: A record is created just before a page is made.
        PARENT_GONE: A record is deleted just before it, or what belongs to it, is read.
    """

    CONNECTION_REFUSED = "connection_refused"
    RESET_BEFORE_ANSWER = "reset_before_answer"
    RESET_IN_ANSWER = "reset_in_answer"
    RESET_AFTER_ANSWER = "reset_after_answer"
    CLOSED_AFTER_ANSWER = "closed_after_answer"
    ANSWERED_TWICE = "answered_twice"
    UNASKED_408 = "unasked_408"
    OTHER_ANSWER = "other_answer"
    STATUS_408 = "status_408"
    STATUS_500 = "status_500"
    STATUS_502 = "status_502"
    STATUS_503 = "status_503"
    STATUS_504 = "status_504"
    HTML_502 = "html_502"
    HTML_503 = "html_503"
    HTML_504 = "html_504"
    RATE_LIMITED = "rate_limited"
    RATE_LIMITED_BARE = "rate_limited_bare"
    RATE_LIMITED_RESET_PAST = "rate_limited_reset_past"
    RATE_LIMITED_RESET_HOUR = "rate_limited_reset_hour"
    RATE_LIMITED_RESET_NEGATIVE = "rate_limited_reset_negative"
    RATE_LIMITED_RESET_HUGE = "rate_limited_reset_huge"
    RATE_LIMITED_RESET_TEXT = "rate_limited_reset_text"
    UNAUTHORIZED = "unauthorized"
    FORBIDDEN = "forbidden"
    OTHER_VERSION = "other_version"
    HTML_404 = "html_404"
    EMPTY_BODY = "empty_body"
    HTML_BODY = "html_body"
    CUT_JSON = "cut_json"
    CUT_LENGTH = "cut_length"
    CUT_GZIP = "cut_gzip"
    GZIP_BOMB = "gzip_bomb"
    HEADER_FLOOD = "header_flood"
    LONG_HEADER = "long_header"
    MANY_HEADERS = "many_headers"
    X_GZIP = "x_gzip"
    REDIRECT = "redirect"
    DEEP_NESTING = "deep_nesting"
    LONG_NUMBER = "long_number"
    DRIP = "drip"
    STALL_BEFORE_ANSWER = "stall_before_answer"
    STALL_BEFORE_BODY = "stall_before_body"
    STALL_IN_BODY = "stall_in_body"
    MISSING_ID = "missing_id"
    OBJECT_ID = "object_id"
    INVALID_UTF8 = "invalid_utf8"
    NOT_A_NUMBER = "not_a_number"
    CONTROL_CHARACTER = "control_character"
    STALE_RECORD = "stale_record"
    PARTS_ABSENT = "parts_absent"
    POISON_RECORD = "poison_record"
    CURSOR_REPEATS = "cursor_repeats"
    CURSOR_EXPIRED = "cursor_expired"
    CURSOR_GONE = "cursor_gone"
    CURSOR_CONFLICT = "cursor_conflict"
    CURSOR_UNPROCESSABLE = "cursor_unprocessable"
    CURSOR_RESTARTS = "cursor_restarts"
    EMPTY_PAGE = "empty_page"
    TOTAL_LOW = "total_low"
    TOTAL_HIGH = "total_high"
    TOTAL_ABSENT = "total_absent"
    TOTAL_TEXT = "total_text"
    TOTAL_CAPPED = "total_capped"
    LONE_SURROGATE = "lone_surrogate"
    DUPLICATE_KEYS = "duplicate_keys"
    RETYPED_IDS = "retyped_ids"
    CLOCK_AHEAD = "clock_ahead"
    CLOCK_BEHIND = "clock_behind"
    CLOCK_STEP = "clock_step"
    CLOCK_UNTOLD = "clock_untold"
    DELETED_MEANWHILE = "deleted_meanwhile"
    UPDATED_MEANWHILE = "updated_meanwhile"
    CREATED_MEANWHILE = "created_meanwhile"
    PARENT_GONE = "parent_gone"


_K = FaultKind

CONNECTIONS: Final[frozenset[FaultKind]] = frozenset(
    {_K.CONNECTION_REFUSED, _K.RESET_BEFORE_ANSWER, _K.RESET_IN_ANSWER, _K.RESET_AFTER_ANSWER}
    | {_K.CLOSED_AFTER_ANSWER}
)
"""The connection breaks."""

STRAY: Final[frozenset[FaultKind]] = frozenset({_K.ANSWERED_TWICE, _K.UNASKED_408, _K.OTHER_ANSWER})
"""Answers that belong to no request, or to another."""

STATUSES: Final[frozenset[FaultKind]] = frozenset(
    kind for kind in _K if kind.startswith(("status_", "html_5"))
)
"""The server or a proxy before it fails, and says so."""

RATE_LIMITS: Final[frozenset[FaultKind]] = frozenset(
    kind for kind in _K if kind.startswith("rate_limited")
)
"""429, with headers of all sorts."""

DENIALS: Final[frozenset[FaultKind]] = frozenset(
    {_K.UNAUTHORIZED, _K.FORBIDDEN, _K.OTHER_VERSION, _K.HTML_404}
)
"""What is asked for is refused, which looks final."""

BODIES: Final[frozenset[FaultKind]] = frozenset(
    {_K.EMPTY_BODY, _K.HTML_BODY, _K.CUT_JSON, _K.CUT_LENGTH, _K.CUT_GZIP}
)
"""The status is 200, and the body is none."""

TRANSIENT: Final[frozenset[FaultKind]] = CONNECTIONS | STATUSES | RATE_LIMITS | BODIES
"""Failures that look like failures and that asking again cures."""

SLOW: Final[frozenset[FaultKind]] = frozenset(
    {_K.DRIP, _K.STALL_BEFORE_ANSWER, _K.STALL_BEFORE_BODY, _K.STALL_IN_BODY}
)
"""Answers that only patience or a timeout ends."""

HOSTILE: Final[frozenset[FaultKind]] = frozenset(
    {_K.GZIP_BOMB, _K.HEADER_FLOOD, _K.REDIRECT, _K.DEEP_NESTING, _K.LONG_NUMBER}
)
"""Answers that harm who takes them as they come."""

AWKWARD: Final[frozenset[FaultKind]] = frozenset(
    {_K.LONE_SURROGATE, _K.DUPLICATE_KEYS, _K.RETYPED_IDS, _K.EMPTY_PAGE}
    | {kind for kind in _K if kind.startswith(("total_", "clock_"))}
    | {_K.LONG_HEADER, _K.MANY_HEADERS, _K.X_GZIP}
)
"""Sound answers in an odd form: nothing is missing from them."""

RECORDS: Final[frozenset[FaultKind]] = frozenset(
    {_K.MISSING_ID, _K.OBJECT_ID, _K.INVALID_UTF8, _K.NOT_A_NUMBER, _K.CONTROL_CHARACTER}
    | {_K.STALE_RECORD, _K.PARTS_ABSENT, _K.POISON_RECORD}
)
"""One record is broken, and the rest is sound."""

CURSORS: Final[frozenset[FaultKind]] = frozenset(kind for kind in _K if kind.startswith("cursor_"))
"""A cursor does not lead on."""

MUTATIONS: Final[frozenset[FaultKind]] = frozenset(
    {_K.DELETED_MEANWHILE, _K.UPDATED_MEANWHILE, _K.CREATED_MEANWHILE, _K.PARENT_GONE}
)
"""The workspace changes while it is walked; it keeps the truth."""
