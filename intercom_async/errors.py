"""Everything that can go wrong, as one tree.

::

    IntercomError
    ├── ConfigurationError        no token, a base URL that is not safe, an impossible option
    ├── QueryError                a filter, id or argument refused before it is sent
    ├── PoolError                 the pool is closed, or belongs to another event loop
    ├── CursorLoopError           the API handed out a cursor or pages as before, again and again
    ├── SignatureError            a webhook that Intercom did not sign
    ├── JobFailed                 a job of the API's failed, or was cancelled
    └── RequestError              one request failed
        ├── ConnectionFailed      no connection, or it broke
        ├── TimedOut              no whole answer in time
        ├── LimiterFailed         a rate limiter of your own gave no turn
        ├── DecodeError           an answer that is not what the reference promises
        └── StatusError           an answer with an error status
            ├── TooManyJobs               429, of jobs that are pending already
            ├── BadRequest                400
            ├── Unauthorized              401
            ├── Forbidden                 403
            ├── NotFound                  404
            ├── Conflict                  409
            ├── Gone                      410
            ├── UnprocessableEntity       422
            ├── RateLimited               429
            └── ServerError               5xx

No error holds the access token, in its text, its attributes or its traceback's request.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, Self

import msgspec

__all__ = [
    "BadRequest",
    "ConfigurationError",
    "Conflict",
    "ConnectionFailed",
    "CursorLoopError",
    "DecodeError",
    "ErrorDetail",
    "Forbidden",
    "Gone",
    "IntercomError",
    "JobFailed",
    "LimiterFailed",
    "NotFound",
    "PoolError",
    "QueryError",
    "RateLimited",
    "RequestError",
    "ServerError",
    "SignatureError",
    "StatusError",
    "TimedOut",
    "TooManyJobs",
    "Unauthorized",
    "UnprocessableEntity",
]

_BODY_IN_MESSAGE: Final = 200  # characters
_DETAIL_IN_MESSAGE: Final = 1000


class ErrorDetail(msgspec.Struct, frozen=True):
    """One entry of the API's ``error.list``.

    Attributes:
        code: The kind of error, such as ``not_found``.
        message: What the API says of it, if anything.
        field: The field or parameter at fault, if the API names one.
    """

    code: str | None = None
    message: str | None = None
    field: str | None = None


class IntercomError(Exception):
    """The base of every error this library raises on purpose."""

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle and copy by state, since subclasses take keyword arguments."""
        return _rebuild, (type(self), self.args), self.__dict__


def _rebuild(cls: type[IntercomError], args: tuple[object, ...]) -> IntercomError:
    error = cls.__new__(cls, *args)
    error.args = args  # OSError, of which TimedOut is one, leaves them to __init__
    return error


class ConfigurationError(IntercomError, ValueError):
    """The client was set up wrongly: no token, an unsafe base URL, an impossible option."""


class QueryError(IntercomError, ValueError):
    """A filter, an id, a cursor or a page size that the API would refuse; nothing was sent."""


class PoolError(IntercomError, RuntimeError):
    """The pool is closed, was never opened, or belongs to another event loop."""


class SignatureError(IntercomError):
    """A webhook whose signature does not fit its body: not sent by Intercom, or changed."""


class CursorLoopError(IntercomError):
    """The API repeated a cursor or its pages, so that going on would fetch them for ever.

    Attributes:
        cursor: The cursor that was seen before, or leads on from pages that are all alike.
        pages: How many pages were fetched until then.
    """

    def __init__(self, cursor: str, pages: int) -> None:
        super().__init__(
            f"the API repeated itself at the cursor {_shorten(cursor)!r}, after {pages} pages; "
            "stopped instead of fetching the same pages again. What was delivered is sound; "
            "start again later or narrow the search"
        )
        self.cursor = cursor
        self.pages = pages


class JobFailed(IntercomError):
    """A job of the API's that failed, or was cancelled, so that nothing came of it.

    Attributes:
        id: The job's id.
        status: How it ended, in the API's word.
    """

    def __init__(self, id: str, status: str | None) -> None:
        super().__init__(f"the job {id} ended as {status!r}; start another")
        self.id = id
        self.status = status


class RequestError(IntercomError):
    """One request failed, after the retries its policy allows.

    Attributes:
        method: The HTTP method.
        path: The path template, such as ``/conversations/{id}``.
        attempts: How many times it was sent.
        may_have_been_applied: For a write: the server may have carried it out although no
            answer says so. Look before you send it again, since the API knows no idempotency
            key. Always ``False`` for reads.
    """

    method: str = ""
    path: str = ""
    attempts: int = 1
    may_have_been_applied: bool = False

    def about(self, method: str, path: str) -> Self:
        """Name the request this error is about, and return the error."""
        self.method = method
        self.path = path
        return self

    def __str__(self) -> str:
        text = super().__str__()
        if self.method:
            text = f"{self.method} {self.path}: {text}"
        if self.attempts > 1:
            text += f" (tried {self.attempts} times)"
        if self.may_have_been_applied:
            text += "; it may have been applied, so check before sending it again"
        return text


class ConnectionFailed(RequestError):
    """No connection could be made, or it broke before the whole answer was there.

    Attributes:
        sent: Whether the request may have reached the server.
    """

    def __init__(self, message: str, *, sent: bool) -> None:
        super().__init__(message)
        self.sent = sent


class TimedOut(RequestError, TimeoutError):
    """There was no whole answer within the time allowed.

    Attributes:
        sent: Whether the request may have reached the server.
    """

    def __init__(self, message: str, *, sent: bool) -> None:
        super().__init__(message)
        self.sent = sent


class LimiterFailed(RequestError):
    """The rate limiter failed before it gave a turn; nothing was sent in this try.

    A ``Limiter`` of your own may raise it. Whatever else a limiter raises becomes one, with the
    limiter's exception as its cause, unless that is an ``IntercomError`` already.
    """


class DecodeError(RequestError):
    """An answer, or one record of it, that is not what the reference promises.

    Attributes:
        body: The bytes that could not be decoded: of the record where it is known, else of
            the whole answer.
        json_path: Where in ``body`` the trouble is, such as ``$.source.author``; ``None`` if
            ``body`` is no JSON at all.
        reason: What was wrong there.
        request_id: The API's id of the request, if the answer carried one.
    """

    def __init__(
        self,
        reason: str,
        *,
        body: bytes,
        json_path: str | None = None,
        request_id: str | None = None,
    ) -> None:
        where = f" at {json_path}" if json_path else ""
        super().__init__(f"{reason}{where} in {_shorten(body)!r}")
        self.reason = reason
        self.body = body
        self.json_path = json_path
        self.request_id = request_id


class StatusError(RequestError):
    """The API answered with an error status.

    Attributes:
        status: The HTTP status.
        code: The code of the first entry of the error list, such as ``not_found``.
        errors: All entries of the error list.
        request_id: The API's id of the request, for its support.
        body: The answer's bytes.
        headers: The answer's headers, with lower-case names.
        retry_after: Seconds from the answer until the API says it is worth asking again; ``None``
            if it does not say, or nothing believable.
        retry_at: The same as an aware UTC datetime of this machine's clock.
    """

    retry_at: datetime | None = None

    def __init__(
        self,
        status: int,
        *,
        errors: tuple[ErrorDetail, ...] = (),
        request_id: str | None = None,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        retry_after: float | None = None,
    ) -> None:
        detail = _shorten("; ".join(_describe(entry) for entry in errors), _DETAIL_IN_MESSAGE)
        text = f"{status} {detail or _shorten(body) or 'no body'}"
        if request_id:
            text += f" [request_id {_shorten(request_id)}]"
        super().__init__(text)
        self.status = status
        self.code: str | None = errors[0].code if errors else None
        self.errors = errors
        self.request_id = request_id
        self.body = body
        self.headers: dict[str, str] = dict(headers or {})
        self.retry_after = retry_after


class BadRequest(StatusError):
    """400: the API could not make sense of the request."""


class Unauthorized(StatusError):
    """401: the token is wrong or revoked, or lacks a scope."""


class Forbidden(StatusError):
    """403: the workspace's plan or the token does not allow this."""


class NotFound(StatusError):
    """404: no such conversation, contact or tag, or it was deleted meanwhile."""


class Conflict(StatusError):
    """409: the request contradicts the present state."""


class Gone(StatusError):
    """410: the thing asked for was merged into another."""


class UnprocessableEntity(StatusError):
    """422: the request was understood and refused."""


class RateLimited(StatusError):
    """429: the workspace's rate window is used up; see ``retry_at``."""


class TooManyJobs(StatusError):
    """429: as many jobs of the kind are pending as a workspace may have.

    It is no rate limit, and no window opens after which to ask again: wait until a job is done,
    or cancel it.
    """


class ServerError(StatusError):
    """5xx: the API failed, or something in front of it did."""


_STATUS_CLASSES: Final[dict[int, type[StatusError]]] = {
    400: BadRequest,
    401: Unauthorized,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    410: Gone,
    422: UnprocessableEntity,
    429: RateLimited,
}
_SERVER_ERRORS: Final = range(500, 1000)  # an invalid status is one too (RFC 9110, 15)


def status_class(status: int) -> type[StatusError]:
    """Return the error class for an HTTP status."""
    if status in _SERVER_ERRORS:
        return ServerError
    return _STATUS_CLASSES.get(status, StatusError)


def _describe(entry: ErrorDetail) -> str:
    text = ": ".join(part for part in (entry.code, entry.message) if part)
    return f"{text} (field {entry.field})" if entry.field else text


def _shorten(text: str | bytes, most: int = _BODY_IN_MESSAGE) -> str:
    """Return a server's text as one line that terminals and logs only show."""
    text = text[: 4 * most]
    if isinstance(text, bytes):
        text = text.decode("utf-8", "replace")
    words = " ".join(text.split())
    words = "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in words)
    return words if len(words) <= most else f"{words[:most]}…"
