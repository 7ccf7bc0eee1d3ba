"""What to ask and what came back: the two values that pass between resources and the pool."""

from collections.abc import Mapping
from typing import Generic, TypeVar

import msgspec

from intercom_async.protocol.codec import Decode

T = TypeVar("T")


class Call(msgspec.Struct, Generic[T], frozen=True):
    """One operation of the reference, ready to be sent.

    Attributes:
        method: The HTTP method.
        template: The path with its parameters unfilled, for errors and logs.
        path: The path and query string as sent, escaped.
        decode: Makes a value of the answer's body.
        body: The JSON body, encoded; ``None`` sends none.
        read: Whether asking twice does no harm. Searching is a read although it is a POST.
    """

    method: str
    template: str
    path: str
    decode: Decode[T]
    body: bytes | None = None
    read: bool = True


class Reply(msgspec.Struct, frozen=True):
    """One HTTP answer.

    Attributes:
        status: The HTTP status.
        headers: Case-insensitive.
        body: The whole body, decompressed.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
