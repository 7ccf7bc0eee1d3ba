"""The list that reaches records beyond the reach of the usual one."""

from math import inf
from typing import Final

from msgspec.structs import replace

from intercom_async.core.codec import Page
from intercom_async.core.pages import Pages
from intercom_async.errors import NotFound

BEYOND: Final = "beyond#"
"""Begins the cursors of such a list, which cannot be gone on with after a pause."""


class Beyond:
    """A walk through such a list, page by page.

    Args:
        pages: The list.
        usual: The usual list, which tells how many records there are.
        total: How many it told of; ``None`` if it did not.
    """

    def __init__(self, pages: Pages[bytes], usual: Pages[bytes], total: int | None) -> None:
        self._pages = pages.pages()
        self._usual = usual
        self._total = total
        self._passed = 0

    async def page(self) -> Page[bytes]:
        """Return the next page.

        Raises:
            NotFound: The API has forgotten the walk.
        """
        try:
            page = await anext(self._pages, Page[bytes]([]))
        except NotFound:  # which ends it, too
            if self._passed < (inf if self._total is None else self._total):
                raise
            page = Page([])
        self._passed += len(page.items) + len(page.invalid)
        # The API's own cursor is the same on every page.
        following = None if page.next is None else f"{BEYOND}{self._passed}"
        if following is None and self._total is not None:  # some may have been deleted meanwhile
            self._total = (await self._usual).total_count
        return replace(page, next=following, total_count=self._total)
