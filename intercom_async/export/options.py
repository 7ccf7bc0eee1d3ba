"""What to export, and how far to go."""

from datetime import datetime
from typing import Final

import msgspec

from intercom_async.errors import ConfigurationError
from intercom_async.protocol.wire import unix_seconds
from intercom_async.scan.windows import FIRST_SECOND, LAST_SECOND, Window

__all__ = ["LimitReached", "Limits", "Options"]

# Without these an export could not tell its records apart, nor what they lack.
_NEEDED: Final = frozenset(
    {
        "id",
        "type",
        "created_at",
        "updated_at",
        "statistics",
        "count_conversation_parts",
        "conversation_parts",
        "total_count",
    }
)


class LimitReached(Exception):
    """A limit of the caller's own ended the export; what was kept is gone on from."""


class Options(msgspec.Struct, frozen=True):
    """What to export.

    Attributes:
        since: Only conversations created at this aware datetime or later.
        until: Only conversations created before this aware datetime.
        parts: Whether to fetch the parts of each conversation, one request each.
        redact: Names of fields, such as ``email`` or ``body``, to leave out of every record,
            however deep they stand in it.

    Raises:
        ConfigurationError: A field cannot be left out.
    """

    since: datetime | None = None
    until: datetime | None = None
    parts: bool = True
    redact: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse to leave out what an export cannot do without."""
        for name in self.redact:
            if not name or name in _NEEDED:
                raise ConfigurationError(f"redact: the field {name!r} cannot be left out")

    def span(self, now: int) -> Window:
        """Return the creation times asked for, up to ``now`` in unix seconds."""
        start = FIRST_SECOND if self.since is None else unix_seconds("since", self.since)
        end = now if self.until is None else unix_seconds("until", self.until) - 1
        return Window(start, max(start, end))

    def changed(self, since: int) -> Window:
        """Return what of it was updated at or after ``since``, in unix seconds."""
        span = self.span(LAST_SECOND)
        return Window(span.start, span.end, Window(since, LAST_SECOND))


class Limits(msgspec.Struct, frozen=True):
    """How far a run may go before it ends with ``LimitReached``.

    Attributes:
        requests: How many requests to send at most. Those under way when it is reached come to
            their end, and where they have to be tried again, that comes on top.
        seconds: After how long to send no more. Those under way have half a minute to end.
    """

    requests: int | None = None
    seconds: float | None = None
