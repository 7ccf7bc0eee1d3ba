"""What the tests of whole exports share."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Final, TypeAlias

import pytest

from intercom_async import AsyncIntercom, RetryPolicy
from intercom_async.emulator import Emulator
from intercom_async.export import Export, Limits, Options, StreamSummary
from intercom_async.export.store import check_files, read_lines
from tests.export.one_stream import only
from tests.postgres_server import MISSING, Database, database, server
from tests.services import skip

CONVERSATIONS: Final = 160  # more than a page

Run: TypeAlias = Callable[..., Awaitable[tuple[StreamSummary, dict[str, bytes]]]]


@pytest.fixture
async def emulator() -> AsyncIterator[Emulator]:
    async with Emulator(conversations=CONVERSATIONS) as emulator:
        yield emulator


@pytest.fixture
async def intercom(emulator: Emulator) -> AsyncIterator[AsyncIntercom]:
    retry = RetryPolicy(max_attempts=2, base=0.01)
    async with AsyncIntercom(base_url=emulator.url, token=emulator.token, retry=retry) as intercom:
        yield intercom


@pytest.fixture
def export(intercom: AsyncIntercom, tmp_path: Path) -> Run:
    """Export to the test's folder, check the files, and return the summary and records by id."""

    async def run(
        options: Options | None = None,
        limits: Limits | None = None,
        client: AsyncIntercom = intercom,
    ) -> tuple[StreamSummary, dict[str, bytes]]:
        job = Export(client, tmp_path, options or only(), limits)
        summary = (await job.run()).streams["conversations"]
        lines = list(read_lines(job.folder))
        records = {json.loads(record)["id"]: record for record in lines}
        assert len(records) == len(lines) == summary.counts.records, "an id stands twice"
        problems = [each for each in check_files(job.folder) if each.kind != "parts missing"]
        assert problems == []
        return summary, records

    return run


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a PostgreSQL server."""
    with server() as url:
        if url is None:
            skip(MISSING)
        yield url


@pytest.fixture
def db(postgres: str) -> Iterator[Database]:
    """A database of the test's own."""
    with database(postgres) as made:
        yield made
