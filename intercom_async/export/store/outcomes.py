"""Records of a stream that are not in the export, and why: deleted, failed, not decodable."""

import base64
import hashlib
from collections.abc import Iterable, Iterator
from itertools import compress
from typing import Any, Final

import msgspec

from intercom_async.export.store.database import Database
from intercom_async.scan.windows import Window

_encode: Final = msgspec.json.Encoder().encode
_SOME: Final = """
    SELECT
        EXISTS (SELECT 1 FROM deleted WHERE stream = :stream),
        EXISTS (SELECT 1 FROM failed WHERE stream = :stream),
        EXISTS (SELECT 1 FROM quarantine WHERE stream = :stream)
"""
_ARRIVED: Final = (
    "DELETE FROM deleted WHERE stream = ? AND id IN (SELECT value FROM json_each(?))",
    "DELETE FROM failed WHERE stream = ? AND id IN (SELECT value FROM json_each(?))",
    "DELETE FROM quarantine WHERE stream = ? AND id IN (SELECT value FROM json_each(?))",
)


class Outcomes:
    """The outcomes of a stream in the state."""

    def __init__(self, database: Database, stream: int) -> None:
        self._database = database
        self._stream = stream

    def delete(self, id: str, found_at: int) -> None:
        """Note that a record is deleted, which settles any failure to fetch or decode it."""
        self._database.run("DELETE FROM failed WHERE stream = ? AND id = ?", (self._stream, id))
        self._database.run("DELETE FROM quarantine WHERE stream = ? AND id = ?", (self._stream, id))
        self._database.run(
            "INSERT OR IGNORE INTO deleted (stream, id, found_at) VALUES (?, ?, ?)",
            (self._stream, id, found_at),
        )

    def fail(self, id: str, reason: str) -> None:
        """Note why a record could not be fetched, until a newer version of it arrives."""
        with self._database.transaction("outcome.commit"):
            self._database.run(
                "INSERT OR REPLACE INTO failed (stream, id, reason) VALUES (?, ?, ?)",
                (self._stream, id, reason),
            )

    def quarantine(
        self,
        body: bytes | None,
        reason: str,
        json_path: str | None = None,
        id: str | None = None,
        window: Window | None = None,
        *,
        withhold: bool = False,
    ) -> None:
        """Keep a record that could not be decoded, and why, once however often it comes.

        If its id is known it is let out when it arrives and can be decoded, be it the version that
        stands already.

        Args:
            body: The record as it came; ``None`` if it did not come, and then the same id,
                and window are the same record.
            reason: Why it could not be decoded.
            json_path: Where in it.
            id: Its id, if that could be read.
            window: Where it was listed, or could not be listed.
            withhold: Whether to keep nothing of the record itself, as in an export that leaves
                fields out.
        """
        listed_in = None if window is None else _encode(window).decode()
        kept = None if withhold else body
        same = _encode([id, listed_in]) if body is None else body
        with self._database.transaction("outcome.commit"):
            self._database.run(
                "INSERT INTO quarantine (stream, sha256, id, reason, json_path, listed_in, body)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)"
                " ON CONFLICT (stream, sha256) DO UPDATE SET on_trial = 0",
                (
                    self._stream,
                    hashlib.sha256(same).digest(),
                    id,
                    reason,
                    json_path,
                    listed_in,
                    kept,
                ),
            )

    def try_again(self) -> list[Window]:
        """Return the windows with something in quarantine, to be walked again.

        What does not come back to quarantine meanwhile, ``clear_resolved`` lets out.
        """
        with self._database.transaction("outcome.commit"):
            listed = self._database.column(
                "SELECT DISTINCT listed_in FROM quarantine"
                " WHERE stream = ? AND listed_in IS NOT NULL",
                (self._stream,),
            )
            self._database.run(
                "UPDATE quarantine SET on_trial = 1 WHERE stream = ? AND listed_in IS NOT NULL",
                (self._stream,),
            )
        return [msgspec.json.decode(window, type=Window) for window in listed]

    def clear_resolved(self) -> None:
        """Let out of quarantine what ``try_again`` was about and has not come back since."""
        with self._database.transaction("outcome.commit"):
            self._database.run(
                "DELETE FROM quarantine WHERE stream = ? AND on_trial", (self._stream,)
            )

    def arrived(self, came: Iterable[str], fresh: Iterable[str]) -> None:
        """Note that records are there after all, whatever was known of them.

        Args:
            came: All that came, which settles any failure to fetch or decode them.
            fresh: Those of them that are new or newer than what stands.
        """
        some = self._database.row(_SOME, {"stream": self._stream})
        if any(some):  # hardly ever, and this is asked with every page
            all_of_them, new = _encode(list(came)).decode(), _encode(list(fresh)).decode()
            of = (new, all_of_them, all_of_them)
            for statement, ids in compress(zip(_ARRIVED, of, strict=True), some):
                self._database.run(statement, (self._stream, ids))

    def deleted(self) -> list[str]:
        """Return the records found to be deleted."""
        return self._database.column(
            "SELECT id FROM deleted WHERE stream = ? ORDER BY id", (self._stream,)
        )

    def failed(self) -> dict[str, str]:
        """Return the records that could not be fetched, and why."""
        return dict(
            self._database.rows(
                "SELECT id, reason FROM failed WHERE stream = ? ORDER BY id", (self._stream,)
            )
        )


def quarantine_lines(database: Database) -> Iterator[bytes]:
    """Return what ``quarantine.ndjson`` is to hold of all streams, line by line."""
    keys = database.rows("SELECT stream, sha256 FROM quarantine ORDER BY stream, id, sha256")
    for key in keys:  # one by one, since bodies may be large
        row = database.row(
            "SELECT name, id, reason, json_path, listed_in, body"
            " FROM quarantine JOIN streams ON number = stream WHERE stream = ? AND sha256 = ?",
            key,
        )
        yield _encode(_entry(*row)) + b"\n"


def _entry(  # noqa: PLR0917  # a row
    stream: str,
    id: str | None,
    reason: str,
    json_path: str | None,
    listed_in: str | None,
    body: bytes | None,
) -> dict[str, Any]:
    entry: dict[str, Any] = {"stream": stream, "id": id, "reason": reason, "json_path": json_path}
    if listed_in is not None:
        entry["window"] = msgspec.json.decode(listed_in, type=Window).name
    if body is None:
        return {**entry, "record": None}
    try:
        entry["record"] = body.decode()
    except UnicodeDecodeError:  # kept to the last bit all the same
        entry["record_base64"] = base64.b64encode(body).decode()
    return entry
