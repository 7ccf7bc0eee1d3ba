"""Places in a list with numbered pages, wherever in it pages of another size begin."""

from math import gcd
from typing import Final
from urllib.parse import urlencode

from intercom_async.core.paginate import parameters

_PAGE: Final = "page"
_SIZE: Final = "per_page"


def page_at(cursor: str | None, size: int, most: int) -> tuple[str | None, int]:
    """Return the cursor and the size of a page that begins where another was to begin.

    Args:
        cursor: Of the other page; one without a number is returned as it is.
        size: How many records it may hold.
        most: How many a page of the list holds.
    """
    asked = parameters(cursor or "?")
    if _PAGE not in asked:
        return cursor, size
    before = (int(asked[_PAGE]) - 1) * int(asked.get(_SIZE, most))
    size = gcd(before, size)
    return _cursor(asked, before // size + 1, size), size


def sized(cursor: str | None, size: int) -> str | None:
    """Return the cursor of a page with the size that its number counts by."""
    asked = parameters(cursor or "?")
    return _cursor(asked, int(asked[_PAGE]), size) if _PAGE in asked else cursor


def _cursor(asked: dict[str, str], number: int, size: int) -> str:
    return f"?{urlencode({**asked, _PAGE: number, _SIZE: size})}"
