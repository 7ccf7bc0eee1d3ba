"""Pages of the lists of other nouns: by cursor, or by the number of the page."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

from intercom_async.emulator.documents import Record
from intercom_async.emulator.pagination import (
    SortValue,
    decode_place,
    encode_place,
    read_page,
    read_per_page,
    read_starting_after,
)
from intercom_async.emulator.replies import ApiError
from intercom_async.emulator.routes import Request
from intercom_async.emulator.versions import Version

_STRICT_ORDERS = (2, 16)  # the first version that takes whole words only


class Page(NamedTuple):
    """Records of a list, and what stands around them."""

    records: list[Record]
    around: Record


class Order(NamedTuple):
    """What a list is ordered by; the id decides between equals."""

    field: str
    descending: bool
    # Reads the field; a search can order by what no record holds under that name.
    read: Callable[[Record, str], Any] = lambda record, field: record.get(field)

    def value(self, record: Record) -> SortValue:
        """Read what a record is ordered by."""
        found = self.read(record, self.field)
        return found if isinstance(found, int | float | str) else None

    def sorted(self, records: Iterable[Record]) -> list[Record]:
        """Bring records into the order."""
        return sorted(records, key=self._key, reverse=self.descending)

    def is_after(self, record: Record, value: SortValue, id: str) -> bool:
        """Tell whether a record comes strictly after a place."""
        here, there = self._key(record), _key(value, id)
        return here < there if self.descending else here > there

    def _key(self, record: Record) -> tuple[Any, ...]:
        return _key(self.value(record), str(record["id"]))


LATEST_FIRST: Final = Order("created_at", descending=True)


def _key(value: SortValue, id: str) -> tuple[Any, ...]:
    # Numbers before texts, and what has no value before both.
    return (isinstance(value, str), value is not None, value or 0, id)


def read_order(sort: object, default: Order, version: Version) -> Order:
    """Read the ``sort`` of a search."""
    if not isinstance(sort, dict):
        return default
    asked: Mapping[str, object] = sort
    order = asked.get("order") or "descending"
    if version >= _STRICT_ORDERS and order not in {"ascending", "descending"}:
        message = "sort.order must be ascending or descending"
        raise ApiError(400, "invalid_sort_order", message)
    field = str(asked.get("field") or default.field)
    return default._replace(field=field, descending=not str(order).startswith("asc"))


def by_cursor(
    records: Iterable[Record], asked: Mapping[str, Any], order: Order, per_page: int = 50
) -> Page:
    """Cut out the page that a query or a ``pagination`` asks for by ``starting_after``."""
    size = read_per_page(asked.get("per_page"), per_page)
    cursor = read_starting_after(asked.get("starting_after"))
    listed, begin, number = order.sorted(records), 0, 1
    if cursor is not None:
        value, id_, number = decode_place(cursor)
        following = (n for n, each in enumerate(listed) if order.is_after(each, value, id_))
        begin = next(following, len(listed)) if id_ else 0
    shown = listed[begin : begin + size]
    pages = _pages(number, size, len(listed))
    if begin + size < len(listed):
        last = shown[-1]
        place = encode_place(order.value(last), str(last["id"]), number + 1)
        pages["next"] = {"page": number + 1, "starting_after": place}
    return Page(shown, {"total_count": len(listed), "pages": pages})


def by_number(
    records: list[Record], asked: Mapping[str, Any], request: Request, per_page: int = 15
) -> Page:
    """Cut out the page that a query or a body asks for by ``page``; the next is named by a URL."""
    size, number = read_per_page(asked.get("per_page"), per_page), read_page(asked.get("page"))
    pages = _pages(number, size, len(records))
    pages["next"] = None
    if number < pages["total_pages"]:
        query = {**request.query, "page": number + 1, "per_page": size}
        pages["next"] = f"{request.address}?{urlencode(query)}"
    shown = records[(number - 1) * size : number * size]
    return Page(shown, {"total_count": len(records), "pages": pages})


def _pages(number: int, size: int, total: int) -> Record:
    pages = {"page": number, "per_page": size, "total_pages": -(-total // size)}
    return {"type": "pages", **pages}
