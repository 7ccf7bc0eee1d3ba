"""A workspace of any size that takes no room: every conversation is worked out when asked for.

Conversation ``n`` of ``size`` was created at the n-th part of a span of five years and never
updated since, so a window of creation times holds a run of consecutive numbers. But where some
changed, every so manieth was updated by now, as in the night after.
"""

import time
from collections.abc import Sequence
from typing import Any, Final

import msgspec

from benchmarks.data import PER_PAGE, Data

BEGIN: Final = 1_577_836_800  # 2020
END: Final = BEGIN + 5 * 365 * 86_400
FIRST_ID: Final = 1_000_000_000
LAST: Final = 2**32

ME: Final = msgspec.json.encode(
    {
        "type": "admin",
        "id": "1",
        "email_verified": True,
        "app": {"type": "app", "id_code": "benchmark", "region": "US"},
    }
)


class Workspace:
    """Answers with the bodies of a workspace.

    Args:
        data: Its conversations' templates.
        size: How many it has.
        parts: How many parts each has.
        changed: Which ones were updated by now: every so manieth; 0 for none.
    """

    def __init__(self, data: Data, size: int, parts: int, changed: int = 0) -> None:
        self._changed = changed
        self._now = int(time.time())
        self._listed = data.listed
        self._whole = data.whole[parts]
        self._size = size

    def page(self, after: str, per_page: int, window: Sequence[int] | None = None) -> bytes:
        """Return a page of a list, or of a search where a window is given.

        Args:
            after: The cursor: the number of the first conversation, empty on the first page.
            per_page: How many to show.
            window: The numbers the search finds.
        """
        found = range(self._size) if window is None else window
        begin = int(after) if after else 0
        end = min(begin + per_page, len(found))
        pages: dict[str, Any] = {"type": "pages", "per_page": per_page}
        if end < len(found):
            pages["next"] = {"per_page": per_page, "starting_after": f"{end}"}
        head = {"type": "conversation.list", "pages": pages, "total_count": len(found)}
        listed = self._listed
        records = b",".join(
            [listed[number % PER_PAGE] % self._places(number) for number in found[begin:end]]
        )
        return b'%s,"conversations":[%s]}' % (msgspec.json.encode(head)[:-1], records)

    def search(self, body: bytes) -> bytes:
        """Return the page that the body of a search asks for."""
        asked = msgspec.json.decode(body)
        pagination = asked.get("pagination") or {}
        first, last = _bounds(asked["query"], "created_at")
        window: Sequence[int] = range(self._number_at(first), self._number_at(last + 1))
        since, until = _bounds(asked["query"], "updated_at")
        if since > END:
            window = [n for n in window if self._is_changed(n)] if until >= self._now else []
        after, per_page = pagination.get("starting_after") or "", pagination.get("per_page") or 20
        return self.page(after, per_page, window)

    def conversation(self, id: str) -> bytes:
        """Return a conversation with its parts; all have the same."""
        return self._whole % self._places(int(id) - FIRST_ID)

    def _places(self, number: int) -> tuple[int, int, int]:
        created = created_at(number, self._size)
        updated = self._now if self._is_changed(number) else created
        return FIRST_ID + number, created, updated

    def _is_changed(self, number: int) -> bool:
        return bool(self._changed) and number % self._changed == 0

    def _number_at(self, second: int) -> int:
        """Return the number of the first conversation created at a second or later."""
        number = -(-(second - BEGIN) * self._size // (END - BEGIN))
        return min(max(number, 0), self._size)


def created_at(number: int, size: int) -> int:
    """Return when a conversation of a workspace of some size was created, in unix seconds."""
    return BEGIN + number * (END - BEGIN) // size


def _bounds(query: dict[str, Any], field: str) -> tuple[int, int]:
    """Return the first and last second of a field a query lets in; its bounds are exclusive."""
    if isinstance(query["value"], list):
        bounds = [_bounds(each, field) for each in query["value"]]
        return max(first for first, _ in bounds), min(last for _, last in bounds)
    if query["field"] != field:
        return BEGIN, LAST
    bound = int(query["value"])
    return (bound + 1, LAST) if query["operator"] == ">" else (BEGIN, bound - 1)
