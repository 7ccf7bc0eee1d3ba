"""Catalogs of shops: ``intercom.ecommerce``.

Source: API reference Preview, "Ecommerce connectors".
"""

from typing import TypedDict

import anyio

from intercom_async.attachments import Attachable, read_file
from intercom_async.core.form import Form
from intercom_async.core.inputs import Id, checked
from intercom_async.core.resource import Resource
from intercom_async.core.versions import PREVIEW
from intercom_async.models.ecommerce import CatalogUpload


class Ecommerce(Resource):
    """The catalogs of a workspace's shops (in Preview only)."""

    _since = PREVIEW

    async def upload_catalog(
        self,
        id: Id,
        *,
        catalog: Attachable | None = None,
        import_job_id: Id | None = None,
        part_number: int | None = None,
        finalize: bool | None = None,
    ) -> CatalogUpload:
        """Upload the products of a shop, in one file or part by part.

        A part is safe to repeat. Uploading it has to be done within ``Timeouts.attempt``.

        Args:
            id: The connector's id.
            catalog: The file, or a part of it of 99 MB at most.
            import_job_id: What the first part was answered; for all others, and to finalize.
            part_number: Which part it is, from 1; the answer tells the next.
            finalize: Whether all parts are there.

        Raises:
            OSError: The file cannot be read; nothing was sent.
        """
        given = {"import_job_id": import_job_id, "part_number": part_number, "finalize": finalize}
        fields = checked("upload_catalog", _Part, given)
        file = None if catalog is None else await read_file("catalog", catalog)
        files = {} if file is None else {"catalog": file.parts()}
        # To copy 99 MB would hold the event loop up.
        form = await anyio.to_thread.run_sync(Form.of, fields, files)
        return await self._send(
            "POST /ecommerce/connectors/{id}/catalog",
            CatalogUpload,
            id,
            body=form,
            repeatable=part_number is not None,
        )


class _Part(TypedDict):
    import_job_id: str | int | None
    part_number: int | None
    finalize: bool | None
