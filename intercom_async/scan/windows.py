"""Windows of creation time: a workspace split into pieces that can be walked side by side.

``created_at`` never changes, so a conversation stays in its window whatever happens to it.
Everything here is pure: seconds are unix seconds, and both ends of a window belong to it.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

import msgspec

from intercom_async.protocol.query import Group
from intercom_async.search import F

FIRST_SECOND: Final = int(datetime(2011, 1, 1, tzinfo=UTC).timestamp())
"""Nothing in Intercom is older: it began in that year."""


class Window(msgspec.Struct, frozen=True, order=True):
    """A span of creation times.

    Attributes:
        start: The first second, in unix seconds.
        end: The last second, which belongs to it.
    """

    start: int
    end: int

    @property
    def name(self) -> str:
        """The window in words that a file's name can hold."""
        return f"{_compact(self.start)}_{_compact(self.end)}"

    @property
    def seconds(self) -> int:
        """How many seconds it spans, at least 1."""
        return self.end - self.start + 1

    def __contains__(self, second: int) -> bool:
        """Tell whether a moment belongs to it."""
        return self.start <= second <= self.end

    def query(self) -> Group:
        """Return the filter that finds the window's conversations and few others.

        Whether ``>`` and ``<`` of the API let their bound in is not certain. A bound one second
        further out is right if they do not, and finds a second too much on either side if they
        do, which the caller leaves out.
        """
        return (F.created_at > self.start - 1) & (F.created_at < self.end + 1)

    def split(self, pieces: int) -> "Iterator[Window]":
        """Cut it into about equal windows, at most as many as it has seconds."""
        pieces = max(1, min(pieces, self.seconds))
        starts = [self.start + self.seconds * number // pieces for number in range(pieces)]
        for start, following in zip(starts, [*starts[1:], self.end + 1], strict=True):
            yield Window(start, following - 1)


def _compact(second: int) -> str:
    return datetime.fromtimestamp(second, UTC).strftime("%Y%m%dT%H%M%SZ")
