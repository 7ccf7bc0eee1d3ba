"""The files that tell what an export consists of: the manifest, a summary, the quarantine."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import msgspec

from intercom_async.export.store import disk
from intercom_async.export.store.errors import ExportCorrupted
from intercom_async.export.store.failpoints import OnStep
from intercom_async.export.store.seal import MANIFEST, SUMMARY
from intercom_async.export.store.values import File, Manifest

__all__ = [
    "MANIFEST",
    "QUARANTINE",
    "SUMMARY",
    "read_manifest",
    "write_manifest",
    "write_quarantine",
]

QUARANTINE: Final = "quarantine.ndjson"


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest of a finished export.

    Raises:
        ExportCorrupted: It is not what was written.
        OSError: It cannot be read; :class:`FileNotFoundError` if the export is not finished.
    """
    path = folder / MANIFEST
    try:
        return msgspec.json.decode(path.read_bytes(), type=Manifest)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ExportCorrupted(path, f"no manifest of this version: {error}") from error


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
    summary = msgspec.structs.asdict(manifest)
    del summary["windows"], summary["files"]  # thousands, and of no interest to people
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
