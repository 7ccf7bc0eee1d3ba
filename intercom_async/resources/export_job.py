"""A job of the API's that makes a file: wait for it, and fetch the file."""

from collections.abc import Callable, Coroutine
from os import PathLike
from pathlib import Path
from typing import Any, Final

import anyio

from intercom_async.core.checks import check_seconds
from intercom_async.core.download import Download
from intercom_async.errors import JobFailed
from intercom_async.models.data_export import DataExport

__all__ = ["ExportJob"]

_NO_DATA: Final = "no_data"
_DONE: Final = frozenset({"completed", "complete", _NO_DATA})
_FAILED: Final = frozenset({"failed", "canceled"})
_GROWTH: Final = 1.5


class ExportJob:
    """A job of the API's that makes a file. Its ``id`` is all it takes to go on with it later.

    Attributes:
        id: The job's id.
    """

    def __init__(
        self,
        id: str,
        *,
        retrieve: Callable[[], Coroutine[Any, Any, DataExport]],
        download: Callable[[], Download],
    ) -> None:
        self.id: str = id
        self._retrieve = retrieve
        self._download = download

    def __repr__(self) -> str:
        return f"<ExportJob {self.id}>"

    async def wait(self, *, first: float = 2.0, longest: float = 60.0) -> DataExport:
        """Wait until the job is done, and return how it ended: with a file, or ``no_data``.

        A status that is not known counts as under way. To give up after a time, put it in
        ``asyncio.timeout``; the job goes on.

        Args:
            first: Seconds before it is asked a second time. They grow with each time.
            longest: Seconds that they grow to at most.

        Raises:
            JobFailed: It failed, or was cancelled.
            NotFound: There is no such job, or no more.
            RequestError: It could not be asked; the class tells why.
        """
        check_seconds("first", first, may_be_0=True)
        check_seconds("longest", longest, may_be_0=True)
        seconds = min(first, longest)
        while (export := await self._retrieve()).status not in _DONE:
            if export.status in _FAILED:
                raise JobFailed(self.id, export.status)
            await anyio.sleep(seconds)
            seconds = min(seconds * _GROWTH, longest)
        return export

    def download(self) -> Download:
        """Return the file of a job that is done; the API keeps it for two days."""
        return self._download()

    async def save(
        self, path: str | PathLike[str], *, first: float = 2.0, longest: float = 60.0
    ) -> Path | None:
        """Wait until the job is done, write its file to a path, and return the path.

        See ``wait`` and ``Download.save``. Where there is no data, nothing is written, and ``None``
        returned.
        """
        export = await self.wait(first=first, longest=longest)
        return None if export.status == _NO_DATA else await self.download().save(path)
