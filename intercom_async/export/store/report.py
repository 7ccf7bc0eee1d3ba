"""The files that tell what an export consists of: the manifest, a summary, the quarantine."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import msgspec

from intercom_async.export.records import CONVERSATIONS
from intercom_async.export.store import disk
from intercom_async.export.store.errors import ExportCorrupted
from intercom_async.export.store.failpoints import OnStep
from intercom_async.export.store.values import (
    Counts,
    File,
    Identity,
    Manifest,
    StreamManifest,
    WindowState,
)

MANIFEST: Final = "manifest.json"
SUMMARY: Final = "summary.json"
QUARANTINE: Final = "quarantine.ndjson"


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest of a finished export.

    Raises:
        ExportCorrupted: It is not what was written.
        OSError: It cannot be read; :class:`FileNotFoundError` if the export is not finished.
    """
    path = folder / MANIFEST
    content = path.read_bytes()
    try:
        return msgspec.json.decode(content, type=Manifest)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        with suppress(msgspec.DecodeError, UnicodeDecodeError):
            return _of_layout_1(msgspec.json.decode(content, type=_Manifest1))
        raise ExportCorrupted(path, f"no manifest of this version: {error}") from error


class _Manifest1(msgspec.Struct):
    """A manifest as it was when there were conversations alone."""

    identity: Identity
    started_at: int
    finished_at: int
    counts: dict[str, int]
    result: dict[str, Any]
    windows: list[WindowState]
    files: list[File]


def _of_layout_1(old: _Manifest1) -> Manifest:
    counts = Counts(old.counts.pop("conversations"), **old.counts)
    stream = StreamManifest(old.started_at, counts, old.result, old.windows)
    return Manifest(1, old.identity, old.finished_at, {CONVERSATIONS: stream}, old.files)


def write_quarantine(folder: Path, lines: Iterable[bytes], step: OnStep) -> File:
    """Write what could not be decoded, a line for each record."""
    rows = 0

    def count() -> Iterator[bytes]:
        nonlocal rows
        for line in lines:
            rows += 1
            yield line

    written = _write(folder / QUARANTINE, count(), step)
    return File(QUARANTINE, written.sha256, rows, written.bytes)


def write_manifest(folder: Path, manifest: Manifest, step: OnStep) -> Path:
    """Write the summary, then the manifest, and return where that is."""
    summary = msgspec.to_builtins(manifest)
    del summary["files"]  # thousands, and of no interest to people
    for stream in summary["streams"].values():
        del stream["windows"]
    _write_json(folder / SUMMARY, summary, step)
    path = folder / MANIFEST
    _write_json(path, manifest, step)
    return path


def _write_json(path: Path, value: Any, step: OnStep) -> None:
    _write(path, [msgspec.json.format(msgspec.json.encode(value), indent=2), b"\n"], step)


def _write(path: Path, chunks: Iterable[bytes], step: OnStep) -> disk.Written:
    step("report.write")
    written = disk.write_partial(path, chunks)
    step("report.rename")
    disk.rename(path)
    return written
