"""Exports by the API: started, waited for, fetched, and gone on with by the job's id."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import RawTestServer

from intercom_async import (
    AsyncIntercom,
    ConfigurationError,
    JobFailed,
    NotFound,
    QueryError,
    RetryPolicy,
    TooManyJobs,
    raw_response,
)

FILE = b"\x1f\x8b a file"
TOO_MANY = {
    "type": "error.list",
    "errors": [
        {
            "code": "rate_limit_exceeded",
            "message": "Exceeded rate limit of 5 pending reporting dataset export jobs",
        }
    ],
}


class Exports:
    """Has one job, which tells the statuses it is given one after the other."""

    def __init__(self) -> None:
        self.statuses: list[str] = []
        self.asked: list[str] = []
        self.busy = False

    async def answer(self, request: web.BaseRequest) -> web.Response:
        self.asked.append(f"{request.method} {request.path_qs}")
        if request.path.startswith("/download/"):
            if request.headers["Accept"] != "application/octet-stream":
                return web.Response(status=406)
            return web.Response(body=FILE)
        if self.busy:
            return web.json_response(TOO_MANY, status=429)
        status = "pending" if request.method == "POST" else self.statuses.pop(0)
        if status == "gone":
            return web.Response(status=404)
        expires = "1674917488" if status.startswith("complete") else ""
        return web.json_response(
            {"job_identifier": "j1", "status": status, "download_expires_at": expires}
        )


@pytest.fixture
def exports() -> Exports:
    return Exports()


@pytest.fixture
async def intercom(exports: Exports) -> AsyncIterator[AsyncIntercom]:
    async with (
        RawTestServer(exports.answer) as server,
        AsyncIntercom(
            base_url=str(server.make_url("/")),
            token="a-token",
            version="2.16",
            retry=RetryPolicy(base=0),
        ) as intercom,
    ):
        yield intercom


async def test_an_export_from_beginning_to_end(
    exports: Exports, intercom: AsyncIntercom, tmp_path: Path
) -> None:
    exports.statuses = ["pending", "in_progress", "a word nobody knows", "completed"]
    job = await intercom.data_export.jobs.start(created_at_after=1, created_at_before=2)
    assert job.id == "j1"
    assert await job.save(tmp_path / "m.csv.gz", first=0) == tmp_path / "m.csv.gz"
    assert (tmp_path / "m.csv.gz").read_bytes() == FILE
    one = "GET /export/content/data/j1"
    started = ["POST /export/content/data"]
    assert exports.asked == [*started, *[one] * 4, "GET /download/content/data/j1"]


async def test_a_report_goes_on_by_its_job_s_id(exports: Exports, intercom: AsyncIntercom) -> None:
    exports.statuses = ["complete"]
    job = intercom.reporting_data_export.jobs.resume("j1", app_id="a", client_id="c")
    assert exports.asked == []
    export = await job.wait()
    assert export.download_expires_at is not None
    async with job.download() as chunks:
        assert b"".join([chunk async for chunk in chunks]) == FILE
    assert exports.asked == [
        "GET /export/reporting_data/j1?app_id=a&client_id=c",
        "GET /download/reporting_data/j1?app_id=a",
    ]


async def test_no_data_makes_no_file(
    exports: Exports, intercom: AsyncIntercom, tmp_path: Path
) -> None:
    exports.statuses = ["no_data"]
    assert await intercom.data_export.jobs.resume("j1").save(tmp_path / "f") is None
    assert not (tmp_path / "f").exists()
    assert len(exports.asked) == 1


@pytest.mark.parametrize("status", ["failed", "canceled"])
async def test_a_job_that_ends_without_a_file(
    exports: Exports, intercom: AsyncIntercom, status: str
) -> None:
    exports.statuses = ["pending", status]
    with pytest.raises(JobFailed, match=f"j1 ended as '{status}'") as caught:
        await intercom.data_export.jobs.resume("j1").wait(first=0)
    assert (caught.value.id, caught.value.status) == ("j1", status)
    exports.statuses = ["gone"]
    with pytest.raises(NotFound):
        await intercom.data_export.jobs.resume("j1").wait()


async def test_waits_grow_up_to_the_longest(
    exports: Exports, intercom: AsyncIntercom, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr("intercom_async.resources.export_job.anyio.sleep", sleep)
    exports.statuses = [*["pending"] * 5, "completed"]
    await intercom.data_export.jobs.resume("j1").wait(first=2, longest=6)
    assert waited == [2, 3, 4.5, 6, 6]


async def test_pending_jobs_are_told_at_once(exports: Exports, intercom: AsyncIntercom) -> None:
    exports.busy = True
    with pytest.raises(TooManyJobs, match="5 pending reporting dataset export jobs"):
        await intercom.reporting_data_export.jobs.start(
            app_id="a",
            client_id="c",
            dataset_id="conversation",
            attribute_ids=["conversation.id"],
            start_time=1,
            end_time=2,
        )
    assert len(exports.asked) == 1


async def test_what_makes_no_sense_is_refused(exports: Exports, intercom: AsyncIntercom) -> None:
    jobs: Any = intercom.data_export.jobs
    with pytest.raises(QueryError, match="created_at_before"):
        await jobs.start(created_at_after=1)
    with pytest.raises(QueryError, match="id"):
        jobs.resume(None)
    with pytest.raises(ConfigurationError, match="first"):
        await jobs.resume("1").wait(first=-1)
    with pytest.raises(TypeError, match="no operation"):
        await raw_response(jobs.start, created_at_after=1, created_at_before=2)
    assert exports.asked == []
