"""Tables in object storage: the rows of the export, old or new, and nothing left over."""

import io
from asyncio import to_thread
from pathlib import Path

import polars as pl
import pytest

from intercom_async import AsyncIntercom
from intercom_async.emulator import Emulator
from intercom_async.export import Export, MirrorFailed, Options
from intercom_async.export.mirror.bucket import Bucket as Store
from intercom_async.export.tables import bucket_files, to_arrow, to_bucket
from tests.chaos.mirror import BUCKET, bucket

LAKE = f"s3://{BUCKET}/exports"


async def _export(out: Path, emulator: Emulator) -> Path:
    async with AsyncIntercom(token=emulator.token, base_url=emulator.url) as intercom:
        job = Export(intercom, out, Options())
        await job.run()
        return job.folder


@pytest.mark.long
async def test_tables_in_a_bucket_are_replaced_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with bucket() as served:
        for name, value in served.environment.items():
            monkeypatch.setenv(name, value)
        async with Emulator(conversations=20) as emulator:
            folder = await _export(tmp_path, emulator)
            first = await to_thread(to_bucket, folder, LAKE)
            emulator.workspace.delete(emulator.workspace.ids()[0])
            emulator.workspace.add(title="new")
            await _export(tmp_path, emulator)
        before = served.objects()
        with monkeypatch.context() as patch:
            patch.setattr(Store, "replace", _refuse)
            with pytest.raises(MirrorFailed):
                await to_thread(to_bucket, folder, LAKE)
        assert before.items() <= served.objects().items()
        served.fails = 0.2
        second = await to_thread(to_bucket, folder, LAKE)
        objects = served.objects()
        files = [name.removeprefix(f"{LAKE}/") for name in second.files]
        assert objects.keys() == {*files, f"manifests/{folder.name}.json"}
        assert not {*first.files} & {*second.files}
        (url,) = await to_thread(bucket_files, LAKE, "conversations")
        there = pl.read_parquet(io.BytesIO(objects[url.removeprefix(f"{LAKE}/")]))
    here = pl.from_arrow(to_arrow(folder).read_all())
    assert isinstance(here, pl.DataFrame)
    assert there.sort("id").equals(here.sort("id"))
    assert second.rows["conversations"] == len(here)


@pytest.mark.long
async def test_tables_under_a_file_url_are_partitioned_by_workspace(tmp_path: Path) -> None:
    url = (tmp_path / "lake").as_uri()
    async with Emulator(conversations=5) as emulator:
        folder = await _export(tmp_path / "out", emulator)
    for _ in range(2):
        await to_thread(to_bucket, folder, url)
    (file,) = await to_thread(bucket_files, url)
    read = pl.read_parquet(file.removeprefix("file://"), hive_partitioning=True)
    assert set(read["workspace"]) == {folder.name}
    assert len(list((tmp_path / "lake" / "conversations").rglob("*.parquet"))) == 1


def _refuse(*_: object) -> None:
    raise MirrorFailed("refused")
