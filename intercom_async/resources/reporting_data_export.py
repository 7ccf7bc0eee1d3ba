"""Exports of what reports are made of: ``intercom.reporting_data_export``.

Source: API reference 2.14, "Reporting Data Export".
"""

from functools import partial
from typing import Unpack

from intercom_async.core.attached import sub
from intercom_async.core.download import Download
from intercom_async.core.inputs import Id, checked
from intercom_async.core.pages import Sender
from intercom_async.core.plain import identifier
from intercom_async.core.resource import ListableWhole, Resource
from intercom_async.models.data_export import DataExport, Dataset, NewReportingDataExport
from intercom_async.resources.export_job import ExportJob


class Datasets(ListableWhole[Dataset]):
    """The data that can be exported: ``intercom.reporting_data_export.datasets``."""

    _model = Dataset
    _all = "/export/reporting_data/get_datasets"
    _since = "2.14"


class ReportingDataExportJobs:
    """Exports from beginning to end: ``intercom.reporting_data_export.jobs``::

        job = await intercom.reporting_data_export.jobs.start(
            app_id=…, client_id=…, dataset_id=…, attribute_ids=[…], start_time=…, end_time=…
        )
        await job.save("report.tgz")

    Whoever keeps ``job.id`` goes on after a crash with ``jobs.resume(id, …)``.
    """  # noqa: D415  # the first line leads into the example

    def __init__(self, client: Sender) -> None:
        self._exports = ReportingDataExports(client)

    async def start(
        self, *, app_id: str, client_id: str, **new: Unpack[NewReportingDataExport]
    ) -> ExportJob:
        """Start an export and return its job; see ``ReportingDataExports.enqueue``."""
        app_id, client_id = identifier("app_id", app_id), identifier("client_id", client_id)
        export = await self._exports.enqueue(**new)
        return self.resume(export.job_identifier, app_id=app_id, client_id=client_id)

    def resume(self, id: Id, *, app_id: str, client_id: str) -> ExportJob:
        """Return the job of an id; nothing is sent."""
        of = self._exports
        return ExportJob(
            identifier("id", id),
            retrieve=partial(of.retrieve, id, app_id=app_id, client_id=client_id),
            download=partial(of.download, id, app_id=app_id),
        )


class ReportingDataExports(Resource):
    """Datasets of a workspace's reports (from version 2.14)."""

    _since = "2.14"

    datasets: sub[Datasets] = sub(Datasets)
    jobs: sub[ReportingDataExportJobs] = sub(ReportingDataExportJobs)

    async def enqueue(self, **new: Unpack[NewReportingDataExport]) -> DataExport:
        """Have a dataset exported; see ``NewReportingDataExport``.

        Raises:
            TooManyJobs: Five others are being made already.
        """
        body = checked("enqueue", NewReportingDataExport, new)
        return await self._send("POST /export/reporting_data/enqueue", DataExport, body=body)

    async def retrieve(self, id: Id, *, app_id: str, client_id: str) -> DataExport:
        """Fetch how far an export is.

        Args:
            id: The job's id.
            app_id: The workspace's ``id_code``.
            client_id: The id of the app that asks.
        """
        query = {"app_id": app_id, "client_id": client_id}
        path = "GET /export/reporting_data/{job_identifier}"
        return await self._send(path, DataExport, id, query=query)

    def download(self, id: Id, *, app_id: str) -> Download:
        """Return the file of an export that is done, a gzipped tar archive."""
        path = "GET /download/reporting_data/{job_identifier}"
        return self._download(path, id, query={"app_id": app_id})
