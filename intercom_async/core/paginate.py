"""The cursor of the next page, read from an answer, and the parameters that ask for it.

A cursor is a ``str``: the API's ``starting_after``, or a query string such as ``?page=2`` for lists
that use other parameters. Of a link in an answer only the parameters are used, never its host or
path.
"""

from collections.abc import Sized
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit

import msgspec

from intercom_async.models.base import JSON

_SCROLL: Final = "?scroll_param="
_NONE: Final[tuple[JSON, ...]] = (None, "", {})


class Envelope(msgspec.Struct, gc=False):
    """The fields of a page besides its records, in any version and noun."""

    total_count: JSON = None
    pages: JSON = None
    page: JSON = None
    total_pages: JSON = None
    next_cursor: JSON = None
    scroll_param: JSON = None


def following(envelope: Envelope, records: Sized, *, numbered: bool = False) -> str | None:
    """Return the cursor of the page after this one; ``None`` if it is the last.

    Args:
        envelope: What stood around the records.
        records: The page's records. A scroll ends with none.
        numbered: Whether the list has numbered pages.

    Raises:
        ValueError: There is a next page but no way to ask for it.
    """
    pages = envelope.pages if isinstance(envelope.pages, dict) else {}
    named = pages.get("next")
    if named not in _NONE:
        return _named(named, numbered=numbered)
    if envelope.next_cursor:
        return _query("cursor", envelope.next_cursor)
    if envelope.scroll_param and records:
        return _query("scroll_param", envelope.scroll_param)
    here = pages.get("page", envelope.page)
    last = pages.get("total_pages", envelope.total_pages)
    if numbered and type(here) is int and type(last) is int and here < last:
        return _query("page", here + 1)
    return None


def parameters(cursor: str) -> dict[str, str]:
    """Return the query parameters that ask for the page at a cursor."""
    return dict(parse_qsl(cursor[1:])) if cursor[:1] == "?" else {"starting_after": cursor}


def may_repeat(cursor: str) -> bool:
    """Tell whether a cursor may repeat without being a loop, as a scroll's does."""
    return cursor.startswith(_SCROLL)


def _named(named: JSON, *, numbered: bool) -> str | None:
    if isinstance(named, str):
        found: dict[str, str] = {}
        for name, value in parse_qsl(urlsplit(named).query):
            # A parameter that a link repeats is one list of values, which is sent with commas.
            found[name] = f"{found[name]},{value}" if name in found else value
        if not found:
            raise ValueError("the link to the next page holds no starting_after")
        return found.get("starting_after") or f"?{urlencode(found)}"
    if isinstance(named, dict):
        if numbered and type(named.get("page")) is int:
            return _query("page", named["page"])
        if "starting_after" not in named:
            raise ValueError("the next page is named without starting_after")
        named = named["starting_after"]
        if named in _NONE[:2]:
            return None
    if isinstance(named, str | int) and not isinstance(named, bool):
        return str(named)
    raise ValueError(f"the next page's cursor is a {type(named).__name__}")


def _query(name: str, value: JSON) -> str:
    if not isinstance(value, str | int) or isinstance(value, bool):
        raise ValueError(f"the next page's {name} is a {type(value).__name__}")  # noqa: TRY004
    return f"?{urlencode({name: value})}"
