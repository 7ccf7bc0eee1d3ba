"""DuckDB, which reads the lines of an export file after file, a few at a time."""

import errno
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec

from intercom_async.errors import ConfigurationError
from intercom_async.export.records import header_reader
from intercom_async.export.tables.catalog import TABLES
from intercom_async.export.tables.nouns import MODELS
from intercom_async.export.tables.sanitize import sanitize
from intercom_async.export.tables.schema import Table
from intercom_async.export.tables.sources import Sources
from intercom_async.export.tables.statements import MACROS, Together, set_names
from intercom_async.extras import extra

T = TypeVar("T")

MEMORY_LIMIT: Final = "512MB"
_LONGEST: Final = (None, 2**31, 2**25, 2**22, 2**19)  # bytes of a line
_FILES: Final = 16  # at a time: enough for all threads, and what is wrong costs no more than these
_AT_ONCE: Final = 2**25  # bytes of lines that several tables are made of, before the next are read
_MOST_THREADS: Final = 4  # more would wait for the one that reads, each with its own buffers
# DuckDB reports disk errors as text, which holds the text of one of these.
_DISK_ERRORS: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES)

# Errors of several classes say so; one met while writing says it in its advice.
_SHORT_OF_MEMORY: Final = "Increasing the memory limit"


class ShortOfMemory(ConfigurationError):
    """The memory limit is not enough for records as long as these."""


def within_memory(step: Callable[[int | None], T]) -> T:
    """Return what a step returns that takes lines of so many bytes at most, ``None`` for all.

    It is tried again with fewer where the memory is not enough for them.

    Raises:
        ShortOfMemory: It is not enough for any.
    """
    *longer, shortest = _LONGEST
    for longest in longer:
        with suppress(ShortOfMemory):
            return step(longest)
    return step(shortest)


class Engine:
    """A DuckDB of its own, in which a statement finds the lines a table is made of as ``lines``.

    Args:
        sources: The lines of the export.
        spill: A folder for what does not fit into memory; without one, nothing may spill.
        memory_limit: How much memory DuckDB may take; its buffers, not all of this process.
        longest: The longest line to take, in bytes, and then one at a time; ``None`` takes all.

    Attributes:
        left_out: The ids of records whose lines were longer than that.

    Raises:
        ConfigurationError: DuckDB or PyArrow is not installed, or the limit is no size.
    """

    def __init__(
        self,
        sources: Sources,
        spill: Path | None = None,
        memory_limit: str = MEMORY_LIMIT,
        longest: int | None = None,
    ) -> None:
        self.left_out: set[str] = set()
        # Not typed, since an extra installs the two.
        self._duckdb: Any = extra("duckdb")
        self._pyarrow: Any = extra("pyarrow")
        self._sources = sources
        self._named: set[str] = set()
        self._failure: Exception | None = None
        self._memory_limit = memory_limit
        self._longest = longest
        self._connection: Any = connect(self._duckdb, spill, memory_limit)
        if longest is not None:
            self._connection.execute("SET threads = 1")
        for macro in MACROS:
            self._connection.execute(macro)

    def close(self) -> None:
        """Close DuckDB."""
        self._connection.close()

    def count(self, table: Table, statement: str, file: Path) -> int:
        """Run a statement that writes a table to a file, and return how many rows it wrote.

        Raises:
            ExportCorrupted: A file of the export is not as it was written.
            OSError: The file cannot be written, or a file of the export not read.
        """
        self._offer(table)
        with self._errors(file):
            (rows,) = self._connection.execute(statement).fetchone()
        return int(rows)

    def fill(
        self, table: str, reading: Together, source: str, file: Path, *, are_whole: bool
    ) -> None:
        """Make a table in a file of a stream's lines, some files at a time.

        DuckDB reads files that are whole itself, in several threads; it would not notice that one
        is cut short. What it refuses, being of another shape than documented, is read line by line
        like the others, which mends it or says what is wrong.

        Raises:
            ExportCorrupted: A file of the export is not as it was written.
            OSError: The file cannot be written, or a file of the export not read.
        """
        self._offer_lines(self._sources, source)
        self.run(f"CREATE TABLE {table} AS {reading.of_lines} LIMIT 0", file)
        files = [each for each in self._sources.of_stream(source) if each.stat().st_size]
        for at in range(0, len(files), _FILES):
            some = files[at : at + _FILES]
            if are_whole and self._longest is None:
                with suppress(self._duckdb.Error, UnicodeError):
                    self._connection.execute(f"INSERT INTO {table} {reading.of_files(some)}")
                    continue
            self._offer_lines(msgspec.structs.replace(self._sources, files={source: some}), source)
            self.run(f"INSERT INTO {table} {reading.of_lines}", file)

    def run(self, statement: str, file: Path) -> None:
        """Run a statement that is about a file, and drop its result.

        Raises:
            OSError: The file cannot be written.
        """
        with self._errors(file):
            self._connection.execute(statement)

    def stream(self, table: Table, query: str, rows: int) -> Any:
        """Return a ``pyarrow.RecordBatchReader`` over the rows of a table, made as it is read.

        The engine closes when the reader is read to its end or dropped.

        Args:
            table: The table.
            query: The query whose rows are the table's.
            rows: How many rows to give at a time.

        Raises:
            ExportCorrupted: As reading from it: a file of the export is not as it was written.
            OSError: As reading from it: a file of the export cannot be read.
        """
        self._offer(table)
        return self._reader(query, rows, closing(self))

    def streams(self, queries: Mapping[Table, str], rows: int) -> Iterator[tuple[Table, Any]]:
        """Give readers over the rows of tables that are made of one source, which is read once.

        A table comes again and again, each time with the rows of some lines; the reader is to be
        read before the next is asked for.

        Args:
            queries: The query of each table.
            rows: How many rows to give at a time.

        Raises:
            ExportCorrupted: A file of the export is not as it was written.
            OSError: A file of the export cannot be read.
        """
        (source,) = {TABLES[table].source for table in queries}
        for table in queries:
            self._offer_names(table)
        with closing(self):
            for lines in _some(self._record_batches(self._sources, source)):
                self._connection.register("lines", self._pyarrow.Table.from_batches(lines))
                for table, query in queries.items():
                    yield table, self._reader(query, rows, nullcontext())
                self._connection.unregister("lines")  # not kept while the next are read
                lines.clear()

    def _reader(self, query: str, rows: int, within: AbstractContextManager[object]) -> Any:
        with self._errors(None):  # the first rows are made before they are asked for
            reader = self._connection.sql(query).to_arrow_reader(rows)

        def batches() -> Iterator[Any]:
            with within, self._errors(None):
                yield from reader

        return self._pyarrow.RecordBatchReader.from_batches(reader.schema, batches())

    def _offer(self, table: Table) -> None:
        self._offer_names(table)
        self._offer_lines(self._sources, TABLES[table].source)

    def _offer_names(self, table: Table) -> None:
        for stream in {column.names for column in TABLES[table].columns if column.names}:
            if stream not in self._named:
                known = stream in self._sources.files
                self._offer_lines(self._sources, stream)
                with self._errors(None):
                    self._connection.execute(set_names(stream, known=known))
                self._named.add(stream)

    def _offer_lines(self, sources: Sources, source: str) -> None:
        pyarrow = self._pyarrow
        schema = pyarrow.schema([("line", pyarrow.string())])
        batches = self._record_batches(sources, source)
        self._connection.register("lines", pyarrow.RecordBatchReader.from_batches(schema, batches))

    def _record_batches(self, sources: Sources, source: str) -> Iterator[Any]:
        pyarrow = self._pyarrow
        try:
            for batch in sources.batches(source):
                taken = [line for line in sanitize(batch) if self._takes(source, line)]
                # They are UTF-8, which an array of strings would look for again.
                lines = pyarrow.array(taken, pyarrow.binary()).view(pyarrow.string())
                yield pyarrow.record_batch([lines], ["line"])
        except Exception as error:  # DuckDB makes a text of it
            self._failure = error
            raise

    def _takes(self, source: str, line: bytes) -> bool:
        if self._longest is None or len(line) <= self._longest or source not in MODELS:
            return True
        self.left_out.add(str(header_reader(source)(line).id))
        return False

    @contextmanager
    def _errors(self, file: Path | None) -> Iterator[None]:
        """Raise an error of reading as itself, and what DuckDB reports of a disk as OSError."""
        try:
            yield
        except Exception as error:
            failure, self._failure = self._failure, None
            if failure is not None:
                raise failure from None
            # The latter where what was written cannot be committed.
            if isinstance(error, self._duckdb.IOException | self._duckdb.TransactionException):
                raise _os_error(str(error), file) from None
            if _SHORT_OF_MEMORY in str(error):
                raise ShortOfMemory(
                    f"a memory_limit of {self._memory_limit} is not enough for records as "
                    "long as these: allow more, or leave out raw"
                ) from None
            raise


def _some(batches: Iterable[Any]) -> Iterator[list[Any]]:
    some: list[Any] = []
    size = 0
    for batch in batches:
        some.append(batch)
        size += batch.nbytes
        if size >= _AT_ONCE:
            yield some
            some, size = [], 0
    if some:
        yield some


def connect(duckdb: Any, spill: Path | None, memory_limit: str, database: str = ":memory:") -> Any:
    """Open a DuckDB database that takes little memory and keeps to UTC.

    Args:
        duckdb: The module.
        spill: A folder for what does not fit into memory; without one, nothing may spill.
        memory_limit: How much memory DuckDB may take.
        database: The database's file.

    Raises:
        ConfigurationError: The limit is no size, or DuckDB cannot be given the folder's name.
    """
    try:
        return duckdb.connect(database, config=_config(spill, memory_limit))
    except duckdb.ParserException as error:
        raise ConfigurationError(f"memory_limit {memory_limit!r}: {error}") from None
    except (RuntimeError, UnicodeError):  # half characters of a name that is no UTF-8
        raise ConfigurationError(
            f"DuckDB cannot be given the name {str(spill)!r} in this locale: set PYTHONUTF8=1, "
            "or choose a name in ASCII"
        ) from None


def _config(spill: Path | None, memory_limit: str) -> dict[str, Any]:
    return {
        "memory_limit": memory_limit,
        "threads": min(_MOST_THREADS, os.cpu_count() or 1),
        "temp_directory": "" if spill is None else str(spill),
        "autoinstall_known_extensions": False,  # everything needed is built in
        # Tables have no order; keeping that of the lines would take unbounded memory.
        "preserve_insertion_order": False,
        "TimeZone": "UTC",
    }


def _os_error(text: str, file: Path | None) -> OSError:
    code = next((code for code in _DISK_ERRORS if os.strerror(code) in text), errno.EIO)
    return OSError(code, text if code == errno.EIO else os.strerror(code), file and str(file))
