"""Windows of creation time: pieces of a workspace that are walked concurrently.

``created_at`` never changes, so a record stays in its window. Seconds are unix seconds, and a
window includes both ends. Nothing here does I/O.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final, TypeVar

import msgspec
from msgspec.structs import replace

from intercom_async.core.fields import Fields
from intercom_async.core.query import Query

N = TypeVar("N")

FIRST_SECOND: Final = int(datetime(2011, 1, 1, tzinfo=UTC).timestamp())
"""The year Intercom began; no record is older."""

LAST_SECOND: Final = int(datetime(2100, 1, 1, tzinfo=UTC).timestamp())
"""Stands for an open end; later than any clock says."""

UPDATED: Final = "_updated="
"""Part of the names of windows of updates, and of no others."""

# The longest day of any time zone since the first second, with clocks set back.
_LONGEST_DAY: Final = 27 * 3600
# A search by days lists about one day too many, which makes shorter windows wasteful.
_LEAST_BY_DAY: Final = 3 * 86_400


class Window(msgspec.Struct, frozen=True, order=True):
    """A span of creation times, which may be narrowed to a span of updates.

    Attributes:
        start: The first second, in unix seconds.
        end: The last second, included.
        updated: The span of the last update; ``None`` for any.
        by_day: Whether the API compares whole days of an unknown time zone, so that its results
            have to be filtered.
    """

    start: int
    end: int
    updated: "Window | None" = None
    by_day: bool = False

    @property
    def name(self) -> str:
        """The window as text that may stand in a file's name."""
        if self == EVERYTHING:
            return "list"
        span = f"{_compact(self.start)}_{_compact(self.end)}"
        return span if self.updated is None else f"{span}{UPDATED}{self.updated.name}"

    @property
    def seconds(self) -> int:
        """The length of the creation span in seconds, at least 1."""
        return self.end - self.start + 1

    @property
    def margin(self) -> int:
        """How many seconds the bounds of its query are beyond its ends."""
        return _LONGEST_DAY if self.by_day else 1

    @property
    def most_pieces(self) -> int:
        """How many windows it can be split into: of one second each, or of three days."""
        return self.seconds // (_LEAST_BY_DAY if self.by_day else 1) or 1

    def __contains__(self, second: int) -> bool:
        """Tell whether the creation span includes a second."""
        return self.start <= second <= self.end

    def query(self, fields: Fields[N]) -> Query[N]:
        """Return the filter that finds a noun's records of the window.

        The reference does not say whether ``>`` and ``<`` include their bound. So the bounds are
        one second further out, and the caller drops the records of those seconds. Where ``>``
        begins with the next day and ``<`` ends before the day, the bounds are the longest day
        further out, so that the window is included in any time zone.

        Args:
            fields: The noun's fields, with ``created_at`` and ``updated_at``.
        """
        created, updated = fields["created_at"], fields["updated_at"]
        query = (created > self.start - self.margin) & (created < self.end + self.margin)
        if (of := self.updated) is None:
            return query
        return query & (updated > of.start - of.margin) & (updated < of.end + of.margin)

    def split(self, pieces: int) -> "Iterator[Window]":
        """Split it into about equal windows, at most ``most_pieces``."""
        pieces = max(1, min(pieces, self.most_pieces))
        starts = [self.start + self.seconds * number // pieces for number in range(pieces)]
        for start, following in zip(starts, [*starts[1:], self.end + 1], strict=True):
            yield replace(self, start=start, end=following - 1)

    def subdivide(self, pieces: int) -> "list[Window]":
        """Split it by creation or, if that cannot be, by updates; ``[]`` if neither can be."""
        if self.most_pieces > 1:
            return list(self.split(pieces))
        updated = self.updated or Window(FIRST_SECOND, LAST_SECOND, by_day=self.by_day)
        if updated.most_pieces == 1:
            return []
        return [replace(self, updated=piece) for piece in updated.split(pieces)]


EVERYTHING: Final = Window(LAST_SECOND, LAST_SECOND, Window(LAST_SECOND, LAST_SECOND))
"""Stands for the plain list among windows of searches; it cannot be split."""


def _compact(second: int) -> str:
    return datetime.fromtimestamp(second, UTC).strftime("%Y%m%dT%H%M%SZ")
