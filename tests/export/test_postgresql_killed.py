"""A load that is killed leaves a database as it was, or as it was to be, and nothing between.

``python -m tests.export.test_postgresql_killed 20`` kills that many, at moments by chance.
"""

import json
import secrets
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any, Final, TypeAlias

import pytest

from intercom_async.export.tables import to_postgresql
from tests.export.test_postgresql import write
from tests.postgres_server import Database, database, server

_ROOT: Final = Path(__file__).resolve().parents[2]
_LOAD: Final = """
import sys
from pathlib import Path
from intercom_async.export.tables import to_postgresql
import adbc_driver_postgresql.dbapi, duckdb, pyarrow.compute
print("begins", flush=True)
to_postgresql(Path(sys.argv[1]), sys.argv[2])
"""
_TABLES: Final = (
    "conversations",
    "conversation_parts",
    "people",
    "export",
    "intercom_async_files",
    "intercom_async_records",
)

State: TypeAlias = list[list[tuple[Any, ...]]]


def lines(version: str, ids: range) -> list[str]:
    """Return conversations with parts, of a version of the workspace."""
    return [
        json.dumps(
            {
                "id": str(id),
                "title": version if id % 3 else "kept",
                "created_at": 1_700_000_000,
                "source": {"author": {"type": "user", "id": str(id % 50), "name": version}},
                "conversation_parts": {
                    "conversation_parts": [{"id": f"{id}-{n}", "body": version} for n in range(4)]
                },
            }
        )
        for id in ids
    ]


def state(db: Database) -> State:
    """Return all that a database holds, when nobody is at work in it."""
    others = (
        "SELECT 1 FROM pg_stat_activity WHERE datname = current_database()"
        " AND pid <> pg_backend_pid()"
    )
    while db.rows(others):  # of one that was killed in the middle of a statement
        time.sleep(0.01)
    return [sorted(db.rows(f"SELECT * FROM intercom.{name}"), key=repr) for name in _TABLES]  # noqa: S608


def kill_loads(db: Database, out: Path, kills: int, records: int, dice: Random) -> Counter[str]:
    """Kill loads of another version, and count what they left: the old, the new or neither."""
    half = records // 2
    old = write(out / "old", *lines("old", range(records)))
    new = write(out / "new", *lines("new", range(half, records + half)))
    to_postgresql(old, db.url)
    began = time.monotonic()
    to_postgresql(new, db.url)
    took = time.monotonic() - began
    states = {"new": state(db)}
    to_postgresql(old, db.url)
    states["old"] = state(db)
    left: Counter[str] = Counter()
    for _ in range(kills):
        command = [sys.executable, "-c", _LOAD, str(new), db.url]
        with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=_ROOT) as process:  # noqa: S603
            assert process.stdout is not None
            assert process.stdout.readline() == b"begins\n"
            time.sleep(dice.uniform(0, 1.2 * took))
            process.kill()
        found = state(db)
        left[next((name for name, each in states.items() if each == found), "between")] += 1
        to_postgresql(old, db.url)
        assert state(db) == states["old"]
    return left


@pytest.mark.long
def test_a_load_that_is_killed_leaves_the_old_or_the_new(db: Database, tmp_path: Path) -> None:
    left = kill_loads(db, tmp_path, 2, 600, Random(1))
    assert left["between"] == 0
    assert left.total() == 2


def main() -> int:
    """Kill as many loads as the command line says, and say what they left."""
    seed = secrets.randbelow(10**6)
    with tempfile.TemporaryDirectory() as out, server() as url:
        if url is None:
            return 1
        with database(url) as db:
            left = kill_loads(db, Path(out), int(sys.argv[1]), 4_000, Random(seed))
    sys.stdout.write(f"seed {seed}: {dict(left)}\n")
    return 1 if left["between"] else 0


if __name__ == "__main__":
    sys.exit(main())
