"""Loads of an export into PostgreSQL, against a bare COPY of the same rows in the same run.

``python -m benchmarks.postgres [conversations]`` starts a server of its own, or takes the one that
``INTERCOM_ASYNC_TEST_POSTGRES`` names. The floor makes the same rows and puts them into tables
without types, keys or workspace. Reading is all that comes before rows of what changed are there.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import adbc_driver_postgresql.dbapi as adbc  # type: ignore[import-untyped]  # ships no types

from intercom_async import AsyncIntercom
from intercom_async.emulator import Emulator
from intercom_async.export import Export, Options
from intercom_async.export.tables import Table, to_arrow, to_postgresql
from tests.postgres_server import MISSING, Database, database, server

_CONVERSATIONS: Final = 20_000
_CHANGED: Final = 200
_TABLES: Final[tuple[Table, ...]] = (
    "conversations",
    "conversation_parts",
    "conversation_tags",
    "conversation_contacts",
)


def timed(step: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    done = step()
    return time.perf_counter() - began, done


def copy(folder: Path, db: Database) -> None:
    with closing(adbc.connect(db.url)) as connection, connection.cursor() as cursor:
        for table in _TABLES:
            cursor.adbc_ingest(f"floor_{table}", to_arrow(folder, table), mode="create")
        connection.commit()


def load(folder: Path, db: Database) -> tuple[float, Any]:
    return timed(lambda: to_postgresql(folder, db.url))


async def run(conversations: int, out: Path, db: Database) -> None:
    options = Options(streams=("conversations", "admins", "teams", "tags"))
    async with (
        Emulator(conversations=conversations, rate_limit=None) as emulator,
        AsyncIntercom(base_url=emulator.url, token=emulator.token) as intercom,
    ):
        job = Export(intercom, out, options)
        await job.run()
        floor, _ = timed(lambda: copy(job.folder, db))
        first, made = load(job.folder, db)
        again, _ = load(job.folder, db)
        for id in emulator.workspace.ids()[:: max(1, conversations // _CHANGED)]:
            emulator.workspace.update(id, title="changed")
        job = Export(intercom, out, options)
        await job.run()
        night, changed = load(job.folder, db)
    parts = made.rows["conversation_parts"]
    print(f"{conversations:,} conversations, {parts:,} parts")
    print("| what | seconds | parts a second | times the floor |")
    print("|---|---:|---:|---:|")
    for what, seconds in (("bare COPY", floor), ("first load", first)):
        print(f"| {what} | {seconds:.2f} | {parts / seconds:,.0f} | {seconds / floor:.2f} |")
    print(f"| the same again | {again:.2f} | | |")
    print(f"| {changed.updated['conversations']:,} changed | {night:.2f} | | |")


def main() -> int:
    conversations = int(sys.argv[1]) if len(sys.argv) > 1 else _CONVERSATIONS
    with tempfile.TemporaryDirectory() as out, server() as url:
        if url is None:
            print(MISSING)
            return 1
        with database(url) as db:
            asyncio.run(run(conversations, Path(out), db))
    return 0


if __name__ == "__main__":
    sys.exit(main())
