"""What the store is given and what it tells."""

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

import msgspec

from intercom_async.export.records import CONVERSATION_PARTS, CONVERSATIONS
from intercom_async.scan.windows import Window

Phase: TypeAlias = Literal["new", "planned", "walked", "drained", "finished"]


class Identity(msgspec.Struct, frozen=True):
    """What was asked for; a folder holds the answer to one such question.

    Where it was asked is no part of it: a workspace is the same through a proxy, say.

    Attributes:
        workspace: The workspace's id.
        api_version: The version it was asked in.
        since: The earliest creation time, in unix seconds; ``None`` for the beginning.
        until: The creation time before which, in unix seconds; ``None`` for no end.
        parts: Whether each conversation has its parts.
        redact: The fields left out of every record.
    """

    workspace: str
    api_version: str
    since: int | None
    until: int | None
    parts: bool
    redact: tuple[str, ...]

    def counts_parts(self, stream: str) -> bool:
        """Tell whether the parts that a record of a stream holds can be counted."""
        return stream == CONVERSATIONS and self.parts and CONVERSATION_PARTS not in self.redact


class Record(msgspec.Struct, frozen=True, gc=False):
    """One version of a record.

    Attributes:
        id: Its id, the same as in ``line``.
        created_at: When it was created, in unix seconds, if that could be read.
        updated_at: When this version came to be, in unix seconds, if that could be read.
        line: It as one line of JSON, without the line end.
        parts: How many parts the line holds.
        parts_expected: How many parts the API says there are, if it does.
        truncated: Whether the API withholds some parts, having more than it hands out.
        is_final_version: Whether a later version has another ``updated_at``: one fetched within
            the second of its last update may be updated once more in that second.
    """

    id: str
    created_at: int | None
    updated_at: int | None
    line: bytes
    parts: int = 0
    parts_expected: int | None = None
    truncated: bool = False
    is_final_version: bool = True


class WindowState(msgspec.Struct, frozen=True):
    """How far the walk through a window has come.

    Attributes:
        window: The window.
        expected: How many conversations the API said it holds.
        cursor: Where to go on; ``None`` before the first page and after the last.
        rows: How many records its pages brought that were new.
        done: Whether its last page is committed.
        counted: How many conversations the API counted in it when the run was checked.
        held: How many conversations created in it were kept by then.
    """

    window: Window
    expected: int
    cursor: str | None
    rows: int
    done: bool
    counted: int | None = None
    held: int | None = None

    @property
    def begun(self) -> bool:
        """Whether a page of it is committed."""
        return self.done or self.cursor is not None


class Counts(msgspec.Struct, frozen=True):
    """What a stream of the export holds so far.

    Attributes:
        records: How many records, each once.
        parts: How many parts those hold, where they are conversations.
        bytes: The size of the shards, in bytes on disk.
        deleted: How many records were found to be deleted.
        failed: How many records could not be fetched.
        truncated: How many conversations the API withholds parts of.
        quarantined: How many records could not be decoded.
        superseded: How many records were replaced by newer ones in this run.
        parts_missing: How many conversations hold fewer parts than expected although the API
            withholds none.
    """

    records: int
    parts: int
    bytes: int
    deleted: int
    failed: int
    truncated: int
    quarantined: int
    superseded: int
    parts_missing: int


class File(msgspec.Struct, frozen=True):
    """A file of a finished export.

    Attributes:
        name: Its path within the export's folder.
        sha256: Its digest, in hexadecimal.
        rows: How many lines it holds, uncompressed.
        bytes: Its size on disk.
    """

    name: str
    sha256: str
    rows: int
    bytes: int


class StreamManifest(msgspec.Struct, frozen=True):
    """What a finished export holds of one stream.

    Attributes:
        started_at: When its last run began, in unix seconds.
        counts: What it holds.
        result: What was found when it was checked against the API.
        windows: The windows walked.
    """

    started_at: int
    counts: Counts
    result: Mapping[str, Any]
    windows: list[WindowState]


class Manifest(msgspec.Struct, frozen=True):
    """What a finished export consists of; written last, so its presence means finished.

    Attributes:
        schema: The version of this layout.
        identity: What was asked for.
        finished_at: When it was finished, in unix seconds.
        streams: The streams, by name.
        files: The files, by name.
        name: The workspace's name, if it has one.
        timezone: The workspace's time zone, if it has one.
    """

    schema: int
    identity: Identity
    finished_at: int
    streams: dict[str, StreamManifest]
    files: list[File]
    name: str | None = None
    timezone: str | None = None


ProblemKind: TypeAlias = Literal[
    "missing",  # a file of the manifest is not there
    "extra",  # a shard the manifest does not name
    "changed",  # a file, or a table of the state, since the export was finished
    "unfinished",  # no finished export, or a newer run is under way
    "size",
    "digest",
    "unreadable",  # a frame, a line or a whole file
    "rows",
    "id twice",
    "id missing",  # recorded, but in no file
    "id unknown",  # in a file, but not recorded
    "version",  # a conversation of another time than was recorded
    "parts missing",  # a conversation with fewer parts than it says it has, or than were recorded
]


class Problem(msgspec.Struct, frozen=True):
    """Something about a finished export that is not as its manifest says.

    Attributes:
        kind: What sort of thing.
        file: The file, as a path within the export's folder.
        text: What is wrong, for people.
        offset: Where in the file, in bytes, if that is known.
        id: The conversation it is about, if it is about one.
    """

    kind: ProblemKind
    file: str
    text: str
    offset: int | None = None
    id: str | None = None
