"""Tables in object storage: Parquet by workspace, and a manifest that says which files count."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from uuid import uuid4

import msgspec

from intercom_async.export.files import workspace_name
from intercom_async.export.mirror.bucket import Bucket, MirrorFailed, MirrorLocked, Taken
from intercom_async.export.store import read_manifest
from intercom_async.export.tables.schema import Table
from intercom_async.export.tables.writer import convert

_MANIFESTS: Final = "manifests"
_CHUNK: Final = 2**20


class Uploaded(msgspec.Struct, frozen=True):
    """What was written to object storage.

    Attributes:
        rows: How many rows each table has of the workspace.
        files: The URLs of the files.
        left_out: The ids of records too long for the memory, which no table has.
    """

    rows: dict[str, int]
    files: tuple[str, ...]
    left_out: tuple[str, ...] = ()


class _Manifest(msgspec.Struct, frozen=True):
    workspace: str
    rows: dict[str, int]
    files: dict[str, str]


def to_bucket(folder: Path, to: str) -> Uploaded:
    """Write the tables of an export to object storage, as Parquet partitioned by workspace.

    A file is ``<table>/workspace=<id>/part-<random>.parquet``. When all are there, one put of
    ``manifests/<id>.json`` makes them count in place of those before, which then are removed: who
    reads by the manifests meets old tables or new ones, whole. Other workspaces are left alone.

    Example::

        import polars

        from intercom_async.export.tables import bucket_files

        files = bucket_files("s3://lake/intercom", "conversations")
        print(polars.scan_parquet(files, hive_partitioning=True).select("workspace", "id"))

    DuckDB takes the same files: ``read_parquet(?, hive_partitioning = true)``. While nothing is
    being written, ``s3://lake/intercom/conversations/*/*.parquet`` are the same files too.

    Args:
        folder: The workspace's folder of an export, ``OUT/<workspace>``.
        to: ``s3://``, ``gs://`` or ``az://`` with bucket and prefix, or ``file://`` with a folder.
            Credentials come from the environment.

    Raises:
        ConfigurationError: The URL cannot be used, an extra is missing, or the export is not
            finished.
        MirrorFailed: The bucket does not answer, or refuses. What was there counts on.
        MirrorLocked: Another wrote the same workspace meanwhile. What it wrote counts.
        OSError: A file cannot be read or written; it is named.
    """
    bucket = Bucket(to)
    workspace = workspace_name(read_manifest(folder).identity.workspace)
    key = f"{_MANIFESTS}/{workspace}.json"
    before = bucket.read(key)
    part = f"part-{uuid4().hex}.parquet"
    with tempfile.TemporaryDirectory(prefix="intercom-async-") as scratch:
        made = convert(folder, Path(scratch), "parquet")
        files = {file.stem: f"{file.stem}/workspace={workspace}/{part}" for file in made.files}
        for file in made.files:
            bucket.upload(files[file.stem], _read(file))
    manifest = msgspec.json.encode(_Manifest(workspace, made.rows, files))
    try:
        bucket.replace(key, manifest, None if before is None else before[1])
    except Taken:
        bucket.delete(files.values())
        raise MirrorLocked(
            f"another wrote the tables of {workspace} in {bucket.url} meanwhile; run this again"
        ) from None
    old = set(_decode(bucket, before[0]).files) if before else set()
    for table in {*files, *old}:
        under = f"{table}/workspace={workspace}/"
        bucket.delete(name for name in bucket.names(under) if name != files.get(table))
    urls = tuple(f"{bucket.url}/{name}" for name in files.values())
    return Uploaded(made.rows, urls, made.left_out)


def bucket_files(to: str, table: Table = "conversations") -> list[str]:
    """Return the URLs of a table's files that count, of all workspaces.

    Args:
        to: Where ``to_bucket`` wrote.
        table: The table.

    Raises:
        ConfigurationError: The URL cannot be used, or an extra is missing.
        MirrorFailed: The bucket does not answer, or refuses.
    """
    bucket = Bucket(to)
    found = [bucket.read(name) for name in sorted(bucket.names(f"{_MANIFESTS}/"))]
    manifests = [_decode(bucket, each[0]) for each in found if each is not None]
    return [f"{bucket.url}/{each.files[table]}" for each in manifests if table in each.files]


def _decode(bucket: Bucket, data: bytes) -> _Manifest:
    try:
        return msgspec.json.decode(data, type=_Manifest)
    except msgspec.DecodeError:
        raise MirrorFailed(f"{bucket.url}/{_MANIFESTS} holds what is no manifest") from None


def _read(file: Path) -> Iterator[bytes]:
    with file.open("rb") as opened:
        while chunk := opened.read(_CHUNK):
            yield chunk
