"""Exports of what became of outbound messages: ``intercom.data_export``.

Source: API reference 2.10, "Data Export".
"""

from functools import partial
from typing import Unpack

from intercom_async.core.attached import sub
from intercom_async.core.download import Download
from intercom_async.core.inputs import Id, checked
from intercom_async.core.pages import Sender
from intercom_async.core.plain import identifier
from intercom_async.core.resource import Retrievable
from intercom_async.models.data_export import DataExport, DataExportRange
from intercom_async.resources.export_job import ExportJob


class DataExportJobs:
    """Exports from beginning to end: ``intercom.data_export.jobs``::

        job = await intercom.data_export.jobs.start(created_at_after=…, created_at_before=…)
        await job.save("messages.csv.gz")

    Whoever keeps ``job.id`` goes on after a crash with ``jobs.resume(id)``.
    """  # noqa: D415  # the first line leads into the example

    def __init__(self, client: Sender) -> None:
        self._exports = DataExports(client)

    async def start(self, **within: Unpack[DataExportRange]) -> ExportJob:
        """Start an export and return its job; see ``DataExports.create``."""
        return self.resume((await self._exports.create(**within)).job_identifier)

    def resume(self, id: Id) -> ExportJob:
        """Return the job of an id; nothing is sent."""
        id = identifier("id", id)
        of = self._exports
        return ExportJob(id, retrieve=partial(of.retrieve, id), download=partial(of.download, id))


class DataExports(Retrievable[DataExport]):
    """Who was sent which message and what they did with it; no texts."""

    _model = DataExport
    _one = "/export/content/data/{job_identifier}"

    jobs: sub[DataExportJobs] = sub(DataExportJobs)

    async def create(self, **within: Unpack[DataExportRange]) -> DataExport:
        """Have an export made of the messages that were sent within a time.

        Raises:
            TooManyJobs: Another is being made; a workspace has one at a time.
        """
        body = checked("create", DataExportRange, within)
        return await self._send("POST /export/content/data", DataExport, body=body)

    async def cancel(self, id: Id) -> DataExport:
        """Cancel an export that is being made."""
        return await self._send("POST /export/cancel/{job_identifier}", DataExport, id)

    def download(self, id: Id) -> Download:
        """Return the file of an export that is done, a gzipped CSV."""
        return self._download("GET /download/content/data/{job_identifier}", id)
