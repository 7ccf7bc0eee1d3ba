"""The windows of the plan, and how far each has been walked."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from operator import attrgetter
from typing import Final

from intercom_async.export.store.database import Database
from intercom_async.export.store.errors import ExportCorrupted
from intercom_async.export.store.frames import SUFFIX
from intercom_async.export.store.values import WindowState
from intercom_async.scan.windows import Window

_FIRST: Final = int(datetime(1, 1, 1, tzinfo=UTC).timestamp())
_LAST: Final = int(datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC).timestamp())
_WINDOWS: Final = """
    SELECT start, "end", expected, cursor, rows, done, counted, held FROM windows
    WHERE stream = ? ORDER BY start
"""
_TRIM: Final = (
    'DELETE FROM windows WHERE stream = :stream AND ("end" < :since OR start >= :until)',
    "UPDATE windows SET start = :since, cursor = NULL WHERE stream = :stream AND start < :since",
    """
    UPDATE windows SET "end" = :until - 1, cursor = NULL WHERE stream = :stream AND "end" >= :until
    """,
)
_OVERLAP: Final = """
    SELECT start FROM (
        SELECT start, lag("end") OVER (ORDER BY start) AS before FROM windows
        WHERE stream = ?
    ) WHERE before >= start LIMIT 1
"""


def window_name(window: Window) -> str:
    """Return the name of the file for a window's records."""
    return f"created={window.name}{SUFFIX}"


class Plan:
    """The windows of a stream in the state."""

    def __init__(self, database: Database, stream: int) -> None:
        self._database = database
        self._stream = stream

    def windows(self) -> list[WindowState]:
        """Return every window, by time, and how far it was walked.

        Raises:
            ExportCorrupted: One ends before it begins, or lies where no calendar goes.
        """
        return [
            WindowState(self._window(start, end), expected, cursor, rows, bool(done), counted, held)
            for start, end, expected, cursor, rows, done, counted, held in self._database.rows(
                _WINDOWS, (self._stream,)
            )
        ]

    def _window(self, start: int, end: int) -> Window:
        if not _FIRST <= start <= end <= _LAST:
            raise ExportCorrupted(self._database.path, f"no window is from second {start} to {end}")
        return Window(start, end)

    def add(self, windows: Iterable[tuple[Window, int]]) -> None:
        """Add windows, each with how many conversations are expected of it.

        Raises:
            ValueError: Two windows would overlap.
        """
        self._database.run_many(
            'INSERT INTO windows (stream, start, "end", expected) VALUES (?, ?, ?, ?)',
            ((self._stream, window.start, window.end, expected) for window, expected in windows),
        )
        overlapping = self._database.rows(_OVERLAP, (self._stream,))
        if overlapping:
            raise ValueError(f"windows overlap at {overlapping[0][0]}")

    def restore(self, windows: Iterable[WindowState]) -> None:
        """Add windows that were walked."""
        states = list(windows)
        self.add((state.window, state.expected) for state in states)
        for state in states:
            self.advance(state.window, None, state.rows)

    def advance(self, window: Window, cursor: str | None, rows: int) -> None:
        """Note that another page of a window was taken.

        Args:
            window: The window.
            cursor: Where its next page is; ``None`` if that was the last.
            rows: How many new records the page brought.

        Raises:
            ValueError: The window is not planned.
        """
        done = cursor is None
        self._set(window, "cursor = ?, rows = rows + ?, done = ?", cursor, rows, done)

    def trim(self, since: int | None, until: int | None) -> None:
        """Leave out of the windows what is before, or not before, some unix seconds."""
        bounds = {"stream": self._stream, "since": since, "until": until}
        for statement in _TRIM:
            self._database.run(statement, bounds)

    def reopen(self, shard: str) -> None:
        """Have the window of a shard walked again, by the shard's name."""
        for state in self.windows():
            if window_name(state.window) == shard:
                self._set(state.window, "cursor = NULL, done = 0")

    def verify(self, results: Iterable[tuple[Window, int, int]]) -> None:
        """Note what a check against the API found; the manifest and the status tell of it.

        The next run forgets it.

        Args:
            results: Windows, each with how many conversations the API counts in it and how
                many of those are held.

        Raises:
            ValueError: A window is not planned; nothing is noted then.
        """
        with self._database.transaction("verified.commit"):
            for window, counted, held in results:
                self._set(window, "counted = ?, held = ?", counted, held)

    def forget_verified(self) -> None:
        """Forget what was counted, since another run begins."""
        self._database.run(
            "UPDATE windows SET counted = NULL, held = NULL WHERE stream = ?", (self._stream,)
        )

    def _set(self, window: Window, what: str, *values: int | str | None) -> None:
        changed = self._database.run(
            f'UPDATE windows SET {what} WHERE stream = ? AND start = ? AND "end" = ?',  # noqa: S608  # of ours
            (*values, self._stream, window.start, window.end),
        )
        if not changed:
            raise ValueError(f"window {window.name} is not planned")


def window_at(windows: Sequence[Window], second: int | None) -> Window | None:
    """Return which of some windows, in their order, a moment belongs to, if it does to one."""
    if second is None:
        return None
    place = bisect_right(windows, second, key=attrgetter("start")) - 1
    return windows[place] if place >= 0 and second <= windows[place].end else None
