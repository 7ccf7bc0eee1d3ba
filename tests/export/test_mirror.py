"""A folder's mirror: what another machine goes on from, who may keep it, and what it survives."""

import asyncio
import shutil
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from intercom_async import AsyncIntercom, ConfigurationError
from intercom_async.emulator import Emulator
from intercom_async.export import Export, MirrorFailed, MirrorLocked, MirrorMismatch, Options
from intercom_async.export.mirror import mirror as rounds
from intercom_async.export.mirror.bucket import Bucket as Store
from intercom_async.export.mirror.bucket import Taken
from intercom_async.export.mirror.lease import Lease
from intercom_async.export.store import check_files
from tests.chaos.mirror import SECRET, URL, Bucket, Kill, bucket, held, kill_and_go_on


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    with bucket() as made:
        for name, value in made.environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(rounds, "_PAUSE", 0.02)
        yield made


def _client(emulator: Emulator) -> AsyncIntercom:
    return AsyncIntercom(token=emulator.token, base_url=emulator.url)


def _job(emulator: Emulator, intercom: AsyncIntercom, out: Path, url: str) -> tuple[Export, Path]:
    folder = out / str(emulator.workspace.app["id_code"])
    return Export(intercom, out, Options(streams=("conversations",)), mirror=url), folder


@pytest.mark.parametrize("place", ["s3", "file"])
async def test_another_machine_goes_on_from_the_mirror(
    served: Bucket, tmp_path: Path, place: str
) -> None:
    url = URL if place == "s3" else (tmp_path / "mirror").as_uri()
    async with Emulator(conversations=60) as emulator, _client(emulator) as intercom:
        job, folder = _job(emulator, intercom, tmp_path / "one", url)
        first = await job.run()
        shutil.rmtree(tmp_path / "one")
        changed = emulator.workspace.ids()[0]
        emulator.workspace.update(changed, title="changed since")
        job, folder = _job(emulator, intercom, tmp_path / "two", url)
        second = await job.run()
        truth = emulator.workspace.ids()
    for summary in (first, second):
        assert summary.mirror
        assert summary.mirror.failure is None
    assert second.streams["conversations"].fetched == 1
    assert await asyncio.to_thread(held, tmp_path / "two") == Counter(truth)
    assert not check_files(folder)
    if place == "s3":
        names = {name.partition("/")[2] for name in served.objects()}
        reports = {"manifest.json", "summary.json", "quarantine.ndjson", "state.sqlite"}
        shards = {f"conversations/{path.name}" for path in folder.glob("conversations/*")}
        assert names == {*reports, *shards, "mirror.json"}
        objects = served.objects()
        manifest = (folder / "manifest.json").read_bytes()
        assert objects[f"{folder.name}/manifest.json"] == manifest


@pytest.mark.long
async def test_a_bucket_that_fails_a_fifth_of_its_puts_loses_nothing(
    served: Bucket, tmp_path: Path
) -> None:
    served.fails = 0.2
    told = await kill_and_go_on(tmp_path / "out", served, Kill(100, 0.5), conversations=100)
    assert served.failed, told


@pytest.mark.long
async def test_a_second_exporter_is_told_who_holds_the_mirror_and_until_when(
    served: Bucket, tmp_path: Path
) -> None:
    async with Emulator(conversations=5) as emulator, _client(emulator) as intercom:
        job, folder = _job(emulator, intercom, tmp_path, URL)
        Lease(Store(URL, folder.name), "another", None)
        with pytest.raises(MirrorLocked, match=r"process \d+ on .* until 20.* UTC") as refused:
            await job.run()
    assert emulator.token not in str(refused.value)
    assert not (folder / "state.sqlite").exists()
    assert served.objects().keys() == {f"{folder.name}/lease.json"}


def test_a_lease_that_ended_is_taken_over_and_its_holder_writes_no_more(
    served: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not served.objects()
    store = Store(URL, "ws")
    late = Lease(store, "late", None)
    _, version = store.read("lease.json") or (b"", None)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 1000)
    Lease(store, "early", None)
    with pytest.raises(MirrorLocked):
        late.renew()
    with pytest.raises(Taken):
        store.replace("lease.json", b"{}", version)
    with pytest.raises(Taken):
        store.replace("lease.json", b"{}", None)


@pytest.mark.long
async def test_a_folder_that_went_another_way_than_its_mirror_is_refused(
    served: Bucket, tmp_path: Path
) -> None:
    async with Emulator(conversations=5) as emulator, _client(emulator) as intercom:
        await _job(emulator, intercom, tmp_path / "one", URL)[0].run()
        before = served.objects()
        job, folder = _job(emulator, intercom, tmp_path / "two", URL)
        job._mirror = None
        await job.run()
        with pytest.raises(MirrorMismatch, match="Move the folder away"):
            await _job(emulator, intercom, tmp_path / "two", URL)[0].run()
    assert served.objects() == before
    assert not check_files(folder)


@pytest.mark.long
async def test_an_export_whose_mirror_is_lost_goes_on_and_says_so(
    served: Bucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise MirrorFailed("the mirror is gone")

    monkeypatch.setattr(rounds, "_TRIES", 1)
    monkeypatch.setattr(Store, "upload", refuse)
    async with Emulator(conversations=20) as emulator, _client(emulator) as intercom:
        job, folder = _job(emulator, intercom, tmp_path, URL)
        summary = await job.run()
        assert summary.complete
        assert summary.mirror
        assert summary.mirror.failure == "the mirror is gone"
        assert not check_files(folder)
        monkeypatch.undo()
        for name, value in served.environment.items():
            monkeypatch.setenv(name, value)
        again = (await _job(emulator, intercom, tmp_path, URL)[0].run()).mirror
    assert again
    assert (again.failure, again.files) == (None, len(served.objects()) - 1)


async def test_a_bucket_that_is_not_there_is_named_without_its_secret(
    served: Bucket, tmp_path: Path
) -> None:
    assert not served.objects()
    async with Emulator(conversations=1) as emulator, _client(emulator) as intercom:
        job, _ = _job(emulator, intercom, tmp_path, "s3://not-there/exports")
        with pytest.raises(MirrorFailed, match="s3://not-there/exports") as failed:
            await job.run()
    assert SECRET not in f"{failed.value!r} {failed.value}"


@pytest.mark.parametrize(
    ("endpoint", "allowed", "says"),
    [
        ("http://127.0.0.1:9", "false", "plain http, which AWS_ALLOW_HTTP=true would allow"),
        ("http://127.0.0.1:9", "true", "connection refused"),
        ("http://nowhere.invalid", "true", "the host's name leads nowhere"),
    ],
)
def test_a_bucket_that_is_not_reached_is_named_with_the_cause(
    monkeypatch: pytest.MonkeyPatch, endpoint: str, allowed: str, says: str
) -> None:
    for name, value in {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ALLOW_HTTP": allowed,
        "AWS_ACCESS_KEY_ID": "x",
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "AWS_REGION": "us-east-1",
    }.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(MirrorFailed, match="s3://lake/ws cannot be reached") as failed:
        Store("s3://lake", "ws").read("mirror.json")
    assert str(failed.value).endswith(f": {says}")
    assert SECRET not in str(failed.value)


def test_a_bucket_that_answers_with_an_error_is_named_with_the_status(served: Bucket) -> None:
    served.fails = 1.0
    with pytest.raises(MirrorFailed, match=r"status 503$"):
        Store(URL, "ws").replace("mirror.json", b"", None)


@pytest.mark.parametrize(
    "url",
    [
        "s3://me:hunter2@lake/x",
        "s3://me:hunter2\u2100@lake/x",
        "s3://[hunter2]/x",
        "s3://lake/x?secret=hunter2",
        "ftp://lake",
        "s3://",
        "out",
    ],
)
def test_urls_of_no_mirror_are_refused_without_what_they_hold(url: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        Store(url, "ws")
    assert "hunter2" not in f"{refused.value} {refused.value.__context__}"


def test_an_index_that_leads_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    url = (tmp_path / "mirror").as_uri()
    there = {"key": "x", "bytes": 1, "sha256": ""}
    index = msgspec.json.encode({"round": "1", "files": {"../outside": there}})
    Store(url, "ws").replace("mirror.json", index, None)
    (tmp_path / "folder").mkdir()
    with pytest.raises(MirrorFailed, match="outside the export"):
        rounds.Mirror(url, "ws", tmp_path / "folder")
