"""Files to attach to a reply."""

import os
from base64 import b64encode
from collections.abc import Sequence
from mimetypes import guess_type
from typing import Final, TypeAlias

import anyio
import msgspec

from intercom_async.core.plain import text
from intercom_async.errors import QueryError

__all__ = ["Attachable", "AttachmentFile"]

MAX_ATTACHMENTS: Final = 10


class AttachmentFile(msgspec.Struct, frozen=True):
    """A file to attach.

    Attributes:
        name: The name it will have.
        data: Its content.
        content_type: Its media type; by default what the name suggests.
    """

    name: str
    data: bytes
    content_type: str | None = None

    def to_dict(self) -> dict[str, str]:
        """Return the file as the API's JSON, its content in base64.

        Raises:
            QueryError: Its name is no str, or its content no bytes.
        """
        name, content_type, data = self.parts()
        encoded = b64encode(data).decode("ascii")
        return {"content_type": content_type, "data": encoded, "name": name}

    def parts(self) -> tuple[str, str, bytes]:
        """Return the file's name, media type and content.

        Raises:
            QueryError: Its name is no str, or its content no bytes.
        """
        name = text("the name of an attachment", self.name)
        if not isinstance(self.data, bytes | bytearray | memoryview):
            raise QueryError(f"the data of {name!r} must be bytes, not {type(self.data).__name__}")
        given = "" if self.content_type is None else text("content_type", self.content_type)
        return name, given or _content_type(name), bytes(self.data)


Attachable: TypeAlias = str | os.PathLike[str] | AttachmentFile
"""A file to attach: the path of one to read, or its content with a name."""

_UNKNOWN: Final = "application/octet-stream"
_ENCODED: Final = {
    "br": "application/x-brotli",
    "bzip2": "application/x-bzip2",
    "compress": "application/x-compress",
    "gzip": "application/gzip",
    "xz": "application/x-xz",
}


def _content_type(name: str) -> str:
    if name.lower().endswith(".zst"):  # of which Python learnt late
        return "application/zstd"
    content_type, encoding = guess_type(name)
    return (_ENCODED.get(encoding) if encoding else content_type) or _UNKNOWN


async def encode_files(files: Sequence[Attachable] | None) -> list[dict[str, str]] | None:
    """Read files and return them as the API's JSON.

    Raises:
        QueryError: There are more than ten.
        OSError: One cannot be read.
    """
    if files is None:
        return None
    _check_count("attachment_files", files)
    read = [await read_file("attachment_files", file) for file in files]
    # Base64 of some megabytes would hold the event loop up.
    return await anyio.to_thread.run_sync(lambda: [file.to_dict() for file in read])


def check_urls(urls: Sequence[str] | None) -> list[str] | None:
    """Return the URLs of images to attach.

    Raises:
        QueryError: There are more than ten.
    """
    if urls is None:
        return None
    _check_count("attachment_urls", urls)
    return [text("attachment_urls", url) for url in urls]


def _check_count(name: str, attachments: Sequence[object]) -> None:
    if not isinstance(attachments, Sequence) or isinstance(attachments, str | bytes):
        raise QueryError(f"{name} must be a list, not {type(attachments).__name__}")
    if len(attachments) > MAX_ATTACHMENTS:
        raise QueryError(
            f"{name} holds {len(attachments)}; the API takes {MAX_ATTACHMENTS} at most. "
            "Send the rest with another reply"
        )


async def read_file(name: str, file: Attachable) -> AttachmentFile:
    """Return a file with its content.

    Raises:
        QueryError: It is neither a path nor an ``AttachmentFile``.
        OSError: It cannot be read.
    """
    if isinstance(file, AttachmentFile):
        return file
    if not isinstance(file, str | os.PathLike):
        raise QueryError(
            f"{name} takes paths and AttachmentFile(name, data), not {type(file).__name__}"
        )
    try:
        path = anyio.Path(file)
        return AttachmentFile(path.name, await path.read_bytes())
    except (TypeError, ValueError) as error:
        raise QueryError(f"{name}: {file!r} is no path: {error}") from None
