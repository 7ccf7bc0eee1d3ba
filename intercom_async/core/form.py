"""A body that is no JSON but a form with files: ``multipart/form-data``."""

from collections.abc import Mapping
from secrets import token_hex
from typing import Self

import msgspec

from intercom_async.core.inputs import param
from intercom_async.core.plain import text
from intercom_async.errors import QueryError


class Form(msgspec.Struct, frozen=True):
    """A form as it is sent.

    Attributes:
        content: The body.
        content_type: What the header says of it.
    """

    content: bytes
    content_type: str

    @classmethod
    def of(
        cls,
        fields: Mapping[str, str | int | bool | None],
        files: Mapping[str, tuple[str, str, bytes]],
    ) -> Self:
        """Return a form of fields and files.

        Args:
            fields: The fields; what is ``None`` is left out.
            files: Each file's name, media type and content.

        Raises:
            QueryError: A file's name or media type cannot stand in a header.
        """
        boundary = token_hex(16)  # which no content holds by chance
        pieces: list[bytes] = []
        for name, value in fields.items():
            if value is not None:
                pieces += _part(boundary, f'name="{name}"'), param(name, value).encode(), b"\r\n"
        for name, (filename, content_type, content) in files.items():
            kind = f"\r\nContent-Type: {_safe('a media type', content_type)}"
            quoted = _safe("a file's name", filename).replace('"', "%22")
            pieces += _part(boundary, f'name="{name}"; filename="{quoted}"{kind}'), content, b"\r\n"
        pieces.append(f"--{boundary}--\r\n".encode())
        return cls(b"".join(pieces), f"multipart/form-data; boundary={boundary}")


def _part(boundary: str, named: str) -> bytes:
    return f"--{boundary}\r\nContent-Disposition: form-data; {named}\r\n\r\n".encode()


def _safe(what: str, value: str) -> str:
    given = text(what, value)
    if not given.isprintable():
        raise QueryError(f"{what} holds line ends or control characters: {given!r}")
    return given
