"""Windows of creation time: a workspace split into pieces that can be walked side by side.

``created_at`` never changes, so a record stays in its window whatever happens to it.
Everything here is pure: seconds are unix seconds, and both ends of a window belong to it.
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
"""Nothing in Intercom is older: it began in that year."""

LAST_SECOND: Final = int(datetime(2100, 1, 1, tzinfo=UTC).timestamp())
"""An end that stands for none, whatever the clocks say."""

UPDATED: Final = "_updated="
"""What only the name of a window of updates holds."""
# No day has been longer in any time zone since that first second, for all that clocks went back.
_LONGEST_DAY: Final = 27 * 3600
# A search by days lists about one too many, so that shorter windows cost more than they help.
_LEAST_BY_DAY: Final = 3 * 86_400


class Window(msgspec.Struct, frozen=True, order=True):
    """A span of creation times, of which a span of updates may be all that is meant.

    Attributes:
        start: The first second, in unix seconds.
        end: The last second, which belongs to it.
        updated: Only what was last updated in this span; ``None`` for all.
        by_day: Whether the API compares by whole days, of a time zone that is not known here, so
            that what it finds has to be looked through.
    """

    start: int
    end: int
    updated: "Window | None" = None
    by_day: bool = False

    @property
    def name(self) -> str:
        """The window in words that a file's name can hold."""
        if self == EVERYTHING:
            return "list"
        span = f"{_compact(self.start)}_{_compact(self.end)}"
        return span if self.updated is None else f"{span}{UPDATED}{self.updated.name}"

    @property
    def seconds(self) -> int:
        """How many seconds of creation time it spans, at least 1."""
        return self.end - self.start + 1

    @property
    def margin(self) -> int:
        """How many seconds beyond either end the bounds of its query are."""
        return _LONGEST_DAY if self.by_day else 1

    @property
    def most_pieces(self) -> int:
        """Into how many windows it can be cut: of a second each, or of three days."""
        return self.seconds // (_LEAST_BY_DAY if self.by_day else 1) or 1

    def __contains__(self, second: int) -> bool:
        """Tell whether a moment belongs to it."""
        return self.start <= second <= self.end

    def query(self, fields: Fields[N]) -> Query[N]:
        """Return the filter that finds a noun's records of the window and few others.

        Whether ``>`` and ``<`` of the API let their bound in is not certain. A bound one second
        further out is right if they do not, and finds a second too much on either side if they
        do, which the caller leaves out. Where ``>`` begins with the next day and ``<`` ends
        before the day, the bounds are the longest day further out, so that the days between them
        hold the window in any time zone.

        Args:
            fields: The noun's fields, with ``created_at`` and ``updated_at``.
        """
        created, updated = fields["created_at"], fields["updated_at"]
        query = (created > self.start - self.margin) & (created < self.end + self.margin)
        if (of := self.updated) is None:
            return query
        return query & (updated > of.start - of.margin) & (updated < of.end + of.margin)

    def split(self, pieces: int) -> "Iterator[Window]":
        """Cut it into about equal windows, ``most_pieces`` of them at most."""
        pieces = max(1, min(pieces, self.most_pieces))
        starts = [self.start + self.seconds * number // pieces for number in range(pieces)]
        for start, following in zip(starts, [*starts[1:], self.end + 1], strict=True):
            yield replace(self, start=start, end=following - 1)

    def cut(self, pieces: int) -> "list[Window]":
        """Cut it along creation times or, where it is least, along updates; ``[]`` if both are."""
        if self.most_pieces > 1:
            return list(self.split(pieces))
        updated = self.updated or Window(FIRST_SECOND, LAST_SECOND, by_day=self.by_day)
        if updated.most_pieces == 1:
            return []
        return [replace(self, updated=piece) for piece in updated.split(pieces)]


EVERYTHING: Final = Window(LAST_SECOND, LAST_SECOND, Window(LAST_SECOND, LAST_SECOND))
"""Stands for the plain list among the windows of searches; like the least of them it is not cut."""


def _compact(second: int) -> str:
    return datetime.fromtimestamp(second, UTC).strftime("%Y%m%dT%H%M%SZ")
