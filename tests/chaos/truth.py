"""What an export ought to hold, and how it differs from that."""

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from intercom_async.core.codec import replace_lone_surrogates
from intercom_async.emulator import FaultKind, Faults, Workspace
from intercom_async.emulator.faults import records
from intercom_async.export import StreamSummary
from intercom_async.export.store import read_lines
from intercom_async.scan.windows import EVERYTHING, LAST_SECOND, Window


def _changes(*kinds: FaultKind) -> dict[FaultKind, Callable[[bytes], bytes | None]]:
    """Return how the emulator spoils a record."""
    return {
        kind: records.INJECTORS[kind].keywords["change"]  # type: ignore[attr-defined]
        for kind in kinds
    }


# In a way that leaves it one: it is to be kept as it was sent.
_ODD: Final = _changes(
    FaultKind.INVALID_UTF8,
    FaultKind.LONE_SURROGATE,
    FaultKind.DUPLICATE_KEYS,
    FaultKind.RETYPED_IDS,
    FaultKind.DEEP_NESTING,
    FaultKind.LONG_NUMBER,
    FaultKind.MISSING_ID,
    FaultKind.OBJECT_ID,
    FaultKind.NOT_A_NUMBER,
    FaultKind.CONTROL_CHARACTER,
)
# In a way that a listing of it tells: it is to be fetched again.
_POOR: Final = _changes(FaultKind.STALE_RECORD, FaultKind.PARTS_ABSENT)


class _Id(msgspec.Struct):
    id: str


class _Quarantined(msgspec.Struct):
    id: str | None = None
    window: str | None = None


class Truth:
    """The workspace, and the odd forms in which its conversations may have been sent.

    Args:
        workspace: The emulator's.
        faults: What it let go wrong.
        parts: Whether conversations come with their parts.
    """

    def __init__(self, workspace: Workspace, faults: Faults, *, parts: bool) -> None:
        self._workspace = workspace
        self._faults = faults
        self._parts = parts

    def ids(self) -> set[str]:
        """The ids of all conversations."""
        return set(self._workspace.ids())

    def updated_at(self, id: str) -> float | None:
        """When a conversation was last updated; ``None`` if there is none."""
        stored = self._workspace.get(id)
        return None if stored is None else -stored.key[0]

    def created_at(self, id: str) -> int:
        """When a conversation was created."""
        created: int = self._workspace.record(id)["created_at"]
        return created

    def sound(self, id: str) -> bytes:
        """A conversation's own bytes."""
        stored = self._workspace.get(id)
        if stored is None:
            return b""
        return stored.encoded_full if self._parts else stored.encoded

    def is_odd(self, id: str, raw: bytes) -> bool:
        """Tell whether bytes are the conversation in an odd form in which it was sent."""
        return self._was_sent(id, raw, _ODD)

    def is_poor(self, id: str, raw: bytes) -> bool:
        """Tell whether bytes are less than the conversation, as it was sent."""
        return self._was_sent(id, raw, _POOR)

    def _was_sent(
        self, id: str, raw: bytes, changes: Mapping[FaultKind, Callable[[bytes], bytes | None]]
    ) -> bool:
        kinds = {each.kind for each in self._faults.log if each.conversation_id == id}
        return any(changes[kind](self.sound(id)) == raw for kind in kinds & changes.keys())

    def spoiled(self) -> set[str]:
        """The ids of conversations of which a listing was sent in an odd form."""
        return {each.conversation_id or "" for each in self._faults.log if each.kind in _ODD}


class Difference(msgspec.Struct, frozen=True):
    """How an export differs from the truth.

    Attributes:
        held: How many conversations it holds.
        lost: Ids it lacks.
        doubled: Ids it holds more than once.
        altered: Ids whose bytes are neither the conversation's nor as they were sent.
        odd: Ids held in an odd form in which they were sent.
        surplus: Ids of conversations that have been deleted since.
        invented: Ids that there never were.
    """

    held: int
    lost: set[str]
    doubled: set[str]
    altered: set[str]
    odd: set[str]
    surplus: set[str]
    invented: set[str]


def compare(folder: Path, truth: Truth, ever: set[str], before: int | None = None) -> Difference:
    """Compare an export with the truth.

    Args:
        folder: The export's folder.
        truth: The truth.
        ever: The ids of all conversations there ever were.
        before: Only demand what was last updated before this unix second.
    """
    seen: set[str] = set()
    doubled: set[str] = set()
    altered: set[str] = set()
    odd: set[str] = set()
    there = truth.ids()
    for line in read_lines(folder):
        id = _id_of(line)
        doubled |= seen & {id}
        seen.add(id)
        if id in there and line != truth.sound(id):
            if truth.is_odd(id, line):
                odd.add(id)
            elif _is_due(truth, id, before):
                altered.add(id)
    lost = {id for id in there - seen if _is_due(truth, id, before)}
    surplus = seen - there
    return Difference(len(seen), lost, doubled, altered, odd, surplus & ever, surplus - ever)


def _is_due(truth: Truth, id: str, before: int | None) -> bool:
    updated_at = truth.updated_at(id)
    return updated_at is not None and (before is None or updated_at < before)


def unnamed(folder: Path, summary: StreamSummary, truth: Truth, lacking: set[str]) -> set[str]:
    """Return which lacking ids an incomplete export does not own up to."""
    names = [*summary.short, *summary.uncounted]
    owned = {*summary.failed, *summary.parts_missing}
    for line in (folder / "quarantine.ndjson").read_bytes().splitlines():
        entry = msgspec.json.decode(line, type=_Quarantined)
        if entry.window is not None:
            names.append(entry.window)
        if entry.id is not None:
            owned.add(entry.id)
    windows = [_window(name) for name in names]
    return {
        id
        for id in lacking - owned
        if not any(truth.created_at(id) in window for window in windows)
    }


def _window(name: str) -> Window:
    """Read the creation times that a window's name tells; the list has them all."""
    if name == EVERYTHING.name:
        return Window(0, LAST_SECOND)
    start, end = (
        int(datetime.strptime(each, "%Y%m%dT%H%M%S%z").timestamp()) for each in name.split("_")[:2]
    )
    return Window(start, end)


def _id_of(line: bytes) -> str:
    return msgspec.json.decode(replace_lone_surrogates(line), type=_Id).id
