"""What an export tells of itself, as lines: its streams, and what it found to be deleted."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Final

import msgspec

from intercom_async.export.store import read_manifest
from intercom_async.export.store.status import open_state
from intercom_async.export.tables.columns import Column

EXPORT: Final = (
    Column("VARCHAR", "$.stream", text="The stream's name."),
    Column("VARCHAR", "$.workspace", text="The workspace's id."),
    Column("VARCHAR", "$.api_version", text="The API version it was asked in."),
    Column("TIMESTAMPTZ", "$.since", text="The earliest creation time asked for, if any."),
    Column("TIMESTAMPTZ", "$.until", text="The creation time before which was asked, if any."),
    Column("BOOLEAN", "$.with_parts", text="Whether conversations were asked for with parts."),
    Column("VARCHAR[]", "$.redact[*]", text="The fields left out of records."),
    Column("TIMESTAMPTZ", "$.started_at", text="When its last run began."),
    Column("TIMESTAMPTZ", "$.finished_at", text="When the export was finished."),
    Column(
        "TIMESTAMPTZ",
        "$.as_of",
        text="Whatever had changed by then is held as it was then or is by now.",
    ),
    Column("BIGINT", "$.records", text="How many records it holds."),
    Column("BIGINT", "$.parts", text="How many parts those hold, where they are conversations."),
    Column("BIGINT", "$.deleted", text="How many records were found to be deleted."),
    Column("BIGINT", "$.failed", text="How many records could not be fetched."),
    Column("BIGINT", "$.quarantined", text="How many records could not be decoded."),
    Column("BIGINT", "$.missing", text="How many fewer are held than the API counts."),
    Column(
        "BIGINT", "$.truncated", text="How many conversations have more parts than the API gives."
    ),
    Column(
        "VARCHAR[]",
        "$.truncated_ids[*]",
        text="The ids of those conversations.",
    ),
    Column(
        "BIGINT",
        "$.parts_missing",
        text="How many conversations came with fewer parts than they say they have.",
    ),
    Column("BOOLEAN", "$.complete", text="Whether all that the API lists or counts is held."),
    Column("VARCHAR", "$.skipped", text="Why it could not be walked, if it could not."),
    Column("VARCHAR", "$.workspace_name", text="The workspace's name."),
    Column("VARCHAR", "$.timezone", text="The workspace's time zone."),
)

DELETIONS: Final = (
    Column("VARCHAR", "$.stream", text="The stream's name."),
    Column("VARCHAR", "$.id", text="The record's id."),
    Column("TIMESTAMPTZ", "$.found_at", text="When it was found to be deleted, if that is known."),
)

_DELETED: Final = "SELECT name, id, found_at FROM deleted JOIN streams ON number = stream"
_encode: Final = msgspec.json.Encoder().encode


def _streams(folder: Path) -> Iterator[bytes]:
    manifest = read_manifest(folder)
    identity = msgspec.structs.asdict(manifest.identity)
    identity["with_parts"] = identity.pop("parts")
    for name, stream in manifest.streams.items():
        found = {
            **stream.result,
            **identity,
            **msgspec.structs.asdict(stream.counts),
            "stream": name,
            "started_at": stream.started_at,
            "finished_at": manifest.finished_at,
            "as_of": stream.result.get("as_of") or None,
            "truncated_ids": stream.result.get("truncated"),
            "workspace_name": manifest.name,
            "timezone": manifest.timezone,
        }
        yield _encode(found)


def _deletions(folder: Path) -> Iterator[bytes]:
    database, _ = open_state(folder)
    with closing(database):
        for stream, id, found_at in database.each(_DELETED):
            yield _encode({"stream": stream, "id": id, "found_at": found_at})


LINES: Final[Mapping[str, Callable[[Path], Iterator[bytes]]]] = {
    "deletions": _deletions,
    "export": _streams,
}
"""The lines of each table that is made of no stream, by the export's folder."""
