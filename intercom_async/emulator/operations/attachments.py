"""Files that a request hangs on a message."""

import base64
import binascii
import mimetypes
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit

from intercom_async.emulator.bodies import Body, invalid
from intercom_async.emulator.documents import Record

_AT_MOST: Final = 10
_FALLBACK: Final = "application/octet-stream"


def read_attachments(body: Body) -> list[Record]:
    """Read ``attachment_urls`` and ``attachment_files``."""
    urls = body.entries("attachment_urls", _AT_MOST)
    files = body.entries("attachment_files", _AT_MOST)
    return [*map(_from_url, urls), *map(_from_file, files)]


def _from_url(url: object) -> Record:
    parts = _split(url)
    if parts is None or parts.scheme not in {"http", "https"} or not parts.netloc:
        raise invalid("attachment_urls", "must hold the addresses of files")
    name = unquote(parts.path.rpartition("/")[2]) or parts.netloc
    return _attachment(name, str(url), mimetypes.guess_type(name)[0] or _FALLBACK, 0)


def _split(url: object) -> SplitResult | None:
    try:
        return urlsplit(url) if isinstance(url, str) else None
    except ValueError:
        return None


def _from_file(value: object) -> Record:
    if not isinstance(value, dict):
        raise invalid("attachment_files", "must hold objects")
    file = Body(value, "attachment_files")
    name = file.text("name")
    try:
        data = base64.b64decode(file.text("data"), validate=True)
    except (binascii.Error, ValueError):
        raise invalid("attachment_files", "must hold data in base64") from None
    url = f"https://files.example.org/uploads/{name}"
    return _attachment(name, url, file.text("content_type"), len(data))


def _attachment(name: str, url: str, content_type: str, size: int) -> Record:
    return {
        "type": "upload",
        "name": name,
        "url": url,
        "content_type": content_type,
        "filesize": size,
        "width": None,
        "height": None,
    }
