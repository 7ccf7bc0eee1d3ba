"""A PostgreSQL for tests: a private one of their own, or the one that a variable names.

``INTERCOM_ASYNC_TEST_POSTGRES`` holds the URL of a server in which databases may be made. Without
it, a server is started where its programs are found, on the PATH or where Debian has them.
"""

import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import adbc_driver_postgresql.dbapi as adbc  # type: ignore[import-untyped]  # ships no types

from tests.services import free_port

__all__ = ["MISSING", "Database", "database", "server"]

MISSING: Final = "no PostgreSQL is on this machine, and INTERCOM_ASYNC_TEST_POSTGRES names none"

_GIVEN: Final = "INTERCOM_ASYNC_TEST_POSTGRES"
_DEBIAN: Final = "/usr/lib/postgresql"
_SECONDS: Final = 60
PASSWORD: Final = "hunter2"  # of a server that lives for a minute
# Nothing here outlives its tests, so none of it need reach the disk.
_FAST: Final = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class Database:
    """A database of its own, and what is in it.

    Attributes:
        url: Its URL, with a password in it.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self._connection = adbc.connect(url, autocommit=True)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Run a query and return its rows."""
        with self._connection.cursor() as cursor:
            cursor.execute(query)
            found: list[tuple[Any, ...]] = cursor.fetchall()
            return found

    def table(self, query: str) -> Any:
        """Run a query and return its rows as a table of Arrow."""
        with self._connection.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetch_arrow_table()

    def run(self, statement: str) -> None:
        """Run a statement."""
        with self._connection.cursor() as cursor:
            cursor.execute(statement)

    def close(self) -> None:
        """Close the connection to it."""
        self._connection.close()


def _folder_of_programs() -> Path | None:
    if on_path := shutil.which("initdb"):
        return Path(on_path).resolve().parent
    found = sorted(Path(_DEBIAN).glob("*/bin/initdb"), key=lambda file: int(file.parts[-3]))
    return found[-1].parent if found else None


@contextmanager
def server() -> Iterator[str | None]:
    """Give the URL of a server, started if none was named; ``None`` if there is none."""
    if given := os.environ.get(_GIVEN):
        yield given
    elif (programs := _folder_of_programs()) is None:
        yield None
    else:
        with tempfile.TemporaryDirectory(prefix="pg-", ignore_cleanup_errors=True) as folder:
            yield from _started(programs, Path(folder))


def _started(programs: Path, folder: Path) -> Iterator[str]:
    # It refuses to be run by root.
    root = os.geteuid() == 0
    as_user: dict[str, Any] = {"user": "postgres", "group": "postgres"} if root else {}
    data, password, log = folder / "data", folder / "password", folder / "log"
    password.write_text(PASSWORD)
    if root:
        for each in (folder, password):
            shutil.chown(each, "postgres", "postgres")
    how = ("-U", "postgres", "-A", "scram-sha-256", f"--pwfile={password}", "-E", "UTF8")
    initdb: list[str | Path] = [programs / "initdb", "-D", data, "--no-sync", "--locale=C", *how]
    subprocess.run(initdb, check=True, capture_output=True, cwd=folder, **as_user)  # noqa: S603
    port = free_port()
    options = [f"port={port}", "listen_addresses=127.0.0.1", f"unix_socket_directories={folder}"]
    flags = [part for option in (*options, *_FAST) for part in ("-c", option)]
    command = [programs / "postgres", "-D", data, *flags]
    with log.open("wb") as written:
        process: subprocess.Popen[bytes] = subprocess.Popen(  # noqa: S603
            [str(part) for part in command], cwd=folder, stdout=written, stderr=written, **as_user
        )
    try:
        ready = [programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)]
        _wait_for(process, ready, log)
        yield f"postgresql://postgres:{PASSWORD}@127.0.0.1:{port}/postgres"
    finally:
        process.send_signal(2)  # a fast shutdown
        process.wait(_SECONDS)


def _wait_for(process: subprocess.Popen[bytes], ready: list[Any], log: Path) -> None:
    for _ in range(_SECONDS * 20):
        if process.poll() is not None:
            raise RuntimeError(log.read_text(errors="replace"))
        if subprocess.run(ready, check=False).returncode == 0:  # noqa: S603
            return
        try:
            process.wait(0.05)
        except subprocess.TimeoutExpired:
            continue
    raise TimeoutError(log.read_text(errors="replace"))


@contextmanager
def database(url: str) -> Iterator[Database]:
    """Make a database for one test, and drop it in the end."""
    name = f"intercom_{secrets.token_hex(6)}"
    with closing(Database(url)) as first:
        first.run(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
        try:
            with closing(Database(urlsplit(url)._replace(path=f"/{name}").geturl())) as made:
                yield made
        finally:
            first.run(f"DROP DATABASE {name} WITH (FORCE)")
