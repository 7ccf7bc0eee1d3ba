"""The files that tell what an export consists of: the manifest, a summary, the quarantine."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from intercom_async.export.store import disk
from intercom_async.export.store.errors import Damaged
from intercom_async.export.store.frames import CONVERSATIONS, inspect
from intercom_async.export.store.schema import SCHEMA
from intercom_async.export.store.seal import MANIFEST, SUMMARY
from intercom_async.export.store.shards import Shard
from intercom_async.export.store.state import State
from intercom_async.export.store.steps import OnStep
from intercom_async.export.store.values import File, Manifest

__all__ = ["MANIFEST", "QUARANTINE", "SUMMARY", "read_manifest", "write_reports"]

QUARANTINE: Final = "quarantine.ndjson"


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest of a finished export.

    Raises:
        Damaged: It is not what was written.
        OSError: It cannot be read; :class:`FileNotFoundError` if the export is not finished.
    """
    path = folder / MANIFEST
    try:
        return msgspec.json.decode(path.read_bytes(), type=Manifest)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Damaged(path, f"no manifest of this version: {error}") from error


def write_reports(
    state: State, result: Mapping[str, Any], *, finished_at: int, step: OnStep
) -> Path:
    """Check what was written, and write the files that tell of it, the manifest last.

    Args:
        state: The state, compacted.
        result: What was found when the export was checked against the API.
        finished_at: The time, in unix seconds.
        step: Told before each step.

    Returns:
        Where the manifest is.

    Raises:
        ValueError: The state was not compacted.
        Damaged: A shard is not as it was written.
    """
    if state.ledger.shards_with_superseded():
        raise ValueError("some records count no more; compact first")
    files = _seal(state)
    files.append(_write_quarantine(state, step))
    manifest = Manifest(
        schema=SCHEMA,
        identity=state.run.identity,
        started_at=state.run.started_at,
        finished_at=finished_at,
        counts=state.run.counts(),
        result=result,
        windows=state.plan.windows(),
        files=files,
    )
    summary = msgspec.structs.asdict(manifest)
    del summary["windows"], summary["files"]  # thousands, and of no interest to people
    _write_json(state.folder / SUMMARY, summary, step)
    path = state.folder / MANIFEST
    _write_json(path, manifest, step)
    return path


def _seal(state: State) -> list[File]:
    """Read what was written since the last time to its end, and take digests.

    A shard that did not change keeps its digest, so that damage done to it since is found.
    """
    files, digests = [], []
    for shard in state.shards.all():
        sha256 = shard.sha256
        if sha256 is None:
            sha256 = _inspected(state.shards.path(shard.name), shard)
            digests.append((shard.number, sha256))
        files.append(File(f"{CONVERSATIONS}/{shard.name}", sha256, shard.rows, shard.bytes))
    with state.database.transaction("digest.commit"):
        state.shards.keep_digests(digests)
    return files


def _write_quarantine(state: State, step: OnStep) -> File:
    rows = 0

    def lines() -> Iterator[bytes]:
        nonlocal rows
        for line in state.outcomes.quarantine_lines():
            rows += 1
            yield line

    written = _write(state.folder / QUARANTINE, lines(), step)
    return File(QUARANTINE, written.sha256, rows, written.bytes)


def _write_json(path: Path, value: Any, step: OnStep) -> None:
    _write(path, [msgspec.json.format(msgspec.json.encode(value), indent=2), b"\n"], step)


def _write(path: Path, chunks: Iterable[bytes], step: OnStep) -> disk.Written:
    step("report.write")
    written = disk.write_partial(path, chunks)
    step("report.rename")
    disk.rename(path)
    return written


def _inspected(path: Path, shard: Shard) -> str:
    contents = inspect(path)
    if (contents.rows, contents.bytes) != (shard.rows, shard.bytes):
        raise Damaged(
            path,
            f"{shard.rows:,} records in {shard.bytes:,} bytes were committed, "
            f"{contents.rows:,} in {contents.bytes:,} are there",
        )
    return contents.sha256
