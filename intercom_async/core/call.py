"""Calls and replies: the values that resources and the pool exchange."""

from collections.abc import AsyncIterator, Callable, Mapping
from typing import Generic, TypeVar

import msgspec

from intercom_async.core.codec import Decode

T = TypeVar("T")


class Call(msgspec.Struct, Generic[T], frozen=True):
    """One operation of the reference, ready to be sent.

    Attributes:
        method: The HTTP method.
        template: The path with its parameters unfilled, for errors and logs.
        path: The path and query string as sent, escaped.
        decode: Makes a value of the answer's body.
        body: The body, encoded; ``None`` sends none.
        read: Whether asking twice does no harm. Searching is a read although it is a POST.
        repeatable: Whether the reference says of this write that repeating it does no harm.
        asked_id: The id that the answer is to name, if it names one; ``None`` if the operation
            answers something else than what its path addresses.
        asked_type: The type that the answer is to name, if it names a known one: a noun's, or
            ``list`` for any list, such as ``contact.list``, whose records are to name that noun;
            ``None`` for any.
        content_type: The body's media type.
        accept: The media type to ask for.
        streamed: Whether a good answer is handed out before its body is read.
        origin: Scheme and host to ask in place of the API's; they get no token.
    """

    method: str
    template: str
    path: str
    decode: Decode[T]
    body: bytes | None = None
    read: bool = True
    repeatable: bool = False
    asked_id: str | None = None
    asked_type: str | None = None
    content_type: str = "application/json"
    accept: str = "application/json"
    streamed: bool = False
    origin: str | None = None


class Reply(msgspec.Struct, frozen=True):
    """One HTTP answer.

    Attributes:
        status: The HTTP status.
        headers: Case-insensitive.
        body: The whole body, decompressed.
        redirect: The API's own answer, if it redirected to another's.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    redirect: "Reply | None" = None

    @property
    def request_id(self) -> str | None:
        """The API's id of the request, if the answer tells it."""
        sent = self.headers.get("X-Request-Id")
        return None if sent is None else legible(sent)


class OpenReply(Reply, frozen=True, kw_only=True):
    """One HTTP answer whose body is still to be read.

    Attributes:
        chunks: The body piece by piece as it was sent, whatever its coding; raises
            ``RequestError`` where it breaks off.
        close: Gives the connection back, or up if there is more to read.
    """

    chunks: AsyncIterator[bytes]
    close: Callable[[], None]


def legible(header: str) -> str:
    """Return a header's text with the bytes escaped that are not UTF-8."""
    return header.encode("utf-8", "backslashreplace").decode()
