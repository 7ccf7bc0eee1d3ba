"""SQLite as the store uses it: explicit transactions, and errors in the store's own words."""

import errno
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final, Self, TypeAlias

from intercom_async.errors import ConfigurationError
from intercom_async.export.store import disk
from intercom_async.export.store.errors import ExportCorrupted, ExportMismatch
from intercom_async.export.store.failpoints import OnStep, Step
from intercom_async.export.store.schema import SCHEMA, STATEMENTS, UPGRADE

Arguments: TypeAlias = Sequence[Any] | dict[str, Any]

STATE: Final = "state.sqlite"
_OLDEST: Final = (3, 37)  # the first with STRICT tables
_BATCH: Final = 1000
_CACHE_KIB: Final = 8 * 1024  # the ledger's inner pages for millions of ids
_ERRNO: Final = {
    sqlite3.SQLITE_FULL: errno.ENOSPC,
    sqlite3.SQLITE_IOERR: errno.EIO,
    sqlite3.SQLITE_READONLY: errno.EACCES,
    sqlite3.SQLITE_CANTOPEN: errno.EACCES,
    sqlite3.SQLITE_PERM: errno.EACCES,
    sqlite3.SQLITE_BUSY: errno.EBUSY,
}
# What says which files there are, and what they are replaced by. It stands in the state itself
# before a file is touched, so that whoever loses SQLite's log loses only what is fetched again.
_OF_FILES: Final[set[Step]] = {"plan.commit", "begin.commit", "rewrite.intend"}
_DAMAGED_NAME: Final = ".damaged"
_DAMAGED: Final = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


class Database:
    """The state of an export, or a look at it.

    Attributes:
        path: Its file.
        schema: The version of its layout; 0 if there is nothing in it yet, not even tables.
    """

    def __init__(
        self, path: Path, connection: sqlite3.Connection, step: OnStep, schema: int
    ) -> None:
        self.path: Path = path
        self.schema: int = schema
        self._connection = connection
        self._step = step

    @classmethod
    def open(cls, path: Path, step: OnStep) -> Self:
        """Open it to write.

        Raises:
            ExportCorrupted: It is no database, or a broken one.
            ExportMismatch: It has another layout.
            OSError: It cannot be written, or a symlink is in the way.
        """
        for beside in ("-wal", "-shm"):  # these SQLite opens by itself
            disk.refuse_link(path.with_name(path.name + beside))
        os.close(disk.open_private(path, os.O_RDWR))
        # With FULL a commit waits for the disk, 1.5 ms: a cursor must not outlive its page.
        return cls._connect(path, "", step, "journal_mode = WAL", "synchronous = FULL")

    @classmethod
    def open_readonly(cls, path: Path, step: OnStep) -> Self:
        """Open it to read, also while another process writes it, also where nothing may be written.

        Raises:
            ExportCorrupted: It is no database, or a broken one.
            ExportMismatch: It has another layout.
            OSError: It is not there, or cannot be read.
        """
        path.stat()
        # Without a log nobody is writing, and SQLite may do without files of its own beside it.
        log = path.with_name(path.name + "-wal")
        mode = "?mode=ro" if log.exists() else "?immutable=1"
        database = cls._connect(path, mode, step)
        database.run("BEGIN")  # all that is read is of one moment
        return database

    @classmethod
    def _connect(cls, path: Path, mode: str, step: OnStep, *settings: str) -> Self:
        if sqlite3.sqlite_version_info < _OLDEST:
            needed, there = ".".join(map(str, _OLDEST)), sqlite3.sqlite_version
            raise ConfigurationError(f"SQLite {needed} or later is needed; this Python has {there}")
        uri = path.absolute().as_uri() + mode
        with _translated(path), ExitStack() as undo:
            # The calls come one after another, but not always from the same worker thread.
            connection = sqlite3.connect(
                uri, uri=True, isolation_level=None, check_same_thread=False
            )
            undo.callback(connection.close)
            for setting in (f"cache_size = -{_CACHE_KIB}", *settings):
                connection.execute(f"PRAGMA {setting}")
            (schema,) = connection.execute("PRAGMA user_version").fetchone()
            if not 0 <= schema <= SCHEMA:
                raise ExportMismatch(path.parent, {"schema": (schema, SCHEMA)})
            undo.pop_all()
        return cls(path, connection, step, schema)

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def create(self) -> None:
        """Make the tables; part of a transaction that also fills in what they cannot lack."""
        self._change_to(SCHEMA, STATEMENTS)

    def upgrade(self) -> None:
        """Bring an earlier layout into this one; part of a transaction."""
        self._change_to(SCHEMA, UPGRADE)

    def upgraded(self) -> Self:
        """Return a copy in this layout, which takes no name and goes with the process."""
        with _translated(self.path):
            copy = sqlite3.connect("", isolation_level=None, check_same_thread=False)
            self._connection.backup(copy)
        self.close()
        database = type(self)(self.path, copy, self._step, self.schema)
        database.upgrade()
        return database

    def _change_to(self, schema: int, statements: Iterable[str]) -> None:
        for statement in statements:
            self.run(statement)
        self.schema = schema

    def rows(self, sql: str, arguments: Arguments = ()) -> list[tuple[Any, ...]]:
        """Return all rows of a query."""
        with _translated(self.path):
            return self._connection.execute(sql, arguments).fetchall()

    def column(self, sql: str, arguments: Arguments = ()) -> list[Any]:
        """Return the values of a query of one column."""
        return [value for (value,) in self.rows(sql, arguments)]

    def row(self, sql: str, arguments: Arguments = ()) -> tuple[Any, ...]:
        """Return the first row of a query that has one.

        Raises:
            ExportCorrupted: It has none.
        """
        rows = self.rows(sql, arguments)
        if not rows:
            raise ExportCorrupted(self.path, "a row that every state has is gone")
        return rows[0]

    def each(self, sql: str) -> Iterator[tuple[Any, ...]]:
        """Return the rows of a query one by one, where they may be too many to hold."""
        for rows in self.batches(sql):
            yield from rows

    def batches(self, sql: str) -> Iterator[list[tuple[Any, ...]]]:
        """Return the rows of a query some at a time, likewise."""
        with _translated(self.path):
            cursor = self._connection.execute(sql)
            while rows := cursor.fetchmany(_BATCH):
                yield rows

    def run(self, sql: str, arguments: Arguments = ()) -> int:
        """Run a statement and return how many rows it changed."""
        with _translated(self.path):
            return self._connection.execute(sql, arguments).rowcount

    def run_many(self, sql: str, arguments: Iterable[Arguments]) -> None:
        """Run a statement for each set of arguments."""
        with _translated(self.path):
            self._connection.executemany(sql, arguments)

    @contextmanager
    def transaction(self, step: Step) -> Iterator[None]:
        """Commit what the block does if it ends well, else undo it.

        Within another transaction it is a part of that, and no step of its own.

        Args:
            step: The commit's name, told just before it.
        """
        if self._connection.in_transaction:
            yield
            return
        self.run("BEGIN IMMEDIATE")
        try:
            yield
            self._step(step)
            self.run("COMMIT")
            if step in _OF_FILES:
                self.run("PRAGMA wal_checkpoint")
        except BaseException:
            if self._connection.in_transaction:  # SQLite itself undoes some that fail
                self.run("ROLLBACK")
            raise


def set_aside(path: Path) -> None:
    """Give a state that is of no use another name, and take away what belongs to it."""
    if path.exists():
        path.replace(path.with_name(path.name + _DAMAGED_NAME))
    for beside in ("-wal", "-shm"):
        disk.remove(path.with_name(path.name + beside))


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the rest is a detail
        if code in _DAMAGED:
            raise ExportCorrupted(path, str(error)) from error
        if code in _ERRNO:
            raise OSError(_ERRNO[code], str(error), str(path)) from error
        if isinstance(error, sqlite3.OperationalError):  # a table that is gone, say
            raise ExportCorrupted(path, str(error)) from error
        raise
    except UnicodeDecodeError as error:  # a name or text in it is no UTF-8
        raise ExportCorrupted(path, f"broken text: {error}") from error
