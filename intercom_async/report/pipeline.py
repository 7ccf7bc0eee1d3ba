"""Reports of many workspaces at once: export, tables, figures and page of each."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Self, Unpack

from intercom_async.client import AsyncIntercom
from intercom_async.core.checks import check_count
from intercom_async.errors import IntercomError
from intercom_async.export.options import Options
from intercom_async.export.run import Export
from intercom_async.export.store.disk import make_folder
from intercom_async.export.threads import in_thread
from intercom_async.report.figures import Figures
from intercom_async.report.write import Made, PageOptions, check_names, write_index, write_page

__all__ = ["Pipeline", "pipeline"]

_PAGES_AT_ONCE: Final = 2  # each takes a DuckDB of up to memory_limit


class Pipeline:
    """What ``pipeline`` returns: iterate it within ``async with``, each report as it is made."""

    def __init__(
        self,
        workspaces: Mapping[str, AsyncIntercom],
        exported: Path,
        to: Path,
        *,
        options: Options,
        at_once: int,
        shown: PageOptions,
    ) -> None:
        self._workspaces = dict(workspaces)
        self._exported = exported
        self._to = to
        self._options = options
        self._shown = shown
        self._exports = asyncio.Semaphore(at_once)
        self._pages = asyncio.Semaphore(_PAGES_AT_ONCE)
        self._tasks: list[asyncio.Task[Made]] = []
        self._waiting: set[asyncio.Task[Made]] = set()

    async def __aenter__(self) -> Self:
        await in_thread(make_folder, self._to)
        for name, intercom in self._workspaces.items():
            self._tasks.append(asyncio.create_task(self._make(name, intercom)))
        self._waiting = {*self._tasks}
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        try:
            if exc_info[0] is None:
                made = await asyncio.gather(*self._tasks)
                await in_thread(write_index, self._to, made)
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Made:
        """Return the next report that is made, or what it failed of."""
        if not self._waiting:
            raise StopAsyncIteration
        done, _ = await asyncio.wait(self._waiting, return_when=asyncio.FIRST_COMPLETED)
        task = done.pop()
        self._waiting.discard(task)
        return task.result()

    async def _make(self, name: str, intercom: AsyncIntercom) -> Made:
        page = self._to / f"{name}.html"
        try:
            async with self._exports:
                export = Export(intercom, self._exported / name, self._options)
                await export.run()
            async with self._pages:
                found: Figures = await in_thread(write_page, export.folder, page, **self._shown)
        except (IntercomError, OSError) as error:
            return Made(name, error=error)
        return Made(name, page, found)


def pipeline(
    workspaces: Mapping[str, AsyncIntercom],
    exported: Path,
    to: Path,
    *,
    options: Options | None = None,
    at_once: int = 16,
    **shown: Unpack[PageOptions],
) -> Pipeline:
    """Export workspaces, and make a page of each, many at once in one process.

    What is exported already is only brought up to date. One workspace that fails costs no other.
    When the block is left, the folder has ``index.html``, which leads to the pages and says what
    went wrong, and ``figures.json``. If it is left by an error, exports and pages under way end
    first, and there is no new index; the next time goes on from there.

    Example::

        from pathlib import Path

        from intercom_async import AsyncIntercom, SessionPool
        from intercom_async.report import pipeline

        async with SessionPool() as pool:
            clients = {
                name: AsyncIntercom(token=token, pool=pool) for name, token in tokens.items()
            }
            async with pipeline(clients, Path("exported"), Path("reports")) as reports:
                async for made in reports:
                    print(made.workspace, made.page or made.error)

    Args:
        workspaces: The client of each workspace, by a name for its page. They may share a pool,
            and are not closed.
        exported: The folder under which each gets one of its name for its export.
        to: The folder for the pages.
        options: What to export; by default what ``Options()`` says.
        at_once: How many to export at a time.
        shown: What the pages show; see ``read_report``.

    Raises:
        ConfigurationError: Two pages would have one name, or a name is no file's.
        OSError: The folder or the index cannot be written.
    """
    check_names(workspaces)
    check_count("at_once", at_once)
    options = options or Options()
    return Pipeline(workspaces, exported, to, options=options, at_once=at_once, shown=shown)
